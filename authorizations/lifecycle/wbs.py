"""The tasks of a work breakdown structure: their order, whose they are, how late they are, what a new workbook changes.

Pure: it knows rows by their columns, wherever they are kept.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import EARLIEST, latest
from authorizations.policy import Party
from authorizations.vocabulary import WbsKind

# Who keeps the plan: both sides that sign it (WBS, sheet "CSPAgency Information"); the PMO keeps its own part of it.
PLANNERS = frozenset({Party.AL, Party.AR, Party.AO, Party.CL, Party.CC})
FOR_THE_PMO = frozenset({Party.PR, Party.PL})

PLANNED = ("planned_start", "planned_finish")
ACTUAL = ("actual_start", "actual_finish")
DATES = (*PLANNED, *ACTUAL)
COLUMNS = {
    "title": "Task",
    "kind": "What it is",
    "owner": "Responsibility",
    "planned_start": "Planned start",
    "planned_finish": "Planned finish",
    "actual_start": "Actual start",
    "actual_finish": "Actual finish",
    "notes": "Notes",
    "is_pmo": "Part of the PMO",
}
# The words by which a workbook names who is responsible.
SIDES = {"agency": "agency", "csp": "provider", "3pao": "assessor", "assessor": "assessor", "pmo": "pmo"}
SIDE_WORDS = re.compile(r"\b(agency|csp|3pao|assessor|pmo)\b", re.IGNORECASE)
# A fact of the case that a task plans: its name, the words by which both sheets know the task, the column that counts.
PROPOSES = (
    ("assessment_planned_on", re.compile(r"(conduct|perform)\b.*\bassessment", re.IGNORECASE), "planned_start"),
    ("ato_planned_on", re.compile(r"issue ato\b", re.IGNORECASE), "planned_finish"),
)


class Planned(Protocol):
    """A row of a plan."""

    number: str
    title: str
    kind: str
    is_pmo: bool
    planned_start: Any
    planned_finish: Any


class TrackedRow(Planned, Protocol):
    """A row that is kept, with what became of the plan."""

    actual_start: Any
    actual_finish: Any


@dataclass(frozen=True, slots=True)
class WbsRow:
    """One row of a workbook: a heading, a task, or a placeholder for a gap that nobody has named yet."""

    number: str
    title: str
    kind: WbsKind
    owner: str = ""
    planned_start: date | None = None
    planned_finish: date | None = None
    is_pmo: bool = False
    notes: str = ""
    row: int = 0  # of the sheet


@dataclass(frozen=True, slots=True)
class Changed:
    """One row of which a workbook says something else: {column: (before, after)}."""

    number: str
    title: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What taking a workbook over would do to the rows that are kept."""

    create: list[WbsRow]
    change: list[Changed]
    remove: list[Any]
    same: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.create or self.change or self.remove)


def order_of(number: str) -> tuple[int, ...]:
    """The place of a number among others: 3.10 comes after 3.9."""
    return tuple(int(part) for part in number.split("."))


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Rows in the order of their numbers, each heading before its tasks."""
    return sorted(rows, key=lambda row: order_of(row.number))


def heading_of(number: str) -> str:
    """The number of the heading that a row stands under: 3 for 3.10."""
    return number.partition(".")[0]


def sides_of(owner: str) -> list[str]:
    """The sides that a responsibility names, each once, in its order."""
    return list(dict.fromkeys(SIDES[word.lower()] for word in SIDE_WORDS.findall(owner)))


def date_editors(row: Planned) -> frozenset[Party]:
    """Who keeps the dates of a row; nobody those of a heading or a placeholder."""
    if row.kind != WbsKind.TASK:
        return frozenset()
    return FOR_THE_PMO if row.is_pmo else PLANNERS


def compare(kept: Sequence[Any], rows: Iterable[WbsRow]) -> Comparison:
    """What a workbook changes: rows are the same by their number.

    What happened already is not in a workbook and stays; so do the dates of the PMO's part, which the PMO keeps.
    """
    before, after = {row.number: row for row in kept}, {row.number: row for row in rows}
    changed = [
        Changed(number, row.title, changes)
        for number, row in after.items()
        if number in before and (changes := _changes(before[number], row))
    ]
    return Comparison(
        create=[row for number, row in after.items() if number not in before],
        change=changed,
        remove=in_order(row for number, row in before.items() if number not in after),
        same=sum(number in before for number in after) - len(changed),
    )


def _changes(before: Any, after: WbsRow) -> dict[str, tuple[Any, Any]]:
    stated = ("title", "kind", "owner", "notes", "is_pmo", *(() if after.is_pmo else PLANNED))
    return {
        name: (getattr(before, name), getattr(after, name))
        for name in stated
        if getattr(before, name) != getattr(after, name)
    }


def impossible(row: TrackedRow, key: str, today: date) -> Iterator[Problem]:
    """What is wrong with the dates of a task; each problem is at its ``key``, a blank, and the column."""
    for start, finish in (PLANNED, ACTUAL):
        first, last = getattr(row, start), getattr(row, finish)
        if first and last and last < first:
            yield _problem(row, key, finish, "cannot be before the start")
    for name in DATES:
        day = getattr(row, name)
        if day and name in ACTUAL and day > today:
            yield _problem(row, key, name, "cannot be in the future. Planned days belong in the planned dates")
        elif day and not EARLIEST <= day <= latest(today):
            yield _problem(row, key, name, "is too far from today for a plan")


def _problem(row: TrackedRow, key: str, name: str, why: str) -> Problem:
    sentence = f"Task {row.number}, {COLUMNS[name].lower()}: this {why}."
    return Problem("wbs", sentence, f"{key} {name}", waivable=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a task stands: in words, with the days by which it is, or was, late."""

    words: str
    state: str  # done, late, under way, ahead
    days_late: int = 0


def progress(row: TrackedRow, today: date) -> Progress:
    """How a task is on a day; a plan without dates is never late."""
    start, finish = row.planned_start, row.planned_finish
    if row.actual_finish:
        late = (row.actual_finish - finish).days if finish else 0
        return Progress(f"Done, {days(late)} late", "done", late) if late > 0 else Progress("Done", "done")
    if finish and finish < today:
        late = (today - finish).days
        return Progress(f"{days(late)} late".capitalize(), "late", late)
    if row.actual_start:
        return Progress("Under way", "under way")
    if start and start < today:
        late = (today - start).days
        return Progress(f"Not begun, {days(late)} after its planned start", "late", late)
    return Progress("Not begun" if start or finish else "No dates yet", "ahead")


def days(number: int) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number:,} days"


def proposed(rows: Iterable[Planned]) -> dict[str, tuple[date, Planned]]:
    """The facts of the case for which the plan has a day, by name, each with the task that plans it."""
    found: dict[str, tuple[date, Planned]] = {}
    for row in rows:
        for fact, words, column in PROPOSES:
            day = getattr(row, column)
            if row.kind == WbsKind.TASK and day and words.match(row.title):
                found.setdefault(fact, (day, row))
    return found
