"""Who belongs to an organization and as what: its leads set roles and end memberships, and everyone may leave.

Taking a role away always works, at once; what needs a person in that role then waits for the next one. Only who leaves
by their own choice is asked for a successor, and no role is changed so that an organization is left without a lead.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership, Organization, User
from accounts.models.membership import ALONE_WORDS
from accounts.roles import ALONE, LEADS, ROLES_OF, Role
from authorizations.actions.cases.missing_officials import ending_memberships
from authorizations.actions.door import Action, Changes, action, insert, new_values, update
from authorizations.actions.people.credentials import revoke_credentials
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.actions.steps import save_changed, state_of
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.models import Case
from authorizations.models.register.ato import officials_of
from authorizations.policy import Capability
from authorizations.vocabulary import CaseKind

NOT_A_LEAD = "Only a lead of this organization may do this."
LAST_LEAD = "{} would be left without a lead. Make someone else a lead first."
OWN = "This is your own membership. Leave the organization instead: you are then asked who follows you, where one must."
HAS_ROLE = "The member has this role already."


def leads(user: User, organization: Organization) -> bool:
    """Whether a person invites into an organization and sets roles there: as its lead, in the own right.

    Who acts for somebody gives nobody a role, and the PMO's leads lead the PMO alone.
    """
    lead = LEADS[organization.kind]
    return any(one.role == lead and one.organization_id == organization.pk for one in user.own_memberships)


def oversees(user: User, organization: Organization) -> bool:
    """Whether a person takes roles in an organization away: as its lead, or as a lead of the PMO."""
    return leads(user, organization) or Role.PMO_LEAD in user.own_roles


def names_first_lead(user: User, organization: Organization, today: date) -> bool:
    """Whether a person may invite the first lead of an organization: of the PMO, and while nobody leads it."""
    is_led = Membership.objects.leading(today).filter(organization=organization).exists()
    return Role.PMO_LEAD in user.own_roles and not is_led and not leads(user, organization)


def invites(user: User, organization: Organization, today: date) -> bool:
    """Whether what a person invites into an organization counts."""
    return leads(user, organization) or names_first_lead(user, organization, today)


def hold_people(actor: User, organization: Organization, may: Callable[[User, Organization], bool] = leads) -> None:
    """Makes everyone else who changes the organization's people wait until this transaction ends."""
    hold(organization.pk)
    now = User.objects.get(pk=actor.pk)
    if not now.is_active or not may(now, organization):
        raise NotPermitted(NOT_A_LEAD)


def hold(organization: int) -> None:
    """The same without asking who acts."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization)


def _held(public_id: str, actor: User, may: Callable[[User, Organization], bool] = leads) -> Membership:
    seen = Membership.objects.visible_to(actor).select_related("organization").get(public_id=public_id)
    hold_people(actor, seen.organization, may)
    beside = Membership.objects.select_for_update(of=("self",)).select_related("user", "organization")
    return beside.get(pk=seen.pk)


def change_role(*, actor: User, public_id: str, role: str, seen: str, reason: str, now: datetime) -> Membership:
    """Gives a member another role; it counts from the next request on.

    Args:
        seen: the role that the person saw.
    """
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        membership = _held(public_id, actor)
        _refuse_over(membership, act.day)
        if membership.role != seen:
            raise NoLongerPossible(f"{membership.user}’s role was changed meanwhile: {membership.get_role_display()}.")
        problems = [] if reason.strip() else [REASON]
        if role not in ROLES_OF[membership.organization.kind]:
            problems.insert(0, Problem("role", "Choose one of the organization's roles.", "role"))
        refuse_unready(problems)
        if role == seen:
            raise Blocked("Nothing was changed: the member has this role.")
        _refuse_beside(membership, role, act.day)
        if role != LEADS[membership.organization.kind]:
            _refuse_without_lead(membership, act.day)
        with ending_memberships(act, [membership.user_id]):
            update(membership, role=role)
            act.record("membership.role_changed", membership, changes={"role": [seen, role]}, reason=reason.strip())
    return membership


def add_role(*, actor: User, public_id: str, role: str, reason: str, now: datetime) -> Membership:
    """Gives a member one more role, by a membership of its own that is ended by itself.

    Raises:
        Blocked: the member has the role, or the two do not go together.
    """
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        held = _held(public_id, actor)
        _refuse_over(held, act.day)
        problems = [] if reason.strip() else [REASON]
        if role not in ROLES_OF[held.organization.kind]:
            problems.insert(0, Problem("role", "Choose one of the organization's roles.", "role"))
        refuse_unready(problems)
        if role in ALONE or held.role in ALONE:
            raise Blocked(ALONE_WORDS)
        _refuse_beside(held, role, act.day)
        membership = Membership(user=held.user, organization=held.organization, role=role, started_on=act.day)
        insert(membership)
        stated = new_values(user=held.user, organization=held.organization, role=role, started_on=act.day)
        act.record("membership.added", membership, changes=stated, reason=reason.strip())
    return membership


def _refuse_beside(membership: Membership, role: str, today: date) -> None:
    """Refuses a role that the person has by another membership there, or that goes with none."""
    if role == membership.role or role in membership.roles_beside(today):
        raise Blocked(HAS_ROLE)
    if membership.breaks_alone(role, today):
        raise Blocked(ALONE_WORDS)


def end_membership(*, actor: User, public_id: str, reason: str, now: datetime) -> Membership:
    """Ends the membership of somebody else, at once; their sessions end too, so that no open page goes on."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        membership = _held(public_id, actor, oversees)
        _refuse_over(membership, act.day)
        if membership.user_id == actor.pk:
            raise Blocked(OWN)
        if not reason.strip():
            raise NotReady([REASON])
        end(act, membership, "membership.ended", reason=reason.strip())
        revoke_credentials(membership.user, act.recorded_at)
    return membership


