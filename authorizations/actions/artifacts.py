"""The documents of a case or an ATO: adding a version, sharing a draft, withdrawing one, looking a reference up.

Nothing replaces a version but a newer one. The files themselves are kept before a verb is called, under their SHA-256:
a crash between leaves a file without a row, never a row without its file.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max

from accounts.models import User
from authorizations.actions.door import Act, Changes, entering, plain, subject_type
from authorizations.actions.papers import (
    SIDE_OF,
    KeptFile,
    Said,
    adders,
    known_artifacts,
    problems_of,
    problems_of_the_day,
    side_of,
    takes,
    who_adds,
)
from authorizations.actions.refusals import Blocked, MovedOn, NotPermitted, NotReady
from authorizations.actions.security import tally
from authorizations.actions.stages import REASON, refuse_stale
from authorizations.actions.standing import Subject, as_acting, for_whom
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import musts
from authorizations.models import Artifact, ArtifactVersion, Ato, Case, Event
from authorizations.models.artifact import GIVEN_OUT, OTHER, papers_of
from authorizations.models.querysets import INSIDE
from authorizations.vocabulary import Scan, Turn

NOT_YOURS = "Your role does not add this document. Its page says who does."
NO_SUCH = Problem("document", "Choose one of the documents offered.", "document")
ENDED = "This has ended. Only a document that is still owed can be added."
NOT_SCANNED = "The scanner has not looked at this file yet. Ask for it again in a few minutes."
REFUSED = "The scanner found this file harmful, and it was deleted. Add another version."


class AlreadyAdded(MovedOn):
    """The form was sent before, and added ``version`` then."""

    def __init__(self, version: ArtifactVersion) -> None:
        super().__init__("This was added already. Here it is.")
        self.version = version


def add_version(
    noun: type[Ato] | type[Case],
    public_id: str,
    key: str,
    *,
    actor: User,
    now: datetime,
    revision: int | None = None,
    title: str = "",
    upload: KeptFile | None = None,
    location: str = "",
    verified_on: date | None = None,
    stated: Iterable[str] = (),
    note: str = "",
    draft: bool = False,
    once: str = "",
) -> ArtifactVersion:
    """Adds a version of a document: a file that is kept already, or a reference to where the content stays.

    Args:
        key: of the artifact in the record's rules, or ``other`` with a title.
        revision: of the record as the person saw it; None where it does not matter, since nothing is replaced.
        stated: keys of what is stated of it, such as its signatures.
        draft: it stays inside the side of whoever adds it until it is shared.
        once: a random key of the form that is sent; with the same key nothing is added a second time.

    Raises:
        noun.DoesNotExist: no such record for this person. NotPermitted: another party adds this document.
        Stale: the record changed since. MovedOn: it has ended. AlreadyAdded: the form was sent before.
        NotReady: something is missing or impossible; nothing was written.
    """
    texts = {"title": title.strip(), "location": location.strip(), "note": note.strip()}
    said = Said(**texts, upload=upload, verified_on=verified_on, stated=tuple(stated), draft=draft)
    try:
        with entering(actor, now=now, once=once) as act:
            subject = _hold(noun, public_id, act, actor)
            _refuse_added(once, actor)
            _refuse_foreign(subject, key, act, actor, revision)
            standing_in = adders(subject, key, actor).isdisjoint(subject.parties_of(actor))
            problems = list(problems_of(subject, key, said, standing_in=standing_in, today=act.day))
            if musts(problems):
                raise NotReady(problems)
            version = _add(act, actor, subject, key, said)
            _enter(act, subject, version, "document_added", _what(version, said.stated))
    except IntegrityError as clash:
        _refuse_added(once, actor)
        raise MovedOn("Someone else added to this document at this moment. Look again.") from clash
    return version


def share_draft(public_id: str, *, actor: User, now: datetime, revision: int | None = None) -> ArtifactVersion:
    """Shares a draft with everyone who may see the document; it becomes the newest version.

    Raises:
        ArtifactVersion.DoesNotExist: no such version for this person. NotPermitted: it is another side's.
        Stale, MovedOn: as `add_version()`; also where it was shared or withdrawn before.
    """
    with entering(actor, now=now) as act:
        subject, version = _hold_version(public_id, act, actor)
        _refuse_foreign(subject, version.artifact.key, act, actor, revision)
        _refuse_other_side(subject, version)
        if not version.is_draft or version.withdrawn_at:
            raise MovedOn("This draft was shared or withdrawn already.")
        shared = version.artifact.versions.filter(shared_at__isnull=False)
        if shared.filter(number__gt=version.number).exists():
            version.number = _next_number(version.artifact)
        version.shared_at = now
        version.save(update_fields=["number", "shared_at"])
        _enter(act, subject, version, "document_shared", _what(version, version.stated))
    return version


def withdraw_version(
    public_id: str, *, actor: User, now: datetime, reason: str, revision: int | None = None
) -> ArtifactVersion:
    """Withdraws a version, whatever has been done since: no gate counts on it any more, the history keeps it.

    It is open on ended records too: what should never have been shared must not stay readable for that.

    Raises:
        ArtifactVersion.DoesNotExist: no such version for this person. NotPermitted: another side added it.
        Stale: the record changed since. MovedOn: it was withdrawn before. NotReady: the reason is missing.
    """
    with entering(actor, now=now) as act:
        subject, version = _hold_version(public_id, act, actor)
        _refuse_other_side(subject, version)
        act.acted_for = for_whom(subject, who_adds_any(subject, version.artifact.key) & subject.acting)
        if revision is not None:
            refuse_stale(subject, revision, actor)
        if version.withdrawn_at:
            raise MovedOn("This version was withdrawn already.")
        if not reason.strip():
            raise NotReady([REASON])
        version.withdrawn_at, version.withdrawn_by, version.withdrawn_reason = now, actor, reason.strip()
        version.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        _enter(act, subject, version, "document_withdrawn", _what(version), reason.strip())
    return version


def verify_reference(
    public_id: str, *, actor: User, now: datetime, verified_on: date, revision: int | None = None
) -> ArtifactVersion:
    """Notes that somebody looked a reference up and found the document there.

    Raises:
        ArtifactVersion.DoesNotExist: no such version for this person. NotPermitted: another party adds this document.
        Stale: the record changed since. MovedOn: the version was withdrawn. NotReady: the day is impossible.
        Blocked: it is no reference.
    """
    with entering(actor, now=now) as act:
        subject, version = _hold_version(public_id, act, actor)
        _refuse_foreign(subject, version.artifact.key, act, actor, revision)
        if version.is_file:
            raise Blocked("Only a reference is looked up: of this version the content is here.")
        if version.withdrawn_at:
            raise MovedOn("This version was withdrawn.")
        if problems := problems_of_the_day(verified_on, act.day, before=version.verified_on):
            raise NotReady(problems)
        before, version.verified_on = version.verified_on, verified_on
        version.save(update_fields=["verified_on"])
        changes: Changes = {"verified_on": [plain(before), plain(verified_on)]}
        _enter(act, subject, version, "document_verified", {**_what(version), **changes})
    return version


def note_download(public_id: str, *, actor: User, now: datetime) -> ArtifactVersion:
    """Counts that a person takes a copy of a file, and returns the version; the timer enters what was counted.

    Raises:
        ArtifactVersion.DoesNotExist: no such version for this person.
        Blocked: it is no file, or one that is not given out.
    """
    version: ArtifactVersion = ArtifactVersion.objects.visible_to(actor).get(public_id=public_id)
    if not version.is_file:
        raise Blocked("The content of this document is not here. The reference says where it can be read.")
    if version.scan not in GIVEN_OUT:
        raise Blocked(REFUSED if version.scan == Scan.INFECTED else NOT_SCANNED)
    if (
        version.withdrawn_at
        and not ArtifactVersion.objects.visible_to(actor).own_side_of(actor).filter(pk=version.pk).exists()
    ):
        raise Blocked("This version was withdrawn. Ask whoever added it.")
    tally("artifactversion.downloaded", actor=actor, now=now, subject=("artifactversion", version.public_id))
    return version


# --- what this person may do now, asked without a lock ---


def version_acts(subject: Subject, version: ArtifactVersion, actor: User) -> list[str]:
    """What the person, for whom the record is in hand, may do with a version as it stands: names of `ACTS`."""
    key = version.artifact.key
    own = version.side in sides_adding(subject, key)
    adds = key in {OTHER, *known_artifacts(subject)} and bool(adders(subject, key, actor)) and takes(subject, key)
    open_to = {
        "share": own and adds and version.is_draft,
        "verify": adds and not version.is_file,
        "withdraw": own,
    }
    return [act for act, is_open in open_to.items() if is_open and not version.withdrawn_at]


def sides_adding(subject: Subject, key: str) -> frozenset[Turn]:
    """The sides of a document for which the person in hand acts."""
    return frozenset(SIDE_OF[party] for party in who_adds_any(subject, key) & subject.acting)


# --- holding ---


def _hold(noun: type[Ato] | type[Case], public_id: str, act: Act, actor: User) -> Subject:
    """The record, locked, which from now on knows as whom the actor acts."""
    subject: Subject = noun.objects.held_by(actor).get(public_id=public_id)
    subject.at, subject.recorded_at = act.at, act.recorded_at
    as_acting(subject, actor, act.day)
    return subject


def _hold_version(public_id: str, act: Act, actor: User) -> tuple[Subject, ArtifactVersion]:
    """A version with its record, which is locked: nothing is written of a document without its record's lock."""
    beside = ("artifact__case", "artifact__ato")
    seen = ArtifactVersion.objects.visible_to(actor).select_related(*beside).get(public_id=public_id)
    of: Any = seen.artifact.case or seen.artifact.ato
    subject = _hold(Case if seen.artifact.case_id else Ato, of.public_id, act, actor)
    return subject, ArtifactVersion.objects.select_related("artifact").get(pk=seen.pk)


