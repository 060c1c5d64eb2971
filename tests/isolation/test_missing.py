"""What is not there for a person answers like what does not exist: the same page, after the same queries."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.people.invitations import invite
from authorizations.models import Ato, Case, Offering, PackageAccess
from tests.cast import Cast
from tests.isolation.conftest import OUTSIDE, STRANGERS
from tests.isolation.fetching import DIFFERING, MISSING, signed_in
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import DAY, NOW
from tests.samples import ends, first

# Pages before and after: which rows there are for whom, `test_lists.py` and `test_entries.py` ask either database.
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

LITERALS = re.compile(r"'[^']*'|\b\d+\b")


def of_a_case(case: str, waiver: str = MISSING) -> Iterator[str]:
    """Every address of a case, pages and API."""
    yield from (reverse(name, args=[case]) for name in ("case", "case_facts", "waive_gate", "api_case"))
    yield from (reverse(name, args=[case]) for name in ("case_findings", "case_findings_csv", "add_finding"))
    yield reverse("api_case_findings", args=[case])
    for step in ("withdraw", "approve_ssp", "request_access", "no_such_step"):
        yield from (reverse(name, args=[case, step]) for name in ("case_step", "api_case_step"))
    yield reverse("end_waiver", args=[case, waiver])
    for page in ("change", "history"):
        yield reverse(f"admin:authorizations_case_{page}", args=[case])
    yield reverse("admin:authorizations_case_step", args=[case, "withdraw"])


def of_an_ato(ato: str) -> Iterator[str]:
    """Every address of an ATO, pages and API."""
    yield from (reverse(name, args=[ato]) for name in ("ato", "api_ato"))
    yield from (reverse(name, args=[ato, "record_notice"]) for name in ("ato_step", "api_ato_step"))


def of_an_access(access: str) -> Iterator[str]:
    """Every address of a package access."""
    yield reverse("access", args=[access])
    yield reverse("access_act", args=[access, "end"])


def of_people(organization: str, member: str, invitation: str) -> Iterator[str]:
    """Every address of an organization's people and invitations."""
    yield from (reverse(name, args=[organization]) for name in ("people_of", "invite"))
    for name in ("change_role", "end_membership", "leave_organization"):
        yield reverse(name, args=[organization, member])
    yield from (reverse(name, args=[invitation]) for name in ("send_invitation_again", "revoke_invitation"))


def asked(client: Client, method: str, address: str, public_id: str) -> tuple[int, bytes, list[str]]:
    """What an address answers and which queries it makes, without the id, its values and what differs anyway."""
    send: Any = getattr(client, method)
    body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    with CaptureQueriesContext(
        connection,
    ) as made:
        response = send(address, **body)
    content = response.content.replace(public_id.encode(), b"")
    for pattern in DIFFERING:
        content = pattern.sub(b"", content)
    return (
        response.status_code,
        content,
        [LITERALS.sub("?", sql) for query in made if not counting(sql := query["sql"])],
    )


def counting(sql: str) -> bool:
    """Whether a statement counts the refusal: the first of a person, an id and a minute takes two more than the next.

    Which of them it is follows from what the person asked before, and not from what is there.
    """
    return "authorizations_tally" in sql or "SAVEPOINT" in sql


def same_as_missing(client: Client, addresses: Iterator[str], public_id: str, *more: str) -> None:
    """Each address of the record, read and written, answers as for an id that does not exist."""
    for address in addresses:
        other = address.replace(public_id, MISSING)
        for each in more:
            other = other.replace(each, MISSING)
        client.get(other)  # what is cached for the first question is there for both
        for method in ("get", "post"):
            hidden, missing = asked(client, method, address, public_id), asked(client, method, other, MISSING)
            assert hidden == missing, (method, address)
            assert hidden[0] in {403, 404, 405} or "/api/" in address, (method, address, hidden[0])


@pytest.mark.parametrize("who", first(STRANGERS, lane=pytest.mark.nightly))
def test_a_case_and_all_below_it_is_missing_for_a_stranger(onlookers: Cast, offering: Offering, who: str) -> None:
    cast = onlookers
    case = make_case(cast, "initial", "ato_issued", offering=offering)
    waiver = waive_gate(
        case.public_id,
        actor=cast.pmo_lead,
        now=NOW,
        gate="before_cutoff" if "before_cutoff" in case.machine().gates() else next(iter(case.machine().gates())),
        reason="Lost.",
        until=DAY.replace(year=2030),
    )
    client = signed_in(cast.people[who])
    same_as_missing(client, of_a_case(case.public_id, waiver.public_id), case.public_id, waiver.public_id)
    ato = Ato.objects.get(agency=case.agency)
    same_as_missing(client, of_an_ato(ato.public_id), ato.public_id)


@pytest.mark.parametrize("who", first(STRANGERS, lane=pytest.mark.nightly))
def test_a_package_access_is_missing_for_a_stranger(onlookers: Cast, certified: Offering, who: str) -> None:
    make_case(onlookers, "reuse", "access_granted", offering=certified)
    access = PackageAccess.objects.get()
    same_as_missing(signed_in(onlookers.people[who]), of_an_access(access.public_id), access.public_id)


@pytest.mark.parametrize("who", ends([*STRANGERS, "csp_lead", "assessor_member"], lane=pytest.mark.nightly))
def test_the_people_of_an_organization_are_missing_for_a_stranger(onlookers: Cast, who: str) -> None:
    harbors, member = onlookers.organizations["harbors"], Membership.objects.get(user=onlookers.viewer)
    sent = invite(
        actor=onlookers.liaison, organization=harbors, email="new@x.gov", role=Role.AGENCY_VIEWER, now=timezone.now()
    )
    ids = (harbors.public_id, member.public_id, sent.public_id)
    client = signed_in(onlookers.people[who])
    same_as_missing(client, of_people(*ids), *ids)


@pytest.mark.parametrize("who", ends(OUTSIDE, lane=pytest.mark.nightly))
def test_a_reuse_case_that_was_never_shared_is_missing_outside(onlookers: Cast, certified: Offering, who: str) -> None:
    case: Case = make_case(onlookers, "reuse", "need_defined", offering=certified)
    same_as_missing(signed_in(onlookers.people[who]), of_a_case(case.public_id), case.public_id)
