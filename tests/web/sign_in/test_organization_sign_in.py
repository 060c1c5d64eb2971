"""Signing in through an organization's own provider: whom it may name, and what is said where it names another."""

import re
import warnings
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.people.invitations import invite
from authorizations.models import Event
from authorizations.notifications.mail.secret_links import link_of
from fedramp_portal import identity_providers
from tests.cast import Cast
from tests.samples import first
from tests.web.sign_in.test_sign_in import PASSWORD, sign_in, words

with warnings.catch_warnings():
    import authlib.deprecate  # it asks for its warnings itself  # noqa: F401

    warnings.simplefilter("ignore")  # of the libraries below the provider, about each other
    from oidc_provider_mock import run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(autouse=True)
def _two_providers(settings: Any, issuer: str) -> Iterator[None]:
    common = {"issuer": issuer, "client_id": "portal", "secret": "a secret of the provider"}
    settings.IDENTITY_PROVIDERS = [
        {"id": "harbors", "name": "Department of Harbors", "domains": ["example.gov"], **common},
        {"id": "nimbus", "name": "Nimbus Cloud", "domains": ["nimbus.example"], **common},
    ]
    settings.PROVIDER_OF_DOMAIN = identity_providers.by_domain(settings.IDENTITY_PROVIDERS)
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers.for_the_library(settings.IDENTITY_PROVIDERS)
    settings.SECOND_FACTOR = True
    cache.clear()
    yield
    cache.clear()


def provider_knows(issuer: str, sub: str, **claims: Any) -> None:
    requests.put(f"{issuer}/users/{sub}", json=claims, timeout=5).raise_for_status()


def way_there(client: Client, email: str, target: str = "") -> str:
    """The address of the provider to which the portal sends the browser."""
    page = client.post(reverse("through_organization"), {"email": email, "next": target})
    assert page.status_code == 200
    assert "Location" not in page.headers
    link = re.search(r'<a class="usa-button" href="([^"]+)"', page.content.decode())
    assert link
    assert page.headers["Refresh"] == f"0; url={unescape(link[1])}"
    return unescape(link[1])


def come_back(client: Client, address: str, sub: str) -> HttpResponse:
    """Signs in at the provider as ``sub``, and follows it back."""
    sent = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    parts = urlsplit(sent.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")  # type: ignore[return-value]


@pytest.mark.slow
def test_a_person_is_known_by_an_address_that_the_own_provider_has_verified(
    client: Client, cast: Cast, issuer: str
) -> None:
    provider_knows(issuer, "v1", email="Viewer@Example.gov", email_verified=True)
    address = way_there(client, "viewer@example.gov", reverse("offerings"))
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["login_hint"] == ["viewer@example.gov"]
    assert come_back(client, address, "v1").headers["Location"] == reverse("offerings")
    # The provider has asked for its own second factor.
    page = client.get(reverse("account"))
    assert "Signed in through Department of Harbors" in page.content.decode()
    entry = Event.objects.get()
    assert (entry.verb, entry.actor, entry.changes) == (
        "session.started",
        cast.viewer,
        {"by": [None, "provider harbors"]},
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("provider", "claims", "said"),
    first(
        [
            ("viewer@example.gov", {"email": "nobody@example.gov", "email_verified": True}, "No account here belongs"),
            ("viewer@example.gov", {"email": "viewer@example.gov", "email_verified": False}, "did not say that your"),
            ("viewer@example.gov", {"email": "viewer@example.gov"}, "did not say that your"),
            ("viewer@example.gov", {}, "did not say that your"),
            ("off@example.gov", {"email": "off@example.gov", "email_verified": True}, "This account is switched off"),
            # Another organization's provider names a person of the agency.
            (
                "x@nimbus.example",
                {"email": "viewer@example.gov", "email_verified": True},
                "of another domain than its own",
            ),
        ]
    ),
)
def test_nobody_else_is_let_in_and_each_is_told_why(
    client: Client, cast: Cast, issuer: str, provider: str, claims: dict[str, Any], said: str
) -> None:
    User.objects.create(email="off@example.gov", name="Off", is_active=False)
    provider_knows(issuer, "someone", **claims)
    before = User.objects.count()
    answer = come_back(client, way_there(client, provider), "someone")
    assert answer.status_code == 403
    assert said in words(answer)
    assert User.objects.count() == before
    assert client.get(reverse("home")).status_code == 302


def test_breaking_off_at_the_provider_is_said_in_words(client: Client, cast: Cast) -> None:
    address = way_there(client, "viewer@example.gov")
    sent = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=5)
    parts = urlsplit(sent.headers["Location"])
    # The mock leaves out the state here, which OpenID Connect asks a provider to send back.
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = client.get(f"{parts.path}?{parts.query}&state={state}")
    assert answer.status_code == 403
    assert "You did not finish signing in" in words(answer)  # type: ignore[arg-type]


