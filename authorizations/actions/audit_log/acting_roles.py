"""In which role, of which organization, a person acts: stored with each act, since both may be others tomorrow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.display import small
from authorizations.models import Event
from authorizations.models.querysets import event_subject_type

ROLE_CHANGED = "membership.role_changed"
ORGANIZATIONS = ("organization_id", "agency_id", "provider_id", "assessor_id")


def role_words(role: str, organization: str) -> str:
    return f"{small(Role(role).label)} of {organization}"


def acting_role(holder: User | None, subject: models.Model, roles: Collection[str] = ()) -> str:
    """The role in words; blank for the portal itself and for who has none. Of several, those that the record knows.

    Args:
        holder: whose role it is; roles: those that the act asks for, none where it asks for a membership instead.
    """
    held = _held(holder) if holder else []
    if len(held) > 1 and holder:
        of_act = [each for each in held if each.role in roles] or held
        held = [each for each in of_act if _is_known(subject, holder, each)] or of_act
    return " and ".join(role_words(each.role, each.organization.name) for each in held)


def _held(holder: User) -> list[Membership]:
    """What the person holds; forgotten again where nobody asked before, since this very act may give them a role."""
    return copy(holder).own_memberships


def _is_known(subject: Any, holder: User, membership: Membership) -> bool:
    record = subject if hasattr(subject, "parties_of") else getattr(subject, "case", None)
    if record is not None:
        return bool(record.parties_of(holder.holding([membership])))
    own = subject.pk if event_subject_type(subject) == "organization" else None
    return membership.organization_id in {own, *(getattr(subject, name, None) for name in ORGANIZATIONS)}


def add_past_roles(entries: Iterable[Event]) -> None:
    """Fills in the role where an entry holds none: it is older than that, or a security event.

    It follows from the memberships of that day and what they were changed from since. Of two memberships, an entry
    does not say which; then nothing is filled in. Two queries where any entry lacks it, else none.
    """
    without = [(entry, key) for entry in entries if entry.acted_as is None and (key := _holder(entry))]
    if without:
        roles = _PastRoles({key for _, key in without})
        for entry, key in without:
            entry.acted_as = roles.of(key, entry.recorded_at)


def past_roles(wanted: Sequence[tuple[int, datetime]]) -> list[str]:
    """The same for rows: the role of each account at each moment."""
    roles = _PastRoles({account for account, _ in wanted}) if wanted else None
    return [roles.of(account, moment) for account, moment in wanted] if roles else []


def _holder(entry: Event) -> int | None:
    return entry.acted_for_id or entry.actor_id


class _PastRoles:
    def __init__(self, accounts: set[int]) -> None:
        self.held: dict[int, list[Membership]] = defaultdict(list)
        for membership in Membership.objects.filter(user__in=accounts).select_related("organization").order_by("pk"):
            self.held[membership.user_id].append(membership)
        keys = [each.pk for some in self.held.values() for each in some]
        changed = Event.objects.filter(subject_type="membership", subject_id__in=keys, verb=ROLE_CHANGED)
        self.changes: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        for key, at, changes in changed.order_by("position").values_list("subject_id", "recorded_at", "changes"):
            self.changes[key].append((at, changes["role"][0]))

    def of(self, account: int, moment: datetime) -> str:
        day = timezone.localdate(moment)
        held = [
            each
            for each in self.held[account]
            if each.started_on <= day and (each.ended_on is None or day < each.ended_on)
        ]
        return role_words(self._role(held[0], moment), held[0].organization.name) if len(held) == 1 else ""

    def _role(self, membership: Membership, moment: datetime) -> str:
        """Its role at a moment: what the first change after it led away from."""
        return next((before for at, before in self.changes[membership.pk] if at > moment), membership.role)
