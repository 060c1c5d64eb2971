"""Whose turn it is at each stage and after each step, as the tables say."""

from itertools import product

import pytest

from authorizations.lifecycle.turns import whose_turn
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.test_cases import LOCATIONS, TURNS, State, made, resolved, waits_on
from tests.lifecycle.golden.unsaved import (
    BOTH_AGREED,
    DAY,
    NOW,
    ROWS,
    TABLES,
    act_on,
    compared_cases,
    context_of,
    letters,
    named,
    ready,
)
from tests.samples import sample

pytestmark = pytest.mark.sqlite

TURN_STATES: list[State] = [
    {"said": said, **state}
    for said in (
        {},
        {"agency_agreed_on": DAY},
        {"provider_agreed_on": DAY},
        BOTH_AGREED,
        {"wbs_signed_by_agency_on": DAY},
        {"wbs_signed_by_provider_on": DAY},
        {"fedramp_notified_on": DAY},
        {"package_uploaded_on": DAY},
        {"fedramp_notified_on": DAY, "package_uploaded_on": DAY},
        {"delta_test_wanted": "yes"},
        {"delta_test_wanted": "no"},
        {"delta_test_wanted": "yes", "delta_test_done_on": DAY},
        {"renewal_asked_on": DAY},
    )
    for state in (*TURNS, *LOCATIONS, {"finding_counts": {"unanswered": {"provider": 1}}})
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", sample(TABLES, "reuse"))
def test_each_stage_waits_on_whom_the_table_says(kind: str) -> None:
    wrong = []
    turned = {"ssp", "sap", "assessment", "access_requested"}
    for stage, state in product(TABLES[kind].STAGES.split(), TURN_STATES):
        handed = state.get("handed_to")
        if handed and (stage not in turned or (kind == "reuse" and handed != "agency")):
            continue
        case = made(kind, stage, state)
        if whose_turn(case) != waits_on(case):
            wrong.append((stage, state, whose_turn(case), waits_on(case)))
    assert wrong == []


# No case that comes to these steps says so: nobody signs before planning, and a delta test that is wanted is done.
NEVER_BEFORE = {"start_planning": "wbs_signed_by_provider_on", "resubmit": "delta_test_wanted"}
AFTER: list[State] = [
    {},
    {"assessor": None},
    {"location": "repository"},
    {"said": {"fedramp_notified_on": DAY}},
    {"said": {"package_uploaded_on": DAY}},
    {"said": {"delta_test_wanted": "yes"}},
    {"said": {"wbs_signed_by_provider_on": DAY}},
    {"said": {"provider_agreed_on": DAY}},
]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_after_each_step_the_case_stands_and_waits_where_the_row_says(kind: str, row: Row) -> None:
    for stage, state in product(row.sources.split(), AFTER):
        if NEVER_BEFORE.get(row.name) in state.get("said", {}):
            continue
        case, facts = ready(kind, row, stage, **state)
        compared_cases(case, parties=letters("PR PL CL" if row.who == "GRANTOR" else row.who))
        step = case.machine().step(row.name)
        if step is None or not step.is_offered(case, context_of(case)):
            continue
        before = whose_turn(case)
        case.waits_on = before
        told = {**facts, "side": "agency"} if "side" in facts and state else facts
        getattr(case, row.name)(act_on(case), **step.known(case, told, context_of(case)))
        case.settle(stage, NOW)
        target = {"renew_access": "package_review", "reinstate": "assessment"}.get(row.name, row.target)
        assert case.stage == (target or stage)
        words = {"unchanged": before, "rule_of_stage": waits_on(case), "named_side": told.get("side")}
        want = words[row.after] if row.after in words else resolved(row.after, case)
        assert (row.name, stage, state, case.waits_on) == (row.name, stage, state, want)
