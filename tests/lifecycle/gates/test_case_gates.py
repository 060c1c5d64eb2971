"""Both sides of every gate and of every fact that a step of a case asks for; waivers; the dates worked out by hand."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from authorizations.lifecycle.problems import Force, NotMet, Problem
from authorizations.lifecycle.step import Step
from authorizations.models import AgencySystem, Case
from authorizations.models.cases.initial import OPEN
from tests.lifecycle.documents import paper
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.unsaved import (
    ACTOR,
    AFTER_CUTOFF,
    DAY,
    MACHINES,
    OWN,
    PASSED,
    ROWS,
    TODAY,
    accesses,
    act_on,
    an_ato,
    compared_cases,
    context_of,
    letters,
    named,
    note,
    ready,
    unsaved,
)

pytestmark = pytest.mark.sqlite

Facts = dict[str, Any]
Change = Callable[[Case, Facts], object]


def said(**facts: Any) -> Change:
    """On record of the case, by somebody else than who acts."""

    def change(case: Case, entered: Facts) -> None:
        for name, value in facts.items():
            note(case, name, value)

    return change


def told(**facts: Any) -> Change:
    """Entered with the step."""
    return lambda case, entered: entered.update(facts)


def cached(**asked: Any) -> Change:
    """What the case reads of other records."""
    return lambda case, entered: vars(case).update(asked)


def seen(**changed: Any) -> Change:
    """Who looks at the case, and when."""
    return lambda case, entered: compared_cases(case, **changed)


def columns(**values: Any) -> Change:
    return lambda case, entered: [setattr(case, name, value) for name, value in values.items()]


def of_the_offering(**values: Any) -> Change:
    return lambda case, entered: [setattr(case.offering, name, value) for name, value in values.items()]


def both(*changes: Change) -> Change:
    return lambda case, entered: [change(case, entered) for change in changes]


def recommended_by_oneself(case: Case, entered: Facts) -> None:
    name = "pmo_recommendation"
    case.facts = {**case.facts, name: [case.facts[name][0], ACTOR, case.facts[name][2]]}


def counted(**counts: Any) -> Change:
    """What the case keeps of its findings."""
    return lambda case, entered: setattr(case, "finding_counts", {**case.finding_counts, **counts})


def unsigned(case: Case, entered: Facts) -> None:
    case.document_summary = {**case.document_summary, "wbs": paper()}


def under_the_rules(case: Case, entered: Facts) -> None:
    """On the first day of the rules for applications, with an application of that day."""
    compared_cases(case, as_of=(day := date(2027, 1, 1)))
    change = told if "package_uploaded_on" in entered else said
    change(applied_on=day, package_verified_on=day)(case, entered)


def verified_before(case: Case, entered: Facts) -> None:
    """Eight days before that application."""
    change = told if "package_uploaded_on" in entered else said
    change(package_verified_on=date(2026, 12, 24))(case, entered)


# What the temporary Rev5 Program pipeline asks of who converts.
PIPELINE = told(
    target_path="rev5_program",
    conversion_ground="lost_sponsor",
    conversion_evidence_on=date(2025, 6, 2),
    eligibility_confirmed_on=DAY,
    rev5_update_agreed_on=DAY,
)
EVIDENCE = told(evidence_seen="Listing 7", evidence_dated_on=DAY, evidence_channel="email")
RECORDED = both(EVIDENCE, seen(recorded_for="pmo"))
WITHOUT_A_PACKAGE = of_the_offering(package=None)
HIGH = dict.fromkeys(("confidentiality", "integrity", "availability"), "high")
LATE = date(2027, 5, 25)

# How each gate is not met, and the words that its sentence must hold.
UNMET: Mapping[str, tuple[Change, str]] = {
    "fedramp_id_known": (of_the_offering(fedramp_id=None), "no FedRAMP id"),
    "provider_signs_first": (seen(parties=letters("AL")), "has not signed the WBS yet"),
    "official_named": (columns(authorizing_official=None), "No authorizing official is named"),
    "starts_in_time": (told(assessment_planned_on=LATE), "six months from the request"),
    "decides_in_time": (told(ato_planned_on=date(2027, 11, 25)), "twelve months from the request"),
    "no_other_listed": (cached(has_listed_sibling=True), "Another initial case of this offering is listed"),
    "kickoff_held": (told(kickoff_held_on=None), "No kickoff is recorded"),
    "approach_all_at_once": (said(approach="just_in_time"), "just in time"),
    "assessment_in_time": (said(requested_on=date(2026, 5, 23)), "six months from the request"),
    "debrief_held": (told(debrief_held_on=None), "Record when the debrief was held"),
    "debrief_after_two_weeks": (told(debrief_held_on=date(2026, 11, 15)), "less than 14 days"),
    "delta_test_done": (said(delta_test_wanted="yes"), "say when it was done"),
    "no_pending_deviations": (told(pending_deviations=1), "Deviation requests are pending"),
    "no_open_high": (told(open_high=2), "Findings of level High are open"),
    "expires_after_signing": (told(expires_on=DAY), "must lie after the day of signing"),
    "ato_in_time": (said(in_process_on=date(2025, 11, 19)), "More than twelve months"),
    "term_of_a_year": (told(expires_on=date(2027, 11, 19)), "less than a year"),
    "package_not_accepted": (columns(received_at=TODAY), "FedRAMP has accepted the package"),
    "agency_has_findings": (counted(drafts={"pmo": 1}), "No finding is drafted"),
    "pmo_has_findings": (counted(drafts={"agency": 1}), "No finding is drafted"),
    "agency_has_answered": (counted(unanswered={"agency": 1}), "1 finding is not answered: the agency"),
    "provider_has_answered": (counted(unanswered={"provider": 2}), "2 findings are not answered: the provider"),
    "assessor_has_answered": (counted(unanswered={"assessor": 1}), "1 finding is not answered: the assessor"),
    "no_open_finding": (counted(open=1, open_of={"agency": 1}), "1 finding is open"),
    "wbs_signed_here": (both(seen(parties=letters("CL")), unsigned), "not signed by the provider"),
    "repository_known": (WITHOUT_A_PACKAGE, "Where the package will be kept"),
    "listed_before_applying": (both(under_the_rules, of_the_offering(designation="delisted")), "does not list"),
    "verified_lately": (both(under_the_rules, verified_before), "more than 7 days before the application"),
    "assessment_fresh": (both(under_the_rules, said(sar_delivered_on=date(2026, 9, 20))), "more than 3 months old"),
    "ato_active": (columns(ato=an_ato("suspended")), "is not active"),
    "certified_by_a_source": (both(RECORDED, of_the_offering(designation="ready")), "No designation of this"),
    "in_review_by_cutoff": (seen(as_of=AFTER_CUTOFF), "New applications closed on"),
    "certify_recommended": (said(pmo_recommendation="remediate"), "must recommend to certify first"),
    "recommended_by_another": (recommended_by_oneself, "another lead decides"),
    "warned_before": (told(removal_urgent="no"), "Warn first"),
    "another_agency": (told(new_agency=OWN), "Choose another agency"),
    "before_cutoff": (seen(as_of=AFTER_CUTOFF), "New Rev5 applications closed on"),
    "certification_exists": (told(certification_type="20x"), "A case of an agency leads to Rev5 by the agency path"),
    "no_open_high_in_newest_report": (told(open_high_in_newest_report=1), "The newest report has open findings"),
    "no_open_pmo_finding": (counted(open=1, open_of={"pmo": 1}), "1 finding is open"),
    "letter_sent_before_applying": (both(under_the_rules, said(fedramp_notified_on=None)), "The agency sends FedRAMP"),
    "conversion_open": (both(PIPELINE, seen(as_of=AFTER_CUTOFF)), "Conversion is open from"),
    "pipeline_conditions": (both(PIPELINE, told(eligibility_confirmed_on=None)), "FedRAMP confirmed"),
    "evidence_in_window": (both(PIPELINE, told(conversion_evidence_on=date(2026, 4, 1))), "The evidence must be from"),
    "offering_certified": (of_the_offering(designation="ready"), "not FedRAMP Certified"),
    "class_a_for_a_year": (
        both(of_the_offering(certification_class="A"), told(expires_on=date(2027, 11, 20))),
        "only where class B, C or D is sought",
    ),
    "a_grant_has_a_last_day": (cached(accesses=accesses(None)), "There is nothing to extend"),
    "no_duplicate_case": (cached(duplicate_cases={1}), "has an open reuse case"),
    "valid_access": (cached(accesses=accesses(PASSED)), "Nobody of your agency has valid access"),
    "package_located": (WITHOUT_A_PACKAGE, "where the package is"),
    "sixty_days": (told(access_until=date(2027, 1, 20)), "grants 60 days"),
    "end_after_grant": (told(access_until=DAY - timedelta(days=1)), "cannot end before it was granted"),
    "thirty_days_more": (told(new_end=date(2027, 2, 19)), "extends by 30 days"),
    "renewed_from_today": (told(new_end=TODAY), "must lie ahead"),
    "level_not_above": (columns(system=AgencySystem(pk=2, agency=OWN, **HIGH)), "above the package's"),
    "atu_needs_an_ato": (both(told(ato_type="atu"), cached(offering_has_ato=False)), "An ATU needs an ATO"),
    "temporary_for_a_year": (told(ato_type="temporary_ato"), "within twelve months"),
    "deficiency_on_record": (told(package_deficient="yes"), "Say when"),
    "provider_notified_of_withdrawal": (told(provider_notified_on=None), "Say when the provider was told"),
}
# The stage at which a gate asks, where the row's first one is not it.
ASKED_AT = {("withdraw", "provider_notified_of_withdrawal"): "access_granted"}


def step_of(kind: str, name: str) -> Step:
    step = MACHINES[kind].machine().step(name)
    assert step is not None
    return step


def problems(kind: str, row: Row, case: Case, facts: Facts) -> list[Problem]:
    return step_of(kind, row.name).problems(case, facts, context_of(case))


def take(case: Case, name: str, facts: Facts) -> None:
    """The machine's own step, with what the case says already."""
    known = case.machine().step(name).known(case, facts, context_of(case))  # type: ignore[union-attr]
    getattr(case, name)(act_on(case), **known)


