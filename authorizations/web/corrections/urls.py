from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import SIGNED_IN, ObjectScope, page, requires, scoped_to
from authorizations.web.corrections import views
from authorizations.web.corrections.listing import CORRECTIONS
from authorizations.web.lists.listing import show_list
from authorizations.web.lists.urls import exports

PROPOSE = Capability.PROPOSE_CORRECTION
PLACES = (
    ("offerings", "offering", ObjectScope.OFFERING),
    ("atos", "ato", ObjectScope.ATO),
    ("organizations", "organization", ObjectScope.ORGANIZATION),
)

urlpatterns: list[URLPattern] = [
    page("corrections/", show_list, "corrections", SIGNED_IN, listing=CORRECTIONS),
    *exports(CORRECTIONS, "corrections", SIGNED_IN),
    page("corrections/<public_id:public_id>/", views.correction, "correction", scoped_to(ObjectScope.CORRECTION)),
    *(
        page(
            f"{room}/<public_id:public_id>/corrections/<slug:{name}_fact>/",
            views.propose,
            f"correct_{name}",
            requires(PROPOSE, scope),
            record_type=name,
        )
        for room, name, scope in PLACES
    ),
]
