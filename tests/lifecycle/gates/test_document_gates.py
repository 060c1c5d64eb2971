"""Each row asks for the documents that the table says, both sides of each; and what an act brings by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.sources import source_of
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Case, Notice, Waiver
from authorizations.rules import Release, newest, release
from authorizations.rules.documents import DocumentRequirement
from tests.lifecycle.documents import paper
from tests.lifecycle.golden.documents import ADDED_BY, ASKED, INSIDE, WAIVABLE
from tests.lifecycle.golden.test_atos import ato
from tests.lifecycle.golden.unsaved import MACHINES, NOW, ROWS, TODAY, compared_cases, context_of, letters, note, ready

LINES = [line for line in ASKED.split("\n") if line]
RELEASES = ("rev5-legacy", "cr26-2026.07.14.01")
PASSED = NOW - timedelta(days=1)


def as_line(row: str, key: str, requirement: DocumentRequirement) -> str:
    """One line of the table, as a release says it."""
    parts = [f"{row:<4} {key}", *(f"+{word}" for word in requirement.stated)]
    parts += ["?"] if requirement.force == "should" else []
    parts += ["new"] if requirement.anew else []
    parts += [f"if {requirement.when}"] if requirement.when else []
    return " ".join([*parts, *([f"by {requirement.told}"] if requirement.told else [])])


@pytest.mark.parametrize("name", RELEASES)
def test_each_row_asks_for_the_documents_that_the_table_says(name: str) -> None:
    said = [as_line(row, key, how) for key, rule in release(name).documents.items() for row, how in rule.asked.items()]
    assert sorted(said) == sorted(LINES)


@pytest.mark.parametrize("name", RELEASES)
def test_each_document_is_added_by_whom_the_table_says_and_has_its_source(name: str) -> None:
    rules = release(name).documents
    by_hand = dict(line.split(" ", 1) for line in ADDED_BY.split("\n") if line)
    assert {key: rule.by for key, rule in rules.items()} == {key: letters(who) for key, who in by_hand.items()}
    assert {key for key, rule in rules.items() if rule.inside} == set(INSIDE.split())
    assert {key for key, rule in rules.items() for part in rule.source.split("; ") if not source_of(part)} == set()


@pytest.mark.parametrize("name", RELEASES)
def test_a_document_belongs_to_the_machines_and_stages_of_the_rows_that_ask_for_it(name: str) -> None:
    machines = {**{kind: record_type.machine() for kind, record_type in MACHINES.items()}, "ato": Ato.machine()}
    for rule in release(name).documents.values():
        steps = [(kind, step) for kind, machine in machines.items() for step in machine.steps if step.row in rule.asked]
        assert {kind for kind, _ in steps} == set(rule.machines), rule.key
        for kind, step in steps:
            if kind != "ato" and not step.is_aside:
                assert {*step.sources, step.target} & {*rule.stages}, (rule.key, step.row)


# --- both sides of each ---

Found = tuple[Any, Step, dict[str, Any]]


def at(row: str) -> Iterator[Found]:
    """A record from which each step of a row can be taken, the step, and what it is told."""
    for kind, golden in ROWS:
        if golden.row == row:
            case, facts = ready(kind, golden)
            compared_cases(case, parties=letters("CL" if golden.who == "GRANTOR" else golden.who.split()[0]))
            step = case.machine().step(golden.name)
            assert step is not None
            yield case, step, facts
    for step in Ato.machine().steps:
        if step.row == row and step.sources and not step.inside:
            record = ato(step.sources[0], "reuse", "", authorizing_official_id=1)
            compared_cases(record)
            yield record, step, {}


def of_documents(record: Any, step: Step, facts: dict[str, Any]) -> list[Problem]:
    return [
        each for each in step.problems(record, facts, context_of(record)) if each.gate.startswith(document_gates.PREFIX)
    ]


def without(record: Any, key: str, **changed: Any) -> None:
    """The record without a document, or with it as something else."""
    rest = {name: each for name, each in record.document_summary.items() if name != key}
    record.document_summary = {**rest, key: {**record.document_summary[key], **changed}} if changed else rest


def wanting(record: Any, requirement: DocumentRequirement, facts: dict[str, Any]) -> None:
    """Makes a condition hold."""
    if requirement.when == "delta_test_wanted":
        note(record, "delta_test_wanted", "yes")
    elif requirement.when == "contractors_read":
        without(record, "access_form", stated=["signed_by_approver"])
    elif requirement.when == "application_rules":
        compared_cases(record, as_of=date(2027, 1, 1))
    elif requirement.when == "with_conditions":
        facts["ato_type"] = "ato_with_conditions"


CELLS = [tuple(line.split()[:2]) for line in LINES if not line.startswith("A1 ")]


@pytest.mark.parametrize(("row", "key"), CELLS)
def test_a_document_that_is_missing_is_named_with_who_adds_it(row: str, key: str) -> None:
    rule = newest().documents[key]
    how = rule.asked[row]
    tried = 0
    for record, step, facts in at(row):
        facts = {name: value for name, value in facts.items() if name != how.told}
        wanting(record, how, facts)
        assert of_documents(record, step, facts) == []
        without(record, key)
        [found] = of_documents(record, step, facts)
        assert (found.gate, found.force) == (f"document_{key}", Force.SHOULD if how.force == "should" else Force.MUST)
        assert found.sentence.startswith(rule.label)
        assert found.waivable is not any(word.startswith("signed_by_") for word in how.stated)
        if how.told:
            assert (found.where, "say where it can be found" in found.sentence) == (how.told, True)
            assert of_documents(record, step, {**facts, how.told: "Folder 3"}) == []
            assert found not in step.unmet(record, context_of(record))
        else:
            assert (found.where, document_gates.adders(rule) in found.sentence) == (f"document:{key}", True)
            assert found in step.unmet(record, context_of(record))
        tried += 1
    assert tried


@pytest.mark.parametrize(("row", "key"), [cell for cell in CELLS if newest().documents[cell[1]].asked[cell[0]].stated])
def test_what_must_be_stated_of_a_document_is_asked_for_word_by_word(row: str, key: str) -> None:
    rule = newest().documents[key]
    how = rule.asked[row]
    for record, step, facts in at(row):
        facts = {name: value for name, value in facts.items() if name != how.told}
        wanting(record, how, facts)
        for word in how.stated:
            kept = record.document_summary
            without(record, key, number=2, stated=[each for each in rule.statements if each != word])
            [found] = of_documents(record, step, facts)
            assert f"Version 2 of {rule.label} does not state: “{rule.statements[word]}”" in found.sentence
            record.document_summary = kept


NEW = [cell for cell in CELLS if newest().documents[cell[1]].asked[cell[0]].anew]


@pytest.mark.parametrize(("row", "key"), NEW)
def test_what_was_given_back_must_be_newer_than_the_return(row: str, key: str) -> None:
    how = newest().documents[key].asked[row]
    for record, step, facts in at(row):
        wanting(record, how, facts)
        record.came_back_step = "returned"
        record.stage_since = record.waits_since = datetime(2026, 3, 3, 17, tzinfo=UTC)
        without(record, key, at="2026-03-03T16:59:00+00:00")
        [found] = of_documents(record, step, facts)
        assert "must be newer than what was given back on 3 Mar 2026" in found.sentence
        without(record, key, at="2026-03-03T17:01:00+00:00")
        assert of_documents(record, step, facts) == []


@pytest.mark.parametrize(("row", "key"), [("I11", "ssp"), ("I13", "sap"), ("U5", "access_form")])
def test_what_nobody_gave_back_may_be_older_than_the_turn(row: str, key: str) -> None:
    for record, step, facts in at(row):
        without(record, key, at="2026-03-03T17:00:00+00:00")
        record.came_back_step = ""
        assert of_documents(record, step, facts) == []


def test_a_turn_that_a_fact_began_makes_no_result_of_a_delta_test_old() -> None:
    for record, step, facts in at("I22"):
        note(record, "delta_test_wanted", "yes")
        record.came_back_step, record.stage_since, record.waits_since = "send_to_remediation", PASSED, NOW
        without(record, "delta_test", at=(NOW - timedelta(hours=1)).isoformat())
        assert of_documents(record, step, {**facts, "delta_test_done_on": TODAY}) == []


# --- conditions ---


@pytest.mark.parametrize(
    ("row", "key", "change"),
    [
        ("I22", "delta_test", {}),
        ("I29", "cpo", {"as_of": date(2026, 12, 31)}),
        ("I31", "sdr", {"as_of": date(2026, 12, 31)}),
        ("U1", "nda", {}),
        ("I25", "ato_conditions", {}),
    ],
)
def test_a_document_of_a_condition_is_not_asked_for_where_that_does_not_hold(
    row: str, key: str, change: dict[str, Any]
) -> None:
    for record, step, facts in at(row):
        compared_cases(record, **change)
        without(record, key)
        assert of_documents(record, step, facts) == []


def test_a_receipt_of_a_known_notice_brings_no_document() -> None:
    for record, step, _ in at("A3"):
        without(record, "letter_receipt")
        known = {"notice": Notice(notified_on=TODAY), "received_on": TODAY}
        assert of_documents(record, step, known) == []
        assert list(document_gates.attached(record, "A3", {**known, "reference": "Form 1"}, TODAY)) == []


def test_contractors_are_not_asked_about_before_the_form_is_there() -> None:
    for record, step, facts in at("U1"):
        record.document_summary = {}
        assert [each.gate for each in of_documents(record, step, facts)] == ["document_access_form"]


# --- the release of the case, its ATO, waivers ---


def test_a_case_is_asked_what_its_own_release_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = newest()
    fewer: Release = replace(rules, documents={key: each for key, each in rules.documents.items() if key != "ssp"})
    for record, step, facts in at("I8"):
        without(record, "ssp")
        assert of_documents(record, step, facts) != []
        monkeypatch.setattr(type(record), "rules", fewer)
        assert of_documents(record, step, facts) == []


def test_a_letter_may_stand_with_the_ato_that_was_registered() -> None:
    for record, step, facts in at("U24"):
        without(record, "ato_letter")
        assert of_documents(record, step, facts) != []
        record.ato.document_summary = {"ato_letter": paper("signed_by_official")}
        assert of_documents(record, step, facts) == []


def test_a_document_that_is_waived_is_not_asked_for_but_a_signature_is() -> None:
    for row, key, left in (("I8", "ssp", False), ("I13", "sap", False), ("I15", "sap", True), ("I4", "wbs", True)):
        for record, step, facts in at(row):
            without(record, key)
            vars(record)["waivers"] = [Waiver(gate=f"document_{key}", until=context_of(record).as_of)]
            assert (
                f"document_{key}" in {each.gate for each in step.problems(record, facts, context_of(record))}
            ) is left, (row, key)


@pytest.mark.parametrize("kind", WAIVABLE)
def test_the_machine_names_the_documents_that_can_be_waived(kind: str) -> None:
    named = {name for name in MACHINES[kind].machine().gates() if name.startswith("document_")}
    assert named == {f"document_{key}" for key in WAIVABLE[kind].split()}


def test_the_wbs_is_signed_by_the_side_that_signs() -> None:
    for record, step, facts in at("I3"):
        for acting, side in (("CL", "provider"), ("AL", "agency"), ("AO", "agency")):
            other = "agency" if side == "provider" else "provider"
            compared_cases(record, parties=letters(acting))
            without(record, "wbs", number=3, stated=[f"signed_by_{side}"])
            assert [
                each for each in step.problems(record, facts, context_of(record)) if each.gate == "wbs_signed_here"
            ] == []
            without(record, "wbs", number=3, stated=[f"signed_by_{other}"])
            [found] = [
                each for each in step.problems(record, facts, context_of(record)) if each.gate == "wbs_signed_here"
            ]
            assert f"Version 3 of the WBS is not signed by the {side}" in found.sentence
            assert (found.where, found.waivable) == ("document:wbs", False)


def test_no_step_that_nobody_takes_by_hand_asks_for_documents() -> None:
    step = Ato.machine().step("rescind_in_error")
    assert step is not None
    record = ato("active", "reuse", "")
    compared_cases(record)
    record.document_summary = {}
    assert step.problems(record, {}, context_of(record)) == []


def test_cases_of_the_two_machines_are_tried_at_every_row_of_the_table() -> None:
    rows = {row for row, _ in CELLS}
    assert {golden.row for _, golden in ROWS if golden.row in rows} | {row for row in rows if row[0] == "A"} == rows
    assert isinstance(next(at("I8"))[0], Case)
