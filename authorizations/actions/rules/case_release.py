"""Moving a case to another release of the rules, on purpose and with a reason, and what that would change for it."""

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import action
from authorizations.actions.refusals import NoLongerPossible, refuse_unready
from authorizations.actions.steps import refuse_stale, save_changed, state_of
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import Step
from authorizations.models import Case
from authorizations.notifications.catalog.catalog import OTHER_RULES
from authorizations.policy import Capability
from authorizations.rules import Release, releases

MOVED = OTHER_RULES


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that changes for a case: in which respect (``stage``, ``asked``, ``dropped``), and a sentence."""

    kind: str
    sentence: str


def targets(case: Case) -> list[Release]:
    """The releases to which a case can be moved: every one that is active by now but its own, the newest first."""
    today = timezone.localdate()
    every = [each for each in releases().values() if each.active_from <= today and each.id != case.release]
    return every[::-1]


def effects_of_move(case: Case, to: Release, reader: User, today: date) -> list[Effect]:
    """What would change for a case by itself: its label, and what blocks its steps now.

    reader: to whom it is told.
    """
    moved, context = copy(case), acting_context(case, reader, today)
    moved.considered = to
    found = []
    before, after = case.stage_label, moved.stage_label
    if before != after:
        found.append(Effect("stage", f"The stage reads “{after}” instead of “{before}”."))
    for step in case.machine().steps:
        if case.stage in step.sources and not step.inside:
            found += _of_step(step, case, moved, context)
    return found


def _of_step(step: Step, case: Case, moved: Case, context: ActingContext) -> list[Effect]:
    rules = [*case.rules.documents.values(), *moved.rules.documents.values()]
    closed = not case.reads_inside_agency(context.user)
    inside = {f"{document_gates.WHERE}{rule.key}" for rule in rules if rule.inside and closed}
    was, will = (_in_the_way(step, each, context, inside) for each in (case, moved))
    asked = [Effect("asked", f"“{step.label}” newly asks: {words}") for words in will if words not in was]
    return asked + [Effect("dropped", f"“{step.label}” no longer asks: {words}") for words in was if words not in will]


def _in_the_way(step: Step, case: Case, context: ActingContext, inside: Collection[str]) -> list[str]:
    """What blocks a step before anything is entered, and the documents that its form would ask for.

    inside: where documents stand that stay inside the agency; whether they are there is told to nobody else.
    """
    problems = [*step.unmet(case, context), *document_gates.unmet_with_facts(case, step.row, {}, context.as_of)]
    return list(dict.fromkeys(problem.sentence for problem in problems if problem.where not in inside))


def move_to_release(
    public_id: str, *, actor: User, now: datetime, release: str, revision: int, reason: str, idempotency_key: str = ""
) -> Case:
    """Pins a case to another release; what it asks for from then on is that release's."""
    clash = "This was done already."
    with action(actor, Capability.MOVE_TO_RELEASE, now=now, idempotency_key=idempotency_key, clash=clash) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        refuse_stale(case, revision, actor)
        if not case.is_open:
            raise NoLongerPossible("This case has ended; it stays under the rules that it ended under.")
        if case.release == release:
            raise NoLongerPossible("This case follows this release already.")
        _refuse(case, release, reason.strip())
        before = state_of(case)
        case.release = release
        case.settle(before["stage"], act.at)
        act.record(MOVED, case, changes=save_changed(case, before, act), reason=reason.strip())
    return case


def _refuse(case: Case, release: str, reason: str) -> None:
    problems = []
    if release not in {each.id for each in targets(case)}:
        words = "Choose one of the releases that are active now."
        problems.append(Problem("release", words, "release", waivable=False))
    if not reason:
        problems.append(REASON)
    refuse_unready(problems)