def who_adds_any(subject: Subject, key: str) -> frozenset[Any]:
    """The parties that add a document; also of one that the record's rules do not name any more."""
    return who_adds(subject, key if key in known_artifacts(subject) else OTHER)


def _refuse_foreign(subject: Subject, key: str, act: Act, actor: User, revision: int | None) -> None:
    """Refuses whoever may not add this document, then who comes too late; keeps in whose role the actor acts."""
    if key != OTHER and key not in known_artifacts(subject):
        raise NotReady([NO_SUCH]) if subject.acting else NotPermitted(NOT_YOURS)
    who = adders(subject, key, actor)
    if not who:
        raise NotPermitted(NOT_YOURS)
    act.acted_for = for_whom(subject, who)
    if revision is not None:
        refuse_stale(subject, revision, actor)
    if not takes(subject, key):
        raise MovedOn(ENDED)


def _refuse_other_side(subject: Subject, version: ArtifactVersion) -> None:
    if version.side not in sides_adding(subject, version.artifact.key):
        raise NotPermitted("Only the side that added this version does that.")


def _refuse_added(once: str, actor: User) -> None:
    # The key of another person's form leads nobody to what that form added.
    sent = Event.objects.filter(once=once, actor=actor, changes__has_key="version").first() if once else None
    if sent is not None:
        raise AlreadyAdded(ArtifactVersion.objects.get(public_id=sent.changes["version"][1]))


