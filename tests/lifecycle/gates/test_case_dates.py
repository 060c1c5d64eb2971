"""Days that cannot be, gates on dates worked out by hand, and gates that are waived."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from authorizations.models import Case, Waiver
from authorizations.models.cases.initial import OPEN
from tests.lifecycle.gates.test_case_gates import ASKED_AT, UNMET, Facts, asked, problems, step_of
from tests.lifecycle.golden.table import Dated, Row
from tests.lifecycle.golden.unsaved import (
    MACHINES,
    OWN,
    ROWS,
    TABLES,
    accesses,
    compared_cases,
    context_of,
    named,
    note,
    ready,
    unsaved,
)

AHEAD = {"assessment_planned_on", "ato_planned_on", "expires_on", "warning_due_on", "access_until", "new_end"}


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_a_day_that_lies_ahead_is_refused_unless_the_fact_is_of_what_is_to_come(kind: str, row: Row) -> None:
    step = step_of(kind, row.name)
    for fact in (*step.facts, *step.reads):
        if fact.kind != "date":
            continue
        case, facts = ready(kind, row)
        ahead = context_of(case).as_of + timedelta(days=1)
        if fact in step.facts:
            facts[fact.name] = ahead
        else:
            note(case, fact.name, ahead)
        found = [problem for problem in problems(kind, row, case, facts) if "cannot be after" in problem.sentence]
        assert [problem.gate for problem in found] == ([] if fact.name in AHEAD else [fact.name])


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_a_day_before_there_was_anything_to_authorize_is_refused(kind: str, row: Row) -> None:
    for fact in step_of(kind, row.name).facts:
        if fact.kind == "date":
            case, facts = ready(kind, row)
            found = problems(kind, row, case, {**facts, fact.name: date(2001, 12, 31)})
            assert "cannot be before 1 Jan 2002" in " ".join(problem.sentence for problem in found), fact.name


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_a_day_more_than_ten_years_ahead_is_refused(kind: str, row: Row) -> None:
    for fact in step_of(kind, row.name).facts:
        if fact.kind == "date" and fact.may_be_later:
            case, facts = ready(kind, row)
            found = problems(kind, row, case, {**facts, fact.name: date(9999, 12, 31)})
            year = context_of(case).as_of.year + 10
            assert f"cannot be after 31 Dec {year}. Check the year." in " ".join(problem.sentence for problem in found)


@pytest.mark.parametrize(("kind", "name", "value"), [
    ("initial", "open_high", -1),
    ("initial", "open_high", "2"),
    ("initial", "pending_deviations", 100_000),
    ("initial", "recommendation", "   "),
    ("initial", "proof", "hearsay"),
    ("initial", "ato_type", "interim_ato"),
    ("initial", "ato_type", "atu"),
    ("initial", "target_class", "D"),
    ("initial", "signed_on", "2026-11-20"),
    ("reuse", "ato_type", "interim_ato"),
    ("reuse", "reassessment_trigger", "a whim"),
])  # fmt: skip
def test_an_impossible_value_is_refused(kind: str, name: str, value: Any) -> None:
    row = next(row for of, row in ROWS if of == kind and name in row.needs.split())
    case, facts = ready(kind, row)
    assert name in {problem.gate for problem in problems(kind, row, case, {**facts, name: value})}


# --- waivers ---


def waived(case: Case, gate: str, until: date) -> None:
    vars(case)["waivers"] = [Waiver(gate=gate, until=until)]


@pytest.mark.parametrize(("kind", "row", "name"), [*asked(gates=False), *asked(gates=True)])
def test_a_gate_that_is_waived_lets_the_step_go_until_its_day_and_one_that_cannot_be_holds(
    kind: str, row: Row, name: str
) -> None:
    case, facts = ready(kind, row, ASKED_AT.get((row.name, name), ""))
    if name in UNMET:
        UNMET[name][0](case, facts)
    else:
        facts.pop(name, None)
        note(case, name, None)
    known = MACHINES[kind].machine().facts
    # A fact of one act alone is told with it; nothing of it could be waived before.
    never = name in TABLES[kind].NEVER_WAIVABLE.split()
    waived(case, name, context_of(case).as_of)
    left = {problem.gate for problem in problems(kind, row, case, facts)}
    assert (name in left) is never
    waived(case, name, context_of(case).as_of - timedelta(days=1))
    assert name in {problem.gate for problem in problems(kind, row, case, facts)}
    waived(case, "another", context_of(case).as_of)
    assert name in {problem.gate for problem in problems(kind, row, case, facts)}
    assert never or name not in known or known[name].waivable


# --- dates ---


def with_facts(kind: str, dated: Dated) -> tuple[Row, Case, Facts]:
    """The step of the table that asks a gate, on the day, with the facts of a line of the dates' tables."""
    row = next(row for of, row in ROWS if of == kind and dated.gate in f"{row.needs} {row.asks} {row.gates}".split())
    case, facts = ready(kind, row, ASKED_AT.get((row.name, dated.gate), ""))
    compared_cases(case, as_of=dated.day)
    step = step_of(kind, row.name)
    for fact in (*step.facts, *step.reads):
        # What the line leaves open was not said, or on no later day than the act.
        if fact.force is None:
            facts.pop(fact.name, None)
        elif fact.kind == "date" and fact.name in facts and not fact.may_be_later:
            facts[fact.name] = min(facts[fact.name], dated.day)
        elif fact.kind == "date" and case.fact_value(fact.name):
            note(case, fact.name, min(case.fact_value(fact.name), dated.day))
    for name, value in dated.facts.items():
        place = PLACES.get(name)
        if place:
            place(case, facts, value)
        elif name in {fact.name for fact in step.facts}:
            facts[name] = value
        else:
            note(case, name, value)
    return row, case, facts


def _located(case: Case, facts: Facts, value: str) -> None:
    case.offering.package.location = value


PLACES: dict[str, Callable[[Case, Facts, Any], object]] = {
    "certification_class": lambda case, facts, value: setattr(case.offering, "certification_class", value),
    "certified_on": lambda case, facts, value: vars(case).update(certified_on=value),
    "access_ends_on": lambda case, facts, value: vars(case).update(accesses=accesses(*value)),
    "former_ends_on": lambda case, facts, value: vars(case).update(accesses=accesses(value)),
    "package_location": _located,
}
DATES = [(kind, dated) for kind, table in TABLES.items() for dated in table.DATES]
OF_THE_OFFER = {"after_cutoff": "close_at_cutoff", "grants_ended_without_ato": "mark_access_expired"}


@pytest.mark.parametrize(("kind", "dated"), DATES, ids=lambda each: getattr(each, "gate", each))
def test_a_gate_on_dates_decides_as_worked_out_by_hand(kind: str, dated: Dated) -> None:
    if dated.gate in OF_THE_OFFER:
        name = OF_THE_OFFER[dated.gate]
        row = next(row for _, row in ROWS if row.name == name)
        case, _ = ready(kind, row)
        compared_cases(case, as_of=dated.day)
        for fact, value in dated.facts.items():
            PLACES[fact](case, {}, value)
        assert step_of(kind, name).is_offered(case, context_of(case)) is dated.met
        return
    if dated.gate == "before_cutoff":
        case = unsaved(kind, "partnership")
        compared_cases(case, as_of=dated.day)
        found = OPEN.problems(case, {"agency": OWN, "offering": case.offering}, context_of(case))
    else:
        row, case, facts = with_facts(kind, dated)
        found = problems(kind, row, case, facts)
    assert (dated.gate not in {problem.gate for problem in found}) is dated.met
