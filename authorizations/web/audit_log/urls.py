from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ObjectScope, page, requires
from authorizations.vocabulary import AuditLog
from authorizations.web.audit_log import views

ASKING = requires(Capability.VERIFY_AUDIT_LOG, posts=True)
OF_VERIFICATION = requires(Capability.VERIFY_AUDIT_LOG, ObjectScope.VERIFICATION)

urlpatterns: list[URLPattern] = [
    page("audit-log/", views.audit_log, "audit_log", requires(Capability.SEE_AUDIT_LOG)),
    page("audit-log/verifications/", views.verifications, "verifications", requires(Capability.VERIFY_AUDIT_LOG)),
    page("audit-log/verifications/verify/", views.verify, "verify_audit_log", ASKING),
    page("audit-log/verifications/<public_id:public_id>/", views.verification, "verification", OF_VERIFICATION),
    page("audit-log/export/", views.export, "audit_log_export", requires(Capability.EXPORT_AUDIT_LOG)),
    *(
        page(
            f"audit-log/{audit_log}.jsonl",
            views.audit_log_file,
            f"audit_log_{audit_log}_file",
            requires(Capability.EXPORT_AUDIT_LOG),
            audit_log=audit_log,
        )
        for audit_log in AuditLog
    ),
]
