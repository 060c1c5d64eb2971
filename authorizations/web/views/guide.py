"""The machines and the policy in words, for everyone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import Role
from authorizations.lifecycle import prose
from authorizations.lifecycle.step import Step
from authorizations.models.machines import MACHINES, machines_and_sources, sources_of_stages
from authorizations.policy import IN_WORDS, MAY, Party
from authorizations.vocabulary import CaseKind

# Each page's address; the title stands on the machine.
PAGES = [(f"{name}_lifecycle", noun.machine().title) for name, noun in MACHINES.items()]


def lifecycle(request: HttpRequest, name: str) -> HttpResponse:
    """One machine: its stages, every step between them, and the sources behind both."""
    machine = MACHINES[name].machine()
    of_stages = sources_of_stages(machine)
    context = {
        "machine": machine,
        "stages": list(prose.stages(machine, of_stages)),
        "rows": list(prose.rows(machine)),
        "groups": prose.groups(machine),
        "sources": prose.sources(machine, of_stages),
        "forces": prose.FORCES,
        "waivers": prose.WAIVERS if machine.name in CaseKind.values else "",
        "pages": PAGES,
    }
    return render(request, "guide/lifecycle.html", context)


def permissions(request: HttpRequest) -> HttpResponse:
    """Who may do what: the policy that every door asks, and who may take each step of the machines."""
    context = {
        "roles": Role.choices,
        "capabilities": [(words, [role in MAY[one] for role in Role]) for one, words in IN_WORDS.items()],
        "parties": [party.value for party in Party],
        "machines": [
            (
                machine.title,
                [(step, [_may(step, party) for party in Party]) for step in machine.steps if not step.inside],
            )
            for machine, _ in machines_and_sources()
        ],
    }
    return render(request, "guide/permissions.html", context)


def _may(step: Step, party: Party) -> str:
    """Whether a party takes a step, in a word; blank for no."""
    if party in step.who:
        return "Yes"
    return "Records it" if step.recorded and party is Party.AL else ""
