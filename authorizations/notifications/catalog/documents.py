"""Messages about documents: a new one for the side that is at work, one that is gone for all, a refused one."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.display import day_text
from authorizations.models import ArtifactVersion, Case, Event, FileCheck
from authorizations.notifications.catalog.message_content import Telling, Words, reason_of
from authorizations.rules import newest
from authorizations.vocabulary import Turn

# What was done with a document, in words, by the verb of a case or an ATO.
DOCUMENT_ACTS = {
    "document_added": "Document added",
    "document_shared": "Document added",
    "document_withdrawn": "Document withdrawn",
    "document_verified": "Reference looked up",
    "document_cleared": "Document scanned, and in force",
    "document_refused": "Document refused by the scanner",
}


def _added(event: Event) -> Iterator[Telling]:
    """Whose turn it is hears of what others add: it may be what they wait for. Whoever comes later sees it then."""
    version, record = _of(event)
    waits_on = record.waits_on if isinstance(record, Case) else Turn.NOBODY
    if waits_on == version.side or (waits_on == Turn.OFFICIAL and version.side == Turn.AGENCY):
        return
    if not version.counts:  # it is told once the scanner has looked at it
        return
    yield from _tell(event, version, _leads(record, {Turn(waits_on)}, version.artifact.inside))


def _withdrawn(event: Event) -> Iterator[Telling]:
    """Everyone may have relied on it."""
    version, record = _of(event)
    yield from _tell(event, version, _leads(record, set(Turn), version.artifact.inside))


def _refused(event: Event) -> Iterator[Telling]:
    """Whoever brought it in learns that it was not kept."""
    version, _ = _of(event)
    if not ArtifactVersion.objects.visible_to(version.added_by).filter(pk=version.pk).exists():
        return  # who has left meanwhile is told nothing
    words = "The scanner found something harmful in the file, so it was deleted and does not count. Add a clean one."
    record: Any = version.artifact.case or version.artifact.ato
    subject = f"A file was refused: {record}"
    detail = f"“{_name(version)}”, version {version.number}."
    yield Telling(version.added_by, subject[:200], words, _link(version), detail=detail, about=record)


def _tell(event: Event, version: ArtifactVersion, people: Q) -> Iterator[Telling]:
    record: Any = version.artifact.case or version.artifact.ato
    what = DOCUMENT_ACTS[event.verb.partition(".")[2]]
    body = f"{event.who} recorded this on {day_text(event.at)}."
    detail = f"“{_name(version)}”, version {version.number}. {reason_of(event)}".strip()
    today = timezone.localdate(event.recorded_at)
    for person in User.objects.acting_in(Membership.objects.current(today).filter(people), today):
        yield Telling(person, f"{what}: {record}"[:200], body, _link(version), detail=detail)


def _leads(record: Any, sides: set[Turn], inside: str) -> Q:
    """Those who are told on each of these sides; each of them may see the document."""
    told = Q(pk__in=[])
    if Turn.AGENCY in sides:
        told |= Q(role=Role.AGENCY_LIAISON, organization__in=record.agency_line)
    if Turn.OFFICIAL in sides:
        official = record.authorizing_official_id
        told |= Q(role=Role.AUTHORIZING_OFFICIAL, organization__in=record.agency_line, user=official)
    if inside or (isinstance(record, Case) and record.shared_at is None):
        return told
    if Turn.PROVIDER in sides:
        told |= Q(role=Role.CSP_LEAD, organization=record.offering.provider_id)
    if Turn.ASSESSOR in sides and isinstance(record, Case):
        told |= Q(role=Role.ASSESSOR_LEAD, organization=record.assessor_id)
    if Turn.PMO in sides and (not isinstance(record, Case) or record.waits_on == Turn.PMO):
        told |= Q(role__in=[Role.PMO_REVIEWER, Role.PMO_LEAD])
    return told


def _of(event: Event) -> tuple[ArtifactVersion, Any]:
    beside = (
        "added_by",
        *("artifact__case__agency__parent__parent", "artifact__case__offering"),
        *("artifact__ato__agency__parent__parent", "artifact__ato__offering"),
    )
    version = ArtifactVersion.objects.select_related(*beside).get(public_id=event.changes["version"][1])
    return version, version.artifact.case or version.artifact.ato


def _name(version: ArtifactVersion) -> str:
    artifact = version.artifact
    rules = artifact.case.rules if artifact.case else newest()
    rule = rules.artifacts.get(artifact.key)
    return artifact.title or (rule.label if rule else artifact.key)


def _link(version: ArtifactVersion) -> str:
    record: Any = version.artifact.case or version.artifact.ato
    return str(record.get_absolute_url())


def _files_checked(event: Event) -> Iterator[Telling]:
    """Only what is lost or was changed is told; files that nobody needs stand on the desk."""
    check = FileCheck.objects.get(pk=event.subject_id)
    if check.is_whole:
        return
    body = (
        f"The nightly check of the files of documents found: {check.result}. The desk lists the versions. Put the "
        "files back from a backup, each under its SHA-256; nothing else brings them back."
    )
    today = timezone.localdate(event.recorded_at)
    leads = Membership.objects.current(today).filter(role=Role.PMO_LEAD)
    for person in User.objects.acting_in(leads, today):
        yield Telling(person, "Files of documents are missing or were changed", body)


_WORDS: dict[str, Words] = {
    "document_added": _added,
    "document_shared": _added,
    "document_cleared": _added,
    "document_withdrawn": _withdrawn,
    "document_refused": _refused,
}
OF_DOCUMENTS: dict[str, Words] = {
    **{f"{noun}.{verb}": words for noun in ("case", "ato") for verb, words in _WORDS.items()},
    # Of a draft only whoever added it hears, when it is refused.
    "artifactversion.document_refused": _refused,
}
OF_FILES: dict[str, Words] = {"filecheck.finished": _files_checked}
