from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ObjectScope, page, requires, sent_to
from authorizations.web.desk import views, views_saved, views_sheet
from authorizations.web.desk.listing import DESK
from authorizations.web.desk.listing_groups import DESK_BUREAUS, DESK_OFFERINGS
from authorizations.web.lists.listing import show_list
from authorizations.web.lists.urls import exports

LISTS = {"desk/offerings": DESK_OFFERINGS, "desk/bureaus": DESK_BUREAUS}
DROPPING = sent_to(ObjectScope.SAVED_VIEW)
SEEING, TENDING = requires(Capability.SEE_DESK), requires(Capability.TEND_ATOS)

urlpatterns: list[URLPattern] = [
    page("desk/", views_saved.desk, "desk", SEEING),
    *exports(DESK, "desk", SEEING),
    page("desk/views/keep/", views_saved.keep_view, "keep_view", requires(Capability.SEE_DESK, posts=True)),
    page("desk/views/<public_id:public_id>/remove/", views_saved.drop_view, "drop_view", DROPPING),
    *(
        address
        for at, listing in LISTS.items()
        for address in (page(f"{at}/", show_list, listing.name, SEEING, listing=listing), *exports(listing, at, SEEING))
    ),
    page("desk/sheet/", views_sheet.choose_sheet, "desk_sheet", TENDING),
    page("desk/sheet/differences/", views_sheet.differences, "desk_differences", TENDING),
    page("desk/act/", views.desk_act, "desk_act", TENDING),
]
