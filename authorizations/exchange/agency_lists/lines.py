"""The lines of an agency's list: what each says of one ATO, and each cell of it that cannot be taken as it is."""

import re
from collections.abc import Iterator
from datetime import date

from authorizations.actions.register.list_proposal import CellIssue, ListLine
from authorizations.exchange.agency_lists.columns import ListColumns
from authorizations.exchange.dates import day_of
from authorizations.exchange.imports.cells import EARLIEST_YEAR, INVISIBLE, NULL_WORDS, YEARS_AHEAD, visible
from authorizations.exchange.workbook import SheetCell
from authorizations.sanitize import storable
from authorizations.vocabulary import AtoType

DATES = ("signed_on", "expires_on")
LIMITS = {"conditions": 5_000, "letter": 500}
LONGEST = 300
SIGNED_LATER = "An ATO is not signed in the future."
ENDED_FIRST = "The expiry is before the ATO date; it was left out. Check both days."
NOTHING = NULL_WORDS | {"-", "–", "—", "?", "unknown", "tbc", "null"}
# An expiry that says there is none, which is no mistake.
WITHOUT_END = re.compile(r"ongoing|continuous|never|no exp|indefinite|open.?ended|permanent", re.IGNORECASE)
# What a status says when the agency does not operate by this ATO.
OVER = re.compile(
    r"denied|denial|decommission|revoked|rescinded|withdrawn|not (yet )?auth|retired|terminated|cancel", re.IGNORECASE
)
TYPES = (
    (re.compile(r"cond", re.IGNORECASE), AtoType.WITH_CONDITIONS),
    (re.compile(r"interim|iatt|iato", re.IGNORECASE), AtoType.INTERIM),
    (re.compile(r"temp", re.IGNORECASE), AtoType.TEMPORARY),
    (re.compile(r"\batu\b|to use", re.IGNORECASE), AtoType.ATU),
)  # fmt: skip


def lines_of(columns: ListColumns, today: date) -> Iterator[ListLine]:
    """Every row below the headings that has something in it; a heading that comes again is none."""
    headings = {column: text.lower() for column, text in columns.headings.items()}
    for number in columns.numbers:
        cells = columns.sheet.rows[number]
        if {column: " ".join(str(cell.value).split()).lower() for column, cell in cells.items()} == headings:
            continue
        line = ListLine(number, is_hidden=number in columns.sheet.hidden)
        for name, column in columns.meaning.items():
            if (cell := cells.get(column)) is not None:
                _take(line, name, cell, today)
        if line.signed_on and line.expires_on and line.expires_on < line.signed_on:
            cell = cells[columns.meaning["expires_on"]]
            line.issues.append(CellIssue(cell.place, visible(cell.value), ENDED_FIRST))
            line.expires_on = None
        said = f"{line.text('ato_type')} {line.text('status')}"
        line.texts["ato_type"] = next((kind for pattern, kind in TYPES if pattern.search(said)), AtoType.ATO)
        line.over = line.text("status") if OVER.search(line.text("status")) else ""
        yield line


def _take(line: ListLine, name: str, cell: SheetCell, today: date) -> None:
    if cell.is_error or cell.is_formula:
        what = "an error of the spreadsheet" if cell.is_error else "a formula that was never computed"
        line.issues.append(CellIssue(cell.place, visible(cell.value), f"This is {what}; it was left out."))
        return
    text = INVISIBLE.sub("", storable(str(cell.value))).strip()
    if text.lower() in NOTHING:
        return
    if name in DATES:
        setattr(line, name, _day(line, name, cell, today))
        return
    if isinstance(cell.value, float) and cell.value.is_integer():
        text = str(int(cell.value))
    limit = LIMITS.get(name, LONGEST)
    text = text if name == "conditions" else " ".join(text.split())
    if len(text) > limit:
        line.issues.append(CellIssue(cell.place, visible(text), f"The text was cut after {limit:,} characters."))
    line.texts[name] = text[:limit]


def _day(line: ListLine, name: str, cell: SheetCell, today: date) -> date | None:
    if name == "expires_on" and WITHOUT_END.search(str(cell.value)):
        return None
    day = day_of(cell.value)
    if day is None:
        line.issues.append(CellIssue(cell.place, visible(cell.value), "This is no date; it was left out."))
    elif not EARLIEST_YEAR <= day.year <= today.year + YEARS_AHEAD:
        line.issues.append(CellIssue(cell.place, visible(cell.value), f"The year {day.year} is impossible here."))
        return None
    elif name == "signed_on" and day > today:
        line.issues.append(CellIssue(cell.place, visible(cell.value), SIGNED_LATER))
        return None
    return day