def state_of(case: Case) -> tuple[Any, ...]:
    return case.stage, dict(case.facts), case.handed_to, case.claimed_by_id, case.ato_id, case.send_backs


def asked(*, gates: bool) -> list[Any]:
    """(kind, row, name) for each gate, or for each fact, in the columns of the tables."""
    return [
        pytest.param(kind, row, name, id=f"{row.row}-{row.name}-{name}")
        for kind, row in ROWS
        for name in f"{row.needs} {row.asks} {row.gates}".split()
        if (name in UNMET) is gates
    ]


def force_of(row: Row, name: str) -> Force:
    return Force.SHOULD if name in row.asks.split() else Force.MUST


# --- met ---


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_a_step_goes_when_everything_is_met(kind: str, row: Row) -> None:
    for stage in row.sources.split():
        case, facts = ready(kind, row, stage)
        compared_cases(case, parties=letters("CL" if row.who == "GRANTOR" else row.who.split()[0]))
        if (row.name, stage) == ("withdraw", "need_defined"):
            facts = {}
        assert [problem.sentence for problem in problems(kind, row, case, facts)] == []
        take(case, row.name, facts)
        assert case.stage == {"renew_access": "package_review", "reinstate": "assessment"}.get(
            row.name, row.target or stage
        )
        kept = {fact.name for fact in step_of(kind, row.name).facts if fact.is_stored}
        assert {name: case.fact_value(name) for name in facts if name in kept} == {
            name: value for name, value in facts.items() if name in kept
        }


