"""Whose lists a person may compare, and the comparison of one agency."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.exchange.reconciliation.classes import Reconciliation, reconcile
from authorizations.models import DifferenceDecision
from authorizations.policy import Capability, may
from authorizations.web.reconciliation.comparison import AgencyComparison


def agencies_to_compare(user: User) -> Any:
    """The agencies whose lists a person may compare: the own with all below; the PMO and the auditor all."""
    agencies = Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    if not may(user.roles, Capability.SEE_RECONCILIATION):
        return agencies.none()
    return agencies if OrganizationKind.PMO in user.sides else agencies.within(user)


def may_compare(user: User, agency: Organization) -> bool:
    """The same of one agency, without asking the database."""
    if agency.is_pseudo or not may(user.roles, Capability.SEE_RECONCILIATION):
        return False
    return OrganizationKind.PMO in user.sides or any(
        each.organization_id in agency.line_up for each in user.current_memberships
    )


def reconciled(agency: Organization) -> Reconciliation:
    keys = Organization.objects.all().below([agency.pk]).values_list("pk", flat=True)
    return reconcile(list(keys), today=timezone.localdate())


def compared(user: User, request: HttpRequest, agency_id: str, *, chooses: bool = False) -> AgencyComparison:
    """The comparison of an agency as an address asks for its rows; 404 where the agency is none of the person's.

    Args:
        chooses: whether rows can be chosen, for acts on several.
    """
    agency = get_object_or_404(agencies_to_compare(user), public_id=agency_id)
    found = reconciled(agency)
    atos = [entry.ato.pk for entry in found.entries if entry.ato is not None]
    decisions = DifferenceDecision.objects.visible_to(user).filter(ato__in=atos).select_related("decided_by")
    return AgencyComparison(found, request.GET, agency, {each.ato_id: each for each in decisions}, chooses=chooses)
