"""An agency's ATOs beside the rows of the feed: each record of both lists in exactly one class (docs/adr/0030)."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Alias
from authorizations.exchange.agency_lists.matching import KnownOffering
from authorizations.exchange.imports.name_matching import key
from authorizations.exchange.reconciliation.sides import Side, TwoLists, two_lists
from authorizations.models.register.record_classes import RecordClass
from authorizations.vocabulary import ListingRole

# What is compared of a pair, by what it is called.
FIELDS = {"signed_on": "Signed", "expires_on": "Expires", "official": "Official", "role": "Listed as"}
Key = Callable[[Side], object]
# Which row of the feed is which letter of ours: the one of both days, of the day it was signed, then the next.
PASSES: tuple[Key, ...] = (lambda side: side.days, lambda side: side.signed_on, lambda side: None)
# A class says what is to be done first. What else is true of the record stands beside it.
Facts = dict[str, list[str]]


@dataclass(slots=True, eq=False)
class Entry:
    """One record of ours, one of the feed, or the two that are the same.

    Attributes:
        facts: what the class follows from, `{what: [ours, the feed's]}`; a decision holds while they are the same.
        notes: what else is to be known, in words.
        is_elsewhere: the feed's row stands under an agency outside of the lists, and is counted in neither.
    """

    ours: Side | None
    feed: Side | None
    record_class: RecordClass = RecordClass.SAME
    facts: Facts = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    is_elsewhere: bool = False

    @property
    def side(self) -> Side:
        """Ours, else the feed's; it has one at least."""
        return self.ours or self.feed  # type: ignore[return-value]

    @property
    def ato(self) -> Any:
        """The ATO that stands for it: ours, else the feed's; None for a row that waits."""
        return (self.ours and self.ours.ato) or (self.feed and self.feed.ato)

    @property
    def is_pair(self) -> bool:
        """Whether it has a record of each list."""
        return self.ours is not None and self.feed is not None and not self.is_elsewhere

    @property
    def fields(self) -> list[str]:
        """The names of what differs."""
        return (
            [FIELDS[name] for name in self.facts if name in FIELDS] if self.record_class == RecordClass.DIFFERS else []
        )

    @property
    def mark(self) -> str:
        """The facts in short: two entries with one mark say the same."""
        said = json.dumps([self.record_class, self.facts], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All entries of one comparison, and the two lists that they add up to."""

    entries: list[Entry]
    lists: TwoLists

    @property
    def counts(self) -> dict[RecordClass, int]:
        counted = Counter(entry.record_class for entry in self.entries)
        return {each: counted[each] for each in RecordClass}

    @property
    def ours(self) -> int:
        return len(self.lists.ours)

    @property
    def feed(self) -> int:
        return len(self.lists.feed)

    @property
    def by_ato(self) -> dict[str, Entry]:
        return {entry.ato.public_id: entry for entry in self.entries if entry.ato is not None}


def reconcile(agencies: Collection[int], *, today: date) -> Reconciliation:
    """Compares what some agencies have with what the feed publishes of them.

    Args:
        agencies: their keys, such as those of a department with its bureaus.
    """
    lists = two_lists(agencies)
    return _compared(lists, _Names([*lists.ours, *lists.feed]), today)


def reconcile_each(groups: Mapping[int, Collection[int]], *, today: date) -> dict[int, Reconciliation]:
    """The same for several agencies, each with what is below it, from one reading; by the keys of `groups`."""
    lists = two_lists({key for keys in groups.values() for key in keys})
    names = _Names([*lists.ours, *lists.feed])
    return {top: _compared(part, names, today) for top, part in lists.split(groups).items()}


def _compared(lists: TwoLists, names: "_Names", today: date) -> Reconciliation:
    entries = _paired(lists)
    for entry in entries:
        _classify(entry, names, today)
    _letters_of_one(entries)
    return Reconciliation(sorted(entries, key=_order), lists)


def _order(entry: Entry) -> tuple[Any, ...]:
    side = entry.side
    name = side.offering.sort_name if side.offering else side.called.get("offering", "")
    return str(name).lower(), side.agency.sort_name, side.order


def _paired(lists: TwoLists) -> list[Entry]:
    """Every record once: with its other half, or alone."""
    by_ato = {side.ato.pk: side for side in lists.feed if side.ato is not None}
    entries: list[Entry] = []
    ours: list[Side] = []
    for side in lists.ours:
        same = by_ato.pop(side.ato.pk, None) if side.ato is not None else None
        if same is None:
            ours.append(side)
        else:
            entries.append(Entry(side, same))
    feed = list(by_ato.values())
    entries += _meet(ours, feed, lambda side: side.group, PASSES)
    entries += _meet(ours, feed, _offering, PASSES[:2], dated=True)
    entries += _meet_waiting(ours, feed)
    paired = {entry.side.group for entry in entries}
    lone, apart = [side for side in ours if side.group not in paired], list(lists.elsewhere)
    for entry in _meet(lone, apart, _offering, PASSES[:1], dated=True):
        entries.append(Entry(entry.ours, entry.feed, is_elsewhere=True))
    known = {id(entry.ours) for entry in entries}
    ours = [side for side in ours if id(side) not in known]
    return [*entries, *(Entry(side, None) for side in ours), *(Entry(None, side) for side in feed)]


def _offering(side: Side) -> object:
    """The offering; a row that waits for one has nothing in common with any other."""
    return side.group[1] or ("waits", id(side))


def _meet(
    ours: list[Side], feed: list[Side], group: Key, passes: Iterable[Key], *, dated: bool = False
) -> Iterator[Entry]:
    """Pairs of one group, pass after pass; they are taken out of both lists. ``dated``: only those that are signed."""
    for equal in passes:
        free: dict[object, list[Side]] = defaultdict(list)
        for side in sorted(feed, key=lambda each: each.order):
            free[group(side), equal(side)].append(side)
        for side in sorted(ours, key=lambda each: each.order):
            same = free.get((group(side), equal(side)))
            if same and (side.signed_on or not dated):
                other = same.pop(0)
                ours.remove(side)
                feed.remove(other)
                yield Entry(side, other)


def _meet_waiting(ours: list[Side], feed: list[Side]) -> Iterator[Entry]:
    """Rows that wait for their offering, each with the row of a likely one that was signed on the same day."""
    for side in [each for each in ours if each.row is not None and each.offering is None and each.signed_on]:
        likely = [pk for pk, _ in side.row.candidates] if side.row else []
        same = [each for each in feed if (each.agency.pk, each.signed_on) == (side.agency.pk, side.signed_on)]
        same = sorted(
            (each for each in same if each.group[1] in likely), key=lambda each: likely.index(each.group[1] or 0)
        )
        if same:
            ours.remove(side)
            feed.remove(same[0])
            yield Entry(side, same[0])


def _classify(entry: Entry, names: "_Names", today: date) -> None:
    """The class of one entry by itself; what of it belongs to a group is asked afterwards."""
    ours, feed = entry.ours, entry.feed
    entry.notes = list(_notes(entry, today))
    if ours is not None and feed is not None:
        _classify_pair(entry, ours, feed, names.differing(ours, feed), today)
    elif ours is not None:
        has_letter = ours.has_letter is True
        _settle(entry, RecordClass.UNPUBLISHED if has_letter else RecordClass.OURS_ONLY, _days(ours, None))
    elif feed is not None:
        _settle(entry, RecordClass.FEED_ONLY, _days(None, feed))


def _classify_pair(entry: Entry, ours: Side, feed: Side, renamed: Facts, today: date) -> None:
    differing = dict(_differing(ours, feed))
    if ours.agency.pk != feed.agency.pk:
        _settle(entry, RecordClass.OTHER_AGENCY, {"agency": [ours.agency.name, feed.agency.name]})
    elif differing:
        _settle(entry, RecordClass.DIFFERS, differing)
    elif renamed:
        _settle(entry, RecordClass.RENAMED, renamed)
    elif ours.has_letter is False:
        _settle(entry, RecordClass.NO_LETTER, _days(ours, feed))
    elif any(side.expires_on and side.expires_on < today for side in (ours, feed)):
        _settle(entry, RecordClass.EXPIRED, {"expires_on": _texts("expires_on", ours, feed)})
    else:
        _settle(entry, RecordClass.SAME, {})


def _settle(entry: Entry, record_class: RecordClass, facts: Facts) -> None:
    entry.record_class, entry.facts = record_class, facts


def _letters_of_one(entries: Iterable[Entry]) -> None:
    """A record left alone beside a pair of the same agency and offering: the other list has one letter fewer."""
    pairs: dict[tuple[int, int | None], list[Entry]] = defaultdict(list)
    entries = list(entries)
    for entry in entries:
        if entry.ours is not None and entry.feed is not None and entry.ours.offering is not None:
            pairs[entry.ours.group].append(entry)
    for entry in entries:
        beside = pairs.get(entry.side.group) if entry.ours is None or entry.feed is None else None
        if beside:
            other = beside[0].ours if entry.ours is not None else beside[0].feed
            facts = _days(entry.ours, entry.feed)
            _settle(entry, RecordClass.TWO_LETTERS, {**facts, "beside": [_day(other.signed_on) if other else "", ""]})
            has = "the agency" if entry.ours is not None else "the Marketplace"
            entry.notes.append(f"Of this offering {has} has one letter more.")


def _notes(entry: Entry, today: date) -> Iterator[str]:
    for side, whose in ((entry.ours, "The agency's"), (entry.feed, "The feed's")):
        if side is not None and side.expires_on and side.expires_on < today:
            yield f"{whose} expiry has passed."
    ours, feed = entry.ours, entry.feed
    if ours is not None and ours.row is not None and ours.offering is None:
        yield "The row waits: say on its list which offering it means."
    if entry.is_elsewhere and feed is not None:
        yield f"The feed has it under {feed.agency.name}, outside of these lists."
    if ours is not None and ours.has_letter is False:
        yield "No letter is on record."
    if feed is not None and feed.where:
        yield f"The ATO is {feed.where}."


def _differing(ours: Side, feed: Side) -> Iterator[tuple[str, list[str]]]:
    """What both say, and not alike."""
    for name in ("signed_on", "expires_on"):
        one, other = getattr(ours, name), getattr(feed, name)
        says = name in ours.stated or one is not None
        if says and name in feed.stated and one != other:
            yield name, _texts(name, ours, feed)
    if ours.official and feed.official and key(ours.official) != key(feed.official):
        yield "official", [ours.official, feed.official]
    if "role" in ours.stated and "role" in feed.stated and ours.role != feed.role:
        yield "role", [ListingRole(ours.role).label, ListingRole(feed.role).label]


def _days(ours: Side | None, feed: Side | None) -> Facts:
    return {name: _texts(name, ours, feed) for name in ("signed_on", "expires_on")}


def _texts(name: str, ours: Side | None, feed: Side | None) -> list[str]:
    return [_day(getattr(side, name)) if side is not None else "" for side in (ours, feed)]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


class _Names:
    """What the offerings and agencies of some records are called, so that a list's own name for one is told apart."""

    def __init__(self, sides: Iterable[Side]) -> None:
        providers = {side.offering.provider_id for side in sides if side.offering}
        self._providers: dict[int, list[str]] = defaultdict(list)
        for organization, name in Alias.objects.filter(organization__in=providers).values_list("organization", "name"):
            self._providers[organization].append(name)
        self._known: dict[int, Collection[str]] = {}

    def differing(self, ours: Side, feed: Side) -> Facts:
        """The names by which a list calls what the feed calls otherwise: `{what: [ours, the feed's]}`."""
        found: Facts = {}
        if (name := ours.called.get("offering")) and feed.offering and key(name) not in self._of(feed.offering):
            found["offering"] = [name, feed.offering.name]
        line = (feed.agency, feed.agency.parent, feed.agency.parent and feed.agency.parent.parent)
        names = [text for each in line if each for text in (each.name, each.abbreviation) if text]
        if (name := ours.called.get("agency")) and key(name) not in map(key, names):
            found["agency"] = [name, feed.agency.name]
        return found

    def _of(self, offering: Any) -> Collection[str]:
        """Every way to write the name of an offering, with and without its provider's and what is in brackets."""
        if offering.pk not in self._known:
            provider = offering.provider
            others = (provider.name, offering.provider_as_published, *self._providers[provider.pk])
            known = KnownOffering(offering.pk, "", offering.name, tuple(dict.fromkeys(filter(None, others))))
            whole = [f"{each} {offering.name}" for each in known.providers]
            self._known[offering.pk] = {key(text) for text in (offering.name, *known.plain_names, *whole)}
        return self._known[offering.pk]
