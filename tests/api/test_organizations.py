"""Organizations, their systems, contacts and invitations in JSON: what each side reads, adds and is refused."""

from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Invitation
from accounts.roles import Role
from authorizations import throttle
from authorizations.models import AgencySystem, Contact, Event
from authorizations.notifications.mail.secret_links import link_of
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_system

LEVELS = dict.fromkeys(("confidentiality", "integrity", "availability"), "low")


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["items"]]


def test_organizations_are_listed_for_everybody_and_narrowed(cast: Cast) -> None:
    program = program_of(cast.stranger_csp)
    assert "FedRAMP PMO" not in names(program.get("/api/organizations"))
    assert names(program.get("/api/organizations?kind=provider")) == ["Nimbus Cloud", "Stratus Works"]
    harbors = cast.organizations["harbors"]
    assert names(program.get(f"/api/organizations?parent={harbors.public_id}")) == ["Bureau of Lighthouses"]
    assert names(program.get("/api/organizations?name=meadow")) == ["Meadow Commission"]
    one = program.get(f"/api/organizations/{cast.organizations['buoys'].public_id}").json()
    assert (one["name"], one["kind"], one["parent"]["name"]) == ("Buoy Office", "agency", "Bureau of Lighthouses")
    assert program.get(f"/api/organizations/{cast.organizations['pmo'].public_id}").status_code == 404
    assert program.get("/api/organizations?knid=agency").status_code == 400


@pytest.mark.slow
def test_systems_are_read_by_their_own_agency_and_added_by_its_liaison(cast: Cast) -> None:
    make_system(cast, name="Grass Census", agency="meadows")
    body = {"agency": cast.organizations["lighthouses"].public_id, "name": "Lamp Log", **LEVELS}
    made = post(program_of(cast.liaison), "/api/systems", body)
    assert (made.status_code, made.json()["impact_level"]) == (201, "low")
    assert Event.objects.get(verb="agencysystem.added").subject_id == AgencySystem.objects.get(name="Lamp Log").pk
    assert names(program_of(cast.viewer).get("/api/systems")) == ["Lamp Log"]
    assert names(program_of(cast.csp_lead).get("/api/systems")) == []
    assert post(program_of(cast.reviewer), "/api/systems", {**body, "name": "Mine"}).status_code in {403, 409}
    foreign = {**body, "agency": cast.organizations["meadows"].public_id}
    refused = post(program_of(cast.liaison), "/api/systems", foreign)
    assert [problem["where"] for problem in refused.json()["problems"]] == ["agency"]
    again = post(program_of(cast.liaison), "/api/systems", body)
    assert "already has a system of this name" in again.json()["error"]


def test_contacts_are_added_read_and_confirmed_by_their_own_organization(cast: Cast) -> None:
    body = {
        "organization": cast.organizations["nimbus"].public_id,
        "name": "Cal Called",
        "email": "CAL@nimbus.example",
        "function": "security",
    }
    made = post(program_of(cast.csp_lead), "/api/contacts", body)
    assert (made.status_code, made.json()["email"]) == (201, "cal@nimbus.example")
    assert names(program_of(cast.csp_viewer).get("/api/contacts?function=security")) == ["Cal Called"]
    assert names(program_of(cast.liaison).get("/api/contacts")) == []
    confirm = f"/api/contacts/{made.json()['id']}/confirm"
    assert post(program_of(cast.csp_lead), confirm, {}).status_code == 409
    Contact.objects.update(confirmed_on=None)
    assert post(program_of(cast.liaison), confirm, {}).status_code == 404
    assert post(program_of(cast.csp_contributor), confirm, {}).status_code == 403
    assert post(program_of(cast.csp_lead), confirm, {}).json()["confirmed_on"]


@pytest.mark.slow
def test_a_lead_invites_by_the_api_and_the_link_is_in_that_answer_alone(cast: Cast) -> None:
    harbors = cast.organizations["harbors"].public_id
    body = {"organization": harbors, "email": "new@harbors.gov", "role": Role.AGENCY_REVIEWER}
    made = post(program_of(cast.liaison), "/api/invitations", body)
    assert made.status_code == 201
    invitation = Invitation.objects.get()
    assert made.json()["link"] == f"http://testserver{link_of(invitation)}"
    listed = program_of(cast.liaison).get("/api/invitations")
    assert [row["email"] for row in listed.json()["items"]] == ["new@harbors.gov"]
    assert invitation.secret not in listed.content.decode()
    for name in ("viewer", "official", "csp_lead", "stranger_agency", "bureau_liaison"):
        assert program_of(cast.people[name]).get("/api/invitations").json()["total"] == 0
        refused = post(program_of(cast.people[name]), "/api/invitations", {**body, "email": "x@y.gov"})
        assert [problem["where"] for problem in refused.json()["problems"]] == ["organization"], name
    again = post(program_of(cast.liaison), "/api/invitations", body)
    assert "invited already" in again.json()["error"]
    assert post(program_of(cast.liaison, read_only=True), "/api/invitations", body).status_code == 403
    revoke = f"/api/invitations/{invitation.public_id}/revoke"
    assert post(program_of(cast.stranger_agency), revoke, {}).status_code == 404
    assert post(program_of(cast.liaison), revoke, {}).status_code == 200
    assert post(program_of(cast.liaison), revoke, {}).status_code == 409


def test_invitations_by_the_api_are_counted_with_those_of_the_pages(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_INVITATIONS", 1)
    program = program_of(cast.liaison)
    body = {"organization": cast.organizations["harbors"].public_id, "role": Role.AGENCY_VIEWER}
    assert post(program, "/api/invitations", {**body, "email": "a@h.gov"}).status_code == 201
    late = post(program, "/api/invitations", {**body, "email": "b@h.gov"})
    assert (late.status_code, "Retry-After" in late.headers) == (429, True)
