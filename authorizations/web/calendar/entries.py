"""Deadlines in the words of a calendar: what is due, about which record, who owes it to whom, and how it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from accounts.models import Organization
from authorizations.deadlines import KINDS, Deadline, DeadlineForce, DeadlineState
from authorizations.deadlines.kinds import label_of
from authorizations.display import day_text
from authorizations.notifications.reminders.record_links import DeadlineLink, deadline_links
from authorizations.presenters.deadlines import not_held, who

FORCE = {
    DeadlineForce.MUST: "It must be met.",
    DeadlineForce.SHOULD: "It should be met.",
    DeadlineForce.LOCAL: "No source states a day: local policy of this portal does.",
}


class EntryState(StrEnum):
    """How an entry stands. A cancelled one is in feeds alone: it says that the entry is no longer there."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    NOT_HELD = "not held"  # its day has passed, and it is held against nobody
    CANCELLED = "cancelled"


# The colour of a state, and its word for who cannot see it.
TONES = {
    EntryState.OPEN: "wait",
    EntryState.OVERDUE: "bad",
    EntryState.DONE: "past",
    EntryState.NOT_HELD: "past",
}
WORDS = {EntryState.OPEN: "", EntryState.OVERDUE: "Overdue", EntryState.DONE: "Done"}


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    due: Deadline
    place: DeadlineLink
    state: EntryState
    owes: str
    to: str
    why: str = ""  # it is held against nobody

    @property
    def when(self) -> date | datetime:
        """The day, or the moment where its rule counts hours."""
        return self.due.time or self.day

    @property
    def day(self) -> date:
        """The day on which it stands: of one with an hour, the day in US Eastern time."""
        assert self.due.on is not None  # noqa: S101  # entries are made of those that have a day
        return timezone.localdate(self.due.time) if self.due.time else self.due.on

    @property
    def what(self) -> str:
        return label_of(self.due)

    @property
    def word(self) -> str:
        return WORDS.get(self.state) or f"{self.why[:1].upper()}{self.why[1:]}"

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def summary(self) -> str:
        return f"{self.word}: {self.line}" if self.word else self.line

    @property
    def line(self) -> str:
        return f"{self.what} – {self.place.title}"

    @property
    def whose(self) -> str:
        owes = self.owes[:1].upper() + self.owes[1:]
        return f"{owes} owes this" + (f" to {self.to}." if self.owes != self.to else ".")

    @property
    def rule(self) -> str:
        due = self.due
        source = f" Source: {due.source}." if due.source not in ("", due.rule) else ""
        release = f" Release: {due.release}." if due.release else ""
        return f"Rule: {due.rule}.{source}{release} {FORCE[due.force]}"

    @property
    def sentences(self) -> list[str]:
        """What else there is to know of it; nothing that somebody wrote about the record."""
        due = self.due
        anchor = f"{due.anchor}, {day_text(due.anchored_on)}" if due.anchored_on else due.anchor
        opens = f" Not before {day_text(due.opens_on)}." if due.opens_on else ""
        met = f"Met on {day_text(due.satisfied_on)}." if due.satisfied_on else f"It is met by {KINDS[due.kind].met_by}."
        return [self.whose, f"Counted from: {anchor}.{opens}", self.rule, met]


STATES = {
    DeadlineState.MET: EntryState.DONE,
    DeadlineState.OPEN: EntryState.OPEN,
    DeadlineState.OVERDUE: EntryState.OVERDUE,
}


def state_of(due: Deadline, today: date) -> EntryState:
    return STATES.get(due.state(today), EntryState.NOT_HELD)


def entries_of(deadlines: Iterable[Deadline], today: date) -> list[CalendarEntry]:
    """The entries of deadlines that have a day: a query for each kind of record among them, and one for names."""
    dated = [due for due in deadlines if due.on is not None]
    found = deadline_links((due.subject_type, due.subject_id) for due in dated)
    names = names_of(dated)
    return [
        CalendarEntry(
            due,
            found[due.subject_type, due.subject_id],
            state_of(due, today),
            who(due.owed_by, names),
            who(due.owed_to, names),
            not_held(due, today, who(due.owed_by, names)),
        )
        for due in dated
        # A record may have gone between the two readings.
        if (due.subject_type, due.subject_id) in found
    ]


def names_of(deadlines: Iterable[Deadline]) -> Mapping[int, str]:
    keys = {
        side.organization for due in deadlines for side in (due.owed_by, due.owed_to) if side.organization is not None
    }
    return dict(Organization.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
