"""From an uploaded workbook to the cells of one of its sheets, or to one sentence that says why not.

Nothing here trusts the file: what it would unpack to is known, and small, before any of it is unpacked.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from authorizations.exchange.imports.feed_file import Unreadable

MEGABYTE = 1024 * 1024
MOST_BYTES = 5 * MEGABYTE
MOST_PARTS = 500
# What the programs that write workbooks allow; a row beyond it was written to make a reader count.
LAST_ROW = 1_048_576
XML = (".xml", ".rels", ".vml")
# What no workbook here has any need of, and would only be there to act when the file is opened.
ACTING = (
    ("vbaproject", "The workbook holds macros. Save it as a plain workbook (.xlsx) and choose that one."),
    ("xl/externallinks/", "The workbook links to other workbooks. Break the links, save it, and choose it again."),
    ("xl/connections", "The workbook gets data from elsewhere. Remove its connections and choose it again."),
    ("xl/embeddings/", "The workbook holds other files. Remove the embedded objects and choose it again."),
    ("xl/activex/", "The workbook holds controls that run code. Remove them and choose it again."),
)
NO_WORKBOOK = "This is no Excel workbook (.xlsx)."
TOO_DEEP = (
    f"The sheets of the workbook reach down more than {LAST_ROW:,} rows in all. Delete the empty rows below each "
    "table, save it and choose it again."
)
DAMAGED = "The workbook is damaged: it cannot be read to its end. Open it, save it anew, and choose that copy."


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """How much a workbook of one purpose may hold: sizes in bytes once unpacked, rows and columns of a sheet."""

    what: str  # "a plan"
    largest_xml: int
    largest_part: int
    largest_in_all: int
    most_tags: int
    widest: int
    most_rows: int


# The PMO's template has 24 parts, the largest of 174 kB, 547 kB in all, and 22,000 tags: more of these cost more time.
OF_A_PLAN = WorkbookLimits("a plan", MEGABYTE, 4 * MEGABYTE, 16 * MEGABYTE, 120_000, widest=12, most_rows=500)


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell with something in it: text, a number, a day or a yes or no; of a formula or an error, its text."""

    place: str  # D14
    value: Any
    is_formula: bool = False
    is_error: bool = False
    decimals: int = 0  # how many the number is shown with, where the cell says so


Row = dict[int, SheetCell]  # by column, A is 1


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """What a sheet hides and joins: merged ranges (left, top, right, bottom), and the numbers of hidden rows."""

    merged: set[tuple[int, ...]]
    hidden: set[int]


_LOADING: dict[str, Any] = {"read_only": True, "keep_links": False}


class OpenWorkbook:
    def __init__(self, book: Any, archive: zipfile.ZipFile, limits: WorkbookLimits) -> None:
        self._book, self._archive, self._limits = book, archive, limits
        # Of all sheets together: a file of a few bytes may say of each that it has a row at the very end.
        self._rows_left = LAST_ROW

    @cached_property
    def _computed(self) -> Any:
        """The workbook with what formulas came to, read once for all sheets."""
        import openpyxl  # as in `opened`

        source: Any = self._archive.fp
        return next(_careful(lambda: iter([openpyxl.load_workbook(source, **_LOADING, data_only=True)])))

    @property
    def titles(self) -> list[str]:
        return [str(sheet.title) for sheet in self._book.worksheets]

    def rows(self, title: str) -> dict[int, Row]:
        """By number, of the columns that are read. Raises Unreadable: more rows than that, or the sheet is damaged."""
        sheet = self._book[title]
        # What a sheet says of its own size may be wrong; it would hide rows, or have us make millions.
        sheet.reset_dimensions()
        found: dict[int, Row] = {}
        for number, row in enumerate(
            _careful(lambda: map(_row, sheet.iter_rows(max_col=self._limits.widest))), start=1
        ):
            self._rows_left -= 1
            if self._rows_left < 0:
                raise Unreadable(DAMAGED if number > LAST_ROW else TOO_DEEP)
            if row:
                found[number] = row
            if len(found) > self._limits.most_rows:
                most = f"more than {self._limits.most_rows:,} rows with something in them"
                raise Unreadable(f"The sheet “{title}” has {most}, which {self._limits.what} does not need.")
        return found

    def computed(self, title: str) -> dict[str, SheetCell]:
        """The cells of a sheet by place, with what formulas came to when it was saved; without those never computed."""
        sheet = self._computed[title]
        sheet.reset_dimensions()
        rows = _careful(lambda: map(_row, sheet.iter_rows(max_col=self._limits.widest)))
        return {cell.place: cell for row in rows for cell in row.values()}

    def close(self) -> None:
        self._book.close()
        if "_computed" in self.__dict__:
            self._computed.close()

    def joined(self, title: str) -> set[tuple[int | None, ...]]:
        """Cells of one row that are merged: (row, first column, last column)."""
        return {(top, left, right) for left, top, right, bottom in self.layout(title).merged if top == bottom}

    def layout(self, title: str) -> "SheetLayout":
        """Raises Unreadable: the sheet is damaged."""
        from openpyxl.utils import range_boundaries  # as in `opened`
        from openpyxl.xml.functions import iterparse

        layout = SheetLayout(set(), set())
        with self._archive.open(self._book[title]._worksheet_path) as source:
            for _, element in _careful(lambda: iterparse(source)):
                if element.tag.endswith("}mergeCell"):
                    layout.merged.add(tuple(part or 1 for part in range_boundaries(element.get("ref", ""))))
                elif element.tag.endswith("}row") and element.get("hidden") in {"1", "true"}:
                    layout.hidden.add(int(element.get("r") or 0))
                element.clear()
        return layout


@contextmanager
def opened(content: bytes, limits: WorkbookLimits = OF_A_PLAN) -> Iterator[OpenWorkbook]:
    """Raises Unreadable: it is too large, no workbook, protected by a password, damaged, or it holds what could act."""
    import openpyxl  # takes a tenth of the portal's start, and few ever need it

    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // MEGABYTE} MB, the most that {limits.what} may have.")
    with _archive(content) as archive:
        _refuse_hostile(archive, limits)
        book = next(_careful(lambda: iter([openpyxl.load_workbook(io.BytesIO(content), **_LOADING)])))
        found = OpenWorkbook(book, archive, limits)
        try:
            paths = [sheet._worksheet_path for sheet in book.worksheets]
            # One sheet under many names would be read as often.
            if len(set(paths)) < len(paths):
                raise Unreadable(DAMAGED)
            yield found
        finally:
            found.close()


def _archive(content: bytes) -> zipfile.ZipFile:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("The workbook is of an old format or protected by a password. Save it as .xlsx without one.")
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable(NO_WORKBOOK)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error


def _refuse_hostile(archive: zipfile.ZipFile, limits: WorkbookLimits) -> None:
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
    too_much = f"The workbook unpacks to far more than {limits.what} needs, so it was not opened."
    is_large = any(part.file_size > (limits.largest_xml if _is_xml(part) else limits.largest_part) for part in parts)
    if is_large or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.largest_in_all:
        raise Unreadable(too_much)
    read = _careful(lambda: (archive.read(part) for part in parts if _is_xml(part)))
    if sum(content.count(b"<") for content in read) > limits.most_tags:
        raise Unreadable(too_much)


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
