from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import SIGNED_IN, page, requires
from authorizations.web.home import first_steps, views

urlpatterns: list[URLPattern] = [
    page("", views.home, "home", SIGNED_IN),
    page(
        "first-steps/put-away/",
        first_steps.put_away,
        "put_first_steps_away",
        requires(Capability.LEAD_PEOPLE, posts=True),
    ),
]
