"""Whether the tests see it when something is taken away: each gate, condition, role, effect, narrowing and visible_to.

What is taken away is taken in memory, the test that should see it is called, and it must fail. What these tests call
are the very functions of the short run, so that a table and the code cannot be emptied together.
"""

import dataclasses
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.db.models import Q

from authorizations.actions import steps
from authorizations.actions.cases.side_effects import EFFECTS
from authorizations.lifecycle.gates import atos as ato_gates
from authorizations.lifecycle.gates import cases as case_gates
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.gates import findings, package, reuse, review
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, InitialCase, ReuseCase
from authorizations.policy import Party
from authorizations.rules import release
from tests.actions.findings import test_findings as of_findings
from tests.cached_rows import MEMORY
from tests.cast import Cast
from tests.isolation import test_querysets_begin_visible as beginnings
from tests.lifecycle import test_performing_steps as of_performing
from tests.lifecycle import test_side_effects as of_effects
from tests.lifecycle.gates import test_attached_documents as of_attached
from tests.lifecycle.gates import test_case_gates as of_gates
from tests.lifecycle.gates import test_document_gates as of_documents
from tests.lifecycle.golden import ato
from tests.lifecycle.golden import test_atos as of_atos
from tests.lifecycle.golden import test_cases as of_cases
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.unsaved import MACHINES, ROWS
from tests.web.lists import test_link_filters as of_narrowings

pytestmark = pytest.mark.sqlite
slow, nightly = pytest.mark.slow, pytest.mark.nightly
T = TypeVar("T")


def some(values: Iterable[T], number: int) -> list[Any]:
    """Parameters: so many of them, drawn by a seed, are tried in `--all`, and the others at night."""
    found = list(values)
    drawn = set(random.Random(2026).sample(range(len(found)), min(number, len(found))))  # noqa: S311  # nothing secret
    return [
        pytest.param(*(each if type(each) is tuple else (each,)), marks=slow if place in drawn else nightly)
        for place, each in enumerate(found)
    ]


def fails(test: Callable[..., Any], *arguments: Any) -> bool:
    """Whether a test fails, one way or the other; what it wrote is taken back."""
    try:
        test(*arguments)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  # however it fails
        return True
    return False


@contextmanager
def without(step: Step, field: str, value: Any) -> Iterator[None]:
    """A step with another value in one of its fields; steps are frozen."""
    before = getattr(step, field)
    object.__setattr__(step, field, value)
    try:
        yield
    finally:
        object.__setattr__(step, field, before)


# --- the machines ---


def smaller(step: Step) -> Iterator[tuple[str, Any]]:
    """Each field of a step with one of its members less, or empty."""
    for field in ("facts", "reads", "gates", "checks", "sources", "clears_facts", "notice_specs"):
        members = getattr(step, field)
        yield from ((field, tuple(each for each in members if each is not gone)) for gone in members)
    yield from (("who", step.who - {party}) for party in step.who)
    yield from (("who", step.who | {party}) for party in Party if party not in step.who)
    yield from ((flag, not getattr(step, flag)) for flag in ("recorded", "reason", "on_behalf", "alerts"))
    yield from ((flag, not getattr(step, flag)) for flag in ("returns", "within_side", "locks_offering"))


def seen_of_a_case(kind: str, row: Row) -> bool:
    return any(
        fails(test, *arguments)
        for test, arguments in (
            (of_cases.test_each_step_is_what_its_row_says, (kind, row)),
            (of_cases.test_each_step_asks_what_its_row_says, (kind, row)),
            (of_cases.test_a_step_makes_void_what_the_table_says, (kind,)),
            (of_cases.test_what_returns_stays_inside_or_reaches_across_is_what_the_table_says, (kind,)),
        )
    )


@pytest.mark.parametrize(("kind", "row"), some(ROWS, 12), ids=of_gates.named)
def test_whatever_is_taken_from_a_step_of_a_case_is_seen(kind: str, row: Row) -> None:
    step = of_gates.step_of(kind, row.name)
    assert not seen_of_a_case(kind, row)
    for field, value in smaller(step):
        with without(step, field, value):
            assert seen_of_a_case(kind, row), (row.name, field, value)


