"""Parties of a record of whom nobody is here: what a page must not claim that they were told."""

from typing import Any

from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.roles import OrganizationKind, Role
from authorizations.models import Ato, Case, PackageAccess
from authorizations.models.register.ato import without_active_members

PROGRAM_OFFICE = "FedRAMP’s program office"


def absent_parties(record: Case | Ato | PackageAccess) -> list[str]:
    """Their names, FedRAMP's last; one query, unless the record knows of them already."""
    offering = record.package.offering if isinstance(record, PackageAccess) else record.offering
    parties: dict[str, Any] = {OrganizationKind.AGENCY: record.agency, OrganizationKind.PROVIDER: offering.provider}
    if isinstance(record, Case):
        parties[OrganizationKind.ASSESSOR] = record.assessor
    if isinstance(record, PackageAccess):
        gone = without_active_members(record.agency.line_up, [offering.provider_id], [])
    else:
        gone = record.without_active_members
    names = [each.name for kind, each in parties.items() if kind in gone and each]
    return [*names, PROGRAM_OFFICE] if OrganizationKind.PMO in gone else names


def has_liaison(agency: Organization) -> bool:
    """Whether an agency, or one above it, has a liaison here."""
    held = Membership.objects.current(timezone.localdate()).filter(user__is_active=True)
    return bool(held.filter(organization__in=agency.line_up, role=Role.AGENCY_LIAISON).exists())
