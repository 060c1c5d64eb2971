"""Recording from evidence what an absent party did, and what the party says of it later (machine tables, rule 5a)."""

from datetime import datetime

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import Action, Changes, action, new_values, update
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.models import Case, RecordedForAbsent
from authorizations.policy import Party
from authorizations.sanitize import LONGEST_TEXT
from authorizations.vocabulary import RECORDED_FOR, Answer, Turn

# Who answers for a party, which then has people here.
ANSWERS: dict[Turn, frozenset[Party]] = {
    Turn.PROVIDER: frozenset({Party.CL}),
    Turn.ASSESSOR: frozenset({Party.AS}),
    Turn.PMO: frozenset({Party.PR, Party.PL}),
}
VERBS = {Answer.CONFIRMED: "case.recorded_line_confirmed", Answer.DISPUTED: "case.recorded_line_disputed"}
NOT_YOURS = "Only the party for which this was recorded confirms or disputes it."


def note_recorded(act: Action, case: Case, step: str, context: ActingContext) -> Changes:
    """Keeps that a step was recorded for an absent party, to be confirmed; what the step's entry says of it."""
    if not context.recorded_for:
        return {}
    RecordedForAbsent(
        case=case,
        side=context.recorded_for,
        step=step,
        revision=case.revision,
        recorded_by=act.actor,
        recorded_at=act.recorded_at,
    ).save(force_insert=True)
    return {RECORDED_FOR: [None, str(context.recorded_for)]}


def answer_recorded(
    public_id: str, *, actor: User, now: datetime, answer: str, statement: str = ""
) -> RecordedForAbsent:
    """Confirms or disputes what was recorded for the actor's party while it had nobody here. Nothing moves by it.

    Args:
        statement: what is right instead, owed with a dispute.
    """
    with action(actor, now=now) as act:
        seen = RecordedForAbsent.objects.visible_to(actor).get(public_id=public_id)
        case: Case = Case.objects.held_by(actor).get(pk=seen.case_id)
        line: RecordedForAbsent = RecordedForAbsent.objects.visible_to(actor).get(pk=seen.pk)
        line.case = case
        who = ANSWERS[Turn(line.side)]
        context = acting_context(case, actor, act.day)
        if who.isdisjoint(context.parties):
            raise NotPermitted(NOT_YOURS)
        act.acted_for = context.as_one_of(who & context.parties).acting_for
        if line.answer:
            raise NoLongerPossible("This was answered already. Both stay on record.")
        _refuse_answer(answer, statement.strip())
        said = {"answer": answer, "statement": statement.strip()}
        update(line, **said, answered_by=actor, answered_at=now)
        told = new_values(line=line.step, of_revision=line.revision, answer=answer)
        act.record(VERBS[Answer(answer)], case, changes=told, reason=statement.strip())
    return line


def _refuse_answer(answer: str, statement: str) -> None:
    problems = []
    if answer not in Answer.values:
        problems.append(Problem("answer", "Choose whether this is right.", "answer", waivable=False))
    if answer == Answer.DISPUTED and not statement:
        problems.append(Problem("statement", "Say in a sentence why it is not right.", "statement", waivable=False))
    if len(statement) > LONGEST_TEXT:
        words = f"Your statement: this is longer than {LONGEST_TEXT:,} characters."
        problems.append(Problem("statement", words, "statement", waivable=False))
    if problems:
        raise NotReady(problems)
