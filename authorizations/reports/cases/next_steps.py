"""What can happen next to a case, as a report tells it: each step with what it needs, met and unmet.

A person's own steps are told as the case's page tells them. Of the step for which the case waits on another party, its
reader is told what follows from facts and documents that they read anyway, and nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.steps import Offer, offers
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.step import Step
from authorizations.models import Case
from authorizations.models.cases.next_step import due_now
from authorizations.presenters.cases.your_turn import owners
from authorizations.presenters.documents import readable
from authorizations.presenters.links import problem_links
from authorizations.tables.contents import ReportSpec

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


def ahead(case: Case, spec: ReportSpec) -> list[Ahead]:
    """The steps that this person may take now, and the one for which the case waits; what is due stands first."""
    context = acting_context(case, spec.user, spec.today)
    own = offers(case, spec.user, spec.today)
    due = {step.name: step for step in due_now(case, context)}
    found = [_own(case, spec, offer, is_due=offer.step.name in due) for offer in own]
    found += [
        _of_others(case, spec, context, step) for step in due.values() if step not in {offer.step for offer in own}
    ]
    return sorted(found, key=lambda each: (not each.is_due, each.is_within_side))


def _own(case: Case, spec: ReportSpec, offer: Offer, *, is_due: bool) -> Ahead:
    problems = list(offer.problems)
    places = [each.url for each in problem_links(offer.context, case, problems)]
    unmet = [
        Need(problem.sentence, UNMET if problem.force is Force.MUST else ASKED, url)
        for problem, url in zip(problems, places, strict=True)
    ]
    gates = {problem.gate for problem in problems}
    met = [
        Need(words, WAIVED if gate in case.waived_on(spec.today) else MET)
        for gate, words in _rules(case, spec, offer.step)
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


def _rules(case: Case, spec: ReportSpec, step: Step) -> Iterator[tuple[str, str]]:
    """What a step asks for before anything is entered, by gate, each as its rule says it."""
    hidden, known = case.hidden_facts(spec.user), readable(case, spec.user)
    for fact in step.reads:
        if fact.force is not None and fact.name not in hidden:
            yield fact.name, f"{fact.label} is recorded."
    for gate in step.gates:
        yield gate.__name__, (gate.__doc__ or "").splitlines()[0]
    for rule, how, words in document_gates.in_words(case.rules, step.row):
        if not how.told and how.when not in document_gates.OF_THE_ACT and rule.key in known:
            yield f"{document_gates.PREFIX}{rule.key}", f"{words}."


def _of_others(case: Case, spec: ReportSpec, context: ActingContext, step: Step) -> Ahead:
    visible_problems = [problem for problem in step.unmet(case, context) if _is_visible(case, spec, step, problem)]
    read = {fact.name: f"{fact.label} is not recorded yet." for fact in step.reads}
    needs = tuple(
        Need(read.get(problem.gate, problem.sentence), UNMET if problem.force is Force.MUST else ASKED)
        for problem in visible_problems
    )
    return Ahead(
        step.label, owners(step.parties(case)), needs, is_due=True, is_whole=False, is_within_side=step.within_side
    )


def _is_visible(case: Case, spec: ReportSpec, step: Step, problem: Problem) -> bool:
    if problem.where in case.hidden_facts(spec.user):
        return False
    if problem.gate.startswith(document_gates.PREFIX):
        return problem.gate.removeprefix(document_gates.PREFIX) in readable(case, spec.user)
    return problem.gate in {fact.name for fact in step.reads} | KNOWN_TO_ALL
