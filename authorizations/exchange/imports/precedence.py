"""Which of two sources knows better: the newer one, by field and by list (ADR 29).

A source is a generation of the feed and a day, written “v2 2025-07-01”: the day on which that generation first gave
the value. It has stood by the value ever since, to the day of its newest feed or to the one that the record left.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.models import Organization, Published
from accounts.roles import OrganizationKind, RecordSource
from authorizations.exchange.imports.feed_rows import AGENCIES, ASSESSORS, INITIAL, OVERVIEWS, PRODUCTS, REUSE
from authorizations.models import Ato, DesignationEvent, Leverage, PackageOverview
from authorizations.models.register.correction import CORRECTED, is_corrected
from authorizations.vocabulary import ListingRole

PREFIX = "marketplace-"
# Of two feeds of one day the later generation knows better.
GENERATIONS = ("v0", "v1", "v2", "v3-products", "v3-changelog", "v3-split", "cso-pkg")
# What the first releases of this portal could read: their records have no sources of their own.
FIRST = "v2"
# Stated beside offerings, in no list of their own; nobody states all steps.
LINKS, STEPS = "Links", "Steps"
STATES_LINKS = frozenset({"v0", "v1", "v2"})
LISTS = {OrganizationKind.AGENCY: AGENCIES, OrganizationKind.ASSESSOR: ASSESSORS, OrganizationKind.PROVIDER: PRODUCTS}
Age = tuple[date, int]
NEVER: Age = (date.min, -1)

ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+")
# A question mark within a word, alone, after another mark, or before a word that begins no sentence.
SPOILED = re.compile(r"\S\?\w|(?:^|\s)\?(?=\s|\w)|[.,;:]\?|\?\s+[a-z]|\ufffd", re.MULTILINE)


def short(version: str) -> str:
    return version.removeprefix(PREFIX)


def rank(generation: str) -> int:
    return GENERATIONS.index(generation) if generation in GENERATIONS else -1


def list_of(record: Published) -> str:
    """The list of a feed whose row, or absence, says whether a record is published."""
    if isinstance(record, Organization):
        return LISTS.get(OrganizationKind(record.kind), PRODUCTS)
    if isinstance(record, Ato):
        return INITIAL if record.listing_role == ListingRole.INITIAL else REUSE
    if isinstance(record, PackageOverview):
        return OVERVIEWS
    return LINKS if isinstance(record, Leverage) else STEPS if isinstance(record, DesignationEvent) else PRODUCTS


def lists_of(generation: str, tables: Iterable[str]) -> list[str]:
    """What whole tables of a generation state: links between offerings stand in some generations' rows alone."""
    return [*tables, *([LINKS] if generation in STATES_LINKS and PRODUCTS in tables else [])]


def is_spoiled(theirs: Any, ours: Any) -> bool:
    """Whether a text holds a question mark for each character that some export could not write, and the other none."""
    if not (isinstance(theirs, str) and isinstance(ours, str) and ours) or "?" not in theirs:
        return False
    new, old = ADDRESS.sub("", theirs), ADDRESS.sub("", ours)
    suspicious = SPOILED.search(new) is not None or not old.isascii()
    return suspicious and new.count("?") > old.count("?") and SPOILED.search(old) is None


class Knowledge:
    """What the imports that were applied before state, and how this one's feed stands to them."""

    def __init__(self, runs: Iterable[tuple[str, date, Mapping[str, Mapping[str, int]]]]) -> None:
        self._newest: dict[str, date] = {}
        self._lists: dict[str, Age] = {}
        for version, day, counts in runs:
            generation = short(version)
            self._newest[generation] = max(day, self._newest.get(generation, day))
            # Runs of the first releases say nothing of it: their tables were whole.
            whole = [table for table, numbers in counts.items() if numbers.get("whole", 1)]
            for each in lists_of(generation, whole):
                self._lists[each] = max((day, rank(generation)), self._lists.get(each, NEVER))

    def newer_list(self, record_list: str, age: Age) -> date | None:
        """The day of a feed that knows better than one of this age what is on a list, or None."""
        newest = self._lists.get(record_list, NEVER)
        return newest[0] if newest > age else None

    def mark_of(self, record: Published, field: str) -> str:
        """The source of a field; blank where no feed gave it. Of a correction it is the feed it stands against."""
        if is_corrected(record, field):
            return str(record.sources[field]).removeprefix(CORRECTED).strip()
        if (
            any(not str(source).startswith(CORRECTED) for source in record.sources.values())
            or record.source != RecordSource.FEED
            or FIRST not in self._newest
        ):
            return str(record.sources.get(field, ""))
        return f"{FIRST} {self._newest[FIRST]}"

    def age_of(self, record: Published, field: str) -> Age:
        """How new our knowledge of a field is."""
        generation, _, day = self.mark_of(record, field).partition(" ")
        if not day:
            return NEVER
        stood = max(date.fromisoformat(day), self._newest.get(generation, date.min))
        left = record.not_published_since
        return (stood if left is None else max(date.fromisoformat(day), min(stood, left))), rank(generation)
