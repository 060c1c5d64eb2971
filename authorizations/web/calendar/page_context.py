"""What the calendar's page shows to a person: the entries of its days, what is overdue, and what one may filter by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Organization, User
from authorizations.deadlines import KINDS, deadlines_for
from authorizations.models import Offering
from authorizations.web.calendar.entries import CalendarEntry, EntryState, entries_of
from authorizations.web.calendar.layout import days_of
from authorizations.web.calendar.query_parameters import ALL, LENGTH_OF_AGENDA, MINE, MONTH, CalendarQuery

WHOSE = {MINE: "What I or my side owes", ALL: "All that I may see"}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class CalendarView:
    """Entries from ``first`` to ``last``; those that are overdue and stand before these days apart."""

    first: date
    last: date
    entries: list[CalendarEntry]
    overdue: list[CalendarEntry]
    filters: list[Filter]


def shown_to(user: User, calendar_query: CalendarQuery, today: date) -> CalendarView:
    first, last = _days(calendar_query)
    deadlines = deadlines_for(user, today, until=max(last, today), own=calendar_query.whose == MINE)
    near = (due for due in deadlines if due.on and (first <= due.on <= last or due.is_overdue(today)))
    every = entries_of(near, today)
    sides = {side.organization for entry in every for side in (entry.due.owed_by, entry.due.owed_to)}
    organizations = _named(Organization.objects.visible_to(user), sides, calendar_query.organization)
    about = {entry.place.offering for entry in every}
    offerings = _named(Offering.objects.visible_to(user), about, calendar_query.offering)
    passing = [
        entry
        for entry in every
        if calendar_query.passes_kind(entry.due)
        and _passes(
            calendar_query.organization, organizations, (entry.due.owed_by.organization, entry.due.owed_to.organization)
        )
        and _passes(calendar_query.offering, offerings, (entry.place.offering,))
    ]
    return CalendarView(
        first,
        last,
        [entry for entry in passing if first <= entry.day <= last],
        [entry for entry in passing if entry.state is EntryState.OVERDUE and entry.day < first],
        [
            Filter("whose", "Whose", _options(WHOSE.items(), calendar_query.whose)),
            Filter("kind", "Kind", _options(_kinds(every, calendar_query), calendar_query.kind, "All kinds")),
            _filter_by("organization", organizations, calendar_query.organization, "All organizations"),
            _filter_by("offering", offerings, calendar_query.offering, "All offerings"),
        ],
    )


def _days(calendar_query: CalendarQuery) -> tuple[date, date]:
    if calendar_query.view == MONTH:
        days = days_of(calendar_query.day)
        return days[0], days[-1]
    return calendar_query.day, calendar_query.day + LENGTH_OF_AGENDA - timedelta(days=1)


Named = dict[str, tuple[int, str]]  # key and name by public id


def _named(rows: QuerySet[Any], keys: set[int | None], asked: str) -> Named:
    found = rows.filter(Q(pk__in=keys - {None}) | Q(public_id=asked))
    return {public_id: (key, name) for public_id, key, name in found.values_list("public_id", "pk", "name")}


def _passes(asked: str, named: Named, keys: Iterable[int | None]) -> bool:
    return not asked or (asked in named and named[asked][0] in keys)


def _kinds(entries: Iterable[CalendarEntry], calendar_query: CalendarQuery) -> list[tuple[str, str]]:
    there = {entry.due.kind for entry in entries} | {calendar_query.kind}
    return [(kind.id, kind.label) for kind in KINDS.values() if kind.id in there]


def _filter_by(name: str, named: Named, chosen: str, all_of_them: str) -> Filter:
    values = sorted(((public_id, label) for public_id, (_, label) in named.items()), key=lambda each: each[1].lower())
    return Filter(name, name.capitalize(), _options(values, chosen, all_of_them))


def _options(values: Iterable[tuple[str, str]], chosen: str, all_of_them: str = "") -> list[Option]:
    first = [("", all_of_them)] if all_of_them else []
    return [Option(value, label, value == chosen) for value, label in (*first, *values)]
