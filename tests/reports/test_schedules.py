"""Reports that are sent by themselves: when, to whom, with whose rights, each once, and stopped with the right."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.jobs import fail
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.report_schedules import (
    MOST,
    When,
    Whom,
    pause_schedule,
    remove_schedule,
    resume_schedule,
    send_schedule,
    stop_schedule,
)
from authorizations.actions.reports import FinishedReport, ReportOrder, finish_report
from authorizations.models import Event, Message, ReportJob, ReportSchedule
from authorizations.notifications.mail.recipient_checks import why_not
from authorizations.reports.jobs.downloads import rights_of
from authorizations.reports.jobs.schedules import send_due
from authorizations.reports.registry import REPORTS
from authorizations.vocabulary import StopReason
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.reports.asking import REGISTER, schedule_of
from tests.reports.test_background import OfOneCase

# A Tuesday.
NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
DAY = timedelta(days=1)
ONCE = When("once", on=date(2026, 11, 30))


@pytest.fixture(autouse=True)
def _one_more_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(REPORTS, "of-a-case", OfOneCase())


def again(schedule: ReportSchedule) -> ReportSchedule:
    return ReportSchedule.objects.get(pk=schedule.pk)


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T15:00:00+00:00")


def members_of(cast: Cast) -> Whom:
    return Whom(cast.organizations["harbors"])


def ended(person: User, day: date) -> None:
    Membership.objects.filter(user=person).update(ended_on=day)


# --- when ---


@pytest.mark.parametrize(
    ("when", "days"),
    [
        (When("weekly", weekday=0), ["2026-11-30", "2026-12-07"]),
        (When("weekly", weekday=1), ["2026-12-01", "2026-12-08"]),
        (When("weekly", weekday=2), ["2026-11-25", "2026-12-02"]),
        (When("monthly", day_of_month=24), ["2026-12-24", "2027-01-24"]),
        (When("monthly", day_of_month=25), ["2026-11-25", "2026-12-25"]),
        (When("monthly", day_of_month=31), ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
        (When("once", on=date(2026, 11, 30)), ["2026-11-30", None]),
    ],
)
def test_each_rhythm_has_its_days(cast: Cast, when: When, days: list[Any]) -> None:
    schedule = schedule_of(cast.liaison, when=when, now=NOW)
    found, day = [], schedule.next_on
    while len(found) < len(days):
        found.append(day and day.isoformat())
        day = schedule.day_after(day) if day else None
    assert found == days


def test_a_day_that_is_over_or_of_no_rhythm_is_refused(cast: Cast) -> None:
    with pytest.raises(Blocked, match="from tomorrow on"):
        schedule_of(cast.liaison, when=When("once", on=date(2026, 11, 24)), now=NOW)
    assert not ReportSchedule.objects.exists()


def test_a_report_is_asked_for_on_its_day_and_once(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    assert send_due(at("2026-11-29")) == 0
    assert send_due(at("2026-11-30")) == 1
    assert send_due(at("2026-11-30")) == 0
    job = ReportJob.objects.get()
    assert (job.asker, job.day, job.schedule) == (cast.liaison, date(2026, 11, 30), schedule)
    assert again(schedule).next_on == date(2026, 12, 7)


def test_a_second_timer_finds_it_done(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    send_due(at("2026-11-30"))
    with pytest.raises(NoLongerPossible):
        send_schedule(schedule.pk, people=[cast.liaison], marking="", now=at("2026-11-30"))
    with pytest.raises(NoLongerPossible):
        stop_schedule(schedule.pk, StopReason.SIDE, now=at("2026-11-30"))
    assert ReportJob.objects.count() == 1


def test_days_that_were_missed_are_caught_up_with_one(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    assert send_due(at("2026-12-16")) == 1
    assert again(schedule).next_on == date(2026, 12, 21)
    assert send_due(at("2026-12-17")) == 0


def test_what_is_sent_once_is_over_then(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, when=ONCE, now=NOW)
    assert send_due(at("2026-11-30")) == 1
    assert again(schedule).is_over
    assert send_due(at("2027-11-30")) == 0


# --- whom ---


def test_each_member_gets_one_of_their_own(cast: Cast) -> None:
    schedule_of(cast.liaison, whom=members_of(cast), now=NOW)
    assert send_due(at("2026-11-30")) == 4
    assert {job.asker for job in ReportJob.objects.all()} == {cast.liaison, cast.reviewer, cast.official, cast.viewer}


def test_chosen_colleagues_get_their_own_while_they_are_colleagues(cast: Cast) -> None:
    schedule = schedule_of(cast.reviewer, whom=Whom(people=[cast.viewer, cast.official]), now=NOW)
    ended(cast.official, date(2026, 11, 26))
    assert send_due(at("2026-11-30")) == 2
    assert {job.asker for job in ReportJob.objects.all()} == {cast.reviewer, cast.viewer}
    entry = Event.objects.get(verb="reportschedule.sent", subject_id=schedule.pk)
    assert entry.changes["people"] == [None, [cast.reviewer.pk, cast.viewer.pk]]
    assert (entry.changes["report"][1], entry.changes["format"][1]) == ("ato-register", "xlsx")


def test_nobody_sends_to_strangers_or_to_a_group_and_colleagues_at_once(cast: Cast) -> None:
    for whom in (Whom(people=[cast.csp_lead]), Whom(cast.organizations["harbors"], people=[cast.viewer])):
        with pytest.raises(Blocked, match="colleagues from your own"):
            schedule_of(cast.liaison, whom=whom, now=NOW)
    assert not ReportSchedule.objects.exists()


def test_it_is_not_sent_before_its_hour(cast: Cast) -> None:
    schedule_of(cast.liaison, when=When("weekly", weekday=0, hour=17), now=NOW)
    assert send_due(datetime(2026, 11, 30, 21, 59, tzinfo=UTC)) == 0
    assert send_due(datetime(2026, 11, 30, 22, 0, tzinfo=UTC)) == 1


def test_members_of_another_role_who_left_or_are_switched_off_get_none(cast: Cast) -> None:
    schedule_of(cast.liaison, whom=Whom(cast.organizations["harbors"], Role.AGENCY_VIEWER), now=NOW)
    schedule_of(cast.liaison, whom=members_of(cast), now=NOW)
    ended(cast.reviewer, date(2026, 11, 26))
    User.objects.filter(pk=cast.official.pk).update(is_active=False)
    assert send_due(at("2026-11-30")) == 3
    assert sorted(job.asker.name for job in ReportJob.objects.all()) == ["Lena Liaison", "Vic Viewer", "Vic Viewer"]


def test_a_member_who_may_not_have_it_gets_none_and_the_others_do(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    wanted = ReportOrder("of-a-case", "Of a case", {"case": case.public_id}, "csv")
    schedule = schedule_of(cast.bureau_liaison, wanted, whom=Whom(cast.organizations["lighthouses"]), now=NOW)
    assert send_due(at("2026-11-30")) == 0
    assert (again(schedule).stopped, again(schedule).next_on) == ("", date(2026, 12, 7))


def test_only_leads_have_reports_sent_to_an_organization(cast: Cast) -> None:
    for person in (cast.reviewer, cast.stranger_agency, cast.pmo_lead):
        with pytest.raises(NotPermitted):
            schedule_of(person, whom=members_of(cast), now=NOW)
    with pytest.raises(Blocked):
        schedule_of(cast.liaison, whom=Whom(cast.organizations["harbors"], Role.CSP_LEAD), now=NOW)


def test_leads_see_those_of_their_organization_and_everyone_their_own(cast: Cast) -> None:
    theirs = schedule_of(cast.liaison, whom=members_of(cast), now=NOW)
    own = schedule_of(cast.reviewer, now=NOW)
    assert list(ReportSchedule.objects.visible_to(cast.liaison)) == [theirs]
    assert list(ReportSchedule.objects.visible_to(cast.reviewer)) == [own]
    for other in (cast.viewer, cast.pmo_lead, cast.auditor, cast.bureau_liaison):
        assert not ReportSchedule.objects.visible_to(other).exists()


# --- stopping ---


def stopped_for(cast: Cast, schedule: ReportSchedule, day: str = "2026-11-30") -> tuple[str, int]:
    """Why it was stopped on its day, and how many reports were asked for."""
    number = send_due(at(day))
    return again(schedule).stopped, number


def test_who_lost_the_side_gets_nothing_more_and_is_told_why(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    schedule = schedule_of(cast.liaison, ReportOrder("of-a-case", "Of it", {"case": case.public_id}, "csv"), now=NOW)
    ended(cast.liaison, date(2026, 11, 1))
    Message.objects.all().delete()
    assert stopped_for(cast, schedule) == (StopReason.SIDE, 0)
    message = Message.objects.get()
    assert (message.recipient, message.topic, message.link) == (cast.liaison, "reports", "/reports/mine/")
    assert "your side no longer has this report" in message.body
    assert why_not(message, at("2026-11-30"), set()) != "not_permitted"
    assert Event.objects.latest("pk").changes == {"stopped": ["", "side"]}


def test_it_is_stopped_when_the_record_is_not_there_any_more(cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    wanted = ReportOrder("of-a-case", "Of it", {"case": case.public_id}, "csv")
    schedule = schedule_of(cast.stranger_agency, wanted, now=NOW)
    assert stopped_for(cast, schedule) == (StopReason.RECORD, 0)


def test_it_is_stopped_when_its_person_is_switched_off(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    User.objects.filter(pk=cast.liaison.pk).update(is_active=False)
    assert stopped_for(cast, schedule) == (StopReason.INACTIVE, 0)
    assert not Message.objects.exists()


def test_it_is_stopped_when_the_report_went(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    monkeypatch.delitem(REPORTS, "ato-register")
    assert stopped_for(cast, schedule) == (StopReason.GONE, 0)


def test_one_for_an_organization_is_stopped_when_its_lead_leads_no_more_and_the_leads_are_told(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, whom=members_of(cast), now=NOW)
    Membership.objects.filter(user=cast.liaison).update(role=Role.AGENCY_VIEWER)
    Membership.objects.filter(user=cast.reviewer).update(role=Role.AGENCY_LIAISON)
    assert stopped_for(cast, schedule) == (StopReason.NO_LEAD, 0)
    assert {message.recipient for message in Message.objects.all()} == {cast.liaison, cast.reviewer}
    with pytest.raises(NotPermitted):
        resume_schedule(actor=User.objects.get(pk=cast.liaison.pk), public_id=schedule.public_id, now=NOW)
    resume_schedule(actor=User.objects.get(pk=cast.reviewer.pk), public_id=schedule.public_id, now=NOW)
    assert not again(schedule).stopped


# --- pausing ---


def test_what_is_paused_is_not_sent_and_not_caught_up_with(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    pause_schedule(actor=cast.liaison, public_id=schedule.public_id, now=NOW)
    with pytest.raises(NoLongerPossible):
        pause_schedule(actor=cast.liaison, public_id=schedule.public_id, now=NOW)
    assert send_due(at("2026-12-08")) == 0
    resume_schedule(actor=cast.liaison, public_id=schedule.public_id, now=at("2026-12-08"))
    with pytest.raises(NoLongerPossible):
        resume_schedule(actor=cast.liaison, public_id=schedule.public_id, now=at("2026-12-08"))
    assert (send_due(at("2026-12-08")), again(schedule).next_on) == (0, date(2026, 12, 14))


def test_one_whose_only_day_passed_while_it_was_paused_is_not_resumed(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, when=ONCE, now=NOW)
    pause_schedule(actor=cast.liaison, public_id=schedule.public_id, now=NOW)
    with pytest.raises(Blocked, match="Its day is over"):
        resume_schedule(actor=cast.liaison, public_id=schedule.public_id, now=at("2026-12-01"))


def test_what_was_removed_is_not_sent(cast: Cast) -> None:
    schedule = schedule_of(cast.liaison, now=NOW)
    remove_schedule(actor=cast.liaison, public_id=schedule.public_id, now=NOW)
    assert send_due(at("2026-11-30")) == 0
    with pytest.raises(ReportSchedule.DoesNotExist):
        remove_schedule(actor=cast.liaison, public_id=schedule.public_id, now=NOW)


@pytest.mark.slow
def test_one_form_sets_one_and_there_are_not_too_many(cast: Cast) -> None:
    assert len({schedule_of(cast.liaison, idempotency_key="k" * 32).pk for _ in range(2)}) == 1
    for _ in range(MOST - 1):
        schedule_of(cast.liaison)
    with pytest.raises(Blocked, match="Remove one first"):
        schedule_of(cast.liaison)


def test_a_day_that_nobody_waits_for_is_refused_in_words(cast: Cast) -> None:
    for far in (date(9999, 12, 31), date(2028, 11, 24)):
        with pytest.raises(Blocked, match="Choose a day until 23 Nov 2028, at most two years ahead"):
            schedule_of(cast.liaison, when=When("once", on=far), now=NOW)
    assert schedule_of(cast.liaison, when=When("once", on=date(2028, 11, 23)), now=NOW).next_on == date(2028, 11, 23)


# --- telling ---


def finished(cast: Cast, **sentence: str) -> ReportJob:
    send_due(at("2026-11-30"))
    job = ReportJob.objects.take(at("2026-11-30"))
    assert job
    if sentence:
        return fail(job, sentence["sentence"], at("2026-11-30"))
    made = FinishedReport("ATO register", "r.xlsx", "reports/x", 7, "a" * 64, rights_of(cast.liaison), {})
    return finish_report(job, made, at("2026-11-30"))


def test_what_was_made_is_mailed_as_a_link_without_the_file(cast: Cast) -> None:
    schedule_of(cast.liaison, REGISTER, now=NOW)
    job = finished(cast)
    message = Message.objects.get()
    assert (message.recipient, message.subject) == (cast.liaison, "Report: ATO register")
    assert message.link == f"/reports/mine/{job.public_id}/"
    assert "It is kept until 14 Dec 2026." in message.body


def test_what_could_not_be_made_is_told_and_why_stays_in_the_portal(cast: Cast) -> None:
    schedule_of(cast.liaison, REGISTER, now=NOW)
    finished(cast, sentence="It is too large.")
    message = Message.objects.get()
    assert message.subject == "Report failed: ATO register"
    assert ("too large" in message.body, message.detail) == (False, "It is too large.")
