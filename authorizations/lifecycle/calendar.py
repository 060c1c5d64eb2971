"""Arithmetic with days as the rules mean it: months after a day, business days, and the federal holidays."""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later; 31 August and six months give 28 (or 29) February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# Month and day, or month, weekday (Monday is 0) and which of the month; -1 is the last (5 U.S.C. 6103).
FIXED_HOLIDAYS = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
MOVING_HOLIDAYS = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))
SATURDAY, SUNDAY = 5, 6


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The days of a year on which federal offices are closed; a holiday on a weekend is kept on the nearest weekday."""
    fixed = [_kept_on(date(year, month, day)) for month, day in FIXED_HOLIDAYS]
    return frozenset([*fixed, *(_nth(year, *rule) for rule in MOVING_HOLIDAYS)])


def business_days_after(day: date, number: int) -> date:
    """The day that is so many business days after another: neither weekends nor federal holidays count."""
    found = day
    while number:
        found += timedelta(days=1)
        number -= found.weekday() < SATURDAY and not _is_holiday(found)
    return found


def _is_holiday(day: date) -> bool:
    # New Year's Day on a Saturday is kept on the last day of the year before.
    return day in federal_holidays(day.year) or day in federal_holidays(day.year + 1)


def _kept_on(day: date) -> date:
    moved = {SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0)
    return day + timedelta(days=moved)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    return [day for day in days if day.weekday() == weekday][which if which < 0 else which - 1]
