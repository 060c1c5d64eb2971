"""The formats of a report, each written from the same contents."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from authorizations.presenters.provenance import with_provenance
from authorizations.reports.base import Report, UnusableRequest
from authorizations.reports.rendering import pdf
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.csv_and_json import csv_of, csv_zip_of, encoded, json_of, records_of

# Told how many rows, or pages, were written so far.
Progress = Callable[[int], None]
Write = Callable[[Report, Contents, ReportSpec, IO[bytes], Progress], None]


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    label: str
    content_type: str
    write: Write


def pieces_of(report: Report, contents: Contents, spec: ReportSpec, suffix: str) -> Iterator[bytes]:
    """A report as CSV or JSON, piece by piece.

    One table is one CSV, so that programs read it without being told anything; several are an archive of them. JSON of
    a table that was chosen is an array of its rows, for the same reason; of a whole report it is one object.
    """
    tables = contents.every_table
    if suffix == "csv" and len(tables) == 1:
        return encoded(csv_of(tables[0]))
    if suffix == "json" and contents.is_one_table:
        return encoded(records_of(tables[0]))
    contents = with_provenance(contents, spec)
    if suffix == "csv":
        return csv_zip_of(tables, contents.provenance)
    return encoded(json_of(report.name, contents, spec))


def _in_pieces(suffix: str) -> Write:
    def write(report: Report, contents: Contents, spec: ReportSpec, out: IO[bytes], progress: Progress) -> None:
        out.writelines(pieces_of(report, contents, spec, suffix))

    return write


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
        Format("csv", "CSV", "text/csv; charset=utf-8", _in_pieces("csv")),
        Format("json", "JSON", "application/json", _in_pieces("json")),
    )
}


ARCHIVE = ("zip", "application/zip")


def kind_of(contents: Contents, suffix: str) -> tuple[str, str]:
    """How the name of such a file ends, and its content type."""
    if suffix == "csv" and len(contents.every_table) > 1:
        return ARCHIVE
    return suffix, FORMATS[suffix].content_type


def file_name(report: Report, contents: Contents, spec: ReportSpec, suffix: str) -> str:
    table = [contents.every_table[0].key] if contents.is_one_table else []
    return f"{'-'.join([report.name, *table, spec.today.isoformat()])}.{kind_of(contents, suffix)[0]}"
