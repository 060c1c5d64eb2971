"""Tables of list columns on detail pages and home, and the addresses of the lists that they are from."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from authorizations.tables.columns import Column, needed
from authorizations.tables.html import TableView, table_view
from authorizations.web.lists.listing import Listing

FIRST_ROWS = 50
Query = dict[str, Any]


def first_rows(caption: str, columns: Sequence[Column], rows: QuerySet[Any], number: int = FIRST_ROWS) -> TableView:
    return table_view(caption, columns, rows.values(*needed(columns))[:number])


def some_rows(
    caption: str, columns: Sequence[Column], rows: QuerySet[Any], number: int = FIRST_ROWS
) -> TableView | None:
    found = first_rows(caption, columns, rows, number)
    return found if found.rows else None


def columns_of(listing: Listing, *keys: str) -> tuple[Column, ...]:
    by_key = {column.key: column for column in listing.columns}
    return tuple(by_key[key] for key in keys)


def list_address(name: str, query: Query) -> str:
    """The address of a list narrowed and filtered; a value may be a list of values."""
    return f"{reverse(name)}?{urlencode(query, doseq=True)}" if query else reverse(name)
