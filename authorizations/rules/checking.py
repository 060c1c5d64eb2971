"""Reading a document of the rules: what is wrong with it is noted place by place, and said all at once."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

WHOLE = "document"
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST = 2000
LONGEST_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """What a document may name: it is known above this floor, and handed down."""

    stages: Mapping[str, Collection[str]]
    rows: Collection[str]
    guidance: Collection[str]
    is_source: Callable[[str], bool]

    @property
    def every_stage(self) -> frozenset[str]:
        """The stages of all machines."""
        return frozenset(stage for stages in self.stages.values() for stage in stages)


class Checking:
    """Reads one document, and keeps what is wrong with it."""

    def __init__(self, known: Known | None) -> None:
        self.known = known
        self.problems: list[str] = []

    def wrong(self, place: str, words: str) -> None:
        """Notes what is wrong at a place."""
        self.problems.append(f"{place}: {words}")

    def record(self, place: str, value: Any, needed: Iterable[str], also: Iterable[str] = ()) -> dict[str, Any]:
        """An object with every key that is needed, and no other but those that it may have."""
        needed, also = tuple(needed), tuple(also)
        if not isinstance(value, dict):
            self.wrong(place, "this is no object.")
            return {}
        within = f"{place}." if place != WHOLE else ""
        for name in needed:
            if name not in value:
                self.wrong(f"{within}{name}", "it is missing.")
        for name in value:
            if name not in needed and name not in also:
                self.wrong(f"{within}{str(name)[:60]}", "nothing here has this name.")
        return {name: value[name] for name in (*needed, *also) if name in value}

    def text(self, place: str, value: Any, *, blank: bool = False) -> str:
        """A text of one or more letters that a page can show."""
        if not isinstance(value, str) or len(value) > LONGEST or not all(each.isprintable() for each in value):
            self.wrong(place, f"this is no text of at most {LONGEST:,} letters in one line.")
            return ""
        if not value.strip() and not blank:
            self.wrong(place, "it is blank.")
        return value

    def key(self, place: str, value: Any) -> str:
        """What other places name something by."""
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.wrong(place, "this is no key: small letters, digits and underscores.")
            return ""
        return value

    def day(self, place: str, value: Any, *, open_end: bool = True) -> date | None:
        """A day as YYYY-MM-DD, or null where that may be."""
        if value is None and open_end:
            return None
        try:
            return (
                date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2027-06-11") else _no_day()
            )
        except ValueError:
            self.wrong(place, f"{shown(value)} is no day; write it as 2027-06-11{', or null' if open_end else ''}.")
            return None

    def number(self, place: str, value: Any) -> int | None:
        """A whole number from 1 on, or null."""
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LONGEST_LENGTH
        if value is not None and not is_number:
            self.wrong(place, f"{shown(value)} is no whole number from 1 to {LONGEST_LENGTH}, nor null.")
            return None
        return value if is_number else None

    def source(self, place: str, value: Any, *, blank: bool = False) -> str:
        """One or several sources, each of which can be followed."""
        said = self.text(place, value, blank=blank)
        if self.known is not None:
            for name in filter(None, said.split("; ")):
                if not self.known.is_source(name):
                    self.wrong(place, f"the portal knows no source “{name}”.")
        return said

    def pair(self, place: str, value: Any) -> tuple[Any, Any]:
        """A list of two: what is stated, and its source."""
        if not isinstance(value, list) or len(value) != 2:
            self.wrong(place, "this is no list of two: what is stated, and its source.")
            return None, ""
        return value[0], value[1]

    def choice(self, place: str, value: Any, among: Collection[str], what: str) -> str:
        """One of the words that are known."""
        if not isinstance(value, str) or value not in among:
            self.wrong(place, f"{shown(value)} is no {what} that the portal knows.")
            return ""
        return value

    def words(self, place: str, value: Any, among: Collection[str] | None, what: str) -> tuple[str, ...]:
        """A list of words that are known, each once."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(place, f"this is no list: each entry is a {what}.")
            return ()
        for each in value:
            if among is not None and each not in among:
                self.wrong(place, f"{shown(each)} is no {what} that the portal knows.")
        if len(set(value)) < len(value):
            self.wrong(place, "something stands there twice.")
        return tuple(value)

    def truth(self, place: str, value: Any) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            self.wrong(place, "this is neither true nor false.")
        return value is True


def _no_day() -> date:
    raise ValueError("not a text of ten letters")


def shown(value: Any) -> str:
    return f"“{str(value)[:60]}”"
