"""Which step of a case leads on, and whose it is."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from accounts.models import User
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.cases import CLAIMED
from authorizations.lifecycle.gates.reuse import ALL_ACCESS_ENDED
from authorizations.lifecycle.step import Step
from authorizations.models.cases.case import Case
from authorizations.policy import Party
from authorizations.vocabulary import Turn

# Conditions of steps that are not what a case waits for: the one asks the database, the other gives a claim away.
NOT_AHEAD = frozenset({ALL_ACCESS_ENDED, CLAIMED})


# The step that carries out what a reviewer of the PMO recommends.
RECOMMENDED = {
    "certify": "certify",
    "remediate": "request_pmo_remediation",
    "send_back": "send_back",
    "reject": "reject",
}
PARTIES_DUE: dict[str, frozenset[Party]] = {
    Turn.AGENCY: frozenset({Party.AL, Party.AR}),
    Turn.OFFICIAL: frozenset({Party.AO}),
    Turn.PROVIDER: frozenset({Party.CL, Party.CC}),
    Turn.ASSESSOR: frozenset({Party.AS}),
    Turn.PMO: frozenset({Party.PR, Party.PL}),
}


def next_step(case: Case, user: User, today: date) -> Step | None:
    """The step that leads on and that this person may take: not one back, out or aside, each of which needs a reason.

    It asks the database nothing: whether a step is blocked is said on the step's page.
    """
    context = ActingContext(user, today, case.parties_of(user))
    if (decision := ready_to_decide(case, context)) is not None:
        return decision
    return next((step for step in leading_on(case, context) if _takes(context.parties, step)), None)


def ready_to_decide(case: Case, context: ActingContext) -> Step | None:
    """The step that another person of the PMO recommended, where this person may take it (machine tables, rule 10)."""
    step = case.machine().step(RECOMMENDED.get(case.fact_value("pmo_recommendation"), ""))
    if step is None or not step.is_offered(case, context) or step.who.isdisjoint(context.parties):
        return None
    own = {*context.user.stands_for, *context.user.former_keys}
    return step if case.recorders_of("pmo_recommendation").isdisjoint(own) else None


def leading_on(case: Case, context: ActingContext) -> Iterator[Step]:
    steps = (step for step in _ahead(case.kind, case.stage) if step.is_offered(case, context))
    return (step for step in steps if not step.within_side or _is_open_within(case, step))


def _is_open_within(case: Case, step: Step) -> bool:
    """Whether the side whose turn it is has still to do what it settles within itself."""
    recorded = [fact.name for fact in step.facts if fact.is_stored]
    is_done = bool(recorded) and all(case.fact_value(name) is not None for name in recorded)
    return not is_done and not step.who.isdisjoint(PARTIES_DUE.get(case.waits_on, frozenset()))


@cache
def _ahead(kind: str, stage: str) -> tuple[Step, ...]:
    steps = (step for step in Case.machines[kind].machine().steps if stage in step.sources)
    return tuple(each for each in steps if not each.reason and not each.is_aside and NOT_AHEAD.isdisjoint(each.offered))


def due_now(case: Case, context: ActingContext) -> list[Step]:
    """The steps that lead on and belong to the party that the case waits on."""
    due = PARTIES_DUE.get(case.waits_on, frozenset())
    return [step for step in leading_on(case, context) if step.who & due]


def _takes(acting: frozenset[Party], step: Step) -> bool:
    return not step.who.isdisjoint(acting) or (step.recorded and Party.AL in acting)
