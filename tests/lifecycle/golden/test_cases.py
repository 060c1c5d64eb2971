"""The machines of cases offer exactly what their tables say, and each step is what its row says; no database."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.steps import offers
from authorizations.lifecycle.gates.documents import PREFIX
from authorizations.models import Ato, Case, Offering
from authorizations.policy import Party
from tests.lifecycle.golden.table import Row
from tests.lifecycle.golden.unsaved import (
    ACTOR,
    AFTER_CUTOFF,
    BOTH_AGREED,
    BOTH_SIGNED,
    MACHINES,
    OWN,
    PASSED,
    PEOPLE,
    RELATIONS,
    ROWS,
    SOMEBODY,
    TABLES,
    TODAY,
    accesses,
    an_ato,
    letters,
    named,
    person,
    unsaved,
)
from tests.samples import sample

pytestmark = pytest.mark.sqlite

# Who a role is, by where it is held: relation of the organization → letters of the tables.
PARTY = {
    "agency_liaison": {"own": "AL", "ancestor": "AL"},
    "agency_reviewer": {"own": "AR"},
    "authorizing_official": {"own": "AO", "ancestor": "AO"},  # where named
    "agency_viewer": {},
    "csp_lead": {"provider": "CL"},
    "csp_contributor": {"provider": "CC"},
    "csp_viewer": {},
    "assessor_lead": {"assessor": "AS"},  # where assigned
    "assessor_member": {"assessor": "AS"},
    "pmo_lead": {"pmo": "PL"},
    "pmo_reviewer": {"pmo": "PR"},
    "auditor": {},
}
# For whom a PMO lead is in, by the kind of the organization without an active member (rule 5).
STOOD_IN_FOR = {"agency": "AL AR", "provider": "CL CC", "assessor": "AS"}
SIDE_OF = {"AL": "agency", "AR": "agency", "AO": "agency", "CL": "provider"}


# --- what is offered ---

State = dict[str, Any]
TURNS: list[State] = [
    {"handed_to": turn, "assessor": assessor}
    for turn in ("", "agency", "provider", "assessor")
    for assessor in ("with", None)
]
SIDES_AGREED: list[State] = [
    {"said": dict(both)} for both in ({}, *({k: v} for k, v in BOTH_AGREED.items()), BOTH_AGREED)
]
SIDES_SIGNED: list[State] = [
    {"said": dict(both)} for both in ({}, *({k: v} for k, v in BOTH_SIGNED.items()), BOTH_SIGNED)
]
CLAIMS: list[State] = [{"claimed_by_id": who} for who in (None, ACTOR, SOMEBODY)]
LOCATIONS: list[State] = [{"location": place} for place in ("", "connect", "repository", "trust_center")]
GRANTS: list[State] = [
    {"accesses": accesses(*ends), "ato": ato}
    for ends in ((), (PASSED,), (TODAY,), (PASSED, PASSED), (PASSED, TODAY), (PASSED, None))
    for ato in (None, an_ato())
]
# The states that a stage is looked at in; the cut-off matters to every stage of an initial case.
STATES: dict[tuple[str, str], list[State]] = {
    ("initial", "partnership"): SIDES_AGREED,
    ("initial", "planning"): SIDES_SIGNED,
    ("initial", "ssp"): TURNS,
    ("initial", "sap"): TURNS,
    ("initial", "pmo_review"): CLAIMS,
    ("reuse", "access_requested"): [{**turn, **place} for turn in TURNS[::2] for place in LOCATIONS],
    ("reuse", "access_granted"): GRANTS + LOCATIONS,
    ("reuse", "package_review"): GRANTS + LOCATIONS,
    ("reuse", "gap_analysis"): GRANTS + LOCATIONS,
    ("reuse", "implementation"): GRANTS[1:2] + LOCATIONS,
    ("reuse", "risk_decision"): GRANTS[1:2] + LOCATIONS,
    ("reuse", "access_expired"): LOCATIONS,
}


LACKING = {"PL": "agency provider assessor", "AL": "provider assessor pmo", "CL": "agency assessor pmo"}


def states(kind: str, stage: str, *, party: str) -> Iterator[State]:
    """Every state in which a person of a role looks at a stage."""
    days = (TODAY, AFTER_CUTOFF) if kind == "initial" else (TODAY,)
    lacking_some = LACKING.get(party, "")
    without_active_members = ("", *lacking_some.split(), lacking_some) if lacking_some else ("",)
    named_one = (ACTOR, SOMEBODY, None) if party == "AO" else (ACTOR,)
    for state, day, lacking, official in product(
        STATES.get((kind, stage), [{}]), days, without_active_members, named_one
    ):
        yield {**state, "as_of": day, "without_active_members": frozenset(lacking.split()), "official": official}


def made(kind: str, stage: str, state: State) -> Case:
    """The case of a state; “with” an assessor means the one it has anyway."""
    given = {name: value for name, value in state.items() if name != "as_of" and value != "with"}
    return unsaved(kind, stage, given.pop("said", {}), **given)


def takers(kind: str, row: Row, case: Case) -> set[str]:
    """Who of a row may take it for this case."""
    table = TABLES[kind]
    if row.who == "GRANTOR":
        package = case.offering._state.fields_cache["package"]
        return set(table.GRANTOR[package.location if package else ""].split())
    return set(table.NARROWED.get((row.name, case.stage), row.who).split())


def holds(turn: str, case: Case, who: set[str], day: Any) -> bool:
    """Whether the condition of a row holds for people who are these parties."""
    sides = {SIDE_OF[party] for party in who if party in SIDE_OF}
    ends = case.access_ends
    conditions = {
        "own_side_not_agreed": any(not case.facts.get(f"{side}_agreed_on") for side in sides),
        "own_signature_missing": any(not case.facts.get(f"wbs_signed_by_{side}_on") for side in sides),
        "not_claimed": case.claimed_by_id is None,
        "claimed": case.claimed_by_id == ACTOR or (case.claimed_by_id is not None and "PL" in who),
        "after_cutoff": day == AFTER_CUTOFF,
        "grants_ended_without_ato": bool(ends) and case.ato is None and all(end == PASSED for end in ends),
    }
    return conditions[turn] if turn in conditions else not turn or waits_on(case) in turn.split()


def resolved(word: str, case: Case) -> str:
    """The party that a word of the tables names for this case."""
    said = {name: entry[0] for name, entry in case.facts.items()}
    package = case.offering._state.fields_cache["package"]
    assessor = "assessor" if case.assessor_id else "provider"
    handed = {"assessor": assessor}.get(case.handed_to, case.handed_to)
    unagreed = [side for side in ("agency", "provider") if f"{side}_agreed_on" not in said]
    told, is_in = "fedramp_notified_on" in said, "package_uploaded_on" in said
    waiting = said.get("delta_test_wanted") == "yes" and "delta_test_done_on" not in said
    waiting = waiting and not case.finding_counts.get("unanswered", {}).get("provider")
    grantor = "provider" if package and package.location in {"repository", "trust_center"} else "pmo"
    words = {
        "side_not_agreed": unagreed[0] if unagreed else "agency",
        "provider_until_signed": "agency" if "wbs_signed_by_provider_on" in said else "provider",
        "assessor_or_provider": assessor,
        "provider_or_delta_test": assessor if waiting else "provider",
        "letter_then_package": "agency" if not told else "pmo" if is_in else "provider",
        "letter_then_pmo": "pmo" if told else "agency",
        "provider_or_pmo": "pmo" if is_in else "provider",
        "pmo_or_agency": "pmo" if told else "agency",
        "grantor": grantor,
        "agency_until_renewal_asked": grantor if "renewal_asked_on" in said else "agency",
    }
    if case.stage in {"ssp", "sap", "assessment"} and word in {"agency", "assessor"}:
        return handed or {"assessor": assessor}.get(word, word)
    if (case.kind, case.stage) == ("reuse", "access_requested") and word == "grantor":
        return handed or grantor
    return words.get(word, word)


def waits_on(case: Case) -> str:
    """The party a case waits on, by the table of its kind."""
    return resolved(TABLES[case.kind].WAITS_ON[case.stage], case)


def expected(kind: str, party: str, case: Case, state: State) -> Iterator[tuple[str, bool, bool, str]]:
    """(step, recorded for the official or not, standing in or not, for whom else recorded) for each row offered."""
    stood_in_for = {
        letter
        for lacking in state["without_active_members"]
        for letter in STOOD_IN_FOR.get(lacking, "").split()
        if party == "PL"
    }
    acting = {party} | stood_in_for
    for row in TABLES[kind].GOLDEN:
        if case.stage not in row.sources.split():
            continue
        if not holds(row.turn, case, acting, state["as_of"]):
            if says_for_provider(kind, party, row, case, state):
                yield row.name, False, False, "provider"
            continue
        may = takers(kind, row, case)
        if party in may:
            yield row.name, False, False, ""
        elif row.recorded and party == "AL":
            yield row.name, True, False, ""
        elif row.on_behalf and may & stood_in_for:
            yield row.name, False, True, ""
        elif row.recorded and "AL" in stood_in_for:
            yield row.name, True, True, ""
        elif absent := absent_taker(kind, row, may, party, case, state):
            yield row.name, False, False, absent


def says_for_provider(kind: str, party: str, row: Row, case: Case, state: State) -> bool:
    """Whether the liaison records what the absent provider says for itself, the agency having said its own."""
    is_left = row.row in TABLES[kind].OF_EACH_SIDE.split() and holds(row.turn, case, {"CL"}, state["as_of"])
    return party == "AL" and is_left and "provider" in state["without_active_members"]


def absent_taker(kind: str, row: Row, may: set[str], party: str, case: Case, state: State) -> str:
    """The side that takes a row and has nobody here, where the row is one that is recorded for it; blank for none."""
    sides = {"provider": {"CL", "CC"}, "assessor": {"AS"}, "pmo": {"PR", "PL"}}
    recorded = TABLES[kind].FOR_ABSENT
    agency_is_absent = "agency" in state["without_active_members"]
    if party != "AL" and not (party == "CL" and agency_is_absent and row.row in TABLES[kind].BY_PROVIDER.split()):
        return ""
    if may == {"AS", "CL"}:
        may = {"AS"} if case.assessor_id else {"CL"}
    takers = [side for side, letters_of_it in sides.items() if may & letters_of_it]
    lacking = [side for side in takers if row.row in recorded.get(side, "").split()]
    return next((side for side in lacking if side in state["without_active_members"]), "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", sample(TABLES, "reuse"))
def test_the_machine_offers_what_the_table_says_to_everyone_at_every_stage(kind: str) -> None:
    wrong = []
    for (role, relation), stage in product(PEOPLE, TABLES[kind].STAGES.split()):
        user, party = person(role, relation), PARTY[role].get(relation, "")
        for state in states(kind, stage, party=party):
            case = made(kind, stage, state)
            is_party = party not in {"AO", "AS"} or (
                state["official"] == ACTOR if party == "AO" else case.assessor_id is not None
            )
            want = list(expected(kind, party if is_party else "", case, state))
            contexts = [(o.step.name, o.context) for o in offers(case, user, state["as_of"])]
            got = [(n, c.recording, c.for_unstaffed_organization, c.recorded_for) for n, c in contexts]
            if got != want:
                wrong.append((role, relation, stage, state, got, want))
    assert wrong == []


@pytest.mark.parametrize(("role", "relation"), PEOPLE)
def test_a_pmo_lead_alone_stands_in_for_an_organization_without_an_active_member(role: str, relation: str) -> None:
    user, party = person(role, relation), PARTY[role].get(relation, "")
    ato = Ato(pk=1, agency=OWN, offering=Offering(pk=1, provider=RELATIONS["provider"]), authorizing_official_id=ACTOR)
    # An ATO has no assessor.
    for record, own in ((unsaved("reuse", "need_defined"), party), (ato, party.replace("AS", ""))):
        vars(record)["without_active_members"] = frozenset(STOOD_IN_FOR)
        more = " ".join(STOOD_IN_FOR.values()) if party == "PL" else ""
        assert acting_context(record, user, TODAY).acting == letters(f"{own} {more}")


# --- what each row says of its step ---


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_each_step_is_what_its_row_says(kind: str, row: Row) -> None:
    step = MACHINES[kind].machine().step(row.name)
    assert step is not None
    grantor = "PR PL CL" if row.who == "GRANTOR" else row.who
    assert (step.row, step.name, set(step.sources)) == (row.row, row.name, set(row.sources.split()))
    assert (step.target, bool(step.back_to)) == ("", True) if row.target == "*" else (row.target, False)
    assert step.who == letters(grantor)
    assert (step.recorded, step.reason, step.on_behalf, step.alerts) == (
        row.recorded,
        row.reason,
        row.on_behalf,
        row.alert,
    )
    assert not step.inside


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=named)
def test_each_step_asks_what_its_row_says(kind: str, row: Row) -> None:
    step = MACHINES[kind].machine().step(row.name)
    assert step is not None
    blocking_problems = {fact.name for fact in (*step.facts, *step.reads) if fact.force == "must"}
    shoulds = {fact.name for fact in (*step.facts, *step.reads) if fact.force == "should"}
    gates = {gate.__name__ for gate in (*step.gates, *step.checks)}
    assert blocking_problems == set(row.needs.split())
    assert shoulds | gates == {*row.asks.split(), *row.gates.split()}
    free = {fact.name for fact in (*step.facts, *step.reads) if fact.force is None}
    assert free == set(TABLES[kind].MAY_SAY.get(row.name, "").split())


@pytest.mark.parametrize("kind", TABLES)
def test_the_machine_has_no_step_and_no_stage_beside_the_table(kind: str) -> None:
    machine, table = MACHINES[kind].machine(), TABLES[kind]
    assert [step.name for step in machine.steps if step.sources] == [row.name for row in table.GOLDEN]
    assert set(machine.stages) == set(table.STAGES.split())
    assert machine.live == set(table.OPEN.split())
    assert {step.name: (step.row, step.who, step.reason) for step in machine.steps if not step.sources} == {
        row.name: (row.row, letters(row.who), row.reason) for row in table.ENTRIES
    }


# What the verb that adopts asks for by itself; the form of both entries names agency and offering.
OF_THE_VERB = {"known_dates", "ato_on_file_from_ato_issued", "resumes_at_given_if_access_expired"}


@pytest.mark.parametrize("kind", TABLES)
def test_an_entry_asks_what_its_row_says(kind: str) -> None:
    for row in TABLES[kind].ENTRIES:
        entry = MACHINES[kind].machine().step(row.name)
        assert entry is not None
        asked = {fact.name for fact in entry.facts} | {gate.__name__ for gate in (*entry.gates, *entry.checks)}
        assert asked == {"agency", "offering", *row.needs.split(), *row.gates.split()} - OF_THE_VERB
        assert {fact.force for fact in entry.facts} == {"must"}


@pytest.mark.parametrize("kind", TABLES)
def test_what_returns_stays_inside_or_reaches_across_is_what_the_table_says(kind: str) -> None:
    steps, table = MACHINES[kind].machine().steps, TABLES[kind]
    assert {step.name for step in steps if step.returns} == set(table.RETURNS.split())
    assert {step.name for step in steps if step.within_side} == set(table.INWARDS.split())
    assert {step.name for step in steps if step.locks_offering} == set(table.ACROSS.split())


@pytest.mark.parametrize("kind", TABLES)
def test_every_open_stage_has_an_exit_and_an_ended_one_has_none_but_those_that_are_reopened(kind: str) -> None:
    machine, table = MACHINES[kind].machine(), TABLES[kind]
    assert all(machine.exits(stage) for stage in machine.live)
    ended = set(machine.stages) - machine.live
    exits = {stage: [step.name for step in machine.exits(stage)] for stage in ended}
    assert {stage: names for stage, names in exits.items() if names} == {
        stage: [name] for stage, name in table.REOPENED.items()
    }


@pytest.mark.parametrize("kind", TABLES)
def test_a_step_makes_void_what_the_table_says(kind: str) -> None:
    by_hand = {name: void for name, void in TABLES[kind].VOIDED.items() if isinstance(void, str)}
    steps = MACHINES[kind].machine().steps
    assert {step.name: set(step.clears_facts) for step in steps if step.clears_facts} == {
        name: set(void.split()) for name, void in by_hand.items()
    }


@pytest.mark.parametrize("kind", TABLES)
def test_a_choice_offers_what_the_table_says(kind: str) -> None:
    asked = [fact for step in MACHINES[kind].machine().steps for fact in (*step.facts, *step.reads) if fact.choices]
    for fact in asked:
        assert [value for value, _ in fact.choices] == TABLES[kind].CHOICES[fact.name].split(), fact.name
    assert {fact.name for fact in asked} == set(TABLES[kind].CHOICES)


@pytest.mark.parametrize("kind", TABLES)
def test_a_fact_stays_on_record_unless_it_belongs_to_one_act(kind: str) -> None:
    taken = [step for step in MACHINES[kind].machine().steps if step.sources]
    passing = {fact.name for step in taken for fact in (*step.facts, *step.reads) if not fact.is_stored}
    kept = {fact.name for step in taken for fact in (*step.facts, *step.reads) if fact.is_stored}
    assert passing == set(TABLES[kind].OF_THE_ACT.split())
    assert not passing & kept


# --- who records a fact ---


def recorders(kind: str, name: str) -> frozenset[Party]:
    """The roles of the rows that ask for a fact, and the party it speaks of."""
    table = TABLES[kind]
    if name in table.STATED_BY_TURNS.split():
        return frozenset()
    found = {party for party, names in table.SPEAKS_OF.items() if name in names.split()}
    step_of = MACHINES[kind].machine().step
    for row in (*table.GOLDEN, *(entry for entry in table.ENTRIES if entry.name == "open")):
        step = step_of(row.name)
        # What a step reads of the case is not asked for by its own roles.
        if step is not None and name in {fact.name for fact in step.facts}:
            found |= {"PR PL CL" if row.who == "GRANTOR" else row.who, *(["AL"] if row.recorded else [])}
    return letters(" ".join(found))


@pytest.mark.parametrize("kind", TABLES)
def test_a_fact_is_recorded_by_whom_the_table_says_and_by_nobody_else(kind: str) -> None:
    machine = MACHINES[kind].machine()
    assert set(" ".join(TABLES[kind].SPEAKS_OF.values()).split()) <= set(machine.facts)
    found = {name: machine.recorders[name] for name in machine.facts}
    assert {name: (who, recorders(kind, name)) for name, who in found.items() if who != recorders(kind, name)} == {}


@pytest.mark.parametrize("kind", TABLES)
def test_what_may_be_waived_is_what_the_table_does_not_except(kind: str) -> None:
    table = TABLES[kind]
    rows = " ".join(f"{row.needs} {row.asks} {row.gates}" for row in table.GOLDEN)
    entries = " ".join(f"{row.needs} {row.gates}" for row in table.ENTRIES if row.name == "open")
    # Facts of one act alone are no gate that could be waived before it.
    kept = set(MACHINES[kind].machine().facts) | {
        gate.__name__ for step in MACHINES[kind].machine().steps for gate in (*step.gates, *step.checks)
    }
    asked = {name for name in f"{rows} {entries}".split() if name in kept}
    named = {name for name in MACHINES[kind].machine().gates() if not name.startswith(PREFIX)}
    assert named == asked - set(table.NEVER_WAIVABLE.split())
