"""Two accounts of one person: the second is marked as merged into the first, and can no longer sign in.

What was done with the second stays under it: the record is never rewritten. Histories show both names. The person has
agreed before, signed in with each of the two.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.models import Membership, User
from accounts.models.organization import hold_trees
from authorizations.actions.cases.missing_officials import ending_memberships
from authorizations.actions.door import Action, Changes, action, update
from authorizations.actions.people.credentials import revoke_credentials
from authorizations.actions.people.memberships import end
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.actions.register.records import NO_PMO_LEAD, has_lasting_lead
from authorizations.lifecycle.problems import REASON
from authorizations.models import Event
from authorizations.policy import Capability

AGREED, AGREED_FOR = "user.merge_agreed", timedelta(days=30)
NOT_AGREED = "The person must agree first, signed in with each of the two accounts, on the page of the account."


def agree_to_merge(*, actor: User, other: str, now: datetime) -> User:
    """Notes that the actor agrees to a merge with the account of another address, whether or not there is one."""
    with action(actor, now=now) as act:
        found = User.objects.filter(email=other.strip().lower()).first()
        act.record(AGREED, actor, changes={"other": [None, found.pk if found else None]})
    return actor


def merge_accounts(*, actor: User, second: User, first: User, reason: str, now: datetime) -> User:
    """Marks the second account as merged into the first: its memberships, sessions and tokens end at once.

    No role moves over: whether the person has it in the first account too is for the organization's leads to say.
    """
    with action(actor, Capability.MANAGE_PEOPLE, now=now) as act:
        # As every change of accounts: the PMO's leads stay counted while this one goes.
        hold_trees()
        locked = User.objects.select_for_update().in_bulk([second.pk, first.pk])
        person, other = locked[second.pk], locked[first.pk]
        _refuse(person, other, actor)
        _refuse_without_consent(person, other, now)
        if not reason.strip():
            raise NotReady([REASON])
        had_lead = has_lasting_lead(act.day)
        with ending_memberships(act, [person.pk]):
            update(person, is_active=False, merged_into=other)
            _end_everything(act, person)
        if had_lead and not has_lasting_lead(act.day):
            raise Blocked(NO_PMO_LEAD)
        changes: Changes = {"is_active": [True, False], "merged_into": [None, other.pk]}
        act.record("user.merged", person, changes=changes, reason=reason.strip())
    return person


def _refuse(second: User, first: User, actor: User) -> None:
    if second == first:
        raise Blocked("These are one and the same account.")
    if second.merged_into_id is not None:
        raise NoLongerPossible("The second account was merged before.")
    if not first.is_active:
        raise Blocked(
            "The first account may not sign in: the person would have none. Choose the one that stays in use."
        )
    if second == actor:
        raise Blocked("You are signed in with the second account. Sign in with the first one, or ask another lead.")
    if second.merged.exists():
        raise Blocked("Another account was merged into the second one: merge the first into it instead.")


def _refuse_without_consent(second: User, first: User, now: datetime) -> None:
    both = Q(pk__in=[])
    for one, other in ((second, first), (first, second)):
        both |= Q(actor=one, subject_id=one.pk, changes__other__1=other.pk)
    agreed = Event.objects.filter(both, verb=AGREED, recorded_at__gt=now - AGREED_FOR)
    if agreed.order_by().values("actor").distinct().count() < 2:
        raise Blocked(NOT_AGREED)


def _end_everything(act: Action, second: User) -> None:
    held = Membership.objects.select_for_update().not_over(act.day).filter(user=second).order_by("pk")
    for membership in held:
        end(act, membership, "membership.ended", reason="The account was merged into another of the same person.")
    revoke_credentials(second, act.recorded_at)
