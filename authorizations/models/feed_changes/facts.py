"""The entries of imports, summed up: one fact for each field whose value is another one after them all.

Each import enters what it wrote of each record (`*.imported`, before and after; ADR 2). Several in a row are one sum:
what changed and changed back is no fact, and of a record that came all else is news with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import TextChoices


class ChangeKind(TextChoices):
    """What kind of fact is another one after an import."""

    CAME = "came", "Came"
    LEFT = "left", "Left"
    STATUS = "status", "Status"
    PROVIDER = "provider", "Provider"
    LEVEL = "level", "Level"
    OFFICIAL = "official", "Official"
    DATES = "dates", "Dates"
    LINKS = "links", "Builds on"
    COUNTS = "counts", "Published counts"
    OTHER = "other", "Other facts"


# A field that has a value from the first: an entry that has none before it is of a new record.
FIRST_FIELD = {
    "organization": "name",
    "offering": "name",
    "ato": "agency",
    "designationevent": "step",
    "leverage": "underlying",
    "packageoverview": "offering",
}
VERBS = (*(f"{name}.imported" for name in FIRST_FIELD), "ato.superseded")
SINCE, UNTIL = "published_since", "not_published_since"
OF_A_NEW_ONE = frozenset({SINCE, UNTIL, "effective_on"})
# What kind of fact each field is; those of no kind here are other facts.
KINDS = {
    **dict.fromkeys(("designation", "certification_type", "certification_path", "stage"), ChangeKind.STATUS),
    **dict.fromkeys(("listing_role", "ato_type", "ended_as_published", "in_remediation"), ChangeKind.STATUS),
    "provider": ChangeKind.PROVIDER,
    **dict.fromkeys(("impact_level", "certification_class"), ChangeKind.LEVEL),
    "signer": ChangeKind.OFFICIAL,
    **dict.fromkeys(("signed_on", "logged_on", "expires_on", "accredited_on"), ChangeKind.DATES),
    **dict.fromkeys(("effective_on", "annual_assessment", "next_report_on", "next_review_on"), ChangeKind.DATES),
    "next_review_time": ChangeKind.DATES,
    **dict.fromkeys(("published_authorizations", "published_reuse"), ChangeKind.COUNTS),
}
# Bookkeeping, the published spelling of what stands beside it as a fact, and what only another entry explains.
SKIPPED = frozenset(
    {
        *("revision", "superseded_by", "feed_uuid", "source_field", "source", "added_by", "provider_as_published"),
        *("designation_as_published", "impact_level_as_published", "partner_agency_as_published"),
    }
)


class ImportEntry(NamedTuple):
    """What one entry of an import says: of which record, {field: [before, after]}, and when."""

    subject_type: str
    subject_id: int
    changes: dict[str, list[Any]]
    at: datetime


class FeedFact(NamedTuple):
    """One fact that is another one now, in the values of the audit log; ``at``: the moment of the last import of it."""

    kind: ChangeKind
    subject_type: str
    key: int
    field: str
    before: Any
    after: Any
    at: datetime


@dataclass(slots=True)
class _Sum:
    is_new: bool
    at: datetime
    values: dict[str, list[Any]] = field(default_factory=dict)  # before, after, the moment of the last change
    # Columns about people: the log holds that they changed, and no value.
    hidden: set[str] = field(default_factory=set)


def facts_of(entries: Iterable[ImportEntry]) -> Iterator[FeedFact]:
    """The facts that differ after all of these entries, which come in the order in which they were written."""
    sums: dict[tuple[str, int], _Sum] = {}
    for subject_type, key, changes, at in entries:
        record = sums.get((subject_type, key))
        if record is None:
            first = changes.get(FIRST_FIELD[subject_type])
            record = sums[subject_type, key] = _Sum(first is not None and first[0] is None, at)
        # Of a new record all else came with it.
        names = changes.keys() & OF_A_NEW_ONE if record.is_new else changes
        for name in names:
            before, after = changes[name]
            known = record.values.get(name)
            if before is None and after is None:
                record.hidden.add(name)
            record.values[name] = [before if known is None else known[0], after, at]
    for (subject_type, key), record in sums.items():
        yield from _facts(subject_type, key, record)


def _dated(key: int, record: _Sum, was: bool, now: bool) -> Iterator[FeedFact]:  # noqa: FBT001
    """A step of an offering: its date is the fact. Of one that left the entry has no date; its row keeps it."""
    before, after, at = record.values.get("effective_on", [None, None, record.at])
    if was == now and before == after:
        return
    at = at if now else record.values[UNTIL][2]
    yield FeedFact(
        ChangeKind.DATES, "designationevent", key, "effective_on", before if was else None, after if now else None, at
    )


def _facts(subject_type: str, key: int, record: _Sum) -> Iterator[FeedFact]:
    """The facts of one record. Of a new one that it came is all; one that came and left again is none."""
    since, until = record.values.get(SINCE), record.values.get(UNTIL)
    was = not record.is_new and (since is None or since[0] is not None) and (until is None or until[0] is None)
    now = (since is None or since[1] is not None) and (until is None or until[1] is None)
    if subject_type == "designationevent":
        yield from _dated(key, record, was, now)
        return
    if was != now and (since or until):
        at = (until or since or [record.at])[-1]
        kind, words = (ChangeKind.CAME, ("", "Published")) if now else (ChangeKind.LEFT, ("Published", ""))
        yield FeedFact(kind, subject_type, key, "", *words, at)
    if record.is_new or subject_type == "leverage":
        return
    for name, (before, after, at) in record.values.items():
        if name in SKIPPED or name in (SINCE, UNTIL):
            continue
        kind = KINDS.get(name, ChangeKind.OTHER)
        # A feed that begins to count what is not there says nothing new.
        is_nothing = kind is ChangeKind.COUNTS and not before and not after
        if (before != after and not is_nothing) or name in record.hidden:
            yield FeedFact(kind, subject_type, key, name, before, after, at)
