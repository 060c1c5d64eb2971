"""How a case begins, and what people keep of it beside its steps: facts, and gates that the PMO waives."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.acting_capacity import acting_capacity, acting_context
from authorizations.actions.cases.new_case import agree, begin, enter, owes_reason
from authorizations.actions.cases.plan_dates import fill_plan
from authorizations.actions.door import Action, Changes, action
from authorizations.actions.idempotency_key import sent_before
from authorizations.actions.refusals import (
    AlreadyDone,
    Blocked,
    NoLongerPossible,
    NotPermitted,
    NotReady,
    refuse_unready,
)
from authorizations.actions.register.atos import register
from authorizations.actions.steps import (
    foreign_records,
    problems_of_time,
    refuse_stale,
    save_changed,
    state_of,
    unknown_facts,
)
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.problems import REASON, Force, Problem, gate_problems
from authorizations.lifecycle.stages import (
    FROM_ATO_INITIAL,
    FROM_ATO_REUSE,
    LISTED,
    MAY_EXPIRE,
    OPEN_REUSE,
    InitialStage,
    ReuseStage,
)
from authorizations.lifecycle.step import STANDING_IN, Fact, Step, blocking_problems, wrong_expiry
from authorizations.models import Ato, Case, InitialCase, Offering
from authorizations.models.cases import initial as initial_machine
from authorizations.models.cases import reuse as reuse_machine
from authorizations.models.querysets import BESIDE_EVERY_ACT
from authorizations.policy import SIDES, Capability, Party
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind

OPEN: dict[str, Step] = {CaseKind.INITIAL: initial_machine.OPEN, CaseKind.REUSE: reuse_machine.OPEN}
ADOPT: dict[str, Step] = {CaseKind.INITIAL: initial_machine.ADOPT, CaseKind.REUSE: reuse_machine.ADOPT}
ADOPTED_AT: dict[str, Sequence[str]] = {
    CaseKind.INITIAL: initial_machine.ADOPTED_AT,
    CaseKind.REUSE: reuse_machine.ADOPTED_AT,
}
MAY_OPEN = {CaseKind.INITIAL: Capability.OPEN_INITIAL_CASE, CaseKind.REUSE: Capability.OPEN_REUSE_CASE}
MAY_ADOPT = {CaseKind.INITIAL: Capability.ADOPT_INITIAL_CASE, CaseKind.REUSE: Capability.ADOPT_REUSE_CASE}
IN_REVIEW = (InitialStage.PMO_REVIEW, InitialStage.PMO_REMEDIATION)
# Facts of a case, from *ATO issued* on, that its ATO states too.
FACTS_OF_THE_ATO = ("system", "authorizing_official", "ato_type", "signed_on", "expires_on")
FROM_ATO = (*FROM_ATO_INITIAL, *FROM_ATO_REUSE)
MADE_WAY = "Another case for this system was adopted. This one was shared with nobody, so it names no system now."


class AlreadyOpened(AlreadyDone):
    already = "This case was opened already. Here it is."


def open_case(
    kind: str,
    *,
    actor: User,
    now: datetime,
    agency: Organization,
    offering: Offering,
    idempotency_key: str = "",
    reason: str = "",
    evidence: str = "",
    **facts: Any,
) -> Case:
    """Opens a case: rows I0 and U0 of the machines.

    Args:
        reason: owed as `owes_reason()` says.
        evidence: owed by a PMO lead who acts for an organization without an active member.
        facts: what the row asks for beside agency and offering, by name.
    """
    step = OPEN[kind]
    clash = "Someone else opened the same at this moment. Look again."
    with _beginning(actor, MAY_OPEN[CaseKind(kind)], now, idempotency_key, clash) as act:
        _refuse_opened(idempotency_key, actor)
        case = begin(act, kind, step.target, agency, offering)
        context = refuse_foreign(case, step, acting_context(case, actor, act.day))
        act.acted_for = context.acting_for
        recorded = {**facts, **({STANDING_IN.name: evidence.strip()} if context.for_unstaffed_organization else {})}
        problems = step.problems(case, {"agency": agency, "offering": offering, **recorded}, context)
        problems += unknown_facts(step.facts, facts)
        if owes_reason(case, context) and not reason.strip():
            problems.append(REASON)
        refuse_unready(blocking_problems(problems))
        _note(act, case, facts, context)
        if kind == CaseKind.INITIAL:
            agree(act, case, context)
        elif context.for_unstaffed_organization:
            # Who acts for the agency must be able to go on with what was opened.
            case.shared_at = act.at
        enter(act, case, "case.open", recorded, reason.strip())
    return case


def _beginning(
    actor: User, capability: Capability, now: datetime, idempotency_key: str, clash: str
) -> AbstractContextManager[Action]:
    refuse_resent = partial(_refuse_opened, idempotency_key, actor)
    return action(actor, capability, now=now, idempotency_key=idempotency_key, clash=clash, refuse_resent=refuse_resent)


def _refuse_opened(idempotency_key: str, actor: User) -> None:
    # The key of another person's form leads nobody to what that form opened.
    sent = sent_before(idempotency_key, actor=actor)
    if sent is None:
        return
    # Where an ATO was registered in the same act, the key is on its entry, which is the first.
    begun = Case.objects.filter(**{"ato" if sent.subject_type == "ato" else "pk": sent.subject_id}).first()
    if begun is not None and sent.subject_type in {"ato", "case"}:
        raise AlreadyOpened(begun)


def refuse_foreign(case: Case, step: Step, context: ActingContext) -> ActingContext:
    capacity = acting_capacity(case, step, context)
    if capacity is None:
        raise NotPermitted("Your role does not allow this for this agency and this offering.")
    return capacity


def adopt_case(
    kind: str,
    *,
    actor: User,
    now: datetime,
    agency: Organization,
    offering: Offering,
    stage: str,
    reason: str,
    evidence: str,
    idempotency_key: str = "",
    ato: Ato | Mapping[str, Any] | None = None,
    resumes_at: str = "",
    **facts: Any,
) -> Case:
    """Brings in a case that is already under way: rows I0a and U0a.

    Args:
        stage: where the case is; gates of earlier stages are not checked here, which its page says.
        ato: from *ATO issued* on, the agency's ATO on file, or the facts that register it in the same act (A1).
        resumes_at: where the case goes on once an expired access is renewed.
        facts: what is known of earlier stages, by name.
    """
    step = ADOPT[kind]
    clash = "Someone else adopted the same case at this moment. Look again."
    with _beginning(actor, MAY_ADOPT[CaseKind(kind)], now, idempotency_key, clash) as act:
        # The lock makes a second sending of the form wait, and then find the first.
        Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=offering.pk)
        _refuse_opened(idempotency_key, actor)
        case = begin(act, kind, stage, agency, offering)
        context = refuse_foreign(case, step, acting_context(case, actor, act.day))
        act.acted_for = context.acting_for
        _refuse_adoption(case, step, context, stage, resumes_at, reason.strip(), evidence.strip(), facts)
        _note(act, case, facts, context)
        case.ato = _ato_of(act, case, stage, ato, actor)
        _stand_at(case, stage, resumes_at, act.current(context))
        recorded = {**facts, "evidence": evidence, "ato": case.ato}
        moved = _make_way(act, case, context)
        enter(act, case, "case.adopt", recorded, reason.strip())
        for twin, changes in moved:
            act.record("case.facts_recorded", twin, changes=changes, reason=MADE_WAY)
    return case


def _refuse_adoption(
    case: Case,
    step: Step,
    context: ActingContext,
    stage: str,
    resumes_at: str,
    reason: str,
    evidence: str,
    facts: Mapping[str, Any],
) -> None:
    known = case.machine().facts
    problems = [Problem("facts", f"No step asks for {name!r}.") for name in facts if name not in known]
    given = [known[name] for name in facts if name in known]
    problems += [each for fact in given for each in fact.problems(facts[fact.name], context.as_of)]
    problems += [*foreign_records(case, given, facts), *_wrong_expiry(case, facts)]
    if stage not in ADOPTED_AT[case.kind]:
        problems.append(Problem("stage", "Choose the stage at which the case stands.", "stage"))
    if not evidence:
        problems.append(Problem("evidence", "Say where the evidence can be found.", "evidence"))
    if not reason:
        problems.append(REASON)
    if stage == ReuseStage.ACCESS_EXPIRED and resumes_at not in MAY_EXPIRE:
        words = "Say at which stage the case goes on once access is renewed."
        problems.append(Problem("resumes_at", words, "resumes_at"))
    case.system = facts.get("system")
    gates = step.gates if case.kind == CaseKind.REUSE or stage in LISTED else ()
    problems += [each for gate in gates for each in gate_problems(gate, case, facts, context)]
    refuse_unready(blocking_problems(problems))


def _ato_of(act: Action, case: Case, stage: str, ato: Ato | Mapping[str, Any] | None, actor: User) -> Ato | None:
    if stage not in FROM_ATO:
        return None
    if isinstance(ato, Mapping):
        return _register(act, case, ato, actor)
    on_file = Ato.objects.visible_to(actor).filter(
        agency=case.agency, offering=case.offering, stage__in=LIVE_ATO_STAGES, source="portal"
    )
    if ato is None or not on_file.filter(pk=ato.pk).exists():
        words = "From “ATO issued” on, name the agency's ATO in the register, or register it first."
        raise NotReady([Problem("ato", words, "ato")])
    return ato


def _register(act: Action, case: Case, facts: Mapping[str, Any], actor: User) -> Ato:
    """Registers the ATO of an adopted case in the same act (A1), its refusals named apart."""
    given = {**facts, "agency": case.agency, "offering": case.offering}
    try:
        return register(act, actor, given, reason="Registered with the case that is adopted.")
    except NotReady as refusal:
        raise NotReady([replace(each, where=f"register_{each.where}") for each in refusal.problems]) from refusal


def _note(act: Action, case: Case, facts: Mapping[str, Any], context: ActingContext) -> None:
    for name, value in facts.items():
        case.set_fact(name, value, act.current(context))


def _stand_at(case: Case, stage: str, resumes_at: str, act: CurrentAct) -> None:
    """What follows from where an adopted case stands, and from its ATO, which says some of its facts already."""
    for name in FACTS_OF_THE_ATO:
        if case.ato is not None and case.fact_value(name) is None:
            case.set_fact(name, getattr(case.ato, name), act)
    # It is shared, but for a reuse case of the agency that has not asked for access yet (rule c).
    if case.kind == CaseKind.INITIAL or stage != ReuseStage.NEED_DEFINED or Party.PL in act.context.acting:
        case.shared_at = act.at
    case.adopted_at_stage, case.resumes_at = stage, resumes_at
    if isinstance(case, InitialCase) and stage in IN_REVIEW:
        case.receive(act)


def _make_way(act: Action, case: Case, context: ActingContext) -> list[tuple[Case, Changes]]:
    """Takes the system off the cases that the agency has shared with nobody, where another side brings this one in.

    The actor may not learn of them, so they cannot stand in the way. Returns what changed, to be recorded last.
    """
    if (
        case.kind != CaseKind.REUSE
        or case.system is None
        or not context.parties.isdisjoint(SIDES[OrganizationKind.AGENCY])
    ):
        return []
    same = Case.objects.filter(kind=case.kind, agency=case.agency, offering=case.offering, system=case.system)
    unshared = same.filter(shared_at__isnull=True, stage__in=OPEN_REUSE).select_related(*BESIDE_EVERY_ACT)
    found: list[tuple[Case, Changes]] = []
    for twin in unshared.select_for_update(of=("self",)).order_by("pk"):
        before = state_of(twin)
        twin.set_fact("system", None, act.current(context))
        found.append((twin, save_changed(twin, before, act)))
    return found


# --- facts ---


def recordable(case: Case, who: frozenset[Party]) -> list[Fact]:
    """The facts that people who are this for the case may record now, in the order in which the steps ask for them."""
    return recordable_by(case, who) if case.is_open else []


def recordable_by(case: Case, who: frozenset[Party]) -> list[Fact]:
    """The facts that are theirs to record while the case is open, in that order."""
    machine = case.machine()
    return [fact for name, fact in machine.facts.items() if not machine.recorders[name].isdisjoint(who)]


def record_facts(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    revision: int,
    at: datetime | None = None,
    reason: str = "",
    **facts: Any,
) -> Case:
    """Records facts of a case, at any open stage; None takes one back (machine tables, rule 3)."""
    clash = "Your agency has an open reuse case of this offering for this system already."
    with action(actor, now=now, at=at, clash=clash) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        context = acting_context(case, actor, act.day)
        refuse_stale(case, revision, actor)
        if not case.is_open:
            raise NoLongerPossible("This case has ended; its facts stay as they are.")
        known = case.machine().facts
        yours = {fact.name for fact in recordable_by(case, context.parties)}
        if any(name in known and name not in yours for name in facts):
            raise NotPermitted("Your role does not record this fact. Its page lists the facts that you can record.")
        context = in_role_that_records(case, facts, context)
        act.acted_for = context.acting_for
        _refuse_facts(act, case, facts, reason.strip())
        before = state_of(case)
        _note(act, case, facts, context)
        case.settle(before["stage"], act.at)
        if state_of(case) == before:
            raise Blocked("Nothing was changed: the case already says so.")
        changed = {**save_changed(case, before, act), **fill_plan(case)}
        act.record("case.facts_recorded", case, changes=changed, reason=reason.strip())
    return case


def in_role_that_records(case: Case, names: Iterable[str], context: ActingContext) -> ActingContext:
    """The context in which these facts are recorded: in a colleague's role where one of them needs it."""
    machine = case.machine()
    roles = (context.as_one_of(machine.recorders[name]) for name in names if name in machine.facts)
    return next((each for each in roles if each.acting_for is not None), context)


def _refuse_facts(act: Action, case: Case, facts: Mapping[str, Any], reason: str) -> None:
    known = case.machine().facts
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    problems = problems_of_time(act, case)
    problems += [Problem("facts", f"No step asks for {name!r}.") for name in facts if name not in known]
    asked = [known[name] for name in given if name in known]
    problems += [each for fact in asked for each in fact.problems(given[fact.name], act.day)]
    problems += [*foreign_records(case, asked, given), *_wrong_expiry(case, given)]
    taken_back = [name for name in facts if name not in given and case.fact_value(name) is not None]
    if not reason and (taken_back or any(problem.force is Force.SHOULD for problem in problems)):
        problems.append(REASON)
    refuse_unready(blocking_problems(problems))


def _wrong_expiry(case: Case, given: Mapping[str, Any]) -> list[Problem]:
    days = [given.get(name) or case.fact_value(name) for name in ("expires_on", "signed_on")]
    stated = next((name for name in ("expires_on", "signed_on") if given.get(name)), "")
    words = wrong_expiry(days[1], days[0]) if stated and all(isinstance(day, date) for day in days) else ""
    return [Problem(stated, words, stated, waivable=False)] if words else []


# --- waivers ---
