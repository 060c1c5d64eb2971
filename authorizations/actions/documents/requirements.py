"""What the release says of a record's documents: which there are, who adds them, and what must be said with one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.actions.acting_capacity import Subject, spoken_for
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import EARLIEST, wrong_day
from authorizations.models import Ato, Case
from authorizations.models.document import OTHER
from authorizations.policy import SIDES, Party
from authorizations.rules import newest
from authorizations.rules.documents import DocumentRule
from authorizations.sanitize import LONGEST_TEXT
from authorizations.vocabulary import LIVE_ATO_STAGES, Turn

LONGEST_TITLE, LONGEST_LOCATION = 120, 500
SIDE_OF: Mapping[Party, Turn] = {party: Turn(kind.value) for kind, parties in SIDES.items() for party in parties}
# What is said of a document whose content is not kept here.
STAYS = "This document stays where it is: the portal holds a reference to it, no copy. Say where it can be read."
NOT_STATABLE = Problem("stated", "That cannot be stated of this document. Tick one of the choices.", "stated")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose content was checked and that is kept already, under its SHA-256.

    content_type: by its content; scan: whether it still waits for the scanner, as a `Scan`.
    """

    name: str
    size: int
    sha256: str
    content_type: str
    scan: str


@dataclass(frozen=True, slots=True)
class VersionInput:
    title: str
    upload: StoredFile | None
    location: str
    verified_on: date | None
    stated: tuple[str, ...]
    note: str
    draft: bool


def known_documents(subject: Subject) -> dict[str, DocumentRule]:
    """The documents that the record's rules name, by key: of a case those of its release, of an ATO the newest."""
    rules, machine = (subject.rules, subject.kind) if isinstance(subject, Case) else (newest(), "ato")
    return {key: rule for key, rule in rules.documents.items() if machine in rule.machines}


def who_adds(subject: Subject, key: str) -> frozenset[Party]:
    """The parties that add versions of a document; of one that no release names, every party.

    Raises:
        KeyError: the rules name no such document.
    """
    return frozenset(Party) if key == OTHER else known_documents(subject)[key].by


def adders(subject: Subject, key: str, context: ActingContext) -> frozenset[Party]:
    """As whom a person adds such a document; empty for nobody.

    A lead of the own side brings from evidence what an absent party delivered (machine tables, rule 5a).
    A PMO lead who acts for an organization without members reads nothing that stays inside an agency by that.
    """
    inside = key != OTHER and known_documents(subject)[key].inside
    if inside and isinstance(subject, Case) and not subject.reads_inside_agency(context.user):
        return frozenset()
    who = who_adds(subject, key)
    return who & context.acting or who & spoken_for(context)


def may_be_added(subject: Subject, key: str) -> bool:
    """Whether a document may be added as the record is.

    While the record is open, any, also of later stages (machine tables, rule 3). Once it has ended, only what is still
    owed: what the release places at that stage, or a step that is left there asks for.
    """
    is_open = subject.is_open if isinstance(subject, Case) else subject.stage in LIVE_ATO_STAGES
    if is_open or key == OTHER:
        return bool(is_open)
    rule = known_documents(subject)[key]
    left = {step.row for step in subject.machine().steps if subject.stage in step.sources and not step.inside}
    return subject.stage in rule.stages or not left.isdisjoint(rule.asked)


def side_of(parties: frozenset[Party], own: frozenset[Party]) -> Turn:
    """The side for which a document is added: the person's own where it may, else the one was in for."""
    return SIDE_OF[min(parties & own or parties, key=list(Party).index)]


def added_for(subject: Subject, side: Turn) -> dict[str, Any]:
    """What a version keeps of the side for which it is added: the side, and its organization on this record now."""
    offices: dict[Turn, Callable[[], Any]] = {
        Turn.AGENCY: lambda: subject.agency_id,
        Turn.PROVIDER: lambda: subject.offering.provider_id,
        Turn.ASSESSOR: lambda: subject.assessor_id if isinstance(subject, Case) else None,
        Turn.PMO: lambda: Organization.objects.values_list("pk", flat=True).filter(kind=OrganizationKind.PMO).first(),
    }
    return {"side": side, "organization_id": offices[side]()}


def problems_of(
    subject: Subject, key: str, version_input: VersionInput, *, for_unstaffed_organization: bool, today: date
) -> Iterator[Problem]:
    rule = known_documents(subject).get(key)
    yield from _of_the_title(key, version_input.title)
    yield from _of_the_content(rule, version_input, today)
    if not set(version_input.stated) <= set(rule.statements if rule else ()):
        yield NOT_STATABLE
    if len(version_input.note) > LONGEST_TEXT:
        yield Problem("note", f"Shorten the note to {LONGEST_TEXT} characters.", "note")
    if for_unstaffed_organization and not version_input.note:
        words = "Say in the note where it can be found what the organization, which has no active member here, sent."
        yield Problem("note", words, "note")
    if version_input.draft and (for_unstaffed_organization or isinstance(subject, Ato)):
        yield Problem("draft", "There are no drafts here: each version is shared at once.", "draft")


def _of_the_title(key: str, title: str) -> Iterator[Problem]:
    if key == OTHER and not title:
        yield Problem("title", "Give the document a title.", "title")
    if key != OTHER and title:
        yield Problem("title", "This document has its name from the rules. Leave the title out.", "title")
    if len(title) > LONGEST_TITLE:
        yield Problem("title", f"Shorten the title to {LONGEST_TITLE} characters.", "title")


def _of_the_content(rule: DocumentRule | None, version_input: VersionInput, today: date) -> Iterator[Problem]:
    confidential = rule is not None and rule.confidential
    if version_input.upload and confidential:
        yield Problem("upload", STAYS, "location")
    elif version_input.upload and version_input.location:
        yield Problem("upload", "Give a file or a reference, not both.", "location")
    elif not version_input.upload and not version_input.location:
        words = STAYS if confidential else "Choose a file, or say where the document can be read."
        yield Problem("location", words, "location" if confidential else "upload")
    if len(version_input.location) > LONGEST_LOCATION:
        yield Problem("location", f"Shorten the reference to {LONGEST_LOCATION} characters.", "location")
    if version_input.verified_on and not version_input.location:
        yield Problem("verified_on", "Only a reference is looked up. Leave the day out.", "verified_on")
    elif version_input.verified_on:
        yield from problems_of_the_day(version_input.verified_on, today)


def problems_of_statements(
    rule: DocumentRule | None, stated: Sequence[str], stated_on: date, today: date
) -> Iterator[Problem]:
    """What is wrong with what is stated of a version that is there already."""
    if not stated:
        yield Problem("stated", "Tick what you state of it.", "stated")
    if not set(stated) <= set(rule.statements if rule else ()):
        yield NOT_STATABLE
    if words := wrong_day(stated_on, today, may_be_later=False):
        yield Problem("stated_on", f"Signed or stated on: {words}", "stated_on")


def problems_of_the_day(verified_on: date, today: date, before: date | None = None) -> Sequence[Problem]:
    if verified_on > today:
        return [Problem("verified_on", "Nobody can have looked it up in the future.", "verified_on")]
    if verified_on < (before or EARLIEST):
        return [Problem("verified_on", "It was looked up later than that already.", "verified_on")]
    return []
