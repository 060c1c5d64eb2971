"""A list of rows that no table holds: they are made for the page, and filtered, counted and sorted in memory."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from accounts.models import User
from authorizations.models import Event
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.tables.columns import Record, Row, rows_of
from authorizations.web.lists.filter_counts import Facet, count_up
from authorizations.web.lists.listing import MOST_NAMED, Counted, Listing, ListState


def no_rows(user: User) -> QuerySet[Any]:
    """What a listing of such rows asks the database for."""
    return Event.objects.visible_to(user).none()


class ComputedState(ListState):
    """A listing as one person asked for it, of rows that were made before.

    records: {field: value}, with what columns, facets and sorting name. ``asks``: the parameters of the address that
    say what the rows are made of, which the filters' form keeps. Words are searched for in the fields ``searched``.
    """

    def __init__(
        self,
        listing: Listing,
        user: User,
        query: QueryDict,
        records: Sequence[Record],
        *,
        asks: Sequence[tuple[str, str]] = (),
        searched: Sequence[str] = (),
        asked: CacheStamp | None = None,
    ) -> None:
        super().__init__(listing, user, query, asked)
        self.asks, words = asks, self.text.lower()
        self.clear_url = f"?{urlencode(asks)}"
        self._records = [each for each in records if _has_words(each, searched, words)] if words else list(records)

    @property
    def known(self) -> set[str]:
        return super().known | {name for name, _ in self.asks}

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [*super().hidden, *self.asks]

    def _offered(self, size: int) -> list[Facet]:
        by_names = sum(not facet.fixed for facet in self.listing.facets)
        return [facet for facet in self.listing.facets if facet.fixed or size * by_names <= MOST_NAMED]

    def _names(self, facet: Facet) -> dict[str, str]:
        return {str(row[facet.field]): str(row[facet.words_field or facet.field]) for row in self._records}

    def _count(self) -> Counted:
        size = len(self._records)
        offered = self._offered(size)
        others = [facet for facet in self.listing.facets if facet not in offered]
        tally = count_up(_cube(self._kept_by(others), offered), offered, self.chosen)
        choices = {facet.key: values for facet, values in tally.filters}
        return Counted(size, tally.total, choices, self.listing.sentence(self.found, tally.total))

    def _kept_by(self, facets: Sequence[Facet]) -> list[Record]:
        asked = [(facet.field, set(chosen)) for facet in facets if (chosen := self.chosen[facet.key])]
        return [row for row in self._records if all(str(row[field] or "") in chosen for field, chosen in asked)]

    def _page_rows(self) -> list[Row]:
        shown = self._sorted()[max(0, self.paging.first_row - 1) : self.paging.last_row]
        return list(rows_of(self.listing.columns, shown))

    def _sorted(self) -> list[Record]:
        """The rows in the order that was asked for; those without a value come last, whichever way."""
        column, downwards = self.sort_key
        rows = self._kept_by(self.listing.facets)
        for name in reversed(column.sort):
            rows.sort(key=lambda row: _sortable(row[name]), reverse=downwards)
            rows.sort(key=lambda row: row[name] in (None, ""))
        return rows

    def all_records(self) -> list[Record]:
        """All rows, in the order that was asked for."""
        return self._sorted()


def _has_words(row: Record, searched: Sequence[str], words: str) -> bool:
    return any(words in str(row[name]).lower() for name in searched)


def _cube(rows: Sequence[Record], facets: Sequence[Facet]) -> list[dict[str, Any]]:
    """One row per combination of filter values, with its count `n`."""
    fields = [name for facet in facets for name in (facet.field, facet.words_field) if name]
    numbers = Counter(tuple(row[name] for name in fields) for row in rows)
    return [{**dict(zip(fields, values, strict=True)), "n": number} for values, number in numbers.items()]


def _sortable(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else "" if value is None else value