# --- writing ---


def _add(act: Act, actor: User, subject: Subject, key: str, said: Said) -> ArtifactVersion:
    rule = known_artifacts(subject).get(key)
    of = {"case" if isinstance(subject, Case) else "ato": subject}
    artifact, _ = Artifact.objects.get_or_create(
        **of, key=key, title=said.title, defaults={"inside": rule.inside if rule else ""}
    )
    kept = said.upload
    version = ArtifactVersion(
        artifact=artifact,
        number=_next_number(artifact),
        name=kept.name if kept else "",
        sha256=kept.sha256 if kept else "",
        size=kept.size if kept else None,
        content_type=kept.content_type if kept else "",
        scan=kept.scan if kept else "",
        location=said.location,
        verified_on=said.verified_on,
        stated=list(said.stated),
        note=said.note,
        side=side_of(adders(subject, key, actor), subject.parties_of(actor)),
        added_by=actor,
        added_at=act.recorded_at,
        shared_at=None if said.draft else act.recorded_at,
    )
    version.save(force_insert=True)
    return version


def _next_number(artifact: Artifact) -> int:
    highest = artifact.versions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def _what(version: ArtifactVersion, stated: Iterable[str] = ()) -> Changes:
    """Which version an act was about, as the record keeps it: ids and hashes, nothing that people typed."""
    content: Changes = {"sha256": [None, version.sha256]} if version.sha256 else {}
    statements: Changes = {"stated": [None, list(stated)]} if list(stated) else {}
    return {
        "document": [None, version.artifact.key],
        "version": [None, version.public_id],
        "number": [None, version.number],
        **content,
        **statements,
    }


def _enter(act: Act, subject: Subject, version: ArtifactVersion, verb: str, changes: Changes, reason: str = "") -> None:
    """Records an act.

    One on a draft stays with the draft and leaves the record as it is; of any other, the record makes its summary anew
    and counts its revision.
    """
    if version.is_draft:
        act.record(f"{subject_type(version)}.{verb}", version, changes=changes, reason=reason)
        return
    keep_papers(subject)
    counted: Changes = {"revision": [subject.revision - 1, subject.revision]}
    # What stays inside the agency is told to nobody else in the history either.
    inside: Changes = {INSIDE: [None, version.artifact.inside]} if version.artifact.inside else {}
    act.record(f"{subject_type(subject)}.{verb}", subject, changes={**changes, **inside, **counted}, reason=reason)


def keep_papers(subject: Subject) -> None:
    """Makes the record's summary of its documents anew and counts its revision; the record is locked."""
    of = {"case" if isinstance(subject, Case) else "ato": subject}
    subject.papers = papers_of(Artifact.objects.filter(**of))
    subject.revision += 1
    subject.save(update_fields=["papers", "revision"])


# --- the scanner ---


def enter_scan(public_id: str, *, harmless: bool, now: datetime) -> None:
    """Enters what the scanner said of a version's file; the portal itself acts.

    What was found clean by an older scanner may be refused later; what was refused never becomes clean.

    Raises:
        MovedOn: the scanner has said so already.
    """
    with entering(None, now=now) as act:
        artifact = Artifact.objects.get(versions__public_id=public_id)
        noun: Any = Case if artifact.case_id else Ato
        subject = noun.objects.select_for_update(of=("self",)).get(pk=artifact.case_id or artifact.ato_id)
        version = ArtifactVersion.objects.select_related("artifact").get(public_id=public_id)
        before, found = version.scan, Scan.CLEAN if harmless else Scan.INFECTED
        if before == Scan.INFECTED or (harmless and before != Scan.WAITING):
            raise MovedOn("This file was scanned already.")
        version.scan, version.scanned_at = found, now
        version.save(update_fields=["scan", "scanned_at"])
        verb = "document_cleared" if harmless else "document_refused"
        _enter(act, subject, version, verb, {**_what(version), "scan": [str(before), found.value]})
