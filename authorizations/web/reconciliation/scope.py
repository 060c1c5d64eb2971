"""Whose lists a person may compare, and the comparison of one agency."""

from typing import Any

from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.exchange.reconciliation.classes import Reconciliation, reconcile
from authorizations.policy import Capability, may


def agencies_to_compare(user: User) -> Any:
    """The agencies whose lists a person may compare: the own with all below; the PMO and the auditor all."""
    agencies = Organization.objects.visible_to(user).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    if not may(user.roles, Capability.SEE_RECONCILIATION):
        return agencies.none()
    return agencies if OrganizationKind.PMO in user.sides else agencies.within(user)


def reconciled(agency: Organization) -> Reconciliation:
    keys = Organization.objects.all().below([agency.pk]).values_list("pk", flat=True)
    return reconcile(list(keys), today=timezone.localdate())
