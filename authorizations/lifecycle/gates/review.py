"""The gates of the initial machine from FedRAMP's review on: what it accepts and certifies, and how a case ends."""

from typing import Any

from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.cases import CaseSubject, binding_cutoff
from authorizations.lifecycle.problems import Unmet, not_waivable
from authorizations.lifecycle.step import Facts
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, AtoStage

PIPELINE = "rev5_program"
# What it asks for beside a class, by fact (MD26 providers/start/path).
OF_THE_PIPELINE = {
    "conversion_ground": "Say on which ground the offering enters the Rev5 Program pipeline.",
    "conversion_evidence_on": "Give the day of the evidence for that ground.",
    "eligibility_confirmed_on": "Say when FedRAMP confirmed that the offering is eligible.",
    "rev5_update_agreed_on": "Say when the provider agreed to follow the updated Rev5 rules.",
}


@not_waivable
def ato_active(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The case's ATO is active."""
    if case.ato is None or case.ato.stage != AtoStage.ACTIVE:
        yield "The ATO of this case is not active.", "ato"


@not_waivable
def certified_by_a_source(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """FedRAMP certifies by itself; another records it where a designation with its source says so."""
    if context.recorded_for and case.offering.designation not in CERTIFIED_DESIGNATIONS:
        yield "No designation of this offering says that FedRAMP certified it. Import the feed first.", "offering"


@not_waivable
def in_review_by_cutoff(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The day is not after the cut-off, unless the case was in FedRAMP's review before it."""
    cutoff = binding_cutoff(case)
    if cutoff and context.as_of > cutoff:
        yield f"New applications closed on {day_text(cutoff)}, and this case was not in review by then.", ""


@not_waivable
def certify_recommended(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """Another person of the PMO recommended to certify."""
    if case.fact_value("pmo_recommendation") != "certify":
        yield "A reviewer of the PMO must recommend to certify first.", "pmo_recommendation"


def _same_persons(context: ActingContext) -> frozenset[int]:
    # An account of the one may have been merged into the other's.
    people = (person for person in (context.user, context.acting_for) if person is not None)
    return context.persons.union(*(person.former_keys for person in people))


@not_waivable
def recommended_by_another(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The recommendation is another person's than the decision."""
    if case.fact_value("pmo_recommendation") and not case.recorders_of("pmo_recommendation").isdisjoint(
        _same_persons(context)
    ):
        words = "You recommended it yourself, or by delegation with a colleague: another lead decides."
        yield words, "pmo_recommendation"


def certification_exists(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A case of an agency leads to a Rev5 certification by the agency path, which is of class B, C or D."""
    if (facts["certification_type"], facts["certification_path"]) != ("rev5", "agency"):
        words = "A case of an agency leads to Rev5 by the agency path. 20x and the program path have no agency."
        yield words, "certification_path"
    elif facts["certification_class"] == "A":
        yield "Class A exists only as 20x. Choose class B, C or D.", "certification_class"


def no_open_high_in_newest_report(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The newest report has no open finding of level High."""
    if facts.get("open_high_in_newest_report"):
        yield "The newest report has open findings of level High; none may be.", "open_high_in_newest_report"


def warned_before(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """A warning's due date has passed, or the removal is urgent."""
    due = case.fact_value("warning_due_on")
    if facts.get("removal_urgent") != "yes" and not (due and due < context.as_of):
        yield "No warning's due date has passed. Warn first, or say that it is urgent and why.", "removal_urgent"


@not_waivable
def another_agency(case: Any, facts: Facts, context: ActingContext) -> Unmet:
    """The new agency is not the former one."""
    if facts.get("new_agency") and facts["new_agency"].pk == case.agency_id:
        yield "Choose another agency than the one that was lost.", "new_agency"


@not_waivable
def conversion_open(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The Rev5 Program pipeline is open on the day of the act."""
    if facts["target_path"] != PIPELINE:
        return
    first, last = (case.current_rules.dates[name] for name in ("conversion_from", "conversion_to"))
    if first is None or last is None:
        yield "No rule in force says when a case may convert.", ""
    elif not first <= context.as_of <= last:
        yield f"Conversion is open from {day_text(first)} to {day_text(last)}.", ""


def pipeline_conditions(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The Rev5 Program pipeline asks for its ground, evidence, FedRAMP's confirmation, and class B or C."""
    if facts["target_path"] != PIPELINE:
        return
    yield from ((words, name) for name, words in OF_THE_PIPELINE.items() if not facts.get(name))
    if facts["target_class"] == "A":
        yield "The Rev5 Program pipeline is for class B or C.", "target_class"


def evidence_in_window(case: CaseSubject, facts: Facts, context: ActingContext) -> Unmet:
    """The evidence is of the time that the Rev5 Program pipeline asks for."""
    first, last = (case.current_rules.dates[name] for name in ("evidence_from", "evidence_to"))
    evidence = facts.get("conversion_evidence_on")
    if facts.get("target_path") == PIPELINE and evidence and first and last and not first <= evidence <= last:
        yield f"The evidence must be from {day_text(first)} to {day_text(last)}.", "conversion_evidence_on"
