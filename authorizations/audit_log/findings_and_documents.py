"""Compares findings and versions of documents with the entries about them and their case: who did what to each, when.

Most of what is done to them is an act on their case or ATO, whose entry names them. Entries hold none of their words.
What a version or a sent finding was when it was added or sent, entries name since December 2026 (`ADDED`, `SENT`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from authorizations.actions.documents.attached_documents import ATTACHED
from authorizations.actions.documents.versions import ADDED
from authorizations.actions.door import plain
from authorizations.actions.findings.returns import SENT
from authorizations.models import DocumentVersion, Event, Finding
from authorizations.vocabulary import AuditLog

BATCH = 500
# Somebody may act between the reading of entries and of rows: what differs is looked at again.
TRIES = 3
OF = ("case", "ato", "documentversion", "finding")
NAMING = ("version", "findings", ATTACHED)
Values = dict[str, Any]
Entered = dict[Any, Values]


class Act(NamedTuple):
    """What an entry says: of what type its record is, by whom, when, and what changed."""

    of: str
    subject: int
    name: str
    changes: Mapping[str, Any]
    reason: str
    actor: int | None
    at: datetime
    recorded_at: datetime


def differing_findings_and_documents() -> Iterator[str]:
    """A sentence for each finding and version that says something else than the entries about it, or that is gone."""
    found = dict(_differing())
    for _ in range(TRIES - 1):
        if not found:
            return
        found = {name: words for name, words in _differing() if name in found}
    yield from (f"{name}: {words}" for name, words in sorted(found.items()))


def _differing() -> Iterator[tuple[str, str]]:
    versions, findings = _entered()
    files = DocumentVersion._base_manager.exclude(sha256="").values_list("public_id", flat=True)
    every = Finding._base_manager.values_list("pk", flat=True)
    for record_type, key, entered, known in (
        (DocumentVersion, "public_id", versions, files),
        (Finding, "pk", findings, every),
    ):
        name = record_type._meta.verbose_name
        yield from ((f"{name} {each}", "no entry names it") for each in known.iterator() if each not in entered)
        keys = list(entered)
        for start in range(0, len(keys), BATCH):
            some = keys[start : start + BATCH]
            rows = record_type._base_manager.filter(**{f"{key}__in": some})
            there = {getattr(row, key): row for row in rows.select_related(*_beside(record_type))}
            for each in some:
                if words := _wrong(there.get(each), entered[each]):
                    yield f"{name} {there[each].public_id if each in there else each}", words


def _beside(record_type: type[Any]) -> tuple[str, ...]:
    return ("document",) if record_type is DocumentVersion else ()


def _wrong(row: Any, entered: Values) -> str:
    if row is None:
        return "its row is gone, and entries about it are there"
    names = [name for name, value in entered.items() if _value(row, name) != value]
    return f"{', '.join(sorted(names))} not as the entries about it say" if names else ""


def _value(row: Any, name: str) -> Any:
    if name == "document":
        return row.document.key
    if name == "record":
        return ("case", row.document.case_id) if row.document.case_id else ("ato", row.document.ato_id)
    value = getattr(row, row._meta.get_field(name).attname)
    return value if isinstance(value, datetime) else plain(value)


def _entered() -> tuple[Entered, Entered]:
    """What entries say of the columns of versions, by their public id, and of findings, by their key."""
    versions: Entered = defaultdict(dict)
    findings: Entered = defaultdict(dict)
    entries = Event.objects.filter(audit_log=AuditLog.ACTS, subject_type__in=OF).order_by("position")
    read = entries.values_list("subject_type", "subject_id", "verb", "changes", "reason", "actor", "at", "recorded_at")
    for of, subject, verb, *said in read.iterator(chunk_size=BATCH):
        act = Act(of, subject, verb.partition(".")[2], *said)
        if of == "finding":
            findings[subject] |= _of_draft(act)
        elif any(name in act.changes for name in NAMING):
            _enter(act, versions, findings)
    return versions, findings


def _enter(act: Act, versions: Entered, findings: Entered) -> None:
    if "version" in act.changes and act.name in OF_DOCUMENTS:
        values = versions[act.changes["version"][1]]
        values |= {**_of_record(act), **OF_DOCUMENTS[act.name](act, values)}
    for attached in act.changes.get(ATTACHED, [None, ()])[1]:
        columns = dict(attached)
        public_id = columns.pop("version")
        versions[public_id] |= {**_of_record(act), **_added(act, columns), "shared_at": act.recorded_at}
    sent = {each["id"]: each for each in act.changes.get(SENT, [None, ()])[1]}
    for key in act.changes.get("findings", [None, ()])[1]:
        if act.name in OF_FINDINGS:
            findings[key] |= OF_FINDINGS[act.name](act)
        else:
            findings[key].pop("owed_by", None)
            of_it = {name: value for name, value in sent.get(key, {}).items() if name != "id"}
            findings[key] |= {"step": act.name, "sent_at": act.at, **of_it}


# --- documents ---


def _of_record(act: Act) -> Values:
    """Whose document it is; the entry about a draft names the version alone."""
    return {} if act.of == "documentversion" else {"record": (act.of, act.subject)}


def _added(act: Act, columns: Mapping[str, Any]) -> Values:
    withdrawn = {"withdrawn_at": None, "withdrawn_by": None, "withdrawn_reason": ""}
    return {"added_by": act.actor, "added_at": act.recorded_at, "scanned_at": None, **withdrawn, **columns}


def _document_added(act: Act, before: Values) -> Values:
    changes = act.changes
    named = {
        "document": changes["document"][1],
        "number": changes["number"][1],
        "sha256": changes.get("sha256", [None, ""])[1],
        "stated": changes.get("stated", [None, []])[1],
        "shared_at": None if act.of == "documentversion" else act.recorded_at,
    }
    return _added(act, {**named, **changes.get(ADDED, [None, {}])[1]})


def _document_withdrawn(act: Act, before: Values) -> Values:
    return {"withdrawn_at": act.recorded_at, "withdrawn_by": act.actor, "withdrawn_reason": act.reason}


def _document_scanned(act: Act, before: Values) -> Values:
    return {"scan": act.changes["scan"][1], "scanned_at": act.recorded_at}


OF_DOCUMENTS: Mapping[str, Callable[[Act, Values], Values]] = {
    "document_added": _document_added,
    "document_shared": lambda act, before: {"shared_at": act.recorded_at, "number": act.changes["number"][1]},
    "document_withdrawn": _document_withdrawn,
    "document_verified": lambda act, before: {"verified_on": act.changes["verified_on"][1]},
    "document_stated": lambda act, before: {"stated": [*before.get("stated", []), *act.changes["stated"][1]]},
    "document_cleared": _document_scanned,
    "document_refused": _document_scanned,
}


# --- findings ---

UNANSWERED: Values = {"answered_by": None, "answered_at": None}
UNSENT: Values = {"owed_by": "", "step": "", "sent_at": None, "resolved_by": None, "resolved_at": None}


def _of_draft(act: Act) -> Values:
    if act.name == "drafted":
        return {"drafted_by": act.actor, "drafted_at": act.at, "dropped_at": None, **UNSENT, **UNANSWERED}
    return {"dropped_at": act.at} if act.name == "dropped" else {}


OF_FINDINGS: Mapping[str, Callable[[Act], Values]] = {
    "findings_answered": lambda act: {"answered_by": act.actor, "answered_at": act.at},
    "finding_asked_again": lambda act: UNANSWERED,
    "findings_resolved": lambda act: {"resolved_by": act.actor, "resolved_at": act.at},
}
