"""One message, before it is a row, and what the catalog says of the messages of a verb."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.models import Ato, Case, Event, Message
from authorizations.models.querysets import BESIDE_A_CASE, event_subject_type
from authorizations.sanitize import one_line
from authorizations.vocabulary import Topic, Turn

OF_THE_PMO = Q(role__in=[Role.PMO_REVIEWER, Role.PMO_LEAD])
# Stages in which the PMO follows every act, also while the case waits on someone else.
OF_INTEREST_TO_THE_PMO = ("in_process_requested", "ato_issued", "pmo_review", "pmo_remediation", "removed", "withdrawn")
Words = Callable[[Event], Iterator["MessageContent"]]


@dataclass(frozen=True, slots=True)
class MessageContent:
    """One message to one person; where no account of theirs is known, to their address.

    Attributes:
        body: what a mail says: who did what, and when. It reaches mailboxes that the portal does not keep.
        detail: what is in the portal alone: words that people typed, findings, titles of documents.
        about: the record type on whose page the message stands, where it is not what the act is about.
        topic: where it is another one than that of the act.
    """

    recipient: User | None
    subject: str
    body: str
    link: str = ""
    address: str = ""
    detail: str = ""
    about: models.Model | None = None
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What the catalog says of one verb: who is told in which words, under which topic, and whether they must be."""

    words: Words
    topic: Topic
    mandatory: bool = False


def under(topic: Topic, verbs: Iterable[tuple[str, Words]], *, mandatory: bool = False) -> dict[str, CatalogEntry]:
    """Entries of the catalog for these verbs."""
    return {verb: CatalogEntry(words, topic, mandatory) for verb, words in verbs}


def to_each(people: Iterable[User], subject: str, body: str, link: str = "", **more: Any) -> Iterator[MessageContent]:
    """The same message to several people; ``more``: its detail, and what it is about."""
    return (MessageContent(person, subject, body, link, **more) for person in people)


def liaisons(record: Any) -> Q:
    """The memberships of an agency's liaisons, of the agency of a case or an ATO and of those above it."""
    return Q(role=Role.AGENCY_LIAISON, organization__in=record.agency_line)


def official(record: Any, user: int | None) -> Q:
    return Q(role=Role.AUTHORIZING_OFFICIAL, organization__in=record.agency_line, user=user)


def parties_to_notify(ato: Ato) -> Q:
    """The memberships of all three sides whose people are told of an ATO; each of them may see its register fields."""
    return (
        liaisons(ato)
        | official(ato, ato.authorizing_official_id)
        | Q(role=Role.CSP_LEAD, organization=ato.offering.provider_id)
        | OF_THE_PMO
    )


def parties_of(case: Case) -> Q:
    """The memberships of the people who are told of what happens on a case; each of them may see it."""
    recipients = liaisons(case)
    if case.waits_on == Turn.OFFICIAL or case.ato_id:
        recipients |= official(case, case.authorizing_official_id)
    if case.shared_at is not None:
        recipients |= Q(role=Role.CSP_LEAD, organization=case.offering.provider_id)
        recipients |= Q(role=Role.ASSESSOR_LEAD, organization=case.assessor_id)
        if case.waits_on == Turn.PMO or case.stage in OF_INTEREST_TO_THE_PMO:
            recipients |= OF_THE_PMO
    return recipients


def day_of(event: Event) -> date:
    return timezone.localdate(event.recorded_at)


def acting(event: Event, memberships: Q) -> list[User]:
    """The people who act by one of these memberships on the day of an event, also by delegation."""
    return User.objects.acting_in(Membership.objects.current(day_of(event)).filter(memberships), day_of(event))


def case_of(event: Event) -> Case:
    """The case that an event is about: the one at hand, where its act has it."""
    held = vars(event).get("about")
    found: Case = (
        held if isinstance(held, Case) else Case.objects.select_related(*BESIDE_A_CASE).get(pk=event.subject_id)
    )
    return found


def reason_of(event: Event) -> str:
    """The reason that was given for an act, as a message details it."""
    return f"Reason: {event.reason}" if event.reason else ""


def message_of(event: Event, content: MessageContent, topic: Topic, *, mandatory: bool) -> Message:
    """The row of a message about an act, unsaved."""
    about = content.about
    return Message(
        event=event,
        recipient=content.recipient,
        address=content.address,
        topic=content.topic or topic,
        mandatory=mandatory,
        subject_type=event_subject_type(about) if about else event.subject_type,
        subject_id=about.pk if about else event.subject_id,
        subject=one_line(content.subject)[:200],
        body=content.body,
        detail=content.detail,
        link=content.link,
        created_at=event.recorded_at,
        not_before=event.recorded_at,
    )
