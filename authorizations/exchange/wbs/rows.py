"""From a WBS workbook to the rows of a plan, or to everything that is wrong with it, cell by cell."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from string import ascii_uppercase

from authorizations.display import day_text
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.wbs.cells import LONGEST_TITLE, Fault, WbsCells, shown
from authorizations.exchange.workbook import OpenWorkbook, Row, SheetCell, opened
from authorizations.lifecycle.wbs import WbsRow, heading_of, order_of
from authorizations.sanitize import file_name
from authorizations.vocabulary import ImpactLevel, WbsKind

# The two sheets of the PMO's workbook, as their titles read without blanks and signs.
PLAIN_SHEET, TAILORED_SHEET = "lowmoderatehighwbs", "lisaaswbs"
INFORMATION_SHEET = "cspagencyinformation"
# The columns by the beginning of their headings; notes may be absent.
HEADINGS = {
    "number": ("task #", "task no"),
    "title": ("task",),
    "owner": ("responsib",),
    "start": ("start date", "planned start"),
    "finish": ("end date", "finish date", "planned finish"),
    "notes": ("notes",),
}
NEEDED = {"number": "Task #", "title": "Task", "owner": "Responsibility", "start": "Start Date", "finish": "End Date"}
SEARCHED_ROWS = 10
PLACEHOLDER = re.compile(r"<.*>")
# The part that the PMO fills in: "FedRAMP PMO Review …(for awareness, do not fill out)".
OF_THE_PMO = re.compile(r"\bpmo review\b|\bdo not fill", re.IGNORECASE)


class Faulty(Exception):
    """The workbook is read, but cells of it are wrong; ``faults`` names each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} cells of the workbook are wrong.")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class WbsFile:
    """A workbook whose plan was read without a fault; ``notes`` is what its reader should know."""

    name: str
    sha256: str
    sheet: str
    rows: tuple[WbsRow, ...]
    notes: tuple[str, ...]
    fedramp_id: str = ""  # as the workbook states it


def read_wbs(content: bytes, *, name: str, level: str, today: date) -> WbsFile:
    """Reads the plan for an offering of an impact level; LI-SaaS has a sheet of its own.

    Raises Unreadable: the file as a whole; Faulty: with each cell that is wrong.
    """
    with opened(content) as book:
        title = _sheet_of(book, level)
        cells = WbsCells(title, today)
        rows = _Reading(cells).rows(book, title)
        if cells.faults:
            raise Faulty(cells.faults)
        if not rows:
            raise Unreadable(f"The sheet “{shown(title)}” has no tasks.")
        signed, fedramp_id = _information(book)
    notes = (*cells.notes, *signed, *_about(level, rows))
    sha256 = hashlib.sha256(content).hexdigest()
    return WbsFile(file_name(name)[-200:], sha256, shown(title)[:40], tuple(rows), notes, fedramp_id)


def _sheet_of(book: OpenWorkbook, level: str) -> str:
    wanted = TAILORED_SHEET if level == ImpactLevel.LI_SAAS else PLAIN_SHEET
    for title in book.titles:
        if _plain(title) == wanted:
            return title
    name = "Li-SaaS WBS" if level == ImpactLevel.LI_SAAS else "LowModerateHigh WBS"
    there = ", ".join(f"“{shown(title)}”" for title in book.titles[:8])
    raise Unreadable(
        f"The workbook has no sheet “{name}”, which an offering of this level is planned on. It has {there}."
    )


def _plain(title: str) -> str:
    return "".join(letter for letter in title.lower() if letter.isalnum())


def _about(level: str, rows: list[WbsRow]) -> Iterator[str]:
    if not level:
        yield "The offering has no impact level here, so the sheet for Low, Moderate and High was read."
    gaps = sum(row.kind == WbsKind.PLACEHOLDER for row in rows)
    if gaps:
        rest = "1 row still holds a placeholder" if gaps == 1 else f"{gaps} rows still hold placeholders"
        yield f"{rest} such as “<Gap 1>”. Name each gap in the workbook, with its dates, or delete its row."


def _information(book: OpenWorkbook) -> tuple[list[str], str]:
    """What the page of contacts and signatures says: who has not typed a name yet, and the FedRAMP id."""
    title = next((title for title in book.titles if _plain(title) == INFORMATION_SHEET), None)
    if title is None:
        return [], ""
    information = {
        _plain(str(row[1].value)): str(row[2].value).strip() if 2 in row else ""
        for row in book.rows(title).values()
        if 1 in row
    }
    sides = (("authorizingagencysignature", "the agency"), ("cloudserviceprovidersignature", "the provider"))
    missing = [side for label, side in sides if label in information and not information[label]]
    unsigned = f"The workbook is not signed by {' and '.join(missing)} yet; FedRAMP takes it once both have signed."
    return [unsigned] if missing else [], shown(information.get("fedrampid", ""))


