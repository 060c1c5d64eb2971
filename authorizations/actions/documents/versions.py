"""What every act on the documents of a case or an ATO is made of: holding the record, refusing, keeping, recording."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError
from django.db.models import Max

from accounts.models import User
from authorizations.actions.acting_capacity import Subject, acting_context
from authorizations.actions.documents.requirements import Said, adders, known_artifacts, side_of, takes, who_adds
from authorizations.actions.door import Act, Changes, entering, subject_type
from authorizations.actions.refusals import MovedOn, NotPermitted, NotReady
from authorizations.actions.steps import refuse_stale
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.models import Artifact, ArtifactVersion, Ato, Case, Event
from authorizations.models.document import OTHER, papers_of
from authorizations.models.querysets import INSIDE

Held = TypeVar("Held", bound=Ato | Case)
NOT_YOURS = "Your role does not add this document. Its page says who does."
NO_SUCH = Problem("document", "Choose one of the documents offered.", "document")
ENDED = "This has ended. Only a document that is still owed can be added."


class AlreadyAdded(MovedOn):
    """The form was sent before, and added ``version`` then."""

    def __init__(self, version: ArtifactVersion) -> None:
        super().__init__("This was added already. Here it is.")
        self.version = version


# --- holding ---


@contextmanager
def adding(actor: User, *, now: datetime, once: str) -> Iterator[Act]:
    """Opens the door for an act that adds versions; of two at one moment, the later is told what became of it.

    Raises:
        AlreadyAdded: the form was sent before. MovedOn: somebody else added to the same document.
    """
    try:
        with entering(actor, now=now, once=once) as act:
            yield act
    except IntegrityError as clash:
        refuse_added(once, actor)
        raise MovedOn("Someone else added to this document at this moment. Look again.") from clash


def hold(noun: type[Held], public_id: str, act: Act, actor: User) -> tuple[Held, ActingContext]:
    """The record, locked, and as whom the actor acts."""
    subject: Held = noun.objects.held_by(actor).get(public_id=public_id)
    return subject, acting_context(subject, actor, act.day)


def hold_version(public_id: str, act: Act, actor: User) -> tuple[Subject, ActingContext, ArtifactVersion]:
    """A version with its record, which is locked: nothing is written of a document without its record's lock."""
    beside = ("artifact__case", "artifact__ato")
    seen = ArtifactVersion.objects.visible_to(actor).select_related(*beside).get(public_id=public_id)
    of: Any = seen.artifact.case or seen.artifact.ato
    subject, context = hold(Case if seen.artifact.case_id else Ato, of.public_id, act, actor)
    return subject, context, ArtifactVersion.objects.select_related("artifact").get(pk=seen.pk)


def who_adds_any(subject: Subject, key: str) -> frozenset[Any]:
    """The parties that add a document; also of one that the record's rules do not name any more."""
    return who_adds(subject, key if key in known_artifacts(subject) else OTHER)


def refuse_foreign(subject: Subject, key: str, act: Act, context: ActingContext, revision: int | None) -> None:
    """Refuses whoever may not add this document, then who comes too late; keeps in whose role the actor acts."""
    if key != OTHER and key not in known_artifacts(subject):
        raise NotReady([NO_SUCH]) if context.acting else NotPermitted(NOT_YOURS)
    who = adders(subject, key, context)
    if not who:
        raise NotPermitted(NOT_YOURS)
    act.acted_for = context.as_one_of(who).acting_for
    if revision is not None:
        refuse_stale(subject, revision, context.user)
    if not takes(subject, key):
        raise MovedOn(ENDED)


def refuse_added(once: str, actor: User) -> None:
    """Refuses a form that was sent before; the key of another person's leads nobody to what that form added."""
    sent = Event.objects.filter(once=once, actor=actor, changes__has_key="version").first() if once else None
    if sent is not None:
        raise AlreadyAdded(ArtifactVersion.objects.get(public_id=sent.changes["version"][1]))


# --- writing ---


def keep_version(act: Act, context: ActingContext, subject: Subject, key: str, said: Said) -> ArtifactVersion:
    """The next version of a document of the record, which is held; what is said of it was looked at before."""
    rule = known_artifacts(subject).get(key)
    of = {"case" if isinstance(subject, Case) else "ato": subject}
    artifact, _ = Artifact.objects.get_or_create(
        **of, key=key, title=said.title, defaults={"inside": rule.inside if rule else ""}
    )
    kept = said.upload
    version = ArtifactVersion(
        artifact=artifact,
        number=next_number(artifact),
        name=kept.name if kept else "",
        sha256=kept.sha256 if kept else "",
        size=kept.size if kept else None,
        content_type=kept.content_type if kept else "",
        scan=kept.scan if kept else "",
        location=said.location,
        verified_on=said.verified_on,
        stated=list(said.stated),
        note=said.note,
        side=side_of(adders(subject, key, context), context.parties),
        added_by=context.user,
        added_at=act.recorded_at,
        shared_at=None if said.draft else act.recorded_at,
    )
    version.save(force_insert=True)
    return version


def next_number(artifact: Artifact) -> int:
    """The number of the version that comes next."""
    highest = artifact.versions.aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def what_of(version: ArtifactVersion, stated: Iterable[str] = ()) -> Changes:
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


def enter_version(
    act: Act, subject: Subject, version: ArtifactVersion, verb: str, changes: Changes, reason: str = ""
) -> None:
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
