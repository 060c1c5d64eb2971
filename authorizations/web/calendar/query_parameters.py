"""What the address of the calendar asks for, and addresses that ask for something near it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from accounts.fields import LENGTH
from authorizations.deadlines import KINDS, Deadline
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.sanitize import day_or_none, storable

MONTH, AGENDA = "month", "agenda"
MINE, ALL = "mine", "all"
# An agenda shows so many days.
LENGTH_OF_AGENDA = timedelta(days=90)
# Nobody looks further, and months of other centuries cost nothing this way.
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """One view of the calendar. ``day``: the first of the month, or of the agenda. A blank filter lets all pass."""

    view: str
    day: date
    whose: str
    kind: str
    organization: str
    offering: str

    @property
    def url(self) -> str:
        usual = {"view": MONTH, "whose": MINE, "kind": "", "organization": "", "offering": ""}
        parameters = {name: getattr(self, name) for name in usual if getattr(self, name) != usual[name]}
        parameters["from"] = self.day.isoformat()
        return f"{reverse('calendar')}?{urlencode(parameters)}"

    def but(self, **changes: Any) -> "CalendarQuery":
        changed = replace(self, **changes)
        day = min(max(changed.day, FIRST), LAST)
        return replace(changed, day=day.replace(day=1) if changed.view == MONTH else day)

    def moved(self, way: int) -> "CalendarQuery":
        """The months or the days of an agenda before (-1) or after (1)."""
        if self.view == MONTH:
            return self.but(day=months_after(self.day, way))
        return self.but(day=self.day + way * LENGTH_OF_AGENDA)

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.organization or self.offering)

    def passes_kind(self, due: Deadline) -> bool:
        return self.kind in ("", due.kind)


def asked_by(query: Mapping[str, str], today: date) -> CalendarQuery:
    """What an address asks for; what it says wrong is left out.

    One that names no month and no day gets the agenda from today on: a month is half over on its fifteenth day.
    """
    kind, view = query.get("kind", ""), query.get("view")
    calendar_query = CalendarQuery(
        view=view if view in (MONTH, AGENDA) else MONTH if query.get("from") else AGENDA,
        day=day_or_none(query.get("from", "")) or today,
        whose=ALL if query.get("whose") == ALL else MINE,
        kind=kind if kind in KINDS else "",
        organization=storable(query.get("organization", ""))[:LENGTH],
        offering=storable(query.get("offering", ""))[:LENGTH],
    )
    return calendar_query.but()
