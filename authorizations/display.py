"""How values look to a reader, wherever they are shown: dates in words, the dash for nothing, addresses of records."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.fields import ALPHABET, LENGTH


@lru_cache(maxsize=2_000)
def day_text(day: date) -> str:
    """A date in words: 24 Nov 2026."""
    return f"{day.day} {day:%b %Y}"


SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_text(number: int) -> str:
    """A number as it is now in a sentence: in words up to twelve."""
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def label(words: type[Any], value: str) -> str:
    return words(value).label if value else ""


def small(words: str) -> str:
    """Words for the middle of a sentence; an abbreviation keeps its letters."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def counted(number: int, record_type: str, many: str = "") -> str:
    """A number with its noun: "1 offering", "1,204 offerings"."""
    return f"{number:,} {of_number(number, record_type, many)}"


def of_number(number: int, record_type: str, many: str = "") -> str:
    """The noun as it is now below or after a number: "offering" for 1, else "offerings"."""
    return record_type if number == 1 else many or f"{record_type}s"


def ago(days: int) -> str:
    """How long ago a day was: "today", "1 day ago"."""
    return f"{counted(days, 'day')} ago" if days else "today"


def lasting(days: int, since: date | None = None) -> str:
    """How long something has lasted: "since today", "for 3 days", "for 3 days, since 24 Nov 2026"."""
    if not days:
        return "since today"
    return f"for {counted(days, 'day')}" + (f", since {day_text(since)}" if since else "")


def local_day(moment: datetime) -> date:
    """The day of a moment in US Eastern. Nobody has another zone, and asking for the current one takes its time."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def moment_text(moment: datetime) -> str:
    """A time in US Eastern with the zone named: 24 Nov 2026, 9:05 a.m. EST."""
    local = moment.astimezone(timezone.get_default_timezone())
    return f"{day_text(local)}, {clock_text(moment)} {local.tzname()}"


def utc_text(moment: datetime) -> str:
    """A time as programs read it, always in the one form: "2026-11-24T14:03:11Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def clock_text(moment: datetime) -> str:
    """The time of day in US Eastern: 9:05 a.m."""
    local = moment.astimezone(timezone.get_default_timezone())
    return f"{local.hour % 12 or 12}:{local:%M} {'a.m.' if local.hour < 12 else 'p.m.'}"


ANY_ID = ALPHABET[0] * LENGTH
_addresses: dict[str, tuple[str, str]] = {}


def address(name: str, public_id: str) -> str:
    """`reverse()` for a page of one record; a list of fifty rows asks it a hundred times."""
    if name not in _addresses:
        before, after = reverse(name, args=[ANY_ID]).split(ANY_ID)
        _addresses[name] = (before, after)
    before, after = _addresses[name]
    return f"{before}{public_id}{after}"
