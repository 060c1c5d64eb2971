"""The cells of a row: what each kind of oddity becomes, and that it is noted."""

from datetime import date
from typing import Any

import pytest

from authorizations.actions.imports.proposal import RowIssue
from authorizations.exchange.imports.cells import FeedCells

pytestmark = pytest.mark.sqlite


def cell(value: Any) -> tuple[FeedCells, list[RowIssue]]:
    issues: list[RowIssue] = []
    return FeedCells("Products", {"field": value}, "FR1", date(2026, 6, 1), issues.append), issues


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2024-07-01T20:00:00.000Z", date(2024, 7, 1)),
        ("2024-07-01T04:56:02.000Z", date(2024, 7, 1)),
        ("2024-07-01", date(2024, 7, 1)),
        (" 2024-02-29T05:00:00.000Z ", date(2024, 2, 29)),
        ("2036-12-31T20:00:00.000Z", date(2036, 12, 31)),
    ],
)
def test_a_date_is_the_day_before_the_time(raw: str, day: date) -> None:
    cells, issues = cell(raw)
    assert (cells.date("field").on, issues) == (day, [])


@pytest.mark.parametrize("word", ["", " ", "N/A", "None", "TBD", "Coming Soon", "Not Active", "no frr date", None])
def test_a_null_word_is_no_date_and_no_issue(word: str | None) -> None:
    cells, issues = cell(word)
    day = cells.date("field")
    assert (day.on, day.readable, issues) == (None, True, [])


@pytest.mark.parametrize(
    "raw",
    [
        "7/72023", "6/152026", "5//31/2026", "2/29/2023", "2/29/2027", "7/4/2023", "#REF!", "2023-02-29T20:00:00.000Z",
        "0202-10-19T04:56:02.000Z", "1999-12-31T20:00:00.000Z", "2037-01-01T20:00:00.000Z", "2024-07-01 or so", 4547,
        True, ["2024-07-01"], {"day": 1},
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_is_left_out_and_noted_with_its_raw_value(raw: Any) -> None:
    cells, issues = cell(raw)
    day = cells.date("field")
    assert (day.on, day.readable) == (None, False)
    assert [(issue.kind, issue.record_id, issue.field, issue.raw) for issue in issues] == [
        ("date", "FR1", "field", str(raw))
    ]


@pytest.mark.parametrize(
    ("raw", "month_and_day"),
    [("03/08", "03-08"), ("3/8", "03-08"), ("0308", "03-08"), ("2/29", "02-29"), ("2024-11-30T20:00:00.000Z", "11-30")],
)
def test_an_annual_date_is_read_in_all_its_forms(raw: str, month_and_day: str) -> None:
    cells, issues = cell(raw)
    assert (cells.month_and_day("field"), issues) == (month_and_day, [])


@pytest.mark.parametrize("raw", ["13/01", "2/30", "spring", 308, "#REF!"])
def test_an_annual_date_that_cannot_be_is_left_out_and_noted(raw: Any) -> None:
    cells, issues = cell(raw)
    assert (cells.month_and_day("field"), [issue.kind for issue in issues]) == ("", ["date"])


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("  Quartz \r\n  Cloud\u00a0", "Quartz Cloud", []),
        ("Quartz\u200b Cloud\ufeff", "Quartz Cloud", []),
        ("Quartz\x00 Cloud\x07", "Quartz Cloud", ["characters"]),
        ("Quartz \ud800Cloud", "Quartz Cloud", ["characters"]),
        ("Quartz \u202eduolC", "Quartz duolC", []),
        ("#REF!", "", ["spreadsheet_error"]),
        ("Coming soon", "", []),
        (1606097904, "1606097904", []),
        (True, "", ["wrong_type"]),
        ({"a": 1}, "", ["wrong_type"]),
        ("x" * 301, "x" * 300, ["too_long"]),
    ],
)
def test_text_is_cleaned_and_what_was_lost_is_noted(raw: Any, text: str, kinds: list[str]) -> None:
    cells, issues = cell(raw)
    assert (cells.text("field", 300), [issue.kind for issue in issues]) == (text, kinds)


def test_paragraphs_keep_their_line_breaks() -> None:
    cells, _ = cell("One. \r\n\r\nTwo.\n")
    assert cells.paragraphs("field") == "One.\n\nTwo."


def test_a_raw_value_is_cut_at_500_characters_and_can_be_stored_everywhere() -> None:
    cells, issues = cell("\x00\ud800" + "9" * 1000)
    cells.date("field")
    assert len(issues[0].raw) == 500
    assert issues[0].raw.startswith("��9")
    issues[0].raw.encode()


@pytest.mark.parametrize(("raw", "count"), [(0, 0), (109, 109), (None, None), ("", None)])
def test_a_count_is_a_whole_number(raw: Any, count: int | None) -> None:
    cells, issues = cell(raw)
    assert (cells.count("field"), issues) == (count, [])


@pytest.mark.parametrize("raw", [-1, 1.5, "12", True, 3_000_000_000])
def test_what_is_no_count_is_left_out_and_noted(raw: Any) -> None:
    cells, issues = cell(raw)
    assert (cells.count("field"), [issue.kind for issue in issues]) == (None, ["wrong_type"])
