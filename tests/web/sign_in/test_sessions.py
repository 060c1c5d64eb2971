"""Sessions end when nobody uses them, for no query a page; what came too late is offered again after signing in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Session, User
from authorizations.web.sign_in import sessions
from tests.cast import Cast
from tests.web.sign_in.test_sign_in import words


class Clock:
    """The portal's clock, which the test sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return client.get(reverse("accessibility")).content.count(b"session-end-heading") > 0


def test_a_session_ends_fifteen_minutes_after_it_was_used_last(clock: Clock, client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    clock.passes(minutes=14, seconds=59)
    assert is_in(client)
    clock.passes(minutes=14, seconds=59)
    assert is_in(client)
    clock.passes(minutes=15)
    assert not is_in(client)
    assert not Session.objects.filter(user=cast.viewer).exists()


def test_a_page_after_the_end_leads_back_to_itself_and_says_why(clock: Clock, client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    clock.passes(minutes=16)
    answer = client.get(f"{reverse('offerings')}?impact=high", follow=True)
    assert answer.redirect_chain == [("/sign-in/?next=/offerings/%3Fimpact%3Dhigh&ended=idle", 302)]
    assert "Your session has ended" in words(answer)  # type: ignore[arg-type]


def test_a_session_ends_twelve_hours_after_it_began_however_often_it_is_used(
    clock: Clock, client: Client, cast: Cast, settings: Any
) -> None:
    settings.IDLE_SECONDS = 12 * 60 * 60  # so that a few requests keep it in use for so long
    client.force_login(cast.viewer)
    for _ in range(2):
        clock.passes(hours=5, minutes=55)
        assert is_in(client)
    clock.passes(minutes=11)
    assert not is_in(client)


def test_using_a_session_costs_a_page_no_query_but_once_a_minute(clock: Clock, client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    counts = []
    for wait in (0, 50, 15, 30):
        clock.passes(seconds=wait)
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("accessibility"))
        counts.append(sum("UPDATE" in query["sql"] for query in seen))
    assert counts == [0, 0, 1, 0]


def test_asking_how_long_the_session_lasts_is_no_use_of_it_and_staying_is(
    clock: Clock, client: Client, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    clock.passes(minutes=10)
    assert client.get(reverse("session")).json() == {"left": 300, "person": cast.viewer.public_id}
    clock.passes(minutes=4)
    assert client.get(reverse("session")).json() == {"left": 60, "person": cast.viewer.public_id}
    assert client.post(reverse("session")).json() == {"left": 900, "person": cast.viewer.public_id}
    clock.passes(minutes=15)
    assert client.get(reverse("session")).status_code == 302


def test_the_page_tells_the_browser_a_time_until_which_the_session_surely_lasts(
    clock: Clock, client: Client, cast: Cast
) -> None:
    client.force_login(cast.viewer)
    clock.passes(seconds=59)
    page = client.get(reverse("accessibility")).content.decode()
    assert 'data-left="840"' in page
    assert 'data-warning="60"' in page
    clock.passes(seconds=840)
    assert is_in(client)


def test_a_session_that_does_not_say_when_it_began_is_over(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    session = client.session
    del session["seen"], session["began"]
    session.save()
    assert not is_in(client)


def test_the_api_lets_nobody_in_with_a_session_that_has_ended(clock: Clock, client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert client.get("/api/cases").status_code == 200
    clock.passes(minutes=16)
    assert client.get("/api/cases").status_code == 401


# --- what was sent too late ---


@pytest.fixture
def late(clock: Clock, client: Client, cast: Cast) -> Client:
    """A browser that has sent a form after its session had ended."""
    client.force_login(cast.viewer)
    clock.passes(minutes=16)
    answer = client.post(
        reverse("make_token"), {"name": "Nightly <report>", "expires_on": "", "may_act": "on", "password": "secret"}
    )
    assert answer.headers["Location"] == f"{reverse('sign_in')}?ended=form&next={reverse('saved_form')}"
    return client


def come_back(client: Client, user: User) -> None:
    """Signs in again in the same browser, by the one click of the demo."""
    user.email = f"{user.pk}@harbors.example"
    user.save()
    assert client.post(reverse("sign_in_as", args=[user.public_id])).status_code == 302


def test_what_was_sent_too_late_is_offered_after_signing_in(late: Client, cast: Cast) -> None:
    assert "What you sent is kept" in words(late.get(f"{reverse('sign_in')}?ended=form"))  # type: ignore[arg-type]
    come_back(late, cast.viewer)
    page = late.get(reverse("saved_form")).content.decode()
    assert "Nightly &lt;report&gt;" in page
    assert f'action="{reverse("make_token")}"' in page
    assert "secret" not in page
    assert late.post(reverse("saved_form")).headers["Location"] == reverse("make_token")
    assert late.get(reverse("saved_form")).headers["Location"] == reverse("home")


def test_what_one_person_sent_too_late_is_never_shown_to_another(late: Client, cast: Cast) -> None:
    come_back(late, cast.liaison)
    assert late.get(reverse("saved_form")).headers["Location"] == reverse("home")
    assert sessions.KEPT not in late.session


def test_what_was_sent_too_late_is_kept_for_an_hour(late: Client, clock: Clock, cast: Cast) -> None:
    clock.passes(minutes=61)
    come_back(late, cast.viewer)
    assert late.get(reverse("saved_form")).headers["Location"] == reverse("home")


@pytest.fixture
def signed_out(clock: Clock, client: Client, cast: Cast) -> Client:
    """A browser that has sent a long text from one tab after signing out in another."""
    client.force_login(cast.viewer)
    client.post(reverse("sign_out"))
    answer = client.post(reverse("make_token"), {"name": LONG})
    assert answer.headers["Location"] == f"{reverse('sign_in')}?ended=form&next={reverse('saved_form')}"
    return client


LONG = "Quarterly tally. " * 2000


def test_a_long_text_survives_signing_out_in_another_tab(signed_out: Client, cast: Cast) -> None:
    come_back(signed_out, cast.viewer)
    assert LONG.strip() in signed_out.get(reverse("saved_form")).content.decode()


def test_who_signs_in_next_in_the_same_browser_never_sees_it(signed_out: Client, cast: Cast) -> None:
    come_back(signed_out, cast.liaison)
    assert "Quarterly tally" not in signed_out.get(reverse("make_token")).content.decode()
    assert signed_out.get(reverse("saved_form")).headers["Location"] == reverse("home")
    assert sessions.KEPT not in signed_out.session


def test_nothing_is_kept_for_who_was_never_signed_in_and_nothing_from_another_site(
    clock: Clock, client: Client, cast: Cast
) -> None:
    client.post(reverse("make_token"), {"name": "T"})
    assert sessions.KEPT not in client.session
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.viewer)
    clock.passes(minutes=16)
    assert strict.post(reverse("make_token"), {"name": "T"}).status_code == 403
    assert sessions.KEPT not in strict.session
