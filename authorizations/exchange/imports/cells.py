"""The cells of one row of a feed: cleaned text, dates, numbers and lists; what is not as it should be is an issue.

The rules hold for every generation of the feed (MAPPING of the feeds, 8).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from authorizations.actions.imports.proposal import RowIssue
from authorizations.sanitize import UNSTORABLE, storable

NULL_WORDS = frozenset(
    ["", "n/a", "none", "tbd", "coming soon", "not active", "no frr date", "not in process", "not agency partnered"]
) | {"#n/a", "#ref!"}
SPREADSHEET_ERRORS = frozenset({"#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!"})
# Zero-width characters and marks of direction deceive the reader and stop equal names from matching.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?")
SPREADSHEET_DAY_0 = date(1899, 12, 30)
MONTH_AND_DAY = re.compile(r"(\d{1,2})/(\d{1,2})|(\d{2})(\d{2})")
EARLIEST_YEAR, YEARS_AHEAD = 2000, 10
# What the database's integer columns hold.
LARGEST_COUNT = 2_147_483_647
LONGEST_TEXT = 50_000
LONGEST_LIST = 2_000
MAX_RAW_LENGTH = 500


@dataclass(frozen=True, slots=True)
class FeedDay:
    """A date as the feed states it: a day, or none; an unreadable one says nothing and must change nothing."""

    on: date | None = None
    readable: bool = True


def visible(value: Any) -> str:
    """Any raw value as text that every database stores, cut at 500 characters, for the list of issues."""
    return UNSTORABLE.sub("\ufffd", str(value)[:MAX_RAW_LENGTH])


def _of_serial(value: Any) -> date | None:
    """The day that spreadsheets count as a number; 41508 is 22 August 2013."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    number = value if is_whole else int(value) if isinstance(value, str) and re.fullmatch(r"[1-9]\d{4}", value) else 0
    return SPREADSHEET_DAY_0 + timedelta(days=number) if 0 < number < 100_000 else None


@dataclass(slots=True)
class FeedCells:
    table: str
    row: Mapping[str, Any]
    record_id: str
    today: date
    note_issue: Callable[[RowIssue], None]

    def issue(self, field: str, kind: str, sentence: str, raw: Any = None) -> None:
        value = self.row.get(field, "") if raw is None else raw
        self.note_issue(RowIssue(self.table, self.record_id[:100], field[:60], visible(value), kind, sentence))

    def text(self, field: str, limit: int) -> str:
        """The field on one line; null words become empty, what is longer than ``limit`` is cut."""
        return self._cut(field, " ".join(self._clean(field, self.row.get(field)).split()), limit)

    def paragraphs(self, field: str) -> str:
        lines = self._clean(field, self.row.get(field)).split("\n")
        return self._cut(field, "\n".join(line.rstrip() for line in lines).strip(), LONGEST_TEXT)

    def key(self, field: str, limit: int = 100) -> str:
        """An id: stripped of blanks, which is noted, because it recovers rows that would name nothing otherwise."""
        raw = self.row.get(field)
        stripped = self.text(field, limit)
        if isinstance(raw, str) and raw != stripped and raw.strip() == stripped:
            self.issue(field, "blanks", "The id had blanks around it; they were taken off.")
        return stripped

    def items(self, field: str, limit: int) -> list[str]:
        """The texts of a list, without blanks; a text alone is a list of one."""
        value = self.row.get(field)
        values = value if isinstance(value, list) else [value]
        if len(values) > LONGEST_LIST:
            self.issue(field, "too_long", f"The list was cut after {LONGEST_LIST:,} entries.", f"{len(values)} entries")
        cleaned = (" ".join(self._clean(field, item).split()) for item in values[:LONGEST_LIST])
        return [self._cut(field, item, limit) for item in cleaned if item]

    def links(self, field: str) -> list[str]:
        """The ids in a list of records such as ``[{"id": "FR1"}]``."""
        value = self.row.get(field)
        ids = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and isinstance(item.get("id"), str | int):
                ids.append(storable(str(item["id"])).strip()[:100])
            elif item not in (None, ""):
                self.issue(field, "wrong_type", "An entry of the list is no record with an id; it was set aside.", item)
        return [found for found in ids if found]

    def date(self, field: str) -> FeedDay:
        """A date; the time of day that feeds append is an artifact of US Eastern midnight and is left off."""
        value = self.row.get(field)
        text = value.strip() if isinstance(value, str) else value
        if text is None or (isinstance(text, str) and text.lower() in NULL_WORDS - SPREADSHEET_ERRORS):
            return FeedDay()
        found = ISO_DATE.fullmatch(text) if isinstance(text, str) else None
        try:
            day = date(*(int(part) for part in found.groups())) if found else _of_serial(text)
        except ValueError:
            day = None
        if day is None:
            self.issue(field, "date", "The date cannot be read; it was left out.")
            return FeedDay(readable=False)
        if not EARLIEST_YEAR <= day.year <= self.today.year + YEARS_AHEAD:
            self.issue(field, "date", f"The year {day.year} is impossible here; the date was left out.")
            return FeedDay(readable=False)
        return FeedDay(day)

    def month_and_day(self, field: str) -> str:
        """A yearly date as MM-DD, from MM/DD, M/D, MMDD or a full date."""
        value = self.row.get(field)
        text = value.strip() if isinstance(value, str) else ""
        if value is None or (isinstance(value, str) and text.lower() in NULL_WORDS - SPREADSHEET_ERRORS):
            return ""
        full, short = ISO_DATE.fullmatch(text), MONTH_AND_DAY.fullmatch(text)
        parts = full.groups()[1:] if full else [part for part in short.groups() if part] if short else ["0", "0"]
        try:
            # A leap year, so that 29 February is a day.
            return f"{date(2000, int(parts[0]), int(parts[1])):%m-%d}"
        except ValueError:
            self.issue(field, "date", "This is no month and day; it was left out.")
            return ""

    def count(self, field: str) -> int | None:
        value = self.row.get(field)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT:
            return value
        self.issue(field, "wrong_type", "This is no count; it was left out.")
        return None

    def yes_or_no(self, field: str) -> bool | None:
        word = self.text(field, 20).lower()
        if word in {"yes", "no"}:
            return word == "yes"
        if word:
            self.issue(field, "unknown_word", "This is neither yes nor no; it was left out.")
        return None

    def word(self, field: str, meanings: Mapping[str, str], *, stored_raw: bool) -> tuple[str, str]:
        """A word of a closed list: (our value or empty, the word as published)."""
        raw = self.text(field, 60)
        meaning = meanings.get(raw.lower(), "")
        if raw and not meaning:
            where = "it is kept as published" if stored_raw else "it was left out"
            self.issue(field, "unknown_word", f"This word is not known here; {where}.")
        return meaning, raw

    def _clean(self, field: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.issue(field, "wrong_type", "The value is not text; it was left out.")
            return ""
        text = INVISIBLE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
        if UNSTORABLE.search(text):
            self.issue(field, "characters", "The text held characters that no text has; they were taken out.")
            text = storable(text)
        word = text.strip().lower()
        if word in SPREADSHEET_ERRORS:
            self.issue(field, "spreadsheet_error", "A spreadsheet's error stands where a value belongs.")
        return "" if word in NULL_WORDS or word in SPREADSHEET_ERRORS else text

    def _cut(self, field: str, text: str, limit: int) -> str:
        if len(text) <= limit:
            return text
        self.issue(field, "too_long", f"The text was cut after {limit:,} characters; it had {len(text):,}.")
        return text[:limit].rstrip()
