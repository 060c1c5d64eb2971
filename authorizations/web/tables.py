"""What stands on detail pages and home beside words: figures that lead to their rows, and tables of list columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from authorizations.web.facets import Row
from authorizations.web.lists import Column, Heading, Listing, needed, table_rows

FIRST_ROWS = 50
Query = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and the address of exactly the rows it counts."""

    number: int
    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page shows it; the rows are HTML."""

    caption: str
    headings: list[Heading]
    body: list[SafeString]


def table(caption: str, columns: Sequence[Column], rows: Iterable[Row]) -> Table:
    """A table of rows that hold the values the columns need."""
    return Table(
        caption,
        [Heading(column.label, column.number, "", "") for column in columns],
        table_rows(columns, rows),
    )


def first_rows(caption: str, columns: Sequence[Column], rows: QuerySet[Any], number: int = FIRST_ROWS) -> Table:
    """A table of the first rows of a queryset; one query."""
    return table(caption, columns, rows.values(*needed(columns))[:number])


def some_rows(caption: str, columns: Sequence[Column], rows: QuerySet[Any], number: int = FIRST_ROWS) -> Table | None:
    """The same, or None where there is no row."""
    found = first_rows(caption, columns, rows, number)
    return found if found.body else None


def columns_of(listing: Listing, *keys: str) -> tuple[Column, ...]:
    """Some columns of a list, in the order asked for."""
    by_key = {column.key: column for column in listing.columns}
    return tuple(by_key[key] for key in keys)


def list_address(name: str, query: Query) -> str:
    """The address of a list narrowed and filtered; a value may be a list of values."""
    return f"{reverse(name)}?{urlencode(query, doseq=True)}" if query else reverse(name)
