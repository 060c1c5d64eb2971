"""Worlds in which a side of a case has nobody here, for the tests of what is recorded for it."""

from datetime import date
from typing import Any

from accounts.models import Membership
from accounts.roles import Role
from tests.lifecycle.world import DAY

LEFT = date(2025, 1, 2)
EVIDENCE: dict[str, Any] = {
    "evidence_seen": "Mail 12 of Nimbus Cloud",
    "evidence_dated_on": DAY,
    "evidence_channel": "mail",
}


def absent(*kinds: str) -> None:
    """Ends every membership in organizations of these kinds, but for the auditor, who acts for nobody."""
    Membership.objects.filter(organization__kind__in=kinds).exclude(role=Role.AUDITOR).update(ended_on=LEFT)


def arrived(kind: str) -> None:
    """The people of these organizations are members again."""
    Membership.objects.filter(organization__kind=kind).update(ended_on=None)
