"""Every machine by the name under which pages and documents tell it, with the sources of its stages."""

from functools import cache

from authorizations.lifecycle.guidance import GUIDANCE
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.sources import source_of
from authorizations.models.cases.case import Case
from authorizations.models.cases.initial import InitialCase
from authorizations.models.cases.reuse import ReuseCase
from authorizations.models.register.ato import Ato
from authorizations.rules import newest
from authorizations.rules.validation import Known
from authorizations.vocabulary import CaseKind

# In the order in which people should read them.
MACHINES: dict[str, type[InitialCase] | type[ReuseCase] | type[Ato]] = {
    "initial": InitialCase,
    "reuse": ReuseCase,
    "ato": Ato,
}


def sources_of_stages(machine: Machine) -> dict[str, str]:
    """Where each stage comes from, by stage; the rule release names it for cases alone."""
    return {stage: named.source for stage, named in newest().stages.get(machine.name, {}).items()}


def machines_and_sources() -> list[tuple[Machine, dict[str, str]]]:
    machines = [record_type.machine() for record_type in MACHINES.values()]
    return [(machine, sources_of_stages(machine)) for machine in machines]


@cache
def known_to_rules() -> Known:
    """What the document of a release may name: stages and rows of the machines, duties and tips, and sources."""
    return Known(
        stages={kind.value: tuple(Case.machines[kind].machine().stages) for kind in CaseKind},
        rows=frozenset(step.row for record_type in MACHINES.values() for step in record_type.machine().steps),
        guidance=frozenset({GUIDANCE.id}),
        is_source=lambda name: source_of(name) is not None,
    )
