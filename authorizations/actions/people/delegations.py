"""Letting a colleague act in one's role for a time, and ending that early.

What a person does for another by delegation cannot be passed on: both verbs ask for a role in the own right.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Delegation, Membership, User
from accounts.roles import Role
from authorizations.actions.door import Action, action, insert, new_values, update
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, refuse_unready
from authorizations.display import day_text
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.policy import Capability, may

# A delegation that is forgotten ends by itself, and a longer absence asks for a successor.
LONGEST = timedelta(days=365)


def delegable_memberships(user: User, today: date) -> QuerySet[Membership]:
    """The memberships whose role this person may have a colleague act in: the own ones, and those of whom they lead."""
    own = [each.pk for each in user.own_memberships]
    current = Membership.objects.current(today).exclude(role=Role.AUTHORIZING_OFFICIAL)
    memberships = current.filter(pk__in=own) | current.filter(organization__in=user.led, user__is_active=True).exclude(
        role=Role.AUDITOR
    )
    return memberships.select_related("user", "organization").order_by("organization__sort_name", "user__name", "pk")


def colleagues(user: User, today: date) -> QuerySet[User]:
    at = [each.organization_id for each in user.own_memberships]
    current = Membership.objects.current(today).filter(organization__in=at)
    return User.objects.filter(is_active=True, pk__in=current.values("user"))


def delegate(
    *, actor: User, membership: str, deputy: User, starts_on: date, ends_on: date, reason: str, now: datetime
) -> Delegation:
    """Lets a colleague act in a role from a day to a last day.

    Args:
        membership: public id of the membership whose role is delegated: the actor's own, or one of an organization
            that the actor leads.
    """
    today = timezone.localdate(now)
    with action(actor, now=now) as act:
        at = [each.organization_id for each in actor.own_memberships]
        # The lock makes a second press of the button wait, and then find the delegation there.
        held = Membership.objects.current(today).filter(organization__in=at).select_for_update(of=("self",))
        delegated = held.select_related("user", "organization").get(public_id=membership)
        _refuse_strangers(actor, delegated)
        problems = [*_of_deputy(delegated, deputy, today), *_of_days(starts_on, ends_on, today)]
        problems += _duplicate_delegations(delegated, deputy, starts_on, ends_on, today)
        refuse_unready(problems if reason.strip() else [*problems, REASON])
        days = {"starts_on": starts_on, "ends_on": ends_on}
        values: dict[str, Any] = {"membership": delegated, "role": delegated.role, "deputy": deputy, **days}
        delegation = Delegation(**values, reason=reason.strip(), set_by=actor, set_at=now)
        insert(delegation)
        earlier = Q(deputy_until__isnull=True) | Q(deputy_until__lt=ends_on)
        User.objects.filter(earlier, pk=deputy.pk).update(deputy_until=ends_on)
        act.record("delegation.set", delegation, changes=new_values(**values), reason=reason.strip())
    return delegation


def _refuse_strangers(actor: User, delegated: Membership) -> None:
    own = actor.holding(actor.own_memberships)
    if delegated.role == Role.AUTHORIZING_OFFICIAL:
        raise NotPermitted(
            "An authorizing official's role cannot be delegated. A liaison names another official in the case."
        )
    if delegated.user_id == actor.pk and may([delegated.role], Capability.DELEGATE):
        return
    if delegated.role == Role.AUDITOR:
        raise NotPermitted("Only the person who checks the work of others can delegate that role.")
    if not (may(own.roles, Capability.DELEGATE_FOR_ABSENT) and delegated.organization_id in actor.led):
        raise NotPermitted("Only they themselves, or a lead of this very organization, let a colleague act for them.")


def _of_deputy(delegated: Membership, deputy: User, today: date) -> Iterator[Problem]:
    if deputy.pk == delegated.user_id:
        yield Problem("deputy", "Choose somebody else than the person whose role it is.", "deputy")
        return
    theirs = Membership.objects.current(today).filter(user=deputy, organization=delegated.organization_id).first()
    if theirs is None or not deputy.is_active:
        yield Problem("deputy", f"Choose a colleague: somebody who belongs to {delegated.organization} now.", "deputy")
    elif theirs.role == Role.AUDITOR:
        words = f"{deputy} checks the work of the others, and does none of it. Choose somebody else."
        yield Problem("deputy", words, "deputy")
    elif theirs.role == delegated.role:
        words = f"{deputy} is {theirs.get_role_display()} here already, and can do all of this in the own right."
        yield Problem("deputy", words, "deputy")


def _of_days(starts_on: date, ends_on: date, today: date) -> Iterator[Problem]:
    if starts_on < today:
        yield Problem("starts_on", "The first day cannot lie in the past.", "starts_on")
    if ends_on < starts_on:
        yield Problem("ends_on", "The last day cannot come before the first.", "ends_on")
    elif ends_on > starts_on + LONGEST:
        words = f"At most one year: until {day_text(starts_on + LONGEST)}."
        yield Problem("ends_on", words, "ends_on")


def _duplicate_delegations(
    delegated: Membership, deputy: User, starts_on: date, ends_on: date, today: date
) -> Iterator[Problem]:
    others = Delegation.objects.not_over(today).filter(membership=delegated, deputy=deputy)
    duplicate = others.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if duplicate is not None:
        words = f"from {day_text(duplicate.starts_on)} until {day_text(duplicate.ends_on)}"
        words = f"{deputy} acts in this role already, {words}. End that one first, or choose other days."
        yield Problem("starts_on", words, "starts_on")


def may_end(user: User, delegation: Delegation, today: date) -> bool:
    """Whether a person may end it now: either of the two, or a lead of their organization, before its last day."""
    concerned = user.pk in {delegation.deputy_id, delegation.membership.user_id}
    leads = delegation.membership.organization_id in user.led
    return (concerned or leads) and delegation.ended_at is None and delegation.ends_on >= today


def end_delegation(*, actor: User, public_id: str, now: datetime) -> Delegation:
    with action(actor, now=now) as act:
        rows = Delegation.objects.visible_to(actor).select_related("deputy", "membership__user")
        delegation = rows.select_for_update(of=("self",)).get(public_id=public_id)
        today = timezone.localdate(now)
        if delegation.ended_at is not None or delegation.ends_on < today:
            raise NoLongerPossible("This was over already.")
        if not may_end(actor, delegation, today):
            raise NotPermitted("Only one of the two, or a lead of their organization, ends this.")
        _end(act, delegation)
    return delegation


def _end(act: Action, delegation: Delegation) -> None:
    update(delegation, ended_at=act.recorded_at)
    act.record("delegation.ended", delegation, changes={"ended_at": [None, act.recorded_at.isoformat()]})


def end_groundless(act: Action, people: Collection[int]) -> None:
    """Ends what these people delegated or were delegated, where the role or the deputy's place has gone in this act."""
    concerned = Delegation.objects.not_over(act.day).filter(Q(deputy__in=people) | Q(membership__user__in=people))
    for delegation in concerned.select_related("membership__user", "deputy").order_by("pk"):
        if not _has_ground(delegation, act.day):
            _end(act, delegation)


def _has_ground(delegation: Delegation, today: date) -> bool:
    delegated, deputy = delegation.membership, delegation.deputy
    lasting = Membership.objects.not_over(today)
    belongs = lasting.filter(user=deputy, organization=delegated.organization_id)
    holds = delegated.role == delegation.role and lasting.filter(pk=delegated.pk).exists()
    return holds and delegated.user.is_active and deputy.is_active and belongs.exists()
