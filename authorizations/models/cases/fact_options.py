"""The records that a fact of a case may name."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models.register.ato import officials_of, systems_of
from authorizations.models.register.contact import Contact

if TYPE_CHECKING:
    from authorizations.models.cases.case import Case


def _people_of_the_agency(case: "Case") -> models.QuerySet[Any]:
    """Contacts of the agency and of its parts: nobody else may open a package in its name."""
    below = Organization.objects.all().below([case.agency_id])
    return Contact.objects.filter(organization__in=below.values("pk"))


def _pmo_people(case: "Case") -> models.QuerySet[Any]:
    held = Membership.objects.current(timezone.localdate()).filter(role__in=[Role.PMO_REVIEWER, Role.PMO_LEAD])
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def _organizations(kind: OrganizationKind) -> models.QuerySet[Any]:
    return Organization.objects.filter(kind=kind)


OPTIONS = {
    "system": lambda case: systems_of(case.agency_line),
    "authorizing_official": lambda case: officials_of(case.agency_line),
    "assessor": lambda case: _organizations(OrganizationKind.ASSESSOR),
    "access_person": _people_of_the_agency,
    "access_approver": lambda case: Contact.objects.filter(organization__in=case.agency_line),
    "new_agency": lambda case: _organizations(OrganizationKind.AGENCY).exclude(pk=case.agency_id),
    "taker": _pmo_people,
}
