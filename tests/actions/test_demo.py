"""The demo's world: every stage of every machine, each case walked there through the door, and nobody sees too much."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.cases.nudges import NUDGE
from authorizations.lifecycle.stages import InitialStage, ReuseStage
from authorizations.models import Ato, Case, Comment, DocumentVersion, Event, Finding, Message, Waiver
from authorizations.vocabulary import AtoStage, CaseKind, Turn
from demo.case_paths import INITIAL_WAYS, REUSE_WAYS
from demo.entering import enter_demo
from demo.random_walk_documents import summaries_hold

# Only the cut-off brings a case here, and it lies ahead.
AHEAD = {InitialStage.CLOSED_AT_CUTOFF}
pytestmark = [pytest.mark.slow, pytest.mark.sqlite, pytest.mark.django_db, pytest.mark.usefixtures("demo")]


# What a role's home waits for.
TURN_OF = {
    Role.AGENCY_LIAISON: Turn.AGENCY,
    Role.AGENCY_REVIEWER: Turn.AGENCY,
    Role.AUTHORIZING_OFFICIAL: Turn.OFFICIAL,
    Role.CSP_LEAD: Turn.PROVIDER,
    Role.CSP_CONTRIBUTOR: Turn.PROVIDER,
    Role.ASSESSOR_LEAD: Turn.ASSESSOR,
    Role.ASSESSOR_MEMBER: Turn.ASSESSOR,
    Role.PMO_LEAD: Turn.PMO,
    Role.PMO_REVIEWER: Turn.PMO,
}


def _stages(kind: CaseKind) -> set[str]:
    return set(Case.objects.filter(kind=kind).values_list("stage", flat=True))


def test_the_ways_lead_to_every_stage() -> None:
    assert set(INITIAL_WAYS) == set(InitialStage) - AHEAD
    assert set(REUSE_WAYS) == set(ReuseStage)


def test_every_stage_of_every_machine_is_there() -> None:
    assert _stages(CaseKind.INITIAL) == set(InitialStage) - AHEAD
    assert _stages(CaseKind.REUSE) == set(ReuseStage)
    assert set(Ato.objects.values_list("stage", flat=True)) == set(AtoStage.values)


def test_every_change_of_a_stage_has_its_entry() -> None:
    for record_type in (Case, Ato):
        for record in record_type.objects.all():
            entries = [entry for entry in Event.objects.about(record).order_by("pk") if "stage" in entry.changes]
            moves = [entry.changes["stage"] for entry in entries]
            assert moves[0][0] is None
            assert [before for before, _ in moves[1:]] == [after for _, after in moves[:-1]]
            assert moves[-1][1] == record.stage
    for case in Case.objects.all():
        assert Event.objects.about(case).exclude(verb=NUDGE).count() == case.revision + 1


def test_every_summary_of_documents_and_findings_is_what_the_rows_say() -> None:
    assert [each for record_type in (Case, Ato) for each in record_type.objects.all() if not summaries_hold(each)] == []
    assert DocumentVersion.objects.exclude(location="").exists()
    assert DocumentVersion.objects.exclude(sha256="").exists()
    assert Finding.objects.filter(resolved_at__isnull=True, sent_at__isnull=False).exists()
    assert Finding.objects.filter(resolved_at__isnull=False).exists()


def test_time_goes_forward_in_every_case() -> None:
    for case in Case.objects.all():
        times = list(Event.objects.about(case).order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] < timezone.now()
        assert times[0] == case.opened_at


def test_the_cases_differ() -> None:
    cases = Case.objects.all()
    reviews = cases.filter(stage=InitialStage.PMO_REVIEW)
    assert cases.exclude(adopted_at_stage="").count() == 1
    assert cases.filter(continues__isnull=False).count() == 1
    assert Waiver.objects.count() == 1
    assert {case.claimed_by is None for case in reviews} == {True, False}
    assert Event.objects.filter(verb="case.hand_over").count() == 1
    assert cases.filter(send_backs__gt=0).exists()
    assert {case.waits_on for case in cases} == set(Turn)
    assert Event.objects.filter(changes__has_key="standing_in_evidence").exists()


def test_everyone_who_acts_has_something_waiting() -> None:
    for person in User.objects.all():
        for held in person.current_memberships:
            turn = TURN_OF.get(Role(held.role))
            waiting = Case.objects.visible_to(person).filter(waits_on=turn)
            if turn == Turn.OFFICIAL:
                waiting = waiting.filter(authorizing_official=person)
            assert turn is None or waiting.exists(), person.name


def test_strangers_see_nobodys_case() -> None:
    for person in User.objects.all():
        visible = set(Case.objects.visible_to(person).values_list("pk", flat=True))
        sides = {held.organization_id for held in person.current_memberships}
        for case in Case.objects.filter(pk__in=visible).select_related("offering"):
            of_the_case = {*case.agency_line, case.offering.provider_id, case.assessor_id}
            assert sides & of_the_case or "pmo" in person.sides
        told = Message.objects.filter(recipient=person, event__subject_type="case")
        assert {message.event.subject_id for message in told.select_related("event")} <= visible


def test_a_second_run_enters_nothing() -> None:
    before = Event.objects.count()
    assert not enter_demo(timezone.now())
    assert Event.objects.count() == before


def test_nobody_finds_news_of_years_on_the_first_day() -> None:
    number = max(Message.objects.unread_by(user).count() for user in User.objects.all())
    assert 0 < number < 20


def test_each_side_says_something_that_the_others_do_not_read() -> None:
    said = {
        name: {comment.text for comment in Comment.objects.visible_to(User.objects.get(name=name))} for name in TALKERS
    }
    shared = set.intersection(*said.values())
    assert len(shared) == 2
    assert all(len(texts - shared) >= 1 for texts in said.values())
    assert Event.objects.filter(verb="case.nudged").count() == 1


TALKERS = ("Ann Alvarez", "Cora Castell", "Asha Amari", "Paula Prentice")
