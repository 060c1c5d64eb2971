"""What each file of a report says of its tables: how many rows each has, and what its numbers come to."""

import csv
import html
import io
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents
from authorizations.tables.file_tables import in_files

COUNT = re.compile(r'class="report__count">(?:Rows [\d,]+ to [\d,]+ of )?([\d,]+)')
SUMS = re.compile(r'<tr class="sums">(.*?)</tr>', re.S)
CELL = re.compile(r"<td[^>]*>([\d,.-]+)</td>")


@dataclass(frozen=True)
class Said:
    """Of each table that has rows: their number; and the sums of the columns that add up, in their order."""

    rows: list[int]
    sums: list[list[Decimal]]


def number(text: object) -> Decimal:
    """A number as it is printed, in a cell or in JSON; nothing counts nothing."""
    return Decimal(str(text or 0).replace(",", "").removeprefix("'"))


def added(table: Table, rows: list[list[object]]) -> list[Decimal]:
    """What the columns of a table that add up come to, over rows as a file has them."""
    places = [place for place, column in enumerate(table.columns) if column.sums]
    return [sum((number(row[place]) for row in rows), Decimal()) for place in places]


def of_rows(contents: Contents, tables: list[list[list[object]]]) -> Said:
    """What rows say, which are in the order of the report's tables."""
    pairs = list(zip(contents.every_table, tables, strict=True))
    sums = [added(table, rows) for table, rows in pairs if rows]
    return Said([len(rows) for rows in tables if rows], [each for each in sums if each])


def of_csv(contents: Contents, raw: bytes) -> Said:
    """What the CSV says: a file, or an archive with one of each table and two about them."""
    tables = contents.every_table
    files = [raw] if len(tables) == 1 else members_of(raw, [table.key for table in tables])
    return of_rows(contents, [csv_rows(table, each) for table, each in zip(tables, files, strict=True)])


def members_of(raw: bytes, keys: list[str]) -> list[bytes]:
    """The files of an archive, without the last two, which explain their columns and say where all of it comes from."""
    with ZipFile(io.BytesIO(raw)) as archive:
        assert archive.namelist() == [f"{key}.csv" for key in (*keys, "columns", "about")]
        return [archive.read(f"{key}.csv") for key in keys]


def csv_rows(table: Table, raw: bytes) -> list[list[object]]:
    """The rows of a CSV file; it begins with the mark by which Excel takes it for UTF-8."""
    text = raw.decode("utf-8")
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == [column.label for column in in_files(table).columns]
    return rows  # type: ignore[return-value]


def of_json(contents: Contents, raw: bytes) -> Said:
    """What the JSON says."""
    found = json.loads(raw)
    assert [table["key"] for table in found["tables"]] == [table.key for table in contents.every_table]
    return of_rows(contents, [[list(row.values()) for row in table["rows"]] for table in found["tables"]])


def of_xlsx(contents: Contents, raw: bytes) -> Said:
    """What the workbook says, between the sheet about it and the one that explains its columns."""
    book = load_workbook(io.BytesIO(raw), read_only=True)
    sheets = book.worksheets
    assert (sheets[0].title, sheets[-1].title) == ("About", "Columns")
    tables = []
    for table, sheet in zip(contents.every_table, sheets[1:-1], strict=True):
        rows = sheet.iter_rows(min_row=2, values_only=True)
        # A row ends at its last cell that holds something.
        tables.append([[*row, *[None] * (len(in_files(table).columns) - len(row))] for row in rows])
    return of_rows(contents, tables)


def of_page(page: str) -> Said:
    """What the page says, and the page that prints."""
    rows = [int(each.replace(",", "")) for each in COUNT.findall(page)]
    return Said(rows, [[number(cell) for cell in CELL.findall(html.unescape(each))] for each in SUMS.findall(page)])


def of_pdf(raw: bytes) -> Said:
    """What the text of the PDF says."""
    text = "\n".join(texts_of(raw))
    rows = [int(each.replace(",", "")) for each in re.findall(r"^\s*([\d,]+) rows?\.$", text, re.M)]
    sums = re.findall(r"^\s*All together((?: +[\d,.-]+)+)$", text, re.M)
    return Said(rows, [[number(each) for each in line.split()] for line in sums])


def texts_of(raw: bytes) -> list[str]:
    """The text of each page of a PDF, as programs read it."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    line = ["pdftotext", "-layout", "-", "-"]
    said = subprocess.run(line, input=raw, stdout=subprocess.PIPE, check=True).stdout.decode()
    return said.split("\f")[:-1]


WORDS_OF_PAGE = re.compile(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', re.S)
MARGINS = (22 * 72 / 25.4, 20 * 72 / 25.4)


def filled(raw: bytes) -> list[float]:
    """How far down each page of a PDF is written on, as a part of what is between its margins."""
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    line = ["pdftotext", "-bbox", "-", "-"]
    said = subprocess.run(line, input=raw, stdout=subprocess.PIPE, check=True).stdout.decode()
    return [_filled(float(height), words) for height, words in WORDS_OF_PAGE.findall(said)]


def _filled(height: float, words: str) -> float:
    top, foot = MARGINS
    ends = [float(end) for end in re.findall(r'yMax="([\d.]+)"', words)]
    return (max((end for end in ends if top < end <= height - foot + 1), default=top) - top) / (height - top - foot)
