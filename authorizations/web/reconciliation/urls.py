from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import page, requires
from authorizations.web.reconciliation import views

SEEING = requires(Capability.SEE_RECONCILIATION)

urlpatterns: list[URLPattern] = [
    page("reconciliation/", views.reconciliation, "reconciliation", SEEING),
    *(
        page(f"reconciliation.{suffix}", views.export, f"reconciliation_{suffix}", SEEING, suffix=suffix)
        for suffix in ("csv", "xlsx", "json")
    ),
]
