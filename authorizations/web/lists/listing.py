"""The list kit: a listing is declared once and gives the page, its filters with counts, its sorting and its export.

A list page costs one query for how long the list is, one for all filter counts (the cube: one row per combination of
filter values), one for its rows and one for its sentence, whatever the number of rows. A list that is too long has its
total alone instead of the cube (docs/adr/0003).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from accounts.models import User
from authorizations.policy import Capability, may
from authorizations.presenters.cached_counts import CacheStamp, always, cache_stamp, cached_counts, read_keys_within
from authorizations.presenters.search import WordSearch
from authorizations.sanitize import search_words
from authorizations.tables.columns import AT_ONCE, Column, Link, Pick, Record, Row, needed, rows_of
from authorizations.tables.html import Heading, rows_html
from authorizations.web.lists.filter_counts import Facet, FacetChoice, count_up, uncounted
from authorizations.web.lists.narrowing import MOST_VALUES, Narrowing
from authorizations.web.lists.ordering import ordering
from authorizations.web.lists.paging import Paging
from authorizations.web.page_access import person

PAGE_SIZE = 50
# So many rows are sorted with all that a page shows of them.
FEW = 500
MARK = "mark"  # under which a row has it
# Rows beyond which nothing is counted beside the filters: it would take longer than the rest of the page.
MOST_COUNTED = 10_000
# The same of rows times filters by names: each has hundreds of values, two have nearly as many combinations as rows.
MOST_NAMED = 6_000


@dataclass(frozen=True, slots=True)
class ListAction:
    label: str
    name: str
    capability: Capability


@dataclass(frozen=True, slots=True)
class BulkActs:
    """What can be done to rows that are chosen: the address to which they are sent, and each act as value and words."""

    name: str
    acts: Callable[[User], Sequence[tuple[str, str]]]  # those of a person; who has none chooses no rows
    about: Callable[[Record], str]  # what screen readers hear of a row; it has a `public_id`


@dataclass(frozen=True, slots=True)
class Listing:
    name: str
    title: str
    rows: Callable[[User], QuerySet[Any]]
    search: Callable[[QuerySet[Any], WordSearch], QuerySet[Any]]
    search_label: str
    columns: tuple[Column, ...]
    facets: tuple[Facet, ...]
    order: str
    sentence: Callable[[QuerySet[Any], int], str]
    empty: str
    intro: str = ""
    narrowings: tuple[Narrowing, ...] = ()
    actions: tuple[ListAction, ...] = ()
    # Whether its rows change by recorded acts alone, so that what is counted of them holds until the next one.
    changed_by_acts: bool = False
    # Whether the rows of a page are remembered as its counts are: for lists that ask much of each row.
    keeps_rows: bool = False
    # What the page alone says of rows to this reader, by their keys: no filter, no sort and no file knows it.
    marks: Callable[[User, Sequence[int]], Mapping[int, str]] | None = None
    # What columns need and no sort compares: annotations, asked for the rows of a page alone.
    shown_with: Callable[[], Mapping[str, Any]] = dict
    # What columns need of other records: by the keys of some rows, asked at once; a record has it under `tally`.
    beside: Callable[[User, Sequence[int]], Mapping[int, Mapping[str, Any]]] | None = None
    # Lists of the same, by their words and addresses.
    tabs: tuple[tuple[str, str], ...] = ()
    # Columns that files alone have.
    more_in_files: tuple[Column, ...] = ()
    bulk: BulkActs | None = None
    # Whether rows belong to agencies, so that a reader's rows follow from what is below their own.
    of_agencies: bool = False

    def with_columns(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with all that columns need."""
        more = self.shown_with()
        return rows.annotate(**more) if more else rows

    def records(
        self, user: User, columns: Sequence[Column], rows: QuerySet[Any], *, few: bool = False
    ) -> Iterator[Record]:
        """What columns need of these rows, read some at a time unless they are few."""
        chosen = rows.values("pk", *needed(columns))
        # A cursor that reads some at a time has PostgreSQL plan for the first rows alone.
        values = iter(chosen) if few else chosen.iterator(chunk_size=AT_ONCE)
        if self.beside is None:
            yield from values
            return
        while some := list(islice(values, AT_ONCE)):
            tallies = self.beside(user, [record["pk"] for record in some])
            yield from ({**record, "tally": tallies[record["pk"]]} for record in some)

    def export_name(self, suffix: str) -> str:
        return f"{self.name}_{suffix}"


