"""Deadlines, calendar feeds and deliveries: addresses and views."""

from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ANYONE, SIGNED_IN, ObjectScope, page, scoped_to, sent_to
from authorizations.web.calendar import views, views_deliverables, views_feed, views_links

urlpatterns: list[URLPattern] = [
    page("calendar/", views.calendar, "calendar", SIGNED_IN),
    page("calendar/feed.ics", views_feed.feed, "calendar_feed", ANYONE),
    page("calendar/links/", views_links.links, "calendar_links", SIGNED_IN),
    page("calendar/links/make/", views_links.make, "make_calendar_link", SIGNED_IN),
    page(
        "calendar/links/<public_id:public_id>/revoke/",
        views_links.revoke,
        "revoke_calendar_link",
        sent_to(ObjectScope.CALENDAR_FEED),
    ),
    page(
        "offerings/<public_id:public_id>/deliver/",
        views_deliverables.deliver_here,
        "deliver_offering",
        scoped_to(ObjectScope.OFFERING, Capability.DELIVER),
        record_type="offering",
    ),
    page(
        "offerings/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        views_deliverables.withdraw,
        "withdraw_offering_delivery",
        scoped_to(ObjectScope.OFFERING, Capability.DELIVER),
        record_type="offering",
    ),
    page(
        "atos/<public_id:public_id>/deliver/",
        views_deliverables.deliver_here,
        "deliver_ato",
        scoped_to(ObjectScope.REGISTER, Capability.DELIVER),
        record_type="ato",
    ),
    page(
        "atos/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        views_deliverables.withdraw,
        "withdraw_ato_delivery",
        scoped_to(ObjectScope.REGISTER, Capability.DELIVER),
        record_type="ato",
    ),
]
