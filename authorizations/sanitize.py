"""What people type and browsers send, made fit for every database; pages, admin and API share these rules."""

import re
from datetime import date, datetime, time

from django.utils import timezone

# PostgreSQL refuses the NUL character, and halves of a character that are alone; XML, and with it each workbook in
# which the text ever stands, the other control characters and two code points that are no character.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A name has at most a few dozen letters. SQLite refuses to look for a text of more than 50,000 bytes.
LONGEST_SEARCH = 200
# Of what a step asks for: one line, and a text of several.
LONGEST_LINE, LONGEST_TEXT = 200, 2000


def storable(text: str) -> str:
    """The text without what a database or a workbook refuses."""
    return UNSTORABLE.sub("", text)


def search_words(text: str) -> str:
    """The words of a search, cut to a length that can be searched for."""
    return storable(text).strip()[:LONGEST_SEARCH].strip()


def file_name(text: str) -> str:
    """A file’s name as it may be shown: its last part, without letters that nobody sees or that turn others round."""
    return "".join(letter for letter in re.split(r"[/\\]", text)[-1] if letter.isprintable())


def one_line(text: str) -> str:
    """The text on one line, such as the subject of a mail: a line end in a name would begin another header."""
    return " ".join(text.split())


def day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment_of(day: date | None, now: datetime) -> datetime:
    """When something happened: now, unless another day was given, of which the hour is not known."""
    if day is None or day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time(12)))
