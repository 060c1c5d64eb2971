"""Whose turn it is, for one person: which cases wait on this very person, and what is left to others of the side."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.stages import InitialStage
from authorizations.lifecycle.turns import is_delta_test_open
from authorizations.models import Case
from authorizations.models.cases.next_step import PARTIES_DUE, due_now, next_step
from authorizations.policy import Party
from authorizations.vocabulary import Turn


def yours(user: User) -> Q:
    """The condition of the cases that wait on this very person's act: on the party, in a stage where the role acts."""
    rows = Q(pk__in=[])
    for one in user.current_memberships:
        condition = YOURS.get(Role(one.role))
        if condition is not None:
            rows |= condition(user, one.organization_id)
    return rows


def _below(user: User, organization: int) -> Any:
    if user.keys_within is not None and len(user.organizations) == 1:
        return user.keys_within
    return Organization.objects.all().below([organization]).values("pk")


def _of_provider(user: User, organization: int) -> Q:
    return Q(waits_on=Turn.PROVIDER, offering__provider=organization)


def _of_assessor(user: User, organization: int) -> Q:
    # A delta test that is open beside the provider's turn is the assessor's too (rule 8).
    tests = Q(stage=InitialStage.REMEDIATION, facts__delta_test_wanted__0="yes") & ~Q(
        facts__has_key="delta_test_done_on"
    )
    return (Q(waits_on=Turn.ASSESSOR) | tests) & Q(assessor=organization)


def _of_pmo(user: User, organization: int) -> Q:
    # A review waits on the person who claimed it, until it is recommended what to do; the others find it in the queue.
    claimed = Q(claimed_by__in=user.stands_for) & ~IS_RECOMMENDED
    return Q(waits_on=Turn.PMO) & (~Q(stage=InitialStage.PMO_REVIEW) | claimed)


def _of_lead(user: User, organization: int) -> Q:
    # What another recommends is a lead's to decide (rule 10). By whom it was recorded stands in the fact.
    own = Q(facts__pmo_recommendation__1__in=[*user.stands_for, *user.former_keys])
    by_own = Q(facts__pmo_recommendation__3__isnull=False, facts__pmo_recommendation__3__in=user.stands_for)
    ready = Q(waits_on=Turn.PMO, stage=InitialStage.PMO_REVIEW) & IS_RECOMMENDED & ~own & ~by_own
    return _of_pmo(user, organization) | ready


@cache
def _acts(party: Party) -> Q:
    rows = Q(pk__in=[])
    for kind, record_type in Case.machines.items():
        stages = {stage for step in record_type.machine().steps if party in step.who for stage in step.sources}
        rows |= Q(kind=kind, stage__in=sorted(stages))
    return rows


# The agency's turn is its official's once the WBS is signed on its side: row I4 is the official's own.
ASKS_FOR_IN_PROCESS = Q(waits_on=Turn.AGENCY, stage=InitialStage.PLANNING, facts__has_key="wbs_signed_by_agency_on")
IS_RECOMMENDED = Q(facts__has_key="pmo_recommendation")
YOURS: dict[Role, Callable[[User, int], Q]] = {
    Role.AGENCY_LIAISON: lambda user, organization: Q(waits_on=Turn.AGENCY, agency__in=_below(user, organization)),
    Role.AGENCY_REVIEWER: lambda user, organization: Q(waits_on=Turn.AGENCY, agency=organization) & _acts(Party.AR),
    Role.AUTHORIZING_OFFICIAL: lambda user, organization: (
        (Q(waits_on=Turn.OFFICIAL) | ASKS_FOR_IN_PROCESS)
        & Q(authorizing_official=user, agency__in=_below(user, organization))
    ),
    Role.CSP_LEAD: _of_provider,
    Role.CSP_CONTRIBUTOR: lambda user, organization: _of_provider(user, organization) & _acts(Party.CC),
    Role.ASSESSOR_LEAD: _of_assessor,
    Role.ASSESSOR_MEMBER: _of_assessor,
    Role.PMO_REVIEWER: _of_pmo,
    Role.PMO_LEAD: _of_lead,
}


# Who is told that another role of the own side takes the next step.
AGENCY_SIDE = PARTIES_DUE[Turn.AGENCY] | PARTIES_DUE[Turn.OFFICIAL]
SIDES = {**PARTIES_DUE, Turn.AGENCY: AGENCY_SIDE, Turn.OFFICIAL: AGENCY_SIDE}
OWNERS = {
    Party.AL: "the agency's liaison",
    Party.AR: "the agency's reviewer",
    Party.AO: "the authorizing official",
    Party.CL: "the provider's lead",
    Party.CC: "the provider's contributor",
    Party.AS: "the assessor",
    Party.PR: "a PMO reviewer",
    Party.PL: "a PMO lead",
}


def answered_by_a_fact(case: Case) -> bool:
    """Whether no step but a fact ends the turn: the assessor says when the delta test was done."""
    return case.stage == InitialStage.REMEDIATION and is_delta_test_open(case.fact_value)


def left_to_others(case: Case, user: User, today: date) -> list[tuple[str, str]]:
    """The steps for which the case waits on the person's own side, but on another role there: label and role."""
    context = ActingContext(user, today, case.parties_of(user))
    if next_step(case, user, today) is not None:
        return []
    if SIDES.get(case.waits_on, frozenset()).isdisjoint(context.parties):
        return []
    return [(step.label, owners(step.who & PARTIES_DUE[case.waits_on])) for step in due_now(case, context)]


def owners(parties: Iterable[Party]) -> str:
    names = sorted(OWNERS[party] for party in parties)
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
