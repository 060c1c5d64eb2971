"""Whether a message may still be mailed to its person: asked again when it is sent, of what is so by then."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import Delegation, Invitation, JoinRequest, Membership, Organization, User
from accounts.roles import OrganizationKind
from authorizations.models import Event, Message
from authorizations.notifications.mail.secret_links import is_secret
from authorizations.vocabulary import SkipReason

# Anyone who is mailed after a month learns nothing that the portal does not show.
OF_USE_FOR = timedelta(days=30)


def why_not(message: Message, now: datetime, failing: set[str]) -> SkipReason | None:
    """Why a message is not to be mailed now; None where it is. ``failing``: addresses to which mail does not get."""
    person = message.recipient
    if person is not None and not person.is_active:
        return SkipReason.INACTIVE
    if message.not_before < now - OF_USE_FOR:
        return SkipReason.LATE
    if person is not None and not (is_secret(message) or _may_read(person, message)):
        return SkipReason.NOT_PERMITTED
    address = address_of(message)
    if address in failing:
        return SkipReason.ADDRESS_FAILS
    return None if _is_allowed(address) else SkipReason.NOT_ALLOWED


def address_of(message: Message) -> str:
    return message.address if message.recipient is None else message.recipient.email


def _is_allowed(address: str) -> bool:
    allowed = settings.MAIL_ALLOWED
    return allowed is None or address in allowed or f"@{address.rpartition('@')[2]}" in allowed


def _may_read(person: User, message: Message) -> bool:
    """Whether both what a message speaks of and the page it is on are there for the person."""
    event = message.event
    places = {(message.subject_type, message.subject_id)} - {("", None)}
    if event is not None:
        places.add((event.subject_type, event.subject_id))
    return all(_is_there(person, record_type, key, event) for record_type, key in places)


def _is_there(person: User, record_type: str, key: int | None, event: Event | None) -> bool:
    if record_type in ABOUT_PEOPLE:
        return _concerns(person, record_type, key, event)
    if record_type in BESIDE:
        # Whoever sees the record that it belongs to sees it.
        of = BESIDE[record_type]
        beside = apps.get_model("authorizations", record_type)._base_manager.filter(pk=key)
        return _is_there(person, of, beside.values_list(of, flat=True).first(), None)
    rows: Any = apps.get_model("authorizations", record_type)._default_manager
    seen = rows.visible_to(person)
    if record_type == "ato":
        seen = seen.register_visible_to(person)
    record = seen.filter(pk=key).first()
    if record is None or event is None or event.subject_type != record_type:
        return record is not None
    # An act may say nothing but what stays inside the agency.
    hides = hasattr(record, "hidden_facts") and record.hidden_facts(person)
    return not hides or Event.objects.readable_history(record, person).filter(pk=event.pk).exists()


def _concerns(person: User, record_type: str, key: int | None, event: Event | None) -> bool:
    """What is done about people is told to whom it is about, to their colleagues and to who leads there."""
    if OrganizationKind.PMO in person.sides:
        return True
    rows = ABOUT_PEOPLE[record_type](person)
    # Who led the agency above it, or leads it now, is told that an agency moved.
    moved = (
        [each for each in event.changes.get("parent", ()) if each] if event and record_type == "organization" else []
    )
    if rows.filter(pk__in=[key, *moved]).exists():
        return True
    # Anyone who is a member no more is told so.
    return (
        record_type == "organization"
        and event is not None
        and _is_there(person, event.subject_type, event.subject_id, None)
    )


def _organizations(person: User) -> list[int]:
    return [each.organization_id for each in person.current_memberships]


BESIDE = {"condition": "ato", "notice": "ato", "package": "offering"}
ABOUT_PEOPLE: dict[str, Callable[[User], QuerySet[Any]]] = {
    "organization": Organization.objects.within,
    "membership": lambda person: Membership.objects.filter(Q(user=person) | Q(organization__in=_organizations(person))),
    "delegation": lambda person: Delegation.objects.filter(
        Q(deputy=person) | Q(membership__user=person) | Q(membership__organization__in=person.led)
    ),
    "invitation": lambda person: Invitation.objects.filter(Q(invited_by=person) | Q(organization__in=person.led)),
    "joinrequest": lambda person: JoinRequest.objects.filter(organization__in=person.led),
    "user": lambda person: User.objects.filter(
        Q(pk=person.pk) | Q(merged_into=person) | Q(memberships__organization__in=person.led)
    ),
}
