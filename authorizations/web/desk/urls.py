from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import page, requires
from authorizations.web.desk import views
from authorizations.web.desk.listing import DESK
from authorizations.web.lists.listing import show_list
from authorizations.web.lists.urls import exports

SEEING = requires(Capability.SEE_DESK)

urlpatterns: list[URLPattern] = [
    page("desk/", show_list, "desk", SEEING, listing=DESK),
    *exports(DESK, "desk", SEEING),
    page("desk/act/", views.desk_act, "desk_act", requires(Capability.TEND_ATOS)),
]
