"""What every answer says to the browser, whatever made it: a page, a refusal, a file, a middleware above them all."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings

from authorizations.web.error_pages import server_error
from tests.attacks.scene import signed_in
from tests.attacks.urls import everywhere
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def policy(answer: Any) -> dict[str, str]:
    """The directives of the answer's Content-Security-Policy."""
    parts = (each.strip().partition(" ") for each in answer.headers.get("Content-Security-Policy", "").split(";"))
    return {name: sources for name, _, sources in parts if name}


def faults(answer: Any) -> list[str]:
    """What a browser would be allowed that it must not."""
    found, headers = policy(answer), answer.headers
    given = {
        "no policy": found.get("default-src") == "'self'",
        "scripts": not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"}
        & {*" ".join(found.values()).split()} - {"data:"}
        and "data:" not in found.get("script-src", found.get("default-src", "")),
        "plugins": found.get("object-src") == found.get("base-uri") == "'none'",
        "frames": found.get("frame-ancestors") == "'none'" and headers.get("X-Frame-Options") == "DENY",
        "forms": found.get("form-action") == "'self'",
        "sniffing": headers.get("X-Content-Type-Options") == "nosniff",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "features": "camera=()" in headers.get("Permissions-Policy", ""),
        "type": answer.status_code in {301, 302, 304} or "Content-Type" in headers,
    }
    return [name for name, is_so in given.items() if not is_so]


@pytest.mark.parametrize("who", [None, "pmo_lead", "liaison"])
def test_every_address_sends_the_policy_with_every_answer(world: Cast, who: str | None) -> None:
    client, wrong = signed_in(world.people[who]) if who else Client(), {}
    for address in everywhere():
        if address.is_admin and "_ato_" not in address.name and address.name != "admin:index":
            continue
        for answer in (client.get(address.path()), client.post(address.path())):
            if found := faults(answer):
                wrong[address.name, answer.status_code] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("get", "/nowhere/", {}, 404),
        ("get", "/api/nowhere", {}, 404),
        ("get", "/", {"HTTP_HOST": "evil.example"}, 400),
        ("get", "/api/atos", {"HTTP_HOST": "evil.example"}, 400),
        ("put", "/", {}, 405),
        ("delete", "/api/atos", {}, 405),
        ("trace", "/", {}, 405),
        ("get", "/static/portal/portal.css", {}, 200),
        ("get", "/static/nothing.css", {}, 404),
    ],
)
def test_what_no_view_answers_sends_the_policy_too(
    world: Cast, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = getattr(signed_in(world.liaison), method)(path, **headers)
    assert answer.status_code == status
    assert faults(answer) == []


def test_the_page_of_an_outage_sends_the_policy_too(db: None) -> None:
    with override_settings(MAINTENANCE="Back at noon."):
        answer = Client().get("/")
    assert (answer.status_code, faults(answer)) == (503, [])


def test_an_error_of_ours_sends_the_policy_and_none_of_its_cause(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the database")

    monkeypatch.setattr("authorizations.web.lists.listing.ListState.__init__", broken)
    answer = signed_in(world.liaison).get("/atos/")
    assert (answer.status_code, faults(answer)) == (500, [])
    assert b"secret of the database" not in answer.content
    assert b"Traceback" not in server_error(RequestFactory().get("/")).content


def test_the_way_to_the_secured_address_sends_the_policy_too_and_every_answer_keeps_to_it(db: None) -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31_536_000):
        redirected = Client().get("/")
        assert (redirected.status_code, faults(redirected)) == (301, [])
        assert redirected.headers["Location"] == "https://testserver/"
        assert "max-age=31536000" in Client().get("/", secure=True).headers["Strict-Transport-Security"]


def test_cookies_are_kept_from_scripts_from_other_sites_and_in_production_from_open_lines(world: Cast) -> None:
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        client = Client()
        world.liaison.email = "liaison@harbors.example"
        world.liaison.save()
        client.get("/sign-in/", secure=True)
        client.post(f"/sign-in/as/{world.liaison.public_id}/", secure=True)
        cookies = [client.cookies[name] for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)]
    for cookie in cookies:
        assert cookie["secure"], cookie.key
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert not cookie["domain"], cookie.key
