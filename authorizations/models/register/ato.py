"""An agency's authorization to operate a system that uses an offering: what it says of itself, and its machine.

Its columns are in `ato_facts.py`, its steps in `ato_steps.py`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import OrganizationKind, Role
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.step import Step
from authorizations.models.querysets import AtoQuerySet
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato_steps import IMPORT, ISSUE, LIVE, REGISTER, AtoSteps
from authorizations.models.register.members import MemberRow, members_of
from authorizations.policy import Party, parties
from authorizations.rules import Release, fedramp_takes_part, newest
from authorizations.vocabulary import AtoStage, ListingRole


class Ato(AtoSteps):
    objects = AtoQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.get_ato_type_display()} of {self.agency} for {self.offering}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django's, but for the stage: cleaning would set it, which nothing may; a constraint knows the stages."""
        super().clean_fields({*(exclude or ()), "stage"})

    def clean(self) -> None:
        if self.system and self.system.agency_id != self.agency_id:
            raise ValidationError({"system": "This system belongs to another agency. Choose one of the ATO's agency."})

    def get_absolute_url(self) -> str:
        return reverse("ato", args=[self.public_id])

    # --- who, and what the gates ask ---

    @property
    def agency_line(self) -> list[int]:
        return self.agency.line_up

    def parties_of(self, user: User) -> frozenset[Party]:
        return parties(
            ((membership.role, membership.organization_id) for membership in user.current_memberships),
            agency_line=self.agency_line,
            provider=self.offering.provider_id,
            is_named_official=self.authorizing_official_id is not None and self.authorizing_official_id == user.pk,
        )

    @cached_property
    def without_active_members(self) -> frozenset[str]:
        return without_active_members(self.agency_line, [self.offering.provider_id], [], self.members)

    @cached_property
    def members(self) -> list[MemberRow]:
        """The memberships of its agency and those above, of the provider and of the PMO."""
        return members_of([*self.agency_line, self.offering.provider_id])

    def fact_value(self, name: str) -> Any:
        """Nothing: each step of an ATO is told its facts anew."""
        return None

    def waived_on(self, day: date) -> frozenset[str]:
        return frozenset()

    @property
    def rules(self) -> Release:
        """The newest release: an ATO is pinned to none."""
        return newest()

    def store_facts(self, step: Step, facts: Mapping[str, Any], act: CurrentAct) -> None:
        """Nothing beyond what the step itself sets."""

    def settle(self, before: str, at: datetime) -> None:
        """Nothing: an ATO keeps no turn."""

    @cached_property
    def sibling(self) -> "Ato | None":
        """Another live initial ATO of the offering, where this one is initial too."""
        if self.listing_role != ListingRole.INITIAL:
            return None
        others = Ato.objects.filter(offering=self.offering_id, listing_role=ListingRole.INITIAL, stage__in=LIVE)
        found: Ato | None = others.exclude(pk=self.pk).first()
        return found

    @property
    def has_live_initial_sibling(self) -> bool:
        return self.sibling is not None

    def options(self, fact: str) -> models.QuerySet[Any]:
        """The records that a fact may name. Raises KeyError."""
        if fact == "notice":
            return self.notices.filter(received_on__isnull=True)
        return {"system": systems_of, "authorizing_official": officials_of}[fact](self.agency_line)

    def notices_of(self, taken: Step, facts: Mapping[str, Any]) -> list[models.Model]:
        notice = self.notices.model
        if taken.name == "record_notice":
            return [_receipt(facts) or notice(ato=self, **{name: facts.get(name) for name in NOTICE_FACTS})]
        return [
            notice(
                ato=self,
                recipient=notice_spec.whom,
                notified_on=facts[notice_spec.on],
                channel=facts[notice_spec.channel],
                reference=facts[notice_spec.reference],
            )
            for notice_spec in taken.notice_specs
        ]

    @classmethod
    def machine(cls) -> Machine:
        return _machine()


NOTICE_FACTS = tuple(fact.name for fact in asked.OF_A_NOTICE if fact.name != "notice")


@cache
def _machine() -> Machine:
    return Machine(
        name="ato",
        title="Lifecycle of an ATO",
        about=(
            "An ATO is an agency's authorization to operate its own system that uses an offering. Time alone never "
            "moves it: an expiry that has passed offers a step, which a person takes."
        ),
        stages=dict(AtoStage.choices),
        live=frozenset(LIVE),
        steps=steps_of(Ato, ISSUE, REGISTER, IMPORT),
    )


def without_active_members(
    agency: list[int], provider: list[int], assessor: list[int], members: Sequence[MemberRow] | None = None
) -> frozenset[str]:
    """The kinds of organization, among these of one record and the PMO, that have no active member.

    Where FedRAMP takes no part in this portal, people of the PMO only administer it.

    members: those of these organizations, where they were read before.
    """
    lines = {
        OrganizationKind.AGENCY: agency,
        OrganizationKind.PROVIDER: provider,
        OrganizationKind.ASSESSOR: assessor,
    }
    today, rows = timezone.localdate(), members_of([*agency, *provider, *assessor]) if members is None else members
    found = {(row.organization, row.kind) for row in rows if row.is_here(today)}
    with_active_members = {key for key, _ in found}
    absent = [kind.value for kind, line in lines.items() if line and with_active_members.isdisjoint(line)]
    has_pmo = fedramp_takes_part() and any(kind == OrganizationKind.PMO for _, kind in found)
    return frozenset(absent if has_pmo else [*absent, OrganizationKind.PMO.value])


def systems_of(agency_line: list[int]) -> models.QuerySet[AgencySystem]:
    return AgencySystem.objects.filter(agency=agency_line[0])


def officials_of(agency_line: list[int]) -> models.QuerySet[User]:
    """The people who are authorizing officials of the agency, or of one above it, now."""
    held = Membership.objects.current(timezone.localdate()).filter(
        role=Role.AUTHORIZING_OFFICIAL, organization__in=agency_line
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def _receipt(facts: Mapping[str, Any]) -> models.Model | None:
    """The notice that is known already, with the day of its receipt."""
    known: Any = facts.get("notice")
    if known:
        known.received_on = facts["received_on"]
    return known if isinstance(known, models.Model) else None
