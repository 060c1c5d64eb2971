"""Arithmetic with days as the rules mean it: months after a day, business days, hours, days of closed offices."""

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

# Where the rules give an hour they mean the clock in Washington.
EASTERN = ZoneInfo("America/New_York")


@lru_cache(maxsize=10_000)
def months_after(day: date, months: int) -> date:
    """The same day ``months`` later; 31 August and six months give 28 (or 29) February.

    A month that is too short ends the count on its last day. The count always starts from the day itself, so that a
    year after 29 February is 28 February, and four years after it 29 February again.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_yearly(day: str, after: date) -> date:
    """The first time on or after a day that a yearly day (MM-DD) comes; 29 February is 28 February in other years."""
    month, number = (int(part) for part in day.split("-"))
    for year in (after.year, after.year + 1):
        found = date(year, month, min(number, monthrange(year, month)[1]))
        if found >= after:
            break
    return found


# Month and day, or month, weekday (Monday is 0) and which of the month; -1 is the last (5 U.S.C. 6103).
FIXED_HOLIDAYS = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
MOVING_HOLIDAYS = ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4))
SATURDAY, SUNDAY = 5, 6
# Every fourth year from here on offices in Washington are closed on Inauguration Day (5 U.S.C. 6103(c)).
INAUGURATION = 1965


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The days of a year on which federal offices are closed; a holiday on a weekend is kept on the nearest weekday."""
    fixed = [_observed_on(date(year, month, day)) for month, day in FIXED_HOLIDAYS]
    return frozenset([*fixed, *(_nth(year, *rule) for rule in MOVING_HOLIDAYS)])


def inauguration_day(year: int) -> date | None:
    """The day on which a president's term begins, in the years that have one: 20 January, or the Monday after.

    The law closes offices of the Washington area alone. That it is no business day here, wherever an agency sits, is
    local policy: the program's own offices are there.
    """
    if (year - INAUGURATION) % 4:
        return None
    day = date(year, 1, 20)
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def business_days_after(day: date, number: int, office_closures: Collection[date] = frozenset()) -> date:
    """The day that is so many business days after another: neither weekends nor days of closed offices count.

    office_closures: days on which offices were closed by order, beside the holidays of the law.
    """
    found = day
    while number:
        found += timedelta(days=1)
        number -= is_business_day(found) and found not in office_closures
    return found


def is_business_day(day: date) -> bool:
    """Whether federal offices are open on a day, as far as the law says: it is neither weekend nor holiday."""
    return day.weekday() < SATURDAY and not _is_holiday(day)


def after(day: date, number: int, unit: str, office_closures: Collection[date] = frozenset()) -> date:
    """The day so many days, business days or months after another; before it where the number is negative.

    Raises:
        ValueError: the unit is none of days.
    """
    if unit == "days":
        return day + timedelta(days=number)
    if unit == "months":
        return months_after(day, number)
    if unit == "business days":
        return business_days_after(day, number, office_closures)
    raise ValueError(f"no days are counted in {unit}")


def hours_after(moment: datetime, hours: int) -> datetime:
    """So many real hours later, on the clock in Washington: across the night of a clock change they are real too."""
    return (moment.astimezone(UTC) + timedelta(hours=hours)).astimezone(EASTERN)


def at_clock(day: date, clock: time) -> datetime:
    """The moment at which the clock in Washington shows a time on a day.

    In the hour that spring leaves out it is the hour after; in the one that autumn has twice, the first.
    """
    return datetime.combine(day, clock, EASTERN).astimezone(UTC).astimezone(EASTERN)


def _is_holiday(day: date) -> bool:
    # New Year's Day on a Saturday is kept on the last day of the year before.
    known = day in federal_holidays(day.year) or day in federal_holidays(day.year + 1)
    return known or day == inauguration_day(day.year)


def _observed_on(day: date) -> date:
    moved = {SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0)
    return day + timedelta(days=moved)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    days = [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]
    return [day for day in days if day.weekday() == weekday][which if which < 0 else which - 1]
