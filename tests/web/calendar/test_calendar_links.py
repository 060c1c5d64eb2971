"""A person's own calendar links: made with the secret shown once, listed, revoked; nobody else's."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership, User
from accounts.models.access_token import digest_of
from authorizations.actions.calendar import calendar_feeds
from authorizations.actions.calendar.calendar_feeds import make_feed
from authorizations.actions.refusals import Blocked, NotPermitted
from authorizations.models import CalendarFeed, Event
from authorizations.vocabulary import AuditLog
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.web.calendar.feeds import fetched, link_of
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

MAKE = "/calendar/links/make/"


def test_the_link_is_shown_once_and_its_secret_kept_nowhere(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    answer = client.post(MAKE, {"of": "mine"})
    link = answer.context["link"]
    secret = link.partition("?key=")[2]
    assert link.startswith("http://testserver/calendar/feed.ics?key=portal_")
    assert link in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert all(program in answer.content.decode() for program in ("Outlook", "Apple Calendar", "Google Calendar"))
    assert CalendarFeed.objects.get().digest == digest_of(secret)
    assert secret not in body_of(client, "/calendar/links/")
    assert secret not in repr(list(CalendarFeed.objects.values()) + list(Event.objects.values()))
    assert fetched(link).status_code == 200


def test_no_line_of_the_log_holds_the_secret(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    link = link_of(cast.viewer)
    with caplog.at_level("INFO"):
        fetched(link)
        fetched("/calendar/feed.ics?key=portal_nothing")
    assert "GET /calendar/feed.ics 200" in caplog.text
    assert "key" not in caplog.text
    assert "portal_" not in caplog.text


def test_making_and_revoking_are_security_events(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    client.post(MAKE, {"of": cast.organizations["harbors"].public_id})
    feed = CalendarFeed.objects.get()
    page = client.post(f"/calendar/links/{feed.public_id}/revoke/", follow=True).content.decode()
    assert "The link was revoked." in page
    made, revoked = Event.objects.order_by("pk")
    assert (made.verb, made.actor, made.audit_log) == ("calendarfeed.made", cast.viewer, AuditLog.SECURITY)
    assert made.changes == {"organization": [None, cast.organizations["harbors"].pk]}
    assert (revoked.verb, revoked.audit_log) == ("calendarfeed.revoked", AuditLog.SECURITY)


def test_a_link_is_not_revoked_twice_and_nobody_revokes_anothers(client: Client, cast: Cast) -> None:
    link_of(cast.viewer)
    address = f"/calendar/links/{CalendarFeed.objects.get().public_id}/revoke/"
    client.force_login(cast.pmo_lead)
    assert client.post(address).status_code == 404
    assert "What I or my side owes" not in body_of(client, "/calendar/links/")
    client.force_login(cast.viewer)
    assert [client.post(address).status_code for _ in range(2)] == [302, 409]


def test_one_is_offered_the_own_organizations_and_the_offering_that_one_came_from(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    client.force_login(cast.viewer)

    def offered(address: str) -> list[str]:
        return [words for _, words in client.get(address).context["form"].fields["of"].choices]

    own = ["What I or my side owes", "What Department of Harbors owes and is owed"]
    assert offered(MAKE) == own
    assert offered(f"{MAKE}?offering={offering.public_id}") == [*own, "Everything about Offering 0000 that I may see"]
    client.force_login(cast.pmo_lead)
    assert offered(f"{MAKE}?offering={'2' * 14}") == own[:1]


@pytest.mark.parametrize("of", ["", "x", "meadows"])
def test_what_is_not_offered_is_not_made(client: Client, cast: Cast, of: str) -> None:
    client.force_login(cast.viewer)
    page = client.post(MAKE, {"of": cast.organizations[of].public_id if of == "meadows" else of}).content.decode()
    assert "Error:" in page
    assert not CalendarFeed.objects.exists()


def test_the_verb_refuses_what_no_page_offers(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    now = timezone.now()
    with pytest.raises(NotPermitted):
        make_feed(actor=cast.stranger_agency, organization=cast.organizations["harbors"], now=now)
    with pytest.raises(Blocked):
        make_feed(actor=cast.pmo_lead, organization=cast.organizations["pmo"], now=now)
    make_feed(actor=cast.stranger_agency, offering=case.offering, now=now)


def test_there_is_one_link_to_each_calendar_and_so_many_in_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    link_of(cast.viewer)
    with pytest.raises(Blocked, match="You have a link to this calendar"):
        link_of(cast.viewer)
    monkeypatch.setattr(calendar_feeds, "MOST", 2)
    link_of(cast.viewer, organization=cast.organizations["harbors"])
    with pytest.raises(Blocked, match="You have 2 links"):
        link_of(cast.viewer, offering=make_offerings(cast.organizations["nimbus"], 1)[0])


def test_the_same_form_sent_twice_makes_one_link(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    client.post(MAKE, {"of": "mine"})
    assert "You have a link to this calendar." in client.post(MAKE, {"of": "mine"}).content.decode()
    assert CalendarFeed.objects.count() == 1


def test_who_is_let_go_loses_every_link(client: Client, cast: Cast) -> None:
    link = link_of(cast.viewer)
    member = Membership.objects.get(user=cast.viewer)
    client.force_login(User.objects.get(pk=cast.liaison.pk))
    harbors = cast.organizations["harbors"]
    address = f"/people/{harbors.public_id}/members/{member.public_id}/end/"
    assert client.post(address, {"reason": "She left."}).status_code == 302
    assert fetched(link).status_code == 404
    assert CalendarFeed.objects.get().revoked_at is not None


def test_the_way_to_the_links_stands_in_the_persons_menu(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert 'href="/calendar/links/"' in body_of(client, "/")


def test_the_admin_shows_who_has_which_but_no_digest(client: Client, cast: Cast) -> None:
    link_of(cast.viewer)
    feed = CalendarFeed.objects.get()
    client.force_login(cast.pmo_lead)
    page = body_of(client, f"/admin/authorizations/calendarfeed/{feed.public_id}/change/")
    assert "Vic Viewer" in page
    assert feed.digest not in page
