"""The values of a report as CSV and JSON, written row by row: what is on its way is never more than a few rows."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from authorizations.reports.base import Asking, Contents, Kind, Report, Row, Table, Value, bare

# Rows that are put together before they go out.
AT_ONCE = 500
# Excel takes a file for UTF-8 only with this mark.
BOM = "\ufeff"
# A leading one of these makes a spreadsheet run the cell as a formula.
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
# What a column's values are in JSON (JSON Schema, draft 2020-12); each may be absent.
SCHEMA: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.NUMBER: {"type": ["number", "string", "null"]},
    Kind.DAY: {"type": ["string", "null"], "format": "date"},
    Kind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    Kind.FLAG: {"type": ["boolean", "null"]},
}


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def cell(value: Value) -> str:
    """A value as text: days and times as ISO 8601, a flag as yes or no, nothing as nothing."""
    value = bare(value)
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


def csv_of(tables: Iterable[Table]) -> Iterator[str]:
    """Tables as CSV. One stands alone; of several each has its title above it and an empty line below it."""
    several = tuple(tables)
    page = io.StringIO()
    writer = csv.writer(page)
    page.write(BOM)
    for number, table in enumerate(several):
        if len(several) > 1:
            writer.writerows([[], [harmless(table.title)]] if number else [[harmless(table.title)]])
        writer.writerow([column.label for column in table.columns])
        # The head goes out before the first row is read.
        yield _taken(page)
        for count, row in enumerate(table.rows(), start=1):
            writer.writerow([cell(value) for value in row])
            if count % AT_ONCE == 0:
                yield _taken(page)
    yield _taken(page)


def _taken(page: io.StringIO) -> str:
    text = page.getvalue()
    page.seek(0)
    page.truncate()
    return text


def plain(value: Value) -> Any:
    """A value as JSON has it."""
    found = bare(value)
    if isinstance(found, datetime):
        return timezone.localtime(found).isoformat(timespec="seconds")
    return found.isoformat() if isinstance(found, date) else found


def json_of(name: str, contents: Contents, asked: Asking) -> Iterator[str]:
    """A report, or a list, as one JSON object, after the schema of `schema_of`."""
    head = {
        "report": name,
        "title": contents.title,
        "as_of": timezone.localtime(asked.as_of).isoformat(timespec="seconds"),
        "asked_by": asked.user.name,
        "asked_for": dict(asked.given),
        "marking": asked.marking,
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
    keys = [column.key for column in table.columns]
    yield f'{{"key": {json.dumps(table.key)}, "title": {json.dumps(table.title, ensure_ascii=False)}, "rows": ['
    texts: list[str] = []
    before = "\n"
    for row in table.rows():
        texts.append(_json_of_row(keys, row))
        if len(texts) == AT_ONCE:
            yield before + ",\n".join(texts)
            before, texts = ",\n", []
    yield before + ",\n".join(texts) if texts else ""
    yield "]}"


def _json_of_row(keys: list[str], row: Row) -> str:
    return json.dumps({key: plain(value) for key, value in zip(keys, row, strict=True)}, ensure_ascii=False)


def schema_of(report: Report, tables: Iterable[Table]) -> dict[str, Any]:
    """The JSON Schema of a report: what stands beside its tables, and what the columns of each of them mean."""
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": report.title,
        "description": report.explains,
        "type": "object",
        "required": ["report", "title", "as_of", "tables"],
        "properties": {
            "report": {"const": report.name},
            **dict.fromkeys(("title", "asked_by", "marking", "rules"), text),
            "as_of": {**text, "format": "date-time"},
            "asked_for": {"type": "object", "additionalProperties": text},
            "summary": {"type": "array", "items": text},
            "decisions": {"type": "array", "items": text},
            "figures": {
                "type": "array",
                "items": {"type": "object", "properties": {"label": text, "number": {"type": ["integer", "string"]}}},
            },
            "more": {"type": "object"},
            "tables": {"type": "array", "prefixItems": [_schema_of_table(table) for table in tables]},
        },
    }


def _schema_of_table(table: Table) -> dict[str, Any]:
    columns = {
        column.key: {**SCHEMA[column.kind], "title": column.label, "description": column.explains}
        for column in table.columns
    }
    row = {"type": "object", "required": list(columns), "properties": columns, "additionalProperties": False}
    return {
        "type": "object",
        "properties": {
            "key": {"const": table.key},
            "title": {"type": "string"},
            "rows": {"type": "array", "items": row},
        },
    }
