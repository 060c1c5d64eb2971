"""What pages, calendars, reports and the API say of duties that are held against nobody."""

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Membership, User
from authorizations.api.deadlines import DueRow
from authorizations.deadlines import deadlines_of
from authorizations.models import Ato, Condition, Message
from authorizations.notifications.mail.delivery_decision import DeliveryPolicy
from authorizations.notifications.reminders.reminders import remind
from authorizations.presenters.absent_parties import absent_parties
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.presenters.deadlines import in_a_word, of_ato, of_conditions, of_offering
from authorizations.vocabulary import SkipReason
from authorizations.web.calendar.entries import entries_of
from tests.cast import Cast
from tests.deadlines.records import TODAY
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW, make_ato
from tests.reports.contents import contents_of, rows_of

pytestmark = pytest.mark.django_db
GONE = "Not recorded here"
BEFORE = "Before Nimbus Cloud kept records here"


@pytest.fixture
def ato(cast: Cast) -> Ato:
    """Registered on 6 January 2026, with conditions of the provider that were due the day before and long after."""
    row = make_ato(cast)
    for day in (date(2026, 1, 5), date(2026, 11, 20)):
        Condition.objects.create(ato=row, text="Patch.", owner=cast.organizations["nimbus"], due_on=day)
    return row


def leave(cast: Cast, *sides: str) -> None:
    """All people of these organizations leave."""
    organizations = [cast.organizations[side] for side in sides]
    Membership.objects.filter(organization__in=organizations).exclude(role="auditor").update(ended_on=date(2026, 11, 1))


def shown(cast: Cast, ato: Ato) -> tuple[set[str], ...]:
    """The words for the two conditions: on the page, in the calendar, in the report of duties, by the API."""
    due = [each for each in deadlines_of(ato, TODAY) if each.kind == "condition"]
    owed = of_ato(cast.auditor, ato, TODAY)
    page = {word for _, word, _ in of_conditions(ato, owed.lines, TODAY)}
    _, duties = contents_of("duties", cast.auditor, NOW)
    whys = {row["why"] for row in rows_of(duties, "not_recorded") if row["what"] == "Condition of the ATO"}
    late = {"Overdue" for row in rows_of(duties, "overdue") if row["what"] == "Condition of the ATO"}
    return (
        page,
        {each.word for each in entries_of(due, TODAY)},
        whys | late,
        {DueRow.of(each, TODAY).state for each in due},
    )


@pytest.mark.slow
def test_every_place_says_the_same(cast: Cast, ato: Ato) -> None:
    assert shown(cast, ato) == (*[{BEFORE, "Overdue"}] * 3, {"before_records", "overdue"})
    leave(cast, "nimbus")
    assert shown(cast, Ato.objects.get(pk=ato.pk)) == (*[{GONE}] * 3, {"not_recorded"})


def test_the_page_of_an_ato_says_who_is_not_here(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.liaison)
    assert "is here to be told" not in client.get(ato.get_absolute_url()).content.decode()
    leave(cast, "nimbus")
    page = client.get(ato.get_absolute_url()).content.decode()
    assert "Nobody of Nimbus Cloud is here to be told." in page
    assert "Overdue" not in page


def test_what_is_held_against_nobody_leaves_the_first_lines_to_what_is_ahead(cast: Cast) -> None:
    offering = make_ato(cast, listing_role="initial").offering
    shown = of_offering(cast.csp_lead, offering, TODAY, CacheStamp(0, None))
    order = [line.due.is_pending(TODAY) for line in (*shown.first, *shown.more)]
    assert order == sorted(order, reverse=True)
    assert {True, False} == set(order)


def test_what_is_late_stands_first_whoever_owes_it(cast: Cast) -> None:
    ato = make_ato(cast)
    for owner, days in (("lighthouses", 2), ("lighthouses", 4), ("lighthouses", 6), ("nimbus", -1)):
        due_on = TODAY + timedelta(days=days)
        Condition.objects.create(ato=ato, text="Close the ports.", owner=cast.organizations[owner], due_on=due_on)
    late, *ahead = of_ato(cast.bureau_liaison, ato, TODAY).first
    assert (late.who, late.left) == ("Nimbus Cloud", "overdue by 1 day")
    assert all(line.is_own for line in ahead)


def test_a_deadline_that_is_ahead_of_who_is_not_here_warns_nobody(cast: Cast, ato: Ato) -> None:
    Condition.objects.update(due_on=date(2026, 11, 28))
    leave(cast, "nimbus")
    lines = [line for line in of_ato(cast.liaison, ato, TODAY).lines if line.due.kind == "condition"]
    assert {(line.left, line.tone) for line in lines} == {("in 2 days", "plain")}
    assert {in_a_word(line, TODAY) for line in lines} == {("Open", "wait")}
    remind(TODAY, NOW)
    assert not Message.objects.filter(key__startswith="due:condition")


def test_a_reminder_that_waits_is_not_mailed_once_nobody_is_there(cast: Cast, ato: Ato) -> None:
    remind(TODAY, NOW)
    waiting = Message.objects.get(key__startswith="due:condition", key__contains=":-1:", recipient=cast.bureau_liaison)
    assert not DeliveryPolicy([waiting], NOW).decide(waiting).skipped
    leave(cast, "nimbus")
    assert DeliveryPolicy([waiting], NOW).decide(waiting).skipped == SkipReason.NOT_HELD


def test_parties_of_whom_nobody_is_here_are_named(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    assert absent_parties(case) == []
    leave(cast, "nimbus", "pmo")
    case = type(case).objects.get(pk=case.pk)
    assert absent_parties(case) == ["Nimbus Cloud", "FedRAMP’s program office"]
    client.force_login(User.objects.get(pk=cast.liaison.pk))
    answer = client.post(f"{case.get_absolute_url()}nudge/", {"seen": case.waits_on}, follow=True)
    assert "Nobody of Nimbus Cloud (provider) is here to be told." in answer.content.decode()
