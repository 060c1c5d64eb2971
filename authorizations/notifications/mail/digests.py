"""The digests of people: messages that carry others, one for each person and moment, and what they say.

A message is joined to its digest when it is written, under a lock on the digest; the process that sends the digest
claims it before reading what it carries. So nothing is joined to a digest that has left already.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from authorizations.display import day_text
from authorizations.models import Message
from authorizations.notifications.mail.delivery_decision import DeliveryPolicy
from authorizations.notifications.mail.recipient_checks import why_not
from authorizations.notifications.reminders.reminder_keys import DIGEST, REMINDER, Reminded, is_late
from authorizations.vocabulary import MessageStatus, SkipReason, Topic

SUBJECT = "Your digest"
MAX_ANSWER = 200


@dataclass(frozen=True, slots=True)
class PendingDigest:
    user: int
    at: datetime

    @property
    def key(self) -> str:
        """What keeps it from being written twice."""
        return f"{DIGEST}{self.user}:{self.at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"

    @property
    def row(self) -> Message:
        """Its message, unsaved. What it says is known when it leaves; in the portal its items stand by themselves."""
        now = timezone.now()
        return Message(
            key=self.key,
            recipient_id=self.user,
            topic=Topic.DEADLINES,
            subject=f"{SUBJECT} of {day_text(timezone.localdate(self.at))}",
            link=reverse("own_messages"),
            created_at=now,
            not_before=self.at,
            read_at=now,
        )


def held(wanted: Iterable[PendingDigest]) -> dict[PendingDigest, int]:
    """The keys of digests that have not left, locked until the transaction ends; those that are missing are made.

    One that is leaving at this moment is not waited for: the next minute's takes its place.
    """
    found: dict[PendingDigest, int] = {}
    missing = {each: each for each in wanted}
    while missing:
        keys = {later.key for later in missing.values()}
        there = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
        # In one order, so that two who make them at once wait for each other, and not for ever.
        new = [each.row for each in sorted(missing.values(), key=lambda each: each.key) if each.key not in there]
        Message.objects.bulk_create(new, ignore_conflicts=True)
        # Asked for by their keys alone: PostgreSQL would look through all that is planned for those of these keys.
        rows = Message.objects.select_for_update().filter(key__in=keys).order_by("pk")
        by_key = {
            key: pk
            for key, pk, status, claim in rows.values_list("key", "pk", "status", "claim")
            if status == MessageStatus.PLANNED and claim is None
        }
        found |= {each: by_key[later.key] for each, later in missing.items() if later.key in by_key}
        missing = {
            each: PendingDigest(later.user, max(later.at, timezone.now()) + timedelta(minutes=1))
            for each, later in missing.items()
            if later.key not in by_key
        }
    return found


def recorders_of(digest: Message, now: datetime, failing: set[str]) -> list[Message]:
    """What a digest says, of what it carries: nothing that is not meant for its person any more, which is skipped.

    Of very many only the first are said, and the number of the others, which are in the portal. The digest's own
    row is told how many there are.
    """
    carried = Message.objects.filter(digest=digest, status=MessageStatus.PLANNED)
    keys = sorted(carried.values_list("pk", "key"), key=_by_urgency)
    found = carried.select_related("event").in_bulk([pk for pk, _ in keys[:MAX_ANSWER]])
    first = [found[pk] for pk, _ in keys[:MAX_ANSWER] if pk in found]
    others = len(keys) - len(first)
    policy, items = DeliveryPolicy(first, now), []
    for item in first:
        # One object, whose roles are then read once.
        item.recipient = digest.recipient
        reason = why_not(item, now, failing) or policy.decide(item).skipped
        if reason:
            ended = {"status": MessageStatus.SKIPPED, "skipped": reason, "claim": digest.claim}
            Message.objects.filter(pk=item.pk).update(**ended)
        else:
            items.append(item)
    items = _rulesets_at_once(items)
    unattended = Message.objects.filter(digest=digest, skipped=SkipReason.COUNTED).count()
    number = len(items) + others + unattended
    digest.subject = f"{SUBJECT} of {day_text(timezone.localdate(now))}: {number:,} {'items' if number > 1 else 'item'}"
    if number == 1 and items:
        digest.subject = items[0].subject
    digest.body = " ".join(
        filter(
            None,
            (
                f"{others:,} more are in the portal." if others else "",
                f"Owed by organizations that nobody acts for here: {unattended:,}." if unattended else "",
            ),
        )
    )
    Message.objects.filter(pk=digest.pk).update(subject=digest.subject, body=digest.body)
    return items


def _by_urgency(row: tuple[int, str | None]) -> tuple[bool, bool, date, int]:
    """What is late first, then deadlines by their day, then all else."""
    pk, key = row
    if not key or not key.startswith(REMINDER):
        return True, True, date.max, pk
    return not is_late(key), False, Reminded.read(key).on, pk


def _rulesets_at_once(items: list[Message]) -> list[Message]:
    """The items with one for the rulesets that an offering needs by the same day, which names them all."""
    found: dict[Any, Message] = {}
    for item in items:
        key = item.key or ""
        about = Reminded.read(key) if key.startswith(REMINDER) else None
        if about is None or not about.kind.startswith("ruleset"):
            found[item.pk] = item
            continue
        same = found.setdefault((about._replace(detail=""), is_late(key)), item)
        if same is not item:
            named = f": {Reminded.read(str(same.key)).detail}"
            same.subject = same.subject.replace(named, f"{named}, {about.detail}", 1)
    return list(found.values())


def settle(digest: Message, values: Mapping[str, Any]) -> None:
    """What a digest carries ends as it does, sent, given up or skipped, and is entered in the audit log with it."""
    shared = {name: values[name] for name in ("status", "sent_at", "failure", "skipped") if name in values}
    Message.objects.filter(digest=digest, status=MessageStatus.PLANNED).update(**shared, claim=digest.claim)


def digest_text(items: Iterable[Message]) -> str:
    """The text of a digest: its items, those of one record together, each with the address of its page."""
    by_record: dict[tuple[str, int | None], list[Message]] = defaultdict(list)
    for item in items:
        by_record[item.subject_type, item.subject_id].append(item)
    return "\n\n".join("\n".join(_lines(of_one)) for of_one in by_record.values())


def _lines(items: list[Message]) -> Iterator[str]:
    for item in items:
        yield f"- {item.subject}"
        # A short section of its own: which facts a feed changed.
        yield from (f"  {line}" for line in (item.body.splitlines() if item.topic == Topic.FEED else ()))
    yield f"  {settings.OWN_ADDRESS}{items[0].link}"
