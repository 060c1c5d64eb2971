"""The deadlines that a page shows, a line each: what is late, the reader's own open ones, the others, those met."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse

from accounts.models import Organization, User
from authorizations.actions.calendar.deliverables import deliverable, record_type_of
from authorizations.deadlines import (
    KINDS,
    Deadline,
    DeadlineForce,
    DeadlineSide,
    DeadlineState,
    deadlines_for,
    deadlines_of,
    deadlines_seen,
    in_order,
    is_owed_by,
    seen_by,
)
from authorizations.deadlines.kinds import label_of
from authorizations.lifecycle.wbs import days as days_words
from authorizations.models import Ato, Case, Condition, Offering
from authorizations.models.querysets import reads_everything
from authorizations.notifications.reminders.record_links import deadline_links
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts

FORCES = {DeadlineForce.MUST: "Must", DeadlineForce.SHOULD: "Should", DeadlineForce.LOCAL: "Local policy"}
WITHOUT_NAME = {
    "pmo": "FedRAMP",
    "agency": "the agencies that use it",
    "assessor": "the assessor",
    "provider": "the provider",
}
# What the portal does not know is not late.
NOT_RECORDED = "not recorded here"
STANDING = {
    DeadlineState.MET: ("Met", "good"),
    DeadlineState.OPEN: ("Open", "wait"),
    DeadlineState.OVERDUE: ("Overdue", "bad"),
}
MET = {"early": "Met early", "on time": "Met", "late": "Met late"}
# So many open deadlines are on a page at once; the rest unfolds.
FIRST = 8
# How many open deadlines a record shows at once: what is late, then the nearest, the reader's own first.
NEAREST = 3


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    due: Deadline
    label: str
    who: str
    to: str
    left: str
    tone: str
    force: str
    is_own: bool
    met: str = ""  # whether it was met in its window
    url: str = ""  # where the reader records that the duty was met


@dataclass(frozen=True, slots=True)
class DeadlineList:
    """The deadlines of one page: the first open ones, the other open ones, and those that are met."""

    first: list[DeadlineRow]
    more: list[DeadlineRow]
    met: list[DeadlineRow]
    deliver_url: str = ""

    @property
    def lines(self) -> list[DeadlineRow]:
        return [*self.first, *self.more, *self.met]

    @property
    def absent(self) -> str:
        """Who of those that owe something takes no part here, in words."""
        still = (*self.first, *self.more)
        return " or ".join(dict.fromkeys(line.who for line in still if line.due.records_since is None))

    @property
    def is_empty(self) -> bool:
        return not (self.first or self.more or self.met or self.deliver_url)


def of_case(user: User, case: Case, today: date, asked: CacheStamp | None = None) -> DeadlineList:
    """Those of a case; for a page, which knows its stamp, they are reckoned anew after each act and each midnight."""
    names = {case.agency_id: case.agency.name, case.offering.provider_id: case.offering.provider.name}
    if case.assessor_id and case.assessor:
        names[case.assessor_id] = case.assessor.name

    def read() -> list[Deadline]:
        return deadlines_of(case, today)

    deadlines = cached_counts(asked, user, ("of case", case.pk), read, rows=always) if asked else read()
    return _deadline_row(user, deadlines, today, names)


def of_ato(user: User, ato: Ato, today: date) -> DeadlineList:
    names = {ato.agency_id: ato.agency.name, ato.offering.provider_id: ato.offering.provider.name}
    names |= {condition.owner_id: condition.owner.name for condition in ato.conditions.all()}
    return _deadline_row(user, deadlines_of(ato, today), today, names, _delivering(user, ato))


def of_offering(user: User, offering: Offering, today: date, asked: CacheStamp) -> DeadlineList:
    """Those of an offering, reckoned anew after each act and each midnight: what is yearly is counted for years."""
    what = ("of offering", offering.pk)
    deadlines = cached_counts(asked, user, what, lambda: deadlines_seen(user, offering, today), rows=always)
    names = {offering.provider_id: offering.provider.name}
    return _deadline_row(user, deadlines, today, names, _delivering(user, offering))


def _delivering(user: User, record: Ato | Offering) -> Callable[[str, str], str]:
    known = {duty.key for duty in deliverable(record, user)}
    address = reverse(f"deliver_{record_type_of(record)}", args=[record.public_id])

    def where(duty: str, period: str) -> str:
        if duty:
            return f"{address}?duty={duty}&period={period}" if duty in known else ""
        return address if known else ""

    return where


def _nowhere(duty: str, period: str) -> str:
    return ""


def _deadline_row(
    user: User,
    deadlines: Iterable[Deadline],
    today: date,
    names: Mapping[int, str],
    where: Callable[[str, str], str] = _nowhere,
) -> DeadlineList:
    lines = [line_of(user, due, today, names, where) for due in deadlines]
    still = [line for line in lines if line.due.is_open]
    still.sort(key=lambda line: _rank(line, today))
    met = [line for line in lines if not line.due.is_open]
    return DeadlineList(still[:NEAREST], still[NEAREST:], met, where("", ""))


def _rank(line: DeadlineRow, today: date) -> tuple[bool, bool, bool]:
    """What is late stands first, whoever owes it, as the head of a case names it; what is held against nobody last."""
    return not line.due.is_pending(today), line.due.state(today) is not DeadlineState.OVERDUE, not line.is_own


def line_of(
    user: User, due: Deadline, today: date, names: Mapping[int, str], where: Callable[[str, str], str] = _nowhere
) -> DeadlineRow:
    kind = KINDS[due.kind]
    left, owes = due.days_left(today), who(due.owed_by, names)
    url = where(kind.duty, due.detail) if kind.duty and due.is_open else ""
    return DeadlineRow(
        due,
        label_of(due),
        owes,
        who(due.owed_to, names),
        _left(due, today, owes),
        _tone(due, today, left),
        FORCES[due.force],
        is_owed_by(user, due),
        MET.get(due.timing, ""),
        url,
    )


def who(side: DeadlineSide, names: Mapping[int, str]) -> str:
    """Who one side of a deadline is: an organization by its name, else the side."""
    return names.get(side.organization or 0) or WITHOUT_NAME[side.side]


def in_a_word(line: DeadlineRow, today: date) -> tuple[str, str]:
    """How a deadline stands, with its tone: for tables and lists that show its day elsewhere."""
    state = line.due.state(today)
    if state in STANDING:
        return STANDING[state]
    return f"{line.left[:1].upper()}{line.left[1:]}", "plain"


def of_conditions(ato: Ato, lines: Iterable[DeadlineRow], today: date) -> list[tuple[Condition, str, str]]:
    """The conditions of an ATO, each with how it stands and its tone; of an ended one, nothing is overdue any more.

    lines: the deadlines of the ATO.
    """
    dated = {line.due.subject_id: line for line in lines if line.due.subject_type == "condition"}
    return [
        (each, *(in_a_word(dated[each.pk], today) if each.pk in dated else STANDING[_state_of(each)]))
        for each in ato.conditions.all()
    ]


def _state_of(condition: Condition) -> DeadlineState:
    return DeadlineState.MET if condition.met_on else DeadlineState.OPEN


def _left(due: Deadline, today: date, owes: str) -> str:
    left = due.days_left(today)
    if left is None or not due.is_open:
        return ""
    if words := not_held(due, today, owes):
        return words
    if due.is_stopped and left >= 0:
        # Its day moves with every day: the days left are the same tomorrow.
        return f"{days_words(left)} left, clock stopped"
    if left == 0:
        return "today"
    return f"in {days_words(left)}" if left > 0 else f"overdue by {days_words(-left)}"


def not_held(due: Deadline, today: date, owes: str) -> str:
    """Why a day that has passed is held against nobody; blank for every other."""
    state = due.state(today)
    if state is DeadlineState.BEFORE_RECORDS:
        return f"before {owes} kept records here"
    return NOT_RECORDED if state is DeadlineState.NOT_RECORDED else ""


def _tone(due: Deadline, today: date, left: int | None) -> str:
    state = due.state(today)
    if state is DeadlineState.OVERDUE:
        return "bad"
    is_near = left is not None and left <= FIRST and due.binds
    return "warn" if state is DeadlineState.OPEN and is_near else "plain"


# --- several records ---

AHEAD = timedelta(days=90)
ON_HOME = 8


@dataclass(frozen=True, slots=True)
class RecordDeadline:
    """A deadline with its record; ``others``: how many other offerings owe the same on the same day."""

    line: DeadlineRow
    title: str
    url: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class Owed:
    """What a person's own organizations owe: the first of it, and of each case the day of what is due first there."""

    next: list[RecordDeadline]
    of_cases: dict[int, date]


