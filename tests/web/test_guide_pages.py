"""What everyone may read of the machines and the policy, held against them."""

from collections.abc import Iterator
from inspect import getsource
from types import FunctionType

import pytest
from django.test import Client

from accounts.roles import Role
from authorizations.lifecycle import case_gates, reuse_gates, review_gates
from authorizations.lifecycle.guidance import GUIDANCE
from authorizations.lifecycle.problems import Force
from authorizations.lifecycle.prose import rows
from authorizations.lifecycle.sources import SOURCES, source_of
from authorizations.lifecycle.turns import IN_WORDS, INITIAL, REUSE
from authorizations.models.machines import MACHINES, machines_and_sources
from authorizations.policy import IN_WORDS as CAPABILITIES
from authorizations.policy import MAY, Capability
from authorizations.rules import newest
from tests.web.pages import body_of

pytestmark = pytest.mark.django_db


def names_of_sources() -> Iterator[str]:
    """Everything by which a step, a stage, a date or a length names its source."""
    for machine, of_stages in machines_and_sources():
        yield from (name for step in machine.steps for name in step.basis)
        yield from (name for said in of_stages.values() for name in said.split("; "))
    yield from (name for said in newest().sources.values() for name in said.split("; "))
    yield from GUIDANCE.sources()


def test_every_source_that_is_named_can_be_followed() -> None:
    unknown = {name for name in names_of_sources() if source_of(name) is None}
    assert unknown == set(), "name the document in lifecycle/sources.py"


def test_no_source_stands_in_the_table_unused() -> None:
    used = {source_of(name) for name in names_of_sources()}
    assert [source.title for source in SOURCES if source not in used] == []


def test_each_gate_is_told_with_the_force_that_it_has() -> None:
    homes = (case_gates, review_gates, reuse_gates)
    found = {name: gate for home in homes for name, gate in vars(home).items() if isinstance(gate, FunctionType)}
    gates = {name: gate for name, gate in found.items() if "Iterator[Problem]" in getsource(gate)}
    for name, gate in gates.items():
        asks = " should(" in getsource(gate) and name != "_held_or_skipped"
        assert (getattr(gate, "force", Force.MUST) is Force.SHOULD) == asks, f"{name}: mark it @soft, or do not"


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
        "The provider; the assessor while a delta test is wanted and not done",
    ):
        assert words in page


def test_the_page_of_permissions_says_what_the_policy_says(client: Client) -> None:
    assert set(CAPABILITIES) == set(Capability) == set(MAY), "say the capability in words in policy.IN_WORDS"
    page = body_of(client, "/help/permissions/")
    for capability, words in CAPABILITIES.items():
        row = page.split(f'<th scope="row">{words}</th>')[1].split("</tr>")[0]
        assert row.count("<td>") == len(Role)
        assert row.count("Yes") == len(MAY[capability])
