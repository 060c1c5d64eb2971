"""The key of a reminder: of which deadline, which day, which notice, and for whom; what keeps it from coming twice."""

from datetime import date
from typing import NamedTuple, Self

from authorizations.deadlines.deadline import Deadline
from authorizations.models import Message
from authorizations.notifications.mail.notification_preferences import Muted

REMINDER, DIGEST = "due:", "digest:"


class Reminded(NamedTuple):
    """What the key of a reminder says of the deadline."""

    kind: str
    subject_type: str
    subject_id: int
    detail: str
    on: date

    @classmethod
    def read(cls, key: str) -> Self:
        """The deadline of a key that ``key_of`` wrote."""
        _, kind, subject_type, subject_id, *detail, on, _, _ = key.split(":")
        return cls(kind, subject_type, int(subject_id), ":".join(detail), date.fromisoformat(on))

    def is_of(self, due: Deadline) -> bool:
        """Whether it is this very deadline, on whatever day."""
        return due.key == self[:4]

    @property
    def muted_as(self) -> Muted:
        """How a person mutes this very deadline."""
        return Muted(self.subject_type, self.subject_id, self.kind, self.detail)


def key_of(due: Deadline, lead: str, user: int) -> str:
    """The key of a notice. ``lead``: its place in the row of the deadline's notices."""
    detail = f":{due.detail}" if due.detail else ""
    return f"{REMINDER}{due.kind}:{due.subject_type}:{due.subject_id}{detail}:{due.on}:{lead}:{user}"


def is_reminder(message: Message) -> bool:
    """Whether a message reminds of a deadline."""
    return (message.key or "").startswith(REMINDER)


def is_digest(message: Message) -> bool:
    """Whether a message carries others."""
    return (message.key or "").startswith(DIGEST)
