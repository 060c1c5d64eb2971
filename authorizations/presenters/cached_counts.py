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

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import AuditLogHead, ImportRun
from authorizations.models.register.overview import OVERVIEW_FEED
from authorizations.vocabulary import AuditLog, RunStatus

T = TypeVar("T")

# So many rows are counted faster than a page is drawn.
LONG = 50
# More keys are longer to send than to look up.
FEW = 200
A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class CacheStamp:
    """How far the record of acts goes, and the date of the newest feed that was applied (None before the first)."""

    position: int
    feed_as_of: date | None


def stamp_columns() -> dict[str, Subquery]:
    """The columns of a stamp, for queries that are asked anyway."""
    heads = AuditLogHead.objects.filter(audit_log=AuditLog.ACTS)
    applied = ImportRun.objects.filter(status=RunStatus.APPLIED).exclude(feed_version=OVERVIEW_FEED)
    feeds = applied.order_by("-feed_as_of")
    return {"position": Subquery(heads.values("position")[:1]), "feed_as_of": Subquery(feeds.values("feed_as_of")[:1])}


def stamp_of_now() -> CacheStamp:
    heads = AuditLogHead.objects.filter(audit_log=AuditLog.ACTS).annotate(feed_as_of=stamp_columns()["feed_as_of"])
    return CacheStamp(*(heads.values_list("position", "feed_as_of").first() or (0, None)))


def cache_stamp(request: HttpRequest) -> CacheStamp:
    """Where the portal is at the beginning of a page; it comes with the person of a session.

    A query for programs with a token, and after what a form did.
    """
    known: CacheStamp | None = getattr(request, "portal_cache_stamp", None)
    if known is None and request.method in {"GET", "HEAD"}:
        known = getattr(request.user, "cache_stamp", None)
    if known is None:
        known = stamp_of_now()
    request.portal_cache_stamp = known  # type: ignore[attr-defined]  # a request carries what its page knows
    return known


def always(counted: object) -> int:
    """For `cached_counts`: few found among many cost as much to find as many."""
    return LONG


def cached_counts(
    asked: CacheStamp, user: User, what: object, count: Callable[[], T], *, rows: Callable[[T], int]
) -> T:
    """The result of a count for a person, which is made anew after each act and each midnight.

    Args:
        asked: how far the record went before anything was counted.
        what: everything else that the result follows from, as values with a `repr` of their own.
        count: makes the result, of values that can be pickled; rows: how many rows it stands for. Few are not
            remembered.
    """
    roles = [(membership.role, membership.organization_id) for membership in user.current_memberships]
    cache_key = repr((asked.position, user.pk, roles, timezone.localdate(), what))
    key = hashlib.sha256(cache_key.encode(errors="backslashreplace")).hexdigest()
    known: T | None = caches["counts"].get(key)
    if known is None:
        known = count()
        if rows(known) >= LONG:
            caches["counts"].set(key, known, A_DAY)
    return known


def read_keys_within(user: User, asked: CacheStamp) -> None:
    """Gives a person of an agency the keys of all below it: without them each query of a page joins the tree anew."""
    if OrganizationKind.AGENCY not in user.sides or user.keys_within is not None:
        return
    keys = Organization.objects.visible_to(user).within(user).values_list("pk", flat=True)[: FEW + 1]
    found = cached_counts(asked, user, "within", lambda: list(keys), rows=always)
    user.keys_within = found if len(found) <= FEW else None
