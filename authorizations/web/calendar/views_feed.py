"""What calendar programs fetch: a feed, by the secret in its link, without signing in."""

from collections.abc import Iterable
from datetime import date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

from accounts.models import User
from authorizations import throttle
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.calendar.calendar_feeds import note_fetch, opened_by, store_published
from authorizations.deadlines import Deadline, deadlines_for, seen_by
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.models import CalendarFeed
from authorizations.throttle import ThrottleScope
from authorizations.web.calendar.entries import entries_of
from authorizations.web.calendar.feed import BACK, lines_of, revised, text_of, uid_of
from authorizations.web.error_pages import error_page

TOO_MANY = "Calendar links that open nothing were tried too often from here. Try again in a quarter of an hour."
# So far ahead looks a feed.
AHEAD_MONTHS = 18


def feed(request: HttpRequest) -> HttpResponse:
    """The feed of a link, or that it has not changed.

    Raises:
        Http404: the secret opens nothing; why, nobody is told.
    """
    now, secret = timezone.now(), request.GET.get("key", "")
    found = opened_by(secret, now)
    if found is None:
        return _refused(request, secret, now)
    note_fetch(found, now)
    answer = HttpResponse(
        _text(found, now, request.build_absolute_uri("/")), content_type="text/calendar; charset=utf-8"
    )
    # Kept by nobody but the one who asked, and asked for anew each time: a revoked link is dead at once.
    patch_cache_control(answer, private=True, no_cache=True)
    set_response_etag(answer)
    return get_conditional_response(request, etag=answer.headers["ETag"], response=answer) or answer


def _refused(request: HttpRequest, secret: str, now: datetime) -> HttpResponse:
    # Only asked where a secret opens nothing: a good one is not found by trying, and must not be kept out by a
    # forgotten program beside it.
    if not throttle.admits(ThrottleScope.CALENDAR, request, secret, now):
        answer = error_page(request, 429, sentence=TOO_MANY)
        answer.headers["Retry-After"] = str(throttle.seconds_left(now))
        return answer
    tally("session.refused", actor=None, now=now, subject=("calendarfeed", ""))
    raise Http404


def _text(found: CalendarFeed, now: datetime, address: str) -> bytes:
    today = timezone.localdate(now)
    entries = {uid_of(found.public_id, entry): entry for entry in entries_of(deadlines_of_feed(found, today), today)}
    published = store_published(found, lambda before: revised(before, entries, now))
    return text_of(f"{found.words} – Authorization portal", lines_of(published, entries), address.rstrip("/"))


# --- what a feed is about ---


def deadlines_of_feed(feed: CalendarFeed, today: date) -> list[Deadline]:
    """The deadlines that a feed tells of on a day: of its owner's view, and of that what the feed is about.

    From ninety days back, eighteen months ahead; what is overdue as long as it is, and what is done for ninety days.
    """
    since, until = today - BACK, months_after(today, AHEAD_MONTHS)
    return [due for due in _about(feed, today) if due.on and due.on <= until and _still_visible(due, since, today)]


def _about(feed: CalendarFeed, today: date) -> Iterable[Deadline]:
    owner: User = feed.owner
    if feed.organization is not None:
        # As a member of this organization alone: who belongs to another as well sees no more here.
        held = [each for each in owner.own_memberships if each.organization_id == feed.organization_id]
        deadlines = seen_by(owner.holding(held)).of(feed.organization).deadlines(today)
        return (
            due for due in deadlines if feed.organization_id in (due.owed_by.organization, due.owed_to.organization)
        )
    if feed.offering_id is not None:
        return deadlines_for(owner, today, offering=feed.offering_id)
    return deadlines_for(owner, today, own=True)


def _still_visible(due: Deadline, since: date, today: date) -> bool:
    met_lately = due.satisfied_on is not None and due.satisfied_on >= since
    return due.is_overdue(today) or met_lately or (due.on is not None and due.on >= since)
