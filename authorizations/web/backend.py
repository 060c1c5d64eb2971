"""Who a session belongs to, with the number of what they have not read: every page shows it, and none pays a query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import IntegerField, OuterRef, Subquery

from accounts.models import User
from authorizations.models import Message

MOST_COUNTED = 100


class CountOf(Subquery):
    """How many rows a query has, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


class People(ModelBackend):
    """Django's own, by address and password; of whoever comes it knows how much is unread, counted up to a limit."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session, unless they may no longer sign in."""
        unread = Message.objects.all().unread_by(OuterRef("pk")).order_by().values("pk")[:MOST_COUNTED]
        user: User | None = User.objects.annotate(unread=CountOf(unread)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
