"""Compares rows with the last entries about them: a change behind the portal leaves no entry."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Max

from accounts.models import Membership
from authorizations.actions.door import plain
from authorizations.audit_log_format import audit_log_of
from authorizations.models import Ato, Case, Condition, DocumentVersion, Event, Finding, PackageAccess
from authorizations.models.querysets import event_subject_type

BATCH = 500
RECORD_TYPES: tuple[Any, ...] = (Ato, Case, Finding, Condition, DocumentVersion, PackageAccess, Membership)
# They move with what is done to other records; the entries are about those.
NOT_COMPARED = frozenset({"waits_since", "recorded_on", "logged_on"})
# Somebody may act between the reading of a row and of its entries: what differs is read again.
TRIES = 3
Facts = dict[int, dict[str, tuple[Any, int]]]


def differing_rows() -> Iterator[str]:
    """A sentence for each row that says something else than the last entries about it, or that is gone.

    Compared is what entries record: stage, revision, days, roles and other columns, and the hash of each document.
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
    facts = _last_facts(kind, keys)
    hashes = _hashes(facts)
    name = str(record_type._meta.verbose_name)
    for key, entered in sorted(facts.items()):
        if key not in rows:
            yield key, f"{name} {key}: its row is gone, and entries about it are there"
            continue
        wrong = [(place, column) for column, (value, place) in entered.items() if _is_other(rows[key], column, value)]
        wrong += [(place, f"document {version}") for version, place in hashes.get(key, ())]
        if wrong:
            columns = ", ".join(sorted(column for _, column in wrong))
            yield key, f"{name} {getattr(rows[key], 'public_id', key)}: {columns} not as entry {max(wrong)[0]:,} says"


def _last_facts(kind: str, keys: Sequence[int]) -> Facts:
    """Of each record the last value of each fact that was entered, and at which position; of documents each hash."""
    facts: Facts = defaultdict(dict)
    entries = Event.objects.filter(audit_log=audit_log_of(kind), subject_type=kind, subject_id__in=keys)
    read = entries.order_by("position").values_list("subject_id", "position", "changes")
    for key, position, changes in read.iterator(chunk_size=BATCH):
        of_record = facts[key]
        pairs = {name: pair for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
        # What names people is entered as nothing at all.
        of_record |= {name: (pair[1], position) for name, pair in pairs.items() if pair != [None, None]}
        if {"version", "sha256"} <= pairs.keys():
            of_record[f"sha256 {pairs['version'][1]}"] = (pairs["sha256"][1], position)
    return facts


def _hashes(facts: Facts) -> dict[int, list[tuple[str, int]]]:
    """The versions of documents whose row holds another hash than was entered, by the key of the entries' record."""
    entered = {
        name.removeprefix("sha256 "): (key, *fact)
        for key, some in facts.items()
        for name, fact in some.items()
        if name.startswith("sha256 ")
    }
    rows = DocumentVersion._base_manager.filter(public_id__in=entered).values_list("public_id", "sha256")
    wrong: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for version, sha256 in rows:
        key, value, position = entered[version]
        if sha256 != value:
            wrong[key].append((version, position))
    return wrong


def _is_other(row: Any, name: str, entered: Any) -> bool:
    try:
        column = row._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    if name in NOT_COMPARED or not column.concrete or column.many_to_many:
        return False
    value = getattr(row, column.attname)
    if isinstance(value, datetime) and isinstance(entered, str):
        return value != datetime.fromisoformat(entered)
    return bool(plain(value) != entered)
