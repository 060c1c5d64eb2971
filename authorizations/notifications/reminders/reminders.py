"""Reminders of deadlines: on each day the latest notice that counts, to each person, once, whatever was missed before.

Nothing is kept of when reminders were looked for last: a day that moves into the past must be found, too. What keeps a
notice from being written twice is its key, which holds the deadline, its day, the notice's place in the row of notices
and the person. A deadline whose day is moved therefore starts anew; one whose clock stood still does not, and one that
is met yields nothing any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice, takewhile
from typing import NamedTuple, TypeVar
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from authorizations.deadlines.deadline import Deadline, DeadlineForce, DeadlineSide
from authorizations.deadlines.kinds import KINDS
from authorizations.deadlines.notice_schedule import LEADS, NOTHING, PMO, Counting, counting
from authorizations.deadlines.queries import sweep
from authorizations.models import Case, Message
from authorizations.notifications.mail.digests import PendingDigest, held
from authorizations.notifications.mail.notification_preferences import (
    DeliveryDecision,
    Muted,
    NotificationPreferences,
    preferences_of,
)
from authorizations.notifications.reminders import bulk_insert
from authorizations.notifications.reminders.message_content import body_of, subject_of
from authorizations.notifications.reminders.recipients import RoleHolders
from authorizations.notifications.reminders.record_links import DeadlineLink, deadline_links
from authorizations.notifications.reminders.reminder_keys import REMINDER, duty_and_person, key_of
from authorizations.rules import newest, office_closures, releases
from authorizations.rules.release_file import Lead
from authorizations.vocabulary import MessageStatus, Pace, SkipReason, Topic

T = TypeVar("T")
BATCH = 10_000
# More mails than these from one look are no news but a flood: they come with the next morning's digest.
MOST_AT_ONCE = 10
OF_THE_PMO = DeadlineSide("pmo")


class DeadlineNotice(NamedTuple):
    """One person told of one deadline: before its day, when it has passed, or because it was passed on to them.

    ``lead`` is a number of days before the day, below 0 after it; or ``e1``, ``e2`` for the steps up the chain.
    """

    due: Deadline
    lead: str
    user: int

    @property
    def key(self) -> str:
        return key_of(self.due, self.lead, self.user)

    @property
    def counts_from(self) -> date:
        """The day of the notice. What was to be told before somebody joined is due, and no news to them."""
        on = self.due.on or date.max
        return on if self.lead.startswith("e") else on - timedelta(days=int(self.lead))

    @property
    def is_mandatory(self) -> bool:
        """Whether nobody can switch it off: a must that has passed, and what was passed on."""
        return self.lead.startswith("e") or (self.lead.startswith("-") and self.due.force is DeadlineForce.MUST)


class PlannedReminder(NamedTuple):
    notice: DeadlineNotice
    place: DeadlineLink
    decision: DeliveryDecision


class Reminders:
    """The notices of one day. ``now`` is when they are written: quiet hours and digests are computed from it."""

    def __init__(self, today: date, now: datetime) -> None:
        self.today, self.now = today, now
        self.people = RoleHolders(today)
        self._office_closures = office_closures()
        self._preferences: dict[int, NotificationPreferences] = preferences_of(self.people.everybody, today)
        self._counting: dict[tuple[str, str, date], Counting] = {}
        self._at_once: Counter[int] = Counter()
        self._decisions: dict[tuple[int, bool], DeliveryDecision] = {}
        self._floods: dict[int, DeliveryDecision] = {}
        self._words: tuple[Deadline, str, str, str] | None = None
        self._claim = uuid4().hex

    # --- which notices count ---

    def candidates(self) -> Iterator[DeadlineNotice]:
        """Every notice that counts today, whether or not it was written before."""
        for due in sweep(self.today, self.today + _longest()):
            if due.on is None or due.is_stopped or not due.binds:
                continue
            counting = self._counts(due.kind, due.release, due.on)
            if counting.place is not None or counting.steps:
                for lead, user in self._whom(due, counting):
                    yield DeadlineNotice(due, lead, user)

    def _counts(self, kind: str, release: str, on: date) -> Counting:
        """The notice of a deadline that counts today, and to whom up the chain it has been passed on."""
        key = (kind, release, on)
        if key not in self._counting:
            lead = _lead(kind, release, self.today)
            self._counting[key] = counting(lead, on, self.today, self._office_closures) if lead else NOTHING
        return self._counting[key]

    def _whom(self, due: Deadline, counts: Counting) -> Iterator[tuple[str, int]]:
        place, leads = counts.place, self.people.leads(due.owed_by) if LEADS in counts.steps else ()
        who_act = self.people.who_act(due.owed_by) if place is not None else ()
        # Leads who act for it themselves hear of both as one row of notices: the latest is told, and no other.
        both = set(who_act).intersection(leads)
        for user in who_act:
            if not (counts.passed_on_since and user in both):
                yield str(place), user
        # Anyone who waits for it is told once that its day has passed; the PMO only by the chain.
        if place is not None and place < 0:
            for user in self.people.who_wait(due):
                if user not in who_act:
                    yield "-1", user
        for user in leads:
            if counts.passed_on_since or user not in both:
                yield "e1", user
        if PMO in counts.steps and due.owed_by.side != OF_THE_PMO.side:
            for user in self.people.leads(OF_THE_PMO):
                yield "e2", user

    # --- which of them are new, and what becomes of them ---

    def new(self) -> Iterator[list[PlannedReminder]]:
        """Those that nobody wrote yet, batch by batch, to people who may see what they speak of."""
        for batch in _batches(self.candidates()):
            keys = [each.key for each in batch]
            there = bulk_insert.known(keys)
            missing = [each for key, each in zip(keys, batch, strict=True) if key not in there]
            if missing and self._told_today:
                missing = [each for each in missing if duty_and_person(each.key) not in self._told_today]
            if missing:
                yield list(self._permitted(missing))

    @cached_property
    def _told_today(self) -> set[tuple[str, str]]:
        """Of which duties an earlier look of this calendar day told whom: a day that moved since waits for tomorrow's.

        Asked once, when something new was found and nothing of it is written yet.
        """
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = Message.objects.order_by("-pk").values_list("key", "created_at").iterator(chunk_size=1000)
        of_today = takewhile(lambda row: row[1] >= midnight, rows)
        return {duty_and_person(key) for key, _ in of_today if key and key.startswith(REMINDER)}

    def _permitted(self, missing: list[DeadlineNotice]) -> Iterator[PlannedReminder]:
        found = deadline_links((each.due.subject_type, each.due.subject_id) for each in missing)
        claimed = _claimed(missing)
        for each in missing:
            place = found.get((each.due.subject_type, each.due.subject_id))
            if place is None or place.seen_id not in self.people.see(each.user, place.seen_type):
                continue
            if self._is_anothers(each, claimed):
                continue
            yield PlannedReminder(each, place, self._decide(each, place))

    def _is_anothers(self, notice: DeadlineNotice, claimed: dict[int, int]) -> bool:
        """Whether the PMO owes it about a case whose review somebody else claimed: the leads are told all the same."""
        due = notice.due
        if due.owed_by.side != OF_THE_PMO.side or due.subject_type != "case":
            return False
        who = claimed.get(due.subject_id)
        return who is not None and who != notice.user and notice.user not in self.people.leads(OF_THE_PMO)

    def _decide(self, notice: DeadlineNotice, place: DeadlineLink) -> DeliveryDecision:
        if not self.people.who_act(notice.due.owed_by):
            return self._digest_of(notice.user)._replace(skipped=SkipReason.COUNTED)
        notification_preferences, kept = self._preferences[notice.user], (notice.user, notice.is_mandatory)
        # The same for all notices of a person who muted nothing: most have thousands at the first look.
        decision = self._decisions.get(kept)
        if decision is None:
            due = notice.due
            about = (
                Muted(place.subject_type, place.subject_id),
                Muted(due.subject_type, due.subject_id, due.kind, due.detail),
            )
            decision = notification_preferences.decide(
                Topic.DEADLINES, self.now, mandatory=notice.is_mandatory, about=about
            )
            if not notification_preferences.muted:
                self._decisions[kept] = decision
        if not decision.skipped and not decision.in_digest:
            self._at_once[notice.user] += 1
        return decision

    def settled(self) -> Iterator[list[PlannedReminder]]:
        """The new ones with what becomes of them at last: what would be a flood of mails comes in a digest.

        What is mailed at once is given last, when it is known how much there is for each person.
        """
        held_back: dict[int, list[PlannedReminder]] = defaultdict(list)
        for batch in self.new():
            ready: list[PlannedReminder] = []
            for each in batch:
                user = each.notice.user
                if each.decision.skipped or each.decision.in_digest:
                    ready.append(each)
                elif self._at_once[user] > MOST_AT_ONCE:
                    ready += map(self._in_digest, [*held_back.pop(user, []), each])
                else:
                    held_back[user].append(each)
            yield ready
        yield from _batches(chain.from_iterable(held_back.values()))

    def _in_digest(self, reminder: PlannedReminder) -> PlannedReminder:
        return reminder._replace(decision=self._digest_of(reminder.notice.user))

    def _digest_of(self, user: int) -> DeliveryDecision:
        """The next digest of a person, whatever they chose."""
        if user not in self._floods:
            at = self._preferences[user].next_digest(self.now, Pace.DAILY)
            self._floods[user] = DeliveryDecision(at, in_digest=True)
        return self._floods[user]

    # --- writing ---

    def write(self) -> int:
        number = 0
        with bulk_insert.tuned_for_bulk(), bulk_insert.BackgroundWriter(self._insert) as writing:
            for some in filter(None, self.settled()):
                writing.take(some)
                number += len(some)
        return number

    def _insert(self, some: list[PlannedReminder]) -> None:
        with transaction.atomic():
            wanted = {(each.notice.user, each.decision.at) for each in some if each.decision.in_digest}
            kept = held(PendingDigest(*each) for each in wanted)
            digests = {(each.user, each.at): key for each, key in kept.items()}
            rows = (
                self.row(each, digests[each.notice.user, each.decision.at] if each.decision.in_digest else None)
                for each in some
            )
            bulk_insert.write(rows, Topic.DEADLINES, self.now)

    def row(self, reminder: PlannedReminder, digest: int | None = None) -> bulk_insert.BulkMessage:
        """The message of a notice. ``digest``: the key of the one that carries it."""
        notice, place, decision = reminder
        subject, body = self._subject_and_body(notice, place)
        return bulk_insert.BulkMessage(
            key=notice.key,
            recipient_id=notice.user,
            mandatory=notice.is_mandatory,
            subject_type=place.subject_type,
            subject_id=place.subject_id,
            subject=subject,
            body=body,
            link=place.link,
            status=MessageStatus.SKIPPED.value if decision.skipped else MessageStatus.PLANNED.value,
            skipped=str(decision.skipped),
            not_before=decision.at,
            read_at=self.now if notice.counts_from < self.people.joined(notice.user) else None,
            digest_id=digest,
            # What has ended keeps a claim until that is in the audit log.
            claim=self._claim if decision.skipped else None,
        )

    def _subject_and_body(self, notice: DeadlineNotice, place: DeadlineLink) -> tuple[str, str]:
        due, lead = notice.due, notice.lead
        if self._words is None or self._words[0] is not due or self._words[1] != lead:
            absent = "" if self.people.who_act(due.owed_by) else self.people.name_of(due.owed_by)
            self._words = due, lead, subject_of(due, lead, place), body_of(due, lead, absent)
        return self._words[2], self._words[3]


def remind(today: date, now: datetime) -> int:
    """Writes what is to be told today and is not written yet; returns how many notices these are."""
    return Reminders(today, now).write()


def _lead(kind: str, release: str, today: date) -> Lead | None:
    """When people are told of a kind, by the release that the deadline follows; else by the newest."""
    name = KINDS[kind].lead
    own = releases().get(release)
    return (own.leads.get(name) if own else None) or newest(today).leads.get(name)


def _longest() -> timedelta:
    return timedelta(days=max(max(lead.before) for each in releases().values() for lead in each.leads.values()))


def _claimed(notices: list[DeadlineNotice]) -> dict[int, int]:
    """Who claimed the review of the cases of which the PMO owes something, by the key of the case."""
    owed = {
        each.due.subject_id for each in notices if each.due.owed_by == OF_THE_PMO and each.due.subject_type == "case"
    }
    claimed = Case.objects.filter(pk__in=owed, claimed_by__isnull=False) if owed else Case.objects.none()
    return dict(claimed.order_by().values_list("pk", "claimed_by"))


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    each = iter(rows)
    while batch := list(islice(each, BATCH)):
        yield batch
