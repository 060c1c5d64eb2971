"""Who of the organizations of one record, and of the PMO, is here: read once for all that ask."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from accounts.models import Membership
from accounts.roles import OrganizationKind, Role


class MemberRow(NamedTuple):
    organization: int
    kind: str
    started_on: date
    ended_on: date | None
    may_sign_in: bool

    def is_here(self, today: date) -> bool:
        is_over = self.ended_on is not None and self.ended_on <= today
        return self.may_sign_in and self.started_on <= today and not is_over


def members_of(organizations: Collection[int]) -> list[MemberRow]:
    """The memberships of these and of the PMO, over or not. The auditor belongs to the PMO and acts for nobody."""
    rows = Membership.objects.filter(Q(organization__in=organizations) | Q(organization__kind=OrganizationKind.PMO))
    columns = ("organization", "organization__kind", "started_on", "ended_on", "user__is_active")
    found = rows.exclude(role=Role.AUDITOR).order_by().values_list(*columns)
    return [MemberRow(*row) for row in found]