@dataclass(slots=True)
class _Reading:
    cells: WbsCells
    columns: dict[str, int] = field(default_factory=dict)
    is_pmo: bool = False
    seen: dict[tuple[int, ...], int] = field(default_factory=dict)  # the row of each number
    all_read: bool = True  # whether each number could be read so far: one that could not may be a heading's

    def rows(self, book: OpenWorkbook, sheet: str) -> list[WbsRow]:
        """Every row of the plan; what is wrong with one is noted, and the next one read."""
        cells = book.rows(sheet)
        head = self._find_columns(cells)
        joined = book.joined(sheet)
        dates = (self.columns["start"], self.columns["finish"])
        return [
            row
            for number, row_cells in cells.items()
            if number > head
            if (row := self._row(number, row_cells, is_one_day=(number, *dates) in joined)) is not None
        ]

    def _find_columns(self, cells: dict[int, Row]) -> int:
        for number, row in cells.items():
            if number > SEARCHED_ROWS:
                break
            names = {column: " ".join(str(cell.value).lower().split()) for column, cell in row.items()}
            columns = {
                key: next((column for column, name in names.items() if name.startswith(beginnings)), 0)
                for key, beginnings in HEADINGS.items()
            }
            # "Task #" begins like "Task".
            columns["title"] = next((column for column, name in names.items() if name == "task"), 0)
            if columns["number"] and columns["title"]:
                missing = [f"“{NEEDED[key]}”" for key in NEEDED if not columns[key]]
                if missing:
                    raise Unreadable(f"The sheet “{self._sheet}” has no column {', '.join(missing)}.")
                self.columns = columns
                return number
        raise Unreadable(
            f"The first {SEARCHED_ROWS} rows of the sheet “{self._sheet}” have no headings “Task #” and “Task”."
        )

    @property
    def _sheet(self) -> str:
        return shown(self.cells.sheet)

    def _row(self, number: int, row: Row, *, is_one_day: bool) -> WbsRow | None:
        """One row; None where it says nothing of the plan, or where what it says is wrong."""
        row_cells = {key: row[column] for key, column in self.columns.items() if column in row}
        if not row_cells.keys() - {"notes"}:
            return None
        cells, before = self.cells, len(self.cells.faults)
        which = cells.number(row_cells.get("number"))
        if which:
            self._note_number(which, number)
        elif "number" not in row_cells:
            cells.fault(self._place("number", number), "the row has no task number.")
        self.all_read = self.all_read and bool(which)
        title = self._title(row_cells.get("title"), number, is_owed=bool(which))
        is_heading = "." not in which
        if which and is_heading:
            self.is_pmo = bool(OF_THE_PMO.search(title))
        owner = "" if is_heading else cells.owner(row_cells.get("owner"))
        start, finish = self._dates(row_cells, number, is_one_day=is_one_day)
        notes = cells.paragraphs(row_cells.get("notes"))
        if len(cells.faults) > before:
            return None
        return WbsRow(which, title, _kind(which, title), owner, start, finish, self.is_pmo, notes, number)

    def _title(self, cell: SheetCell | None, number: int, *, is_owed: bool) -> str:
        before, title = len(self.cells.faults), self.cells.text(cell, LONGEST_TITLE)
        if is_owed and not title and len(self.cells.faults) == before:
            self.cells.fault(self._place("title", number), "the task has no name.")
        return title

    def _dates(self, cells: dict[str, SheetCell], number: int, *, is_one_day: bool) -> tuple[date | None, date | None]:
        """Start and finish; one date in two cells that are merged is both."""
        if self.is_pmo:
            places = [cells[key].place for key in ("start", "finish") if key in cells]
            if places:
                self.cells.notes.append(f"The PMO dates its own part itself, so {' and '.join(places)} were left out.")
            return None, None
        start, finish = self.cells.day(cells.get("start")), self.cells.day(cells.get("finish"))
        if is_one_day:
            return start, start
        if start and finish and finish < start:
            what = f"the task would end on {day_text(finish)}, before it starts on {day_text(start)}."
            self.cells.fault(self._place("finish", number), what)
        return start, finish

    def _note_number(self, which: str, number: int) -> None:
        """Each number stands once, in whatever row; and each below a heading."""
        order, place = order_of(which), self._place("number", number)
        if order in self.seen:
            self.cells.fault(place, f"the number {which} stands already in row {self.seen[order]}.")
        elif order[:1] not in self.seen and "." in which and self.all_read:
            heading = heading_of(which)
            self.cells.fault(place, f"no heading {heading} stands above the task {which}.")
        self.seen.setdefault(order, number)

    def _place(self, column: str, number: int) -> str:
        return f"{ascii_uppercase[self.columns[column] - 1]}{number}"


def _kind(number: str, title: str) -> WbsKind:
    if "." not in number:
        return WbsKind.HEADING
    return WbsKind.PLACEHOLDER if PLACEHOLDER.fullmatch(title) else WbsKind.TASK
