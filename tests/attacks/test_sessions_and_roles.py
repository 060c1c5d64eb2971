"""Who one is: sessions that others planted, roles that ended a moment ago, and what names carry into mails."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from authorizations.models import Contact, Event, Message
from authorizations.notifications.mail.rendering import mail_of
from tests.admin.admin_pages import address, form_of
from tests.api.world import bearing, body_for, post, step_address, token_of
from tests.attacks.scene import signed_in
from tests.cast import PEOPLE, Cast
from tests.lifecycle.cases import make_case, make_offering
from tests.lifecycle.world import make_ato
from tests.samples import ends

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
NIGHTLY = pytest.mark.nightly

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def demo(world: Cast) -> str:
    """Where one click signs the liaison in."""
    world.liaison.email = "liaison@harbors.example"
    world.liaison.save()
    return reverse("sign_in_as", args=[world.liaison.public_id])


# --- sessions ---


def test_a_session_that_others_planted_is_not_the_one_that_is_signed_in(world: Cast, demo: str) -> None:
    planted = signed_in(world.stranger_csp).cookies[COOKIE].value
    victim = Client()
    victim.cookies[COOKIE] = planted
    victim.post(demo)
    own = victim.cookies[COOKIE].value
    assert own != planted
    assert victim.get(reverse("tokens")).context["user"] == world.liaison
    thief = Client()
    thief.cookies[COOKIE] = planted
    answer = thief.get(reverse("home"))
    assert answer.status_code == 302 or answer.context["user"] != world.liaison


def test_a_key_that_was_never_given_out_is_not_taken_over(demo: str) -> None:
    client = Client()
    client.cookies[COOKIE] = "a" * 32
    client.post(demo)
    assert client.cookies[COOKIE].value != "a" * 32


def test_the_pages_token_changes_with_signing_in(demo: str) -> None:
    client = Client()
    client.get(reverse("sign_in"))
    before = client.cookies[settings.CSRF_COOKIE_NAME].value
    client.post(demo)
    assert client.cookies[settings.CSRF_COOKIE_NAME].value != before


def test_what_was_signed_out_opens_nothing_when_it_is_shown_again(demo: str) -> None:
    client, thief = Client(), Client()
    client.post(demo)
    thief.cookies[COOKIE] = client.cookies[COOKIE].value
    assert thief.get(reverse("home")).status_code == 200
    client.post(reverse("sign_out"))
    assert thief.get(reverse("home")).status_code == 302


# --- roles that ended ---


def by_the_lead(world: Cast, record: Any, **facts: Any) -> None:
    """A correction in the admin, over HTTP."""
    client = signed_in(User.objects.get(pk=world.pmo_lead.pk))
    url = address(type(record), "change", record.public_id)
    form = {**form_of(client, url), **facts, "why": "Left."}
    form = {name: value for name, value in form.items() if value is not None}
    assert client.post(url, form).status_code == 302


def end(world: Cast, key: str) -> None:
    today = timezone.localdate().isoformat()
    by_the_lead(world, Membership.objects.get(user=world.people[key]), ended_on=today)


def deactivate(world: Cast, key: str) -> None:
    by_the_lead(world, world.people[key], is_active=None)


@pytest.mark.parametrize("key", ends([key for key, *_ in PEOPLE if key != "pmo_lead"], lane=NIGHTLY))
def test_who_is_deactivated_is_out_at_the_very_next_request(world: Cast, key: str) -> None:
    client, program = signed_in(world.people[key]), bearing(token_of(world.people[key]))
    assert (client.get("/").status_code, program.get("/api/atos").status_code) == (200, 200)
    deactivate(world, key)
    assert [client.get(path).status_code for path in ("/", "/admin/", "/offerings.csv")] == [302] * 3
    assert client.get("/api/atos").status_code == 401
    assert program.get("/api/atos").status_code == 401


@pytest.mark.parametrize(
    "key",
    ends(
        ["liaison", "reviewer", "official", "csp_lead", "assessor_lead", "pmo_reviewer", "auditor"],
        lane=NIGHTLY,
    ),
)
def test_whose_role_ended_sees_and_does_nothing_by_it_at_the_very_next_request(world: Cast, key: str) -> None:
    case = make_case(world, "initial", "ssp")
    client, program = signed_in(world.people[key]), bearing(token_of(world.people[key]))
    paths = (case.get_absolute_url(), reverse("api_case", args=[case.public_id]))
    assert [client.get(path).status_code for path in paths] == [200, 200]
    end(world, key)
    assert [client.get(path).status_code for path in paths] == [404, 404]
    assert program.get(paths[1]).status_code == 404
    assert client.get(reverse("cases")).context["state"].total == 0
    assert client.get("/admin/").status_code == 403
    facts = {"revision": case.revision, "reason": "Because.", "facts": {}}
    for name in ("withdraw", "approve_ssp", "warn"):
        assert post(program, f"{paths[1]}/{name}", facts).status_code == 404
        assert client.post(f"{paths[0]}{name}/", facts).status_code == 404


def test_the_form_that_was_open_when_the_role_ended_is_refused(world: Cast) -> None:
    ato = make_ato(world)
    program, body = bearing(token_of(world.official)), body_for(ato, "revoke", world)
    end(world, "official")
    assert post(program, step_address(ato, "revoke"), body).status_code == 404
    assert not Event.objects.filter(verb="ato.revoke").exists()


def test_a_role_that_begins_tomorrow_opens_nothing_today(world: Cast) -> None:
    member = Membership.objects.get(user=world.pmo_reviewer)
    Membership.objects.filter(pk=member.pk).update(started_on=timezone.localdate() + timedelta(days=1))
    client = signed_in(world.pmo_reviewer)
    assert client.get("/admin/").status_code == 403
    assert client.get(reverse("import_runs")).status_code == 403


# --- headers of mails ---

BREAK = "Harbors\r\nBcc: everyone@evil.example\r\n\r\nSend money"


def test_no_name_adds_a_header_to_the_mail_of_a_message(world: Cast) -> None:
    """However a line end came into a name: by a feed, a program, the admin or the database."""
    agency, offering = world.organizations["harbors"], make_offering(world, "initial")
    for record in (agency, offering, world.liaison):
        type(record)._base_manager.filter(pk=record.pk).update(name=BREAK)
    agency.refresh_from_db()
    offering.refresh_from_db()
    make_case(world, "initial", "partnership", offering=offering)
    told = list(Message.objects.select_related("recipient"))
    assert told
    for message in told:
        assert message.subject == " ".join(message.subject.split())
        mail = mail_of(message, message.link).message()
        assert set(mail) == {
            "Auto-Submitted",
            "In-Reply-To",
            "References",
            "Content-Type",
            "MIME-Version",
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
        }


@pytest.mark.parametrize(
    "email", [f"a@b.example{end}Bcc: c@evil.example" for end in ("\n", "\r\n", "\r", "%0a", "\u2028", ",", ";")]
)
def test_no_address_of_a_person_or_a_contact_holds_a_second_one(world: Cast, email: str) -> None:
    lead = signed_in(User.objects.get(pk=world.pmo_lead.pk))
    assert lead.post(address(User, "add"), {"email": email, "name": "Nan New"}).status_code == 200
    agency = world.organizations["harbors"].public_id
    facts = {"organization": agency, "name": "Cal Contact", "email": email, "function": "approver"}
    assert signed_in(world.liaison).post(reverse("add_contact"), facts).status_code == 200
    assert not User.objects.filter(email__contains="evil").exists()
    assert not Contact.objects.exists()
