"""What a step of a case sets beside its facts."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import User
from tests.lifecycle.gates.test_case_gates import step_of, take
from tests.lifecycle.golden import initial
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.unsaved import (
    ACTOR,
    AFTER_CUTOFF,
    DAY,
    NOW,
    ROWS,
    SOMEBODY,
    TODAY,
    compared_cases,
    context_of,
    named,
    note,
    ready,
)

pytestmark = pytest.mark.sqlite


def of(kind: str, name: str) -> Row:
    return next(row for of, row in ROWS if (of, row.name) == (kind, name))


def test_a_review_is_claimed_handed_over_and_released() -> None:
    case, _ = ready("initial", of("initial", "claim"))
    take(case, "claim", {})
    assert (case.claimed_by_id, case.claimed_at) == (ACTOR, NOW)
    take(case, "hand_over", {"taker": User(pk=SOMEBODY)})
    assert (case.claimed_by_id, case.claimed_at) == (SOMEBODY, NOW)
    case, _ = ready("initial", of("initial", "release_claim"))
    take(case, "release_claim", {})
    assert (case.claimed_by_id, case.claimed_at) == (None, None)


@pytest.mark.parametrize("stage", ["pmo_review", "pmo_remediation"])
def test_a_case_that_is_sent_back_leaves_the_queue_and_is_counted(stage: str) -> None:
    state = {"claimed_by_id": SOMEBODY, "claimed_at": NOW, "received_at": NOW, "send_backs": 1}
    case, _ = ready("initial", of("initial", "send_back"), stage, said={"pmo_recommendation": "send_back"}, **state)
    take(case, "send_back", {})
    assert (case.send_backs, case.received_at, case.claimed_by_id, case.claimed_at) == (2, None, None, None)
    assert case.fact_value("pmo_recommendation") is None


def test_a_review_that_is_reopened_starts_anew_in_the_queue_and_counts_as_reviewed_before_the_cutoff() -> None:
    state = {"claimed_by_id": SOMEBODY, "claimed_at": NOW, "said": {"pmo_recommendation": "certify"}}
    case, _ = ready("initial", of("initial", "reopen_review"), **state)
    take(case, "reopen_review", {})
    assert (case.received_at, case.claimed_by_id, case.claimed_at) == (NOW, None, None)
    assert (case.fact_value("pmo_recommendation"), case.fact_value("pmo_review_since_on")) == (None, TODAY)
    later, facts = ready("initial", of("initial", "accept_package"), said={"pmo_review_since_on": TODAY})
    compared_cases(later, as_of=AFTER_CUTOFF)
    take(later, "accept_package", facts)
    assert later.fact_value("pmo_review_since_on") == TODAY


@pytest.mark.parametrize(("said", "kept"), [("certify", None), ("reject", "reject")])
@pytest.mark.parametrize("name", ["accept_package", "resubmit_to_pmo", "reinstate"])
def test_a_recommendation_to_certify_counts_only_since_the_case_last_entered_the_review(
    name: str, said: str, kept: str | None
) -> None:
    case, facts = ready("initial", of("initial", name), left_stage="pmo_review")
    note(case, "pmo_recommendation", said)
    take(case, name, facts)
    assert (case.stage, case.fact_value("pmo_recommendation")) == ("pmo_review", kept)


@pytest.mark.parametrize("stage", initial.LISTED.split())
def test_a_removed_case_comes_back_to_the_stage_it_left(stage: str) -> None:
    case, facts = ready("initial", of("initial", "remove"), stage)
    take(case, "remove", facts)
    _, timeline = ready("initial", of("initial", "reinstate"))
    take(case, "reinstate", timeline)
    assert case.stage == stage


@pytest.mark.parametrize("stage", ["access_granted", "package_review", "gap_analysis"])
def test_a_renewed_access_resumes_the_stage_at_which_it_ended(stage: str) -> None:
    case, _ = ready("reuse", of("reuse", "mark_access_expired"), stage, said={"renewal_asked_on": DAY})
    take(case, "mark_access_expired", {})
    assert (case.resumes_at, case.fact_value("renewal_asked_on")) == (stage, None)
    note(case, "renewal_asked_on", DAY)
    take(case, "renew_access", {"new_end": date(2026, 12, 24)})
    assert case.stage == stage


@pytest.mark.parametrize(("kind", "row"), [pair for pair in ROWS if pair[1].recorded], ids=named)
def test_who_records_a_decision_names_its_day_and_its_letter(kind: str, row: Row) -> None:
    case, facts = ready(kind, row)
    step, recording = step_of(kind, row.name), replace(context_of(case), recording=True)
    owed = {"decision_letter"} | (set() if "signed_on" in row.needs.split() else {"decision_signed_on"})
    assert {problem.gate for problem in step.problems(case, facts, recording)} == owed
    facts |= {"decision_letter": "Memo 9", "decision_signed_on": DAY}
    assert step.problems(case, facts, recording) == []
