"""Signing in with a password and a second factor, what a password alone opens, and the page of one's own account."""

import re
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as NoRedis

from accounts.models import Session, User
from authorizations.models import Event
from authorizations.presenters.demo_progress import set_demo_progress
from tests.cast import Cast

PASSWORD = "a long and boring sentence"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _asks_for_more_than_a_password(settings: object) -> Iterator[None]:
    settings.SECOND_FACTOR = True  # type: ignore[attr-defined]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def viewer(cast: Cast) -> User:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    return cast.viewer


@pytest.fixture
def app(viewer: User, rf: object) -> Authenticator:
    """The person's authenticator app, whose codes `code_at` knows."""
    return TOTP.activate(viewer, SECRET).instance


def code_at(moment: float, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(moment // 30)))


def sign_in(client: Client, email: str = "viewer@example.gov", password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(reverse("sign_in"), {"username": email, "password": password, **more})  # type: ignore[return-value]


def enter(client: Client, code: str) -> HttpResponse:
    return client.post(reverse("mfa_authenticate"), {"code": code})  # type: ignore[return-value]


def add_app(client: Client, secret: str) -> HttpResponse:
    code = format_hotp_value(hotp_value(secret, int(time.time() // 30)))
    return client.post(reverse("mfa_activate_totp"), {"code": code})  # type: ignore[return-value]


def words(answer: HttpResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- a password alone ---


def test_a_password_alone_opens_nothing_but_the_page_on_which_a_factor_is_added(client: Client, viewer: User) -> None:
    assert sign_in(client).headers["Location"] == reverse("home")
    for name in ("home", "offerings", "tokens", "account", "cases_csv", "admin:index", "change_password"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("enrol")), name
    assert client.get("/api/cases").status_code == 403
    assert "second factor first" in client.get("/api/cases").json()["error"]
    assert client.post(reverse("make_token"), {"name": "T"}).status_code == 403
    page = client.get(reverse("enrol"))
    assert "A password alone does not open the portal" in words(page)
    assert reverse("offerings") not in page.content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # the library tells of it when it is committed
def test_who_adds_an_app_is_let_in_at_once_and_shown_recovery_codes_once(client: Client, viewer: User) -> None:
    sign_in(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'factor-key">([A-Z2-7]+)', page)
    assert secret
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code does not fit" in words(wrong)
    assert add_app(client, secret[1]).headers["Location"] == reverse("mfa_view_recovery_codes")
    # The code that it was added with counted, and counts once.
    added = Authenticator.objects.get(user=viewer, type=Authenticator.Type.TOTP)
    assert not TOTP(added).validate_code(code_at(time.time(), secret[1]))
    codes = re.findall(r"<code>(\w+)</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert len(codes) == 10
    assert codes[0] not in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert client.get(reverse("home")).status_code == 200
    assert list(Event.objects.order_by("pk").values_list("verb", "changes__kind")) == [
        ("session.started", None),
        ("factor.added", [None, "totp"]),
        ("factor.added", [None, "recovery_codes"]),
    ]


def test_the_secret_of_an_app_is_not_readable_in_the_database(app: Authenticator) -> None:
    stored = Authenticator.objects.get(pk=app.pk).data["secret"]
    assert SECRET not in stored
    assert TOTP(app).validate_code(code_at(time.time()))


def test_the_secret_stays_readable_while_a_new_key_is_taken_into_use(app: Authenticator, settings: object) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another key, as random as the first one was"  # type: ignore[attr-defined]
    assert TOTP(app).validate_code(code_at(time.time()))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # the library tells of it when it is committed
def test_a_factor_that_is_added_ends_sessions_that_the_password_alone_began(client: Client, viewer: User) -> None:
    thief = Client()
    sign_in(thief)
    sign_in(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'factor-key">([A-Z2-7]+)', page)
    assert secret
    add_app(client, secret[1])
    assert thief.get(reverse("enrol")).status_code == 302
    assert client.get(reverse("home")).status_code == 200


# --- a password and a code ---


def test_a_code_is_asked_for_after_the_password_and_opens_the_page_that_was_wanted(
    client: Client, app: Authenticator
) -> None:
    answer = sign_in(client, next=reverse("offerings"))
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("home")).status_code == 302
    assert enter(client, code_at(time.time())).headers["Location"] == reverse("offerings")
    assert client.get(reverse("home")).status_code == 200
    entry = Event.objects.get(verb="session.started")
    assert entry.changes == {"by": [None, "password and code"]}


def test_a_wrong_code_is_refused_in_words_and_opens_nothing(client: Client, app: Authenticator) -> None:
    sign_in(client)
    answer = enter(client, "000000")
    assert answer.status_code == 200
    assert "This code does not fit" in words(answer)
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("sign_in"))


def test_a_code_counts_once_for_as_long_as_it_could_count(
    client: Client, app: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.time()
    code = code_at(began + 30)
    sign_in(client)
    assert enter(client, code).status_code == 302
    # The library itself forgets a code after half a minute, while it still counts.
    monkeypatch.setattr(time, "time", lambda: began + 31)
    other = Client()
    sign_in(other)
    assert "This code does not fit" in words(enter(other, code))


@pytest.mark.slow
def test_after_ten_wrong_codes_the_right_one_is_refused_from_anywhere(client: Client, app: Authenticator) -> None:
    sign_in(client)
    assert [enter(client, "000000").status_code for _ in range(10)] == [200] * 10
    other = Client(REMOTE_ADDR="198.51.100.7")
    sign_in(other)
    refused = enter(other, code_at(time.time()))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_a_recovery_code_opens_once(client: Client, app: Authenticator, viewer: User) -> None:
    code = RecoveryCodes.activate(viewer).generate_codes()[0]
    sign_in(client)
    assert enter(client, code).status_code == 302
    other = Client()
    sign_in(other)
    assert "This code does not fit" in words(enter(other, code))


def test_without_the_memory_of_used_codes_none_is_believed_and_the_page_says_so(
    client: Client, app: Authenticator, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)

    def mute(*args: object, **kwargs: object) -> None:
        raise NoRedis("mute")

    monkeypatch.setattr(cache, "add", mute)
    answer = enter(client, code_at(time.time()))
    assert answer.status_code == 503
    assert "Sign in with a passkey" in words(answer)
    assert client.get(reverse("home")).status_code == 302


# --- who is refused ---


def test_unknown_switched_off_and_mistyped_are_told_the_same(client: Client, viewer: User) -> None:
    off = User.objects.create(email="off@example.gov", name="Off", is_active=False)
    off.set_password(PASSWORD)
    off.save()
    said = {
        words(sign_in(client, email, password)).replace(email, "")
        for email, password in (
            ("nobody@example.gov", PASSWORD),
            ("off@example.gov", PASSWORD),
            ("viewer@example.gov", "wrong"),
        )
    }
    assert len(said) == 1
    assert "do not match an account that may sign in" in said.pop()


def test_an_unknown_address_costs_as_many_hashes_and_queries_as_a_known_one(
    client: Client, viewer: User, django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    hashed: list[str] = []
    encode = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        PBKDF2PasswordHasher, "encode", lambda *given, **more: hashed.append("") or encode(*given, **more)
    )
    costs = []
    for email in ("viewer@example.gov", "nobody@example.gov"):
        hashed.clear()
        with CaptureQueriesContext(connection) as seen:
            sign_in(client, email, "wrong")
        costs.append((len(hashed), len(seen)))
    assert costs[0] == costs[1]
    assert costs[0][0] == 1


def test_an_account_that_is_switched_off_between_password_and_code_is_refused(
    client: Client, app: Authenticator, viewer: User
) -> None:
    sign_in(client)
    User.objects.filter(pk=viewer.pk).update(is_active=False)
    enter(client, code_at(time.time()))
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("sign_in"))


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_off_the_portal(client: Client, app: Authenticator, target: str) -> None:
    sign_in(client, next=target)
    assert enter(client, code_at(time.time())).headers["Location"] == reverse("home")


def test_a_session_key_of_before_opens_nothing_after_signing_in(client: Client, app: Authenticator) -> None:
    sign_in(client)
    planted = client.cookies["sessionid"].value
    enter(client, code_at(time.time()))
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get(reverse("home")).headers["Location"].startswith(reverse("sign_in"))


def test_no_form_of_signing_in_is_taken_from_another_site(viewer: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    for name in ("sign_in", "mfa_authenticate", "mfa_login_webauthn", "through_organization", "sign_out"):
        assert strict.post(reverse(name), {"username": viewer.email, "password": PASSWORD}).status_code == 403, name


def test_a_foreign_host_name_is_refused(client: Client, viewer: User) -> None:
    assert client.get(reverse("sign_in"), headers={"host": "elsewhere.example"}).status_code == 400


# --- the own account ---


@pytest.fixture
def inside(client: Client, app: Authenticator) -> Client:
    """A browser in which the person has signed in."""
    sign_in(client)
    enter(client, code_at(time.time()))
    return client


def test_the_last_factor_cannot_be_removed(inside: Client, app: Authenticator) -> None:
    page = inside.post(reverse("mfa_deactivate_totp"))
    assert "This is your last second factor" in words(page)
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_a_factor_beside_another_is_removed_and_that_is_noted(inside: Client, app: Authenticator) -> None:
    data = {"name": "Key", "credential": {}}
    key = Authenticator.objects.create(user=app.user, type=Authenticator.Type.WEBAUTHN, data=data)
    assert inside.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert Event.objects.filter(verb="factor.removed", actor=app.user).count() == 1
    inside.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_passkey_of_another_person_cannot_be_removed(inside: Client, cast: Cast) -> None:
    data = {"name": "Key", "credential": {}}
    key = Authenticator.objects.create(user=cast.liaison, type=Authenticator.Type.WEBAUTHN, data=data)
    assert inside.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_a_change_of_factors_asks_again_who_one_is_when_the_session_is_not_fresh(inside: Client) -> None:
    session = inside.session
    session["began"] -= 301
    session.save()
    answer = inside.get(reverse("mfa_add_webauthn"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    wrong = inside.post(answer.headers["Location"], {"password": "wrong"})
    assert "This is not your password" in words(wrong)
    target = inside.post(answer.headers["Location"], {"password": PASSWORD}).headers["Location"]
    assert target == reverse("mfa_add_webauthn")
    assert inside.get(target).status_code == 200


@pytest.mark.slow
def test_a_new_password_is_compared_with_what_attackers_know_and_ends_other_sessions(inside: Client) -> None:
    other = Client()
    other.cookies["sessionid"] = inside.cookies["sessionid"].value
    for weak, sentence in (
        ("password1234567890", "would be guessed soon"),
        ("Vic Viewer viewer@example", "would be guessed soon"),
        ("short", "too short"),
    ):
        said = words(
            inside.post(
                reverse("change_password"), {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
            )
        )
        assert sentence in said, weak
    new = "seven otters juggle quiet lanterns"
    answer = inside.post(
        reverse("change_password"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.headers["Location"] == reverse("account")
    assert inside.get(reverse("home")).status_code == 200
    assert other.get(reverse("home")).status_code == 302
    entry = Event.objects.get(verb="user.password_changed")
    assert (entry.changes, new in entry.text) == ({}, False)


def test_a_person_sees_and_ends_their_own_sessions_and_nobody_elses(inside: Client, cast: Cast) -> None:
    other, stranger = Client(), Client()
    other.force_login(cast.viewer)
    stranger.force_login(cast.liaison)
    page = inside.get(reverse("account")).content.decode()
    assert "Signed in with password and code" in page
    handles = re.findall(r"/account/sessions/(\w{20})/end/", page)
    assert len(handles) == 1
    foreign = Session.objects.get(user=cast.liaison).handle
    inside.post(reverse("end_session", args=[foreign]))
    assert Session.objects.filter(user=cast.liaison).exists()
    inside.post(reverse("end_session", args=handles))
    assert list(Session.objects.filter(user=cast.viewer).values_list("session_key", flat=True)) == [
        inside.session.session_key
    ]


def test_signing_out_everywhere_else_leaves_this_session(inside: Client, cast: Cast) -> None:
    for _ in range(2):
        Client().force_login(cast.viewer)
    said = inside.post(reverse("end_other_sessions"), follow=True)
    assert "2 ended" in said.content.decode()
    assert Session.objects.filter(user=cast.viewer).count() == 1
    assert Event.objects.get(verb="user.sessions_ended").changes == {"sessions": [2, 0]}


@pytest.mark.django_db
def test_while_the_demo_is_entered_the_page_says_how_far_it_is_and_asks_again(settings: object) -> None:
    settings.DEMO_SIGN_IN = True  # type: ignore[attr-defined]
    set_demo_progress(42)

    page = Client().get(reverse("sign_in")).content.decode()

    assert '<progress id="demo_progress" max="100" value="42">' in page
    assert 'hx-trigger="every 1s"' in page
    assert "Or look around" not in page


def test_once_the_demos_people_are_there_nothing_is_asked_again(cast: Cast, settings: object) -> None:
    settings.DEMO_SIGN_IN = True  # type: ignore[attr-defined]
    User.objects.filter(pk=cast.viewer.pk).update(email="viewer@agency.example")
    set_demo_progress(98)

    page = Client().get(reverse("sign_in")).content.decode()

    assert "Or look around" in page
    assert "<progress" not in page
