"""Messages about documents: a new one for the side that is at work, one that is gone for all, a refused one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accounts.roles import Role
from authorizations.display import day_text
from authorizations.models import Case, DocumentVersion, Event, FileCheck
from authorizations.notifications.catalog.message_content import (
    OF_THE_PMO,
    MessageContent,
    Words,
    acting,
    liaisons,
    official,
    reason_of,
    to_each,
)
from authorizations.rules import newest
from authorizations.vocabulary import Turn

# What was done with a document, in words, by the verb of a case or an ATO.
DOCUMENT_ACTS = {
    "document_added": "Document added",
    "document_shared": "Document added",
    "document_withdrawn": "Document withdrawn",
    "document_verified": "Reference looked up",
    "document_stated": "Signature or statement recorded",
    "document_cleared": "Document scanned, and in force",
    "document_refused": "Document refused by the scanner",
}


def _added(event: Event) -> Iterator[MessageContent]:
    """Whose turn it is hears of what others add: it may be what they wait for. Anyone who comes later sees it then."""
    version, record = _of(event)
    waits_on = record.waits_on if isinstance(record, Case) else Turn.NOBODY
    if waits_on == version.side or (waits_on == Turn.OFFICIAL and version.side == Turn.AGENCY):
        return
    if not version.counts:  # it is told once the scanner has looked at it
        return
    yield from _messages(event, version, _leads(record, {Turn(waits_on)}, version.document.inside))


def _stated(event: Event) -> Iterator[MessageContent]:
    """Whose turn it is hears of a signature that another side records."""
    version, record = _of(event)
    waits_on, by = record.waits_on if isinstance(record, Case) else Turn.NOBODY, event.changes["stated_by"][1]
    if version.counts and waits_on != by and not (waits_on == Turn.OFFICIAL and by == Turn.AGENCY):
        yield from _messages(event, version, _leads(record, {Turn(waits_on)}, version.document.inside))


def _withdrawn(event: Event) -> Iterator[MessageContent]:
    """Everyone may have relied on it."""
    version, record = _of(event)
    yield from _messages(event, version, _leads(record, set(Turn), version.document.inside))


def _refused(event: Event) -> Iterator[MessageContent]:
    """The person who brought it in learns that it was not kept."""
    version, _ = _of(event)
    if not DocumentVersion.objects.visible_to(version.added_by).filter(pk=version.pk).exists():
        return  # who has left meanwhile is told nothing
    words = "The scanner found something harmful in the file, so it was deleted and does not count. Add a clean one."
    record: Any = version.document.case or version.document.ato
    subject = f"A file was refused: {record}"
    detail = f"“{_name(version)}”, version {version.number}."
    yield MessageContent(version.added_by, subject, words, _link(version), detail=detail, about=record)


def _messages(event: Event, version: DocumentVersion, people: Q) -> Iterator[MessageContent]:
    record: Any = version.document.case or version.document.ato
    what = DOCUMENT_ACTS[event.verb.partition(".")[2]]
    body = f"{event.who} recorded this on {day_text(event.at)}."
    detail = f"“{_name(version)}”, version {version.number}. {reason_of(event)}".strip()
    yield from to_each(acting(event, people), f"{what}: {record}", body, _link(version), detail=detail)


def _leads(record: Any, sides: set[Turn], inside: str) -> Q:
    """Those who are told on each of these sides; each of them may see the document."""
    recipients = Q(pk__in=[])
    if Turn.AGENCY in sides:
        recipients |= liaisons(record)
    if Turn.OFFICIAL in sides:
        recipients |= official(record, record.authorizing_official_id)
    if inside or (isinstance(record, Case) and record.shared_at is None):
        return recipients
    if Turn.PROVIDER in sides:
        recipients |= Q(role=Role.CSP_LEAD, organization=record.offering.provider_id)
    if Turn.ASSESSOR in sides and isinstance(record, Case):
        recipients |= Q(role=Role.ASSESSOR_LEAD, organization=record.assessor_id)
    if Turn.PMO in sides and (not isinstance(record, Case) or record.waits_on == Turn.PMO):
        recipients |= OF_THE_PMO
    return recipients


def _of(event: Event) -> tuple[DocumentVersion, Any]:
    beside = (
        "added_by",
        *("document__case__agency__parent__parent", "document__case__offering"),
        *("document__ato__agency__parent__parent", "document__ato__offering"),
    )
    version = DocumentVersion.objects.select_related(*beside).get(public_id=event.changes["version"][1])
    return version, version.document.case or version.document.ato


def _name(version: DocumentVersion) -> str:
    document = version.document
    rules = document.case.rules if document.case else newest()
    rule = rules.documents.get(document.key)
    return document.title or (rule.label if rule else document.key)


def _link(version: DocumentVersion) -> str:
    record: Any = version.document.case or version.document.ato
    return str(record.get_absolute_url())


def _files_checked(event: Event) -> Iterator[MessageContent]:
    """Only what is lost or was changed is told; files that nobody needs is in the admin."""
    check = FileCheck.objects.get(pk=event.subject_id)
    if check.is_whole:
        return
    body = (
        f"The nightly check of the files of documents found: {check.result}. The admin lists the versions. Put the "
        "files back from a backup, each under its SHA-256; nothing else brings them back."
    )
    people = acting(event, Q(role=Role.PMO_LEAD))
    yield from to_each(people, "Files of documents are missing or were changed", body)


_WORDS: dict[str, Words] = {
    "document_added": _added,
    "document_shared": _added,
    "document_cleared": _added,
    "document_stated": _stated,
    "document_withdrawn": _withdrawn,
    "document_refused": _refused,
}
OF_DOCUMENTS: dict[str, Words] = {
    **{f"{record_type}.{verb}": words for record_type in ("case", "ato") for verb, words in _WORDS.items()},
    # Of a draft only the person who added it hears, when it is refused.
    "documentversion.document_refused": _refused,
}
OF_FILES: dict[str, Words] = {"filecheck.finished": _files_checked}
