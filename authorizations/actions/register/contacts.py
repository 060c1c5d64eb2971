"""The people to call that leads name, and confirm, of their own organization; the PMO keeps everyone's in the admin."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from accounts.roles import LEADS, Role
from authorizations.actions.door import Changes, action, insert, plain, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.register.atos import agencies_of
from authorizations.models import Contact
from authorizations.policy import Capability, may

STATED = frozenset({"name", "email", "function"})


def named_by(actor: User) -> Any:
    """The organizations whose contacts the person names: agencies as liaison, with all below; providers as CSP lead."""
    led = [one.organization_id for one in actor.current_memberships if one.role == Role.CSP_LEAD]
    return agencies_of(actor) | Organization.objects.visible_to(actor).filter(pk__in=led)


def add_own_contact(*, actor: User, organization: Organization, now: datetime, facts: Mapping[str, Any]) -> Contact:
    """Adds a contact of the actor's own organization, or of one below it.

    Raises:
        ValidationError: a fact is impossible, or the organization has this contact; by field.
    """
    foreign = facts.keys() - STATED
    if foreign:
        raise Blocked(f"These are not yours to state: {', '.join(sorted(foreign))}.")
    with action(actor, Capability.ADD_OWN_CONTACT, now=now) as act:
        if not named_by(actor).filter(pk=organization.pk).exists():
            raise NotPermitted("Only a lead of this organization, or of one above it, may add its contacts.")
        act.acted_for = actor.for_whom(lambda user: named_by(user).filter(pk=organization.pk).exists())
        # The lock makes a second press of the button wait, and then find the contact there.
        Organization.objects.select_for_update().get(pk=organization.pk)
        values = {
            **facts,
            "name": " ".join(str(facts.get("name", "")).split()),
            "email": str(facts.get("email", "")).strip().lower(),
        }
        same = Contact.objects.filter(organization=organization, email__iexact=values["email"])
        if same.filter(function=values.get("function")).exists():
            raise ValidationError({"email": f"{organization} already has this contact with this function."})
        user = User.objects.filter(email=values["email"], memberships__organization=organization).first()
        contact = Contact(organization=organization, user=user, confirmed_on=act.day, **values)
        insert(contact)
        stated: Changes = {name: [None, plain(value)] for name, value in values.items() if value}
        act.record("contact.added", contact, changes={"organization": [None, organization.pk], **stated})
    return contact


def confirmed_by(user: User) -> Any:
    """The organizations whose contacts the person confirms: those they lead, and as liaison all below."""
    led = [one.organization_id for one in user.current_memberships if one.role in LEADS.values()]
    return Organization.objects.visible_to(user).below(led)


def confirm_contact(*, actor: User, public_id: str, now: datetime) -> Contact:
    """Says that a contact is still correct as it is now."""
    with action(actor, now=now) as act:
        contact: Contact = Contact.objects.visible_to(actor).select_for_update(of=("self",)).get(public_id=public_id)
        leads = may(actor.roles, Capability.CONFIRM_CONTACT)
        if not (leads and confirmed_by(actor).filter(pk=contact.organization_id).exists()):
            raise NotPermitted("Only a lead of this organization, or of one above it, confirms its contacts.")
        if contact.confirmed_on == act.day:
            raise NoLongerPossible("This contact was confirmed today already.")
        act.acted_for = actor.for_whom(lambda user: confirmed_by(user).filter(pk=contact.organization_id).exists())
        act.record("contact.confirmed", contact, changes=update(contact, confirmed_on=act.day))
    return contact
