"""Reports of the background and schedules, asked for as people do."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from authorizations.actions.report_schedules import When, Whom, set_schedule
from authorizations.actions.reports import FinishedReport, ReportOrder, ask_for_report, finish_report
from authorizations.models import ReportJob, ReportSchedule
from authorizations.reports.jobs import files
from authorizations.reports.jobs.downloads import known_to, rights_of

REGISTER = ReportOrder("ato-register", "ATO register", {}, "xlsx")


def report_of(
    person: User, wanted: ReportOrder = REGISTER, *, now: datetime | None = None, idempotency_key: str = ""
) -> ReportJob:
    """A report that waits."""
    return ask_for_report(
        actor=person, wanted=wanted, marking="", now=now or timezone.now(), idempotency_key=idempotency_key
    )


def made_report_of(
    person: User, tmp_path: Any, wanted: ReportOrder = REGISTER, *, now: datetime | None = None
) -> ReportJob:
    """A report that is done, with a file of some bytes."""
    now = now or timezone.now()
    report_of(person, wanted, now=now)
    job = ReportJob.objects.take(now)
    assert job is not None
    whole = tmp_path / "whole"
    whole.write_bytes(b"PK, all of it")
    path = files.keep(whole, f"{job.public_id}-{job.claim}")
    name = f"{wanted.report}.{wanted.format}"
    made = FinishedReport(wanted.title, name, path, whole.stat().st_size, "a" * 64, rights_of(person), known_to(person))
    return finish_report(job, made, now)


def schedule_of(
    person: User, wanted: ReportOrder = REGISTER, *, now: datetime | None = None, **more: Any
) -> ReportSchedule:
    """A schedule: every Monday, unless it says otherwise."""
    when, whom = more.pop("when", When("weekly", weekday=0)), more.pop("whom", Whom())
    return set_schedule(actor=person, wanted=wanted, when=when, whom=whom, now=now or timezone.now(), **more)
