"""Asking to join: one answer for all, an address shown by its mailbox, and a lead who decides."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, JoinRequest, Membership, Organization, User
from authorizations.actions.people.join_requests import ask_to_join, let_people_ask
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Event, Message
from authorizations.notifications.mail.secret_links import join_link_of
from authorizations.tasks import deliver_mail
from tests.cast import Cast
from tests.web.reading_pages import body_of
from tests.web.sign_in.test_sign_in import words

NEW = "nia.new@harbors.gov"
LITERALS = re.compile(r"'[^']*'|\b\d+\b|\"s\d+_x\d+\"")


@pytest.fixture(autouse=True)
def _mails(settings: Any) -> None:
    settings.SMTP = "smtp://localhost"
    settings.MAIL_ALLOWED = None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SECOND_FACTOR = False
    cache.clear()
    mail.outbox = []


@pytest.fixture
def harbors(cast: Cast) -> Organization:
    """An agency whose lead, with an address at its domain, lets people ask."""
    User.objects.filter(pk=cast.liaison.pk).update(email="lena@harbors.gov")
    cast.liaison.refresh_from_db()
    found: Organization = cast.organizations["harbors"]
    let_people_ask(actor=cast.liaison, organization=found, now=timezone.now())
    found.refresh_from_db()
    deliver_mail()
    mail.outbox = []
    return found


def ask(client: Client, email: str) -> Any:
    return client.post(reverse("ask_to_join"), {"email": email})


def asked(email: str = NEW) -> JoinRequest:
    return ask_to_join(email=email, name="Nia New", now=timezone.now())


@pytest.mark.slow
def test_from_the_sign_in_page_to_a_membership_that_a_lead_decided(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.liaison.pk).update(email="lena@harbors.gov")
    harbors = cast.organizations["harbors"]
    people, lead = reverse("people_of", args=[harbors.public_id]), Client()
    lead.force_login(User.objects.get(pk=cast.liaison.pk))
    assert "at harbors.gov, the domain of your own" in body_of(lead, people)
    lead.post(reverse("let_people_ask", args=[harbors.public_id]), {"asking": "on"})
    assert reverse("ask_to_join") in body_of(client, reverse("sign_in"))
    ask(client, " Nia.New@Harbors.gov ")
    deliver_mail()
    [sent] = [each for each in mail.outbox if each.to == [NEW]]
    assert harbors.name not in str(sent.body)
    link = urlsplit(re.findall(r"http\S+token=\S+", str(sent.body))[0])
    at = f"{link.path}?{link.query}"
    assert f"Ask to join {harbors.name}" in words(client.get(at))
    assert not JoinRequest.objects.exists()
    for _ in range(2):  # pressed twice
        said = client.post(at, {"name": "Nia  New"}, follow=True)
        assert "Your request is with the leads" in words(said)  # type: ignore[arg-type]
    request = JoinRequest.objects.get()
    assert (request.name, request.email, request.organization) == ("Nia New", NEW, harbors)
    told = Message.objects.get(event__verb="joinrequest.made")
    assert (told.recipient_id, told.link) == (cast.liaison.pk, people)
    page = body_of(lead, people)
    assert "Nia New" in page
    invite = f"{reverse('invite', args=[harbors.public_id])}?email={NEW.replace('@', '%40')}"
    assert invite in page
    assert NEW in body_of(lead, invite)
    lead.post(invite, {"email": NEW, "role": "agency_viewer"})
    request.refresh_from_db()
    assert (request.outcome, request.decided_by_id) == ("invited", cast.liaison.pk)
    assert Invitation.objects.get().email == NEW
    assert client.get(at).status_code == 404
    kept = repr([*Event.objects.values()])
    assert NEW not in kept
    assert "Nia New" not in kept


def test_whoever_asks_is_answered_the_same_and_only_whom_it_is_for_is_mailed(
    client: Client, cast: Cast, harbors: Organization
) -> None:
    pages, work = set(), set()
    ask(client, "first@elsewhere.example")  # what is read once is read
    for email in (NEW, cast.liaison.email, "nobody@harbors.gov.example", "x@nowhere.gov", "y@gmail.com"):
        with CaptureQueriesContext(connection) as made:
            answer = ask(client, email)
        pages.add(words(answer))
        work.add(tuple(LITERALS.sub("?", each["sql"]) for each in made.captured_queries))
    assert len(pages) == len(work) == 1
    deliver_mail()
    assert [each.to for each in mail.outbox] == [[NEW]]
    ask(client, NEW)
    deliver_mail()
    assert len(mail.outbox) == 1, "once a day"


def test_nobody_is_mailed_where_no_organization_lets_people_ask(client: Client, cast: Cast) -> None:
    assert "Look into your mail" in words(ask(client, NEW))
    deliver_mail()
    assert mail.outbox == []
    assert Message.objects.get(address=NEW).skipped == "not_permitted"


def test_a_link_that_is_old_forged_or_of_a_domain_that_was_taken_back_opens_nothing(
    client: Client, cast: Cast, harbors: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = join_link_of(NEW)
    assert client.get(link).status_code == 200
    forged = f"{reverse('request_to_join')}?token={signing.dumps(NEW)}"
    for wrong in (forged, link[:-1], reverse("request_to_join")):
        assert client.post(wrong, {"name": "Nia"}).status_code == 404
    with monkeypatch.context() as later:
        later.setattr(signing.time, "time", lambda: (timezone.now() + timedelta(hours=25)).timestamp())
        assert client.post(link, {"name": "Nia"}).status_code == 404
    client.force_login(cast.pmo_lead)
    client.post(reverse("let_people_ask", args=[harbors.public_id]), {"asking": "off"})
    assert Client().post(link, {"name": "Nia"}).status_code == 404
    assert not JoinRequest.objects.exists()


@pytest.mark.slow
def test_a_declined_one_asks_again_only_after_some_weeks(client: Client, cast: Cast, harbors: Organization) -> None:
    request = asked()
    with pytest.raises(NoLongerPossible):
        asked()
    at = reverse("decline_join_request", args=[request.public_id])
    for stranger in (cast.csp_lead, cast.people["stranger_agency"]):
        other = Client()
        other.force_login(stranger)
        assert other.get(at).status_code in {403, 404}
        assert other.post(at, {"reason": "Mine."}).status_code in {403, 404}
    client.force_login(cast.csp_lead)
    assert client.post(at, {"reason": "Mine."}).status_code == 404
    client.force_login(cast.liaison)
    assert "Say in a sentence why" in words(client.post(at, {"reason": " "}))
    assert client.post(at, {"reason": "Nobody here knows them."}).status_code == 302
    assert client.post(at, {"reason": "Again."}).status_code == 409
    assert Event.objects.get(verb="joinrequest.declined").reason == "Nobody here knows them."
    ask(Client(), NEW)
    deliver_mail()
    assert not [each for each in mail.outbox if each.to == [NEW]]
    with pytest.raises(NoLongerPossible):
        asked()
    JoinRequest.objects.update(ended_at=timezone.now() - timedelta(days=31))
    assert asked().ended_at is None


def test_who_asks_too_often_is_turned_away(client: Client, cast: Cast) -> None:
    answers = [ask(client, NEW) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_only_a_lead_names_the_own_domain_once_and_never_a_public_mail_providers(
    client: Client, cast: Cast, harbors: Organization
) -> None:
    at = reverse("let_people_ask", args=[harbors.public_id])
    for who, expected in (("viewer", 403), ("csp_lead", 404), ("pmo_lead", 403)):
        client.force_login(cast.people[who])
        assert client.post(at, {"asking": "on"}).status_code == expected, who
    assert "Asking to join" not in body_of(_as(cast.viewer), reverse("people_of", args=[harbors.public_id]))
    nimbus = cast.organizations["nimbus"]
    for email, status in (("lee@harbors.gov", 409), ("lee@gmail.com", 409)):
        User.objects.filter(pk=cast.csp_lead.pk).update(email=email)
        posted = _as(cast.csp_lead).post(reverse("let_people_ask", args=[nimbus.public_id]), {"asking": "on"})
        assert posted.status_code == status
    assert Organization.objects.get(pk=nimbus.pk).join_domain == ""
    verbs = Event.objects.filter(subject_type="organization", subject_id=harbors.pk).values_list("verb", flat=True)
    assert list(verbs) == ["organization.join_domain_named"]
    Membership.objects.filter(organization=harbors, role="agency_liaison").update(ended_on=timezone.localdate())
    with pytest.raises(NoLongerPossible):
        asked()


def _as(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
