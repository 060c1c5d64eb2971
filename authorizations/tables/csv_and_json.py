"""Tables as CSV and JSON, written row by row: what is on its way is never more than a few rows."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from authorizations.tables.archive import zipped
from authorizations.tables.columns import Column, Row, Table, Value, plain
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.file_tables import dictionary, in_files

ABOUT = (Column("what", "What", "Which fact of the files."), Column("value", "Value", "The fact itself."))
# Rows that are put together before they go out.
AT_ONCE = 500
# Excel takes a file for UTF-8 only with this mark.
BOM = "\ufeff"
# A leading one of these makes a spreadsheet run the cell as a formula.
FORMULA_STARTS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)


# Where the decimal sign is a comma, spreadsheets take a semicolon for the end of a cell, also between quotes.
FORMULA_WITHIN = re.compile(rf"(?<=;)(?=\s*[{re.escape(''.join(FORMULA_STARTS))}])")


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, whether its cells end at commas or at semicolons."""
    # Asked first: few texts have one, and a file has a hundred thousand texts.
    if ";" in text:
        text = FORMULA_WITHIN.sub("'", text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell(value: Value) -> str:
    """A value as text: days and times as ISO 8601, a flag as yes or no, nothing as nothing."""
    value = plain(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return harmless(value)


def csv_of(table: Table) -> Iterator[str]:
    """One table as CSV: its headings, and a line for each row."""
    table, page = in_files(table), io.StringIO()
    writer = csv.writer(page)
    page.write(BOM)
    writer.writerow([harmless(column.label) for column in table.columns])
    # The head goes out before the first row is read.
    yield _drain(page)
    for count, row in enumerate(table.rows(), start=1):
        writer.writerow([cell(value) for value in row])
        if count % AT_ONCE == 0:
            yield _drain(page)
    yield _drain(page)


def csv_zip_of(tables: Sequence[Table], provenance: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Several tables: an archive with a CSV file of each, one that explains their columns, and one about all of it."""
    every = (*tables, dictionary(tables), Table("about", "About", ABOUT, lambda: provenance))
    return zipped((f"{table.key}.csv", encoded(csv_of(table))) for table in every)


def _drain(page: io.StringIO) -> str:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text


def _json_value(value: Value) -> Any:
    found = plain(value)
    if isinstance(found, datetime):
        return timezone.localtime(found).isoformat(timespec="seconds")
    return found.isoformat() if isinstance(found, date) else found


def json_of(name: str, contents: Contents, spec: ReportSpec) -> Iterator[str]:
    """A report, or a list, as one JSON object, after the schema of `reports/schema.py`."""
    head = {
        "report": name,
        "title": contents.title,
        "as_of": timezone.localtime(spec.as_of).isoformat(timespec="seconds"),
        "asked_by": spec.user.name,
        "asked_for": dict(spec.given),
        "marking": spec.marking,
        "rules": contents.rules,
        "summary": list(contents.summary),
        "figures": [{"label": each.label, "number": each.number, "note": each.note} for each in contents.figures],
        "decisions": [each.text for each in contents.decisions],
        **({"more": contents.more} if contents.more else {}),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    yield ', "tables": ['
    for number, table in enumerate(contents.every_table):
        yield ", " if number else ""
        yield from _json_of_table(table)
    yield "]}\n"


def _json_of_table(table: Table) -> Iterator[str]:
    explained = [
        {"key": key, "label": label, "holds": holds, "meaning": meaning}
        for _, label, key, holds, meaning in dictionary([table]).rows()
    ]
    head = {"key": table.key, "title": table.title, "columns": explained}
    yield f'{json.dumps(head, ensure_ascii=False)[:-1]}, "rows": '
    yield from records_of(table)
    yield "}"


def records_of(table: Table) -> Iterator[str]:
    """One table as an array of objects, the shape that programs for tables read without being told anything."""
    table = in_files(table)
    keys = [column.key for column in table.columns]
    texts: list[str] = []
    before = "\n"
    yield "["
    for row in table.rows():
        texts.append(_json_of_row(keys, row))
        if len(texts) == AT_ONCE:
            yield before + ",\n".join(texts)
            before, texts = ",\n", []
    yield before + ",\n".join(texts) if texts else ""
    yield "]"


def _json_of_row(keys: list[str], row: Row) -> str:
    return json.dumps({key: _json_value(value) for key, value in zip(keys, row, strict=True)}, ensure_ascii=False)


def encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Pieces of a file as bytes. What people typed may hold half a character, which no encoding has."""
    return (piece.encode(errors="replace") for piece in pieces)
