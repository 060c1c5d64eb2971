"""Signing in as a real browser does it: by password and code, by passkey, through an organization; a session's end."""

import json
import shutil
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HEIGHT, WIDE, Reader, environment_of, manage, serving

with warnings.catch_warnings():
    import authlib.deprecate  # it asks for its warnings itself  # noqa: F401

    warnings.simplefilter("ignore")  # of the libraries below the provider, about each other
    from oidc_provider_mock import run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:authlib")
PASSWORD = "seven otters juggle quiet lanterns"
IDLE = 8
# Written out, because the demo's world takes longer to make than these tests to run.
PEOPLE = f"""
from accounts.models import Membership, Organization, User
agency = Organization.objects.create(kind="agency", name="Department of Harbors")
for name, email in (("Lou Local", "lou@portal.example"), ("Pat Passkey", "pat@portal.example"),
                    ("Ida Idle", "ida@portal.example"), ("Odo Organized", "odo@harbors.test")):
    user = User(name=name, email=email)
    user.set_password("{PASSWORD}")
    user.save()
    Membership.objects.create(user=user, organization=agency, role="agency_viewer")
lead = User.objects.create(name="Lia Lead", email="lia@portal.example")
Membership.objects.create(user=lead, organization=agency, role="agency_liaison")
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def portal(axe_at: int, issuer: str, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal of its own, with an identity provider and sessions that end soon, by the name that passkeys need."""
    folder = tmp_path_factory.mktemp("sign-in")
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    provider = {
        "id": "harbors",
        "name": "Department of Harbors",
        "issuer": issuer,
        "client_id": "portal",
        "secret": "secret",
        "domains": ["harbors.test"],
    }
    more = {"PORTAL_IDLE_SECONDS": str(IDLE), "PORTAL_IDENTITY_PROVIDERS": json.dumps([provider])}
    environment = environment_of(folder, **more)
    manage(environment, "shell", "--no-imports", "-c", PEOPLE)
    with serving(environment) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own kind: the usual one would start the usual portal first, with its whole world."""
    context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT})
    yield context.new_page()
    context.close()


@pytest.fixture
def visitor(page: Page, portal: str, axe_at: int) -> Reader:
    return Reader(page, portal, {}, axe_at)


def give_password(visitor: Reader, email: str, password: str = PASSWORD) -> None:
    visitor.page.goto(f"{visitor.base}/sign-in/")
    visitor.page.locator("#id_username").fill(email)
    visitor.page.get_by_label("Password").fill(password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()


def code(secret: str, ahead: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time() // 30) + ahead))


def test_by_password_and_code_after_adding_an_app(visitor: Reader) -> None:
    page = visitor.page
    give_password(visitor, "lou@portal.example", "wrong")
    expect(page.get_by_text("do not match an account that may sign in")).to_be_visible()
    visitor.check()
    give_password(visitor, "lou@portal.example")
    expect(page.get_by_role("heading", name="Add a second factor")).to_be_visible()
    visitor.check()
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator(".factor-key").inner_text()
    visitor.check()
    page.get_by_label("Six digits").fill(code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert page.locator(".recovery-codes li").count() == 10
    visitor.check()
    page.get_by_role("link", name="go on").click()
    page.locator("details.person summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()

    give_password(visitor, "lou@portal.example")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_hidden()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#id_code_error")).to_contain_text("This code does not fit")
    visitor.check()
    page.get_by_label("Code").fill(code(secret, ahead=1))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("details.person summary")).to_have_text("Lou Local")
    page.goto(f"{visitor.base}/account/")
    expect(page.get_by_text("Signed in with password and code")).to_be_visible()
    visitor.check()


def test_by_passkey_without_a_password(visitor: Reader) -> None:
    page = visitor.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    give_password(visitor, "pat@portal.example")
    page.get_by_role("link", name="Add a passkey").click()
    visitor.check()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1

    page.context.clear_cookies()
    page.goto(f"{visitor.base}/sign-in/?next=/offerings/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{visitor.base}/offerings/")
    expect(page.locator("details.person summary")).to_have_text("Pat Passkey")

    # Beside the password it is a second factor.
    page.context.clear_cookies()
    give_password(visitor, "pat@portal.example")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("details.person summary")).to_have_text("Pat Passkey")

    # A device that has none for this portal: said in words.
    page.context.clear_cookies()
    devices.send("WebAuthn.clearCredentials", {"authenticatorId": device})
    page.goto(f"{visitor.base}/sign-in/")
    expect(page.locator("#passkey-problem")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("#passkey-problem")).to_contain_text("The passkey was not used")


def test_through_the_organization(page: Page, portal: str, issuer: str) -> None:
    for email, verified, said in (
        ("odo@harbors.test", False, "did not say that your e-mail address is verified"),
        ("nobody@harbors.test", True, "No account here belongs to the address"),
    ):
        claims = {"email": email, "email_verified": verified}
        requests.put(f"{issuer}/users/odo", json=claims, timeout=5).raise_for_status()
        through_provider(page, portal)
        expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
        expect(page.get_by_text(said)).to_be_visible()
    claims = {"email": "odo@harbors.test", "email_verified": True}
    requests.put(f"{issuer}/users/odo", json=claims, timeout=5).raise_for_status()
    through_provider(page, portal)
    expect(page.locator("details.person summary")).to_have_text("Odo Organized")


def through_provider(page: Page, portal: str) -> None:
    page.goto(f"{portal}/sign-in/")
    page.get_by_label("E-mail address at work").fill("odo@harbors.test")
    page.get_by_role("button", name="Go to your organization").click()
    # The portal's page leads on by itself.
    page.locator("input[name=sub]").fill("odo")
    page.get_by_role("button", name="Authorize").click()


def test_without_script_passkeys_are_explained_and_all_else_works(browser: Browser, portal: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    visitor = Reader(context.new_page(), portal, {})
    visitor.page.goto(f"{portal}/sign-in/")
    expect(visitor.page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    give_password(visitor, "ida@portal.example")
    visitor.page.get_by_role("link", name="Add an app").click()
    visitor.page.get_by_label("Six digits").fill("000000")
    visitor.page.get_by_role("button", name="Add the app").click()
    expect(visitor.page.locator("#id_code_error")).to_be_visible()
    context.close()


# --- by invitation ---


def test_invited_in_and_let_go(browser: Browser, visitor: Reader, portal: str) -> None:
    lead, page = visitor, visitor.page
    as_demo_person(lead, "/people/", "Lia Lead")
    page.get_by_role("link", name="Invite someone").click()
    page.get_by_label("E-mail address").fill("nia@elsewhere.example")
    page.get_by_label("Role").select_option(label="Agency reviewer")
    page.get_by_role("button", name="Invite").click()
    link = page.locator("#link").inner_text()
    lead.check("nia@elsewhere.example is invited")

    other = Reader(browser.new_context().new_page(), portal, {}, lead.axe_at)
    new = other.page
    new.goto(link)
    assert "key=" not in new.url
    other.check("Lia Lead invites nia@elsewhere.example")
    new.get_by_label("Your name").fill("Nia New")
    new.get_by_label("Password (required)").fill(PASSWORD)
    new.get_by_label("Password, once more").fill("another one")
    new.get_by_role("button", name="Make the account and accept").click()
    other.check("The two passwords differ")
    new.get_by_label("Password (required)").fill(PASSWORD)
    new.get_by_label("Password, once more").fill(PASSWORD)
    new.get_by_role("button", name="Make the account and accept").click()
    new.get_by_role("link", name="Add an app").click()
    new.get_by_label("Six digits").fill(code(new.locator(".factor-key").inner_text()))
    new.get_by_role("button", name="Add the app").click()
    new.get_by_role("link", name="go on").click()
    expect(new.get_by_role("heading", name="Home", exact=True)).to_be_visible()
    new.locator("details.person summary").click()
    expect(new.get_by_text("Agency reviewer, Department of Harbors")).to_be_visible()
    new.goto(link)
    other.check("was accepted before")

    as_demo_person(lead, "/people/", "Lia Lead")
    page.get_by_role("link", name="End membership of Nia New").click()
    page.get_by_label("Reason").fill("Went elsewhere.")
    page.get_by_role("button", name="End the membership").click()
    expect(page.get_by_text("Nia New is no longer a member")).to_be_visible()
    new.goto(f"{portal}/cases/")
    expect(new.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    other.page.context.close()


# --- the end of a session, which comes soon in this portal ---


def as_demo_person(visitor: Reader, path: str, name: str = "Ida Idle") -> None:
    visitor.page.goto(f"{visitor.base}/sign-in/?next={path}")
    visitor.page.get_by_role("button", name=name).click()
    visitor.page.wait_for_url(f"{visitor.base}{path}**")


def test_the_end_is_announced_and_who_stays_is_left_where_they_were(visitor: Reader) -> None:
    page = visitor.page
    as_demo_person(visitor, "/tokens/make/")
    warning = page.locator("#session-end")
    expect(warning).to_be_visible(timeout=IDLE * 1000)
    expect(page.get_by_role("timer")).to_have_text("3 seconds", timeout=3000)
    expect(page.locator("#session-end-said")).to_contain_text("You are signed out in")
    visitor.check()
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Make a token")).to_be_visible()


def test_nothing_typed_is_lost_when_the_session_ends(visitor: Reader) -> None:
    page = visitor.page
    as_demo_person(visitor, "/tokens/make/")
    page.get_by_label("Name").fill("Nightly report")
    page.get_by_label("It may also act").check()
    page.wait_for_url("**/sign-in/?ended=idle*", timeout=2 * IDLE * 1000)
    expect(page.get_by_text("Your session has ended")).to_be_visible()
    visitor.check()
    page.get_by_role("button", name="Ida Idle").click()
    page.wait_for_url(f"{visitor.base}/tokens/make/")
    expect(page.get_by_text("What you had typed here is back")).to_be_visible()
    assert page.get_by_label("Name").input_value() == "Nightly report"
    assert page.get_by_label("It may also act").is_checked()
    # It stays until it is sent, wherever the person looks meanwhile.
    page.reload()
    assert page.get_by_label("Name").input_value() == "Nightly report"


def signs_out_in_another_tab(visitor: Reader) -> Page:
    """Where somebody types a long text in one tab and signs out in the other, which is answered."""
    as_demo_person(visitor, "/tokens/make/")
    other = visitor.page.context.new_page()
    other.goto(f"{visitor.base}/tokens/")
    visitor.page.get_by_label("Name").fill("Nightly report")
    other.get_by_role("button", name="Sign out").first.click()
    expect(other.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    # The first tab leaves at once: what is on it is not for who comes next.
    visitor.page.wait_for_url("**/sign-in/?ended=idle*", timeout=IDLE * 500)
    return other


def test_what_was_typed_survives_signing_out_in_another_tab(visitor: Reader) -> None:
    signs_out_in_another_tab(visitor)
    visitor.page.get_by_role("button", name="Ida Idle").click()
    visitor.page.wait_for_url(f"{visitor.base}/tokens/make/")
    assert visitor.page.get_by_label("Name").input_value() == "Nightly report"


def test_another_person_who_signs_in_never_finds_what_was_typed(visitor: Reader) -> None:
    signs_out_in_another_tab(visitor).close()
    visitor.page.get_by_role("button", name="Lia Lead").click()
    visitor.page.wait_for_url(f"{visitor.base}/tokens/make/")
    assert visitor.page.get_by_label("Name").input_value() == ""
    assert visitor.page.evaluate("Object.keys(window.sessionStorage).filter((name) => name.startsWith('kept:'))") == []


def test_without_script_a_form_that_comes_too_late_is_offered_again(browser: Browser, portal: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    visitor = Reader(context.new_page(), portal, {})
    page = visitor.page
    as_demo_person(visitor, "/tokens/make/")
    page.get_by_label("Name").fill("Late report")
    page.wait_for_timeout((IDLE + 1) * 1000)
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text("What you sent is kept")).to_be_visible()
    page.get_by_role("button", name="Ida Idle").click()
    expect(page.get_by_role("heading", name="What you sent is kept")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Late report")).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("portal_")).to_be_visible()
    context.close()
