"""What a person muted of the record whose page they look at."""

from datetime import date
from typing import Any

from accounts.models import User
from authorizations.models import Mute


def mutes_of(user: User, record: Any, today: date) -> list[Mute]:
    """The person's own mutes of a record, and of its deadlines, that hold on a day: all that are on its page.

    No query for the person who muted nothing, which came with the person of the session.
    """
    if not getattr(user, "mutes_anything", True):
        return []
    return list(Mute.objects.visible_to(user).in_effect(today).filter(link=record.get_absolute_url()))