# --- unmet ---


def refused(kind: str, row: Row, case: Case, facts: Facts, name: str) -> None:
    """The step names what is missing, and as long as it must be there the machine writes nothing."""
    found = [problem for problem in problems(kind, row, case, facts) if problem.gate == name]
    assert {problem.force for problem in found} == {force_of(row, name)}
    assert all(problem.sentence.endswith(".") for problem in found)
    if force_of(row, name) is Force.SHOULD:
        take(case, row.name, facts)
        return
    before = state_of(case)
    with pytest.raises(NotMet) as refusal:
        take(case, row.name, facts)
    assert name in {problem.gate for problem in refusal.value.problems}
    assert state_of(case) == before


@pytest.mark.parametrize(("kind", "row", "name"), asked(gates=False))
def test_a_fact_that_is_missing_is_named(kind: str, row: Row, name: str) -> None:
    case, facts = ready(kind, row)
    facts.pop(name, None)
    note(case, name, None)
    found = {problem.gate for problem in problems(kind, row, case, facts)}
    assert found - set(BESIDE.get(name, ())) == {name}
    refused(kind, row, case, facts, name)


@pytest.mark.parametrize(("kind", "row", "name"), asked(gates=True))
def test_a_gate_that_is_unmet_is_named_with_its_sentence(kind: str, row: Row, name: str) -> None:
    change, words = UNMET[name]
    case, facts = ready(kind, row, ASKED_AT.get((row.name, name), ""))
    change(case, facts)
    found = problems(kind, row, case, facts)
    assert {problem.gate for problem in found if problem.gate not in BESIDE.get(name, ())} == {name}
    assert all(words in problem.sentence for problem in found if problem.gate == name)
    refused(kind, row, case, facts, name)


