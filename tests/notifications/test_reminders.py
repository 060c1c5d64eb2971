"""Reminders: who is told and who is not, what was passed on, floods, digests, wishes, and the command."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Membership, User
from authorizations.deadlines import deadlines_of
from authorizations.deadlines.notice_schedule import passed_on, warned
from authorizations.models import Ato, Condition, Message, Mute, NotificationSettings
from authorizations.notifications.mail.digests import digest_text as digest_text
from authorizations.notifications.reminders.reminders import MOST_AT_ONCE, remind
from authorizations.rules.release_file import Lead
from tests.actions.people.test_delegations import lend
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import make_ato

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


def condition(cast: Cast, days: int, owner: str = "nimbus", **facts: Any) -> Condition:
    """A condition of an ATO of the lighthouses that is due so many days from now."""
    ato = Condition.objects.first().ato if Condition.objects.exists() else make_ato(cast)
    return Condition.objects.create(
        ato=ato,
        text="Close the open ports.",
        owner=cast.organizations[owner],
        due_on=TODAY + timedelta(days=days),
        **facts,
    )


def told(user: User | None = None, kind: str = "condition") -> list[str]:
    """The places of the notices that a person got, or everyone."""
    rows = Message.objects.filter(key__startswith=f"due:{kind}:").order_by("pk")
    mine = rows.filter(recipient=user) if user else rows
    return [key.split(":")[-2] for key in mine.values_list("key", flat=True)]


# --- which notice counts ---


@pytest.mark.parametrize(
    ("days_left", "place"),
    [
        *((31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1)),
        *((-1, -1), (-7, -1), (-8, -8), (-14, -8), (-15, -15), (-180, -176), (-181, None)),
    ],
)
def test_the_latest_notice_counts_until_it_is_given_up(days_left: int, place: int | None) -> None:
    lead = Lead(before=(30, 7, 1), source="QG", repeat=7, give_up=180)
    assert warned(lead, TODAY + timedelta(days=days_left), TODAY) == place


def test_without_a_repeat_a_passed_day_is_told_once() -> None:
    assert {warned(Lead(before=(7,), source="QG"), TODAY, TODAY + timedelta(days=days)) for days in (1, 40, 4000)} == {
        -1
    }


def test_what_nobody_did_is_passed_on_after_business_days() -> None:
    lead = Lead(before=(7,), source="QG", escalate=3, give_up=90)
    # Thanksgiving of 2026 is on 26 November; the three business days after the 24th are the 25th, the 27th, the 30th.
    on = date(2026, 11, 24)
    steps = [passed_on(lead, on, date(2026, 11, day), frozenset()) for day in (24, 29, 30)]
    assert steps == [(), (), (1,)]
    assert passed_on(lead, on, date(2026, 12, 3), frozenset()) == (1, 2)
    assert passed_on(lead, on, date(2026, 11, 30), frozenset({date(2026, 11, 27)})) == ()
    assert passed_on(lead, on, on + timedelta(days=91), frozenset()) == ()


# --- who is told ---


def test_those_who_act_for_anyone_who_owes_it_are_told_and_nobody_else(cast: Cast) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    found = Message.objects.filter(key__startswith="due:condition:")
    assert {each.recipient for each in found} == {cast.csp_lead, cast.csp_contributor}
    assert told() == ["7", "7"]


@pytest.mark.slow
def test_anyone_who_waits_for_it_is_told_once_that_its_day_has_passed(cast: Cast) -> None:
    condition(cast, -1)
    remind(TODAY, NOW)
    remind(TODAY + timedelta(days=7), NOW + timedelta(days=7))
    assert told(cast.bureau_liaison) == ["-1"]
    assert told(cast.csp_contributor) == ["-1", "-8"]


def test_what_is_overdue_is_passed_on_to_the_leads_and_then_to_the_pmo(cast: Cast) -> None:
    condition(cast, -30, "lighthouses")
    remind(TODAY, NOW)
    assert told(cast.liaison) == ["e1"]
    # Who leads and acts for it hears of it once.
    assert told(cast.bureau_liaison) == ["-29"]
    assert told(cast.pmo_lead) == ["e2"]
    assert not told(cast.pmo_reviewer)


@pytest.mark.slow
def test_a_lead_who_acts_is_told_the_latest_of_what_is_overdue_and_what_was_passed_on(cast: Cast) -> None:
    # Told on the day after it, passed on after five business days, and told again on the eighth day.
    on = condition(cast, -7).due_on
    remind(TODAY, NOW)
    remind(TODAY, NOW)
    assert told(cast.csp_lead) == ["e1"]
    assert told(cast.csp_contributor) == ["-1"]
    remind(on + timedelta(days=8), NOW + timedelta(days=1))
    assert told(cast.csp_lead) == ["e1", "-8"]


def test_nobody_is_told_of_what_is_not_there_for_them(cast: Cast) -> None:
    # The owner of a condition may be somebody who may not see the ATO.
    condition(cast, -30, "stratus")
    remind(TODAY, NOW)
    assert not told(cast.stranger_csp)
    assert not told(cast.stranger_agency)


def test_people_who_left_are_not_told_and_deputies_are(cast: Cast) -> None:
    condition(cast, 5)
    Membership.objects.filter(user=cast.csp_contributor).update(ended_on=TODAY)
    lend(cast.csp_lead, cast.csp_viewer, starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(300))
    day = timezone.localdate()
    Condition.objects.update(due_on=day + timedelta(days=5))
    remind(day, timezone.now())
    assert not told(cast.csp_contributor)
    assert told(cast.csp_viewer) == told(cast.csp_lead) == ["7"]


@pytest.mark.slow
def test_the_official_is_reminded_of_what_only_they_can_do_while_they_hold_the_role(cast: Cast) -> None:
    ato = make_ato(cast)
    Ato.objects.filter(pk=ato.pk).update(expires_on=TODAY + timedelta(days=5), authorizing_official=cast.official)
    condition(cast, 5, "lighthouses")
    remind(TODAY, NOW)
    assert told(cast.official, "ato_expiry") == told(cast.bureau_liaison, "ato_expiry")
    assert told(cast.official, "ato_expiry") != []
    # What the agency owes without them is not theirs.
    assert told(cast.official) == []
    Membership.objects.filter(user=cast.official).update(ended_on=TODAY - timedelta(days=1))
    Ato.objects.filter(pk=ato.pk).update(expires_on=TODAY + timedelta(days=6))
    remind(TODAY + timedelta(days=1), NOW + timedelta(days=1))
    assert len(told(cast.official, "ato_expiry")) == 1
    assert len(told(cast.bureau_liaison, "ato_expiry")) == 2


def test_the_official_of_a_case_is_reminded_of_the_decision(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    due = next(due for due in deadlines_of(case, TODAY) if due.kind == "L36_ato")
    day = due.on - timedelta(days=1)
    remind(day, NOW)
    assert told(cast.official, "L36_ato") == told(cast.liaison, "L36_ato")
    assert told(cast.official, "L36_ato") != []


# --- once, anew, no more ---


@pytest.mark.slow
def test_a_second_look_writes_nothing_and_missed_days_are_caught_up_with_one(cast: Cast) -> None:
    condition(cast, 40)
    assert not told()
    for days in (35, 39, 39):
        remind(TODAY + timedelta(days=days), NOW + timedelta(days=days))
    # The notice of 30 days before was missed for good: by then that of 7 days before counted.
    assert told(cast.csp_lead) == ["7", "1"]


def moved(one: Condition, days: int) -> None:
    Condition.objects.filter(pk=one.pk).update(due_on=TODAY + timedelta(days=days))


@pytest.mark.slow
def test_a_day_that_moves_starts_anew_and_one_that_is_met_stops(cast: Cast) -> None:
    one = condition(cast, 5)
    remind(TODAY, NOW)
    moved(one, 6)
    remind(TODAY + timedelta(days=1), NOW + timedelta(days=1))
    assert told(cast.csp_lead) == ["7", "7"]
    Condition.objects.filter(pk=one.pk).update(met_on=TODAY, evidence="Scan")
    remind(TODAY + timedelta(days=6), NOW + timedelta(days=6))
    assert told(cast.csp_lead) == ["7", "7"]


@pytest.mark.slow
def test_nobody_is_told_twice_of_one_duty_on_one_calendar_day_however_often_its_day_moves(cast: Cast) -> None:
    one, other = condition(cast, 5), condition(cast, 5)
    for days in (5, 6, 31, -1, 5, 4):
        moved(one, days)
        remind(TODAY, NOW + timedelta(minutes=days))
    # Each of the two once; in US Eastern time the same day goes on until five.
    assert told(cast.csp_lead) == ["7", "7"]
    remind(TODAY, NOW + timedelta(hours=13))
    assert told(cast.csp_lead) == ["7", "7"]
    # The latest day is told on the next.
    remind(TODAY + timedelta(days=1), NOW + timedelta(days=1))
    assert told(cast.csp_lead) == ["7", "7", "7"]
    newest = Message.objects.filter(recipient=cast.csp_lead, subject_id=one.ato_id).latest("pk")
    assert f":{TODAY + timedelta(days=4)}:" in str(newest.key)
    assert other.pk != one.pk


@pytest.mark.slow  # It looks at each of a hundred days.
def test_a_stopped_clock_reminds_nobody_and_one_that_runs_again_starts_anew(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_remediation")
    stopped = timezone.localdate(case.stage_since)
    for days in range(60):
        remind(stopped + timedelta(days=days), NOW + timedelta(days=days))
    assert not told(kind="S12")
    press(case, "resubmit_to_pmo", cast.csp_lead, now=case.stage_since + timedelta(days=60), answer="Done.")
    remind(stopped + timedelta(days=85), NOW + timedelta(days=85))
    assert set(told(kind="S12")) == {"10"}


# --- wishes ---


def of(user: User) -> Message:
    return Message.objects.get(recipient=user, key__startswith="due:condition:")


def test_reminders_come_with_the_next_digest_unless_somebody_wished_otherwise(cast: Cast) -> None:
    condition(cast, 5)
    NotificationSettings.objects.create(user=cast.csp_lead, paces={"deadlines": "at_once"})
    remind(TODAY, NOW)
    assert (of(cast.csp_lead).digest, of(cast.csp_lead).not_before) == (None, NOW)
    digest = of(cast.csp_contributor).digest
    assert digest is not None
    assert (digest.recipient, digest.status) == (cast.csp_contributor, "planned")
    assert digest.not_before == datetime(2026, 11, 27, 12, tzinfo=UTC)
    # What the next day has for the same digest is joined to it.
    condition(cast, 6)
    remind(TODAY, NOW + timedelta(hours=3))
    assert digest.carried.filter(key__startswith="due:condition:").count() == 2


def test_what_is_switched_off_or_muted_stands_in_the_message_log_as_skipped(cast: Cast) -> None:
    one = condition(cast, 5)
    NotificationSettings.objects.create(user=cast.csp_lead, paces={"deadlines": "off"})
    Mute.objects.create(
        user=cast.csp_contributor,
        subject_type="condition",
        subject_id=one.pk,
        kind="condition",
        label="Condition",
        until=TODAY,
        reason="On leave.",
        made_at=NOW,
    )
    remind(TODAY, NOW)
    assert [(of(who).status, of(who).skipped) for who in (cast.csp_lead, cast.csp_contributor)] == [
        ("skipped", "switched_off"),
        ("skipped", "muted"),
    ]


def test_a_must_that_has_passed_comes_at_once_whatever_was_wished(cast: Cast) -> None:
    condition(cast, -2)
    NotificationSettings.objects.create(user=cast.csp_lead, paces={"deadlines": "off"})
    remind(TODAY, NOW)
    found = of(cast.csp_lead)
    assert (found.mandatory, found.status, found.not_before, found.digest) == (True, "planned", NOW, None)


def test_an_imported_portfolio_comes_as_one_digest_for_each_person(cast: Cast) -> None:
    for days in range(MOST_AT_ONCE + 1):
        condition(cast, -2 - days)
    NotificationSettings.objects.create(user=cast.csp_lead, paces={"deadlines": "at_once"})
    remind(TODAY, NOW)
    for person in (cast.csp_lead, cast.csp_contributor):
        mails = Message.objects.filter(recipient=person, status="planned", digest=None)
        assert [each.key.split(":")[0] for each in mails if each.key] == ["digest"]
    digest = of_digest(cast.csp_lead)
    text = digest_text(digest.carried.all())
    assert text.count("verdue since") >= MOST_AT_ONCE + 1
    assert text.count("/atos/") == 1


def of_digest(user: User) -> Message:
    return Message.objects.get(recipient=user, key__startswith="digest:")


def test_a_message_says_its_day_and_where_it_stands_but_nothing_confidential(cast: Cast) -> None:
    one = condition(cast, 5)
    remind(TODAY, NOW)
    found = of(cast.csp_lead)
    assert found.subject.startswith("Due on 30 Nov 2026: ")
    assert found.link == one.ato.get_absolute_url()
    assert (found.subject_type, found.subject_id) == ("ato", one.ato_id)
    assert "ports" not in found.subject + found.body


# --- the command ---


def printed(*options: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("remind", "--today", f"{TODAY}", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.slow
def test_a_dry_run_prints_what_the_next_run_writes(cast: Cast) -> None:
    condition(cast, 5)
    would = printed("--dry-run", "--json")
    assert not Message.objects.filter(key__isnull=False).exists()
    assert {each["to"] for each in would if ":condition:" in each["key"]} == {
        "csp_lead@example.gov",
        "csp_contributor@example.gov",
    }
    assert printed("--json") == [{"written": len(would)}]
    assert {each["key"] for each in would} == set(
        Message.objects.filter(key__startswith="due:").values_list("key", flat=True)
    )
    assert printed("--dry-run", "--json") == []


def test_a_dry_run_of_another_day_says_when_mail_would_go_on_that_day(cast: Cast) -> None:
    day = timezone.localdate() + timedelta(days=100)
    condition(cast, (day - TODAY).days + 5)
    out = StringIO()
    call_command("remind", "--today", f"{day}", "--dry-run", "--json", stdout=out)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    found = {datetime.fromisoformat(each["mailed"]).date() for each in rows if ":condition:" in each["key"]}
    # This evening or with the next morning's digest.
    assert found <= {day, day + timedelta(days=1)}
    assert found


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="YYYY-MM-DD"):
        call_command("remind", "--today", "tomorrow")


def test_what_was_to_be_told_before_somebody_joined_is_no_news_to_them(cast: Cast) -> None:
    late, soon = condition(cast, -5), condition(cast, 5)
    Membership.objects.filter(user=cast.csp_lead).update(started_on=TODAY - timedelta(days=2))
    Membership.objects.filter(user=cast.people["csp_contributor"]).update(started_on=TODAY - timedelta(days=1))
    remind(TODAY, NOW)
    told = Message.objects.filter(
        key__startswith="due:condition:", recipient__in=[cast.csp_lead, cast.people["csp_contributor"]]
    )
    unread = told.filter(read_at__isnull=True)
    # The notice of a week before was due two days ago; the other was late four days ago, before either of them came.
    wanted = {(cast.csp_lead, soon.pk)}
    assert {(each.recipient, int(each.key.split(":")[3])) for each in unread if each.key} == wanted
    assert told.filter(key__startswith=f"due:condition:condition:{late.pk}:").count() == 2
