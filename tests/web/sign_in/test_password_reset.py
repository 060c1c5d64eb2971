"""A forgotten password: the same page for all, a link that counts once, and no way round the second factor."""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from authorizations.actions.audit_log.security_events import enter_tallies
from authorizations.actions.people.password_reset import send_password_links, set_new_password
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Event, Message, Tally
from authorizations.notifications.mail.secret_links import token_for
from authorizations.tasks import deliver_mail, mail_password_links
from tests.cast import Cast
from tests.web.sign_in.test_sign_in import PASSWORD, words

NEW = "another long and boring sentence"
LITERALS = re.compile(r"'[^']*'|\b\d+\b")


@pytest.fixture(autouse=True)
def _mails(settings: Any) -> None:
    settings.SMTP = "smtp://localhost"
    settings.MAIL_ALLOWED = None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SECOND_FACTOR = True
    cache.clear()
    mail.outbox = []


@pytest.fixture
def viewer(cast: Cast) -> User:
    cast.viewer.set_password(PASSWORD)
    cast.viewer.save()
    return cast.viewer


def ask(client: Client, email: str) -> Any:
    return client.post(reverse("forgotten_password"), {"email": email})


def asked_a_while_ago(client: Client, email: str, now: datetime | None = None) -> None:
    """Asks, and lets the timer enter it and send the mail."""
    ask(client, email)
    Tally.objects.update(minute=(now or timezone.now()) - timedelta(minutes=5))
    enter_tallies(timezone.now())
    mail_links()


def mail_links() -> None:
    mail_password_links()
    deliver_mail()


def link_of(text: str) -> str:
    found = re.search(r"http://\S+", text)
    assert found
    parts = urlsplit(found[0])
    return f"{parts.path}?{parts.query}"


def set_by(client: Client, link: str, password: str = NEW) -> Any:
    return client.post(link, {"new_password1": password, "new_password2": password})


