"""The audit log: addresses and views."""

from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ObjectScope, page, requires
from authorizations.vocabulary import AuditLog
from authorizations.web.audit_log import views

ASKING = requires(Capability.VERIFY_RECORD, posts=True)
OF_VERIFICATION = requires(Capability.VERIFY_RECORD, ObjectScope.VERIFICATION)

urlpatterns: list[URLPattern] = [
    page("audit-log/", views.record, "record", requires(Capability.SEE_RECORD)),
    page("audit-log/verifications/", views.verifications, "verifications", requires(Capability.VERIFY_RECORD)),
    page("audit-log/verifications/verify/", views.verify, "verify_record", ASKING),
    page("audit-log/verifications/<public_id:public_id>/", views.verification, "verification", OF_VERIFICATION),
    page("audit-log/export/", views.export, "record_export", requires(Capability.EXPORT_RECORD)),
    *(
        page(
            f"audit-log/{audit_log}.jsonl",
            views.audit_log_file,
            f"record_{audit_log}_file",
            requires(Capability.EXPORT_RECORD),
            audit_log=audit_log,
        )
        for audit_log in AuditLog
    ),
]
