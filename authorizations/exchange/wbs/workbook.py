"""From an uploaded workbook to the cells of one of its sheets, or to one sentence that says why not.

Nothing here trusts the file: what it would unpack to is known, and small, before any of it is unpacked.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from authorizations.exchange.imports.feed_file import Unreadable

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
# The PMO's template has 24 parts, the largest of 174 kB, 547 kB in all, and 22,000 tags: more of these cost more time.
MOST_PARTS = 500
LARGEST_XML, LARGEST_PART, LARGEST_IN_ALL = MEGABYTE, 4 * MEGABYTE, 16 * MEGABYTE
MOST_TAGS = 120_000
# What the programs that write workbooks allow; a row beyond it was written to make a reader count.
LAST_ROW = 1_048_576
WIDEST = 12
MOST_ROWS = 500
XML = (".xml", ".rels", ".vml")
TOO_MUCH = "The workbook unpacks to far more than a plan needs, so it was not opened."
# What a plan has no need of, and would only be there to act when the file is opened.
ACTING = (
    ("vbaproject", "The workbook holds macros. Save it as a plain workbook (.xlsx) and choose that one."),
    ("xl/externallinks/", "The workbook links to other workbooks. Break the links, save it, and choose it again."),
    ("xl/connections", "The workbook gets data from elsewhere. Remove its connections and choose it again."),
    ("xl/embeddings/", "The workbook holds other files. Remove the embedded objects and choose it again."),
    ("xl/activex/", "The workbook holds controls that run code. Remove them and choose it again."),
)
NO_WORKBOOK = "This is no Excel workbook (.xlsx)."
DAMAGED = "The workbook is damaged: it cannot be read to its end. Open it, save it anew, and choose that copy."
TOO_LONG = f"The sheet “{{}}” has more than {MOST_ROWS} rows with something in them, which no plan has."


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell with something in it: text, a number, a day or a yes or no; of a formula or an error, its text."""

    place: str  # D14
    value: Any
    is_formula: bool = False
    is_error: bool = False
    decimals: int = 0  # how many the number is shown with, where the cell says so


Row = dict[int, SheetCell]  # by column, A is 1


class OpenWorkbook:
    def __init__(self, book: Any, archive: zipfile.ZipFile) -> None:
        self._book, self._archive = book, archive

    @property
    def titles(self) -> list[str]:
        return [str(sheet.title) for sheet in self._book.worksheets]

    def rows(self, title: str) -> dict[int, Row]:
        """By number, of the first 12 columns. Raises Unreadable: more than a plan has, or the sheet is damaged."""
        sheet = self._book[title]
        # What a sheet says of its own size may be wrong; it would hide rows, or have us make millions.
        sheet.reset_dimensions()
        found: dict[int, Row] = {}
        for number, row in enumerate(_careful(lambda: map(_row, sheet.iter_rows(max_col=WIDEST))), start=1):
            if number > LAST_ROW:
                raise Unreadable(DAMAGED)
            if row:
                found[number] = row
            if len(found) > MOST_ROWS:
                raise Unreadable(TOO_LONG.format(title))
        return found

    def joined(self, title: str) -> set[tuple[int | None, ...]]:
        """Cells of one row that are merged: (row, first column, last column)."""
        from openpyxl.utils import range_boundaries  # as in `opened`
        from openpyxl.xml.functions import iterparse

        part = self._book[title]._worksheet_path
        found: set[tuple[int | None, ...]] = set()
        with self._archive.open(part) as source:
            for _, element in _careful(lambda: iterparse(source)):
                if element.tag.endswith("}mergeCell"):
                    left, top, right, bottom = range_boundaries(element.get("ref", ""))
                    if top == bottom:
                        found.add((top, left, right))
                element.clear()
        return found


@contextmanager
def opened(content: bytes) -> Iterator[OpenWorkbook]:
    """Raises Unreadable: it is too large, no workbook, protected by a password, damaged, or it holds what could act."""
    import openpyxl  # takes a tenth of the portal's start, and few ever need it

    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // MEGABYTE} MB, the most that a plan may have.")
    with _archive(content) as archive:
        _refuse_hostile(archive)
        book = next(
            _careful(lambda: iter([openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)]))
        )
        try:
            yield OpenWorkbook(book, archive)
        finally:
            book.close()


def _archive(content: bytes) -> zipfile.ZipFile:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("The workbook is of an old format or protected by a password. Save it as .xlsx without one.")
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable(NO_WORKBOOK)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error


def _refuse_hostile(archive: zipfile.ZipFile) -> None:
    """What a file says of its own parts binds the reader: no more than that is ever unpacked of one."""
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable(NO_WORKBOOK)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("The workbook is protected by a password. Save it without one.")
    for mark, sentence in ACTING:
        if any(mark in name for name in names):
            raise Unreadable(sentence)
    # Workbooks are packed in two ways; another one lets a file say how much memory unpacking takes.
    is_odd = any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    if is_odd or len(set(names)) < len(names):
        raise Unreadable(DAMAGED)
    is_large = any(part.file_size > (LARGEST_XML if _is_xml(part) else LARGEST_PART) for part in parts)
    if is_large or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_IN_ALL:
        raise Unreadable(TOO_MUCH)
    read = _careful(lambda: (archive.read(part) for part in parts if _is_xml(part)))
    if sum(content.count(b"<") for content in read) > MOST_TAGS:
        raise Unreadable(TOO_MUCH)


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith(XML)


def _careful(read: Callable[[], Any]) -> Iterator[Any]:
    """What the library reads, one by one. Raises Unreadable alone: a file can make the library fail in any way."""
    try:
        yield from read()
    except Exception as error:  # of each line of the library that a file can reach
        raise Unreadable(DAMAGED) from error


def _row(cells: tuple[Any, ...]) -> Row:
    return {column: _cell(cell) for column, cell in enumerate(cells, start=1) if not _is_blank(cell.value)}


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _cell(cell: Any) -> SheetCell:
    place = cell.coordinate
    if cell.data_type == "f":
        return SheetCell(place, "a formula", is_formula=True)
    if cell.data_type == "e":
        return SheetCell(place, str(cell.value), is_error=True)
    value = cell.value
    if isinstance(value, datetime):
        value = value.date()
    elif isinstance(value, time | timedelta):
        value = str(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool | date)
    return SheetCell(place, value, decimals=_decimals(str(cell.number_format)) if is_number else 0)


def _decimals(shown_as: str) -> int:
    """How many decimals a format such as 0.00 shows; 0 where it leaves that to the number."""
    digits = shown_as.partition(".")[2]
    return len(digits) if shown_as.startswith("0.") and set(digits) == {"0"} else 0
