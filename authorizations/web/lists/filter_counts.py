"""The filters of a list and the counts beside their values, all from one query: the cube (docs/adr/0003)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter whose values are counted: the field it compares, and the words for its values."""

    key: str
    label: str
    field: str
    words: Mapping[str, str] = with_default(default_factory=dict)
    words_field: str = ""
    separator: str = ""
    absent: str = "Not stated"  # what is said where a row has no value
    means: Mapping[str, Q] = with_default(default_factory=dict)  # its values, where a database could not estimate them
    made_of: Callable[[], Mapping[str, Any]] = dict  # annotations of today that it compares, where the rows lack them

    @property
    def fixed(self) -> bool:
        """Whether its values are words of ours, and not names from the rows."""
        return bool(self.words)

    def knows(self, value: str) -> bool:
        """Whether rows could have it: a word of ours, nothing where that is a value too, or any name."""
        return value in (self.means or self.words) or not self.fixed or not (value or self.means)

    def among(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what this filter compares: its joins cost something where nobody asks for them."""
        made = self.made_of()
        return rows.annotate(**made) if made else rows

    def kept(self, rows: QuerySet[Any], chosen: Sequence[str]) -> QuerySet[Any]:
        return (rows if self.means else self.among(rows)).filter(self.condition(chosen))

    def values(self, stored: Any) -> list[str]:
        """The values one row stands under: several, where the column holds a list in one text."""
        text = "" if stored is None else str(stored)
        return text.split(self.separator) if self.separator else [text]

    def condition(self, chosen: Sequence[str]) -> Q:
        if self.means:
            return reduce(or_, (self.means[value] for value in chosen if value in self.means), Q(pk__in=[]))
        if not self.separator:
            return Q(**{f"{self.field}__in": chosen})
        some = Q(pk__in=[])
        for value in chosen:
            # Only words of the vocabulary are in such a column; part of one would find rows of another.
            if value and value not in self.words:
                continue
            some |= Q(**{f"{self.field}__contains": value}) if value else Q(**{self.field: ""})
        return some

    def word(self, value: str, row: Row) -> str:
        text = row[self.words_field] if self.words_field else self.words.get(value, value)
        return str(text) if value else self.absent


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a filter as the page shows it; a list that is too long has no counts."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetCounts:
    total: int
    filters: list[tuple[Facet, list[FacetChoice]]]


def count_up(cube: Sequence[Row], facets: Sequence[Facet], chosen: Mapping[str, Sequence[str]]) -> FacetCounts:
    """Sums the cube up, in one pass.

    A row of the cube that fits every filter counts for the total and under each of its values. One that fits all but
    one filter counts under its value of that filter alone: that is what choosing the value would add.
    """
    counts: dict[str, Counter[str]] = {facet.key: Counter() for facet in facets}
    total = 0
    asked = [(facet, set(chosen[facet.key])) for facet in facets if chosen[facet.key]]
    for row in cube:
        missed = [facet for facet, values in asked if values.isdisjoint(facet.values(row[facet.field]))]
        if len(missed) > 1:
            continue
        total += 0 if missed else row["n"]
        for facet in missed or facets:
            for value in facet.values(row[facet.field]):
                counts[facet.key][value] += row["n"]
    return FacetCounts(
        total, [(facet, _choices(facet, cube, counts[facet.key], chosen[facet.key])) for facet in facets]
    )


def uncounted(facet: Facet, chosen: Sequence[str], names: Mapping[str, str]) -> list[FacetChoice]:
    """The values of a filter beside a list that is too long to be counted: our own words, and whatever is chosen."""
    words = dict(facet.words)
    for value in chosen:
        words.setdefault(value, names.get(value, value) if value else facet.absent)
    return [FacetChoice(value, words[value], None, value in chosen) for value in words]


def _choices(facet: Facet, cube: Sequence[Row], counts: Counter[str], chosen: Sequence[str]) -> list[FacetChoice]:
    """Every value that a row has or that was asked for, in the order of the vocabulary, "Not stated" last."""
    examples = {row[facet.field]: row for row in cube}
    words = {value: facet.word(value, row) for stored, row in examples.items() for value in facet.values(stored)}
    for value in chosen:
        words.setdefault(value, facet.words.get(value, value))
    order = {value: place for place, value in enumerate(facet.words)}
    values = sorted(words, key=lambda value: (value == "", order.get(value, len(order)), words[value].lower()))
    return [FacetChoice(value, words[value], counts[value], value in chosen) for value in values]
