"""Who a session belongs to, with all that every page shows or asks of a person: one query.

That is what they may do, the number of what they have not read, whether they muted anything, and where the portal
stands. Nothing of it is kept: a membership that ended, or a person who may no longer sign in, counts at once.
"""

from datetime import date
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Membership, User
from accounts.prepared_query import PreparedQuery
from authorizations.models import Message, Mute
from authorizations.presenters.cached_counts import CacheStamp, stamp_columns

MOST_COUNTED = 100


class CountOf(Subquery):
    """How many rows a query has, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def _with_frame_facts(rows: QuerySet[Any], person: str, today: date) -> QuerySet[Any]:
    """The rows, each with what pages say of the person that its column names."""
    unread = Message.objects.all().unread_by(OuterRef(person)).order_by().values("pk")[:MOST_COUNTED]
    muted = Mute.objects.in_effect(today).filter(user=OuterRef(person))
    former = User.objects.filter(merged_into=OuterRef(person))
    annotated: QuerySet[Any] = rows.annotate(
        unread=CountOf(unread), mutes_anything=Exists(muted), has_former_accounts=Exists(former), **stamp_columns()
    )
    return annotated


def _own_memberships(key: int, today: date) -> QuerySet[Membership]:
    own = Membership.objects.current(today).filter(user=key).select_related("user", "organization")
    return _with_frame_facts(own, "user", today).order_by("pk")


OWN_MEMBERSHIPS = PreparedQuery(_own_memberships)
PERSON = PreparedQuery(lambda key, today: _with_frame_facts(User.objects.filter(pk=key), "pk", today))


class PortalBackend(ModelBackend):
    """Django's own, by address and password; of anyone who comes it knows how much is unread, counted up to a limit."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, unless they may no longer sign in."""
        today = timezone.localdate()
        held = OWN_MEMBERSHIPS.rows(int(user_id), today)
        # Who has no membership is asked for alone.
        found: list[Any] = held or PERSON.rows(int(user_id), today)
        if not found:
            return None
        user: User = held[0].user if held else found[0]
        for each in held:
            each.user = user
        if not user.may_be_deputy(today):
            vars(user)["current_memberships"] = held
        for name in ("unread", "mutes_anything"):
            setattr(user, name, getattr(found[0], name))
        if not found[0].has_former_accounts:
            vars(user)["former_keys"] = frozenset()
        user.cache_stamp = CacheStamp(found[0].position or 0, found[0].feed_as_of)  # type: ignore[attr-defined]  # read by `cache_stamp()`
        return user if self.user_can_authenticate(user) else None
