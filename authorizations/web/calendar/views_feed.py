"""What calendar programs fetch: a feed, by the secret in its link, without signing in."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

from authorizations import throttle
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.calendar.calendar_feeds import note_fetch, opened_by, store_published
from authorizations.models import CalendarFeed
from authorizations.throttle import ThrottleScope
from authorizations.web.calendar.entries import entries_of
from authorizations.web.calendar.feed import lines_of, revised, text_of, uid_of
from authorizations.web.calendar.scopes import deadlines_of_feed
from authorizations.web.error_pages import error_page

TOO_MANY = "Calendar links that open nothing were tried too often from here. Try again in a quarter of an hour."


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
    if throttle.is_closed(ThrottleScope.CALENDAR, request, secret, now):
        answer = error_page(request, 429, sentence=TOO_MANY)
        answer.headers["Retry-After"] = str(throttle.seconds_left(now))
        return answer
    throttle.failed(ThrottleScope.CALENDAR, request, secret, now)
    tally("session.refused", actor=None, now=now, subject=("calendarfeed", ""))
    raise Http404


def _text(found: CalendarFeed, now: datetime, address: str) -> bytes:
    today = timezone.localdate(now)
    entries = {uid_of(found.public_id, entry): entry for entry in entries_of(deadlines_of_feed(found, today), today)}
    published = store_published(found, lambda before: revised(before, entries, now))
    return text_of(f"{found.words} – Authorization portal", lines_of(published, entries), address.rstrip("/"))
