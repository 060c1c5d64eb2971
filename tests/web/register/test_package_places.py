"""Where packages are kept: recorded from the step that asks for it, and for many offerings of a feed at once."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, Event, Package
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("location", "turn"), [("connect", "pmo"), ("trust_center", "provider")])
def test_a_grant_leads_to_where_the_place_is_recorded_and_back(
    client: Client, cast: Cast, location: str, turn: str
) -> None:
    case = make_case(cast, "reuse", "access_requested")
    Package.objects.all().delete()
    client.force_login(cast.pmo_reviewer)
    step = body_of(client, reverse("case_step", args=[case.public_id, "grant_access"]))
    place = re.findall(r'href="(/offerings/packages/[^"]*)"', step)[0].replace("&amp;", "&")
    assert "checked" in body_of(client, place)
    given = {"offerings": [case.offering.public_id], "location": location}
    assert client.post(place, given).headers["Location"] == case.get_absolute_url()
    assert Case.objects.get(pk=case.pk).waits_on == turn
    opened = client.get(reverse("case_step", args=[case.public_id, "grant_access"]))
    assert opened.status_code == (200 if turn == "pmo" else 403)


def test_many_offerings_get_their_place_at_once(client: Client, cast: Cast) -> None:
    offerings = make_offerings(cast.organizations["nimbus"], 3, designation="certified")
    client.force_login(cast.pmo_reviewer)
    page = reverse("package_places")
    assert client.post(page, {"location": "connect"}).status_code == 409
    assert client.post(page, {"offerings": [offerings[0].public_id], "location": "connect"}).status_code == 302
    assert client.post(page, {"every": "on", "location": "repository", "address": "Vault"}).status_code == 302
    assert sorted(Package.objects.values_list("location", flat=True)) == ["connect", "repository", "repository"]
    assert Event.objects.filter(verb="package.added").count() == 3
    assert "has a place on record" in body_of(client, page)


@pytest.mark.parametrize("key", ["liaison", "csp_lead", "auditor"])
def test_nobody_but_the_pmo_is_led_there(client: Client, cast: Cast, key: str) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    client.force_login(cast.people[key])
    assert "/offerings/packages/" not in body_of(client, offering.get_absolute_url())
    assert client.get(reverse("package_places")).status_code == 403
