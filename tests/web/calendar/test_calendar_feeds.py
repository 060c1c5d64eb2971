"""Calendar feeds as programs read them: entries that move or end stay the same; nobody reads what is not theirs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts.models import Membership
from authorizations.actions.calendar.calendar_feeds import revoke_feed, store_published
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.models import Ato, CalendarFeed
from tests.audit_log.test_security_events_noted import counted
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.web.calendar.feeds import events_in, fetched, link_of, one_about

# Each test writes and reads whole calendars.
pytestmark = pytest.mark.slow

TODAY = timezone.localdate()
EXPIRES = TODAY + timedelta(days=40)


@pytest.fixture
def ato(cast: Cast) -> Ato:
    return make_ato(cast, expires_on=EXPIRES)


def test_an_entry_says_what_is_due_for_whom_and_by_which_rule_and_leads_to_its_record(cast: Cast, ato: Ato) -> None:
    _, event = one_about(events_in(link_of(cast.bureau_liaison)), "ATO expires")
    assert event["summary"] == "ATO expires – Bureau of Lighthouses uses Offering 0000"
    assert "Bureau of Lighthouses owes this to FedRAMP." in event["description"]
    assert "Rule: A-130; M-24-15 IV. Source: ATOS." in event["description"]
    assert event["url"] == f"http://testserver{ato.get_absolute_url()}"
    assert (event["status"], event["transp"], event["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)


def test_a_day_is_a_whole_day_whose_end_is_the_next_one(cast: Cast, ato: Ato) -> None:
    _, event = one_about(events_in(link_of(cast.bureau_liaison)), "ATO expires")
    assert (event["dtstart"].dt, event["dtend"].dt) == (EXPIRES, EXPIRES + timedelta(days=1))
    assert event["dtstart"].params["VALUE"] == "DATE"


def test_a_moved_deadline_is_the_same_entry_with_a_higher_sequence(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    uid, before = one_about(events_in(link), "ATO expires")
    moved_to = EXPIRES + timedelta(days=30)
    Ato.objects.filter(pk=ato.pk).update(expires_on=moved_to)
    again, after = one_about(events_in(link), "ATO expires")
    assert again == uid
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == moved_to
    assert after["last-modified"].dt >= before["last-modified"].dt


@pytest.mark.slow
def test_a_deadline_that_is_no_longer_there_is_cancelled_and_says_nothing(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    uid, before = one_about(events_in(link), "ATO expires")
    Ato.objects.filter(pk=ato.pk).update(expires_on=None)
    after = events_in(link)[uid]
    assert (after["status"], after["dtstart"].dt) == ("CANCELLED", EXPIRES)
    assert after["sequence"] > before["sequence"]
    assert after["summary"] == "Cancelled: no longer in this calendar"
    assert not {"description", "url"} & {name.lower() for name in after}
    Ato.objects.filter(pk=ato.pk).update(expires_on=EXPIRES)
    back = events_in(link)[uid]
    assert back["status"] == "CONFIRMED"
    assert back["sequence"] > after["sequence"]


@pytest.mark.slow
def test_what_is_overdue_stays_on_its_day_and_is_marked_and_what_is_met_is_done(cast: Cast, ato: Ato) -> None:
    passed = TODAY - timedelta(days=200)
    Ato.objects.filter(pk=ato.pk).update(expires_on=passed)
    condition = ato.conditions.create(text="Patch the gateway.", owner=ato.agency, due_on=passed)
    link = link_of(cast.bureau_liaison)
    events = events_in(link)
    uid, event = one_about(events, "Condition of the ATO")
    for each in (event, one_about(events, "ATO expires")[1]):
        assert each["summary"].startswith("Overdue: ")
        assert (each["dtstart"].dt, each["status"]) == (passed, "CONFIRMED")
    condition.met_on, condition.evidence = TODAY, "Ticket 7"
    condition.save()
    after = events_in(link)
    assert after[uid]["summary"].startswith("Done: ")
    assert (after[uid]["dtstart"].dt, after[uid]["status"]) == (passed, "CONFIRMED")
    assert after[uid]["sequence"] > event["sequence"]
    assert one_about(after, "ATO expires")[1]["sequence"] == 0
    # Nothing that somebody wrote leaves the portal.
    assert not [word for word in (b"gateway", b"Ticket") if word in fetched(link).content]


@pytest.mark.slow
def test_nothing_is_written_or_sent_again_while_nothing_changes(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    first = fetched(link)
    with CaptureQueriesContext(connection) as queries:
        second = fetched(link)
    assert second.content == first.content
    assert not [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "SAVEPOINT"))]
    unchanged = Client().get(link, headers={"if-none-match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    Ato.objects.filter(pk=ato.pk).update(expires_on=EXPIRES + timedelta(days=1))
    assert Client().get(link, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_a_feed_is_a_calendar_that_nobody_else_keeps(cast: Cast, ato: Ato) -> None:
    answer = fetched(link_of(cast.bureau_liaison))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    calendar = Calendar.from_ical(answer.content)
    assert (calendar["version"], calendar["prodid"]) == ("2.0", "-//Authorization portal//Deadlines//EN")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert not answer.cookies


def test_a_revoked_link_answers_404_at_once_as_one_that_never_was(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    assert fetched(link).status_code == 200
    feed = CalendarFeed.objects.get()
    revoke_feed(actor=cast.bureau_liaison, public_id=feed.public_id, now=timezone.now())
    fetched("/calendar/feed.ics?key=portal_first")  # the first of a minute begins its count
    asked: list[list[str]] = []
    for address in (link, "/calendar/feed.ics?key=portal_wrong", "/calendar/feed.ics"):
        with CaptureQueriesContext(connection) as queries:
            assert fetched(address).status_code == 404
        asked.append([query["sql"].partition(" WHERE ")[0].partition("(")[0] for query in queries])
    assert asked[0] == asked[1] == asked[2]
    assert CalendarFeed.objects.get().published == {}
    assert counted() == [("session.refused", None, "portal", 4)]


@pytest.mark.slow
def test_wrong_links_are_tried_so_often_and_a_good_one_is_not_kept_out(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    answers = [fetched("/calendar/feed.ics?key=portal_forgotten") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900
    assert fetched(link).status_code == 200


def test_the_link_of_a_person_who_may_not_sign_in_opens_nothing(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    cast.bureau_liaison.is_active = False
    cast.bureau_liaison.save()
    assert fetched(link).status_code == 404


def test_the_feed_of_an_organization_is_dead_for_who_is_no_member_any_more(cast: Cast, ato: Ato) -> None:
    lighthouses = cast.organizations["lighthouses"]
    link = link_of(cast.bureau_liaison, organization=lighthouses)
    assert one_about(events_in(link), "ATO expires")
    Membership.objects.filter(user=cast.bureau_liaison).update(ended_on=TODAY)
    assert fetched(link).status_code == 404


def test_an_own_feed_says_nothing_any_more_of_an_organization_that_one_has_left(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    assert one_about(events_in(link), "ATO expires")
    Membership.objects.filter(user=cast.bureau_liaison).update(ended_on=TODAY)
    answer = fetched(link)
    assert b"Offering" not in answer.content
    assert b"Lighthouses" not in answer.content
    assert {event["status"] for event in events_in(link).values()} == {"CANCELLED"}


@pytest.mark.slow
@pytest.mark.parametrize(("who", "where"), [("stranger_agency", "meadows"), ("stranger_csp", "stratus")])
def test_no_feed_tells_of_a_case_of_others(cast: Cast, who: str, where: str) -> None:
    case = make_case(cast, "initial", "ssp")
    stranger, own = cast.people[who], cast.organizations[where]
    for scope in ({}, {"organization": own}, {"offering": case.offering}):
        answer = fetched(link_of(stranger, **scope))
        entries = answer.content.replace(b"\r\n ", b"").split(b"BEGIN:VEVENT")[1:]
        assert not [entry for entry in entries if case.public_id.encode() in entry or b"Harbors" in entry]
    assert events_in(link_of(cast.csp_lead, offering=case.offering))


@pytest.mark.slow
def test_the_feed_of_an_offering_tells_of_it_alone_and_of_both_sides(cast: Cast, ato: Ato) -> None:
    make_case(cast, "initial", "ssp")
    events = events_in(link_of(cast.csp_lead, offering=ato.offering))
    assert {event["summary"].rpartition("Offering ")[2] for event in events.values()} == {"0000"}
    owed = "\n".join(str(event["description"]) for event in events.values())
    assert "Nimbus Cloud owes this" in owed
    assert "Bureau of Lighthouses owes this" in owed


def test_the_feed_of_an_organization_tells_what_it_owes_and_is_owed(cast: Cast, ato: Ato) -> None:
    events = events_in(link_of(cast.csp_lead, organization=cast.organizations["nimbus"]))
    assert events
    assert all("Nimbus Cloud" in event["description"] for event in events.values())


def test_two_fetches_at_once_agree(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    feed = CalendarFeed.objects.get()
    fetched(link)
    # The second had read the row before the first kept what it published.
    published, seen = CalendarFeed.objects.get().published, []

    def revised(before: dict[str, Any]) -> dict[str, Any]:
        seen.append(before)
        return {**before, "floor": 7}

    assert store_published(feed, revised) == CalendarFeed.objects.get().published == {**published, "floor": 7}
    assert seen == [{}, published]


def test_the_last_fetch_is_noted_to_the_hour(cast: Cast, ato: Ato) -> None:
    link = link_of(cast.bureau_liaison)
    fetched(link)
    noted = CalendarFeed.objects.get().last_fetched_at
    fetched(link)
    assert noted is not None
    assert CalendarFeed.objects.get().last_fetched_at == noted


@pytest.mark.slow
def test_a_feed_looks_eighteen_months_ahead(cast: Cast) -> None:
    ahead = months_after(TODAY, 18)
    ato = make_ato(cast, expires_on=ahead + timedelta(days=1))
    link = link_of(cast.bureau_liaison)
    assert events_in(link) == {}
    Ato.objects.filter(pk=ato.pk).update(expires_on=ahead)
    assert one_about(events_in(link), "ATO expires")
