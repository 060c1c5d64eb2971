"""A report as one page for print: a front page that is alone, then the tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from authorizations.display import day_text, moment_text
from authorizations.reports.base import Report
from authorizations.tables.charts import Chart
from authorizations.tables.column_widths import Widths, widths
from authorizations.tables.columns import Row, Table
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.html import TableView


@dataclass(frozen=True)
class PrintedTable:
    """A table on paper, below its chart where it has one that is not on the front page.

    Attributes:
        most: how many of its rows there is room for.
    """

    table: Table
    most: int
    chart: Chart | None = None

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that are printed: the first, where there are more than anybody would leaf through."""
        return self.table.between(0, self.most)

    @cached_property
    def widths(self) -> Widths:
        return widths(self.table, self.rows)

    @property
    def cut(self) -> str:
        """Says so where rows are left out; blank where none are."""
        if self.table.in_files:
            return "Excel, CSV and JSON have them."
        if self.table.total <= self.most:
            return ""
        return f"On paper stand the first {len(self.rows):,} of them. Excel, CSV and JSON have all."

    @property
    def way(self) -> str:
        """Which way the paper lies for it; blank where either will do."""
        if not self.rows or self.widths.is_narrow:
            return ""
        return "wide" if self.widths.is_wide else "upright"

    @property
    def view(self) -> TableView:
        return TableView(self.table, self.rows, on_paper=True)


def page_for_print(report: Report, contents: Contents, spec: ReportSpec, *, is_page: bool) -> str:
    """The HTML. ``is_page``: for a browser, which fetches the style; a PDF has it already."""
    charts = contents.charts
    has_front = bool(charts or contents.summary or contents.figures or contents.decisions)
    parts = _parts(charts, contents)
    context = {
        "report": report,
        "contents": contents,
        "spec": spec,
        "as_of": timezone.localtime(spec.as_of),
        "subtitle": f"As of {moment_text(spec.as_of)}, for {spec.user.name}",
        "about": list(_about(report, contents, spec)),
        "has_front": has_front,
        "chart": charts[0] if charts else None,
        "parts": list(zip(parts, ways([part.way for part in parts]), strict=True)),
        "too_long": too_long(contents),
        "is_page": is_page,
    }
    return render_to_string("reports/print.html", context)


def too_long(contents: Contents) -> list[str]:
    """The titles of the tables of which only the first rows are on paper."""
    return [table.title for table, most in _room(contents) if table.total > most and not table.in_files]


def _room(contents: Contents) -> list[tuple[Table, int]]:
    tables = contents.every_table
    sizes = [0 if table.in_files else table.total for table in tables]
    return list(zip(tables, shares(sizes, settings.REPORT_PDF_ROWS), strict=True))


def shares(sizes: Sequence[int], room: int) -> list[int]:
    """How many rows of each table there is room for: short ones are whole, and long ones share what is left evenly."""
    found = list(sizes)
    left = room
    for number, place in enumerate(sorted(range(len(sizes)), key=lambda place: sizes[place])):
        # Never none, so that no table looks empty.
        found[place] = min(sizes[place], max(1, left // (len(sizes) - number)))
        left -= found[place]
    return found


def _parts(charts: Sequence[Chart], contents: Contents) -> list[PrintedTable]:
    # The first chart is on the front page; its table is here all the same.
    beside = [None, *charts[1:]][: len(charts)]
    return [
        PrintedTable(table, most, beside[place] if place < len(beside) else None)
        for place, (table, most) in enumerate(_room(contents))
    ]


def ways(asked: Sequence[str]) -> list[str]:
    """Which way the paper lies for each table: a change begins a page, so that a reader of either follows the next.

    ``asked``: "wide", "upright", or blank where either will do.
    """
    found: list[str] = []
    for way in reversed(asked):
        found.insert(0, way or (found[0] if found else ""))
    for place, way in enumerate(found):
        found[place] = way or (found[place - 1] if place else "upright")
    return found


def _about(report: Report, contents: Contents, spec: ReportSpec) -> Iterator[tuple[str, str]]:
    for each in report.parameters:
        if each.key in spec.chosen:
            found = spec.chosen[each.key]
            yield each.label, day_text(found) if isinstance(found, date) else str(found)
    yield from contents.facts
    yield from contents.provenance
