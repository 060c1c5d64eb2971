"""Work whose person has left: which it is for whom, and handing it over to somebody who is there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.models import Q

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.actions.acting_capacity import acting_capacity
from authorizations.actions.cases.cases import record_facts, recordable, recordable_by
from authorizations.actions.refusals import NoLongerPossible, refuse_unready
from authorizations.actions.steps import perform
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.stages import InitialStage
from authorizations.models import Case
from authorizations.models.cases.case import OPEN
from authorizations.policy import OF_THE_PMO


class Work(StrEnum):
    DECISION = "decision"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Post:
    label: str
    names: str
    fact: str
    take: Callable[..., Case]


POSTS: dict[Work, Post] = {
    Work.DECISION: Post("AO vacant", "authorizing_official", "authorizing_official", record_facts),
    Work.REVIEW: Post("Review without its reviewer", "claimed_by", "taker", partial(perform, Case, name="hand_over")),
}
Q_DECISION = OPEN & Q(authorizing_official__isnull=False, official_serves=False)
# Outside this stage a claim waits for nobody of the PMO, and the machine has no step that moves it.
Q_REVIEW = Q(stage=InitialStage.PMO_REVIEW, claimed_by__isnull=False, reviewer_serves=False)


def answered_for(user: User) -> list[Work]:
    return list(Work) if not OF_THE_PMO.isdisjoint(map(Role, user.roles)) else [Work.DECISION]


def orphaned(user: User, work: Work) -> Any:
    """The cases with such work, as far as this person answers for it: liaisons for their agencies, the PMO for all.

    Each work by itself: one condition with both takes PostgreSQL ten milliseconds to plan, and these take one.
    """
    rows = Case.objects.visible_to(user)
    if work is Work.REVIEW:
        return rows.with_reviewer_status().filter(Q_REVIEW)
    rows = rows.with_ao_status()
    if Work.REVIEW in answered_for(user):
        return rows.filter(Q_DECISION)
    led = [one.organization_id for one in user.current_memberships if one.role == Role.AGENCY_LIAISON]
    known = user.keys_within if len(user.organizations) == 1 else None
    agencies: Any = known if known is not None and led else Organization.objects.all().below(led).values("pk")
    return rows.filter(Q_DECISION, agency__in=agencies)


def left_on(case: Case) -> list[Work]:
    """The work of a case, which knows both `official_serves` and `reviewer_serves`, whose person has left."""
    is_left = {
        Work.DECISION: case.ao_is_vacant,
        Work.REVIEW: case.claimed_by_id is not None and not case.reviewer_serves,
    }
    return [work for work in Work if is_left[work]]


def hands_over(case: Case, work: Work, user: User, today: date, *, ever: bool = False) -> bool:
    """Whether a person may hand this over as the case stands; ``ever``: or could, where it stood otherwise."""
    # Nobody acts for whom to name: whether an organization has members need not be asked.
    context = ActingContext(user, today, who := case.parties_of(user))
    if work is Work.DECISION:
        facts = recordable_by(case, who) if ever else recordable(case, who)
        return any(fact.name == POSTS[work].fact for fact in facts)
    step = case.machine().step("hand_over")
    if step is None or (capacity := acting_capacity(case, step, context, ever=ever)) is None:
        return False
    return ever or step.is_offered(case, capacity)


def hand_over(
    public_id: str, work: Work, *, actor: User, to: User | None, now: datetime, revision: int, reason: str
) -> Case:
    """Gives orphaned work of a case to somebody else: names another official, or another reviewer."""
    case = Case.objects.visible_to(actor).with_ao_status().with_reviewer_status().get(public_id=public_id)
    if work not in left_on(case):
        raise NoLongerPossible("This is in somebody's hands: it was handed over, or its person is back.")
    problems = [] if to else [Problem("to", "Choose who takes it.", "to")]
    problems += [] if reason.strip() else [REASON]
    refuse_unready(problems)
    post = POSTS[work]
    return post.take(public_id=public_id, actor=actor, now=now, revision=revision, reason=reason, **{post.fact: to})
