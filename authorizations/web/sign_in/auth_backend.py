"""Who a session belongs to, with the number of what they have not read, and whether they muted anything.

Every page shows the one and some the other, and none pays a query.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, IntegerField, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from authorizations.models import Message, Mute

MOST_COUNTED = 100


class CountOf(Subquery):
    """How many rows a query has, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class PortalBackend(ModelBackend):
    """Django's own, by address and password; of whoever comes it knows how much is unread, counted up to a limit."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, unless they may no longer sign in."""
        unread = Message.objects.all().unread_by(OuterRef("pk")).order_by().values("pk")[:MOST_COUNTED]
        muted = Mute.objects.in_effect(timezone.localdate()).filter(user=OuterRef("pk"))
        known = User.objects.annotate(unread=CountOf(unread), mutes_anything=Exists(muted))
        user: User | None = known.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
