"""The key of a reminder: of which deadline, which day, which notice, and for whom; what keeps it from coming twice."""

from datetime import date
from typing import NamedTuple, Self

from authorizations.deadlines.deadline import Deadline
from authorizations.models import Message
from authorizations.notifications.mail.notification_preferences import Muted

REMINDER, DIGEST = "due:", "digest:"


class Reminded(NamedTuple):
    """What a key says. ``on`` is the day of the deadline, without the days for which its clock stood still."""

    kind: str
    subject_type: str
    subject_id: int
    detail: str
    on: date

    @classmethod
    def read(cls, key: str) -> Self:
        _, kind, subject_type, subject_id, *detail, on, _, _ = key.split(":")
        return cls(kind, subject_type, int(subject_id), ":".join(detail), date.fromisoformat(on))

    def is_of(self, due: Deadline) -> bool:
        return due.key == self[:4]

    def is_of_the_day(self, due: Deadline) -> bool:
        return self.on == _day_of(due)

    @property
    def muted_as(self) -> Muted:
        return Muted(self.subject_type, self.subject_id, self.kind, self.detail)


def key_of(due: Deadline, lead: str, user: int) -> str:
    """The key of a notice. ``lead``: its place in the row of the deadline's notices."""
    detail = f":{due.detail}" if due.detail else ""
    return f"{REMINDER}{due.kind}:{due.subject_type}:{due.subject_id}{detail}:{_day_of(due)}:{lead}:{user}"


def duty_and_person(key: str) -> tuple[str, str]:
    """Of which deadline a key is, whatever its day, and for whom."""
    due, _, _, user = key.rsplit(":", 3)
    return due, user


def _day_of(due: Deadline) -> date | None:
    """A clock that stops moves the day; who was told before is not told the same again."""
    return due.anchored_day or due.on


def is_late(key: str) -> bool:
    """Whether the reminder of a key says that its day has passed."""
    return key.rsplit(":", 2)[1].startswith(("-", "e"))


def is_reminder(message: Message) -> bool:
    return (message.key or "").startswith(REMINDER)


def is_digest(message: Message) -> bool:
    return (message.key or "").startswith(DIGEST)
