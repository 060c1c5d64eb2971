"""The ATO machine offers exactly what its table says: every step × role × relation × stage, without a database."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from accounts.models import Organization
from authorizations.actions.steps import offers
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates import atos as gates
from authorizations.lifecycle.problems import gate_problems
from authorizations.lifecycle.step import Step
from authorizations.models import Ato, Notice, Offering
from authorizations.policy import Party
from tests.lifecycle.documents import complete
from tests.lifecycle.golden.ato import (
    ACROSS,
    ENTRIES,
    GOLDEN,
    INSIDE,
    MAY_REGISTER,
    NEVER_ON_BEHALF,
    PARTY,
    REGISTERED,
    SUPERSEDED_FROM,
    Row,
)
from tests.lifecycle.golden.unsaved import OWN, PEOPLE, RELATIONS, letters, person

pytestmark = pytest.mark.sqlite

TODAY, PASSED, AHEAD = date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 24)
STAGES = ("active", "suspended", "revoked", "rescinded", "expired", "superseded", "service_ended")


def ato(stage: str, listing_role: str, without_active_members: str, **facts: Any) -> Ato:
    offering = Offering(pk=1, provider=RELATIONS["provider"])
    made = Ato(
        pk=1,
        agency=OWN,
        offering=offering,
        listing_role=listing_role,
        stage=stage,
        document_summary=complete("ato"),
        **facts,
    )
    # What is read from the database otherwise.
    vars(made).update(sibling=None, without_active_members=frozenset(without_active_members.split()))
    return made


def expected(
    party: str, on_record: Ato, *, expired: bool, without_active_members: str
) -> Iterator[tuple[str, bool, bool, bool]]:
    """(step, recorded for the official or not, standing in or not, blocked or not) for each row that is offered."""
    named = on_record.authorizing_official_id is not None
    for row in GOLDEN:
        if (
            on_record.stage not in row.sources.split()
            or row.source not in {"", on_record.source}
            or row.role not in {"", on_record.listing_role}
            or (row.expired and not expired)
        ):
            continue
        for_unstaffed_organization = party == "PL" and without_active_members == "agency"
        if party in row.who.split():
            yield row.name, False, False, row.recorded and not named
        elif row.recorded and (party == "AL" or for_unstaffed_organization):
            yield row.name, True, for_unstaffed_organization, not named
        elif for_unstaffed_organization and "AL" in row.who.split() and row.name not in NEVER_ON_BEHALF.split():
            yield row.name, False, True, False


@pytest.mark.slow  # Everyone at every stage.
def test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage() -> None:
    wrong = []
    for (role, relation), stage, source, expiry, official, listing_role, without_active_members in product(
        PEOPLE, STAGES, ("portal", "feed"), (PASSED, AHEAD), (1, 2, None), ("reuse", "initial"), ("", "agency")
    ):
        party = PARTY[role].get(relation, "")
        if without_active_members and party != "PL":
            continue
        if party == "AO" and official != 1:
            party = ""
        on_record = ato(
            stage,
            listing_role,
            without_active_members,
            source=source,
            expires_on=expiry,
            authorizing_official_id=official,
        )
        want = list(expected(party, on_record, expired=expiry == PASSED, without_active_members=without_active_members))
        got = [
            (offer.step.name, offer.context.recording, offer.context.for_unstaffed_organization, offer.is_blocked)
            for offer in offers(on_record, person(role, relation), TODAY)
        ]
        if got != want:
            wrong.append(
                (role, relation, stage, source, expiry, official, listing_role, without_active_members, got, want)
            )
    assert wrong == []
    # What feeds write of a placeholder is nobody's to claim.
    of_a_placeholder = ato(STAGES[0], "reuse", "", source="feed", expires_on=AHEAD, authorizing_official_id=1)
    of_a_placeholder.agency = Organization(pk=OWN.pk, kind=OWN.kind, name="JAB", is_pseudo=True)
    offered = {offer.step.name for each in PEOPLE for offer in offers(of_a_placeholder, person(*each), TODAY)}
    assert "claim_to_register" not in offered


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.name)
def test_each_step_leads_where_the_table_says_and_asks_for_a_reason_where_it_says(row: Row) -> None:
    step = Ato.machine().step(row.name)
    assert step is not None
    assert (step.row, step.target, step.reason) == (row.row, row.target, row.reason)
    assert (set(step.sources), step.who) == (set(row.sources.split()), letters(row.who))


def asked(step: Step) -> tuple[set[str], set[str], set[str]]:
    """What a step must be told, what it may be told, and its gates."""
    must = {fact.name for fact in step.facts if fact.force == "must"}
    gates = {gate.__name__ for gate in (*step.gates, *step.checks)}
    return must, {fact.name for fact in step.facts} - must, gates


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.name)
def test_each_step_asks_what_the_table_says_and_leaves_the_notices_it_says(row: Row) -> None:
    step = Ato.machine().step(row.name)
    assert step is not None
    assert asked(step) == (set(row.needs.split()), set(row.may_say.split()), set(row.gates.split()))
    assert [tells.whom for tells in step.notice_specs] == row.notice_specs.split()
    assert (step.recorded, step.locks_offering) == (row.recorded, row.name in ACROSS.split())
    assert {step.returns, step.within_side, step.alerts, bool(step.reads), bool(step.clears_facts)} == {False}


def test_registering_asks_what_the_table_says() -> None:
    step = Ato.machine().step("register")
    assert step is not None
    assert asked(step) == (set(REGISTERED.split()), {MAY_REGISTER}, {"no_live_initial_sibling", "expiry_after_signing"})
    assert (step.who, step.reason, step.target) == ({Party.AL, Party.PL}, True, "active")


# --- both sides of each gate ---

DAY = date(2026, 11, 20)
BEFORE = DAY - timedelta(days=1)
NOTICE = {"recipient": "fedramp", "notified_on": DAY, "channel": "form", "reference": "Form 1"}
ANYBODY = ActingContext(None, TODAY)
WHOLE = Notice(notified_on=DAY)
GATES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("expiry_after_signing", {"expires_on": AHEAD, "decision_signed_on": DAY}, []),
    ("expiry_after_signing", {"expires_on": DAY, "decision_signed_on": DAY}, ["expires_on"]),
    ("expiry_after_signing", {"expires_on": date(2036, 1, 1), "decision_signed_on": date(2025, 3, 3)}, ["expires_on"]),
    ("expiry_after_signing", {"expires_on": None, "decision_signed_on": DAY}, []),
    ("expiry_after_signing", {"expires_on": DAY, "signed_on": DAY}, ["expires_on"]),
    ("expiry_after_signing", {"expires_on": DAY, "decision_signed_on": None}, []),
    ("provider_before_fedramp", {"provider_notified_on": BEFORE, "fedramp_notified_on": DAY}, []),
    ("provider_before_fedramp", {"provider_notified_on": DAY, "fedramp_notified_on": DAY}, []),
    ("provider_before_fedramp", {"provider_notified_on": DAY, "fedramp_notified_on": BEFORE}, ["fedramp_notified_on"]),
    ("notice_whole", NOTICE, []),
    *(("notice_whole", {**NOTICE, name: None}, [name]) for name in NOTICE),
    ("notice_whole", {"notice": WHOLE, "received_on": DAY}, []),
    ("notice_whole", {"notice": WHOLE, "received_on": None}, ["received_on"]),
    ("received_after_notified", {"notice": WHOLE, "received_on": DAY}, []),
    ("received_after_notified", {"notice": WHOLE, "received_on": BEFORE, "notified_on": BEFORE}, ["received_on"]),
    ("received_after_notified", {"notified_on": DAY, "received_on": BEFORE}, ["received_on"]),
    ("received_after_notified", {"notified_on": DAY, "received_on": DAY}, []),
    ("received_after_notified", {"notified_on": None, "received_on": DAY}, []),
    ("received_after_notified", {"notified_on": DAY, "received_on": None}, []),
]


@pytest.mark.parametrize(("name", "facts", "where"), GATES)
def test_a_gate_on_what_is_told_names_where_it_is_unmet(name: str, facts: dict[str, Any], where: list[str]) -> None:
    found = list(gate_problems(getattr(gates, name), ato("active", "reuse", ""), facts, ANYBODY))
    assert [(problem.gate, problem.where, problem.force) for problem in found] == [(name, w, "must") for w in where]


def test_a_gate_of_the_record_is_unmet_where_there_is_a_sibling_and_where_nobody_is_named() -> None:
    on_record = ato("revoked", "initial", "")
    assert list(gates.no_live_initial_sibling(on_record, {}, ANYBODY)) == []
    vars(on_record)["sibling"] = ato("active", "initial", "")
    assert [problem.gate for problem in gate_problems(gates.no_live_initial_sibling, on_record, {}, ANYBODY)] == [
        "no_live_initial_sibling"
    ]
    assert [problem.gate for problem in gate_problems(gates.official_named, on_record, {}, ANYBODY)] == [
        "official_named"
    ]
    on_record.authorizing_official_id = 1
    assert list(gates.official_named(on_record, {}, ANYBODY)) == []
    assert list(gates.signed_before_expiry(on_record, {"signed_on": DAY}, ANYBODY)) == []
    on_record.expires_on = DAY
    [(_, where)] = gates.signed_before_expiry(on_record, {"signed_on": DAY}, ANYBODY)
    assert where == "signed_on"


def test_every_gate_of_the_machine_is_tried_on_both_sides() -> None:
    tried = {name for name, _, where in GATES if where} & {name for name, _, where in GATES if not where}
    asked_for = {gate.__name__ for step in Ato.machine().steps for gate in (*step.gates, *step.checks)}
    assert asked_for == tried | {"no_live_initial_sibling", "official_named", "signed_before_expiry"}


def test_an_ato_without_an_expiry_never_expires() -> None:
    on_record = ato("active", "reuse", "", source="portal", expires_on=None, authorizing_official_id=1)
    found = offers(on_record, person("authorizing_official", "own"), TODAY)
    assert "expire" not in {offer.step.name for offer in found}


def test_the_machine_has_no_step_beside_the_table() -> None:
    machine = Ato.machine()
    by_hand = {step.row: step.name for step in machine.steps if step.sources and not step.inside}
    assert by_hand == {row.row: row.name for row in GOLDEN}
    never = {step.name for step in machine.steps if not step.on_behalf}
    assert never == set(NEVER_ON_BEHALF.split())
    assert {step.row: step.name for step in machine.steps if step.inside} == INSIDE
    assert {step.row: step.name for step in machine.steps if not step.sources} == ENTRIES
    superseding = machine.step("supersede")
    assert superseding is not None
    assert set(superseding.sources) == SUPERSEDED_FROM


def test_every_live_stage_has_an_exit_and_superseded_has_none() -> None:
    machine = Ato.machine()
    assert all(machine.exits(stage) for stage in machine.live)
    assert machine.exits("superseded") == []
