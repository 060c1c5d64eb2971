"""The digests of people: messages that carry others, one for each person and moment, and what they say.

A message is joined to its digest when it is written, under a lock on the digest; whoever sends the digest claims it
before reading what it carries. So nothing is joined to a digest that has left already.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from authorizations.display import day_text
from authorizations.models import Message
from authorizations.vocabulary import MessageStatus, Topic

SUBJECT = "Your digest"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A digest that is wanted: whose, and when it leaves."""

    user: int
    at: datetime

    @property
    def key(self) -> str:
        """What keeps it from being written twice."""
        return f"digest:{self.user}:{self.at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    @property
    def row(self) -> Message:
        """Its message, unsaved. What it says is known when it leaves."""
        return Message(
            key=self.key,
            recipient_id=self.user,
            topic=Topic.DEADLINES,
            subject=f"{SUBJECT} of {day_text(timezone.localdate(self.at))}",
            link=reverse("messages"),
            created_at=timezone.now(),
            not_before=self.at,
        )


def held(wanted: Iterable[Leaving]) -> dict[Leaving, int]:
    """The keys of digests that have not left, locked until the transaction ends; those that are missing are made.

    One that is leaving at this moment is not waited for: the next minute's takes its place.
    """
    found: dict[Leaving, int] = {}
    missing = {each: each for each in wanted}
    while missing:
        keys = {later.key for later in missing.values()}
        there = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
        new = [later.row for later in missing.values() if later.key not in there]
        Message.objects.bulk_create(new, ignore_conflicts=True)
        rows = Message.objects.select_for_update().filter(
            key__in=keys, status=MessageStatus.PLANNED, claim__isnull=True
        )
        by_key = dict(rows.order_by("pk").values_list("key", "pk"))
        found |= {each: by_key[later.key] for each, later in missing.items() if later.key in by_key}
        missing = {
            each: Leaving(later.user, max(later.at, timezone.now()) + timedelta(minutes=1))
            for each, later in missing.items()
            if later.key not in by_key
        }
    return found


def is_digest(message: Message) -> bool:
    """Whether a message carries others."""
    return (message.key or "").startswith("digest:")


def carried(digest: Message) -> list[Message]:
    """What a digest carries that is still to be said, in the order in which it is told."""
    rows = digest.carried.filter(status=MessageStatus.PLANNED).select_related("event")
    return list(rows.order_by("subject_type", "subject_id", "pk"))


def told(items: Iterable[Message]) -> str:
    """The text of a digest: its items, those of one record together."""
    by_record: dict[tuple[str, int | None], list[Message]] = defaultdict(list)
    for item in items:
        by_record[item.subject_type, item.subject_id].append(item)
    return "\n\n".join("\n".join(_lines(of_one)) for of_one in by_record.values())


def _lines(items: list[Message]) -> Iterator[str]:
    for item in items:
        yield f"- {item.subject}"
    yield f"  {items[0].link}"
