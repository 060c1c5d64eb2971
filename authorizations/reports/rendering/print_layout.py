"""A report as one page for print: a front page that is alone, then the tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from authorizations.display import day_text, moment_text
from authorizations.reports.base import Report
from authorizations.tables.charts import Chart
from authorizations.tables.column_widths import LENGTHWISE, UPRIGHT, Widths, width, widths
from authorizations.tables.columns import Row, Table
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.html import TableView, cell_text

# A table of so many rows is leafed through by its groups.
LONG = 100
# Millimetres of letter paper between its margins, lengthwise; of a row without its lines, and of a line.
PAGE, ROW, LINE = 174, 2.1, 3.7
# What a title that runs at the head of the pages may take, in sizes of its font.
UPRIGHT_HEAD, LENGTHWISE_HEAD = 30, 40


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
    def _read(self) -> list[Row]:
        return self.table.between(0, self.most)

    @cached_property
    def _places(self) -> list[int]:
        """The columns that are printed: a column without a value in any row leaves its room to the others."""
        kept = {0, self.table.group_place}
        return [
            place
            for place, column in enumerate(self.table.columns)
            if place in kept or column.sums or any(row[place] not in (None, "") for row in self._read)
        ]

    @cached_property
    def printed(self) -> Table:
        """The table without the columns that are left out."""
        columns = tuple(self.table.columns[place] for place in self._places)
        total, groups, sums = self.table.total, self.table.of_groups, self.table.sums
        printed = replace(self.table, columns=columns, size=lambda: total, groups=lambda: groups)
        printed.__dict__["sums"] = sums
        return printed

    @cached_property
    def rows(self) -> list[Row]:
        """The rows that are printed: the first, where there are more than anybody would leaf through."""
        if len(self._places) == len(self.table.columns):
            return self._read
        return [[row[place] for place in self._places] for row in self._read]

    @property
    def left_out(self) -> str:
        """Says which columns are left out; blank where none is."""
        if not self.rows:
            return ""
        names = [column.label for place, column in enumerate(self.table.columns) if place not in self._places]
        return f"Without a value, and left out: {', '.join(names)}." if names else ""

    @property
    def is_long(self) -> bool:
        """Whether its groups are among the bookmarks."""
        return self.printed.group_place is not None and len(self.rows) >= LONG

    @property
    def height(self) -> float:
        """About how many millimetres of paper its rows take, from some of them."""
        line, some = LENGTHWISE if self.widths.is_wide else UPRIGHT, self.rows[:: max(1, len(self.rows) // 100)]
        room = [max(1.0, share * line / 100) for share in self.widths.columns]
        places = [place for place, _ in self.printed.shown_columns]
        lines = [
            max(-(-width(cell_text(row[place])) // wide) for place, wide in zip(places, room, strict=True))
            for row in some
        ]
        return len(self.rows) * (ROW + LINE * sum(lines) / len(lines)) if lines else ROW

    @cached_property
    def widths(self) -> Widths:
        return widths(self.printed, self.rows)

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
        if not self.rows or self.widths.narrow:
            return ""
        return "wide" if self.widths.is_wide else "upright"

    @property
    def view(self) -> TableView:
        return TableView(self.printed, self.rows, on_paper=True)


def page_for_print(report: Report, contents: Contents, spec: ReportSpec, *, is_page: bool) -> str:
    """The HTML. ``is_page``: for a browser, which fetches the style; a PDF has it already."""
    charts = contents.charts
    parts = parts_of(contents)
    way = way_of([part.way for part in parts])
    context = {
        "report": report,
        "contents": contents,
        "spec": spec,
        "as_of": timezone.localtime(spec.as_of),
        "running_title": _in_one_line(contents.title, LENGTHWISE_HEAD if way == "wide" else UPRIGHT_HEAD),
        "subtitle": f"As of {moment_text(spec.as_of)}, for {spec.user.name}",
        "about": list(_about(report, contents, spec)),
        "front": "front upright" if has_front_page(contents) else way,
        "chart": charts[0] if charts else None,
        "parts": parts,
        "way": way,
        "too_long": too_long(contents),
        "is_page": is_page,
    }
    return render_to_string("reports/print.html", context)


def _in_one_line(text: str, room: float) -> str:
    """A text as far as there is room, with an ellipsis where it goes on."""
    if width(text) <= room:
        return text
    while text and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def has_front_page(contents: Contents) -> bool:
    """Whether a page is left to what comes first; where that is little, the tables follow on the same page."""
    return bool(contents.decisions) or any(chart.is_drawn for chart in contents.charts)


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


def pages_about(contents: Contents) -> int:
    """About how many pages its PDF has, for those who wait for it."""
    return 1 + round(sum(part.height + 15 for part in parts_of(contents)) / PAGE + 0.5)


def parts_of(contents: Contents) -> list[PrintedTable]:
    charts = contents.charts
    # The first chart is on the front page; its table is here all the same.
    beside = [None, *charts[1:]][: len(charts)]
    return [
        PrintedTable(table, most, beside[place] if place < len(beside) else None)
        for place, (table, most) in enumerate(_room(contents))
    ]


def way_of(asked: Sequence[str]) -> str:
    """Which way the paper lies for all tables: lengthwise where one asks for it, since each turn leaves a page short.

    ``asked``: "wide", "upright", or blank where either will do.
    """
    return "wide" if "wide" in asked else "upright"


def _about(report: Report, contents: Contents, spec: ReportSpec) -> Iterator[tuple[str, str]]:
    for each in report.parameters:
        if each.key in spec.chosen:
            found = spec.chosen[each.key]
            yield each.label, day_text(found) if isinstance(found, date) else str(found)
    if not contents.dated:
        yield "As of", moment_text(spec.as_of) + " (US Eastern)"
    yield from contents.dated
    yield "Made for", spec.user.name
    if contents.rules:
        yield "Rules", contents.rules
    if spec.marking:
        yield "Marking", spec.marking
