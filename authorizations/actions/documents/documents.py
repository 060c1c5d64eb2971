"""The documents of a case or an ATO: adding a version, what is stated of it later, drafts, withdrawing, references.

Nothing replaces a version but a newer one. The files themselves are kept before a verb is called, under their SHA-256:
a crash between leaves a file without a row, never a row without its file.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from accounts.models import User
from authorizations.actions.acting_capacity import Subject
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.documents.requirements import (
    SIDE_OF,
    StoredFile,
    VersionInput,
    adders,
    known_documents,
    may_be_added,
    problems_of,
    problems_of_statements,
    problems_of_the_day,
    side_of,
)
from authorizations.actions.documents.versions import (
    NOT_YOURS,
    adding,
    enter_version,
    hold,
    hold_version,
    next_number,
    refuse_added,
    refuse_foreign,
    store_version,
    version_added,
    version_reference,
    who_adds_any,
)
from authorizations.actions.door import Changes, action, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.actions.steps import refuse_stale
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import REASON
from authorizations.lifecycle.step import blocking_problems
from authorizations.models import Ato, Case, Document, DocumentVersion
from authorizations.models.document import GIVEN_OUT, OTHER
from authorizations.vocabulary import RECORDED_FOR, Scan, Turn

NOT_SCANNED = "The scanner has not looked at this file yet. Ask for it again in a few minutes."
REFUSED = "The scanner found this file harmful, and it was deleted. Add another version."


def add_version(
    record_type: type[Ato] | type[Case],
    public_id: str,
    key: str,
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
    title: str = "",
    upload: StoredFile | None = None,
    location: str = "",
    verified_on: date | None = None,
    stated: Iterable[str] = (),
    note: str = "",
    draft: bool = False,
    idempotency_key: str = "",
) -> DocumentVersion:
    """Adds a version of a document: a file that is kept already, or a reference to where the content stays.

    Args:
        key: of the document in the record's rules, or ``other`` with a title.
        revision: of the record as the person saw it; None where it does not matter, since nothing is replaced.
        stated: keys of what is stated of it, such as its signatures.
        draft: it stays inside the side of anyone who adds it until it is shared.
    """
    texts = {"title": title.strip(), "location": location.strip(), "note": note.strip()}
    version_input = VersionInput(**texts, upload=upload, verified_on=verified_on, stated=tuple(stated), draft=draft)
    with adding(actor, now=now, idempotency_key=idempotency_key) as act:
        subject, context = hold(record_type, public_id, act, actor)
        refuse_added(idempotency_key, actor)
        refuse_foreign(subject, key, act, context, revision)
        for_unstaffed_organization = adders(subject, key, context).isdisjoint(context.parties)
        problems = list(
            problems_of(
                subject, key, version_input, for_unstaffed_organization=for_unstaffed_organization, today=act.day
            )
        )
        if blocking_problems(problems):
            raise NotReady(problems)
        version = store_version(act, context, subject, key, version_input)
        for_absent = adders(subject, key, context).isdisjoint(context.acting)
        told: Changes = {RECORDED_FOR: [None, str(version.side)]} if for_absent else {}
        told |= version_added(version)
        enter_version(act, subject, version, "document_added", told)
    return version


def share_draft(public_id: str, *, actor: User, now: datetime, revision: int | None = None) -> DocumentVersion:
    """Shares a draft with everyone who may see the document; it becomes the newest version."""
    with action(actor, now=now) as act:
        subject, context, version = hold_version(public_id, act, actor)
        refuse_foreign(subject, version.document.key, act, context, revision)
        _refuse_other_side(subject, version, context)
        if not version.is_draft or version.withdrawn_at:
            raise NoLongerPossible("This draft was shared or withdrawn already.")
        shared = version.document.versions.filter(shared_at__isnull=False)
        if shared.filter(number__gt=version.number).exists():
            version.number = next_number(version.document)
        version.shared_at = now
        version.save(update_fields=["number", "shared_at"])
        enter_version(act, subject, version, "document_shared", version_reference(version, version.stated))
    return version


def withdraw_version(
    public_id: str, *, actor: User, now: datetime, reason: str, revision: int | None = None
) -> DocumentVersion:
    """Withdraws a version, whatever has been done since: no gate counts on it any more, the history keeps it.

    It is open on ended records too: what should never have been shared must not stay readable for that.
    """
    with action(actor, now=now) as act:
        subject, context, version = hold_version(public_id, act, actor)
        _refuse_other_side(subject, version, context)
        act.acted_for = context.as_one_of(who_adds_any(subject, version.document.key)).acting_for
        if revision is not None:
            refuse_stale(subject, revision, actor)
        if version.withdrawn_at:
            raise NoLongerPossible("This version was withdrawn already.")
        if not reason.strip():
            raise NotReady([REASON])
        update(version, withdrawn_at=now, withdrawn_by=actor, withdrawn_reason=reason.strip())
        enter_version(act, subject, version, "document_withdrawn", version_reference(version), reason.strip())
    return version


def verify_reference(
    public_id: str, *, actor: User, now: datetime, verified_on: date, revision: int | None = None
) -> DocumentVersion:
    """Notes that somebody looked a reference up and found the document there."""
    with action(actor, now=now) as act:
        subject, context, version = hold_version(public_id, act, actor)
        refuse_foreign(subject, version.document.key, act, context, revision)
        if version.is_file:
            raise Blocked("Only a reference is looked up: of this version the content is here.")
        if version.withdrawn_at:
            raise NoLongerPossible("This version was withdrawn.")
        if problems := problems_of_the_day(verified_on, act.day, before=version.verified_on):
            raise NotReady(problems)
        changes = update(version, verified_on=verified_on)
        enter_version(act, subject, version, "document_verified", {**version_reference(version), **changes})
    return version


def state_version(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    stated: Iterable[str],
    stated_on: date,
    revision: int | None = None,
) -> DocumentVersion:
    """States of a version that is here what was not stated yet, such as that it was signed: no new file is needed.

    Only by those who may add the document themselves: who stands in for others adds a version, with a note.

    Args:
        stated: keys of statements; those that were stated before are passed over.
        stated_on: the day on which it was signed, or became true.
    """
    with action(actor, now=now) as act:
        subject, context, version = hold_version(public_id, act, actor)
        key, given = version.document.key, list(stated)
        refuse_foreign(subject, key, act, context, revision)
        if not (own := adders(subject, key, context) & context.parties):
            raise NotPermitted(NOT_YOURS)
        if version.withdrawn_at or version.is_draft or version.scan == Scan.INFECTED:
            raise NoLongerPossible("Nothing is stated of this version: it is a draft, was withdrawn or was refused.")
        rule = known_documents(subject).get(key)
        refuse_unready(list(problems_of_statements(rule, given, stated_on, act.day)))
        new = [each for each in rule.statements if each in given and each not in version.stated] if rule else []
        if not new:
            raise NoLongerPossible("This is stated already.")
        update(version, stated=[*version.stated, *new])
        how: Changes = {"stated_on": [None, stated_on.isoformat()], "stated_by": [None, side_of(own, own).value]}
        enter_version(act, subject, version, "document_stated", {**version_reference(version, new), **how})
    return version


def note_download(public_id: str, *, actor: User, now: datetime) -> DocumentVersion:
    """Counts that a person takes a copy of a file, and returns the version; the timer enters what was counted."""
    version: DocumentVersion = DocumentVersion.objects.visible_to(actor).get(public_id=public_id)
    if not version.is_file:
        raise Blocked("The content of this document is not here. The reference says where it can be read.")
    if version.scan not in GIVEN_OUT:
        raise Blocked(REFUSED if version.scan == Scan.INFECTED else NOT_SCANNED)
    if (
        version.withdrawn_at
        and not DocumentVersion.objects.visible_to(actor).own_of(actor).filter(pk=version.pk).exists()
    ):
        raise Blocked("This version was withdrawn. Ask the person who added it.")
    tally("documentversion.downloaded", actor=actor, now=now, subject=("documentversion", version.public_id))
    return version


# --- what this person may do now, asked without a lock ---


def version_acts(subject: Subject, version: DocumentVersion, context: ActingContext) -> list[str]:
    """What a person may do with a version as it is now: names of `ACTS`."""
    key = version.document.key
    own = version.side in sides_adding(subject, key, context)
    adds = (
        key in {OTHER, *known_documents(subject)} and bool(adders(subject, key, context)) and may_be_added(subject, key)
    )
    open_to = {
        "share": own and adds and version.is_draft,
        "verify": adds and not version.is_file,
        "state": adds and bool(unstated(subject, version)) and bool(adders(subject, key, context) & context.parties),
        "withdraw": own,
    }
    return [act for act, is_open in open_to.items() if is_open and not version.withdrawn_at]


def unstated(subject: Subject, version: DocumentVersion) -> dict[str, str]:
    """What can still be stated of a version, by key; nothing of a draft or of a file that was refused."""
    rule = known_documents(subject).get(version.document.key)
    if rule is None or version.is_draft or version.scan == Scan.INFECTED:
        return {}
    return {key: words for key, words in rule.statements.items() if key not in version.stated}


def sides_adding(subject: Subject, key: str, context: ActingContext) -> frozenset[Turn]:
    return frozenset(SIDE_OF[party] for party in who_adds_any(subject, key) & context.acting)


def _refuse_other_side(subject: Subject, version: DocumentVersion, context: ActingContext) -> None:
    if version.side not in sides_adding(subject, version.document.key, context):
        raise NotPermitted("Only the side that added this version does that.")


# --- the scanner ---


def enter_scan(public_id: str, *, harmless: bool, now: datetime) -> None:
    """Enters what the scanner said of a version's file; the portal itself acts.

    What was found clean by an older scanner may be refused later; what was refused never becomes clean.
    """
    with action(None, now=now) as act:
        document = Document.objects.get(versions__public_id=public_id)
        record_type: Any = Case if document.case_id else Ato
        subject = record_type.objects.select_for_update(of=("self",)).get(pk=document.case_id or document.ato_id)
        version = DocumentVersion.objects.select_related("document").get(public_id=public_id)
        before, found = version.scan, Scan.CLEAN if harmless else Scan.INFECTED
        if before == Scan.INFECTED or (harmless and before != Scan.WAITING):
            raise NoLongerPossible("This file was scanned already.")
        update(version, scan=found, scanned_at=now)
        verb = "document_cleared" if harmless else "document_refused"
        enter_version(act, subject, version, verb, {**version_reference(version), "scan": [str(before), found.value]})