def seen_of_an_ato(row: ato.Row) -> bool:
    return any(
        fails(test, *arguments)
        for test, arguments in (
            (of_atos.test_each_step_asks_what_the_table_says_and_leaves_the_notices_it_says, (row,)),
            (of_atos.test_each_step_leads_where_the_table_says_and_asks_for_a_reason_where_it_says, (row,)),
            (of_atos.test_the_machine_has_no_step_beside_the_table, ()),
        )
    )


@pytest.mark.parametrize("row", some(ato.GOLDEN, 8), ids=lambda row: row.name)
def test_whatever_is_taken_from_a_step_of_an_ato_is_seen(row: ato.Row) -> None:
    step = Ato.machine().step(row.name)
    assert step is not None
    assert not seen_of_an_ato(row)
    for field, value in smaller(step):
        with without(step, field, value):
            assert seen_of_an_ato(row), (row.name, field, value)


# The stages of the step alone are looked at: the whole table takes a second.
OFFERED = [
    (kind, step) for kind, record_type in MACHINES.items() for step in record_type.machine().steps if step.offered
]


@pytest.mark.parametrize(("kind", "step"), some(OFFERED, 12), ids=lambda each: getattr(each, "name", each))
def test_a_condition_of_the_offer_of_a_case_that_is_gone_is_seen(
    kind: str, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_cases.TABLES[kind], "STAGES", " ".join(step.sources))
    table = of_cases.test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage
    table(kind)
    for gone in step.offered:
        with without(step, "offered", tuple(each for each in step.offered if each is not gone)):
            assert fails(table, kind), gone.words


@pytest.mark.parametrize("row", some(ato.GOLDEN, 8), ids=lambda row: row.name)
def test_a_condition_of_the_offer_of_an_ato_that_is_gone_is_seen(row: ato.Row, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Ato.machine().step(row.name)
    assert step is not None
    monkeypatch.setattr(of_atos, "STAGES", step.sources[:1])
    for gone in step.offered:
        with without(step, "offered", tuple(each for each in step.offered if each is not gone)):
            assert fails(of_atos.test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage), gone.words


NARROWED = [
    (kind, step) for kind, record_type in MACHINES.items() for step in record_type.machine().steps if step.party_filter
]


@pytest.mark.parametrize(("kind", "step"), some(NARROWED, 8), ids=lambda each: getattr(each, "name", each))
def test_a_narrowing_of_who_may_take_a_step_that_is_gone_is_seen(
    kind: str, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_cases.TABLES[kind], "STAGES", " ".join(step.sources))
    with without(step, "party_filter", None):
        assert fails(of_cases.test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage, kind)


# --- the gates ---


def _asks_nothing(record: Any, facts: Any, context: Any) -> Iterator[Any]:
    return
    yield


HOMES = (case_gates, review, reuse, findings, package)
ASKED: list[Any] = of_gates.asked(gates=True)


@pytest.mark.parametrize("name", some(sorted(of_gates.UNMET), 15))
def test_a_gate_of_a_case_that_asks_nothing_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(each for each in HOMES if name in vars(each))
    gate = getattr(home, name)
    rows = [each.values for each in ASKED if each.values[2] == name]
    assert rows
    if gate.__code__.co_freevars:  # made by another function: it is in its steps
        for kind, row, _ in rows:
            step = of_gates.step_of(kind, row.name)
            with without(step, "checks", tuple(each for each in step.checks if each is not gate)):
                assert fails(of_gates.test_a_gate_that_is_unmet_is_named_with_its_sentence, kind, row, name)
        return
    monkeypatch.setattr(gate, "__code__", _asks_nothing.__code__)
    for row in rows:
        assert fails(of_gates.test_a_gate_that_is_unmet_is_named_with_its_sentence, *row), row


@pytest.mark.parametrize("name", some(sorted({name for name, *_ in of_atos.GATES}), 8))
def test_a_gate_of_an_ato_that_asks_nothing_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getattr(ato_gates, name), "__code__", _asks_nothing.__code__)
    assert [
        row
        for row in of_atos.GATES
        if row[0] == name and row[2] and fails(of_atos.test_a_gate_on_what_is_told_names_where_it_is_unmet, *row)
    ]


