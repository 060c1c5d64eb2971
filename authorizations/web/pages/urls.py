"""The guide, search, health and the style guide: addresses and views."""

from django.urls import URLPattern, path

from authorizations.lifecycle.guidance import GuidanceSide
from authorizations.models.machines import MACHINES
from authorizations.web.pages import views, views_guide, views_search, views_styleguide

urlpatterns: list[URLPattern] = [
    path("search/", views_search.search, name="search"),
    path("guide/words/", views_guide.glossary, name="glossary"),
    path("guide/roles-and-responsibilities/", views_guide.roles, name="roles"),
    path(
        "guide/best-practices-agencies/", views_guide.practices, {"side": GuidanceSide.AGENCY}, name="agency_practices"
    ),
    path("guide/best-practices-csps/", views_guide.practices, {"side": GuidanceSide.CSP}, name="csp_practices"),
    *(
        path(f"guide/{name}-lifecycle/", views_guide.lifecycle, {"name": name}, name=f"{name}_lifecycle")
        for name in MACHINES
    ),
    path("help/permissions/", views_guide.permissions, name="permissions"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("security/", views.security_contact, name="security_contact"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("styleguide/", views_styleguide.styleguide, name="styleguide"),
]
