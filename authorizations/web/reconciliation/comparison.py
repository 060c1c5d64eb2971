"""One agency's comparison as a person asked for it: classes with counts, filters, rows, and the columns of files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organization
from authorizations.display import counted
from authorizations.exchange.reconciliation.classes import FIELDS, Entry, Reconciliation
from authorizations.models import DifferenceDecision
from authorizations.models.register.record_classes import DifferenceReason, RecordClass
from authorizations.sanitize import search_words
from authorizations.tables.columns import Link, Pick, Record, Row, Table, rows_of
from authorizations.tables.html import TableView, view_of
from authorizations.web.lists.filter_counts import Facet, FacetChoice, count_up
from authorizations.web.lists.paging import Paging
from authorizations.web.reconciliation.columns import FILE_COLUMNS, PAGE_COLUMNS, name_of

PAGE_SIZE = 50
# What a class means, and what helps.
ABOUT = {
    RecordClass.SAME: "The agency and the Marketplace say the same.",
    RecordClass.DIFFERS: "The Marketplace says something else. Compare the letter first.",
    RecordClass.TWO_LETTERS: "One list has a letter more for the same offering and agency.",
    RecordClass.OTHER_AGENCY: "The Marketplace has it under another agency or bureau.",
    RecordClass.RENAMED: "The same record, which the list calls by another name.",
    RecordClass.EXPIRED: "Both say the same, and the recorded expiry has passed.",
    RecordClass.NO_LETTER: "The Marketplace publishes it, and no letter is on record with the agency.",
    RecordClass.UNPUBLISHED: "The agency has the letter, and the Marketplace does not list it.",
    RecordClass.OURS_ONLY: "The agency has it, without a letter, and the Marketplace does not list it.",
    RecordClass.FEED_ONLY: "The Marketplace lists it for the agency, whose own list does not.",
}
# What of an address says which rows there are.
OF_ROWS = ("q", "class", "decision", "differs", "bureau")
FIELD_KEYS = {label: key for key, label in FIELDS.items()}
OPEN, CHANGED = "open", "changed"
DECISIONS = {OPEN: "To decide", CHANGED: "Facts changed since", **dict(DifferenceReason.choices)}
FACETS = (
    Facet("decision", "Decision", "decision", DECISIONS),
    Facet("differs", "Differs in", "fields", dict(FIELDS), separator=" "),
    Facet("bureau", "Agency or bureau", "bureau", words_field="bureau_name"),
)


@dataclass(frozen=True, slots=True)
class ClassTab:
    label: str
    number: int
    url: str
    is_chosen: bool


class AgencyComparison:
    """What one person sees of a comparison: the rows that follow from the address."""

    def __init__(
        self,
        found: Reconciliation,
        query: QueryDict,
        agency: Organization,
        decisions: Mapping[int, DifferenceDecision],
        *,
        chooses: bool = False,
    ) -> None:
        self.agency, self.found, self.query, self.chooses = agency, found, query, chooses
        self._decisions = decisions
        self.text = search_words(query.get("q", ""))
        self.chosen = {facet.key: query.getlist(facet.key)[:50] for facet in FACETS}
        wanted = query.get("class", "")
        self.record_class = RecordClass(wanted) if wanted in RecordClass.values else None

    @cached_property
    def in_class(self) -> list[Entry]:
        """Those of the class and the search, before the filters."""
        words = self.text.lower()
        return [
            entry
            for entry in self.found.entries
            if self.record_class in {None, entry.record_class} and (not words or words in _searched(entry))
        ]

    @cached_property
    def _counted(self) -> Any:
        return count_up([self._compared(entry) for entry in self.in_class], FACETS, self.chosen)

    def decision_of(self, entry: Entry) -> DifferenceDecision | None:
        return self._decisions.get(entry.ato.pk) if entry.ato is not None else None

    def holds(self, entry: Entry) -> bool:
        """Whether what was decided is about the facts as they are."""
        decision = self.decision_of(entry)
        return decision is not None and (decision.record_class, decision.facts) == (entry.record_class, entry.facts)

    def _standing_of(self, entry: Entry) -> str:
        decision = self.decision_of(entry)
        if entry.record_class == RecordClass.SAME:
            return ""
        return OPEN if decision is None else decision.reason if self.holds(entry) else CHANGED

    def _compared(self, entry: Entry) -> dict[str, Any]:
        """An entry as the filters compare it."""
        fields = " ".join(FIELD_KEYS[name] for name in entry.fields)
        agency = entry.side.agency
        return {
            "fields": fields,
            "decision": self._standing_of(entry),
            "bureau": agency.public_id,
            "bureau_name": agency.name,
            "n": 1,
        }

    @property
    def filters(self) -> list[tuple[Facet, list[FacetChoice]]]:
        shown = [(facet, [each for each in choices if each.value]) for facet, choices in self._counted.filters]
        # One bureau alone is no choice.
        return [(facet, choices) for facet, choices in shown if choices and (len(choices) > 1 or facet.fixed)]

    @cached_property
    def entries(self) -> list[Entry]:
        return [entry for entry in self.in_class if self._fits(entry)]

    def _fits(self, entry: Entry) -> bool:
        row = self._compared(entry)
        return all(not chosen or set(facet.values(row[facet.field])) & set(chosen) for facet, chosen in self._asked)

    @cached_property
    def _asked(self) -> list[tuple[Facet, Sequence[str]]]:
        return [(facet, self.chosen[facet.key]) for facet in FACETS]

    @property
    def tabs(self) -> Iterator[ClassTab]:
        yield ClassTab("All", len(self.found.entries), self._with(**{"class": None}), self.record_class is None)
        for each, number in self.found.counts.items():
            if number or each is self.record_class:
                yield ClassTab(each.label, number, self._with(**{"class": each.value}), each is self.record_class)

    @property
    def about(self) -> str:
        return ABOUT[self.record_class] if self.record_class else ""

    @property
    def sentence(self) -> str:
        """That the classes add up to both lists."""
        both = f"{counted(self.found.ours, 'ATO')} of the agency and {self.found.feed:,} of the feed, each in one class"
        pairs = sum(entry.is_pair for entry in self.found.entries)
        alone = len(self.found.entries) - pairs
        return f"{both}: {counted(pairs, 'pair')}, {alone:,} alone."

    @property
    def shown(self) -> str:
        return f"{counted(len(self.entries), 'row')} here"

    @property
    def active(self) -> list[tuple[str, str]]:
        tags = [(f"Search: {self.text}", self._with(q=None))] if self.text else []
        chosen = [(facet, each) for facet, choices in self._counted.filters for each in choices if each.chosen]
        return tags + [
            (f"{facet.label}: {each.label}", self._without(facet.key, each.value))
            for facet, each in chosen
            if each.value
        ]

    @property
    def clear_url(self) -> str:
        return f"?{urlencode([('agency', self.agency.public_id)])}"

    @cached_property
    def paging(self) -> Paging:
        return Paging(
            len(self.entries), PAGE_SIZE, self.query.get("page", "1"), lambda number: self._with(page=str(number))
        )

    @property
    def on_page(self) -> list[Entry]:
        return self.entries[max(0, self.paging.first_row - 1) : self.paging.last_row]

    @property
    def table(self) -> TableView:
        entries = self.on_page
        rows = list(rows_of(PAGE_COLUMNS, self._records(entries)))
        if self.chooses:
            rows = [_with_pick(entry, row) for entry, row in zip(entries, rows, strict=True)]
        return view_of(self.title, PAGE_COLUMNS, rows)

    def _records(self, entries: Sequence[Entry]) -> Iterator[Record]:
        for entry in entries:
            decision = None if entry.record_class == RecordClass.SAME else self.decision_of(entry)
            yield {"entry": entry, "decision": decision, "holds": self.holds(entry)}

    @property
    def asked_for(self) -> list[tuple[str, str]]:
        """What the address says of which rows there are, for a form that means the same rows."""
        own = [(key, value) for key, values in self.query.lists() for value in values if key in OF_ROWS]
        return [("agency", self.agency.public_id), *own]

    @property
    def address(self) -> str:
        """The page of these rows, without what belongs to an act on them."""
        return f"{reverse('reconciliation')}?{urlencode(self.asked_for)}"

    @property
    def title(self) -> str:
        return f"Reconciliation of {self.agency.name}"

    @property
    def file_table(self) -> Table:
        def rows() -> Iterator[Row]:
            yield from rows_of(FILE_COLUMNS, self._records(self.entries))

        return Table("reconciliation", self.title, FILE_COLUMNS, rows)

    @property
    def exports(self) -> list[tuple[str, str]]:
        words = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
        return [(each, f"{reverse(f'reconciliation_{suffix}')}{self._with()}") for each, suffix in words]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        kept = [("agency", self.agency.public_id)]
        return [*kept, ("class", self.record_class.value)] if self.record_class else kept

    def _with(self, **changes: str | None) -> str:
        changes = {"agency": self.agency.public_id, **changes}
        kept = [(key, values) for key, values in self.query.lists() if key != "page" and key not in changes]
        return f"?{urlencode([*kept, *((key, [value]) for key, value in changes.items() if value)], doseq=True)}"

    def _without(self, key: str, value: str) -> str:
        lists = [
            (name, [each for each in values if (name, each) != (key, value)]) for name, values in self.query.lists()
        ]
        kept = [(name, values) for name, values in lists if name not in {"page", "agency"}]
        return f"?{urlencode([('agency', [self.agency.public_id]), *kept], doseq=True)}"


def _with_pick(entry: Entry, row: Row) -> Row:
    first, *others = row
    if entry.ato is None or not isinstance(first, Link):
        return row
    return [Pick(first.text, first, entry.ato.public_id, f"{name_of(entry)}, {entry.side.agency.name}"), *others]


def _searched(entry: Entry) -> str:
    offering = entry.side.offering
    named = (offering.name, str(offering.provider), offering.fedramp_id or "") if offering else ()
    return " ".join((*named, name_of(entry), entry.side.agency.name)).lower()
