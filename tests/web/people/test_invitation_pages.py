"""The pages of people and invitations: the link shown once, answered with and without an account, refused in words."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.models import Invitation, Membership, User
from accounts.roles import Role
from authorizations import throttle
from authorizations.actions.people.invitations import invite
from authorizations.actions.people.merge_accounts import agree_to_merge
from authorizations.models import Event, Tally
from authorizations.notifications.mail.secret_links import link_of
from tests.cast import Cast
from tests.isolation.fetching import DIFFERING
from tests.web.reading_pages import body_of
from tests.web.sign_in.test_sign_in import words

PASSWORD = "seven otters juggle quiet lanterns"
NEW = "new.reviewer@harbors.gov"
ACCOUNT = {"answer": "account", "name": "Nia New", "password": PASSWORD, "password_again": PASSWORD}
ANSWER = "/invitations/answer/"


@pytest.fixture(autouse=True)
def _nothing_counted(settings: object) -> Iterator[None]:
    settings.SECOND_FACTOR = True  # type: ignore[attr-defined]
    cache.clear()
    yield
    cache.clear()


def invited(cast: Cast, email: str = NEW, now: datetime | None = None) -> Invitation:
    into, now = cast.organizations["harbors"], now or timezone.now()
    return invite(actor=cast.liaison, organization=into, email=email, role=Role.AGENCY_REVIEWER, now=now)


def people_of(cast: Cast, more: str = "") -> str:
    return f"/people/{cast.organizations['harbors'].public_id}/{more}"


def opened(client: Client, invitation: Invitation) -> HttpResponse:
    """What the link leads to."""
    return client.get(link_of(invitation), follow=True)  # type: ignore[return-value]


# --- the lead ---


@pytest.mark.slow
def test_the_lead_is_shown_the_link_once_and_it_leads_to_a_page_without_its_secret(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    page = client.post(people_of(cast, "invite/"), {"email": NEW, "role": "agency_reviewer"}).content.decode()
    link = html.unescape(re.search(r'<code id="link">([^<]+)', page)[1])  # type: ignore[index]
    assert link.startswith("http://testserver/invitations/open/?key=")
    secret = Invitation.objects.get().secret
    assert secret in link
    for path in (people_of(cast), "/messages/", people_of(cast, "invite/")):
        assert secret not in body_of(client, path)
    parts = urlsplit(link)
    answer = Client().get(f"{parts.path}?{parts.query}")
    assert answer.headers["Location"] == ANSWER
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.slow
def test_an_invitation_is_sent_again_with_a_new_link_and_taken_back(client: Client, cast: Cast) -> None:
    invitation = invited(cast)
    client.force_login(cast.liaison)
    assert NEW in body_of(client, people_of(cast))
    page = client.post(reverse("send_invitation_again", args=[invitation.public_id])).content.decode()
    assert Invitation.objects.get().secret in html.unescape(page)
    assert Client().get(link_of(invitation)).status_code == 404
    said = client.post(reverse("revoke_invitation", args=[invitation.public_id]), follow=True)
    assert f"The invitation of {NEW} was taken back" in words(said)  # type: ignore[arg-type]
    assert client.post(reverse("revoke_invitation", args=[invitation.public_id])).status_code == 409


def test_a_member_sees_the_members_and_nothing_to_press_but_leaving(client: Client, cast: Cast) -> None:
    invited(cast)
    client.force_login(cast.viewer)
    page = body_of(client, people_of(cast))
    assert "Rae Reviewer" in page
    for hidden in (NEW, "Invite someone", "Change role", "End membership", "merge"):
        assert hidden not in page
    assert "Leave this organization" in page


@pytest.mark.slow
def test_so_many_invitations_are_sent_in_a_quarter_of_an_hour_and_no_more(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_INVITATIONS", 3)
    client.force_login(cast.liaison)
    invitation = invited(cast)
    again = reverse("send_invitation_again", args=[invitation.public_id])
    assert {client.post(again).status_code for _ in range(3)} == {200}
    assert client.post(again).status_code == 429
    assert client.post(people_of(cast, "invite/"), {"email": "x@y.gov", "role": "agency_viewer"}).status_code == 429
    assert Invitation.objects.count() == 1


@pytest.mark.slow
def test_a_role_is_changed_and_a_membership_ended_on_their_pages(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    member = Membership.objects.get(user=cast.viewer)
    at = people_of(cast, f"members/{member.public_id}/")
    mistaken = client.post(f"{at}role/", {"role": "agency_reviewer", "seen": "agency_viewer"})
    assert words(mistaken).count("Say in a sentence why") == 2  # type: ignore[arg-type]
    stale = client.post(f"{at}role/", {"role": "agency_reviewer", "seen": "agency_liaison", "reason": "So."})
    assert stale.status_code == 409
    client.post(f"{at}role/", {"role": "agency_reviewer", "seen": "agency_viewer", "reason": "So."})
    assert Membership.objects.get(pk=member.pk).role == Role.AGENCY_REVIEWER
    gone = Client()
    gone.force_login(cast.viewer)
    assert gone.get("/tokens/").status_code == 200
    client.post(f"{at}end/", {"reason": "Left."})
    assert gone.get("/tokens/").headers["Location"].startswith("/sign-in/")


def test_the_only_lead_is_offered_no_other_role(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    at = people_of(cast, f"members/{Membership.objects.get(user=cast.liaison).public_id}/role/")
    assert at not in body_of(client, people_of(cast))
    Membership.objects.filter(user=cast.reviewer).update(role=Role.AGENCY_LIAISON)
    assert at in body_of(client, people_of(cast))


@pytest.mark.slow
def test_leaving_leads_home_and_asks_who_follows_where_somebody_must(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    at = people_of(cast, f"members/{Membership.objects.get(user=cast.liaison).public_id}/leave/")
    assert words(client.post(at, {})).count("You are the last lead") >= 2  # type: ignore[arg-type]
    said = client.post(at, {"successor": cast.reviewer.public_id}, follow=True)
    assert "You have left Department of Harbors" in words(said)  # type: ignore[arg-type]
    assert Membership.objects.get(user=cast.reviewer).role == Role.AGENCY_LIAISON


# --- the one who is invited ---


@pytest.mark.slow
def test_who_has_no_account_makes_one_and_adds_a_second_factor_next(client: Client, cast: Cast) -> None:
    page = opened(client, invited(cast))
    assert "Lena Liaison invites" in words(page)
    assert client.post(ANSWER, ACCOUNT).headers["Location"] == reverse("home")
    assert client.get(reverse("home")).headers["Location"] == reverse("enrol")
    assert User.objects.get(email=NEW).roles == {Role.AGENCY_REVIEWER}
    assert client.get(ANSWER).status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Enter your name."),
        ({"password_again": "other"}, "The two passwords differ."),
        ({"password": "short", "password_again": "short"}, "too short"),
    ],
)
def test_each_mistake_stands_at_its_field_and_no_password_comes_back(
    client: Client, cast: Cast, changed: dict[str, str], said: str
) -> None:
    opened(client, invited(cast))
    page = client.post(ANSWER, {**ACCOUNT, **changed})
    assert page.content.decode().count(said) == 2
    assert PASSWORD not in page.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_the_page_is_the_same_whether_or_not_there_is_an_account(cast: Cast) -> None:
    pages, now = [], timezone.now()
    for email in ("stranger_csp@example.gov", "stranger_xyz@example.gov"):
        invitation = invited(cast, email, now)
        body = opened(Client(), invitation).content.replace(email.encode(), b"")
        for pattern in DIFFERING:
            body = pattern.sub(b"", body)
        pages.append(body)
    assert pages[0] == pages[1]


@pytest.mark.slow
def test_who_is_signed_in_accepts_with_one_button_and_comes_home(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    invitation = invited(cast, cast.csp_lead.email)
    assert ">Accept</button>" in opened(client, invitation).content.decode()
    said = client.post(ANSWER, {"answer": "accept"}, follow=True)
    assert "You are now Agency reviewer of Department of Harbors" in words(said)  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_link_waits_while_its_reader_signs_in(client: Client, cast: Cast) -> None:
    cast.csp_lead.email = "cleo@nimbus.example"
    cast.csp_lead.save()
    opened(client, invited(cast, cast.csp_lead.email))
    answer = client.post(reverse("sign_in_as", args=[cast.csp_lead.public_id]), {"next": ANSWER}, follow=True)
    assert ">Accept</button>" in answer.content.decode()


def test_without_a_second_factor_nobody_accepts(client: Client, cast: Cast) -> None:
    client.force_login(cast.csp_lead)
    session = client.session
    session[sessions.STRONG] = False
    session.save()
    client.get(link_of(invited(cast, cast.csp_lead.email)))
    for answer in (client.get(ANSWER), client.post(ANSWER, {"answer": "accept"})):
        assert answer.headers["Location"] == reverse("enrol")
    assert Invitation.objects.get().ended_at is None


@pytest.mark.slow
def test_another_address_an_end_and_a_link_of_nobody_are_refused_each_with_its_status(cast: Cast) -> None:
    invitation = invited(cast, cast.csp_lead.email)
    other, mine, late, lost = Client(), Client(), Client(), Client()
    other.force_login(cast.stranger_csp)
    mine.force_login(cast.csp_lead)
    late.get(link_of(invitation))
    page = opened(other, invitation)
    assert (page.status_code, "another address" in words(page)) == (403, True)
    assert cast.csp_lead.email not in page.content.decode()
    assert other.post(ANSWER, {"answer": "accept"}).status_code == 403
    opened(mine, invitation)
    mine.post(ANSWER, {"answer": "accept"})
    for replayed in (late.get(ANSWER), lost.get(link_of(invitation)), mine.get(link_of(invitation))):
        assert (replayed.status_code, "was accepted before" in words(replayed)) == (409, True)  # type: ignore[arg-type]
    counted = Tally.objects.filter(verb="invitation.refused", subject_key=invitation.public_id)
    assert {tally.actor_key for tally in counted} == {0, cast.csp_lead.pk, cast.stranger_csp.pk}
    unknown = lost.get("/invitations/open/?key=nothing")
    assert (unknown.status_code, "opens no invitation" in words(unknown)) == (404, True)  # type: ignore[arg-type]


@pytest.mark.slow
def test_anyone_who_has_the_link_may_decline_and_the_lead_is_told(client: Client, cast: Cast) -> None:
    opened(client, invited(cast))
    assert "You have declined" in words(client.post(ANSWER, {"answer": "decline"}))  # type: ignore[arg-type]
    client.force_login(cast.liaison)
    assert f"{NEW} declined the invitation" in body_of(client, "/")


@pytest.mark.slow
def test_a_hundred_links_of_nobody_close_the_door_for_an_address(client: Client, db: None) -> None:
    codes = {client.get(f"/invitations/open/?key={number}").status_code for number in range(100)}
    assert codes == {404}
    assert client.get("/invitations/open/?key=x").status_code == 429


@pytest.mark.slow
def test_an_expired_invitation_says_so(client: Client, cast: Cast) -> None:
    invitation = invited(cast)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "expired on" in words(client.get(link_of(invitation)))  # type: ignore[arg-type]


def test_the_pmo_invites_the_first_lead_with_a_reason_where_nobody_leads(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    assert client.get(people_of(cast, "invite/")).status_code == 403
    here = reverse("people_of", args=[cast.organizations["buoys"].public_id])
    assert "Invite the first lead" in words(client.get(here))  # type: ignore[arg-type]
    form = {"email": NEW, "role": "agency_liaison"}
    assert "Say in a sentence why" in words(client.post(f"{here}invite/", form))  # type: ignore[arg-type]
    client.post(f"{here}invite/", {**form, "reason": "Named in the letter of 3 May."})
    assert Invitation.objects.get().organization == cast.organizations["buoys"]


# --- two accounts ---


def test_who_agrees_to_a_merge_learns_nothing_of_the_other_account(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    answers = [client.post(reverse("agree_to_merge"), {"other": each}) for each in (cast.reviewer.email, "no@x.gov")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, reverse("account"))}
    assert client.get(reverse("agree_to_merge")).status_code == 200
    agreed = Event.objects.filter(verb="user.merge_agreed").order_by("pk").values_list("changes", flat=True)
    assert list(agreed) == [{"other": [None, cast.reviewer.pk]}, {"other": [None, None]}]


@pytest.mark.slow
def test_the_pmo_merges_two_accounts_and_is_told_what_cannot_be(client: Client, cast: Cast) -> None:
    client.force_login(cast.pmo_lead)
    agree_to_merge(actor=cast.viewer, other=cast.reviewer.email, now=timezone.now())
    agree_to_merge(actor=cast.reviewer, other=cast.viewer.email, now=timezone.now())
    form = {"second": "VIEWER@example.gov", "first": cast.reviewer.email, "reason": "One person."}
    assert (
        client.post("/people/merge/", {**form, "first": "nobody@x.gov"}).content.decode().count("No account has") == 2
    )
    assert client.post("/people/merge/", {**form, "first": "viewer@example.gov"}).status_code == 409
    assert client.post("/people/merge/", form).status_code == 302
    assert User.objects.get(pk=cast.viewer.pk).merged_into == cast.reviewer


@pytest.mark.slow
def test_accepting_as_a_member_is_refused(cast: Cast, client: Client) -> None:
    invitation = invited(cast, cast.csp_lead.email)
    today = timezone.localdate()
    Membership.objects.create(
        user=cast.csp_lead, organization=cast.organizations["harbors"], role=Role.AGENCY_VIEWER, started_on=today
    )
    client.force_login(cast.csp_lead)
    opened(client, invitation)
    assert client.post(ANSWER, {"answer": "accept"}).status_code == 409
