"""The admin site: who may enter it, what its first page lists, and which of Django's own pages it leaves out."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse

from authorizations.admin.fields import RecordAutocomplete
from authorizations.policy import Capability, may
from authorizations.url_access import ADMIN_LIST, ANYONE, with_access

# The models as the first page groups them, by the name of their model, in the order people should read them.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "People and organizations",
        (
            *("Organization", "Alias", "FeedId", "User", "AccessToken", "CalendarFeed", "Membership", "Delegation"),
            *("Invitation", "JoinRequest", "Contact"),
        ),
    ),
    ("Offerings", ("Offering", "DesignationEvent", "Leverage", "Package", "PackageOverview", "PackageAccess")),
    ("Cases", ("Case", "CoSigner", "RecordedForAbsent", "Waiver", "Finding", "Comment", "Wbs", "WbsTask")),
    ("ATOs", ("Ato", "AgencyList", "DifferenceDecision", "AgencySystem", "Condition", "Notice", "Deliverable")),
    ("Documents", ("Document", "DocumentVersion", "FileCheck")),
    ("Rules", ("RulesRelease", "LocalValue", "ParticipationDecision", "OfficeClosure", "RuleEdition", "RuleText")),
    ("Marketplace imports", ("ImportRun", "ReviewItem", "Correction", "ImportIssue", "FoundFeed", "FeedLimit")),
    ("Audit log", ("Event", "Verification", "Message", "Bounce")),
)
# Rows that no person looks up here: the ends of the chains, what is counted until it is entered, rows of lists, which
# are on the page of their list, and what is each person's own to see and end: sessions, wishes of how to be told,
# mutes, saved views, reports of the background, and webhooks, which are on the page of their organization's leads.
MACHINERY = frozenset(
    {
        *("AgencyListRow", "AuditLogHead", "FindingRound", "Heartbeat", "Mute", "NotificationSettings"),
        *("ReportJob", "ReportSchedule", "SavedView", "Session", "Tally", "Webhook", "WebhookDelivery"),
    }
)
OURS = frozenset({"accounts", "authorizations"})
# Pages of Django's that would be second ways of doing what the portal does, or lead nowhere.
LEFT_OUT = frozenset({"app_list", "jsi18n", "logout", "password_change", "password_change_done", "view_on_site"})


class PortalAdminSite(AdminSite):
    """The admin. Entry and every permission follow from the policy; Django's own permissions are not used."""

    site_header = site_title = "Admin"
    index_title = "Admin"
    enable_nav_sidebar = False
    empty_value_display = "–"
    # What no address of the admin names is not there, as everywhere else.
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and may(user.roles, Capability.USE_ADMIN)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def get_urls(self) -> list[Any]:
        access = {"index": ADMIN_LIST, "autocomplete": ADMIN_LIST, "login": ANYONE}
        kept = [url for url in super().get_urls() if getattr(url, "name", None) not in LEFT_OUT]
        return [
            with_access(url, access[url.name]) if isinstance(url, URLPattern) and url.name in access else url
            for url in kept
        ]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return RecordAutocomplete.as_view(admin_site=self)(request)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes the portal's models only: groups of Django's would suggest permissions that nothing reads."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label in OURS]
        super().register(ours, admin_class, **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        may_import = may(request.user.roles, Capability.APPLY_IMPORT) if request.user.is_authenticated else False
        return super().index(request, {**(extra_context or {}), "may_import": may_import})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Context of every page. Django would gather all models with all addresses for a sidebar we do not have."""
        return {"site_header": self.site_header, "site_title": self.site_title, "has_permission": True}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        entries = {model.__name__: self._entry(request, model) for model in self._registry}
        return [
            {"name": name, "models": [entries[record_type] for record_type in section]} for name, section in SECTIONS
        ]

    def _entry(self, request: HttpRequest, model: Any) -> dict[str, Any]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        may_add = self._registry[model].has_add_permission(request)
        return {
            "name": model._meta.verbose_name_plural,
            "admin_url": reverse(f"{name}_changelist"),
            "add_url": reverse(f"{name}_add") if may_add else "",
        }
