"""Tables as HTML, the same for lists, detail pages, reports on the screen and on paper.

The markup is in templates. Each is rendered once, with places that are filled for each cell: a page has hundreds
of cells, and a template for each would take longer than the rest of the page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from types import NoneType
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from authorizations.display import counted, day_text, moment_text
from authorizations.tables.columns import (
    Age,
    Button,
    Code,
    Column,
    Link,
    Names,
    Pick,
    Record,
    Row,
    Table,
    TagCell,
    Value,
    plain,
    rows_of,
)


def cell_text(value: Value) -> str:
    """A value for readers: days and times in words, a flag as yes or no, a dash for nothing."""
    found = plain(value)
    if found is None or found == "":
        return "–"
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, int | float):
        return f"{found:,}"
    if isinstance(found, datetime):
        return moment_text(found)
    return day_text(found) if isinstance(found, date) else found


@cache
def _markup(kind: str) -> str:
    return render_to_string("components/lists/cell.html", {"kind": kind}).strip()


def filled(kind: str, *, safe: str = "", **texts: str) -> SafeString:
    """The markup of a cell with its texts: what `format_html` does, in a third of its time."""
    return SafeString(_markup(kind).format(safe=safe, **{name: escape(text) for name, text in texts.items()}))


@lru_cache(maxsize=2_000)
def day_html(day: date) -> SafeString:
    return filled("time", exact=day.isoformat(), text=day_text(day))


@lru_cache(maxsize=2_000)
def _moment(moment: datetime) -> SafeString:
    exact = timezone.localtime(moment).isoformat(timespec="seconds")
    return filled("time", exact=exact, text=moment_text(moment))


def _link(link: Link) -> SafeString:
    # As in charts, nought leads nowhere.
    leads = link.url and link.text != 0
    kind = ("link" if leads else "text") + ("_note" if link.note else "")
    return filled(kind, text=cell_text(link.text), url=link.url, note=link.note)


_CELLS: dict[type, Callable[[Any], SafeString]] = {
    Link: _link,
    TagCell: lambda tag: filled("tag", text=tag.text, tone=tag.tone),
    Age: lambda age: filled("age", text=age.text, safe=day_html(age.since)),
    Code: lambda code: filled("code", text=code.text),
    Names: lambda names: _link(Link(names.first, "", names.note)),
    Pick: lambda pick: filled("pick", key=pick.key, about=pick.about, safe=_link(pick.cell)),
    Button: lambda button: filled("button", text=button.text, url=button.url, about=button.about),
    date: day_html,
    datetime: _moment,
    str: lambda text: SafeString(escape(text)) if text else filled("none"),
    NoneType: lambda _: filled("none"),
}


def cell_html(value: Value) -> SafeString:
    """A value on the screen: with its exact time, its link, and a word for the dash."""
    show = _CELLS.get(type(value))
    return show(value) if show else SafeString(escape(cell_text(value)))


def _paper_cell(value: Value) -> SafeString:
    return SafeString(escape(cell_text(value)))


@lru_cache(maxsize=500)
def _row_markup(columns: tuple[tuple[str, bool], ...], *, on_paper: bool) -> list[str]:
    context = {"columns": columns, "on_paper": on_paper}
    return render_to_string("components/lists/row.html", context).strip().split("{}")


def rows_html(columns: Sequence[Column], rows: Iterable[Row], *, on_paper: bool = False) -> SafeString:
    """Rows: the first cell heads its row, and on a screen each other one names its column, for narrow ones."""
    *starts, end = _row_markup(tuple((column.label, column.is_number) for column in columns), on_paper=on_paper)
    cell = _paper_cell if on_paper else cell_html
    lines = [
        "".join([part for start, value in zip(starts, row, strict=True) for part in (start, cell(value))])
        for row in rows
    ]
    return mark_safe("".join(f"{line}{end}" for line in lines))  # noqa: S308  # cells are escaped


@dataclass(frozen=True, slots=True)
class Heading:
    """One column heading: where a click on it leads, and how the column is sorted now."""

    label: str
    is_number: bool = False
    url: str = ""
    direction: str = ""


@dataclass(frozen=True)
class TableView:
    """A table as a page or paper shows it: all of its rows, or some."""

    table: Table
    rows: Sequence[Row]
    on_paper: bool = False

    @property
    def caption(self) -> str:
        return self.table.title

    @property
    def headings(self) -> list[Heading]:
        return [Heading(column.label, column.is_number) for _, column in self.table.shown_columns]

    @property
    def body(self) -> SafeString:
        by = self.table.group_place
        if by is None:
            return rows_html(self.table.columns, self.rows, on_paper=self.on_paper)
        columns = [column for _, column in self.table.shown_columns]
        found = SafeString("")
        for value, rows in groupby(self.rows, key=lambda row: row[by]):
            # All rows of a group count, also those that are on another page.
            many = counted(self.table.of_groups[value], "row")
            name = _paper_cell(value) if self.on_paper else cell_html(value)
            found += format_html(_markup("group"), width=len(columns), name=name, count=many)
            found += rows_html(columns, ([*row[:by], *row[by + 1 :]] for row in rows), on_paper=self.on_paper)
        return found

    @property
    def sums(self) -> list[int | float | None]:
        """What each column but the first comes to, over all rows; empty where none adds up."""
        if not self.table.total or not self.table.sums:
            return []
        return [self.table.sums.get(column.key) for _, column in self.table.shown_columns[1:]]


def table_view(caption: str, columns: Sequence[Column], records: Iterable[Record]) -> TableView:
    return view_of(caption, columns, list(rows_of(columns, records)))


def view_of(caption: str, columns: Sequence[Column], rows: list[Row]) -> TableView:
    """A table of rows that are made already."""
    return TableView(Table("", caption, tuple(columns), lambda: rows), rows)
