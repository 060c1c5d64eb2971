from dataclasses import replace

from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import page, requires
from authorizations.web.reconciliation import views, views_sheet
from authorizations.web.reconciliation.acts import difference_act

DECIDING = requires(Capability.RECONCILE)
SEEING = requires(Capability.SEE_RECONCILIATION)
TAKING = replace(SEEING, tokens=True)

urlpatterns: list[URLPattern] = [
    page("reconciliation/", views.reconciliation, "reconciliation", SEEING),
    *(
        page(f"reconciliation.{suffix}", views.export, f"reconciliation_{suffix}", TAKING, suffix=suffix)
        for suffix in ("csv", "xlsx", "json")
    ),
    page("reconciliation/act/", difference_act, "difference_act", DECIDING),
    page("reconciliation/file/", views_sheet.choose_decisions, "choose_decisions", DECIDING),
    page("reconciliation/file/preview/", views_sheet.decisions_preview, "decisions_preview", DECIDING),
]
