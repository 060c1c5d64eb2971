"""For whom, and for which offering, a person may begin a case; and what blocks it before anything is typed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.acting_capacity import acting_capacity, acting_context
from authorizations.actions.cases.cases import OPEN
from authorizations.actions.cases.new_case import begin
from authorizations.actions.door import Action
from authorizations.actions.register.atos import agencies_of
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.step import Step
from authorizations.models import Case, Offering
from authorizations.models.register.ato import without_active_members
from authorizations.policy import Party
from authorizations.rules import fedramp_takes_part
from authorizations.vocabulary import CaseKind


@dataclass(frozen=True, slots=True)
class CaseProspect:
    """A case that a person may begin: as whom (None for nobody), and what must be met first."""

    case: Case
    context: ActingContext | None
    problems: tuple[Problem, ...]


def prospect(
    kind: str, step: Step, *, actor: User, agency: Organization, offering: Offering, now: datetime
) -> CaseProspect:
    """The case that an entry of the machine would begin; nothing is written."""
    act = Action(actor=actor, at=now, recorded_at=now, request_id="")
    case = begin(act, kind, step.target, agency, offering)
    context = acting_context(case, actor, act.day)
    gates = tuple(step.unmet(case, context)) if step is OPEN[kind] else ()
    return CaseProspect(case, acting_capacity(case, step, context), gates)


def agencies_to_begin(step: Step, user: User) -> Any:
    """The agencies for which a person may begin such a case, by this entry of the machine."""
    agencies = Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    # Who administers a portal of agencies alone stands in for none of them.
    stands_in = Role.PMO_LEAD in user.roles and (fedramp_takes_part() or Party.PL in step.who)
    if stands_in or (step is OPEN[CaseKind.INITIAL] and Role.CSP_LEAD in user.roles):
        return agencies
    own = agencies_of(user).values("pk")
    if step is not OPEN[CaseKind.REUSE]:
        return agencies.filter(pk__in=own)
    reviewed = [one.organization_id for one in user.current_memberships if one.role == Role.AGENCY_REVIEWER]
    return agencies.filter(pk__in=own) | agencies.filter(pk__in=reviewed)


def agencies_to_offer(step: Step, user: User, offering: Offering, today: date) -> Any:
    """Of these agencies, those for which the person would not be refused as things stand.

    A PMO lead acts for an organization that has no active member, and begins most cases for nobody else (rule 5).
    """
    agencies = agencies_to_begin(step, user)
    in_own_right = Party.PL in step.who or Role.PMO_LEAD not in user.roles
    if in_own_right or (Party.CL in step.who and _is_absent(offering.provider_id)):
        return agencies
    with_active_members = Membership.objects.current(today).filter(user__is_active=True).values("organization")
    has_members = (
        Q(pk__in=with_active_members) | Q(parent__in=with_active_members) | Q(parent__parent__in=with_active_members)
    )
    return agencies.filter(Q(pk__in=agencies_of(user).values("pk")) | ~has_members)


def _is_absent(provider: int) -> bool:
    return OrganizationKind.PROVIDER in without_active_members([], [provider], [])


def offerings_to_begin(user: User) -> Any:
    """The offerings for which a person may begin such a case: a provider's lead its own, everyone else all."""
    offerings = Offering.objects.visible_to(user)
    of_agency_or_pmo = {Role.PMO_LEAD, Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER}
    if not of_agency_or_pmo.isdisjoint(user.roles):
        return offerings
    led = [one.organization_id for one in user.current_memberships if one.role == Role.CSP_LEAD]
    return offerings.filter(provider__in=led)
