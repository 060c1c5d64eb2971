"""Reports of the background: claimed once, made of what their asker may see by then, and given out to nobody else."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations import tasks
from authorizations.actions import jobs
from authorizations.actions import reports as verbs
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.actions.reports import (
    ReportOrder,
    ask_again,
    cancel_report,
    remove_report,
    scheduled,
)
from authorizations.models import Case, Event, Message, ReportJob
from authorizations.reports.base import Parameter
from authorizations.reports.jobs import files
from authorizations.reports.jobs.downloads import copy_of
from authorizations.reports.jobs.render_job import render
from authorizations.reports.parameters import CASE
from authorizations.reports.register.ato_register import AtoRegister
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.pdf import NoPdf
from authorizations.vocabulary import JobStatus
from tests.cast import SINCE, Cast
from tests.lifecycle.cases import make_case, make_offering
from tests.lifecycle.world import make_ato
from tests.reports.asking import made_report_of, report_of, schedule_of

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
CSV = ReportOrder("ato-register", "ATO register", {}, "csv")


class OfOneCase(AtoRegister):
    """The same rows, about a case."""

    name: ClassVar[str] = "of-a-case"
    sides: ClassVar[frozenset[str]] = frozenset({OrganizationKind.AGENCY})
    parameters: ClassVar[tuple[Parameter, ...]] = (CASE,)


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    monkeypatch.setitem(REPORTS, "of-a-case", OfOneCase())


def said_of(job: ReportJob, out: Path) -> list[dict[str, Any]]:
    """What the process that makes a report tells, made here."""
    said: list[dict[str, Any]] = []
    render(job.pk, out / "out", said.append)
    return said


def rows_in(out: Path) -> list[list[str]]:
    text = (out / "out").read_text(encoding="utf-8-sig")
    return list(csv.reader(StringIO(text)))[1:]


def member(person: User, cast: Cast, organization: str, role: Role) -> Membership:
    """A second membership, of a person who is read anew afterwards."""
    return Membership.objects.create(
        user=person, organization=cast.organizations[organization], role=role, started_on=SINCE
    )


def ended(membership: Membership) -> User:
    Membership.objects.filter(pk=membership.pk).update(ended_on=timezone.localdate())
    return User.objects.get(pk=membership.user_id)


# --- claims ---


def test_each_report_is_taken_once_the_oldest_first(cast: Cast) -> None:
    first, second = (report_of(cast.liaison, now=NOW + timedelta(seconds=n)) for n in range(2))
    later = NOW + timedelta(minutes=1)
    assert [job and job.pk for job in [ReportJob.objects.take(later) for _ in range(3)]] == [
        first.pk, second.pk, None,
    ]  # fmt: skip


def test_a_claim_lapses_and_who_had_it_can_write_nothing_more(cast: Cast) -> None:
    report_of(cast.liaison, now=NOW)
    first = ReportJob.objects.take(NOW)
    assert first
    later = NOW + ReportJob.LAPSES_AFTER + timedelta(seconds=1)
    second = ReportJob.objects.take(later)
    assert second
    assert (second.pk, second.attempts) == (first.pk, 2)
    jobs.heartbeat(second, 1, 2, later)
    for late in (
        lambda: jobs.heartbeat(first, 1, 2, later),
        lambda: jobs.retry_or_fail(first, later),
        lambda: jobs.fail(first, "No.", later),
    ):
        with pytest.raises(NoLongerPossible):
            late()


def test_signs_of_life_keep_a_claim(cast: Cast) -> None:
    report_of(cast.liaison, now=NOW)
    job = ReportJob.objects.take(NOW)
    assert job
    for minute in range(1, 8, 2):
        jobs.heartbeat(job, minute, 9, NOW + timedelta(minutes=minute))
        assert ReportJob.objects.take(NOW + timedelta(minutes=minute)) is None


def test_people_take_turns_and_what_is_sent_by_itself_comes_last(cast: Cast) -> None:
    for second in range(3):
        report_of(cast.liaison, now=NOW + timedelta(seconds=second))
    report_of(cast.viewer, now=NOW + timedelta(seconds=9))
    schedule = schedule_of(cast.reviewer, now=NOW)
    scheduled(schedule, cast.reviewer, "", NOW - timedelta(days=1)).save(force_insert=True)
    moments = [NOW + timedelta(minutes=1, seconds=second) for second in range(5)]
    taken = [ReportJob.objects.take(moment) for moment in moments]
    assert [job and job.asker for job in taken] == [
        cast.liaison, cast.viewer, cast.liaison, cast.liaison, cast.reviewer,
    ]  # fmt: skip


def test_a_form_that_is_sent_again_after_its_report_was_removed_asks_for_another(cast: Cast) -> None:
    first = report_of(cast.liaison, now=NOW, idempotency_key="a" * 32)
    cancel_report(actor=cast.liaison, public_id=first.public_id, now=NOW)
    remove_report(actor=cast.liaison, public_id=first.public_id, now=NOW)
    assert report_of(cast.liaison, now=NOW, idempotency_key="a" * 32).pk != first.pk
    # A key that another form had, and one that another person had.
    assert schedule_of(cast.liaison, now=NOW, idempotency_key="a" * 32).owner == cast.liaison
    assert report_of(cast.stranger_agency, now=NOW, idempotency_key="a" * 32).asker == cast.stranger_agency


def test_asking_again_counts_among_those_that_are_made(cast: Cast) -> None:
    first = report_of(cast.liaison, now=NOW)
    cancel_report(actor=cast.liaison, public_id=first.public_id, now=NOW)
    for _ in range(verbs.MOST_UNDER_WAY):
        report_of(cast.liaison, now=NOW)
    with pytest.raises(Blocked, match="are being made"):
        ask_again(actor=cast.liaison, public_id=first.public_id, marking="", now=NOW)


def test_one_form_asks_once_and_ten_reports_are_enough(cast: Cast) -> None:
    assert report_of(cast.liaison, idempotency_key="k" * 32).pk == report_of(cast.liaison, idempotency_key="k" * 32).pk
    for _ in range(verbs.MOST_UNDER_WAY - 1):
        report_of(cast.liaison)
    with pytest.raises(Blocked, match="10 of your reports"):
        report_of(cast.liaison)
    report_of(cast.reviewer)


def test_what_was_cancelled_is_not_taken_and_can_be_asked_for_again_as_of_then(cast: Cast) -> None:
    job = report_of(cast.liaison, now=NOW)
    cancel_report(actor=cast.liaison, public_id=job.public_id, now=NOW)
    assert ReportJob.objects.take(NOW) is None
    later = NOW + timedelta(days=1)
    again = ask_again(actor=cast.liaison, public_id=job.public_id, marking="CUI", now=later)
    assert (again.status, again.as_of, again.marking, again.attempts) == ("waiting", later, "CUI", 0)
    with pytest.raises(NoLongerPossible):
        ask_again(actor=cast.liaison, public_id=job.public_id, marking="", now=later)
    said = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(said) == ["report.asked", "report.cancelled", "report.asked_again"]


def test_nobody_elses_report_is_cancelled_asked_for_or_removed(cast: Cast) -> None:
    job = report_of(cast.liaison)
    for other in (cast.reviewer, cast.pmo_lead, cast.auditor):
        for verb in (cancel_report, remove_report):
            with pytest.raises(ReportJob.DoesNotExist):
                verb(actor=other, public_id=job.public_id, now=NOW)  # type: ignore[operator]


def test_the_record_says_which_report_and_nothing_of_what_it_is_about(cast: Cast, tmp_path: Path) -> None:
    case = make_case(cast, "initial", "planning")
    job = made_report_of(cast.liaison, tmp_path, ReportOrder("of-a-case", "Of Nimbus", {"case": case.public_id}, "csv"))
    said = str(list(Event.objects.filter(subject_type="reportjob").values_list("verb", "changes", "reason")))
    assert "of-a-case" in said
    assert job.public_id not in said
    assert case.public_id not in said
    assert "Nimbus" not in said


# --- rights, when it is made ---


def test_a_report_holds_what_its_asker_may_see_when_it_is_made(cast: Cast, tmp_path: Path) -> None:
    make_ato(cast)
    second = member(cast.stranger_agency, cast, "harbors", Role.AGENCY_VIEWER)
    person = User.objects.get(pk=cast.stranger_agency.pk)
    job = report_of(person, CSV)
    said_of(job, tmp_path)
    assert [row[0] for row in rows_in(tmp_path)] == ["Bureau of Lighthouses"]
    ended(second)
    assert "made" in said_of(job, tmp_path)[-1]
    assert rows_in(tmp_path) == []


def test_who_lost_the_side_of_a_report_meanwhile_gets_a_sentence_and_no_file(cast: Cast, tmp_path: Path) -> None:
    case = make_case(cast, "initial", "planning")
    job = report_of(cast.viewer, ReportOrder("of-a-case", "Of a case", {"case": case.public_id}, "csv"))
    ended(Membership.objects.get(user=cast.viewer))
    assert said_of(job, tmp_path) == [{"failed": "Your side no longer has this report."}]
    assert not (tmp_path / "out").exists()


def test_who_may_not_see_the_record_any_more_gets_a_sentence_and_no_file(cast: Cast, tmp_path: Path) -> None:
    case = make_case(cast, "initial", "planning")
    second = member(cast.stranger_agency, cast, "harbors", Role.AGENCY_VIEWER)
    job = report_of(cast.stranger_agency, ReportOrder("of-a-case", "Of a case", {"case": case.public_id}, "csv"))
    ended(second)
    assert said_of(job, tmp_path) == [{"failed": "What this report is about is no longer there for you."}]
    assert not (tmp_path / "out").exists()


def test_nothing_is_made_for_an_account_that_was_switched_off(cast: Cast, tmp_path: Path) -> None:
    job = report_of(cast.viewer)
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    assert said_of(job, tmp_path) == [{"failed": "The account that asked for it was switched off."}]


def test_a_report_that_went_and_a_machine_without_pdfs_are_told(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = report_of(cast.viewer, ReportOrder("gone", "Gone", {}, "csv"))
    assert said_of(gone, tmp_path) == [{"failed": "The portal no longer has this report."}]

    def missing() -> None:
        raise NoPdf("PDFs need libraries that are missing here.")

    monkeypatch.setattr(pdf, "library", missing)
    job = report_of(cast.viewer, ReportOrder("ato-register", "ATO register", {}, "pdf"))
    assert said_of(job, tmp_path)[-1] == {"failed": "PDFs need libraries that are missing here."}


# --- rights, when it is fetched ---


def test_a_file_is_given_to_its_asker_alone_and_counted(cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.liaison, tmp_path, now=NOW)
    answer = copy_of(cast.liaison, job.public_id, NOW)
    assert b"".join(answer.streaming_content) == b"PK, all of it"  # type: ignore[arg-type]
    assert answer["Content-Disposition"] == 'attachment; filename="ato-register.xlsx"'
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"][:7]) == ("nosniff", "sandbox")
    assert Event.objects.latest("pk").verb == "report.taken"
    for other in (cast.reviewer, cast.pmo_lead, cast.auditor, cast.stranger_agency):
        with pytest.raises(ReportJob.DoesNotExist):
            copy_of(other, job.public_id, NOW)


def test_a_file_is_not_given_out_once_a_role_was_lost_by_which_it_was_made(cast: Cast, tmp_path: Path) -> None:
    make_ato(cast)
    second = member(cast.stranger_agency, cast, "harbors", Role.AGENCY_VIEWER)
    person = User.objects.get(pk=cast.stranger_agency.pk)
    job = made_report_of(person, tmp_path, now=NOW)
    copy_of(person, job.public_id, NOW)
    with pytest.raises(NotPermitted, match="What you may see has changed"):
        copy_of(ended(second), job.public_id, NOW)


@pytest.mark.slow
def test_a_file_is_not_given_out_once_a_case_went_to_others_while_the_roles_stayed(cast: Cast, tmp_path: Path) -> None:
    case = make_case(cast, "initial", "sar_debrief")
    job = made_report_of(cast.assessor_lead, tmp_path, now=NOW)
    assert job.known == {"case": [case.pk], "ato": []}
    copy_of(cast.assessor_lead, job.public_id, NOW)
    make_case(cast, "initial", "sar_debrief", offering=make_offering(cast, "initial", name="Second"))
    copy_of(cast.assessor_lead, job.public_id, NOW)
    other = Organization.objects.create(kind=OrganizationKind.ASSESSOR, name="Level Best")
    Case.objects.filter(pk=case.pk).update(assessor=other)
    with pytest.raises(NotPermitted, match="What you may see has changed"):
        copy_of(cast.assessor_lead, job.public_id, NOW)
    assert made_report_of(cast.pmo_lead, tmp_path, now=NOW).known == {}


def test_a_file_is_given_out_with_more_roles_than_it_was_made_by(cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.stranger_agency, tmp_path, now=NOW)
    member(cast.stranger_agency, cast, "harbors", Role.AGENCY_VIEWER)
    copy_of(User.objects.get(pk=cast.stranger_agency.pk), job.public_id, NOW)


def test_a_file_about_a_record_that_is_not_there_any_more_is_not_given_out(cast: Cast, tmp_path: Path) -> None:
    case = make_case(cast, "initial", "planning")
    wanted = ReportOrder("of-a-case", "Of a case", {"case": case.public_id}, "csv")
    job = made_report_of(cast.liaison, tmp_path, wanted, now=NOW)
    person = ended(Membership.objects.get(user=cast.liaison))
    with pytest.raises(NotPermitted, match="Your side no longer has this report"):
        copy_of(person, job.public_id, NOW)
    member(person, cast, "meadows", Role.AGENCY_VIEWER)
    with pytest.raises(NotPermitted, match="no longer there for you"):
        copy_of(User.objects.get(pk=person.pk), job.public_id, NOW)


def test_what_waits_has_no_file_and_a_file_that_is_gone_is_said_to_be(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(NoLongerPossible):
        copy_of(cast.viewer, report_of(cast.viewer).public_id, NOW)
    job = made_report_of(cast.liaison, tmp_path, now=NOW - timedelta(minutes=1))
    files.forget([job.path])
    with pytest.raises(Blocked, match="not where it was kept"):
        copy_of(cast.liaison, job.public_id, NOW)


# --- keeping and forgetting ---


def test_a_file_is_kept_for_two_weeks_and_deleted_in_the_night_after(cast: Cast, tmp_path: Path) -> None:
    old = made_report_of(cast.liaison, tmp_path, now=timezone.now() - timedelta(days=14, minutes=1))
    new = made_report_of(cast.liaison, tmp_path, now=timezone.now() - timedelta(days=13))
    with pytest.raises(NoLongerPossible):
        copy_of(cast.liaison, old.public_id, timezone.now())
    tasks.expire_reports()
    old, new = (ReportJob.objects.get(pk=job.pk) for job in (old, new))
    assert (old.status, old.path, new.status) == (JobStatus.EXPIRED, "", JobStatus.DONE)
    assert [path.name for path in (tmp_path / "files/reports").iterdir()] == [Path(new.path).name]
    assert Event.objects.filter(verb="report.expired").count() == 1
    tasks.expire_reports()
    assert Event.objects.filter(verb="report.expired").count() == 1


def test_a_file_of_nobody_is_deleted_once_it_is_old(cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.liaison, tmp_path)
    whole = tmp_path / "whole"
    files.keep(whole, "left-behind")
    assert files.forget_left(verbs.paths_in_use(), timezone.now()) == 0
    assert files.forget_left(verbs.paths_in_use(), timezone.now() + timedelta(days=2)) == 1
    assert [path.name for path in (tmp_path / "files/reports").iterdir()] == [Path(job.path).name]


def test_removing_takes_it_off_the_list_with_its_file(cast: Cast, tmp_path: Path) -> None:
    job = made_report_of(cast.liaison, tmp_path, now=NOW)
    assert remove_report(actor=cast.liaison, public_id=job.public_id, now=NOW) == job.path
    assert not ReportJob.objects.visible_to(cast.liaison).exists()
    waits = report_of(cast.liaison)
    with pytest.raises(Blocked, match="Cancel it first"):
        remove_report(actor=cast.liaison, public_id=waits.public_id, now=NOW)


def test_who_asks_on_a_page_is_told_there_and_not_by_a_message(cast: Cast, tmp_path: Path) -> None:
    made_report_of(cast.liaison, tmp_path)
    assert not Message.objects.exists()
