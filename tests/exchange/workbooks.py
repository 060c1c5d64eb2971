"""WBS workbooks of our own, in the shape of the PMO's: instructions, signatures, a sheet for each kind of offering."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from authorizations.exchange.wbs.rows import WbsFile, read_wbs

TODAY = date(2026, 11, 26)
PLAIN, TAILORED, SIGNATURES = "LowModerateHigh WBS", "Li-SaaS WBS", "CSPAgency Information"
HEAD = ("Task #", "Task", "Responsibility", "Start Date", "End Date", "Notes / Questions")
# (row, number, task, responsibility); rows between them stay blank, as in the PMO's workbook.
ROWS: tuple[tuple[int, Any, str, str], ...] = (
    (2, 1, "Have a service", ""),
    (3, 1.1, "  Close what is open", "CSP"),
    (4, "1.1.1", "    <Gap 1>", "CSP"),
    (6, 2, "Write and agree", ""),
    (7, 2.1, "Write the SSP", "CSP"),
    (8, 2.2, "Read the SSP", "Agency"),
    (9, 2.3, "Meet", "CSP, Agency, PMO, 3PAO (optional)"),
    (10, 2.4, "Be listed", ""),
    (12, 3, "Test", ""),
    (13, 3.1, "Conduct the security assessment", "3PAO"),
    (14, 3.2, "Issue ATO and send it", "Agency"),
    (16, 4, "FedRAMP PMO Review (for awareness, do not fill out)", ""),
    (17, 4.1, "Look at the package", "PMO"),
)
TASKS, HEADINGS, PLACEHOLDERS = 8, 4, 1
# Days as a plan would have them; the meeting is in two cells that are merged.
DATES: Mapping[str, date | str] = {
    "D3": date(2026, 11, 2),
    "E3": date(2026, 11, 20),
    "D7": "12/1/2026",
    "E7": "2027-01-15",
    "D8": date(2027, 1, 18),
    "E8": date(2027, 2, 5),
    "D9": date(2027, 2, 10),
    "D13": date(2027, 3, 1),
    "E13": date(2027, 4, 16),
    "D14": date(2027, 6, 1),
    "E14": date(2027, 8, 2),
}


def workbook(
    changed: Mapping[str, Any] | None = None,
    *,
    dates: Mapping[str, Any] = DATES,
    sheet: str = PLAIN,
    also: Callable[[openpyxl.Workbook], None] | None = None,
) -> bytes:
    """A workbook with some cells changed; ``sheet`` is the one that gets dates and changes."""
    book = openpyxl.Workbook()
    book.active.title = "Instructions for LowModerateHig"  # type: ignore[union-attr]  # a new workbook has a sheet
    _sign(book.create_sheet(SIGNATURES))
    for title in (PLAIN, TAILORED):
        _plan(book.create_sheet(title))
    for place, value in {**dates, **(changed or {})}.items():
        book[sheet][place] = value
    if also:
        also(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sign(sheet: Worksheet) -> None:
    told = {"A5": "FedRAMP ID:", "B5": "FR0000000001", "A22": "Authorizing Agency Signature: ", "B22": "Ann Alvarez"}
    for place, value in {**told, "A23": "Cloud Service Provider Signature:"}.items():
        sheet[place] = value


def _plan(sheet: Worksheet) -> None:
    sheet.append(HEAD)
    for row, *cells in ROWS:
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value or None)
    for merged in ("B2:C2", "D9:E9", "D16:E17"):
        sheet.merge_cells(merged)


def read(content: bytes, *, level: str = "moderate", name: str = "Plan.xlsx") -> WbsFile:
    return read_wbs(content, name=name, level=level, today=TODAY)


def repacked(
    content: bytes,
    replace: Mapping[str, bytes] | None = None,
    *,
    change: Callable[[str, bytes], bytes] | None = None,
) -> bytes:
    """The same file with some of its parts replaced, added or changed."""
    file, replace = io.BytesIO(), dict(replace or {})
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = replace.pop(name, None) or source.read(name)
            target.writestr(name, change(name, part) if change else part)
        for name, part in replace.items():
            target.writestr(name, part)
    return file.getvalue()


def day(text: str) -> date:
    return datetime.fromisoformat(text).date()
