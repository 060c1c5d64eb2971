"""One agency's comparison as a person asked for it: classes with counts, filters, rows, and the columns of files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organization
from authorizations.display import counted, day_text
from authorizations.exchange.reconciliation.classes import FIELDS, Entry, Reconciliation
from authorizations.exchange.reconciliation.sides import Side
from authorizations.models.register.record_classes import RecordClass
from authorizations.sanitize import search_words
from authorizations.tables.columns import Column, ColumnKind, Link, Record, Row, Table, TagCell, Value, rows_of
from authorizations.tables.html import TableView, view_of
from authorizations.web.lists.filter_counts import Facet, FacetChoice, count_up
from authorizations.web.lists.paging import Paging

PAGE_SIZE = 50
TONES = {
    RecordClass.SAME: "good",
    RecordClass.DIFFERS: "bad",
    RecordClass.TWO_LETTERS: "warn",
    RecordClass.OTHER_AGENCY: "bad",
    RecordClass.RENAMED: "warn",
    RecordClass.EXPIRED: "warn",
    RecordClass.NO_LETTER: "warn",
    RecordClass.UNPUBLISHED: "bad",
    RecordClass.OURS_ONLY: "bad",
    RecordClass.FEED_ONLY: "bad",
}
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
FIELD_KEYS = {label: key for key, label in FIELDS.items()}
FACETS = (
    Facet("differs", "Differs in", "fields", dict(FIELDS), separator=" "),
    Facet("bureau", "Agency or bureau", "bureau", words_field="bureau_name"),
)


def days_words(side: Side | None) -> str:
    if side is None:
        return ""
    signed = f"signed {day_text(side.signed_on)}" if side.signed_on else "day of signing not stated"
    return f"{signed}, expires {day_text(side.expires_on)}" if side.expires_on else f"{signed}, no expiry"


def _name(entry: Entry) -> str:
    side = entry.side
    return side.offering.name if side.offering else side.called.get("offering", "") or "A row without a name"


def _offering(record: Record) -> Value:
    entry: Entry = record["entry"]
    offering, row = entry.side.offering, entry.side.row
    url = entry.ato.get_absolute_url() if entry.ato else row.agency_list.get_absolute_url() if row else ""
    note = f"{offering.provider}, {offering.fedramp_id}" if offering and offering.fedramp_id else ""
    return Link(_name(entry), url, note or (str(offering.provider) if offering else ""))


def _ours(record: Record) -> Value:
    side = record["entry"].ours
    return Link(days_words(side), "", side.where) if side is not None else None


def _feed(record: Record) -> Value:
    entry: Entry = record["entry"]
    other = entry.feed.agency.name if entry.feed and entry.feed.agency.pk != entry.side.agency.pk else ""
    if entry.feed is None:
        return None
    # What feeds said before an ATO was claimed here is known from the next import on.
    is_known = bool(entry.feed.stated)
    return Link(days_words(entry.feed) if is_known else "published", "", other)


def why_words(entry: Entry) -> str:
    names = ", ".join(entry.fields)
    called = [f"“{ours}”, there “{theirs}”" for ours, theirs in entry.facts.values()]
    first = {RecordClass.DIFFERS: f"{names}.", RecordClass.RENAMED: f"The list says {'; '.join(called)}."}
    return " ".join([text for text in (first.get(entry.record_class, ""), *entry.notes) if text])


def _typed(key: str, label: str, which: str, name: str, kind: ColumnKind = ColumnKind.TEXT) -> Column:
    """A column of files: one fact of one of the two lists."""

    def value(record: Record) -> Value:
        side = getattr(record["entry"], which)
        found: Value = (getattr(side, name) if side is not None else None) or None
        return found

    return Column(key, label, "", kind, value=value)


CLASS = Column(
    "class",
    "Class",
    "How the agency's record and the Marketplace stand to each other.",
    value=lambda record: TagCell(record["entry"].record_class.label, TONES[record["entry"].record_class]),
)
BUREAU = Column("bureau", "Agency or bureau", "Whose ATO it is.", value=lambda record: record["entry"].side.agency.name)
OFFERING = Column("offering", "Offering", "The cloud service that is used.", value=_offering)
WHY = Column(
    "why",
    "Why",
    "What differs, and what else.",
    value=lambda record: why_words(record["entry"]) or None,
)
PAGE_COLUMNS = (
    OFFERING,
    BUREAU,
    CLASS,
    Column("ours", "Agency's record", "What the agency has.", value=_ours),
    Column("feed", "Marketplace", "What the Marketplace publishes.", value=_feed),
    WHY,
)
FILE_COLUMNS = (
    OFFERING,
    Column(
        "fedramp_id",
        "FedRAMP id",
        "Of the offering.",
        value=lambda record: record["entry"].side.offering.fedramp_id if record["entry"].side.offering else None,
    ),
    BUREAU,
    CLASS,
    WHY,
    _typed("ours_signed", "Signed, agency", "ours", "signed_on", ColumnKind.DAY),
    _typed("feed_signed", "Signed, Marketplace", "feed", "signed_on", ColumnKind.DAY),
    _typed("ours_expires", "Expires, agency", "ours", "expires_on", ColumnKind.DAY),
    _typed("feed_expires", "Expires, Marketplace", "feed", "expires_on", ColumnKind.DAY),
    _typed("ours_official", "Official, agency", "ours", "official"),
    _typed("feed_official", "Official, Marketplace", "feed", "official"),
    _typed("where", "Stands", "ours", "where"),
    Column(
        "id",
        "ATO id",
        "By which a changed file finds the row again. Leave it as it is.",
        value=lambda record: record["entry"].ato.public_id if record["entry"].ato else None,
    ),
)


@dataclass(frozen=True, slots=True)
class ClassTab:
    label: str
    number: int
    url: str
    is_chosen: bool


class AgencyComparison:
    """What one person sees of a comparison: the rows that follow from the address."""

    def __init__(self, agency: Organization, found: Reconciliation, query: QueryDict) -> None:
        self.agency, self.found, self.query = agency, found, query
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

    @staticmethod
    def _compared(entry: Entry) -> dict[str, Any]:
        """An entry as the filters compare it."""
        fields = " ".join(FIELD_KEYS[name] for name in entry.fields)
        agency = entry.side.agency
        return {"fields": fields, "bureau": agency.public_id, "bureau_name": agency.name, "n": 1}

    @property
    def filters(self) -> list[tuple[Facet, list[FacetChoice]]]:
        shown = [(facet, [each for each in choices if each.value]) for facet, choices in self._counted.filters]
        return [
            (facet, choices) for facet, choices in shown if len(choices) > 1 or any(each.chosen for each in choices)
        ]

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
        pairs = sum(
            entry.ours is not None and entry.feed is not None and not entry.is_elsewhere for entry in self.found.entries
        )
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
        return view_of(self.title, PAGE_COLUMNS, list(rows_of(PAGE_COLUMNS, records_of(self.on_page))))

    @property
    def title(self) -> str:
        return f"Reconciliation of {self.agency.name}"

    @property
    def file_table(self) -> Table:
        def rows() -> Iterator[Row]:
            yield from rows_of(FILE_COLUMNS, records_of(self.entries))

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


def records_of(entries: Sequence[Entry]) -> Iterator[Record]:
    return ({"entry": entry} for entry in entries)


def _searched(entry: Entry) -> str:
    offering = entry.side.offering
    named = (offering.name, str(offering.provider), offering.fedramp_id or "") if offering else ()
    return " ".join((*named, _name(entry), entry.side.agency.name)).lower()