def test_who_forgot_gets_a_link_sets_a_password_and_is_not_signed_in_by_it(client: Client, viewer: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(viewer)
    asked_a_while_ago(client, "Viewer@Example.gov ")
    (sent,) = mail.outbox
    assert sent.to == [viewer.email]
    link = link_of(str(sent.body))
    assert "Set a new password" in words(client.get(link))
    assert set_by(client, link).headers["Location"] == reverse("sign_in")
    viewer.refresh_from_db()
    assert viewer.check_password(NEW)
    assert not Session.objects.filter(user=viewer).exists()
    assert elsewhere.get(reverse("home")).status_code == client.get(reverse("home")).status_code == 302
    # A password alone still opens nothing but the page on which a factor is added.
    client.post(reverse("sign_in"), {"username": viewer.email, "password": NEW})
    assert client.get(reverse("home")).headers["Location"] == reverse("enrol")


def test_the_link_counts_once_and_neither_page_nor_row_nor_record_holds_it(client: Client, viewer: User) -> None:
    asked_a_while_ago(client, viewer.email)
    link = link_of(str(mail.outbox[0].body))
    token = parse_qs(urlsplit(link).query)["token"][0]
    message = Message.objects.get()
    assert (message.status, message.recipient) == ("sent", viewer)
    assert token not in f"{message.body}{message.subject}{message.link}"
    assert set_by(client, link).status_code == 302
    again = set_by(client, link)
    assert again.status_code == client.get(link).status_code == 404
    assert "used before" in words(again)
    verbs = list(Event.objects.order_by("pk").values_list("verb", "actor", "changes__by"))
    assert ("user.password_changed", viewer.pk, [None, "mail"]) in verbs
    mail_links()
    assert len(mail.outbox) == 1


def test_of_two_who_send_the_same_link_at_once_the_second_is_refused(viewer: User) -> None:
    token, now = token_for(viewer), timezone.now()
    set_new_password(person=viewer, token=token, password=NEW, now=now)
    with pytest.raises(NoLongerPossible, match="used before"):
        set_new_password(person=viewer, token=token, password=f"{NEW} more", now=now)


def test_a_link_ends_with_its_hour_with_a_sign_in_and_with_the_account(
    client: Client, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"{reverse('new_password')}?token={token_for(viewer)}"
    assert client.get(link).status_code == 200
    for changed in ({"last_login": timezone.now()}, {"is_active": False}):
        was = {name: getattr(viewer, name) for name in changed}
        User.objects.filter(pk=viewer.pk).update(**changed)
        assert client.get(link).status_code == 404, changed
        User.objects.filter(pk=viewer.pk).update(**was)
    assert client.get(f"{link[:-1]}~").status_code == 404
    later = datetime.now() + timedelta(hours=1, seconds=1)  # noqa: DTZ005  # as the library asks the clock
    monkeypatch.setattr("authorizations.notifications.mail.secret_links.Links._now", lambda self: later)
    assert client.get(link).status_code == 404


@pytest.mark.slow
def test_a_password_that_would_be_guessed_is_refused_and_the_link_stays_good(client: Client, viewer: User) -> None:
    link = f"{reverse('new_password')}?token={token_for(viewer)}"
    assert "errors" not in words(client.get(link))
    assert set_by(client, link, "passwordpassword").status_code == 200
    assert set_by(client, link).status_code == 302


def people_who_get_none(cast: Cast, settings: Any) -> list[str]:
    """Addresses of nobody, of one who is switched off, of one without a password here, and of another's sign-in."""
    for key in ("liaison", "reviewer"):
        cast.people[key].set_password(PASSWORD)
        cast.people[key].save()
    User.objects.filter(pk=cast.liaison.pk).update(is_active=False)
    settings.PROVIDER_OF_DOMAIN = {"elsewhere.gov": "elsewhere"}
    User.objects.filter(pk=cast.reviewer.pk).update(email="reviewer@elsewhere.gov")
    cast.official.set_unusable_password()
    cast.official.save()
    return ["nobody@example.gov", cast.liaison.email, "reviewer@elsewhere.gov", cast.official.email, "", "no address"]


def test_who_asks_is_told_the_same_at_the_same_cost_whether_anybody_has_the_address_or_not(
    client: Client, cast: Cast, viewer: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    nobody = people_who_get_none(cast, settings)
    monkeypatch.setattr("django.contrib.auth.hashers.PBKDF2PasswordHasher.encode", lambda *_, **__: hashed.append(""))
    said, costs = set(), {"first": set(), "next": set()}
    for email in [viewer.email, *nobody]:
        for place in costs:  # of the same minute
            with CaptureQueriesContext(connection) as asked:
                answer = ask(Client(), email)
            said.add((answer.status_code, words(answer)))
            costs[place].add(tuple(LITERALS.sub("?", each["sql"]) for each in asked))
    assert len(said) == 1
    assert {place: len(ways) for place, ways in costs.items()} == {"first": 1, "next": 1}
    assert hashed == []
    Tally.objects.update(minute=timezone.now() - timedelta(minutes=5))
    enter_tallies(timezone.now())
    mail_links()
    assert [sent.to for sent in mail.outbox] == [[viewer.email]]


def test_nobodys_mail_box_is_filled(client: Client, viewer: User) -> None:
    clients = [Client(REMOTE_ADDR=f"198.51.100.{number}") for number in range(5)]
    assert [ask(each, viewer.email).status_code for each in clients] == [200, 200, 200, 429, 429]
    assert Tally.objects.get().count == 3


def test_a_mail_that_fails_is_seen_and_keeps_nobody_elses(
    client: Client, cast: Cast, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("no way to viewer@example.gov")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fails)
    asked_a_while_ago(client, viewer.email)
    message = Message.objects.get()
    assert (message.status, message.attempts, message.failure) == ("planned", 1, "The mail server cannot be reached.")


def test_without_a_mail_server_the_page_says_so_and_no_link_is_kept_for_later(
    client: Client, viewer: User, settings: Any
) -> None:
    settings.SMTP = ""
    assert "has no mail server" in words(client.get(reverse("forgotten_password")))
    asked_a_while_ago(client, viewer.email)
    assert mail.outbox == []
    send_password_links(timezone.now())
    assert Message.objects.count() == 1
