"""What everyone may read of the machines and the policy, held against them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from authorizations.lifecycle.guidance import GUIDANCE
from authorizations.lifecycle.machine_docs import rows
from authorizations.lifecycle.problems import Force, Problem, Unmet, advisory, gate_problems, not_waivable
from authorizations.lifecycle.sources import SOURCES, source_of
from authorizations.lifecycle.turns import IN_WORDS, INITIAL, REUSE
from authorizations.models.machines import MACHINES, machines_and_sources
from authorizations.policy import PARTY_OF, Capability, Party
from authorizations.rules import newest
from authorizations.web.pages.views_guide import ENTRIES, _may
from tests.cast import Cast
from tests.samples import first
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db


def stated_sources(part: Any) -> Iterator[str]:
    """Every source in a part of a document."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if str(name).endswith("source"):
            yield value
        elif isinstance(value, dict | list | tuple):
            yield from stated_sources(value)


def names_of_sources() -> Iterator[str]:
    """Everything by which a step, a stage, a date or a length names its source."""
    for machine, of_stages in machines_and_sources():
        yield from (name for step in machine.steps for name in step.basis)
        yield from (name for said in of_stages.values() for name in said.split("; "))
    yield from (name for said in newest().sources.values() for name in said.split("; "))
    yield from (name for said in stated_sources(GUIDANCE.model_dump()) for name in said.split("; "))


def test_every_source_that_is_named_can_be_followed() -> None:
    unknown = {name for name in names_of_sources() if source_of(name) is None}
    assert unknown == set(), "name the document in lifecycle/sources.py"


def test_no_source_stands_in_the_table_unused() -> None:
    used = {source_of(name) for name in names_of_sources()}
    assert [source.title for source in SOURCES if source not in used] == []


@pytest.mark.parametrize(
    ("mark", "told"),
    [(advisory, {"force": Force.SHOULD}), (not_waivable, {"waivable": False}), (lambda gate: gate, {})],
)
def test_each_gate_is_told_with_the_force_that_it_has(mark: Any, told: dict[str, Any]) -> None:
    @mark
    def asks(record: Any, facts: Any, context: Any) -> Unmet:
        yield "Something is unusual.", "here"

    assert list(gate_problems(asks, None, {}, None)) == [Problem("asks", "Something is unusual.", "here", **told)]


def test_every_stage_says_whom_it_waits_on_once() -> None:
    for machine, _ in machines_and_sources():
        if machine.name != "ato":
            table = INITIAL if machine.name == "initial" else REUSE
            said = {stage for kind, stage in IN_WORDS if kind == machine.name} | set(table)
            assert said == set(machine.live) - {"recorded"}, machine.name
            assert not {stage for kind, stage in IN_WORDS if kind == machine.name} & set(table)


@pytest.mark.parametrize("name", MACHINES)
def test_the_page_of_a_machine_names_every_step_with_its_basis_and_the_sources(client: Client, name: str) -> None:
    page = body_of(client, f"/guide/{name}-lifecycle/")
    for row in rows(MACHINES[name].machine()):
        assert f"({row.row})" in page
    assert 'id="sources"' in page
    assert "Consolidated Rules, version 2026.07.14.01" in page


def test_the_page_of_an_initial_case_tells_force_groups_and_turns(client: Client) -> None:
    page = body_of(client, "/guide/initial-lifecycle/")
    for words in (
        "Close-out meeting held on (or a reason)",
        "SAP signed by the provider on (firm)",
        "Every listed stage",
        "Waits on the provider until it has signed the WBS, then the agency",
        "The provider; the assessor once a wanted delta test is all that is left",
    ):
        assert words in page


# Capabilities that begin a record, with the rows of the machine tables: who takes them, and who is in (rule 5).
BEGINNINGS: dict[Capability, tuple[set[Role], set[Role]]] = {
    Capability.OPEN_INITIAL_CASE: ({Role.AGENCY_LIAISON, Role.CSP_LEAD}, {Role.PMO_LEAD}),
    Capability.OPEN_REUSE_CASE: ({Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER}, {Role.PMO_LEAD}),
    Capability.ADOPT_INITIAL_CASE: ({Role.PMO_LEAD}, set()),
    Capability.ADOPT_REUSE_CASE: ({Role.AGENCY_LIAISON, Role.PMO_LEAD}, set()),
    Capability.REGISTER_ATO: ({Role.AGENCY_LIAISON, Role.PMO_LEAD}, set()),
}


def test_the_page_of_permissions_says_what_the_policy_says(client: Client) -> None:
    page = body_of(client, "/help/permissions/")
    for capability in Capability:
        row = page.split(f'<th scope="row">{capability.label}</th>')[1].split("</tr>")[0]
        assert row.count("<td>") == len(Role)
        takes, stands_in = BEGINNINGS.get(capability, (capability.roles, set()))
        assert (row.count("Yes"), row.count("If unstaffed")) == (len(takes), len(stands_in)), capability
        assert takes | stands_in == capability.roles


def test_what_begins_a_record_is_the_same_in_both_tables() -> None:
    assert set(ENTRIES) == set(BEGINNINGS)
    for capability, (takes, stands_in) in BEGINNINGS.items():
        step = ENTRIES[capability]
        assert {PARTY_OF[role] for role in takes} == step.who, capability
        assert {PARTY_OF[role] for role in stands_in} == (set() if Party.PL in step.who else {Party.PL})


@pytest.mark.parametrize("rows", ["I24 I25 I26 I27", "U17 U18 U19 U20 U21", "A4 A5 A6 A7 A8"])
def test_nobody_stands_in_for_a_decision(client: Client, rows: str) -> None:
    every = [step for machine, _ in machines_and_sources() for step in machine.steps if not step.inside]
    steps = [step for step in every if step.row in rows.split()]
    assert len(steps) == len(rows.split())
    for step in steps:
        assert _may(step, Party.PL) in {"", "Records it, if unstaffed"}, step.row
        assert {_may(step, party) for party in (Party.CL, Party.CC, Party.AS, Party.PR)} == {""}


@pytest.mark.parametrize(
    "address",
    first(["/guide/words/", "/guide/initial-lifecycle/", "/guide/best-practices-csps/", "/help/permissions/"]),
)
def test_the_guide_is_the_present_entry_of_the_menu_on_each_of_its_pages(
    client: Client, cast: Cast, address: str
) -> None:
    client.force_login(cast.liaison)
    menu = body_of(client, address).split('class="masthead__menu"')[1].split("</nav>")[0]
    assert re.findall(r'aria-current="page"[^>]*>([^<]+)<', menu) == ["Guide"]
    menu = body_of(client, "/cases/").split('class="masthead__menu"')[1].split("</nav>")[0]
    assert re.findall(r'aria-current="page"[^>]*>([^<]+)<', menu) == ["Cases"]
