from django.urls import URLPattern

from authorizations.lifecycle.guidance import GuidanceSide
from authorizations.models.machines import MACHINES
from authorizations.url_access import ANYONE, SIGNED_IN, page
from authorizations.web.pages import views, views_guide, views_search, views_styleguide

urlpatterns: list[URLPattern] = [
    page("search/", views_search.search, "search", SIGNED_IN),
    page("search/suggestions/", views_search.suggestions, "search_suggestions", SIGNED_IN),
    page("guide/words/", views_guide.glossary, "glossary", ANYONE),
    page("guide/roles-and-responsibilities/", views_guide.roles, "roles", ANYONE),
    page("guide/best-practices-agencies/", views_guide.practices, "agency_practices", ANYONE, side=GuidanceSide.AGENCY),
    page("guide/best-practices-csps/", views_guide.practices, "csp_practices", ANYONE, side=GuidanceSide.CSP),
    *(
        page(f"guide/{name}-lifecycle/", views_guide.lifecycle, f"{name}_lifecycle", ANYONE, name=name)
        for name in MACHINES
    ),
    page("help/permissions/", views_guide.permissions, "permissions", ANYONE),
    page("healthz", views.healthz, "healthz", ANYONE),
    page("readyz", views.readyz, "readyz", ANYONE),
    page("accessibility/", views.accessibility, "accessibility", ANYONE),
    page("security/", views.security_contact, "security_contact", ANYONE),
    page(".well-known/security.txt", views.security_txt, "security_txt", ANYONE),
    page("styleguide/", views_styleguide.styleguide, "styleguide", SIGNED_IN),
]
