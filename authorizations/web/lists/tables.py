"""Tables of list columns on detail pages and home, and the addresses of the lists that they are from."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts
from authorizations.tables.columns import Column, Row, needed, rows_of
from authorizations.tables.html import TableView, table_view, view_of
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


def cached_rows(
    asked: CacheStamp,
    user: User,
    caption: str,
    columns: Sequence[Column],
    find: Callable[[], QuerySet[Any]],
    number: int = FIRST_ROWS,
) -> TableView:
    """The first of the rows that `find` finds for a person, which are read anew after each act and each midnight."""

    def read() -> list[Row]:
        return [list(row) for row in rows_of(columns, find().values(*needed(columns))[:number])]

    return view_of(caption, columns, cached_counts(asked, user, ("rows", caption), read, rows=always))


def columns_of(listing: Listing, *keys: str) -> tuple[Column, ...]:
    by_key = {column.key: column for column in listing.columns}
    return tuple(by_key[key] for key in keys)


def list_address(name: str, query: Query) -> str:
    """The address of a list narrowed and filtered; a value may be a list of values."""
    return f"{reverse(name)}?{urlencode(query, doseq=True)}" if query else reverse(name)
