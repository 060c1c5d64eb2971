from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ANYONE, SIGNED_IN, ObjectScope, page, scoped_to, sent_to
from authorizations.web.calendar import views, views_feed, views_links
from authorizations.web.calendar.views_deliverables import deliver_here, withdraw

DELIVERY = "<public_id:public_id>/deliveries/<public_id:delivery_id>"
SENT_TO_FEED = sent_to(ObjectScope.CALENDAR_FEED)
DELIVERING_ATO = scoped_to(ObjectScope.REGISTER, Capability.DELIVER)
DELIVERING_OFFERING = scoped_to(ObjectScope.OFFERING, Capability.DELIVER)

urlpatterns: list[URLPattern] = [
    page("calendar/", views.calendar, "calendar", SIGNED_IN),
    page("calendar/feed.ics", views_feed.feed, "calendar_feed", ANYONE),
    page("calendar/links/", views_links.links, "calendar_links", SIGNED_IN),
    page("calendar/links/make/", views_links.make, "make_calendar_link", SIGNED_IN),
    page("calendar/links/<public_id:public_id>/revoke/", views_links.revoke, "revoke_calendar_link", SENT_TO_FEED),
    *(
        pattern
        for word, access in (("ato", DELIVERING_ATO), ("offering", DELIVERING_OFFERING))
        for pattern in (
            page(f"{word}s/<public_id:public_id>/deliver/", deliver_here, f"deliver_{word}", access, record_type=word),
            page(f"{word}s/{DELIVERY}/withdraw/", withdraw, f"withdraw_{word}_delivery", access, record_type=word),
        )
    ),
]
