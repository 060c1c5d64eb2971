"""Where the things that a case waits for are met: addresses for pages that the reader may open."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.actions.cases.cases import recordable
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, Case, CoSigner
from authorizations.policy import Capability, Party, may
from authorizations.presenters.document_links import WHERE, document_place


@dataclass(frozen=True, slots=True)
class ProblemLink:
    """One problem with the addresses where it is met and where it is waived; blank where this person can do neither.

    Attributes:
        act: the words of the button that leads to `url`.
    """

    sentence: str
    url: str
    waive_url: str = ""
    act: str = "Go there"


def problem_links(context: ActingContext, case: Case, problems: Iterable[Problem]) -> list[ProblemLink]:
    """Problems of a case with where they are met, and for a PMO lead where they are waived."""
    found = list(problems)
    yours = {fact.name for fact in recordable(case, context.parties)} if found else set()
    gates = case.machine().gates(case.rules) if found and Party.PL in context.parties else {}
    return [
        ProblemLink(
            each.sentence, _place(context, case, each.where, yours), _waive(case, each, gates), _act(each.where, yours)
        )
        for each in found
    ]


def _act(where: str, yours: set[str]) -> str:
    if where in yours:
        return "Record it"
    return "Add the document" if where.startswith(WHERE) else ACTS.get(where, "Go there")


def _place(context: ActingContext, case: Case, where: str, yours: set[str]) -> str:
    if where in case.machine().facts:
        return f"{facts_address(case)}#fact-{where}" if where in yours else ""
    if where.startswith(WHERE):
        return document_place(context, case, where)
    place = PLACES.get(where)
    return place(context.user, case) if place else ""


def _waive(case: Case, problem: Problem, gates: dict[str, str]) -> str:
    if not problem.waivable or problem.gate not in gates:
        return ""
    return f"{reverse('waive_gate', args=[case.public_id])}?{urlencode({'gate': problem.gate})}"


def ato_address(user: User, case: Case | CoSigner) -> str:
    """The page of the ATO of a case or a co-signing agency; blank where there is none that this reader may see."""
    if case.ato is None or not Ato.objects.visible_to(user).filter(pk=case.ato_id).exists():
        return ""
    return str(case.ato.get_absolute_url())


def accesses_address(case: Case) -> str:
    query = {"within": case.agency.public_id, "provider": case.offering.provider.public_id, "state": "open"}
    return f"{reverse('accesses')}?{urlencode(query)}"


# Who opens packages; while one of them has nobody here, an agency's liaison records the place from evidence.
HOLDERS = frozenset({OrganizationKind.PROVIDER.value, OrganizationKind.PMO.value})


def package_address(user: User, case: Case) -> str:
    """Where the package's place is recorded, and back to the case; for anyone who may not, the offering's page."""
    absent = HOLDERS & case.without_active_members if Party.AL in case.parties_of(user) else frozenset()
    administers = may(user.roles, Capability.EDIT_RECORDS)
    # The agency's own person from evidence; who administers the portal too, once the provider has people here, for all.
    if absent == HOLDERS or (absent and not administers):
        return reverse("locate_package", args=[case.public_id])
    if not administers:
        return str(case.offering.get_absolute_url())
    query = {"offering": case.offering.public_id, "next": case.get_absolute_url()}
    return f"{reverse('package_places')}?{urlencode(query)}"


PLACES: dict[str, Callable[[Any, Case], str]] = {
    "offering": lambda user, case: str(case.offering.get_absolute_url()),
    "package": package_address,
    "ato": ato_address,
    "access": lambda user, case: accesses_address(case),
    "findings": lambda user, case: reverse("case_findings", args=[case.public_id]),
}


def facts_address(case: Case) -> str:
    return reverse("case_facts", args=[case.public_id])


ACTS = {
    "offering": "Open the offering",
    "package": "Say where the package is",
    "ato": "Open the ATO",
    "access": "Open the accesses",
    "findings": "Open the findings",
}
