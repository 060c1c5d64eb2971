"""Columns and tables: what each column holds and means, the values of its cells, and the rows."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, partial
from typing import Any, NamedTuple

from authorizations.display import address

# Records that are read at once.
AT_ONCE = 1_000


class ColumnKind(StrEnum):
    """What a column holds; the value names its type in the JSON schema of a report."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


class Link(NamedTuple):
    """A text or number that leads to a page, and a note below it; without an address it is only the text.

    ``fedramp_id``: of the offering that its record is, or is about; files alone have it.
    """

    text: str | int
    url: str = ""
    note: str = ""
    fedramp_id: str | None = None


class TagCell(NamedTuple):
    """A status with its colour; the colour never is alone."""

    text: str
    tone: str = "plain"


class Age(NamedTuple):
    """How long ago something began, such as "12 days ago", and that day, which files hold."""

    text: str
    since: date


class Code(NamedTuple):
    """A text of which spaces and odd characters must be seen."""

    text: str


class Button(NamedTuple):
    """A link that looks like a button; ``about`` tells screen readers which record it is for."""

    text: str
    url: str
    about: str


class Pick(NamedTuple):
    """The first cell of a row that can be chosen: the value below its key, and what screen readers hear of the row."""

    text: str | int
    cell: Link
    key: str
    about: str


class Names(NamedTuple):
    """Several names in one text; a page shows the first of them, and a note that there are more."""

    text: str
    first: str
    note: str


# Pages show each in its own way; files hold the text alone, or the day.
Cell = Link | TagCell | Age | Code | Button | Pick | Names
Plain = str | int | float | date | datetime | bool | None
Value = Plain | Cell
Row = Sequence[Value]
Record = Mapping[str, Any]


def plain(value: Value) -> Plain:
    """The value as files hold it."""
    if isinstance(value, Age):
        return value.since
    return value.text if isinstance(value, Cell) else value


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in JSON, its heading, its meaning for the workbook, and what it holds.

    Attributes:
        sums: whether the numbers of all rows are added up below the table; that must mean something.
        of: the record type whose pages its cells lead to, such as "offering"; files hold that record's id beside it.
        needs: the fields of a record that the value is made of.
        value: the value of a record's cell; without it, the record has it under the column's key.
        sort: the fields that sorting by this column sorts by; without them nobody can.
    """

    key: str
    label: str
    meaning: str = ""
    kind: ColumnKind = ColumnKind.TEXT
    sums: bool = False
    of: str = ""
    needs: tuple[str, ...] = ()
    value: Callable[[Record], Value] | None = None
    sort: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        return self.kind == ColumnKind.NUMBER


def id_column(of: str, prefix: str = "") -> Column:
    """A column of files with the id of a record that no cell leads to; ``prefix`` leads to it."""
    meaning = f"The portal’s id of the {of}. It never changes."
    return field_column(f"{of}_id", f"{of.capitalize()} id", meaning, f"{prefix}public_id", sorts=False)


def field_column(
    key: str,
    label: str,
    meaning: str,
    field: str,
    *then: str,
    kind: ColumnKind = ColumnKind.TEXT,
    words: Any = None,
    sorts: bool = True,
) -> Column:
    """A column that shows one field, sorts by it and ``then`` by others; ``words``: labels of its values."""
    labels = dict(getattr(words, "choices", words) or {})

    def value(record: Record) -> Value:
        found: Value = labels.get(record[field], record[field])
        return None if found == "" else found

    return Column(key, label, meaning, kind, needs=(field,), value=value, sort=(field, *then) if sorts else ())


day_column, number_column = partial(field_column, kind=ColumnKind.DAY), partial(field_column, kind=ColumnKind.NUMBER)


def computed_column(
    key: str,
    label: str,
    meaning: str,
    needs: tuple[str, ...],
    value: Callable[..., Value],
    kind: ColumnKind = ColumnKind.TEXT,
    *,
    sort: tuple[str, ...] = (),
) -> Column:
    """A column whose value is made of the fields that it needs; ``value`` gets these, in their order."""
    return Column(
        key, label, meaning, kind, needs=needs, value=lambda row: value(*(row[name] for name in needs)), sort=sort
    )


def link_column(key: str, label: str, meaning: str, page: str, prefix: str, *then: str, public_id: str = "") -> Column:
    """A column with the name of a record, which leads to its page; ``prefix`` leads to the record."""
    name, public_id = f"{prefix}name", public_id or f"{prefix}public_id"
    fedramp_id = (f"{prefix}fedramp_id",) if page == "offering" or prefix.endswith("offering__") else ()

    def value(record: Record) -> Value:
        more = record[fedramp_id[0]] if fedramp_id else None
        return Link(record[name], address(page, record[public_id]), "", more) if record[name] else None

    needs = (name, public_id, *fedramp_id)
    return Column(key, label, meaning, of=page, needs=needs, value=value, sort=(f"{prefix}sort_name", *then))


def needed(columns: Iterable[Column]) -> list[str]:
    return list(dict.fromkeys(name for column in columns for name in column.needs))


def rows_of(columns: Iterable[Column], records: Iterable[Record]) -> Iterable[Row]:
    values = [column.value or (lambda record, key=column.key: record[key]) for column in columns]
    return ([value(record) for value in values] for record in records)


def queryset_rows(columns: Sequence[Column], rows: Any) -> Iterable[Row]:
    """The values of a queryset's records, read one by one, so that a file of very many takes little memory."""
    return rows_of(columns, rows.values(*needed(columns)).iterator(chunk_size=AT_ONCE))


