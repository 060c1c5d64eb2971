"""The plan of a case in a real browser: read, dated, and taken over from a workbook, wide and narrow."""

from pathlib import Path

import pytest

from tests.browser.cases.test_case_states import button, open_case
from tests.browser.conftest import NARROW, Arrive, Reader
from tests.exchange.workbooks import workbook

# A plan of which much has happened; anyone who reads it, and what is there for them.
PLANS = {
    "its liaison": ("Ann Alvarez", "q=Willow+Notes", "Import a newer workbook"),
    "its CSP lead": ("Wanda Weiss", "q=Willow+Notes", "Change dates"),
    "a reader": ("Ines Iverson", "q=Willow+Notes", "Export as CSV"),
    "the PMO": ("Paula Prentice", "q=Willow+Notes", "Change dates"),
    "without a plan": ("Maya Mercer", "q=Granite+Signals", "There are no tasks yet"),
}


def open_plan(reader: Reader, query: str) -> None:
    open_case(reader, query)
    reader.follow(reader.page.get_by_role("main").get_by_role("link", name="Plan", exact=True))


@pytest.mark.parametrize(("name", "query", "words"), PLANS.values(), ids=PLANS)
def test_a_plan_is_accessible_to_each_side(reader: Reader, name: str, query: str, words: str) -> None:
    reader.sign_in(name)
    open_plan(reader, query)
    reader.check(words)


def test_the_picture_fits_a_telephone_without_scrolling(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    open_plan(reader, "q=Willow+Notes")
    wide, narrow = reader.page.locator(".timeline--wide"), reader.page.locator(".timeline--narrow")
    assert (wide.is_visible(), narrow.is_visible()) == (True, False)
    reader.page.set_viewport_size({"width": NARROW, "height": 800})
    assert (wide.is_visible(), narrow.is_visible()) == (False, True)
    box = narrow.bounding_box()
    assert box
    assert box["width"] <= NARROW


@pytest.mark.parametrize(("last", "script"), [("2030-02-02", {}), ("2030-03-03", {"script": False})])
def test_dates_are_kept_and_a_mistake_is_shown_at_its_field(arrive: Arrive, last: str, script: dict[str, bool]) -> None:
    reader = arrive(**script)
    reader.sign_in("Kit Keller")
    open_plan(reader, "q=Copper+Chart")
    reader.follow(reader.page.get_by_role("link", name="Change dates of part 6"))
    finish = reader.page.get_by_label("Task 6.2, planned finish")
    finish.fill("2020-01-01")
    reader.follow(button(reader.page, "Keep these dates"))
    if not script:
        reader.check("this cannot be before the start")
    finish.fill(last)
    reader.follow(button(reader.page, "Keep these dates"))
    assert reader.page.get_by_text("The dates are saved.").is_visible()


def test_a_workbook_is_looked_at_and_taken_over(reader: Reader, tmp_path: Path) -> None:
    broken, whole = tmp_path / "broken.xlsx", tmp_path / "whole.xlsx"
    broken.write_bytes(workbook({"D7": "32/13/2026", "C13": "Bob"}))
    whole.write_bytes(workbook())
    reader.sign_in("Cora Castell")
    open_plan(reader, "q=Nimbus+Parcel")
    reader.follow(reader.page.get_by_role("link", name="Import a newer workbook"))
    reader.check("WBS workbook")
    for file, words in ((broken, "2 cells are wrong"), (whole, "Rows that would change")):
        reader.page.get_by_label("WBS workbook").set_input_files(file)
        reader.follow(button(reader.page, "Show what it would change"))
        reader.check(words)
    reader.follow(button(reader.page, "Import this plan"))
    reader.check("The plan was taken over: 13 rows.")
