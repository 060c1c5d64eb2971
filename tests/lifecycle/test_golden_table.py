"""The ATO machine offers exactly what its table says: every step × role × relation × stage, without a database."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest

from authorizations.actions.stages import offers
from authorizations.models import Ato, Offering
from tests.lifecycle.golden_ato import ENTRIES, GOLDEN, INSIDE, NEVER_ON_BEHALF, PARTY, SUPERSEDED_FROM, Row
from tests.lifecycle.unsaved import OWN, PEOPLE, RELATIONS, person

TODAY, PASSED, AHEAD = date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 24)
STAGES = ("active", "suspended", "revoked", "rescinded", "expired", "superseded", "service_ended")


def ato(stage: str, listing_role: str, unmanned: str, **facts: Any) -> Ato:
    offering = Offering(pk=1, provider=RELATIONS["provider"])
    made = Ato(pk=1, agency=OWN, offering=offering, listing_role=listing_role, stage=stage, **facts)
    # What is read from the database otherwise.
    vars(made).update(rival=None, unmanned=frozenset(unmanned.split()))
    return made


def expected(party: str, on_record: Ato, *, expired: bool, unmanned: str) -> Iterator[tuple[str, bool, bool, bool]]:
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
        standing_in = party == "PL" and unmanned == "agency"
        if party in row.who.split():
            yield row.name, False, False, row.recorded and not named
        elif row.recorded and (party == "AL" or standing_in):
            yield row.name, True, standing_in, not named
        elif standing_in and "AL" in row.who.split() and row.name not in NEVER_ON_BEHALF.split():
            yield row.name, False, True, False


def test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage() -> None:
    wrong = []
    for (role, relation), stage, source, expiry, official, listing_role, unmanned in product(
        PEOPLE, STAGES, ("portal", "feed"), (PASSED, AHEAD), (1, 2, None), ("reuse", "initial"), ("", "agency")
    ):
        party = PARTY[role].get(relation, "")
        if unmanned and party != "PL":
            continue
        if party == "AO" and official != 1:
            party = ""
        on_record = ato(
            stage, listing_role, unmanned, source=source, expires_on=expiry, authorizing_official_id=official
        )
        want = list(expected(party, on_record, expired=expiry == PASSED, unmanned=unmanned))
        got = [
            (offer.step.name, offer.recording, offer.standing_in, offer.is_blocked)
            for offer in offers(on_record, person(role, relation), TODAY)
        ]
        if got != want:
            wrong.append((role, relation, stage, source, expiry, official, listing_role, unmanned, got, want))
    assert wrong == []


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row.name)
def test_each_step_leads_where_the_table_says_and_asks_for_a_reason_where_it_says(row: Row) -> None:
    step = Ato.machine().step(row.name)
    assert step is not None
    assert (step.row, step.target, step.reason) == (row.row, row.target, row.reason)


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
