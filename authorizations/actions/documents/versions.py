"""What every act on the documents of a case or an ATO is made of: holding the record, refusing, keeping, recording."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import Max

from accounts.models import User
from authorizations.actions.acting_capacity import Subject, acting_context
from authorizations.actions.documents.requirements import (
    VersionInput,
    added_for,
    adders,
    known_documents,
    may_be_added,
    side_of,
    who_adds,
)
from authorizations.actions.door import Action, Changes, action, plain, subject_type
from authorizations.actions.idempotency_key import sent_before
from authorizations.actions.refusals import AlreadyDone, NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.steps import refuse_stale
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, Case, Document, DocumentVersion
from authorizations.models.document import OTHER, summarize_documents
from authorizations.models.querysets import INSIDE

# By this name an entry holds what a version was when it was added.
ADDED = "added"
Held = TypeVar("Held", bound=Ato | Case)
NOT_YOURS = "Your role does not add this document. Its page says who does."
NO_SUCH = Problem("document", "Choose one of the documents offered.", "document")
ENDED = "This has ended. Only a document that is still owed can be added."


class VersionAlreadyAdded(AlreadyDone):
    already = "This was added already. Here it is."


# --- holding ---


def adding(actor: User, *, now: datetime, idempotency_key: str) -> AbstractContextManager[Action]:
    """Opens the door for an act that adds versions; of two at one moment, the later is told what became of it."""
    refuse_resent = partial(refuse_added, idempotency_key, actor)
    clash = "Someone else added to this document at this moment. Look again."
    return action(actor, now=now, idempotency_key=idempotency_key, clash=clash, refuse_resent=refuse_resent)


def hold(record_type: type[Held], public_id: str, act: Action, actor: User) -> tuple[Held, ActingContext]:
    subject: Held = record_type.objects.held_by(actor).get(public_id=public_id)
    return subject, acting_context(subject, actor, act.day)


def hold_version(public_id: str, act: Action, actor: User) -> tuple[Subject, ActingContext, DocumentVersion]:
    """A version with its record, which is locked: nothing is written of a document without its record's lock."""
    beside = ("document__case", "document__ato")
    seen = DocumentVersion.objects.visible_to(actor).select_related(*beside).get(public_id=public_id)
    of: Any = seen.document.case or seen.document.ato
    subject, context = hold(Case if seen.document.case_id else Ato, of.public_id, act, actor)
    return subject, context, DocumentVersion.objects.select_related("document").get(pk=seen.pk)


def who_adds_any(subject: Subject, key: str) -> frozenset[Any]:
    """The parties that add a document; also of one that the record's rules do not name any more."""
    return who_adds(subject, key if key in known_documents(subject) else OTHER)


def refuse_foreign(subject: Subject, key: str, act: Action, context: ActingContext, revision: int | None) -> None:
    """Refuses anyone who may not add this document, then who comes too late; keeps in whose role the actor acts."""
    if key != OTHER and key not in known_documents(subject):
        raise NotReady([NO_SUCH]) if context.acting else NotPermitted(NOT_YOURS)
    who = adders(subject, key, context)
    if not who:
        raise NotPermitted(NOT_YOURS)
    act.acted_for = context.as_one_of(who).acting_for
    if revision is not None:
        refuse_stale(subject, revision, context.user)
    if not may_be_added(subject, key):
        raise NoLongerPossible(ENDED)


def refuse_added(idempotency_key: str, actor: User) -> None:
    """Refuses a form that was sent before; the key of another person's leads nobody to what that form added."""
    sent = sent_before(idempotency_key, actor=actor, changes__has_key="version")
    if sent is not None:
        raise VersionAlreadyAdded(DocumentVersion.objects.get(public_id=sent.changes["version"][1]))


# --- writing ---


def store_version(
    act: Action, context: ActingContext, subject: Subject, key: str, version_input: VersionInput
) -> DocumentVersion:
    """The next version of a document of the record, which is held; what is said of it was looked at before."""
    rule = known_documents(subject).get(key)
    of = {"case" if isinstance(subject, Case) else "ato": subject}
    document, _ = Document.objects.get_or_create(
        **of, key=key, title=version_input.title, defaults={"inside": rule.inside if rule else ""}
    )
    kept = version_input.upload
    version = DocumentVersion(
        document=document,
        number=next_number(document),
        name=kept.name if kept else "",
        sha256=kept.sha256 if kept else "",
        size=kept.size if kept else None,
        content_type=kept.content_type if kept else "",
        scan=kept.scan if kept else "",
        location=version_input.location,
        verified_on=version_input.verified_on,
        stated=list(version_input.stated),
        note=version_input.note,
        **added_for(subject, side_of(adders(subject, key, context), context.parties)),
        added_by=context.user,
        added_at=act.recorded_at,
        shared_at=None if version_input.draft else act.recorded_at,
    )
    version.save(force_insert=True)
    return version


def next_number(document: Document) -> int:
    highest = document.versions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def version_reference(version: DocumentVersion, stated: Iterable[str] = ()) -> Changes:
    """Which version an act was about, as the record keeps it: ids and hashes, nothing that people typed."""
    content: Changes = {"sha256": [None, version.sha256]} if version.sha256 else {}
    statements: Changes = {"stated": [None, list(stated)]} if list(stated) else {}
    return {
        "document": [None, version.document.key],
        "version": [None, version.public_id],
        "number": [None, version.number],
        **content,
        **statements,
    }


def version_added(version: DocumentVersion) -> Changes:
    """What an entry says of a version that was added: the columns too that no later entry changes."""
    names = ("side", "organization_id", "scan", "verified_on")
    columns = {name.removesuffix("_id"): plain(getattr(version, name)) for name in names}
    return {**version_reference(version, version.stated), ADDED: [None, columns]}


def enter_version(
    act: Action, subject: Subject, version: DocumentVersion, verb: str, changes: Changes, reason: str = ""
) -> None:
    """Records an act.

    One on a draft stays with the draft and leaves the record as it is; of any other, the record makes its summary anew
    and counts its revision.
    """
    if version.is_draft:
        act.record(f"{subject_type(version)}.{verb}", version, changes=changes, reason=reason)
        return
    refresh_document_summary(subject)
    counted: Changes = {"revision": [subject.revision - 1, subject.revision]}
    # What stays inside the agency is told to nobody else in the history either.
    inside: Changes = {INSIDE: [None, version.document.inside]} if version.document.inside else {}
    act.record(f"{subject_type(subject)}.{verb}", subject, changes={**changes, **inside, **counted}, reason=reason)


def refresh_document_summary(subject: Subject) -> None:
    """Makes the record's summary of its documents anew and counts its revision; the record is locked."""
    of = {"case" if isinstance(subject, Case) else "ato": subject}
    subject.document_summary = summarize_documents(Document.objects.filter(**of))
    subject.revision += 1
    subject.save(update_fields=["document_summary", "revision"])
