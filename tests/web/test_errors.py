"""The error pages: the status, what to do next, and the request id."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from authorizations.web import error_pages
from tests.cast import Cast

PAGES = {
    400: lambda request: error_pages.bad_request(request, BadRequest()),
    403: lambda request: error_pages.permission_denied(request, PermissionDenied()),
    404: lambda request: error_pages.not_found(request, Http404()),
    409: lambda request: error_pages.error_page(request, 409, sentence="Someone changed this since you opened it."),
    413: lambda request: error_pages.error_page(request, 413),
    429: lambda request: error_pages.error_page(request, 429, sentence="Try again after noon."),
    500: error_pages.server_error,
}


@pytest.mark.parametrize("status", sorted(PAGES))
def test_an_error_page_says_what_to_do_next(rf: RequestFactory, status: int) -> None:
    response = PAGES[status](rf.get("/anything/"))
    page = response.content.decode()
    assert response.status_code == status
    assert "What to do next" in page
    assert "<li>" in page


def test_a_missing_page_shows_the_id_that_stands_in_the_log_and_the_answer(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert response.headers["X-Request-ID"] in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("sign_out"))
    assert response.status_code == 403
    assert "This form is no longer valid" in response.content.decode()


def test_maintenance_answers_every_page_with_its_sentence(client: Client, settings: Settings) -> None:
    settings.MAINTENANCE = "Back at 8 p.m. Eastern."
    response = client.get(reverse("sign_in"))
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert "Back at 8 p.m. Eastern." in response.content.decode()


def test_a_view_that_breaks_gives_the_500_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.viewer)
    monkeypatch.setattr("authorizations.web.context_processors.menu", None)
    response = client.get(reverse("glossary"))
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert response.headers["X-Request-ID"] in response.content.decode()


@pytest.mark.django_db
def test_every_answer_forbids_foreign_scripts_and_frames(client: Client) -> None:
    headers = client.get(reverse("sign_in")).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_security_txt_is_plain_text_with_contact_and_expiry(client: Client) -> None:
    response = client.get(reverse("security_txt"))
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert any(line.startswith("Contact: ") for line in lines)
    assert any(line.startswith("Expires: 20") for line in lines)