# Gates that the same change leaves unmet too.
BESIDE = {
    "expires_after_signing": ("term_of_a_year",),
    "pmo_recommendation": ("certify_recommended",),
}


def test_every_gate_of_both_machines_is_left_unmet_by_a_row_of_the_tables() -> None:
    gates = {
        gate.__name__
        for record_type in MACHINES.values()
        for step in record_type.machine().steps
        if step.sources
        for gate in (*step.gates, *step.checks)
    }
    assert gates == set(UNMET) == {param.values[2] for param in asked(gates=True)}


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("no_private_cloud", of_the_offering(deployment_model="private"), "neither reviews nor lists a private cloud"),
        ("before_cutoff", seen(as_of=AFTER_CUTOFF), "New Rev5 applications closed on"),
    ],
)
def test_what_opening_an_initial_case_asks(name: str, change: Change, words: str) -> None:
    facts = {"agency": OWN, "offering": unsaved("initial", "partnership").offering}
    case = unsaved("initial", "partnership")
    assert OPEN.problems(case, facts, context_of(case)) == []
    change(case, facts)
    assert [(problem.gate, words in problem.sentence) for problem in OPEN.problems(case, facts, context_of(case))] == [
        (name, True)
    ]


# Facts that answer a gate in another way than the one of `ready`.
@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("initial", "deliver_ssp", both(told(kickoff_held_on=None), said(kickoff_skipped="They know each other."))),
        ("initial", "close_debrief", both(told(debrief_held_on=None), said(debrief_skipped="It was one meeting."))),
        ("initial", "close_debrief", both(told(debrief_held_on=None), of_the_offering(impact_level="li_saas"))),
        ("initial", "resubmit", both(said(delta_test_wanted="yes"), told(delta_test_done_on=DAY))),
        ("initial", "remove", both(told(removal_urgent="no"), said(warning_due_on=PASSED))),
        ("reuse", "not_suitable", told(package_deficient="yes", deficiency_documented_on=DAY, pmo_notified_on=DAY)),
        ("reuse", "start_implementation", of_the_offering(impact_level="li_saas")),
        ("reuse", "use_existing_access", of_the_offering(certification_class="A", designation="in_remediation")),
        (
            "reuse",
            "issue_ato",
            both(
                of_the_offering(certification_class="A"),
                told(higher_class_sought="yes", expires_on=date(2027, 11, 20)),
            ),
        ),
        ("reuse", "extend_access", cached(accesses=accesses(date(2027, 1, 19), None))),
        ("reuse", "issue_ato", told(ato_type="atu")),
        ("initial", "certify", both(said(pmo_recommendation="certify"), columns(claimed_by_id=ACTOR))),
        ("initial", "convert", PIPELINE),
        ("initial", "convert", both(told(target_class="A"), seen(as_of=AFTER_CUTOFF))),
        # What one side has not settled holds up the other's decision no more.
        ("initial", "recommend", counted(open=1, open_of={"pmo": 1})),
        ("initial", "certify", counted(open=1, open_of={"agency": 1})),
    ],
)
def test_a_gate_may_be_met_in_another_way(kind: str, name: str, change: Change) -> None:
    row = next(row for of, row in ROWS if (of, row.name) == (kind, name))
    case, facts = ready(kind, row)
    change(case, facts)
    assert problems(kind, row, case, facts) == []


