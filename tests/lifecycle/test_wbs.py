"""How tasks of a plan stand, in words and days; no database."""

from dataclasses import dataclass
from datetime import date

import pytest

from authorizations.lifecycle.wbs import compare, date_editors, heading_of, in_order, progress, proposed, sides_of
from authorizations.policy import Party
from authorizations.vocabulary import WbsKind
from tests.actions.cases.wbs import ROWS, changed
from tests.exchange.workbooks import day

TODAY = day("2026-11-26")


@dataclass
class Row:
    number: str = "1.1"
    title: str = "Write the SSP"
    kind: str = WbsKind.TASK
    is_pmo: bool = False
    planned_start: date | None = None
    planned_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None


@pytest.mark.parametrize(
    ("start", "finish", "began", "ended", "words", "state", "late"),
    [
        (None, None, None, None, "No dates yet", "ahead", 0),
        ("2026-12-01", "2026-12-20", None, None, "Not begun", "ahead", 0),
        ("2026-11-26", "2026-12-20", None, None, "Not begun", "ahead", 0),
        ("2026-11-25", "2026-12-20", None, None, "Not begun, 1 day after its planned start", "late", 1),
        ("2026-11-01", "2026-12-20", "2026-11-03", None, "Under way", "under way", 0),
        ("2026-11-01", "2026-11-26", "2026-11-03", None, "Under way", "under way", 0),
        ("2026-11-01", "2026-11-25", "2026-11-03", None, "1 day late", "late", 1),
        ("2026-11-01", "2026-11-14", None, None, "12 days late", "late", 12),
        ("2026-11-01", "2026-11-14", None, "2026-11-14", "Done", "done", 0),
        ("2026-11-01", "2026-11-14", None, "2026-11-10", "Done", "done", 0),
        ("2026-11-01", "2026-11-14", None, "2026-11-17", "Done, 3 days late", "done", 3),
        (None, None, None, "2026-11-17", "Done", "done", 0),
    ],
)
def test_late_tasks_say_by_how_many_days(
    start: str | None, finish: str | None, began: str | None, ended: str | None, words: str, state: str, late: int
) -> None:
    days = (day(text) if text else None for text in (start, finish, began, ended))
    found = progress(Row("1.1", "Write", WbsKind.TASK, False, *days), TODAY)
    assert (found.words, found.state, found.days_late) == (words, state, late)


def test_numbers_are_ordered_as_people_count() -> None:
    rows = [Row(number) for number in ("10", "3.10", "3.9", "3", "1.1.2", "1.1")]
    assert [row.number for row in in_order(rows)] == ["1.1", "1.1.2", "3", "3.9", "3.10", "10"]
    assert (heading_of("3.10"), heading_of("4")) == ("3", "4")


def test_a_responsibility_names_sides() -> None:
    assert sides_of("CSP, Agency, PMO, 3PAO (optional)") == ["provider", "agency", "pmo", "assessor"]
    assert sides_of("Agency/PMO") == ["agency", "pmo"]
    assert sides_of("Bob") == []


def test_the_parties_keep_tasks_the_pmo_its_own_and_nobody_a_heading_or_a_gap() -> None:
    sides = {Party.AL, Party.AR, Party.AO, Party.CL, Party.CC}
    assert date_editors(Row()) == sides
    assert date_editors(Row(is_pmo=True)) == {Party.PR, Party.PL}
    assert date_editors(Row(kind=WbsKind.HEADING)) == date_editors(Row(kind=WbsKind.PLACEHOLDER)) == frozenset()


def test_a_workbook_is_compared_row_by_row() -> None:
    assert compare(ROWS, ROWS).is_empty
    assert compare(ROWS, ROWS).same == len(ROWS)
    found = compare(ROWS, changed("1.1", planned_finish=day("2026-12-01"), owner="Agency")[:-1])
    assert [(each.number, each.changes) for each in found.change] == [
        ("1.1", {"owner": ("CSP", "Agency"), "planned_finish": (day("2026-11-20"), day("2026-12-01"))})
    ]
    assert [row.number for row in found.remove] == ["3.1"]
    assert (found.create, found.same) == ([], len(ROWS) - 2)
    assert [row.number for row in compare([], ROWS).create] == [row.number for row in ROWS]


def test_the_dates_of_the_part_of_the_pmo_are_not_compared() -> None:
    assert compare(ROWS, changed("3.1", planned_start=day("2027-01-01"))).is_empty


def test_the_plan_proposes_the_facts_that_it_dates() -> None:
    assert {name: (on, row.number) for name, (on, row) in proposed(ROWS).items()} == {
        "assessment_planned_on": (day("2027-03-01"), "2.1"),
        "ato_planned_on": (day("2027-08-02"), "2.2"),
    }
    assert proposed([Row(title="Engage someone to perform the assessment", planned_start=TODAY)]) == {}
    assert proposed([Row(title="Perform Assessment")]) == {}
