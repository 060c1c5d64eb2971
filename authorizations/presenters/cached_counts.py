"""What is counted over many rows, remembered until the next act.

What lists and homes count of ATOs and cases changes by acts alone, and an act takes the next position of its chain in
the transaction that changes the rows. So a count holds for as long as its position is the last one: nothing is ever
shown that is older than the last act (docs/adr/0003). Each process remembers for itself, so that no network is asked.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.cache import caches
from django.db.models import Subquery
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from authorizations.models import Head, ImportRun
from authorizations.vocabulary import Chain, RunStatus

T = TypeVar("T")

# So many rows are counted faster than a page is drawn.
LONG = 200
A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the record of acts goes, and the date of the newest feed that was applied (None before the first)."""

    position: int
    feed_as_of: date | None


def standing(request: HttpRequest) -> Standing:
    """Where the portal stands at the beginning of a page; one query for each request, whoever asks."""
    known: Standing | None = getattr(request, "portal_standing", None)
    if known is None:
        feeds = ImportRun.objects.filter(status=RunStatus.APPLIED).order_by("-feed_as_of")
        heads = Head.objects.filter(chain=Chain.ACTS).annotate(feed_as_of=Subquery(feeds.values("feed_as_of")[:1]))
        known = Standing(*(heads.values_list("position", "feed_as_of").first() or (0, None)))
        request.portal_standing = known  # type: ignore[attr-defined]  # a request carries what its page knows
    return known


def always(counted: object) -> int:
    """For `remembered`: few found among many cost as much to find as many."""
    return LONG


def remembered(asked: Standing, user: User, what: object, count: Callable[[], T], *, rows: Callable[[T], int]) -> T:
    """The result of a count for a person, which is made anew after each act and each midnight.

    Args:
        asked: how far the record went before anything was counted.
        what: everything else that the result follows from, as values with a `repr` of their own.
        count: makes the result, of values that can be pickled; rows: how many rows it stands for. Few are not
            remembered.
    """
    roles = [(membership.role, membership.organization_id) for membership in user.current_memberships]
    told = repr((asked.position, user.pk, roles, timezone.localdate(), what))
    key = hashlib.sha256(told.encode(errors="backslashreplace")).hexdigest()
    known: T | None = caches["counts"].get(key)
    if known is None:
        known = count()
        if rows(known) >= LONG:
            caches["counts"].set(key, known, A_DAY)
    return known
