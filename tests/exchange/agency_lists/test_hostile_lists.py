"""Lists made to keep a reader busy: their time has an end that does not grow with what a small file says of itself."""

import io
import time
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from authorizations.exchange import workbook as opening
from authorizations.exchange.agency_lists import sheets
from authorizations.exchange.agency_lists.sheets import sheets_of
from authorizations.exchange.imports.feed_file import Unreadable
from tests.exchange.agency_lists.lists import saved, workbook
from tests.exchange.workbooks import repacked

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("text", ['\n"' * 10_000, '"\n' * 10_000, ',"' * 10_000])
def test_quotes_of_a_text_do_not_keep_a_reader_busy(text: str) -> None:
    began = time.process_time()
    with suppress(Unreadable):
        sheets_of(text.encode())
    assert time.process_time() - began < 1


@pytest.mark.parametrize("part", [",", ";", "\t", "|"])
def test_the_sign_that_parts_the_cells_is_the_one_that_does_so_in_each_line(part: str) -> None:
    lines = ["List of ATOs", *(part.join(("a, b; c | d", f'"x{part}y"', "z", "")) for _ in range(3))]
    lines = [line.replace(" | ", " ") if part == "|" else line for line in lines]
    lines = [line.replace(", ", " ") if part == "," else line for line in lines]
    lines = [line.replace("; ", " ") if part == ";" else line for line in lines]
    (sheet,) = sheets_of("\n".join(lines).encode())
    assert [cell.value for cell in sheet.rows[2].values()][1:] == [f"x{part}y", "z"]


def test_ranges_that_overlap_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    book = workbook([("Nimbus", "Nimbus Drive")])
    sheet = book["Cloud ATOs"]
    for last in ("A10", "B10", "C10", "BH4", "BH5", "BH6", "BH7", "BH8"):
        sheet.merge_cells(f"A1:{last}")
    with pytest.raises(Unreadable, match="joins far more cells"):
        sheets_of(saved(book))


def test_all_sheets_together_reach_as_far_down_as_one_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LAST_ROW", 100)
    book = openpyxl.Workbook()
    book.active["A60"] = "x"  # type: ignore[index]  # a new workbook has a sheet
    assert len(sheets_of(saved(book))) == 1
    book.create_sheet("Second")["A60"] = "x"
    with pytest.raises(Unreadable, match="reach down more than"):
        sheets_of(saved(book))


def test_one_sheet_under_two_names_is_refused() -> None:
    content = saved(workbook([("Nimbus", "Nimbus Drive")]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels")
    twice = repacked(content, {"xl/_rels/workbook.xml.rels": links.replace(b"sheet2.xml", b"sheet1.xml")})
    with pytest.raises(Unreadable, match="damaged"):
        sheets_of(twice)


def test_what_formulas_came_to_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Second"), book.create_sheet("Third")):
        sheet["A1"] = "=1+1"  # type: ignore[index]  # a new workbook has a sheet
    content, loaded, load = saved(book), [], openpyxl.load_workbook
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *args, **given: loaded.append(1) or load(*args, **given))
    assert len(sheets_of(content)) == 3
    assert len(loaded) == 2