@dataclass(frozen=True, slots=True)
class Counted:
    size: int  # rows before the filters, up to one more than are counted; 0 for a list without filters
    total: int
    choices: dict[str, list[FacetChoice]]  # by the key of the filter; empty for a list that is too long
    sentence: str


class ListState:
    """A listing as one person asked for it: the rows, filters and links that follow from the address."""

    clear_url = "?"  # of the same list without filters

    def __init__(self, listing: Listing, user: User, query: QueryDict, asked: CacheStamp | None = None) -> None:
        self.listing = listing
        self.query = query
        self.text = searched(query)
        self.user = user
        self.asked = asked
        self.chosen = {facet.key: query.getlist(facet.key)[:MOST_VALUES] for facet in listing.facets}
        self.narrowed = {
            narrowing: values
            for narrowing in listing.narrowings
            if (values := query.getlist(narrowing.key)[:MOST_VALUES])
        }
        self.found = listing.rows(user).filter(
            *(each.conditions(user, values) for each, values in self.narrowed.items())
        )
        if self.text:
            self.found = listing.search(self.found, WordSearch(self.text, user, asked))

    @property
    def known(self) -> set[str]:
        """What the address may say of which rows there are, and in which order."""
        facets, narrowings = self.listing.facets, self.listing.narrowings
        return {"q", "sort", *(each.key for each in facets), *(each.key for each in narrowings)}

    @cached_property
    def sort_key(self) -> tuple[Column, bool]:
        wanted = self.query.get("sort", self.listing.order)
        downwards = wanted.startswith("-")
        column = self.sortable.get(wanted.removeprefix("-"))
        if column is None:
            return self.sortable[self.listing.order.lstrip("-")], self.listing.order.startswith("-")
        return column, downwards

    @cached_property
    def sortable(self) -> dict[str, Column]:
        return {column.key: column for column in self.listing.columns if column.sort}

    @cached_property
    def matching(self) -> QuerySet[Any]:
        return self._kept(self.listing.facets)

    def _kept(self, facets: Sequence[Facet]) -> QuerySet[Any]:
        rows = self.found
        for facet in facets:
            if chosen := self.chosen[facet.key]:
                rows = facet.kept(rows, chosen)
        return rows

    @cached_property
    def counted(self) -> Counted:
        """What is counted; of a long list that acts alone change, once between two acts."""
        if self.asked is None or not self.listing.changed_by_acts:
            return self._count()
        narrowed = {narrowing.key: values for narrowing, values in self.narrowed.items()}
        what = (self.listing.name, self.text, narrowed, self.chosen)
        return cached_counts(
            self.asked,
            self.user,
            what,
            self._count,
            rows=lambda each: always(each) if self.text or self.listing.keeps_rows else each.size,
        )

    def _count(self) -> Counted:
        size = self.found.order_by().values("pk")[: MOST_COUNTED + 1].count() if self.listing.facets else 0
        choices: dict[str, list[FacetChoice]] = {}
        if self.listing.facets and size <= MOST_COUNTED:
            offered = self._offered(size)
            tally = count_up(self._cube(offered), offered, self.chosen)
            total, choices = tally.total, {facet.key: values for facet, values in tally.filters}
        else:
            total = self.matching.order_by().count()
        return Counted(size, total, choices, self.listing.sentence(self.matching, total))

    def _offered(self, size: int) -> list[Facet]:
        by_names = sum(not facet.fixed for facet in self.listing.facets)
        few = not by_names or size * by_names <= MOST_NAMED
        return [facet for facet in self.listing.facets if facet.fixed or few]

    def _cube(self, offered: Sequence[Facet]) -> list[dict[str, Any]]:
        """One row per combination of filter values among the rows that the search found, with its count `n`."""
        fields = [facet.field for facet in offered]
        fields += [facet.words_field for facet in offered if facet.words_field]
        rows = self._kept([facet for facet in self.listing.facets if facet not in offered])
        for facet in offered:
            rows = facet.among(rows)
        return list(rows.order_by().values(*fields).annotate(n=Count("pk")))

    @property
    def counts(self) -> bool:
        return bool(self.counted.choices)

    @cached_property
    def offered(self) -> list[Facet]:
        return self._offered(self.counted.size)

    @property
    def left_out(self) -> list[Facet]:
        return [facet for facet in self.listing.facets if facet not in self.offered]

    @property
    def hint(self) -> str:
        hints = [] if self.counts else [f"Filters show counts for up to {MOST_COUNTED:,} rows."]
        if names := [facet.label.lower() for facet in self.left_out]:
            hints.append(f"For one {' or '.join(names)}, search for its name.")
        return " ".join(hints) if self.listing.facets else ""

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        column, downwards = self.sort_key
        order = [ordering(self.found, name, downwards=downwards) for name in column.sort]
        # The key comes last, so that two equal rows never change places between pages.
        return self.matching.order_by(*order, "pk")

    @property
    def total(self) -> int:
        return self.counted.total

    @cached_property
    def filters(self) -> list[tuple[Facet, list[FacetChoice]]]:
        """Each filter with its values; a value's count is what choosing it would show beside the other filters.

        One that is left out but set, by a link from a shorter list, can still be read and removed.
        """
        counted = self.counted.choices
        shown = [
            (facet, counted[facet.key] if counted else uncounted(facet, self.chosen[facet.key], {}))
            for facet in self.offered
        ]
        set_yet = [(facet, chosen) for facet in self.left_out if (chosen := self.chosen[facet.key])]
        shown += [(facet, uncounted(facet, chosen, self._names(facet))) for facet, chosen in set_yet]
        return [(facet, choices) for facet, choices in shown if choices]

    def _names(self, facet: Facet) -> dict[str, str]:
        rows = facet.kept(self.found, self.chosen[facet.key]).order_by()
        return dict(rows.values_list(facet.field, facet.words_field or facet.field).distinct())

    @cached_property
    def active(self) -> list[tuple[str, str]]:
        tags = [(f"Search: {self.text}", self._without("q", self.query.get("q", "")))] if self.text else []
        for narrowing, values in self.narrowed.items():
            words = [f"{narrowing.label}: {narrowing.word(self.user, value)}" for value in values]
            tags += [(word, self._without(narrowing.key, value)) for word, value in zip(words, values, strict=True)]
        for facet, choices in self.filters:
            tags += [(f"{facet.label}: {c.label}", self._without(facet.key, c.value)) for c in choices if c.chosen]
        return tags

    @property
    def actions(self) -> list[ListAction]:
        return [action for action in self.listing.actions if may(self.user.roles, action.capability)]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [(narrowing.key, value) for narrowing, values in self.narrowed.items() for value in values]

    @property
    def asked_for(self) -> list[tuple[str, str]]:
        """What the address says of which rows there are, for another form that means the same rows."""
        return [(key, value) for key, values in self.query.lists() if key != "page" for value in values]

    @cached_property
    def paging(self) -> Paging:
        return Paging(self.total, PAGE_SIZE, self.query.get("page", "1"), self._page_url)

    @cached_property
    def rows(self) -> list[Row]:
        if self.asked is None or not self.listing.keeps_rows:
            return self._page_rows()
        what = ("rows", self.listing.name, self.query.urlencode())
        return cached_counts(self.asked, self.user, what, self._page_rows, rows=always)

    def _page_rows(self) -> list[Row]:
        shown = self._shown(max(0, self.paging.first_row - 1), self.paging.last_row)
        records = list(self.listing.records(self.user, self.listing.columns, shown, few=True))
        if self.listing.marks is not None:
            marks = self.listing.marks(self.user, [record["pk"] for record in records])
            records = [{**record, MARK: marks.get(record["pk"], "")} for record in records]
        rows = list(rows_of(self.listing.columns, records))
        return _with_picks(self.listing.bulk, records, rows) if self.listing.bulk and self.bulk_acts else rows

    def _shown(self, start: int, end: int) -> QuerySet[Any]:
        """The rows of a page. Of many rows, what columns show is read for those of the page alone."""
        if self.total <= FEW:
            return self.listing.with_columns(self.ordered)[start:end]
        keys, back = self.ordered.values("pk"), start > self.total // 2
        # A page near the end is near the beginning of the same rows the other way round: few are passed over.
        keys = keys.reverse()[self.total - end : self.total - start] if back else keys[start:end]
        on_page = self.listing.rows(self.user).filter(pk__in=keys).order_by(*self.ordered.query.order_by)
        return self.listing.with_columns(on_page)

    @cached_property
    def bulk_acts(self) -> Sequence[tuple[str, str]]:
        """What this person may do to chosen rows."""
        return self.listing.bulk.acts(self.user) if self.listing.bulk else ()

    @property
    def body(self) -> SafeString:
        return rows_html(self.listing.columns, self.rows)

    @property
    def headings(self) -> Iterator[Heading]:
        current, downwards = self.sort_key
        for column in self.listing.columns:
            direction = ("descending" if downwards else "ascending") if column is current else ""
            target = f"-{column.key}" if direction == "ascending" else column.key
            url = self._with(sort=target) if column.sort else ""
            yield Heading(column.label, column.is_number, url, direction)

    @property
    def caption(self) -> str:
        """What the table shows, for those who hear it."""
        return f"{self.listing.title}, rows {self.paging.first_row} to {self.paging.last_row} of {self.total}"

    @property
    def sentence(self) -> str:
        return self.counted.sentence

    def _page_url(self, number: int) -> str:
        return self._with(page=str(number) if number > 1 else None)

    @property
    def exports(self) -> list[tuple[str, str]]:
        words = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
        # A page passes over what it does not know; a file refuses it.
        query = _query_string([(key, values) for key, values in self.query.lists() if key in self.known])
        return [(each, f"{reverse(self.listing.export_name(suffix))}{query}") for each, suffix in words]

    @property
    def state(self) -> str:
        """The query string that gives the same rows in the same order, on one page."""
        return self._with(page=None).removeprefix("?")

    def _with(self, **changes: str | None) -> str:
        kept = [(key, values) for key, values in self.query.lists() if key != "page" and key not in changes]
        return _query_string(kept + [(key, [value]) for key, value in changes.items() if value is not None])

    def _without(self, key: str, value: str) -> str:
        lists = [(name, values) for name, values in self.query.lists() if name != "page"]
        return _query_string(
            [(name, [each for each in values if (name, each) != (key, value)]) for name, values in lists]
        )


def _with_picks(bulk: BulkActs, records: Sequence[Record], rows: Sequence[Row]) -> list[Row]:
    return [
        [Pick(first.text, first, record["public_id"], bulk.about(record)), *others] if isinstance(first, Link) else row
        for record, row in zip(records, rows, strict=True)
        for first, *others in [row]
    ]


def _query_string(lists: Sequence[tuple[str, Sequence[str]]]) -> str:
    # Not a copy of the query: that parses it anew, and a page has a dozen such links.
    return f"?{urlencode(lists, doseq=True)}"


def searched(query: QueryDict) -> str:
    return search_words(query.get("q", ""))


def show_list(request: HttpRequest, listing: Listing, **context: Any) -> HttpResponse:
    user, asked = person(request), cache_stamp(request)
    if listing.of_agencies:
        read_keys_within(user, asked)
    state = ListState(listing, user, request.GET, asked)
    return render(request, "pages/list.html", {"listing": listing, "state": state, **context})
