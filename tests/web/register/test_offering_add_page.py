"""Adding an offering: the page of a CSP lead, and the verb behind it."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from accounts.roles import RecordSource, Role
from authorizations.actions.refusals import Blocked, NotPermitted
from authorizations.actions.register.offerings import add_own_offering
from authorizations.models import Event, Offering
from authorizations.vocabulary import AddedBy, Designation
from tests.cast import PEOPLE, Cast
from tests.samples import ends, first
from tests.web.reading_pages import body_of

ADDRESS = "/offerings/add/"


def facts(cast: Cast, **changed: object) -> dict[str, object]:
    """What a CSP lead of Nimbus fills in."""
    return {
        "provider": cast.organizations["nimbus"].public_id,
        "name": "Nimbus Signals",
        "service_models": ["SaaS", "IaaS"],
        "deployment_model": "public",
        "security_email": "security@nimbus.example",
        **changed,
    }


@pytest.mark.slow
def test_an_added_offering_is_seen_by_everyone(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    response = client.post(ADDRESS, facts(cast), follow=True)
    offering = Offering.objects.get()
    assert response.redirect_chain == [(offering.get_absolute_url(), 302)]
    assert "Nimbus Signals was added." in response.content.decode()
    assert (offering.added_by, offering.source, offering.service_models) == (
        AddedBy.CSP,
        RecordSource.PORTAL,
        "IaaS, SaaS",
    )
    assert (offering.designation, offering.fedramp_id) == (Designation.UNKNOWN, None)
    client.force_login(cast.stranger_agency)
    assert "Nimbus Signals" in body_of(client, offering.get_absolute_url())


def test_the_record_says_who_added_it_but_holds_no_address(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    client.post(ADDRESS, facts(cast))
    event = Event.objects.get()
    assert (event.verb, event.actor) == ("offering.added", cast.csp_lead)
    assert "security@nimbus.example" not in str(event.changes)


@pytest.mark.parametrize("name", first(["Nimbus Signals", "  nimbus   SIGNALS "]))
def test_pressing_twice_adds_one_and_says_so_at_the_field(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.csp_lead)
    client.post(ADDRESS, facts(cast))
    page = client.post(ADDRESS, facts(cast, name=name)).content.decode()
    assert Offering.objects.count() == 1
    assert page.count("Nimbus Cloud already has an offering of this name.") == 2
    assert 'href="#id_name"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page


def test_two_providers_may_use_the_same_name(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    client.post(ADDRESS, facts(cast))
    client.force_login(cast.stranger_csp)
    client.post(ADDRESS, facts(cast, provider=cast.organizations["stratus"].public_id))
    assert Offering.objects.filter(name="Nimbus Signals").count() == 2


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    ends(
        [
            ("name", "", "Enter the name of the offering."),
            ("service_models", [], "Choose at least one service model."),
            ("deployment_model", "", "Choose the deployment model."),
            ("website", "javascript:alert(1)", "Enter the address of a page"),
            ("sales_email", "nobody", "Enter an e-mail address"),
        ]
    ),
)
def test_each_mistake_is_named_at_the_top_and_at_its_field(
    client: Client, cast: Cast, field: str, value: object, mistake: str
) -> None:
    client.force_login(cast.csp_lead)
    page = client.post(ADDRESS, facts(cast, **{field: value})).content.decode()
    assert page.count(mistake) == 2
    assert f'id="id_{field}_error"' in page
    assert not Offering.objects.exists()


def test_what_was_typed_survives_a_mistake(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    page = client.post(ADDRESS, facts(cast, name="", description="<b>Long text</b>")).content.decode()
    assert "&lt;b&gt;Long text&lt;/b&gt;" in page


def test_another_providers_lead_cannot_add_one_for_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger_csp)
    page = client.post(ADDRESS, facts(cast)).content.decode()
    assert "Choose a provider that you lead." in page
    assert not Offering.objects.exists()


@pytest.mark.parametrize("person", ends([key for key, *_, role in PEOPLE if role != Role.CSP_LEAD]))
def test_nobody_else_is_offered_the_page_or_let_in(client: Client, cast: Cast, person: str) -> None:
    client.force_login(cast.people[person])
    assert "Add an offering" not in body_of(client, "/offerings/")
    assert client.post(ADDRESS, facts(cast)).status_code == 403


def test_the_list_and_the_home_of_a_lead_lead_to_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    for address in ("/offerings/", "/"):
        assert f'href="{ADDRESS}">Add an offering' in body_of(client, address)


def test_a_lead_whose_membership_has_ended_is_refused(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    Membership.objects.filter(user=cast.csp_lead).update(organization=cast.organizations["stratus"])
    with pytest.raises(NotPermitted):
        add_own_offering(actor=cast.csp_lead, provider=nimbus, now=timezone.now(), facts={"name": "Nimbus Signals"})
    assert not Offering.objects.exists()


@pytest.mark.parametrize("column", ["fedramp_id", "designation", "provider", "published_since"])
def test_a_provider_cannot_state_what_is_fedramps_to_say(cast: Cast, column: str) -> None:
    said = {"name": "Nimbus Signals", column: "certified"}
    with pytest.raises(Blocked):
        add_own_offering(actor=cast.csp_lead, provider=cast.organizations["nimbus"], now=timezone.now(), facts=said)


def test_a_name_of_blanks_is_no_name(cast: Cast) -> None:
    with pytest.raises(ValidationError):
        add_own_offering(
            actor=cast.csp_lead, provider=cast.organizations["nimbus"], now=timezone.now(), facts={"name": "  "}
        )


@pytest.mark.parametrize("checks_token", [False, True])
def test_more_than_the_portal_reads_is_answered_with_413(cast: Cast, settings: Settings, *, checks_token: bool) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = Client(enforce_csrf_checks=checks_token)
    client.force_login(cast.csp_lead)
    # With a cookie, the check of the token is the first to read the form.
    client.cookies["csrftoken"] = "a" * 32
    response = client.post(ADDRESS, facts(cast, description="long " * 100))
    assert response.status_code == 413
    assert "What to do next" in response.content.decode()
