"""Who takes part, and since when: the one rule by which a duty is held against the organization that owes it.

An organization takes part while it, or an agency above it, has an active member here, once people of its own recorded a
delivery, and for an ATO that was claimed or registered for it. What fell due before the first such day is not held
against it: nobody was here to do it, or to be told. Placeholders of the feeds owe nothing and are owed nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Exists, F, Min, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.roles import OrganizationKind, Role
from authorizations.deadlines.deadline import Deadline, DeadlineSide
from authorizations.models import Deliverable
from authorizations.models.register.members import MemberRow, members_of


@dataclass(frozen=True, slots=True)
class Participation:
    """Read once for many deadlines.

    ``since`` maps an organization's key to the first day from which it, or an agency above it, kept records here.
    """

    since: Mapping[int, date]
    placeholders: Collection[int] = frozenset()
    pmo: date | None = None

    @classmethod
    def read(cls, today: date) -> Self:
        """Of all organizations: one query."""
        own: dict[int, date] = {}
        without_people: dict[int, date] = {}
        parents: dict[int, int] = {}
        placeholders, pmo = set(), None
        for key, kind, parent, is_pseudo, is_here, joined, delivered in _rows(today):
            if is_pseudo:
                placeholders.add(key)
            elif is_here:
                own[key] = joined
                pmo = joined if kind == OrganizationKind.PMO else pmo
            elif delivered:
                without_people[key] = timezone.localdate(delivered)
            if parent is not None:
                parents[key] = parent
        lines = {key: _line(key, parents) for key in {*own, *without_people, *parents}}
        # What was recorded once counts where nobody of them, or above them, is here.
        return cls(_earliest(lines, without_people) | _earliest(lines, own), placeholders, pmo)

    @classmethod
    def of(
        cls,
        organizations: Collection[Organization | None],
        today: date,
        members: Iterable[MemberRow] | None = None,
    ) -> Self:
        """Of those of one record, and of the PMO: a small query, and one more where somebody has no people here.

        members: of these organizations, where they were read before.
        """
        lines = {each.pk: each.line_up for each in organizations if each is not None and not each.is_pseudo}
        placeholders = {each.pk for each in organizations if each is not None and each.is_pseudo}
        keys = {key for line in lines.values() for key in line}
        own, pmo = _with_members(members_of(keys) if members is None else members, today)
        absent = {key for line in lines.values() if own.keys().isdisjoint(line) for key in line}
        if absent:
            first = _deliveries().filter(by__in=absent).order_by().values_list("by").annotate(Min("recorded_at"))
            own |= {key: timezone.localdate(at) for key, at in first}
        return cls(_earliest(lines, own), placeholders, pmo)

    def concerns(self, due: Deadline) -> bool:
        """Whether both sides of a deadline are real."""
        return due.owed_by.organization not in self.placeholders and due.owed_to.organization not in self.placeholders

    def records_since(self, side: DeadlineSide, row: Any) -> date | None:
        """Since when a side keeps records of what a row is about; None where it takes no part.

        row: one of a record that came in with dates of its own knows when that was (``came_on``), and for which agency
            it was claimed or registered (``claimed_for``).
        """
        own = self.pmo if side.side == OrganizationKind.PMO else self.since.get(side.organization or 0)
        came: date | None = getattr(row, "came_on", None)
        if came is None:
            return own
        if own is None:
            return came if side.organization and side.organization == getattr(row, "claimed_for", None) else None
        return max(own, came)


def _members() -> Any:
    """The auditor belongs to the PMO's organization, and does nothing for it."""
    return Membership.objects.exclude(role=Role.AUDITOR)


def _deliveries() -> Any:
    """What another side recorded for an organization is no record of its own."""
    own = Deliverable.objects.filter(waived=False, withdrawn_at=None)
    return own.filter(recorded_by__memberships__organization__kind=F("by__kind"))


def _rows(today: date) -> Any:
    members = _members().filter(organization=OuterRef("pk"))
    here = members.current(today).filter(user__is_active=True)
    deliveries = _deliveries().filter(by=OuterRef("pk"))
    found = Organization.objects.order_by().annotate(
        is_here=Exists(here),
        joined=Subquery(members.order_by("started_on").values("started_on")[:1]),
        delivered=Subquery(deliveries.order_by("recorded_at").values("recorded_at")[:1]),
    )
    some = Q(is_here=True) | Q(delivered__isnull=False) | Q(parent__isnull=False) | Q(is_pseudo=True)
    return found.filter(some).values_list("pk", "kind", "parent", "is_pseudo", "is_here", "joined", "delivered")


def _with_members(rows: Iterable[MemberRow], today: date) -> tuple[dict[int, date], date | None]:
    """Since when each of these, and the PMO, has had members, of those that have an active one now."""
    joined: dict[int, date] = {}
    here, pmo = set(), None
    for row in rows:
        key = row.organization
        joined[key] = min(row.started_on, joined.get(key, row.started_on))
        if row.is_here(today):
            here.add(key)
            pmo = key if row.kind == OrganizationKind.PMO else pmo
    own = {key: joined[key] for key in here}
    return own, own.get(pmo or 0)


def _line(key: int | None, parents: Mapping[int, int]) -> list[int]:
    line: list[int] = []
    while key is not None and key not in line:
        line.append(key)
        key = parents.get(key)
    return line


def _earliest(lines: Mapping[int, Iterable[int]], own: Mapping[int, date]) -> dict[int, date]:
    """Since when each organization takes part: those above it may act for it."""
    days = {key: min((own[each] for each in line if each in own), default=None) for key, line in lines.items()}
    return {key: day for key, day in days.items() if day}