def end(act: Action, membership: Membership, verb: str, *, reason: str = "", changes: Changes | None = None) -> None:
    """Ends a membership on the day of the act, for the verbs that do so; one that has not begun never counts."""
    with ending_memberships(act, [membership.user_id]):
        ended = update(membership, ended_on=max(act.day, membership.started_on))
        act.record(verb, membership, changes={**ended, **(changes or {})}, reason=reason)


def _refuse_over(membership: Membership, today: date) -> None:
    if membership.ended_on is not None and membership.ended_on <= today:
        raise NoLongerPossible("This membership has ended already.")


def _refuse_without_lead(membership: Membership, today: date) -> None:
    if is_last_lead(membership, today):
        raise Blocked(LAST_LEAD.format(membership.organization))


def is_last_lead(membership: Membership, today: date) -> bool:
    if membership.role != LEADS[membership.organization.kind]:
        return False
    others = Membership.objects.leading(today).filter(organization=membership.organization_id)
    return not others.exclude(user=membership.user_id).exists()


# --- leaving ---


@dataclass(frozen=True, slots=True)
class Succession:
    """Who must follow before a person leaves an organization: as its lead, or as the official of open cases."""

    sentence: str
    people: QuerySet[User]
    cases: tuple[Case, ...] = ()


def succession(membership: Membership, today: date) -> Succession | None:
    if is_last_lead(membership, today):
        others = Membership.objects.current(today).filter(organization=membership.organization_id)
        able = others.exclude(user=membership.user_id).exclude(role__in=ALONE)
        people = User.objects.filter(is_active=True, pk__in=able.values("user"))
        lead = LEADS[membership.organization.kind].label
        return Succession(f"You are the last lead of {membership.organization}. Choose who becomes {lead}.", people)
    cases = tuple(_cases_to_decide(membership))
    if not cases:
        return None
    people = officials_of(membership.organization.line_up).exclude(pk=membership.user_id)
    number = "one open case" if len(cases) == 1 else f"{len(cases)} open cases"
    return Succession(f"You are the authorizing official of {number}. Choose who follows you.", people, cases)


NOBODY_FOLLOWS = (
    "Nobody can follow you yet. Invite someone, or have someone invited, first. If it cannot wait, a lead of your "
    "organization or of the PMO can end your membership at once."
)


def _cases_to_decide(membership: Membership) -> Iterable[Case]:
    """The open cases that name the person as their official, by virtue of this membership."""
    if membership.role != Role.AUTHORIZING_OFFICIAL:
        return ()
    is_open = Q(kind=CaseKind.INITIAL, stage__in=OPEN_INITIAL) | Q(kind=CaseKind.REUSE, stage__in=OPEN_REUSE)
    within = Organization.objects.all().below([membership.organization_id])
    cases = Case.objects.filter(is_open, authorizing_official=membership.user_id, agency__in=within.values("pk"))
    return list(cases.order_by("pk"))


def leave(*, actor: User, public_id: str, now: datetime, successor: User | None = None) -> Membership:
    """Ends a membership of the actor's own.

    Args:
        successor: who becomes the lead, or the official of the actor's open cases, in the same act.
    """
    with action(actor, now=now) as act:
        own = Membership.objects.current(act.day).filter(user=actor)
        seen = own.get(public_id=public_id)
        hold(seen.organization_id)
        locked = own.select_for_update(of=("self",)).select_related("user", "organization__parent__parent")
        membership = locked.get(pk=seen.pk)
        owed = succession(membership, act.day)
        if owed is None:
            with ending_memberships(act, [actor.pk]):
                end(act, membership, "membership.left")
            return membership
        if successor is None or not owed.people.filter(pk=successor.pk).exists():
            words = owed.sentence if owed.people.exists() else NOBODY_FOLLOWS
            raise NotReady([Problem("successor", words, "successor")])
        with ending_memberships(act, [actor.pk, successor.pk]):
            if owed.cases:
                _hand_over(act, actor, owed.cases, successor)
            else:
                _make_lead(act, membership.organization, successor)
            end(act, membership, "membership.left", changes={"successor": [None, successor.pk]})
    return membership


def _make_lead(act: Action, organization: Organization, successor: User) -> None:
    held = Membership.objects.select_for_update().current(act.day).filter(user=successor, organization=organization)
    # Of several roles the first one becomes the lead's.
    membership = held.order_by("pk")[0]
    changes = update(membership, role=str(LEADS[organization.kind]))
    act.record("membership.role_changed", membership, changes=changes, reason="Follows the last lead, who left.")


def _hand_over(act: Action, actor: User, cases: tuple[Case, ...], successor: User) -> None:
    for seen in cases:
        case: Any = Case.objects.held_by(actor).get(pk=seen.pk)
        if case.authorizing_official_id != actor.pk:
            raise NoLongerPossible("One of your cases names another official by now. Look again.")
        before = state_of(case)
        case.set_fact("authorizing_official", successor, act.current(ActingContext(actor, act.day)))
        changes = save_changed(case, before, act)
        act.record("case.facts_recorded", case, changes=changes, reason="The official left, and named who follows.")
