"""A report as a workbook: typed days and numbers, heads that stay, filters, and a sheet that explains the columns."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from authorizations.sanitize import UNSTORABLE
from authorizations.tables.archive import UndatedArchive
from authorizations.tables.columns import ColumnKind, Row, Table, Value, plain
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.csv_and_json import FORMULA_STARTS
from authorizations.tables.file_tables import dictionary, in_files

# What a sheet and a cell of Excel hold.
MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
LONGEST_TITLE = 31
BAD_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
FORMATS = {ColumnKind.DAY: "yyyy-mm-dd", ColumnKind.MOMENT: "yyyy-mm-dd hh:mm"}
WIDTHS = {ColumnKind.TEXT: 28, ColumnKind.NUMBER: 12, ColumnKind.DAY: 13, ColumnKind.MOMENT: 18, ColumnKind.FLAG: 9}
BOLD, WRAPPED = Font(bold=True), Alignment(wrap_text=True, vertical="top")
HEAD = PatternFill("solid", fgColor="FFE6E6E6")
Progress = Callable[[int], None]


class TooLong(Exception):
    """A table has more rows than a sheet holds; the text says what to take instead."""


def workbook_of(contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress = lambda rows: None) -> None:
    """Writes a report as a workbook: a sheet about it, one for each table, and one that explains the columns.

    Raises:
        TooLong: a table has more rows than a sheet holds.
    """
    book = Workbook(write_only=True)
    # The same data gives the same workbook.
    book.properties.created = book.properties.modified = spec.as_of.replace(tzinfo=None)
    book.properties.title, book.properties.creator = _clean(contents.title), _clean(spec.user.name)
    _about(book, contents, spec)
    taken = {"About", "Columns"}
    for table in contents.every_table:
        _sheet(book, in_files(table), _title(table.title, taken), progress)
    _columns(book, contents.every_table)
    # Saving the book itself would write the machine's time into it.
    ExcelWriter(book, UndatedArchive(out)).save()


def _title(wanted: str, taken: set[str]) -> str:
    """A sheet's title: short, without what Excel forbids, and unlike the others."""
    short = _clean(wanted).translate(BAD_IN_TITLES).strip()[:LONGEST_TITLE] or "Table"
    number = 2
    title = short
    while title.lower() in {each.lower() for each in taken}:
        title = f"{short[: LONGEST_TITLE - 4]} ({number})"
        number += 1
    taken.add(title)
    return title


def _about(book: Workbook, contents: Contents, spec: ReportSpec) -> None:
    sheet = book.create_sheet("About")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    lines: list[tuple[str, Value]] = [
        ("Title", contents.title),
        ("As of (US Eastern)", spec.as_of),
        *contents.facts,
        *((words, value) for words, value in contents.provenance if words != "As of"),
        *(("Summary", sentence) for sentence in contents.summary),
        *((figure.label, figure.number) for figure in contents.figures),
        *(("Needs a decision", each) for each in contents.decisions),
    ]
    for words, value in lines:
        if value is not None:
            sheet.append([_head(sheet, words), _cell(sheet, value)])


def _sheet(book: Workbook, table: Table, title: str, progress: Progress) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS[column.kind]
    sheet.append([_head(sheet, column.label) for column in table.columns])
    count = 0
    for count, row in enumerate(table.rows(), start=1):
        if count > MOST_ROWS:
            raise TooLong(f"“{table.title}” has more rows than a sheet of a workbook holds. Take CSV or JSON instead.")
        sheet.append(_cells(sheet, row))
        if count % 1000 == 0:
            progress(count)
    # Below the filter's range, so that filtering never hides or counts it.
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{count + 1}"


def _cells(sheet: Any, row: Row) -> list[Any]:
    return [value if type(value) is int else _cell(sheet, value) for value in row]


def _cell(sheet: Any, linked: Value) -> Any:
    value = plain(linked)
    if value is None or isinstance(value, bool):
        return {None: None, True: "yes", False: "no"}[value]
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        kind = ColumnKind.MOMENT if isinstance(value, datetime) else ColumnKind.DAY
        # A workbook's times know no zone; ours are US Eastern, as the sheet about the report says.
        local = timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value
        dated = WriteOnlyCell(sheet, local)  # type: ignore[arg-type]  # the stubs know no plain date here
        dated.number_format = FORMATS[kind]
        return dated
    return _text(sheet, value)


def _text(sheet: Any, text: str) -> Any:
    """Text as text: never a formula, whatever it begins with, and without what XML cannot hold."""
    clean = _clean(text)
    if not clean.startswith(FORMULA_STARTS):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    # Also when somebody edits the cell, or saves the sheet as CSV and opens that.
    cell.quotePrefix = True
    return cell


def _clean(text: str) -> str:
    return UNSTORABLE.sub("\ufffd", text)[:LONGEST_TEXT]


def _head(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet, _clean(words))
    cell.data_type = "s"
    cell.font, cell.fill, cell.alignment = BOLD, HEAD, WRAPPED
    return cell


def _columns(book: Workbook, tables: Iterable[Table]) -> None:
    sheet = book.create_sheet("Columns")
    for letter, width in zip("ABCDE", (30, 24, 20, 10, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    explained = dictionary(tables)
    sheet.append([_head(sheet, column.label) for column in explained.columns])
    for row in explained.rows():
        sheet.append(_cells(sheet, row))
