"""The pages' addresses, by room."""

from django.urls import URLResolver, include, path

urlpatterns: list[URLResolver] = [
    path("", include("authorizations.web.home.urls")),
    path("", include("authorizations.web.pages.urls")),
    path("", include("authorizations.web.rules.urls")),
    path("", include("authorizations.web.sign_in.urls")),
    path("", include("authorizations.web.people.urls")),
    path("", include("authorizations.web.calendar.urls")),
    path("", include("authorizations.web.messages.urls")),
    path("", include("authorizations.web.reports.urls")),
    path("", include("authorizations.web.lists.urls")),
    path("", include("authorizations.web.documents.urls")),
    path("", include("authorizations.web.findings.urls")),
    path("", include("authorizations.web.wbs.urls")),
    path("", include("authorizations.web.cases.urls")),
    path("", include("authorizations.web.corrections.urls")),
    path("", include("authorizations.web.register.urls")),
    path("", include("authorizations.web.agency_lists.urls")),
    path("", include("authorizations.web.desk.urls")),
    path("", include("authorizations.web.reconciliation.urls")),
    path("", include("authorizations.web.imports.urls")),
    path("", include("authorizations.web.audit_log.urls")),
    # Last: `<slug:step>` takes what no address before it took.
    path("", include("authorizations.web.steps.urls")),
]
