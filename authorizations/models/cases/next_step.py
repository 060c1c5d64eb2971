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
    return next((step for step in leading_on(case, context) if _takes(context.parties, step)), None)


def leading_on(case: Case, context: ActingContext) -> Iterator[Step]:
    return (step for step in _ahead(case.kind, case.stage) if step.is_offered(case, context))


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
