"""Every deadline of the table that was computed by hand comes out as it is now there."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest

from authorizations.deadlines import KINDS, Deadline, kinds
from authorizations.deadlines.deadline import (
    AccessDeadlineRow,
    AtoDeadlineRow,
    CaseDeadlineRow,
    ConditionDeadlineRow,
    ContactDeadlineRow,
    OfferingDeadlineRow,
    TaskDeadlineRow,
)
from authorizations.lifecycle.date_arithmetic import EASTERN, at_clock, months_after, next_yearly
from authorizations.rules import RELEASE_REGISTRY
from authorizations.rules.release import LocalPolicy
from tests.deadlines import by_hand_atos, by_hand_cases, by_hand_offerings, by_hand_yearly
from tests.deadlines.records import ABSENT, EVERYONE, Computed, day

COMPUTED = (*by_hand_cases.ROWS, *by_hand_atos.ROWS, *by_hand_offerings.ROWS, *by_hand_yearly.ROWS)

OF_ROW = {
    CaseDeadlineRow: kinds.OF_CASES,
    TaskDeadlineRow: kinds.OF_TASKS,
    AtoDeadlineRow: kinds.OF_ATOS,
    ConditionDeadlineRow: kinds.OF_CONDITIONS,
    OfferingDeadlineRow: kinds.OF_OFFERINGS,
    AccessDeadlineRow: kinds.OF_ACCESSES,
    ContactDeadlineRow: kinds.OF_CONTACTS,
}


@contextmanager
def policy(local: LocalPolicy) -> Iterator[None]:
    before = RELEASE_REGISTRY._local
    RELEASE_REGISTRY.replace_imported(RELEASE_REGISTRY._imported.values(), local)
    try:
        yield
    finally:
        RELEASE_REGISTRY.replace_imported(RELEASE_REGISTRY._imported.values(), before)


def computed(row: Computed) -> list[Deadline]:
    with policy(LocalPolicy(lengths=row.local, office_closures=frozenset(map(day, row.office_closures)))):
        every = list(kinds.compute(row.row, OF_ROW[type(row.row)], row.today, EVERYONE))
    detail = row.more.get("detail")
    return [due for due in every if due.kind == row.kind and detail in (None, due.detail)]


@pytest.mark.parametrize("row", COMPUTED, ids=lambda row: f"{row.kind}: {row.shows}")
def test_a_deadline_is_the_day_that_was_computed_by_hand(row: Computed) -> None:
    found = computed(row)
    if row.expected == ABSENT:
        assert found == []
        return
    due = found[0]
    assert due.on == (day(row.expected) if row.expected else None)
    assert {name: getattr(due, name) for name in row.more} == row.more


def test_every_kind_was_computed_by_hand() -> None:
    assert {row.kind for row in COMPUTED if row.expected != ABSENT} | {"WBS_start"} == set(KINDS)
    assert len(COMPUTED) >= 60


@pytest.mark.parametrize(
    ("on", "clock", "shown"),
    [
        ("2027-03-14", time(2, 30), "2027-03-14T03:30:00-04:00"),  # an hour that spring leaves out
        ("2026-11-01", time(1, 30), "2026-11-01T01:30:00-04:00"),  # an hour that autumn has twice: the first
        ("2026-11-01", time(3, 0), "2026-11-01T03:00:00-05:00"),
        ("2026-07-01", time(15, 0), "2026-07-01T15:00:00-04:00"),
        ("2026-12-01", time(15, 0), "2026-12-01T15:00:00-05:00"),
    ],
)
def test_a_time_of_day_is_the_clock_in_washington(on: str, clock: time, shown: str) -> None:
    assert at_clock(day(on), clock) == datetime.fromisoformat(shown).astimezone(EASTERN)
    assert at_clock(day(on), clock).isoformat() == shown


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 48, "2028-02-29"), ("2026-03-31", 1, "2026-04-30")],
)
def test_months_end_with_the_month(start: str, months: int, end: str) -> None:
    assert months_after(day(start), months) == day(end)


def test_a_yearly_day_comes_on_the_day_itself_or_later() -> None:
    assert next_yearly("02-29", date(2027, 3, 1)) == date(2028, 2, 29)
    assert next_yearly("11-26", date(2026, 11, 26)) == date(2026, 11, 26)


@pytest.mark.parametrize("row", COMPUTED, ids=lambda row: f"{row.kind}: {row.shows}")
def test_a_day_stays_where_it_is_overnight_unless_its_clock_is_stopped(row: Computed) -> None:
    tomorrow = dataclasses.replace(row, today=row.today + timedelta(days=1))
    later = {due.key: due.on for due in computed(tomorrow)}
    moved = {due.key for due in computed(row) if due.on != later.get(due.key, due.on) and not due.is_stopped}
    assert not moved