def test_an_answer_that_was_not_asked_for_in_this_browser_opens_nothing(
    client: Client, cast: Cast, issuer: str
) -> None:
    provider_knows(issuer, "v1", email="viewer@example.gov", email_verified=True)
    answer = come_back(Client(), way_there(client, "viewer@example.gov"), "v1")
    assert answer.status_code == 403
    assert "could not be used" in words(answer)


def test_an_answer_opens_once(client: Client, cast: Cast, issuer: str) -> None:
    provider_knows(issuer, "v1", email="viewer@example.gov", email_verified=True)
    sent = requests.post(way_there(client, "viewer@example.gov"), data={"sub": "v1"}, allow_redirects=False, timeout=5)
    parts = urlsplit(sent.headers["Location"])
    assert client.get(f"{parts.path}?{parts.query}").status_code == 302
    assert client.get(f"{parts.path}?{parts.query}").status_code == 403


def test_a_password_opens_nothing_for_people_whose_organization_has_its_own_sign_in(client: Client, cast: Cast) -> None:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    answer = sign_in(client)
    assert answer.status_code == 200
    assert "People of example.gov sign in through their organization" in words(answer)
    assert client.get(reverse("home")).status_code == 302


def test_no_factor_of_the_portal_is_added_by_them(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    session = client.session
    session["strong"] = True
    session.save()
    for name in ("mfa_add_webauthn", "mfa_activate_totp", "change_password"):
        answer = client.get(reverse(name))
        assert answer.status_code == 403
        assert "You sign in through your organization" in words(answer)  # type: ignore[arg-type]


def test_a_domain_without_a_provider_is_told_so(client: Client, cast: Cast) -> None:
    answer = client.post(reverse("through_organization"), {"email": "ann@meadows.example"})
    assert answer.status_code == 404
    assert "has told the portal about meadows.example" in words(answer)  # type: ignore[arg-type]


def test_a_provider_that_does_not_answer_is_said_in_words(client: Client, cast: Cast, settings: Any) -> None:
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = client.post(reverse("through_organization"), {"email": "viewer@example.gov"})
    assert answer.status_code == 403
    assert "could not be reached" in words(answer)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_secret_of_a_provider_is_on_no_page_of_the_portal(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    for address in (reverse("sign_in"), reverse("account"), reverse("admin:index")):
        assert "a secret of the provider" not in client.get(address, follow=True).content.decode()


# --- by invitation ---


@pytest.mark.slow
@pytest.mark.parametrize(("proven", "is_let_in"), [("New@Example.gov", True), ("other@example.gov", False)])
def test_who_is_invited_gets_an_account_when_their_organization_has_proven_the_very_address(
    client: Client, cast: Cast, issuer: str, proven: str, *, is_let_in: bool
) -> None:
    into = cast.organizations["harbors"]
    given = {"email": "new@example.gov", "role": Role.AGENCY_VIEWER, "now": timezone.now()}
    sent = invite(actor=cast.liaison, organization=into, **given)
    provider_knows(issuer, "n1", email=proven, email_verified=True)
    page = client.get(link_of(sent), follow=True).content.decode()
    assert 'type="password"' not in page
    leaving = client.post(reverse("answer_invitation"), {"answer": "account", "name": "Nia New"}).content.decode()
    link = re.search(r'<a class="usa-button" href="([^"]+)"', leaving)
    assert link
    answer = come_back(client, unescape(link[1]), "n1")
    made = User.objects.filter(email="new@example.gov").first()
    if is_let_in:
        assert answer.headers["Location"] == reverse("answer_invitation")
        assert made
        assert (made.roles, made.has_usable_password()) == ({Role.AGENCY_VIEWER}, False)
        said = words(client.get(reverse("answer_invitation"), follow=True))  # type: ignore[arg-type]
        assert "You are now Agency viewer of Department of Harbors" in said
    else:
        assert (answer.status_code, made) == (403, None)
        assert "No account here belongs" in words(answer)
