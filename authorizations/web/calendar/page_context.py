"""What the calendar's page shows to a person: the entries of its days, what is overdue, and what one may filter by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from accounts.models import Organization, User
from authorizations.deadlines import KINDS, deadlines_for
from authorizations.models import Offering
from authorizations.web.calendar.entries import Entry, State, entries_of
from authorizations.web.calendar.layout import days_of
from authorizations.web.calendar.query_parameters import ALL, LENGTH_OF_AGENDA, MINE, MONTH, Asked

WHOSE = {MINE: "What I or my side owes", ALL: "All that I may see"}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: a choice among what stands in the days that are shown."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Shown:
    """Entries from ``first`` to ``last``; those that are overdue and stand before these days apart."""

    first: date
    last: date
    entries: list[Entry]
    overdue: list[Entry]
    filters: list[Filter]


def shown_to(user: User, asked: Asked, today: date) -> Shown:
    """What an address shows on a day."""
    first, last = _days(asked)
    deadlines = deadlines_for(user, today, until=max(last, today), own=asked.whose == MINE)
    near = (due for due in deadlines if due.on and (first <= due.on <= last or due.is_overdue(today)))
    every = entries_of(near, today)
    organizations, offerings = _organizations(user, every, asked), _offerings(user, every, asked)
    passing = [
        entry
        for entry in every
        if asked.passes_kind(entry.due)
        and _passes(asked.organization, organizations, (entry.due.owes.organization, entry.due.to.organization))
        and _passes(asked.offering, offerings, (entry.place.offering,))
    ]
    return Shown(
        first,
        last,
        [entry for entry in passing if first <= entry.day <= last],
        [entry for entry in passing if entry.state is State.OVERDUE and entry.day < first],
        [
            Filter("whose", "Whose", _options(WHOSE.items(), asked.whose)),
            Filter("kind", "Kind", _options(_kinds(every, asked), asked.kind, "All kinds")),
            _filter_by("organization", organizations, asked.organization, "All organizations"),
            _filter_by("offering", offerings, asked.offering, "All offerings"),
        ],
    )


def _days(asked: Asked) -> tuple[date, date]:
    if asked.view == MONTH:
        days = days_of(asked.day)
        return days[0], days[-1]
    return asked.day, asked.day + LENGTH_OF_AGENDA - timedelta(days=1)


Named = dict[str, tuple[int, str]]  # key and name by public id


def _organizations(user: User, entries: Iterable[Entry], asked: Asked) -> Named:
    keys = {side.organization for entry in entries for side in (entry.due.owes, entry.due.to)} - {None}
    rows = Organization.objects.visible_to(user).filter(Q(pk__in=keys) | Q(public_id=asked.organization))
    return {public_id: (key, name) for public_id, key, name in rows.values_list("public_id", "pk", "name")}


def _offerings(user: User, entries: Iterable[Entry], asked: Asked) -> Named:
    keys = {entry.place.offering for entry in entries} - {None}
    rows = Offering.objects.visible_to(user).filter(Q(pk__in=keys) | Q(public_id=asked.offering))
    return {public_id: (key, name) for public_id, key, name in rows.values_list("public_id", "pk", "name")}


def _passes(asked: str, named: Named, keys: Iterable[int | None]) -> bool:
    """Whether one of these keys is of the record that is asked for; of one that is not there, none is."""
    return not asked or (asked in named and named[asked][0] in keys)


def _kinds(entries: Iterable[Entry], asked: Asked) -> list[tuple[str, str]]:
    there = {entry.due.kind for entry in entries} | {asked.kind}
    return [(kind.id, kind.label) for kind in KINDS.values() if kind.id in there]


def _filter_by(name: str, named: Named, chosen: str, all_of_them: str) -> Filter:
    values = sorted(((public_id, label) for public_id, (_, label) in named.items()), key=lambda each: each[1].lower())
    return Filter(name, name.capitalize(), _options(values, chosen, all_of_them))


def _options(values: Iterable[tuple[str, str]], chosen: str, all_of_them: str = "") -> list[Option]:
    first = [("", all_of_them)] if all_of_them else []
    return [Option(value, label, value == chosen) for value, label in (*first, *values)]
