"""Deadlines, calendar feeds and deliveries: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.calendar import views, views_deliverables, views_feed, views_links

urlpatterns: list[URLPattern] = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/feed.ics", views_feed.feed, name="calendar_feed"),
    path("calendar/links/", views_links.links, name="calendar_links"),
    path("calendar/links/make/", views_links.make, name="make_calendar_link"),
    path("calendar/links/<public_id:public_id>/revoke/", views_links.revoke, name="revoke_calendar_link"),
    path(
        "offerings/<public_id:public_id>/deliver/",
        views_deliverables.deliver_here,
        {"record_type": "offering"},
        name="deliver_offering",
    ),
    path(
        "offerings/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        views_deliverables.withdraw,
        {"record_type": "offering"},
        name="withdraw_offering_delivery",
    ),
    path(
        "atos/<public_id:public_id>/deliver/",
        views_deliverables.deliver_here,
        {"record_type": "ato"},
        name="deliver_ato",
    ),
    path(
        "atos/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        views_deliverables.withdraw,
        {"record_type": "ato"},
        name="withdraw_ato_delivery",
    ),
]
