"""Compares rows with the last entries about them: a change behind the portal leaves no entry.

A column that no entry about its record names has its default still. `NOT_COMPARED` names the others, with reasons, and
`WHERE_NAMED` those that entries name only since December 2026. What became of messages is in `mail_outcomes.py`, and
most of what findings and documents are in `findings_and_documents.py`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Max

from accounts.models import Membership
from authorizations.actions.door import plain
from authorizations.audit_log.case_facts import EnteredFact, differing_facts
from authorizations.audit_log_format import audit_log_of
from authorizations.models import Ato, Case, Condition, Document, DocumentVersion, Event, Finding, PackageAccess
from authorizations.models.document import OTHER, summary_of
from authorizations.models.finding import counts_of
from authorizations.models.querysets import event_subject_type

BATCH = 500
RECORD_TYPES: tuple[Any, ...] = (Ato, Case, Finding, Condition, DocumentVersion, PackageAccess, Membership)
ELSEWHERE = "it moves with what is done to another record, and the entry is about that"
COMPUTED = "it is computed anew from rows of documents and findings, and compared with what they give"
PEOPLE = "the log holds no names"
WORDS = "the log holds no words of findings and documents, which stay inside a side"
BESIDE = "it is compared in `findings_and_documents.py`, because entries of the case or ATO say it"
NOT_COMPARED: dict[str, dict[str, str]] = {
    "ato": {
        "signer": PEOPLE,
        "import_run": "the entry of the import names the run",
        "sources": "the feed that each value came from moves with every import, whose entry names the feed",
        "as_published": "it is what a feed says of it, and no value of its own",
        "document_summary": COMPUTED,
    },
    "case": {
        "turn_since": "the database computes it",
        **dict.fromkeys(("document_summary", "finding_counts"), COMPUTED),
        "facts": "each fact is compared by itself",
    },
    "finding": {
        **dict.fromkeys(("text", "answer"), WORDS),
        **dict.fromkeys(("side", "owed_by", "severity", "version", "fact"), BESIDE),
        **dict.fromkeys(("drafted_by", "drafted_at", "step", "sent_at", "dropped_at"), BESIDE),
        **dict.fromkeys(("answered_by", "answered_at", "resolved_by", "resolved_at"), BESIDE),
    },
    "documentversion": {
        **dict.fromkeys(("name", "location", "note"), WORDS),
        **dict.fromkeys(("size", "content_type"), "they follow from the content, whose hash is compared"),
        **dict.fromkeys(("document", "number", "sha256", "scan", "scanned_at", "verified_on", "stated"), BESIDE),
        **dict.fromkeys(("side", "organization", "added_by", "added_at", "shared_at"), BESIDE),
        **dict.fromkeys(("withdrawn_at", "withdrawn_by", "withdrawn_reason"), BESIDE),
    },
    "packageaccess": {
        "denied_reason": ELSEWHERE,
        "ended_reason": "it is the reason of the entry",
        "extensions": "it counts the entries that extend it",
    },
}
# Compared where an entry names them: entries of before December 2026 do not. A feed sets none of them silently.
WHERE_NAMED: dict[str, frozenset[str]] = {
    "ato": frozenset({"authorizing_official", "superseded_by", "logged_on", "recorded_on", "registered_on"}),
    "case": frozenset(
        {"opened_at", "stage_since", "waits_since", "shared_at", "release", "adopted_at_stage", "continues"}
    ),
    "packageaccess": frozenset({"person", "agency", "package", "approver", "asked_on", "permanent"}),
}
# Somebody may act between the reading of a row and of its entries: what differs is read again.
TRIES = 3
Facts = dict[int, dict[str, EnteredFact]]


def differing_rows() -> Iterator[str]:
    """A sentence for each row that says something else than the last entries about it, or that is gone.

    Compared is what entries record: stage, revision, days, roles and other columns.
    """
    for record_type in RECORD_TYPES:
        kind = event_subject_type(record_type)
        entries = Event.objects.filter(audit_log=audit_log_of(kind), subject_type=kind).order_by()
        last = entries.aggregate(last=Max("subject_id"))["last"] or 0
        for start in range(1, last + 1, BATCH):
            keys: Sequence[int] = range(start, start + BATCH)
            for _ in range(TRIES):
                found = list(_differing(record_type, kind, keys))
                if not found:
                    break
                keys = [key for key, _ in found]
            yield from (sentence for _, sentence in found)


def _differing(record_type: Any, kind: str, keys: Sequence[int]) -> Iterator[tuple[int, str]]:
    rows = record_type._base_manager.in_bulk(keys)
    facts, unnamed = _last_facts(kind, keys), with_default(record_type)
    summaries = differing_summaries(record_type, rows)
    name = str(record_type._meta.verbose_name)
    for key, entered in sorted(facts.items()):
        # Of a row that was taken back with the list it came from, the last entry says so.
        gone = entered.pop("gone", None)
        is_taken_back = gone is not None and gone.value is True
        if is_taken_back or key not in rows:
            if is_taken_back == (key in rows):
                yield key, f"{name} {key}: its row is gone, and entries about it are there"
            continue
        row = rows[key]
        wrong = [(found.position, name) for name, found in entered.items() if _is_other(row, name, found.value)]
        place = max((found.position for found in entered.values()), default=0)
        wrong += [(place, name) for name in unnamed if name not in entered and _is_set(row, name)]
        wrong += [(place, name) for name in summaries.get(key, ())]
        wrong += differing_facts(row, entered) if isinstance(row, Case) else ()
        if wrong:
            columns = ", ".join(sorted(column for _, column in wrong))
            yield key, f"{name} {getattr(row, 'public_id', key)}: {columns} not as entry {max(wrong)[0]:,} says"


def _last_facts(kind: str, keys: Sequence[int]) -> Facts:
    """Of each record the last value of each fact that was entered, and at which position."""
    facts: Facts = defaultdict(dict)
    entries = Event.objects.filter(audit_log=audit_log_of(kind), subject_type=kind, subject_id__in=keys)
    columns = ("subject_id", "position", "changes", "actor", "acted_for", "recorded_at")
    read = entries.order_by("position").values_list(*columns)
    for key, position, changes, *by in read.iterator(chunk_size=BATCH):
        of_record = facts[key]
        pairs = {name: pair for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
        for name, (before, value) in pairs.items():
            # What names people is entered as nothing at all.
            if (before, value) != (None, None):
                found = EnteredFact(value, position, *by)
                of_record[name] = of_record[name].then(before, found) if name in of_record else found
    return facts


def with_default(record_type: Any) -> list[str]:
    """The columns that have a value of their own as long as no entry names another."""
    kind = event_subject_type(record_type)
    never = NOT_COMPARED.get(kind, {}).keys() | WHERE_NAMED.get(kind, frozenset())
    return [
        column.name
        for column in record_type._meta.concrete_fields
        if column.name not in never and not column.primary_key
        if column.null or column.blank or (column.has_default() and not callable(column.default))
    ]


def differing_summaries(record_type: Any, rows: Mapping[int, Any]) -> dict[int, list[str]]:
    """The summaries that are not what the rows of a record's documents and findings give, by the record's key."""
    if record_type not in (Ato, Case):
        return {}
    of = event_subject_type(record_type)
    documents = Document._base_manager.filter(**{f"{of}__in": rows}).exclude(key=OTHER).order_by(of, "key")
    given: dict[str, tuple[Any, Any]] = {"document_summary": (documents.prefetch_related("versions"), summary_of)}
    if record_type is Case:
        given["finding_counts"] = (Finding._base_manager.filter(case__in=rows).order_by(of), counts_of)
    wrong: dict[int, list[str]] = defaultdict(list)
    for name, (beside, summed) in given.items():
        found = {key: summed(list(some)) for key, some in groupby(beside, lambda each: getattr(each, f"{of}_id"))}
        for key, row in rows.items():
            if getattr(row, name) != found.get(key, {}):
                wrong[key].append(name)
    return wrong


def _is_set(row: Any, name: str) -> bool:
    column = row._meta.get_field(name)
    value = getattr(row, column.attname)
    return value not in (None, "", [], {}) and value != column.get_default()


def _is_other(row: Any, name: str, entered: Any) -> bool:
    try:
        column = row._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if name in NOT_COMPARED.get(event_subject_type(row), {}) or not column.concrete or column.many_to_many:
        return False
    value = getattr(row, column.attname)
    if isinstance(value, datetime) and isinstance(entered, str):
        return value != datetime.fromisoformat(entered)
    return bool(plain(value) != entered)