def next_for(user: User, today: date, stamp: CacheStamp) -> Owed:
    """What a person's own organizations owe next, what has passed first; no list is longer than a page holds.

    Deadlines follow from records, releases and closings, which change by acts alone, and from the day.
    """
    return cached_counts(stamp, user, "owed next", lambda: _next_for(user, today), rows=always)


def _next_for(user: User, today: date) -> Owed:
    deadlines = [due for due in deadlines_for(user, today, until=today + AHEAD, own=True) if due.is_open]
    of_cases: dict[int, date] = {}
    for due in deadlines:
        if due.subject_type == "case" and due.on is not None and due.is_pending(today):
            of_cases.setdefault(due.subject_id, due.on)
    _not_held_last(deadlines, today)
    names = {each.pk: each.name for each in user.organizations}
    return Owed(_first_ones(user, deadlines, today, names), of_cases)


def _not_held_last(deadlines: list[Deadline], today: date) -> None:
    """What has passed and is held against nobody comes after what is late, and after what is ahead."""
    deadlines.sort(key=lambda due: due.is_open and not due.is_pending(today))


def of_organization(user: User, organization: Organization, today: date, asked: CacheStamp) -> list[RecordDeadline]:
    what = ("owed by", organization.pk)
    return cached_counts(asked, user, what, lambda: _of_organization(user, organization, today), rows=always)


