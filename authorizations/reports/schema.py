"""The JSON Schema of a report (draft 2020-12): what is beside its tables, and what their columns mean."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from authorizations.reports.base import TABLE, Report
from authorizations.tables.columns import ColumnKind, Table
from authorizations.tables.file_tables import in_files

# What a column's values are in JSON; each may be absent.
SCHEMA: dict[ColumnKind, dict[str, Any]] = {
    ColumnKind.TEXT: {"type": ["string", "null"]},
    ColumnKind.NUMBER: {"type": ["number", "string", "null"]},
    ColumnKind.DAY: {"type": ["string", "null"], "format": "date"},
    ColumnKind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    ColumnKind.FLAG: {"type": ["boolean", "null"]},
}


def schema_address(name: str, given: Mapping[str, str]) -> str:
    """The path of the schema of a report as it was asked for."""
    query = urlencode({key: text for key, text in given.items() if key != TABLE})
    return f"{reverse('report_schema', args=[name])}?{query}".removesuffix("?")


def schema_of(report: Report, tables: Iterable[Table]) -> dict[str, Any]:
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
        column.key: {**SCHEMA[column.kind], "title": column.label, "description": column.meaning}
        for column in in_files(table).columns
    }
    row = {"type": "object", "required": list(columns), "properties": columns, "additionalProperties": False}
    return {
        "type": "object",
        "properties": {
            "key": {"const": table.key},
            "title": {"type": "string"},
            "columns": {"type": "array", "items": {"type": "object", "required": ["key", "label", "holds", "meaning"]}},
            "rows": {"type": "array", "items": row},
        },
    }
