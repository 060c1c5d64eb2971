"""A deadline as it is now on a day, and what the kinds of deadlines are told of each record. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from accounts.roles import RecordSource
from authorizations.lifecycle.date_arithmetic import EASTERN
from authorizations.vocabulary import ListingRole, PackageLocation


class DeadlineForce(StrEnum):
    MUST = "must"
    SHOULD = "should"
    LOCAL = "local"  # no source states the day: local policy does


class DeadlineState(StrEnum):
    """How a deadline stands on a day. Only what is overdue counts against the one who owes it."""

    MET = "met"
    OPEN = "open"
    OVERDUE = "overdue"
    # It has passed, and nobody keeps records of its like here: it may have been met elsewhere.
    NOT_RECORDED = "not_recorded"
    # It passed before the one who owes it kept records here.
    BEFORE_RECORDS = "before_records"


class DeadlineSide(NamedTuple):
    """One side of a deadline: a party of a case as a `Turn`, with the key of its organization where it has one.

    ``official`` is the key of the agency's authorizing official where it is they who act.
    """

    side: str
    organization: int | None = None
    official: int | None = None


PMO = DeadlineSide("pmo")


class Deadline(NamedTuple):
    """One deadline: who owes what to whom, by when, by which rule, and whether it is met.

    ``on`` is None where no source gives a day and local policy none either. ``time`` is there where the rule counts
    hours. ``subject_type`` and ``subject_id`` name the record on whose page it stands; ``detail`` is what tells it
    apart from others of its kind there: a period, a task, a ruleset.
    """

    kind: str
    subject_type: str
    subject_id: int
    owed_by: DeadlineSide
    owed_to: DeadlineSide
    on: date | None
    anchor: str
    anchored_on: date | None
    rule: str
    source: str
    release: str
    force: DeadlineForce
    time: datetime | None = None
    detail: str = ""
    satisfied_on: date | None = None
    satisfied_by: str = ""
    opens_on: date | None = None  # before this day it is early to do it
    anchored_day: date | None = None  # what the anchor alone gives, where a clock that stood still moved the day
    name: str = ""  # of the task that is due, in the words of the plan
    is_stopped: bool = False  # its clock stands still: `on` moves with every day, and nobody is reminded
    is_confirmed: bool = True  # else it follows from the feed alone: nobody here ever recorded its like
    # From this day on the one who owes it keeps records here; None where they take no part (`participation.py`).
    records_since: date | None = date.min

    @property
    def is_open(self) -> bool:
        return self.satisfied_on is None

    @property
    def key(self) -> tuple[str, str, int, str]:
        """What stays the same when its day moves."""
        return self.kind, self.subject_type, self.subject_id, self.detail

    def days_left(self, today: date) -> int | None:
        """Days until it is due; below 0 once it has passed."""
        return None if self.on is None else (self.on - today).days

    @property
    def timing(self) -> str:
        """Whether it was met early, on time or late, by the days of its window; blank while it is open."""
        if self.satisfied_on is None:
            return ""
        if self.opens_on is not None and self.satisfied_on < self.opens_on:
            return "early"
        return "late" if self.on is not None and self.satisfied_on > self.on else "on time"

    @property
    def binds(self) -> bool:
        """Whether it is held against the one who owes it: they take part, and did so when it fell due."""
        return self.records_since is not None and (self.on is None or self.on >= self.records_since)

    def state(self, today: date) -> DeadlineState:
        if self.satisfied_on is not None:
            return DeadlineState.MET
        if self.on is None or self.on >= today:
            return DeadlineState.OPEN
        if self.records_since is None or (self.binds and not self.is_confirmed):
            return DeadlineState.NOT_RECORDED
        return DeadlineState.OVERDUE if self.binds else DeadlineState.BEFORE_RECORDS

    def is_pending(self, today: date) -> bool:
        """Whether it is ahead or overdue: neither met, nor passed while nobody kept records of it."""
        return self.state(today) in (DeadlineState.OPEN, DeadlineState.OVERDUE)

    def is_overdue(self, today: date) -> bool:
        return self.state(today) is DeadlineState.OVERDUE


class Delivered(NamedTuple):
    duty: str
    period: date
    on: date
    waived: bool = False
    reference: str = ""


def came_on(source: str, published_since: date | None, registered_on: date | None) -> date | None:
    """When an ATO that was signed elsewhere came in: by a feed, registered or claimed; None of one issued here."""
    return published_since if source == RecordSource.FEED else registered_on


def known_since(signed_on: date | None, came: date | None) -> date | None:
    """The day on which the register had an ATO first: of one issued here its signing, of others when they came."""
    return max(filter(None, (signed_on, came)), default=None)


# Rows: each field is a column or an annotation of the query by its name, but for those with a default.


class CaseDeadlineRow(NamedTuple):
    pk: int
    kind: str
    stage: str
    agency: int
    provider: int
    assessor: int | None
    release: str
    facts: Mapping[str, Sequence[Any]]
    stage_since: datetime
    received_at: datetime | None
    stopped_days: int
    designation: str
    listed_again: bool
    official: int | None
    adopted_at_stage: str
    opened_at: datetime

    @property
    def came_on(self) -> date | None:
        """Of a case that went on elsewhere before, the day on which it was adopted."""
        return self.opened_at.astimezone(EASTERN).date() if self.adopted_at_stage else None

    def day(self, fact: str) -> date | None:
        entry = self.facts.get(fact)
        return date.fromisoformat(entry[0]) if entry and entry[0] else None


class AtoDeadlineRow(NamedTuple):
    pk: int
    offering: int
    agency: int
    provider: int
    stage: str
    listing_role: str
    source: str
    signed_on: date | None
    expires_on: date | None
    ended_on: date | None
    recorded_on: date | None
    published_since: date | None
    registered_on: date | None
    certification: str
    certification_class: str
    official: int | None
    notified: Sequence[tuple[str, date]] = ()
    delivered: Sequence[Delivered] = ()
    of_offering: Sequence[Delivered] = ()
    letter_came_back: bool = False  # FedRAMP returned it, and its case waits for another

    @property
    def is_initial(self) -> bool:
        return self.listing_role == ListingRole.INITIAL

    @property
    def is_made_here(self) -> bool:
        """Whether it was recorded here, and is not known from a feed or a list alone."""
        return self.source == RecordSource.PORTAL

    @property
    def known_on(self) -> date | None:
        return known_since(self.signed_on, self.came_on)

    @property
    def came_on(self) -> date | None:
        return came_on(self.source, self.published_since, self.registered_on)

    @property
    def claimed_for(self) -> int | None:
        return self.agency if self.registered_on else None


# Duties of an offering that follow from an act recorded here.
OF_RECORDED_ACTS = frozenset({"L15", "N04", "N23", "N25", "pipeline"})


class OfferingDeadlineRow(NamedTuple):
    pk: int
    provider: int
    designation: str
    certification: str
    certification_class: str
    annual_day: str
    implementation_on: date | None
    ready_on: date | None
    certified_on: date | None
    certified_here_on: date | None
    in_use: bool  # some agency has a live ATO
    in_pipeline: bool  # a case was converted to the temporary Rev5 Program pipeline
    # What the provider announces in its package overview, and the file that had each day first, by column.
    next_report_on: date | None
    next_review_on: date | None
    announced: Mapping[str, str] | None
    delivered: Sequence[Delivered] = ()
    authorized_on: date | None = None  # by an initial ATO, which may have ended since
    known_on: date | None = None  # when the register had that ATO first

    def knows_of(self, due: Deadline) -> bool:
        """Whether it rests on what was recorded here, or its like was met here before; else it may be met elsewhere."""
        duty = due.kind.partition("_")[0]
        return due.kind in OF_RECORDED_ACTS or any(
            each.duty == duty and due.on is not None and each.on <= due.on for each in self.delivered
        )


class AccessDeadlineRow(NamedTuple):
    pk: int
    agency: int
    provider: int
    location: str
    granted_on: date | None
    until: date | None
    extensions: int
    ended_on: date | None
    denied_on: date | None
    notified_on: date | None
    is_there: bool
    last_there: date | None

    @property
    def at_connect(self) -> bool:
        return self.location == PackageLocation.CONNECT

    @property
    def left_on(self) -> date | None:
        return None if self.is_there else self.last_there


class ConditionDeadlineRow(NamedTuple):
    pk: int
    agency: int
    owner: int
    owner_side: str
    due_on: date | None
    met_on: date | None
    came_on: date | None

    @property
    def claimed_for(self) -> int | None:
        return self.agency if self.came_on else None


class TaskDeadlineRow(NamedTuple):
    pk: int
    number: str
    title: str
    owner: str
    is_pmo: bool
    planned_start: date | None
    planned_finish: date | None
    actual_start: date | None
    actual_finish: date | None
    agency: int
    provider: int
    assessor: int | None


class ContactDeadlineRow(NamedTuple):
    pk: int
    organization: int
    side: str
    confirmed_on: date | None
