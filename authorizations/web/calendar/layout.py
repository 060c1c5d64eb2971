"""Entries laid out: the weeks of a month, and the weeks of an agenda. Pure."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from authorizations.web.calendar.entries import CalendarEntry

# So many of a day are in a month; the rest are one link away.
IN_A_CELL = 4
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of a month's table; ``more`` are those that are left out."""

    day: date
    is_of_month: bool
    is_today: bool
    entries: list[CalendarEntry]
    more: int


def days_of(month: date) -> list[date]:
    """The days of a month's table: whole weeks, from Sunday to Saturday, with days of other months around it."""
    return [day for week in Calendar(SUNDAY).monthdatescalendar(month.year, month.month) for day in week]


def weeks_of(month: date, entries: Iterable[CalendarEntry], today: date) -> list[list[MonthDay]]:
    on: dict[date, list[CalendarEntry]] = defaultdict(list)
    for entry in entries:
        on[entry.day].append(entry)
    cells = [_cell(day, month, on.get(day, []), today) for day in days_of(month)]
    return [cells[at : at + len(DAYS)] for at in range(0, len(cells), len(DAYS))]


def _cell(day: date, month: date, entries: list[CalendarEntry], today: date) -> MonthDay:
    # A link to one more would take the place of that one.
    shown = IN_A_CELL if len(entries) > IN_A_CELL + 1 else len(entries)
    return MonthDay(day, day.month == month.month, day == today, entries[:shown], len(entries) - shown)


def agenda_of(entries: Iterable[CalendarEntry]) -> Iterator[tuple[date, list[tuple[date, list[CalendarEntry]]]]]:
    """Entries by week, each with its Sunday, and within it by day; weeks and days without any are left out."""
    ordered = sorted(entries, key=lambda entry: entry.day)
    for sunday, of_week in groupby(ordered, key=lambda entry: sunday_of(entry.day)):
        yield sunday, [(day, list(of_day)) for day, of_day in groupby(of_week, key=lambda entry: entry.day)]


def sunday_of(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 1) % 7)
