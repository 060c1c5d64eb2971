"""Every page, asked with text that nobody types in each of its parameters: it answers, and never with a 500."""

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from authorizations.models import Offering
from authorizations.web.imports.listings import FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS
from authorizations.web.lists.registry import LISTINGS
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS
from tests.attacks.records import paths_behind
from tests.cast import Cast
from tests.hostile import HOSTILE, WORDS
from tests.web.register.records import make_atos, make_offerings

pytestmark = pytest.mark.slow


@pytest.fixture
def addresses(cast: Cast) -> dict[str, str]:
    """Each name's address, of records that exist."""
    return paths_behind(cast)


LISTS = {
    each.name: each
    for each in (*LISTINGS, CONDITIONS, ACCESSES, MESSAGES, FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS)
}


OF_THE_RULES = {"compare_releases": ["before", "after"], "move_to_release": ["release"]}


def parameters(name: str) -> list[str]:
    """What an address reads of its query: a list its filters and links, the other pages a word or the way back."""
    listing = LISTS.get(name.removesuffix("_csv"))
    if listing is None:
        chosen = ["offering", "agency", "stage"] if name.startswith(("open_", "adopt_")) else []
        return ["q", "next", *chosen, *OF_THE_RULES.get(name, [])]
    return ["q", "sort", "page", *(one.key for one in (*listing.facets, *listing.narrowings))]


@pytest.mark.parametrize("kind", WORDS)
def test_no_page_breaks_whatever_its_parameters_hold(
    client: Client,
    cast: Cast,
    addresses: dict[str, str],
    kind: str,
) -> None:
    client.force_login(cast.pmo_lead)
    broken = {}
    for name in addresses:
        for parameter in parameters(name):
            answer = client.get(f"{addresses[name]}?{urlencode({parameter: HOSTILE[kind]})}", follow=True)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[attr-defined]
            # No timer runs beside this test, and anyone who asks whether the portal is ready is told so.
            if answer.status_code >= 500 and name != "readyz":
                broken[name, parameter] = answer.status_code
    assert broken == {}


@pytest.mark.parametrize("kind", WORDS)
def test_the_form_for_an_offering_answers_hostile_text_with_a_page(client: Client, cast: Cast, kind: str) -> None:
    client.force_login(cast.csp_lead)
    facts = dict.fromkeys(("name", "description", "website", "sales_email", "security_email"), HOSTILE[kind])
    facts |= {"provider": HOSTILE[kind], "service_models": HOSTILE[kind], "deployment_model": HOSTILE[kind]}
    assert client.post(reverse("add_offering"), facts).status_code == 200
    assert not Offering.objects.exists()


@pytest.mark.parametrize("kind", WORDS)
def test_signing_in_with_hostile_text_signs_nobody_in(client: Client, cast: Cast, kind: str) -> None:
    text = HOSTILE[kind]
    answer = client.post(reverse("sign_in"), {"username": text, "password": text, "next": text})
    assert answer.status_code == 200
    assert client.post(reverse("through_organization"), {"email": text, "next": text}).status_code == 404
    assert client.post(reverse("forgotten_password"), {"email": text}).status_code == 200
    assert client.get(reverse("new_password"), {"token": text}).status_code == 404
    cast.liaison.email = "liaison@harbors.example"
    cast.liaison.save()
    assert client.post(reverse("sign_in_as", args=[cast.liaison.public_id]), {"next": text}).status_code == 302


@pytest.mark.parametrize("kind", WORDS)
def test_a_decision_with_hostile_text_is_asked_again(
    client: Client,
    cast: Cast,
    addresses: dict[str, str],
    kind: str,
) -> None:
    client.force_login(cast.pmo_lead)
    answer = client.post(addresses["review_item"], {"resolution": HOSTILE[kind], "note": HOSTILE[kind]})
    assert answer.status_code == 200


def test_a_session_cookie_with_a_nul_is_no_session(client: Client, cast: Cast) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 31 + "\x00"
    assert client.get(reverse("home")).status_code == 302


def test_nul_is_left_out_of_what_is_searched(client: Client, cast: Cast) -> None:
    make_offerings(cast.organizations["nimbus"], 1, name="Nimbus Desk")
    client.force_login(cast.viewer)
    assert client.get(reverse("offerings"), {"q": "Nim\x00bus"}).context["state"].total == 1


def test_a_service_model_that_is_none_finds_nothing(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1, service_models="IaaS, SaaS")[0]
    make_atos(offering, cast.organizations["harbors"], 1)
    client.force_login(cast.viewer)
    totals = {
        model: client.get(reverse("offerings"), {"model": model}).context["state"].total for model in ("SaaS", "aaS")
    }
    assert totals == {"SaaS": 1, "aaS": 0}


@pytest.mark.parametrize("address", ["/reports/ato-register/make/", "/lists/add/preview/"])
def test_a_sent_name_with_a_character_that_no_database_takes_is_refused(cast: Cast, address: str) -> None:
    # PostgreSQL fails at the look-up; SQLite finds nothing.
    client = Client()
    client.force_login(cast.liaison)
    answer = client.post(address, {"format": "xlsx", "agency": "a\0b", "token": "\0"})
    assert answer.status_code in {400, 404}
