"""From the file of an agency's list to its sheets: a workbook, a text with columns (CSV), or JSON of another system."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.workbook import (
    MEGABYTE,
    MOST_BYTES,
    OpenWorkbook,
    Row,
    SheetCell,
    WorkbookLimits,
    opened,
)
from authorizations.sanitize import storable

MOST_ROWS, WIDEST = 5_000, 60
LIMITS = WorkbookLimits(
    "a list", 16 * MEGABYTE, 32 * MEGABYTE, 64 * MEGABYTE, 2_000_000, widest=WIDEST, most_rows=MOST_ROWS
)
LONGEST_CELL = 5_000
# What may part the cells of a text; the first where several fit as well.
PARTS = ",;\t|"
NOT_TEXT = "This is no workbook (.xlsx), no text with columns (.csv) and no JSON list. Save the list as one of these."
TOO_MANY = f"The list has more than {MOST_ROWS:,} rows. Bring it in by parts, such as one for each bureau."

TOO_MUCH_JOINED = (
    "The workbook joins far more cells than a list needs. Undo “Merge cells”, save it and choose it again."
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet by row and column (A is 1); a merged cell stands in each of its places."""

    title: str
    rows: dict[int, Row]
    hidden: frozenset[int] = field(default_factory=frozenset)


def sheets_of(content: bytes) -> list[Sheet]:
    """Raises Unreadable: the file as a whole."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // MEGABYTE} MB, the most that a list may have.")
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        with opened(content, LIMITS) as book:
            return [_of_workbook(book, title) for title in book.titles]
    text = _text(content)
    return [Sheet("JSON", _of_json(text)) if text.lstrip()[:1] in {"[", "{"} else Sheet("CSV", _of_csv(text))]


def _of_workbook(book: OpenWorkbook, title: str) -> Sheet:
    rows, layout = book.rows(title), book.layout(title)
    if any(cell.is_formula for row in rows.values() for cell in row.values()):
        values = book.computed(title)
        for row in rows.values():
            row.update({column: values.get(cell.place, cell) for column, cell in row.items() if cell.is_formula})
    joined = 0
    for left, top, right, bottom in sorted(layout.merged):
        first, down, across = rows.get(top, {}).get(left), range(top, bottom + 1), range(left, right + 1)
        # A title across a whole sheet or column is no value of each of its cells.
        if first is not None and len(down) <= MOST_ROWS and right <= WIDEST:
            # No two ranges of a real sheet overlap; those of a hostile file may all be the whole sheet.
            joined += len(down) * len(across)
            if joined > MOST_ROWS * WIDEST:
                raise Unreadable(TOO_MUCH_JOINED)
            for number in down:
                for column in across:
                    if number in rows:
                        rows[number].setdefault(column, first)
    return Sheet(title, rows, frozenset(layout.hidden))


def _text(content: bytes) -> str:
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # What Windows writes holds a sign for nearly every byte, so it comes last.
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NOT_TEXT)


def _of_csv(text: str) -> dict[int, Row]:
    part = max(PARTS, key=lambda each: _alike(text, each))
    try:
        rows = _grid(_lines(text, part))
    except csv.Error as error:
        raise Unreadable(NOT_TEXT) from error
    if not any(len(row) > 1 for row in rows.values()):
        raise Unreadable(NOT_TEXT)
    return rows


def _lines(text: str, part: str) -> Iterator[list[Any]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=part, skipinitialspace=True)


def _alike(text: str, part: str) -> int:
    """How many cells the first lines have that are parted alike; `csv.Sniffer` takes minutes for some texts."""
    widths: Counter[int] = Counter()
    with suppress(csv.Error):
        for line in islice(_lines(text, part), 50):
            widths[len(line)] += 1
    return max((wide * lines for wide, lines in widths.items() if wide > 1), default=0)


def _of_json(text: str) -> dict[int, Row]:
    """A list of records, alone or below a key such as `data`; the first row holds the names of their fields."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(NOT_TEXT) from error
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [found])
    records = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    if not records:
        raise Unreadable("The JSON holds no list of records.")
    names = list(dict.fromkeys(name for record in records for name in record))[:WIDEST]
    plain = ([each.get(name) if _is_plain(each.get(name)) else None for name in names] for each in records)
    return _grid(iter([list(names), *plain]))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _grid(lines: Iterator[list[Any]]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    for number, line in enumerate(lines, start=1):
        cells = {
            column: SheetCell(f"{column_letters(column)}{number}", _cleaned(value))
            for column, value in enumerate(line[:WIDEST], start=1)
            if value is not None and str(value).strip()
        }
        if cells:
            rows[number] = cells
        if len(rows) > MOST_ROWS:
            raise Unreadable(TOO_MANY)
    return rows


def _cleaned(value: Any) -> Any:
    return storable(value)[:LONGEST_CELL] if isinstance(value, str) else value


def column_letters(column: int) -> str:
    """A, B … Z, AA: how sheets name their columns."""
    found = ""
    while column:
        column, place = divmod(column - 1, 26)
        found = f"{chr(65 + place)}{found}"
    return found
