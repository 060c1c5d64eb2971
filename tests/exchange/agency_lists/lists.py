"""Agency lists of our own as people keep them: titles above, merged and hidden cells, typing errors, old exports."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import openpyxl

from authorizations.exchange.agency_lists.columns import ListColumns
from authorizations.exchange.agency_lists.lines import ListLine, lines_of
from authorizations.exchange.agency_lists.proposal import read_columns

TODAY = date(2026, 11, 26)
HEAD = ("CSP", "Cloud Service Offering", "FedRAMP Package ID", "OpDiv", "ATO Date", "ATO Expiration", "AO Name")


def workbook(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, *, above: int = 2) -> openpyxl.Workbook:
    """A workbook whose list begins below a title, on its second sheet."""
    book = openpyxl.Workbook()
    book.active.append(["Read me first"])  # type: ignore[union-attr]  # a new workbook has a sheet
    sheet = book.create_sheet("Cloud ATOs")
    for number in range(above):
        sheet.append([f"Title {number}"])
    for row in (head, *rows):
        sheet.append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content: bytes) -> tuple[ListColumns, list[ListLine]]:
    columns = read_columns(content)
    return columns, list(lines_of(columns, TODAY))
