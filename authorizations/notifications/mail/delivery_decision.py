"""What becomes of a message about to be mailed: by its person's preferences, and by what was done meanwhile."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from django.apps import apps
from django.utils import timezone

from authorizations.deadlines.deadline import Deadline
from authorizations.deadlines.participation import Participation
from authorizations.deadlines.queries import deadlines_of, takes_part
from authorizations.models import Case, Message, Offering
from authorizations.models.querysets import BESIDE_A_CASE, event_subject_type
from authorizations.notifications.mail.notification_preferences import (
    DeliveryDecision,
    Muted,
    NotificationPreferences,
    preferences_of,
)
from authorizations.notifications.mail.secret_links import is_secret
from authorizations.notifications.reminders.reminder_keys import Reminded, is_digest, is_reminder
from authorizations.vocabulary import SkipReason


class DeliveryPolicy:
    """The wishes of the people of some messages, and the deadlines of their records, each read once."""

    def __init__(self, messages: Iterable[Message], now: datetime) -> None:
        self.now, self.today = now, timezone.localdate(now)
        people = {each.recipient_id for each in messages if each.recipient_id is not None}
        self._preferences: dict[int, NotificationPreferences] = preferences_of(people, self.today)
        self._deadlines: dict[tuple[str, int | None], list[Deadline]] = {}

    def decide(self, message: Message) -> DeliveryDecision:
        """When a message is mailed, whether in a digest, or why not.

        What goes to an address, opens something, or carries what was wished for, is nobody's wish.
        """
        if message.recipient_id is None or is_secret(message) or is_digest(message):
            return DeliveryDecision(self.now)
        gone = self._gone(message)
        if gone:
            return DeliveryDecision(self.now, skipped=gone)
        about = list(_about(message))
        notification_preferences = self._preferences[message.recipient_id]
        return notification_preferences.decide(message.topic, self.now, mandatory=message.mandatory, about=about)

    def _gone(self, message: Message) -> str:
        """Why a reminder is of no use any more; blank for what is none."""
        if not is_reminder(message):
            return ""
        reminded = Reminded.read(str(message.key))
        if not self._takes_part(message):
            return SkipReason.NOT_PERMITTED
        found = next((due for due in self._deadlines_of(message) if reminded.is_of(due)), None)
        if found is None or not found.is_open:
            return SkipReason.SATISFIED
        if not found.binds:
            return SkipReason.NOT_HELD
        return "" if reminded.is_of_the_day(found) and not found.is_stopped else SkipReason.MOVED

    def _takes_part(self, message: Message) -> bool:
        """Whether the person still takes part in the offering, which everybody sees, that a reminder is about."""
        if message.subject_type != event_subject_type(Offering) or message.recipient is None:
            return True
        offering = Offering.objects.filter(pk=message.subject_id or 0).first()
        return offering is not None and takes_part(message.recipient, offering)

    @cached_property
    def _participation(self) -> Participation:
        return Participation.read(self.today)

    def _deadlines_of(self, message: Message) -> list[Deadline]:
        place = (message.subject_type, message.subject_id)
        if place not in self._deadlines:
            record_type: Any = apps.get_model(APP_OF.get(message.subject_type, "authorizations"), message.subject_type)
            rows = record_type._default_manager.filter(pk=message.subject_id)
            record = (rows.select_related(*BESIDE_A_CASE) if record_type is Case else rows).first()
            self._deadlines[place] = deadlines_of(record, self.today, self._participation) if record is not None else []
        return self._deadlines[place]


APP_OF = {"organization": "accounts"}


def _about(message: Message) -> Iterator[Muted]:
    if message.subject_id is not None:
        yield Muted(message.subject_type, message.subject_id)
    if is_reminder(message):
        yield Reminded.read(str(message.key)).muted_as
