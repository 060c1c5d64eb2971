"""Reports whose worker, child or time ends in the middle: made again or failed in words, and never half a file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from authorizations.actions import jobs
from authorizations.actions import reports as verbs
from authorizations.actions.jobs import fail_abandoned
from authorizations.actions.reports import ReportOrder, ask_for_report, cancel_report
from authorizations.models import Event, ReportJob
from authorizations.reports.jobs import files
from authorizations.reports.jobs import worker as making
from authorizations.reports.rendering import pdf
from authorizations.vocabulary import JobStatus
from tests.cast import Cast

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
GiB = 1024**3


@pytest.fixture(autouse=True)
def _here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    name = str(connection.settings_dict["NAME"])
    monkeypatch.setattr(making, "CHILD", [sys.executable, "-m", "tests.crash.report_child", name])
    monkeypatch.setattr(making, "LOOK", 0.2)
    monkeypatch.setattr(jobs, "EVERY", 0.2)


def asked_for(person: User, how: str, form: str = "xlsx") -> ReportJob:
    wanted = ReportOrder("odd", "Odd report", {"how": how}, form)
    return ask_for_report(actor=person, wanted=wanted, marking="", now=timezone.now())


def now_of(job: ReportJob) -> ReportJob:
    return ReportJob.objects.get(pk=job.pk)


def worker(folder: Path) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.crash.report_worker", name, str(folder)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_until(so: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := so()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found


def children() -> list[int]:
    """The processes on this machine that make a report of this database."""
    name = str(connection.settings_dict["NAME"]).encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"tests.crash.report_child" in line and name in line:
                found.append(int(folder.name))
    return found


def kept() -> list[Path]:
    return [path for path in (files.work_folder().parent / "files").rglob("*") if path.is_file()]


def later(**more: float) -> Any:
    return lambda: timezone.now() + ReportJob.LAPSES_AFTER + timedelta(seconds=1, **more)


def made_later(monkeypatch: pytest.MonkeyPatch) -> int:
    """What a worker makes who looks once the claim of the one that died has lapsed."""
    clock = type("Clock", (), {"now": staticmethod(later())})
    with monkeypatch.context() as patch:
        patch.setattr(making, "timezone", clock)
        patch.setattr(jobs, "timezone", clock)
        return making.make_all()


@pytest.mark.sqlite
def test_a_report_is_made_in_a_child_and_its_file_is_whole(cast: Cast) -> None:
    job = asked_for(cast.liaison, "quick")
    assert making.make_all() == 1
    job = now_of(job)
    assert (job.status, job.attempts, job.total, job.failure) == (JobStatus.DONE, 1, 3000, "")
    [file] = kept()
    assert file.stat().st_size == job.size > 10_000
    assert file.read_bytes()[:2] == b"PK"
    assert not list(files.work_folder().iterdir())
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == ["report.asked", "report.made"]


def test_a_killed_worker_leaves_no_file_and_no_child_and_another_makes_the_report(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked_for(cast.liaison, "slow")
    process = worker(tmp_path)
    wait_until(lambda: now_of(job).total)
    assert len(children()) == 1
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    wait_until(lambda: not children(), 5)
    assert (now_of(job).status, now_of(job).path, kept()) == (JobStatus.RUNNING, "", [])
    assert making.make_all() == 0
    ReportJob.objects.update(given={"how": "quick"})
    assert made_later(monkeypatch) == 1
    assert (now_of(job).status, now_of(job).attempts, len(kept())) == (JobStatus.DONE, 2, 1)
    # What the dead worker was writing is swept away with what is old.
    assert files.forget_left(verbs.paths_in_use(), timezone.now() + timedelta(days=2)) == 1
    assert len(kept()) == 1


@pytest.mark.sqlite
def test_a_report_that_workers_die_of_again_and_again_fails_in_words(cast: Cast) -> None:
    job = asked_for(cast.liaison, "slow")
    for _ in range(1 + len(ReportJob.RETRY_AFTER)):
        assert ReportJob.objects.take(timezone.now())
        ReportJob.objects.update(heartbeat_at=timezone.now() - ReportJob.LAPSES_AFTER * 2)
    assert ReportJob.objects.take(timezone.now()) is None
    assert fail_abandoned(ReportJob, timezone.now()) == 1
    assert (now_of(job).status, now_of(job).failure) == (JobStatus.FAILED, ReportJob.GIVEN_UP)


@pytest.mark.sqlite
def test_a_child_that_dies_is_begun_twice_more_and_then_the_report_fails_in_words(cast: Cast) -> None:
    job = asked_for(cast.liaison, "dying")
    for attempt in range(1, 2 + len(ReportJob.RETRY_AFTER)):
        assert making.make_all() == 1
        assert now_of(job).attempts == attempt
        ReportJob.objects.update(not_before=timezone.now())
    assert making.make_all() == 0
    assert (now_of(job).status, now_of(job).failure, kept()) == (JobStatus.FAILED, ReportJob.GIVEN_UP, [])


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["aborting", "failing"])
def test_a_mistake_in_a_report_or_below_it_is_tried_again_too(cast: Cast, how: str) -> None:
    job = asked_for(cast.liaison, how)
    making.make_all()
    assert (now_of(job).status, now_of(job).attempts, kept()) == (JobStatus.WAITING, 1, [])
    assert now_of(job).not_before > timezone.now()


@pytest.mark.sqlite
def test_cancelling_ends_the_child(cast: Cast, tmp_path: Path) -> None:
    job = asked_for(cast.liaison, "slow")
    process = worker(tmp_path)
    wait_until(lambda: now_of(job).total)
    began = time.monotonic()
    cancel_report(actor=cast.liaison, public_id=job.public_id, now=timezone.now())
    wait_until(lambda: not children(), 5)
    assert time.monotonic() - began < 4
    assert process.communicate(timeout=30)[0].endswith("made 1\n")
    assert (now_of(job).status, kept(), list(files.work_folder().iterdir())) == (JobStatus.CANCELLED, [], [])


@pytest.mark.sqlite
def test_a_report_that_takes_too_long_is_ended(cast: Cast, settings: Any) -> None:
    settings.REPORT_SECONDS = 2
    job = asked_for(cast.liaison, "slow")
    began = time.monotonic()
    making.make_all()
    assert time.monotonic() - began < 6
    assert (now_of(job).status, now_of(job).failure) == (JobStatus.FAILED, making.TOO_LONG)
    assert (children(), kept()) == ([], [])


@pytest.mark.sqlite
def test_a_report_that_takes_too_much_memory_is_ended(cast: Cast, settings: Any) -> None:
    settings.REPORT_MEMORY = GiB
    job = asked_for(cast.liaison, "hungry")
    making.make_all()
    assert now_of(job).status == JobStatus.FAILED
    assert "more memory than a report may have" in now_of(job).failure
    assert (children(), kept()) == ([], [])


@pytest.mark.sqlite
def test_a_report_that_becomes_too_large_is_ended(cast: Cast, settings: Any) -> None:
    settings.REPORT_MAX_BYTES = 5_000
    job = asked_for(cast.liaison, "quick")
    making.make_all()
    assert (now_of(job).status, now_of(job).failure, kept()) == (JobStatus.FAILED, making.TOO_LARGE, [])


def test_two_workers_make_different_reports(cast: Cast, tmp_path: Path) -> None:
    jobs = [asked_for(person, "quick", "csv") for person in list(cast.people.values())[:4]]
    workers = [worker(tmp_path) for _ in range(2)]
    made = [int(each.communicate(timeout=120)[0].split()[-1]) for each in workers]
    assert sum(made) == len(jobs)
    assert all(made)
    assert set(ReportJob.objects.values_list("status", "attempts")) == {(JobStatus.DONE, 1)}
    assert len({job.path for job in ReportJob.objects.all()}) == len(kept()) == len(jobs)


@pytest.mark.sqlite
@pytest.mark.skipif(not pdf.is_possible(), reason="the system's libraries for PDFs are missing")
def test_a_pdf_is_made_within_the_memory_that_is_set_and_counts_its_pages(cast: Cast) -> None:
    job = asked_for(cast.liaison, "quick", "pdf")
    assert making.make_all() == 1
    job = now_of(job)
    assert (job.status, job.failure) == (JobStatus.DONE, "")
    assert kept()[0].read_bytes()[:5] == b"%PDF-"
