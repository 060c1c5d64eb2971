"""Days as people type them into sheets, and as other systems export them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

FORMS = (
    "%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
)  # fmt: skip
# What lists of agencies hold beside those; two digits of a year are of this century.
MORE_FORMS = (
    *FORMS, "%Y/%m/%d", "%m/%d/%y", "%d-%b-%Y", "%d-%b-%y", "%b %d %Y", "%B %d %Y", "%m.%d.%Y", "%Y%m%d",
)  # fmt: skip
# A sheet counts days from here; the numbers of 1980 to 2064.
EPOCH_OF_SHEETS, FIRST_SERIAL, LAST_SERIAL = date(1899, 12, 30), 29_221, 60_000
# Seconds since 1970 from 1980 on; larger ones are thousandths.
FIRST_SECOND, LAST_SECOND = 315_532_800, 4_102_444_800


def day_of_text(text: str, forms: tuple[str, ...] = FORMS) -> date | None:
    """A day typed in one of the forms; None where it is none, such as 2/29/2023."""
    words = " ".join(text.split())
    for form in forms:
        try:
            return datetime.strptime(words, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


def day_of_number(number: float) -> date | None:
    """A day as a sheet counts it, or as seconds or thousandths since 1970 (UTC); None where it is neither."""
    if FIRST_SERIAL <= number <= LAST_SERIAL:
        return EPOCH_OF_SHEETS + timedelta(days=int(number))
    seconds = number / 1000 if number > LAST_SECOND else number
    if FIRST_SECOND <= seconds <= LAST_SECOND:
        return datetime.fromtimestamp(seconds, tz=UTC).date()
    return None


def day_of(value: Any) -> date | None:
    """A day from whatever a list holds: a date, a number, a text with or without its time."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return day_of_number(value)
    text = str(value).strip()
    if text.replace(".", "", 1).isdecimal() and len(text) != len("20230314"):
        return day_of_number(float(text))
    return day_of_text(text, MORE_FORMS) or day_of_text(text.partition("T")[0].partition(" 00:")[0], MORE_FORMS)
