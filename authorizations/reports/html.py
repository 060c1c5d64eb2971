"""The tables of a report as HTML, the same for the screen and for print."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from authorizations.display import NONE, counted, day_text, moment_text
from authorizations.reports.base import Column, Kind, Ref, Row, Table, Value, bare

NUMBER = mark_safe(' class="number"')


def cell_text(value: Value) -> str:
    """A value for readers: days and times in words, a flag as yes or no, a dash for nothing."""
    plain = bare(value)
    if plain is None or plain == "":
        return "–"
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, int | float):
        return f"{plain:,}"
    if isinstance(plain, datetime):
        return moment_text(plain)
    if isinstance(plain, date):
        return day_text(plain)
    return plain


def cell_html(value: Value, *, links: bool = True) -> SafeString:
    """A value for readers; on a screen with its exact time, its link, and a word for the dash."""
    if not links:
        return escape(cell_text(value))
    if value is None or value == "":
        return NONE
    if isinstance(value, datetime):
        exact = timezone.localtime(value).isoformat(timespec="seconds")
        return format_html('<time datetime="{}">{}</time>', exact, moment_text(value))
    if isinstance(value, date):
        return mark_safe(f'<time datetime="{value.isoformat()}">{day_text(value)}</time>')  # noqa: S308  # digits and a month
    if isinstance(value, Ref) and value.url:
        return format_html('<a href="{}">{}</a>', value.url, cell_text(value))
    return escape(cell_text(value))


def head_html(columns: Iterable[Column]) -> SafeString:
    """The row of headings."""
    heads = [
        format_html('<th scope="col"{}>{}</th>', NUMBER if column.kind == Kind.NUMBER else "", column.label)
        for column in columns
    ]
    return mark_safe(f"<tr>{''.join(heads)}</tr>")  # noqa: S308  # escaped above


def rows_html(table: Table, rows: Iterable[Row], *, links: bool = True) -> SafeString:
    """Rows of a table, in groups where it has them; the first cell heads its row.

    On a screen each other one names its column, for narrow ones; on paper, without links, nothing stands in the way.
    """
    shown = [(place, column) for place, column in enumerate(table.columns) if column.key != table.group]
    starts = [
        '<th scope="row">'
        if number == 0
        else format_html(
            "<td{}{}>",
            format_html(' data-label="{}"', column.label) if links else "",
            NUMBER if column.kind == Kind.NUMBER else "",
        )
        for number, (_, column) in enumerate(shown)
    ]
    ends = ["</th>"] + ["</td>"] * (len(shown) - 1)
    parts = [(start, place, end) for start, (place, _), end in zip(starts, shown, ends, strict=True)]

    def line(row: Row) -> str:
        cells = (f"{start}{cell_html(row[place], links=links)}{end}" for start, place, end in parts)
        return f"<tr>{''.join(cells)}</tr>"

    if not table.group:
        return mark_safe("".join(map(line, rows)))  # noqa: S308  # cells escape
    by = next(place for place, column in enumerate(table.columns) if column.key == table.group)
    found = []
    for value, of_group in groupby(rows, key=lambda row: row[by]):
        lines = list(map(line, of_group))
        # All rows of a group count, also those that stand on another page.
        words = format_html(
            '<tr class="group"><th scope="colgroup" colspan="{}">{} <span class="group__count">{}</span></th></tr>',
            len(shown), cell_html(value, links=links), counted(table.of_groups[value], "row"),
        )  # fmt: skip
        found += [words, *lines]
    return mark_safe("".join(found))  # noqa: S308  # cells escape


def sums_html(table: Table) -> SafeString:
    """The row below a table with what its columns add up to; blank where none does."""
    shown = [column for column in table.columns if column.key != table.group]
    if not table.sums or not table.total:
        return mark_safe("")
    cells = [
        format_html("<td{}>{}</td>", NUMBER, f"{table.sums[column.key]:,}") if column.key in table.sums else "<td></td>"
        for column in shown[1:]
    ]
    return mark_safe(f'<tr class="sums"><th scope="row">All together</th>{"".join(cells)}</tr>')  # noqa: S308  # digits
