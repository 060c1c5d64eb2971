"""The audit log: addresses and views."""

from django.urls import URLPattern, path

from authorizations.vocabulary import AuditLog
from authorizations.web.audit_log import views, views_export

urlpatterns: list[URLPattern] = [
    path("audit-log/", views.record, name="record"),
    path("audit-log/verifications/", views.verifications, name="verifications"),
    path("audit-log/verifications/verify/", views.verify, name="verify_record"),
    path("audit-log/verifications/<public_id:public_id>/", views.verification, name="verification"),
    path("audit-log/export/", views_export.export, name="record_export"),
    *(
        path(
            f"audit-log/{audit_log}.jsonl",
            views_export.audit_log_file,
            {"audit_log": audit_log},
            name=f"record_{audit_log}_file",
        )
        for audit_log in AuditLog
    ),
]
