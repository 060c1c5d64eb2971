from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ObjectScope, page, requires, scoped_to, sent_to
from authorizations.web.agency_lists import views, views_bringing

BRINGING = requires(Capability.BRING_LIST)
CHANGING = sent_to(ObjectScope.AGENCY_LIST, Capability.BRING_LIST)

urlpatterns: list[URLPattern] = [
    page("lists/add/", views_bringing.choose_list, "choose_list", BRINGING),
    page("lists/add/preview/", views_bringing.list_preview, "list_preview", BRINGING),
    page("lists/<public_id:public_id>/", views.agency_list, "agency_list", scoped_to(ObjectScope.AGENCY_LIST)),
    page("lists/<public_id:public_id>/undo/", views.undo, "undo_list", CHANGING),
    page("lists/<public_id:public_id>/rows/<int:number>/", views.list_row, "list_row", CHANGING),
]
