"""Findings of a case: drafted inside the reviewer's side, sent by a return, answered by one side, settled by the other.

Sending is what follows from the steps of `returns.RETURNS`. Every act on what was sent counts the case's revision, so
that nobody approves or resubmits what they did not see.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from accounts.models import User
from authorizations.actions.acting_capacity import RECORDERS, acting_context, spoken_for
from authorizations.actions.door import Action, Changes, action, plain, update
from authorizations.actions.findings.drafts import OVER, change_finding, draft_finding, drop_finding
from authorizations.actions.findings.returns import ANSWERERS, REVIEWERS, close_round, count, sides_of
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.actions.steps import refuse_stale
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.models import Case, Finding
from authorizations.policy import Party
from authorizations.sanitize import LONGEST_TEXT
from authorizations.vocabulary import RECORDED_FOR, Turn

__all__ = [
    "answer_finding",
    "answer_findings",
    "ask_again",
    "change_finding",
    "draft_finding",
    "drop_finding",
    "resolve_finding",
    "resolve_findings",
]

NOT_YOURS_TO_ANSWER = "Another side owes the answer to this finding."
NOT_YOURS_TO_SETTLE = "The side whose review found this decides whether it is settled."


def answer_finding(public_id: str, *, actor: User, now: datetime, revision: int, answer: str) -> Finding:
    """Answers one finding; see `answer_findings()`."""
    case = _case_id(public_id, actor)
    return answer_findings(case, actor=actor, now=now, revision=revision, answers={public_id: answer})[0]


def answer_findings(
    public_id: str, *, actor: User, now: datetime, revision: int, answers: Mapping[str, str]
) -> list[Finding]:
    """Answers findings of a case for the side that owes it; an answer may be changed until the work is handed on.

    Args:
        revision: of the case as the person saw it; answers: by the finding's public id.
    """
    with action(actor, now=now) as act:
        case, findings = _sent(public_id, answers, actor)
        context = acting_context(case, actor, act.day)
        for finding in findings:
            _let_in_to_answer(act, context, Turn(finding.owed_by))
        refuse_stale(case, revision, actor)
        texts = {name: text.strip() for name, text in answers.items()}
        changed = [finding for finding in findings if texts[finding.public_id] != finding.answer]
        for finding in changed:
            if not is_answerable(case, finding):
                raise NoLongerPossible("A finding that was settled, or whose answer was handed on, keeps its answer.")
        _refuse_texts({finding.public_id: texts[finding.public_id] for finding in findings})
        if not changed:
            raise Blocked("Nothing was changed: the findings already have these answers.")
        for finding in changed:
            update(finding, answer=texts[finding.public_id], answered_by=actor, answered_at=act.at)
        side = changed[0].owed_by
        recorded: Changes = {RECORDED_FOR: [None, side]} if ANSWERERS[Turn(side)].isdisjoint(context.parties) else {}
        _leave(act, case, "case.findings_answered", changed, recorded=recorded)
    return findings


def is_answerable(case: Case, finding: Finding) -> bool:
    """Whether the side that owes the answer may give it, or still change it: until the work is handed on again."""
    return case.is_open and finding.is_open and (finding.is_unanswered or bool(case.came_back_step))


def _refuse_texts(texts: Mapping[str, str]) -> None:
    problems = [
        Problem("answer", "Answer: say in words what was done about it.", name, waivable=False)
        for name, text in texts.items()
        if not text
    ]
    problems += [
        Problem("answer", f"Answer: this is longer than {LONGEST_TEXT:,} characters.", name, waivable=False)
        for name, text in texts.items()
        if len(text) > LONGEST_TEXT
    ]
    refuse_unready(problems)


def resolve_finding(public_id: str, *, actor: User, now: datetime, revision: int, reason: str = "") -> Finding:
    """Settles one finding; see `resolve_findings()`."""
    case = _case_id(public_id, actor)
    return resolve_findings(case, actor=actor, now=now, revision=revision, findings=[public_id], reason=reason)[0]


def resolve_findings(
    public_id: str, *, actor: User, now: datetime, revision: int, findings: Collection[str], reason: str = ""
) -> list[Finding]:
    """Settles findings of a case for the side whose review found them, no matter who of them drafted them.

    Args:
        findings: their public ids; reason: owed where one of them was not answered.
    """
    with action(actor, now=now) as act:
        case, found = _reviewed(act, public_id, findings, actor, revision)
        if any(finding.is_unanswered for finding in found) and not reason.strip():
            words = "Say in a sentence why a finding is settled that was not answered. It stays on record."
            raise NotReady([Problem("reason", words, "reason", waivable=False)])
        if not found:
            raise NotReady([Problem("findings", "Choose the findings that are settled.", "findings", waivable=False)])
        for finding in found:
            update(finding, resolved_by=actor, resolved_at=act.at)
        _leave(act, case, "case.findings_resolved", found, reason)
    return found


def ask_again(public_id: str, *, actor: User, now: datetime, revision: int, reason: str) -> Finding:
    """Asks for another answer, because the one that was given is not enough; both rounds stay readable."""
    case_id = _case_id(public_id, actor)
    with action(actor, now=now) as act:
        case, [finding] = _reviewed(act, case_id, [public_id], actor, revision)
        if finding.is_unanswered:
            raise NoLongerPossible("This finding waits for an answer already.")
        if not reason.strip():
            raise NotReady([REASON])
        close_round(finding, act, reason.strip())
        _leave(act, case, "case.finding_asked_again", [finding], reason)
    return finding


def _case_id(public_id: str, actor: User) -> str:
    return str(Finding.objects.visible_to(actor).select_related("case").get(public_id=public_id).case.public_id)


def _sent(public_id: str, names: Collection[str], actor: User) -> tuple[Case, list[Finding]]:
    case: Case = Case.objects.held_by(actor).get(public_id=public_id)
    rows = Finding.objects.visible_to(actor).filter(case=case, sent_at__isnull=False)
    found = list(rows.filter(public_id__in=list(names)).order_by("pk"))
    if len(found) != len(set(names)):
        raise Finding.DoesNotExist
    return case, found


def _reviewed(
    act: Action, public_id: str, names: Collection[str], actor: User, revision: int
) -> tuple[Case, list[Finding]]:
    case, found = _sent(public_id, names, actor)
    context = acting_context(case, actor, act.day)
    for finding in found:
        _let_in(act, context, REVIEWERS[Turn(finding.side)], NOT_YOURS_TO_SETTLE)
    if not found and not sides_of(context.parties):
        raise NotPermitted(NOT_YOURS_TO_SETTLE)
    refuse_stale(case, revision, actor)
    if not case.is_open:
        raise NoLongerPossible(OVER)
    if any(not finding.is_open for finding in found):
        raise NoLongerPossible("One of these findings is settled already.")
    return case, found


def _let_in(act: Action, context: ActingContext, roles: frozenset[Party], no: str) -> None:
    if roles.isdisjoint(context.parties):
        raise NotPermitted(no)
    act.acted_for = context.as_one_of(roles & context.parties).acting_for


def _let_in_to_answer(act: Action, context: ActingContext, side: Turn) -> None:
    """For a side without people here a lead of the case's own side writes down from evidence what it answered."""
    if ANSWERERS[side].isdisjoint(context.parties) and not ANSWERERS[side].isdisjoint(spoken_for(context)):
        act.acted_for = context.as_one_of(RECORDERS & context.parties).acting_for
        return
    _let_in(act, context, ANSWERERS[side], NOT_YOURS_TO_ANSWER)


def _leave(
    act: Action,
    case: Case,
    verb: str,
    findings: Sequence[Finding],
    reason: str = "",
    recorded: Changes | None = None,
) -> None:
    count(case)
    case.revision += 1
    before = case.waits_on, case.waits_since
    case.settle(case.stage, act.at)
    case.save(update_fields=["finding_counts", "revision", "waits_on", "waits_since"])
    keys = [finding.pk for finding in findings]
    counted: Changes = {**(recorded or {}), "findings": [None, keys], "revision": [case.revision - 1, case.revision]}
    if case.waits_on != before[0]:
        counted["waits_on"] = [before[0], case.waits_on]
        counted["waits_since"] = [plain(before[1]), plain(case.waits_since)]
    act.record(verb, case, changes=counted, reason=reason.strip())
