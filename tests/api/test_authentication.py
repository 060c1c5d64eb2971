"""Who the API lets in: tokens that count, sessions that show where they come from; and how often one may fail."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessToken
from accounts.models.access_token import PREFIX
from tests.api.world import ATOS, bearing, body_for, post, program_of, step_address, token_of
from tests.cast import Cast
from tests.lifecycle.world import make_ato


@pytest.fixture(autouse=True)
def _nobody_has_tried() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_nobody_is_told_how_to_sign_in(client: Client, cast: Cast) -> None:
    answer = client.get(ATOS)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in answer.json()["error"]
    assert "/tokens/" in answer.json()["error"]


def test_a_token_opens_what_its_person_may_see_and_no_cache_keeps_it(cast: Cast) -> None:
    answer = program_of(cast.viewer).get(ATOS)
    assert answer.status_code == 200
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not answer.cookies


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic dTpw", f"Bearer {PREFIX}x", "\x00"]
)
def test_what_is_no_token_opens_nothing_not_even_within_a_session(client: Client, cast: Cast, shown: str) -> None:
    client.force_login(cast.viewer)
    assert client.get(ATOS, headers={"authorization": shown}).status_code == 401


def test_a_token_that_is_over_revoked_or_of_a_person_who_left_opens_nothing(cast: Cast) -> None:
    secrets = {
        why: token_of(user, name=why)
        for why, user in (
            ("over", cast.viewer),
            ("revoked", cast.viewer),
            ("left", cast.official),
            ("good", cast.viewer),
        )
    }
    AccessToken.objects.filter(name="over").update(expires_on=timezone.localdate() - timedelta(days=1))
    AccessToken.objects.filter(name="revoked").update(revoked_at=timezone.now())
    cast.official.is_active = False
    cast.official.save()
    answers = {why: bearing(secret).get(ATOS) for why, secret in secrets.items()}
    assert {why: answer.status_code for why, answer in answers.items()} == {
        "over": 401,
        "revoked": 401,
        "left": 401,
        "good": 200,
    }
    assert len({answers[why].content for why in ("over", "revoked", "left")}) == 1


def test_the_session_of_a_person_who_left_opens_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    cast.viewer.is_active = False
    cast.viewer.save()
    assert client.get(ATOS).status_code == 401


def test_on_its_last_day_a_token_still_counts(cast: Cast) -> None:
    assert bearing(token_of(cast.viewer, days=0)).get(ATOS).status_code == 200


def test_a_token_that_only_reads_takes_no_step(cast: Cast) -> None:
    made = make_ato(cast)
    program = program_of(cast.official, read_only=True)
    answer = post(program, step_address(made, "revoke"), body_for(made, "revoke", cast))
    assert answer.status_code == 403
    assert "may only read" in answer.json()["error"]
    assert program.get(ATOS).status_code == 200


@pytest.mark.slow
def test_within_a_session_an_act_shows_that_a_page_of_ours_sent_it(cast: Cast) -> None:
    made, client = make_ato(cast), Client(enforce_csrf_checks=True)
    client.force_login(cast.official)
    address, body = step_address(made, "revoke"), body_for(made, "revoke", cast)
    refused = post(client, address, body)
    assert refused.status_code == 403
    assert "X-CSRFToken" in refused.json()["error"]
    client.get("/")
    token = client.cookies["csrftoken"].value
    assert client.get(ATOS).status_code == 200
    answer = client.post(address, body, content_type="application/json", headers={"x-csrftoken": token})
    assert answer.status_code == 200


def test_the_last_use_is_noted_to_the_hour(cast: Cast) -> None:
    program = program_of(cast.viewer)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            program.get(ATOS)
        counts.append(sum("UPDATE" in query["sql"] for query in queries))
    assert counts == [1, 0]
    assert AccessToken.objects.get().last_used_at is not None


def test_a_wrong_token_is_refused_after_ten_failures_with_the_time_to_try_again(cast: Cast) -> None:
    wrong, good = bearing(f"{PREFIX}wrong"), program_of(cast.viewer)
    answers = [wrong.get(ATOS) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert "Try again after" in answers[-1].json()["error"]
    assert bearing(f"{PREFIX}another").get(ATOS).status_code == 401
    assert good.get(ATOS).status_code == 200


def test_one_address_cannot_try_one_token_after_another(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authorizations.throttle.MOST_OF_ONE_ADDRESS", 3)
    answers = [bearing(f"{PREFIX}{number}").get(ATOS).status_code for number in range(4)]
    assert answers == [401, 401, 401, 429]


@pytest.mark.slow
def test_a_forgotten_program_keeps_nobody_from_signing_in(client: Client, cast: Cast) -> None:
    cast.viewer.set_password("a long and boring sentence")
    cast.viewer.save()
    for number in range(101):
        bearing(f"{PREFIX}{number}").get(ATOS)
    form = {"username": cast.viewer.email, "password": "a long and boring sentence"}
    assert client.post("/sign-in/", form).status_code == 302
