"""What everyone may read of the process: machines and policy, who does what, what experience recommends, words."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import Role
from authorizations.actions.cases.cases import ADOPT, MAY_ADOPT, MAY_OPEN, OPEN
from authorizations.lifecycle import machine_docs
from authorizations.lifecycle.glossary import ABBREVIATIONS, WORDS
from authorizations.lifecycle.guidance import GUIDANCE, GuidanceSide, chapters, phases
from authorizations.lifecycle.sources import SOURCES, sources_of
from authorizations.lifecycle.step import Step
from authorizations.models.machines import MACHINES, machines_and_sources, sources_of_stages
from authorizations.models.register.ato_steps import REGISTER
from authorizations.policy import ON_BEHALF, PARTY_OF, Capability, Party
from authorizations.terms import TERMS
from authorizations.vocabulary import CaseKind

YES, RECORDS, IF_UNSTAFFED, RECORDS_IF_UNSTAFFED = "Yes", "Records it", "If unstaffed", "Records it, if unstaffed"
# The capabilities that begin a record are steps of a table too: both say the same on the page.
ENTRIES: dict[Capability, Step] = {
    **{MAY_OPEN[kind]: OPEN[kind] for kind in CaseKind},
    **{MAY_ADOPT[kind]: ADOPT[kind] for kind in CaseKind},
    Capability.REGISTER_ATO: REGISTER,
}
PERMISSIONS, GLOSSARY, RELEASES = "Who may do what", "Words, old and new", "Releases of the rules"
# Each page's address and title, in the order of the ways between them.
PAGES = [
    ("roles", GUIDANCE.pages["roles"].title),
    *((f"{side}_practices", GUIDANCE.pages[side].title) for side in (GuidanceSide.AGENCY, GuidanceSide.CSP)),
    *((f"{name}_lifecycle", record_type.machine().title) for name, record_type in MACHINES.items()),
    ("permissions", PERMISSIONS),
    ("releases", RELEASES),
    ("glossary", GLOSSARY),
]


def lifecycle(request: HttpRequest, name: str) -> HttpResponse:
    machine = MACHINES[name].machine()
    of_stages = sources_of_stages(machine)
    context = {
        "machine": machine,
        "stages": list(machine_docs.stages(machine, of_stages)),
        "rows": list(machine_docs.rows(machine)),
        "groups": machine_docs.groups(machine),
        "sources": machine_docs.sources(machine, of_stages),
        "forces": machine_docs.FORCES,
        "waivers": machine_docs.WAIVERS if machine.name in CaseKind.values else "",
        "pages": PAGES,
        "seen": set[str](),
    }
    return render(request, "pages/lifecycle.html", context)


def permissions(request: HttpRequest) -> HttpResponse:
    context = {
        "roles": Role.choices,
        "capabilities": [(one.label, [_has(role, one) for role in Role]) for one in Capability],
        "parties": [party.value for party in Party],
        "machines": [
            (
                machine.title,
                [(step, [_may(step, party) for party in Party]) for step in machine.steps if not step.inside],
            )
            for machine, _ in machines_and_sources()
        ],
        "pages": PAGES,
    }
    return render(request, "pages/permissions.html", context)


def roles(request: HttpRequest) -> HttpResponse:
    """Who does what, phase by phase, for both kinds of case; the ways compared, and the questions behind them."""
    of_kinds = [
        (MACHINES[kind].machine().title, f"{kind}_lifecycle", phases(kind))
        for kind in (CaseKind.INITIAL, CaseKind.REUSE)
    ]
    recurring = [duty.source for _, duties in GUIDANCE.recurring for duty in duties]
    context = {
        "lifecycles": of_kinds,
        "sides": [side.label for side in GuidanceSide],
        "why": GUIDANCE.why,
        "ways": GUIDANCE.ways,
        "ways_source": GUIDANCE.ways_source,
        "compared": GUIDANCE.compared,
        "compared_source": GUIDANCE.compared_source,
        "recurring": GUIDANCE.recurring,
        **_context("roles", [*(duty.source for duty in GUIDANCE.duties), *recurring]),
    }
    return render(request, "pages/roles.html", context)


def practices(request: HttpRequest, side: GuidanceSide) -> HttpResponse:
    by_chapter = chapters(side)
    context = {"chapters": by_chapter, **_context(side, [tip.source for _, tips in by_chapter for tip in tips])}
    return render(request, "pages/best_practices.html", context)


def glossary(request: HttpRequest) -> HttpResponse:
    context = {
        "terms": TERMS,
        "abbreviations": ABBREVIATIONS,
        "words": WORDS,
        "sources": SOURCES,
        "pages": PAGES,
        "title": GLOSSARY,
    }
    return render(request, "pages/glossary.html", context)


def _context(page: str, named: list[str]) -> dict[str, Any]:
    about = GUIDANCE.pages[page]
    names = {name for sources_ in named for name in sources_.split("; ")}
    names |= {about.origin_source, *(source for _, _, source in about.ask)}
    return {
        "about": about,
        "as_of": GUIDANCE.as_of,
        "sources": sources_of(names),
        "pages": PAGES,
        "seen": set[str](),
    }


def _has(role: Role, capability: Capability) -> str:
    """Whether a role has a capability, in a word; blank for no. What begins a record is also a step of its table."""
    if role not in capability.roles:
        return ""
    step = ENTRIES.get(capability)
    return _may(step, PARTY_OF[role]) if step else YES


def _may(step: Step, party: Party) -> str:
    """Whether a party takes a step, in a word; blank for no (machine tables, rules 3 and 5)."""
    if party in step.who:
        return YES
    if party is Party.AL and step.recorded:
        return RECORDS
    if party is Party.PL:
        # For an agency without members also what its liaison could record.
        stood_in_for = frozenset().union(*ON_BEHALF.values())
        if step.on_behalf and not step.who.isdisjoint(stood_in_for):
            return IF_UNSTAFFED
        return RECORDS_IF_UNSTAFFED if step.recorded else ""
    return ""