# --- documents ---


@pytest.mark.parametrize("name", some(of_documents.RELEASES, 1))
def test_whatever_is_taken_from_what_a_row_asks_for_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = of_documents.test_each_row_asks_for_the_documents_that_the_table_says
    assert not fails(table, name)
    for rule in release(name).documents.values():
        for row, how in list(rule.asked.items()):
            fewer = {"stated": how.stated[1:], "anew": False, "when": "", "told": "", "force": "should"}
            less = [how.model_copy(update={field: value}) for field, value in fewer.items()]
            for other in [None, *(each for each in less if each != how)]:
                with monkeypatch.context() as patch:
                    if other is None:
                        patch.delitem(rule.asked, row)  # type: ignore[arg-type]  # read from a document
                    else:
                        patch.setitem(rule.asked, row, other)  # type: ignore[arg-type]  # as above
                    assert fails(table, name), (rule.key, row, other)


@slow
@pytest.mark.parametrize("part", ["_problems", "what_is_wrong"])
def test_a_document_that_is_not_asked_for_any_more_is_seen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Any = _asks_nothing if part == "_problems" else lambda *asked: ""
    monkeypatch.setattr(document_gates, part, lambda *asked: nothing(*asked[:3]))
    for cell in of_documents.CELLS:
        assert fails(of_documents.test_a_document_that_is_missing_is_named_with_who_adds_it, *cell), cell


@slow
def test_a_return_that_is_not_looked_at_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_gates, "returned_at", lambda record: None)
    for cell in of_documents.NEW:
        assert fails(of_documents.test_what_was_given_back_must_be_newer_than_the_return, *cell), cell


@slow
def test_a_document_that_an_act_does_not_bring_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "attach_documents", lambda *act: None)
    mark = transaction.savepoint()
    for step, facts, documents in (("suspend", {}, {"suspension_notice": "Letter 7"}),):
        assert fails(of_attached.test_an_act_on_an_ato_brings_its_letter_or_notice, cast, step, facts, documents)
    transaction.savepoint_rollback(mark)


# --- what follows in other records ---

