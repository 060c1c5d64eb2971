"""How often showing who one is may fail in each quarter of an hour: per address and name, per address, and per name.

For signing in the name is the e-mail address, counted the same for those that have an account and those that have none;
for a second factor it is the person, who has shown a password by then; for programs it is the token they show. They are
counted apart: a forgotten program keeps nobody from signing in.

Invitations are counted too: each that a person sends, and each try to open one with a secret that opens nothing.
"""

import hashlib
import logging
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import AccessToken
from accounts.models.access_token import digest_of
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.people.people import note_use
from authorizations.display import moment_text

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=15)
# A whole agency may come from one address: by itself it gets more tries than one person does.
MOST_OF_ONE_PERSON, MOST_OF_ONE_ADDRESS = 10, 100
# One person, from however many addresses (NIST SP 800-63B-4, section 3.2.2: at most 100 failures in a row).
MOST_FROM_ANYWHERE = 100
# A whole office is invited in an hour; nobody writes to the addresses of a town through the portal.
MOST_INVITATIONS = 200


class ThrottleScope(StrEnum):
    SIGN_IN = "sign-in"
    CODE = "code"
    API = "api"
    CALENDAR = "calendar"
    # Each asking counts, and sends one mail at most.
    FORGOTTEN = "forgotten"
    # The same: each asking may send one mail.
    JOIN = "join"
    INVITE = "invite"
    INVITATION = "invitation"


FROM_ANYWHERE = {
    # Who guesses codes has the password: from anywhere it is ten tries, and a code has a million values.
    ThrottleScope.CODE: MOST_OF_ONE_PERSON,
    # Nobody fills another's mail box.
    ThrottleScope.FORGOTTEN: 3,
    ThrottleScope.JOIN: 3,
}


# The same words for every token that opens nothing: who tries them learns nothing.
OPENS_NOTHING = "This token opens nothing: it is unknown, revoked or over. You make tokens at /tokens/."


class UnfitToken(Exception):
    """A token opens nothing, or was shown too often; ``seconds`` until it may be shown again, 0 for the former."""

    def __init__(self, sentence: str, seconds: int = 0) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def shown_token(request: HttpRequest, secret: str) -> AccessToken:
    """The token that a program shows, with its person.

    Raises:
        UnfitToken: it opens nothing, or that happened too often.
    """
    now = timezone.now()
    counting = AccessToken.objects.counting(timezone.localdate(now)).select_related("user")
    token: AccessToken | None = counting.filter(digest=digest_of(secret)).first()
    if token is not None:
        note_use(token, now)
        return token
    # Only asked where a token opens nothing: a good one is random enough not to be found by trying, and must not
    # be kept out by a forgotten program beside it.
    if not admits(ThrottleScope.API, request, secret, now):
        again = moment_text(ends(now))
        raise UnfitToken(f"Showing this token failed too often. Try again after {again}.", seconds_left(now))
    tally("session.refused", actor=None, now=now, subject=("accesstoken", ""))
    raise UnfitToken(OPENS_NOTHING)


def ends(now: datetime) -> datetime:
    """When the present quarter of an hour ends, and counting begins anew."""
    return datetime.fromtimestamp((_window(now) + 1) * WINDOW.total_seconds(), UTC)


def seconds_left(now: datetime) -> int:
    """How long it is until then, for the header `Retry-After`."""
    return math.ceil((ends(now) - now).total_seconds())


def admits(scope: ThrottleScope, request: HttpRequest, name: str, now: datetime) -> bool:
    """Counts a try before it is looked at, so that of many at once no more are looked at than one after another.

    A try that is turned away is not counted, nor is one that `take_back` is called for because it did not fail.
    """
    limits = _limits(scope, request, name, now)
    with _without_a_cache():
        if [key for key, most in limits.items() if _count(key) > most]:
            _take_back(limits)
            return False
    return True


def take_back(scope: ThrottleScope, request: HttpRequest, name: str, now: datetime) -> None:
    """Counts a try no longer. ``now`` is the time that it was counted at."""
    with _without_a_cache():
        _take_back(_limits(scope, request, name, now))


def _count(key: str) -> int:
    # Longer than the window, so that a count never ends between these two lines.
    cache.add(key, 0, timeout=2 * WINDOW.total_seconds())
    return cache.incr(key)


def _take_back(keys: Iterable[str]) -> None:
    for key in keys:
        with suppress(ValueError):  # the cache was emptied since
            cache.decr(key)


@contextmanager
def _without_a_cache() -> Iterator[None]:
    """While the cache is out nothing is counted: people must be able to sign in and work."""
    try:
        yield
    except (RedisError, OSError):
        logger.exception("The cache does not answer: failed tries are not counted now.")


def _window(now: datetime) -> int:
    return int(now.timestamp() // WINDOW.total_seconds())


def _limits(scope: ThrottleScope, request: HttpRequest, name: str, now: datetime) -> dict[str, int]:
    address = _address(request)
    if scope is ThrottleScope.INVITE:
        # Each counts that was sent, and it does not matter from where.
        return {_key(scope, "", name, now): MOST_INVITATIONS}
    from_anywhere = FROM_ANYWHERE.get(scope, MOST_FROM_ANYWHERE)
    return {
        _key(scope, address, name, now): MOST_OF_ONE_PERSON,
        _key(scope, address, "", now): MOST_OF_ONE_ADDRESS,
        _key(scope, "", name, now): from_anywhere,
    }


def _key(scope: ThrottleScope, address: str, name: str, now: datetime) -> str:
    # A hash, because a cache may be looked into: it holds nobody's addresses or tokens.
    told_apart = hashlib.sha256(f"{settings.SECRET_KEY}\n{address}\n{name}".encode(errors="replace")).hexdigest()
    return f"{scope}:{_window(now)}:{told_apart}"


def _address(request: HttpRequest) -> str:
    # Behind the proxy every request comes from the proxy; what it wrote last names the client.
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