@pytest.mark.parametrize("missing", ["deficiency_documented_on", "pmo_notified_on"])
def test_a_deficiency_owes_both_its_record_and_word_to_the_pmo(missing: str) -> None:
    row = next(row for _, row in ROWS if row.name == "not_suitable")
    case, facts = ready("reuse", row)
    facts |= {"package_deficient": "yes", "deficiency_documented_on": DAY, "pmo_notified_on": DAY, missing: None}
    assert [problem.where for problem in problems("reuse", row, case, facts)] == [missing]


@pytest.mark.parametrize("stage", ["ato_issued", "pmo_review"])
@pytest.mark.parametrize("ended", ["suspended", "revoked", "rescinded", "expired", "superseded", "service_ended", ""])
def test_only_an_active_ato_is_accepted_and_certified(stage: str, ended: str) -> None:
    names = {"ato_issued": ("accept_package", "certify_without_review"), "pmo_review": ("certify",)}[stage]
    for row in (row for _, row in ROWS if row.name in names):
        case, facts = ready("initial", row, ato=an_ato(ended) if ended else None)
        assert [problem.gate for problem in problems("initial", row, case, facts)] == ["ato_active"]


@pytest.mark.parametrize(
    "facts",
    [
        {"certification_type": "20x", "certification_path": "program"},
        {"certification_path": "program"},
        {"certification_class": "A"},
    ],
)
def test_a_sponsored_case_is_certified_as_rev5_by_the_agency_path_and_never_in_class_a(facts: Facts) -> None:
    row = next(row for _, row in ROWS if row.name == "certify")
    case, told_already = ready("initial", row)
    assert {each.gate for each in problems("initial", row, case, told_already | facts)} == {"certification_exists"}


@pytest.mark.parametrize(
    "missing",
    ["conversion_ground", "conversion_evidence_on", "eligibility_confirmed_on", "rev5_update_agreed_on"],
)
def test_the_rev5_pipeline_asks_for_each_of_its_conditions_and_20x_for_none(missing: str) -> None:
    row = next(row for _, row in ROWS if row.name == "convert")
    case, facts = ready("initial", row)
    assert problems("initial", row, case, facts) == []
    PIPELINE(case, facts)
    facts[missing] = None
    assert [problem.where for problem in problems("initial", row, case, facts)] == [missing]
    case, facts = ready("initial", row)
    PIPELINE(case, facts)
    facts["target_class"] = "A"
    assert [problem.where for problem in problems("initial", row, case, facts)] == ["target_class"]
