"""The formats of a report, each written from the same contents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from authorizations.presenters.provenance import with_provenance
from authorizations.reports.base import Report, UnusableRequest
from authorizations.reports.rendering import pdf
from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.csv_and_json import csv_of, encoded, json_of

# Told how many rows, or pages, were written so far.
Progress = Callable[[int], None]
Write = Callable[[Report, Contents, ReportSpec, IO[bytes], Progress], None]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    label: str
    content_type: str
    write: Write


def _csv(report: Report, contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress) -> None:
    out.writelines(encoded(csv_of(contents.every_table)))


def _json(report: Report, contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress) -> None:
    out.writelines(encoded(json_of(report.name, with_provenance(contents, spec), spec)))


def _xlsx(report: Report, contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress) -> None:
    from authorizations.tables.xlsx import TooLong, workbook_of  # loading openpyxl takes a tenth of the portal's start

    try:
        workbook_of(with_provenance(contents, spec), spec, out, progress)
    except TooLong as problem:
        raise UnusableRequest(str(problem)) from problem


def _pdf(report: Report, contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress) -> None:
    out.write(pdf.pdf_of(report, with_provenance(contents, spec), spec))


FORMATS = {
    each.name: each
    for each in (
        Format("pdf", "PDF", "application/pdf", _pdf),
        Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
        Format("csv", "CSV", "text/csv; charset=utf-8", _csv),
        Format("json", "JSON", "application/json", _json),
    )
}


def file_name(report: Report, spec: ReportSpec, suffix: str, table: Table | None = None) -> str:
    parts = [report.name, *([table.key] if table else []), spec.today.isoformat()]
    return f"{'-'.join(parts)}.{suffix}"