@dataclass(frozen=True)
class Table:
    """Rows under their columns. They are read once for each file, and in one go for pages and PDFs.

    Attributes:
        rows: makes the rows anew each time; each has a value for each column, in their order. Very many come one by
            one, from an iterator of the database.
        note: a sentence above the rows: what is counted, by which rule.
        empty: what would be here, where nothing does.
        group: the key of the column by which pages and PDFs show the rows in groups; the rows come in its order.
        in_files: whether paper only says how many rows there are, which files and pages have.
        size, some, groups: how many rows there are, those from one place to another, and how many each group has; for
            tables too long to be kept, of which a page shows a part.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Row]]
    note: str = ""
    empty: str = "Nothing to list."
    group: str = ""
    in_files: bool = False
    size: Callable[[], int] | None = None
    some: Callable[[int, int], Iterable[Row]] | None = None
    groups: Callable[[], Mapping[Value, int]] | None = None

    @cached_property
    def total(self) -> int:
        return self.size() if self.size else len(self.whole)

    def between(self, start: int, stop: int) -> list[Row]:
        """The rows from one place to another, the second left out."""
        return list(self.some(start, stop)) if self.some else self.whole[start:stop]

    @cached_property
    def whole(self) -> list[Row]:
        """All rows, kept: for those who show them more than once."""
        return list(self.rows())

    @cached_property
    def group_place(self) -> int | None:
        """The place of the column by which the rows are grouped, if they are."""
        return next((place for place, column in enumerate(self.columns) if column.key == self.group), None)

    @property
    def shown_columns(self) -> list[tuple[int, Column]]:
        """The columns that pages and PDFs show, with their places: that of the groups heads those instead."""
        return [(place, column) for place, column in enumerate(self.columns) if place != self.group_place]

    @cached_property
    def of_groups(self) -> Mapping[Value, int]:
        """How many rows each group has, by the value of its column."""
        if self.groups or self.group_place is None:
            return self.groups() if self.groups else {}
        by = self.group_place
        return Counter(row[by] for row in self.whole)

    @cached_property
    def sums(self) -> dict[str, int | float]:
        """What the numbers of the columns that add up come to, by their keys."""
        places = [(column.key, place) for place, column in enumerate(self.columns) if column.sums]
        return {key: sum(plain(row[place]) or 0 for row in self.whole) for key, place in places}  # type: ignore[misc]


def queryset_table(key: str, title: str, columns: tuple[Column, ...], rows: Any, **more: Any) -> Table:
    """A table of a queryset's records; ``more``: its note, what is there where it is empty, its group."""
    return Table(key, title, columns, lambda: queryset_rows(columns, rows), **more)