EFFECT_IS_HELD_BY: dict[tuple[type, str], Callable[[Cast], None]] = {
    (InitialCase, "list_in_process"): of_effects.test_the_listing_writes_the_designation_and_its_partner,
    (InitialCase, "issue_ato"): (of_effects.test_the_decision_makes_the_initial_ato_and_anothers_becomes_one_of_reuse),
    (InitialCase, "revise_decision"): (
        lambda cast: of_effects.test_a_decision_that_is_revised_rescinds_its_ato(cast, "initial", "ao_decision")
    ),
    (InitialCase, "report_letter"): of_effects.test_the_letter_leaves_a_notice_and_its_receipt_a_day,
    (InitialCase, "accept_package"): of_effects.test_the_letter_leaves_a_notice_and_its_receipt_a_day,
    (InitialCase, "succeed"): (of_effects.test_the_next_agency_has_a_case_of_its_own_and_sees_nothing_of_the_former),
    (InitialCase, "certify"): (
        lambda cast: of_effects.test_the_certification_writes_the_designation_and_publishes_the_ato(cast, "pmo_review")
    ),
    (InitialCase, "certify_without_review"): (
        lambda cast: of_effects.test_the_certification_writes_the_designation_and_publishes_the_ato(cast, "ato_issued")
    ),
    (ReuseCase, "grant_access"): of_effects.test_a_grant_makes_an_access_that_is_extended_and_renewed,
    (ReuseCase, "deny_access"): of_effects.test_a_denial_is_kept_beside_the_grants,
    (ReuseCase, "extend_access"): of_effects.test_a_grant_makes_an_access_that_is_extended_and_renewed,
    (ReuseCase, "renew_access"): (of_effects.test_an_access_that_ended_is_renewed_and_the_case_goes_on_where_it_was),
    (ReuseCase, "issue_ato"): of_effects.test_a_reuse_decision_makes_an_ato_of_reuse_and_leaves_the_initial_one,
    (ReuseCase, "revise_decision"): (
        lambda cast: of_effects.test_a_decision_that_is_revised_rescinds_its_ato(cast, "reuse", "risk_decision")
    ),
    (ReuseCase, "report_letter"): (
        of_effects.test_recording_a_reuse_ato_notes_the_receipt_publishes_it_and_makes_access_permanent
    ),
    (ReuseCase, "record"): (
        of_effects.test_recording_a_reuse_ato_notes_the_receipt_publishes_it_and_makes_access_permanent
    ),
    (
        InitialCase,
        "return_sap",
    ): of_findings.test_a_returned_sap_is_answered_by_the_assessor_or_while_none_is_named_the_provider,
    **{
        (InitialCase, row[1]): lambda cast, row=row: of_findings.test_a_return_sends_the_drafts_of_its_side(cast, *row)
        for row in of_findings.SENDING
    },
    (Ato, "alternate_agency"): (of_performing.test_an_alternate_agency_takes_the_place_of_the_former_initial_ato),
}


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Builders do their work anew, before and after what is done otherwise here."""
    kept = dataclasses.replace(MEMORY)
    MEMORY.differences, MEMORY.rows = {}, {}
    yield
    MEMORY.differences, MEMORY.rows = kept.differences, kept.rows


# Keys are pairs: each is one parameter.
EFFECT_KEYS = [(key,) for key in EFFECTS]


@pytest.mark.parametrize("key", some(EFFECT_KEYS, 10), ids=lambda key: f"{key[0].__name__}-{key[1]}")
def test_an_effect_that_is_gone_is_seen(
    cast: Cast, forgetful: None, key: tuple[type, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(EFFECTS, key)
    # A point to go back to: what fails may have broken the transaction.
    mark = transaction.savepoint()
    assert fails(EFFECT_IS_HELD_BY[key], cast)
    transaction.savepoint_rollback(mark)


# --- lists ---

NARROWINGS = sorted({(name, key) for name, key, *_ in of_narrowings.TABLE})


@pytest.mark.parametrize(("name", "key"), some(NARROWINGS, 15))
def test_a_narrowing_of_a_list_that_narrows_nothing_is_seen(cast: Cast, name: str, key: str) -> None:
    narrowing = of_narrowings.narrowing_of(name, key)
    part = "through" if narrowing.through is not None else "condition"
    before = getattr(narrowing, part)
    object.__setattr__(narrowing, part, lambda *given: Q())
    try:
        rows = [row for row in of_narrowings.TABLE if row[:2] == (name, key)]
        assert all(fails(of_narrowings.test_a_narrowing_leaves_exactly_its_rows, cast, *row) for row in rows)
    finally:
        object.__setattr__(narrowing, part, before)


@slow
def test_a_visible_to_that_is_taken_from_our_source_is_seen() -> None:
    ruled, tried = beginnings.record_types(), 0
    begins = re.compile(rf"\b({'|'.join(sorted(ruled))})\.objects\.(visible_to|acting_for|held_by)\b")
    for floor in beginnings.FLOORS:
        for path in (beginnings.ROOT / floor).rglob("*.py"):
            text = path.read_text()
            known = beginnings.begun(text, ruled)
            for found in begins.finditer(text):
                opened = f"{text[: found.start(2)]}all{text[found.end(2) :]}"
                assert beginnings.begun(opened, ruled) != known, f"{path.name}: {found[0]}"
                tried += 1
    assert tried > 80
