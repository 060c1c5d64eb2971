"""Every machine by the name under which pages and documents tell it, with the sources of its stages."""

from authorizations.lifecycle.machine import Machine
from authorizations.models.ato import Ato
from authorizations.models.initial import InitialCase
from authorizations.models.reuse import ReuseCase
from authorizations.rules import newest

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
    """Every machine with the sources of its stages."""
    machines = [noun.machine() for noun in MACHINES.values()]
    return [(machine, sources_of_stages(machine)) for machine in machines]
