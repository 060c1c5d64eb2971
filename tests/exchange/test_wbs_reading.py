"""What a WBS workbook says, sheet by sheet; and what is wrong with one, cell by cell. No database."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.wbs.rows import Faulty
from authorizations.lifecycle.wbs import proposed
from tests.exchange.workbooks import (
    HEADINGS,
    PLACEHOLDERS,
    PLAIN,
    SIGNATURES,
    TAILORED,
    TASKS,
    day,
    read,
    workbook,
)

pytestmark = pytest.mark.sqlite

TEMPLATE = "templates/FedRAMP-Agency-Authorization-WBS-Template.xlsx"


@pytest.fixture(scope="module")
def content() -> bytes:
    return workbook()


def faults(content: bytes, **said: Any) -> list[str]:
    """What is wrong, without the sheet's name, which is the same in each."""
    with pytest.raises(Faulty) as refused:
        read(content, **said)
    prefix = f"Sheet “{PLAIN}”, cell "
    assert all(fault.sentence.startswith(prefix) for fault in refused.value.faults)
    return [fault.sentence.removeprefix(prefix) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("level", "sheet", "kinds", "of_the_pmo"),
    [
        ("moderate", PLAIN, {"heading": 7, "placeholder": 2, "task": 33}, 6),
        ("high", PLAIN, {"heading": 7, "placeholder": 2, "task": 33}, 6),
        ("li_saas", TAILORED, {"heading": 8, "placeholder": 2, "task": 28}, 6),
    ],
)
def test_the_template_of_the_pmo_is_read_row_by_row(
    shared_data: Path, level: str, sheet: str, kinds: dict[str, int], of_the_pmo: int
) -> None:
    found = read((shared_data / TEMPLATE).read_bytes(), level=level)
    assert found.sheet == sheet
    assert Counter(str(row.kind) for row in found.rows) == kinds
    assert len(found.rows) == sum(kinds.values())
    assert sum(row.is_pmo for row in found.rows) == of_the_pmo
    assert [row.title for row in found.rows if row.kind == "placeholder"] == ["<Gap 1>", "<Gap 2>"]
    assert not any(row.planned_start or row.planned_finish for row in found.rows)


def test_the_template_says_which_tasks_plan_the_assessment_and_the_ato(shared_data: Path) -> None:
    for level, tasks in (("moderate", {"5.1", "6.3"}), ("li_saas", {"6.1", "7.3"})):
        rows = read((shared_data / TEMPLATE).read_bytes(), level=level).rows
        for row in rows:
            object.__setattr__(row, "planned_start", date(2027, 1, 1))
            object.__setattr__(row, "planned_finish", date(2027, 2, 1))
        assert {row.number for _, row in proposed(rows).values()} == tasks


def test_a_workbook_becomes_headings_tasks_and_placeholders(content: bytes) -> None:
    found = read(content, name="C:\\plans\\Plan of Nimbus.xlsx")
    assert Counter(row.kind for row in found.rows) == {
        "heading": HEADINGS,
        "task": TASKS,
        "placeholder": PLACEHOLDERS,
    }
    rows = {row.number: row for row in found.rows}
    assert (rows["1.1"].title, rows["1.1"].owner, rows["1.1"].row) == ("Close what is open", "CSP", 3)
    assert (rows["2"].kind, rows["2"].owner, rows["1.1.1"].kind) == ("heading", "", "placeholder")
    assert [number for number, row in rows.items() if row.is_pmo] == ["4", "4.1"]
    assert found.name == "Plan of Nimbus.xlsx"
    assert found.fedramp_id == "FR0000000001"


def test_dates_are_read_as_dates_and_as_text_and_one_day_in_two_merged_cells_is_both(content: bytes) -> None:
    rows = {row.number: (row.planned_start, row.planned_finish) for row in read(content).rows}
    assert rows["1.1"] == (day("2026-11-02"), day("2026-11-20"))
    assert rows["2.1"] == (day("2026-12-01"), day("2027-01-15"))
    assert rows["2.3"] == (day("2027-02-10"), day("2027-02-10"))
    assert rows["2.4"] == (None, None)
    alone = {"D9": None, "D8": day("2027-01-18"), "E8": None}
    assert {row.number: row.planned_finish for row in read(workbook(alone)).rows}["2.2"] is None


@pytest.mark.parametrize(("typed", "meant"), [("3/14/2027", "2027-03-14"), ("14 Mar 2027", "2027-03-14")])
def test_a_date_may_be_typed_in_the_ways_people_do(typed: str, meant: str) -> None:
    rows = {row.number: row for row in read(workbook({"D10": typed, "E10": "March 20, 2027"})).rows}
    assert (rows["2.4"].planned_start, rows["2.4"].planned_finish) == (day(meant), day("2027-03-20"))


def test_an_offering_of_li_saas_is_planned_on_its_own_sheet() -> None:
    content = workbook({"B13": "Perform the assessment"}, sheet=TAILORED)
    assert {row.title for row in read(content, level="li_saas").rows} >= {"Perform the assessment"}
    assert "Perform the assessment" not in {row.title for row in read(content).rows}


def test_without_its_sheet_the_file_is_refused_and_the_sheets_it_has_are_named() -> None:
    content = workbook(also=lambda book: book.remove(book[TAILORED]))
    with pytest.raises(Unreadable, match=r"no sheet “Li-SaaS WBS”.* It has .*“LowModerateHigh WBS”"):
        read(content, level="li_saas")
    assert read(content).rows


def test_ten_comes_after_nine_where_a_number_is_shown_with_two_decimals() -> None:
    def ten(book: Any) -> None:
        book[PLAIN]["A11"], book[PLAIN]["B11"] = 2.1, "The tenth"
        book[PLAIN]["A11"].number_format = "0.00"

    assert [row.number for row in read(workbook(also=ten)).rows if row.title == "The tenth"] == ["2.10"]