def _of_organization(user: User, organization: Organization, today: date) -> list[RecordDeadline]:
    until = today + AHEAD
    deadlines = [
        due
        for due in in_order(seen_by(user).of(organization).deadlines(today))
        if due.is_open and due.owed_by.organization == organization.pk and due.on is not None and due.on <= until
    ]
    _not_held_last(deadlines, today)
    return _first_ones(user, deadlines, today, {organization.pk: organization.name})


def _first_ones(
    user: User, deadlines: Sequence[Deadline], today: date, names: Mapping[int, str]
) -> list[RecordDeadline]:
    """The first of them; a date of the rules that all offerings of an organization have stands once."""
    groups: dict[object, list[Deadline]] = {}
    for due in deadlines:
        same = (due.kind, due.detail, due.on, due.owed_by, due.rule, due.is_pending(today))
        groups.setdefault(same if due.subject_type == "offering" else due.key, []).append(due)
    some = list(groups.values())[:ON_HOME]
    found = record_deadlines(user, [group[0] for group in some], today, names)
    return [replace(each, others=len(group) - 1) for each, group in zip(found, some, strict=True)]


def follows(user: User, organization: Organization) -> bool:
    """Whether a person sees what an organization owes: its own people, those above it, the PMO and the auditor."""
    return reads_everything(user) or any(
        one.organization_id in organization.line_up for one in user.current_memberships
    )


def record_deadlines(
    user: User, deadlines: Sequence[Deadline], today: date, names: Mapping[int, str]
) -> list[RecordDeadline]:
    """Deadlines of several records, with the records' names: one query for each kind of record among them."""
    records = deadline_links((due.subject_type, due.subject_id) for due in deadlines)
    found = ((due, records[due.subject_type, due.subject_id]) for due in deadlines)
    return [RecordDeadline(line_of(user, due, today, names), place.title, place.link) for due, place in found]
