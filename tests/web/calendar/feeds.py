"""What the tests of calendar feeds share: a link, and what a program reads behind it."""

from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from authorizations.actions.calendar.calendar_feeds import make_feed


def link_of(user: User, **scope: Any) -> str:
    """The address of a new link of a person."""
    _, secret = make_feed(actor=User.objects.get(pk=user.pk), now=timezone.now(), **scope)
    return f"{reverse('calendar_feed')}?key={secret}"


def fetched(link: str) -> Any:
    """What a program without a session gets."""
    return Client().get(link)


def events_in(link: str) -> dict[str, Any]:
    """The entries of a feed, by their uids."""
    answer = fetched(link)
    assert answer.status_code == 200
    events = {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert len(events) == answer.content.count(b"BEGIN:VEVENT")
    return events


def one_about(events: Mapping[str, Any], words: str) -> tuple[str, Any]:
    """The one entry whose summary has these words, with its uid."""
    ((uid, event),) = [(uid, event) for uid, event in events.items() if words in event["summary"]]
    return uid, event
