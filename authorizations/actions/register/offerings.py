"""What providers do to their offerings: adding one that no feed knows yet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from accounts.roles import OrganizationKind, RecordSource, Role
from authorizations.actions.door import action, insert, plain
from authorizations.actions.refusals import Blocked, NotPermitted
from authorizations.models import Offering
from authorizations.policy import Capability
from authorizations.vocabulary import AddedBy

# What a provider may say of its own offering; everything else is FedRAMP's to say, or the feed's.
PROVIDERS_FACTS = frozenset(
    {"name", "service_models", "deployment_model", "description", "website", "sales_email", "security_email"}
)


def add_own_offering(*, actor: User, provider: Organization, now: datetime, facts: Mapping[str, Any]) -> Offering:
    """Adds an offering of the actor's own provider; it has no FedRAMP id and no designation until the feed gives them.

    Raises:
        ValidationError: a fact is impossible, or the provider has an offering of this name; by field.
    """
    foreign = facts.keys() - PROVIDERS_FACTS
    if foreign:
        raise Blocked(f"A provider cannot state these: {', '.join(sorted(foreign))}.")
    with action(actor, Capability.ADD_OWN_OFFERING, now=now) as act:
        # Read anew: who was a lead when the page was opened may be none any more.
        person = User.objects.get(pk=actor.pk)
        if not leads(person, provider):
            raise NotPermitted("Only a CSP lead of this provider may add its offerings.")
        act.acted_for = person.for_whom(lambda user: leads(user, provider))
        # The lock makes a second press of the button wait, and then find the name taken.
        Organization.objects.select_for_update().get(pk=provider.pk, kind=OrganizationKind.PROVIDER)
        values = {**facts, "name": " ".join(str(facts.get("name", "")).split())}
        _refuse_duplicates(provider, values["name"])
        offering = Offering(provider=provider, added_by=AddedBy.CSP, source=RecordSource.PORTAL, **values)
        insert(offering)
        stated = {name: [None, plain(value)] for name, value in values.items() if value not in (None, "")}
        act.record("offering.added", offering, changes={"provider": [None, provider.pk], **stated})
    return offering


def leads(user: User, provider: Organization) -> bool:
    return any(one.organization_id == provider.pk and one.role == Role.CSP_LEAD for one in user.current_memberships)


def _refuse_duplicates(provider: Organization, name: str) -> None:
    if Offering.objects.filter(provider=provider, name__iexact=name).exists():
        raise ValidationError({"name": f"{provider} already has an offering of this name."})
