"""Which open deadlines move: when a case changes, when a closing is added, when a release states another length."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from authorizations.deadlines import kinds, loading
from authorizations.deadlines.deadline import Deadline
from authorizations.deadlines.participation import Participation
from authorizations.deadlines.queries import sweep
from authorizations.lifecycle.date_arithmetic import after
from authorizations.models import Case
from authorizations.rules import Release, office_closures, release
from authorizations.rules.names import LENGTHS, unit_of

# What an entry calls the day of a deadline; the kind follows.
MOVED = "due "
# The columns of a case from which its deadlines follow.
# Days move no matter who takes part.
NOBODY = Participation({})
OF_A_CASE = frozenset({"stage", "release", "facts", "stage_since", "received_at", "stopped_days"})


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    due: Deadline
    to: date


def moved_of_case(case: Case, before: Mapping[str, Any], today: date) -> dict[str, list[str]]:
    """The open deadlines of a case whose day an act changes, as an entry of the audit log: [before, after] by kind.

    before: its columns before the act, by their names.
    """
    row = loading.row_of_case(case)
    was = row._replace(**{name: before[name] for name in OF_A_CASE})
    earlier = {due.key: due.on for due in kinds.compute(was, kinds.OF_CASES, today, NOBODY) if due.is_open}
    found = {}
    for due in kinds.compute(row, kinds.OF_CASES, today, NOBODY):
        old = earlier.get(due.key)
        if old and due.on and due.is_open and old != due.on:
            found[f"{MOVED}{due.kind}"] = [old.isoformat(), due.on.isoformat()]
    return found


def moved_by_office_closure(day: date, today: date) -> Iterator[MovedDeadline]:
    """The open deadlines that count business days across a day on which offices are closed newly."""
    known = office_closures()
    for due, number in _by_length(today):
        unit = unit_of(kinds.KINDS[due.kind].lead)
        if unit == "business days" and due.on == after(due.anchored_on, number, unit, known):
            to = after(due.anchored_on, number, unit, {*known, day})
            if to != due.on:
                yield MovedDeadline(due, to)


def moved_by_release(to: Release, today: date) -> Iterator[MovedDeadline]:
    """The open deadlines that another length moves once a release is the newest; cases keep the one they follow."""
    for due, number in _by_length(today):
        length = kinds.KINDS[due.kind].lead
        then = to.lengths.get(length)
        if due.subject_type == "case" or then is None or then == number:
            continue
        unit = unit_of(length)
        if due.on == after(due.anchored_on, number, unit, office_closures()):
            yield MovedDeadline(due, after(due.anchored_on, then, unit, office_closures()))


def _by_length(today: date) -> Iterator[tuple[Any, int]]:
    for due in sweep(today, date.max):
        length = kinds.KINDS[due.kind].lead
        if length in LENGTHS and due.anchored_on is not None and unit_of(length) != "hours":
            number = release(due.release).lengths.get(length)
            if number:
                yield due, number
