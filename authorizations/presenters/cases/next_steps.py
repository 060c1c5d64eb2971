"""What can happen next to a case, as its summary and its report tell it: each step with what it needs, met and unmet.

A person's own steps are told as the case's page tells them. Of the step for which the case waits on another party, its
reader is told what follows from facts and documents that they read anyway, and nothing else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.models import User
from authorizations.actions.steps import Offer
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.step import Step
from authorizations.models import Case
from authorizations.models.cases.next_step import RECOMMENDED, due_now
from authorizations.presenters.cases.your_turn import owners
from authorizations.presenters.documents import readable
from authorizations.presenters.links import problem_links

UNMET, ASKED, MET, WAIVED = "Not met", "Asked for, or a reason", "Met", "Waived"
OPEN, UNTOLD = "Nothing is missing", "Not told to your side"
# Gates that say the same to every side, and only what each party of the case knows. Others speak to anyone who takes
# the step, count drafts, or tell of other cases.
KNOWN_TO_ALL = frozenset(
    {
        *(
            "provider_has_answered",
            "agency_has_answered",
            "assessor_has_answered",
            "no_open_finding",
            "no_open_pmo_finding",
        ),
        *("official_named", "ato_active", "before_cutoff", "in_review_by_cutoff"),
        *("approach_all_at_once", "debrief_held", "delta_test_done", "no_pending_deviations", "no_open_high"),
        *("repository_known", "package_located", "letter_sent_before_applying", "listed_before_applying"),
        *("verified_lately", "assessment_fresh"),
        *("fedramp_id_known", "no_private_cloud", "offering_certified"),
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a step needs: in a sentence, whether it is met, and where that is done, for anyone who can."""

    sentence: str
    state: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step that can happen next.

    Attributes:
        is_due: whether the case waits for it.
        is_whole: whether the reader is told all that it needs.
        is_within_side: whether it only settles who of one side does the work.
    """

    label: str
    owners: str
    needs: tuple[Need, ...]
    is_due: bool
    is_whole: bool
    is_within_side: bool

    @property
    def unmet(self) -> list[str]:
        return [need.sentence for need in self.needs if need.state == UNMET]


def ahead(case: Case, context: ActingContext, own: Sequence[Offer]) -> list[Ahead]:
    """The steps that this person may take now, and the one for which the case waits; what is due stands first.

    own: what `offers()` gives this person.
    """
    due = due_steps(case, context)
    found = due_ahead(case, context, own)
    found += [_own(case, offer, is_due=False) for offer in own if offer.step not in due]
    return sorted(found, key=lambda each: (not each.is_due, each.is_within_side))


def due_ahead(case: Case, context: ActingContext, own: Sequence[Offer]) -> list[Ahead]:
    """Of these, the steps for which the case waits."""
    offered = {offer.step: offer for offer in own}
    found = [
        _own(case, offered[step], is_due=True) if step in offered else _of_others(case, context, step)
        for step in due_steps(case, context)
    ]
    return sorted(found, key=lambda each: each.is_within_side)


def due_steps(case: Case, context: ActingContext) -> list[Step]:
    """The steps for which the case waits: what a reviewer of the PMO recommended, where one did."""
    if not case.is_open:
        return []
    step = case.machine().step(RECOMMENDED.get(case.fact_value("pmo_recommendation"), ""))
    if step is not None and step.is_offered(case, context) and case.stage in step.sources:
        return [step]
    return due_now(case, context)


def _own(case: Case, offer: Offer, *, is_due: bool) -> Ahead:
    today, problems = offer.context.as_of, list(offer.problems)
    places = [each.url for each in problem_links(offer.context, case, problems)]
    unmet = [
        Need(problem.sentence, UNMET if problem.force is Force.MUST else ASKED, url)
        for problem, url in zip(problems, places, strict=True)
    ]
    gates = {problem.gate for problem in problems}
    met = [
        Need(words, WAIVED if gate in case.waived_on(today) else MET)
        for gate, words in _rules(case, offer.context.user, offer.step)
        if gate not in gates
    ]
    return Ahead(
        offer.step.label,
        owners(offer.step.who),
        (*unmet, *met),
        is_due,
        is_whole=True,
        is_within_side=offer.step.within_side,
    )


def _rules(case: Case, user: User, step: Step) -> Iterator[tuple[str, str]]:
    """What a step asks for before anything is entered, by gate, each as its rule says it."""
    hidden, known = case.hidden_facts(user), readable(case, user)
    for fact in step.reads:
        if fact.force is not None and fact.name not in hidden:
            yield fact.name, f"{fact.label} is recorded."
    for gate in step.gates:
        yield gate.__name__, (gate.__doc__ or "").splitlines()[0]
    for rule, how, words in document_gates.in_words(case.rules, step.row):
        if not how.told and how.when not in document_gates.OF_THE_ACT and rule.key in known:
            yield f"{document_gates.PREFIX}{rule.key}", f"{words}."


def _of_others(case: Case, context: ActingContext, step: Step) -> Ahead:
    visible_problems = [problem for problem in step.unmet(case, context) if _is_visible(case, context, step, problem)]
    read = {fact.name: f"“{fact.label}” is not recorded yet." for fact in step.reads}
    needs = tuple(
        Need(read.get(problem.gate, problem.sentence), UNMET if problem.force is Force.MUST else ASKED)
        for problem in visible_problems
    )
    return Ahead(
        step.label, owners(step.parties(case)), needs, is_due=True, is_whole=False, is_within_side=step.within_side
    )


def _is_visible(case: Case, context: ActingContext, step: Step, problem: Problem) -> bool:
    if problem.where in case.hidden_facts(context.user):
        return False
    if problem.gate.startswith(document_gates.PREFIX):
        return problem.gate.removeprefix(document_gates.PREFIX) in readable(case, context.user)
    return problem.gate in {fact.name for fact in step.reads} | KNOWN_TO_ALL