def test_every_cell_that_is_wrong_is_named_and_none_twice() -> None:
    broken = {
        "D7": "32/13/2026",
        "E8": "2027-01-01",
        "A9": 2.1,
        "B10": None,
        "C13": "Bob",
        "D13": 46_000,
        "E13": "=D13+30",
        "A14": "next",
        "F7": "x" * 2_001,
        "B8": "y" * 301,
        "D3": "#REF!",
        "B19": "A row of its own",
        "E3": date(1999, 1, 1),
    }
    assert faults(workbook(broken)) == [
        "D3: “#REF!” is an error of the spreadsheet, not a value.",
        "E3: “1999-01-01” is too far from today for a plan.",
        "D7: “32/13/2026” is no date. Enter one such as 3/14/2027.",
        "F7: the note has 2,001 letters, 2,000 at most fit.",
        "B8: the text has 301 letters, 300 at most fit.",
        "E8: the task would end on 1 Jan 2027, before it starts on 18 Jan 2027.",
        "A9: the number 2.1 stands already in row 7.",
        "B10: the task has no name.",
        "C13: “Bob” names no side. Write Agency, CSP, 3PAO or PMO.",
        "D13: “46000” is no date. Enter one such as 3/14/2027.",
        "E13: this is a formula. Put its value there: copy the cell and paste it as a value.",
        "A14: “next” is no task number, such as 3 or 3.1.",
        "A19: the row has no task number.",
    ]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"A9": 2.1}, "A9: the number 2.1 stands already in row 7."),
        ({"A9": "7.1"}, "A9: no heading 7 stands above the task 7.1."),
        (
            {"A9": date(2026, 3, 1)},
            "A9: the task number became a date. Format the cell as text and type the number again.",
        ),
        ({"A7": True}, "A7: “True” is no task number, such as 3 or 3.1."),
        ({"D7": True}, "D7: “True” is no date. Enter one such as 3/14/2027."),
        ({"A8": "=A7+0.1"}, "A8: this is a formula. Put its value there: copy the cell and paste it as a value."),
        (
            {"B8": '=HYPERLINK("https://evil.example")'},
            "B8: this is a formula. Put its value there: copy the cell and paste it as a value.",
        ),
        ({"B8": "\u200b"}, "B8: the task has no name."),
        ({"B8": "=1/0"}, "B8: this is a formula. Put its value there: copy the cell and paste it as a value."),
        ({"D8": "2/30/2027"}, "D8: “2/30/2027” is no date. Enter one such as 3/14/2027."),
        ({"D8": "1/2/27"}, "D8: “1/2/27” is no date. Enter one such as 3/14/2027."),
    ],
)
def test_one_wrong_cell_is_one_fault(changed: dict[str, Any], fault: str) -> None:
    assert faults(workbook(changed)) == [fault]


def test_what_is_quoted_of_a_cell_is_short_and_can_be_seen() -> None:
    (fault,) = faults(workbook({"D8": "\u202e" + "z" * 90}))
    assert fault == f"D8: “{'z' * 60}…” is no date. Enter one such as 3/14/2027."


def test_what_was_read_in_a_way_worth_knowing_is_said() -> None:
    notes = read(workbook({"D10": "TBD"}), level="").notes
    assert notes == (
        "Cell D10 says “TBD”, which was read as no date yet.",
        "The workbook is not signed by the provider yet; FedRAMP takes it once both have signed.",
        "The offering has no impact level here, so the sheet for Low, Moderate and High was read.",
        (
            "1 row still holds a placeholder such as “<Gap 1>”. "
            "Name each gap in the workbook, with its dates, or delete its row."
        ),
    )


def test_dates_in_the_part_of_the_pmo_are_left_out_and_that_is_said() -> None:
    def apart(book: Any) -> None:
        book[PLAIN].unmerge_cells("D16:E17")
        book[PLAIN]["D17"] = "nonsense"

    found = read(workbook(also=apart))
    assert "The PMO dates its own part itself, so D17 were left out." in found.notes
    assert [(row.planned_start, row.planned_finish) for row in found.rows if row.is_pmo] == [(None, None)] * 2


def test_rows_with_nothing_but_blanks_or_a_note_say_nothing() -> None:
    assert read(workbook({"A19": "  ", "B19": "   ", "F20": "Ask Ann."})).rows == read(workbook()).rows


def test_a_named_gap_is_a_task() -> None:
    rows = {row.number: row.kind for row in read(workbook({"B4": "Second factor for operators"})).rows}
    assert rows["1.1.1"] == "task"


def test_a_workbook_without_the_page_of_signatures_is_read_all_the_same() -> None:
    found = read(workbook(also=lambda book: book.remove(book[SIGNATURES])))
    assert found.fedramp_id == ""
    assert not [note for note in found.notes if "signed" in note]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"A1": "No."}, "have no headings “Task #” and “Task”"),
        ({"D1": "From"}, "has no column “Start Date”"),
        (dict.fromkeys(f"{column}{row}" for column in "ABCDEF" for row in range(2, 18)), "has no tasks"),
    ],
)
def test_a_sheet_of_another_shape_is_refused_as_a_whole(changed: dict[str, Any], sentence: str) -> None:
    def apart(book: Any) -> None:
        for merged in list(book[PLAIN].merged_cells.ranges):
            book[PLAIN].unmerge_cells(str(merged))
        for place, value in changed.items():
            book[PLAIN][place] = value

    with pytest.raises(Unreadable, match=sentence):
        read(workbook(also=apart))
