"""The cells of a WBS sheet, one by one: numbers, texts, sides and days; what is wrong with one is a fault."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from authorizations.exchange.dates import day_of_text
from authorizations.exchange.imports.cells import EARLIEST_YEAR, INVISIBLE, NULL_WORDS, YEARS_AHEAD
from authorizations.exchange.workbook import SheetCell
from authorizations.lifecycle.wbs import sides_of
from authorizations.sanitize import LONGEST_TEXT, storable

LONGEST_TITLE, LONGEST_OWNER = 300, 100
NUMBER = re.compile(r"\d{1,3}(\.\d{1,3}){0,4}")
NOT_YET = NULL_WORDS | {"-", "–", "—", "tbc", "?"}
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Fault:
    sheet: str
    place: str
    what: str

    @property
    def sentence(self) -> str:
        return f"Sheet “{self.sheet}”, cell {self.place}: {self.what}"


@dataclass(slots=True)
class WbsCells:
    """What was found in the cells of one sheet so far: faults, and notes of what was read in a way worth knowing."""

    sheet: str
    today: date
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fault(self, place: str, what: str) -> None:
        self.faults.append(Fault(shown(self.sheet), place, what))

    def number(self, cell: SheetCell | None) -> str:
        """The number of a row; blank where there is none, or none that can be read."""
        if cell is None or self._is_computed(cell):
            return ""
        if isinstance(cell.value, date):
            self.fault(cell.place, "the task number became a date. Format the cell as text and type the number again.")
            return ""
        text = _number_text(cell).rstrip(".").removesuffix(".0")
        if not NUMBER.fullmatch(text):
            self.fault(cell.place, f"“{shown(cell.value)}” is no task number, such as 3 or 3.1.")
            return ""
        return text

    def text(self, cell: SheetCell | None, longest: int) -> str:
        if cell is None or self._is_computed(cell):
            return ""
        text = " ".join(_clean(str(cell.value)).split())
        if len(text) > longest:
            self.fault(cell.place, f"the text has {len(text):,} letters, {longest:,} at most fit.")
        return text

    def paragraphs(self, cell: SheetCell | None) -> str:
        if cell is None or self._is_computed(cell):
            return ""
        text = _clean(str(cell.value)).strip()
        if len(text) > LONGEST_TEXT:
            self.fault(cell.place, f"the note has {len(text):,} letters, {LONGEST_TEXT:,} at most fit.")
        return text

    def owner(self, cell: SheetCell | None) -> str:
        """Who is responsible; the PMO's own template leaves it open for one task."""
        text = self.text(cell, LONGEST_OWNER)
        if cell and text and not sides_of(text):
            self.fault(cell.place, f"“{shown(text)}” names no side. Write Agency, CSP, 3PAO or PMO.")
        return text

    def day(self, cell: SheetCell | None) -> date | None:
        """A date, entered as one or typed as text; None where there is none yet."""
        if cell is None or self._is_computed(cell):
            return None
        if isinstance(cell.value, str) and cell.value.strip().lower() in NOT_YET:
            if cell.value.strip():
                self.notes.append(f"Cell {cell.place} says “{shown(cell.value)}”, which was read as no date yet.")
            return None
        day = cell.value if isinstance(cell.value, date) else day_of_text(str(cell.value))
        if day is None:
            example = f"3/14/{self.today.year + 1}"
            self.fault(cell.place, f"“{shown(cell.value)}” is no date. Enter one such as {example}.")
        elif not EARLIEST_YEAR <= day.year <= self.today.year + YEARS_AHEAD:
            self.fault(cell.place, f"“{shown(cell.value)}” is too far from today for a plan.")
            return None
        return day

    def _is_computed(self, cell: SheetCell) -> bool:
        """Whether a cell does not say itself what it says; that is a fault."""
        if cell.is_formula:
            self.fault(cell.place, "this is a formula. Put its value there: copy the cell and paste it as a value.")
        elif cell.is_error:
            self.fault(cell.place, f"“{shown(cell.value)}” is an error of the spreadsheet, not a value.")
        return cell.is_formula or cell.is_error


def _number_text(cell: SheetCell) -> str:
    value = cell.value
    if not isinstance(value, float | int) or isinstance(value, bool):
        return str(value).strip()
    # A sheet keeps 3.10 as 3.1 and remembers only how it is shown.
    return f"{value:.{cell.decimals}f}" if cell.decimals else f"{value:g}"


def _clean(text: str) -> str:
    """A text that every database stores, without letters that nobody sees."""
    return storable(INVISIBLE.sub("", text))


def shown(value: Any) -> str:
    text = " ".join(_clean(str(value)).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
