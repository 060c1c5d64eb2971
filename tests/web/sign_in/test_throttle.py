"""Signing in may fail only so often; who has an account cannot be told from the answers."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from authorizations import throttle
from tests.cast import Cast
from tests.samples import first

PASSWORD = "a long and boring sentence"


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str = "", **headers: str) -> HttpResponse:
    return client.post(reverse("sign_in"), {"username": email, "password": password or "wrong"}, headers=headers)  # type: ignore[return-value]


@pytest.mark.parametrize("email", first(["viewer@example.gov", "nobody@example.gov"]))
def test_after_ten_failures_signing_in_is_refused_with_the_time_to_try_again(
    client: Client, cast: Cast, email: str
) -> None:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    answers = [sign_in(client, email).status_code for _ in range(10)]
    refused = sign_in(client, email.upper(), PASSWORD)
    assert answers == [200] * 10
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "Signing in failed too often. Try again after " in refused.content.decode()
    assert client.get(reverse("home")).status_code == 302


@pytest.mark.slow
def test_the_failures_of_one_person_do_not_keep_out_another(client: Client, cast: Cast) -> None:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    for _ in range(10):
        sign_in(client, "nobody@example.gov")
    assert sign_in(client, "viewer@example.gov", PASSWORD).status_code == 302


def test_one_address_cannot_try_one_person_after_another(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_OF_ONE_ADDRESS", 3)
    answers = [sign_in(client, f"person{number}@example.gov").status_code for number in range(4)]
    assert answers == [200, 200, 200, 429]


@pytest.mark.slow
def test_behind_the_proxy_the_client_it_names_last_is_counted(client: Client, cast: Cast, settings: object) -> None:
    settings.HTTPS = True  # type: ignore[attr-defined]
    for number in range(10):
        sign_in(client, "viewer@example.gov", x_forwarded_for=f"198.51.100.{number}, 203.0.113.1")
    answers = [
        sign_in(client, "viewer@example.gov", x_forwarded_for=f"198.51.100.99, {last}").status_code
        for last in ("203.0.113.1", "203.0.113.2")
    ]
    assert answers == [429, 200]


@pytest.mark.slow
def test_signing_in_is_no_failure(client: Client, cast: Cast) -> None:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    assert [sign_in(client, "viewer@example.gov").status_code for _ in range(9)] == [200] * 9
    assert [sign_in(Client(), "viewer@example.gov", PASSWORD).status_code for _ in range(3)] == [302] * 3
