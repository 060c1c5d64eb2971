"""Reports that are made in the background: asked for, cancelled, asked for again, removed; and what a worker notes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from authorizations.actions.door import Changes, action, new_values
from authorizations.actions.idempotency_key import perform_once
from authorizations.actions.jobs import finish
from authorizations.actions.refusals import Blocked, NoLongerPossible
from authorizations.models import ReportJob
from authorizations.models.background_job import UNDER_WAY
from authorizations.models.report_schedule import ReportSchedule
from authorizations.vocabulary import JobStatus

# Reports of one person that wait or are made at once.
MOST_UNDER_WAY = 10
AGAIN = {JobStatus.FAILED, JobStatus.CANCELLED, JobStatus.EXPIRED}


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """What somebody wants: which report, its title, the texts of its parameters, and the format."""

    report: str
    title: str
    given: Mapping[str, str]
    format: str

    @property
    def columns(self) -> dict[str, Any]:
        values = {"report": self.report, "title": self.title[:200], "format": self.format}
        return {**values, "given": dict(self.given)}

    @property
    def changes(self) -> Changes:
        """What the record says of it: of what it is about, nothing."""
        return {"report": [None, self.report], "format": [None, self.format]}


@dataclass(frozen=True, slots=True)
class FinishedReport:
    """A report that is whole: where its file is; the asker's roles when it was begun, and what they could see then."""

    title: str
    file_name: str
    path: str
    size: int
    sha256: str
    rights: list[list[Any]]
    known: dict[str, list[int]]


def ask_for_report(
    *, actor: User, wanted: ReportOrder, marking: str, now: datetime, idempotency_key: str = ""
) -> ReportJob:
    """Has a report made for the actor; whether they may have it is asked when it is made."""

    def act_of(key: str) -> ReportJob:
        with action(actor, now=now, idempotency_key=key) as act:
            _refuse_too_many(actor)
            job = _begun(actor, wanted, marking, now)
            job.save(force_insert=True)
            act.record("report.asked", job, changes=wanted.changes)
        return job

    return perform_once(idempotency_key, actor, ReportJob.objects.visible_to(actor), act_of)


def _refuse_too_many(actor: User) -> None:
    # The lock makes a second press of a button wait.
    User.objects.select_for_update().get(pk=actor.pk)
    if ReportJob.objects.visible_to(actor).filter(UNDER_WAY).count() >= MOST_UNDER_WAY:
        raise Blocked(f"{MOST_UNDER_WAY} of your reports are being made. Wait for one, or cancel one.")


def _begun(asker: User, wanted: ReportOrder, marking: str, now: datetime, **more: Any) -> ReportJob:
    times = {"asked_at": now, "as_of": now, "not_before": now}
    return ReportJob(asker=asker, marking=marking[:100], **wanted.columns, **times, **more)


def scheduled(schedule: ReportSchedule, asker: User, marking: str, now: datetime) -> ReportJob:
    """The report of one person that a schedule asks for on its day, unsaved."""
    wanted = ReportOrder(schedule.report, schedule.title, schedule.given, schedule.format)
    return _begun(asker, wanted, marking, now, schedule=schedule, day=schedule.next_on)


def cancel_report(*, actor: User, public_id: str, now: datetime) -> ReportJob:
    """Ends a report that waits or is being made; the worker sees that within a second."""
    with action(actor, now=now) as act:
        job = _held(actor, public_id)
        if not job.is_under_way:
            raise NoLongerPossible("This report has ended already.")
        job.status = JobStatus.CANCELLED
        job.end(now)
        job.save()
        act.record("report.cancelled", job)
    return job


def ask_again(*, actor: User, public_id: str, marking: str, now: datetime) -> ReportJob:
    """Has a report made anew that failed, was cancelled, or whose file is kept no more; as of now."""
    with action(actor, now=now) as act:
        job = _held(actor, public_id)
        if job.status not in AGAIN:
            raise NoLongerPossible("This report is under way or done already.")
        _refuse_too_many(actor)
        job.status, job.failure, job.marking = JobStatus.WAITING, "", marking[:100]
        job.asked_at = job.as_of = job.not_before = now
        job.attempts = job.progress = job.total = 0
        job.started_at = job.ended_at = job.expires_at = None
        job.save()
        act.record("report.asked_again", job)
    return job


def remove_report(*, actor: User, public_id: str, now: datetime) -> str:
    """Takes a report off its person's list; returns the path of its file, which is to be deleted; blank for none."""
    with action(actor, now=now) as act:
        job = _held(actor, public_id)
        if job.is_under_way:
            raise Blocked("This report is being made. Cancel it first.")
        path = _without_file(job)
        job.removed_at = now
        job.save()
        act.record("report.removed", job)
    return path


def _held(actor: User, public_id: str) -> ReportJob:
    job: ReportJob = ReportJob.objects.visible_to(actor).select_for_update().get(public_id=public_id)
    return job


def _without_file(job: ReportJob) -> str:
    path = job.path
    if job.status == JobStatus.DONE:
        job.status, job.path = JobStatus.EXPIRED, ""
    return path


# --- what workers note ---


def finish_report(job: ReportJob, made: FinishedReport, now: datetime) -> ReportJob:
    """Notes that a report is whole, and where its file is. NoLongerPossible: it is no longer this worker's."""
    values = new_values(report=job.report, format=job.format, size=made.size, sha256=made.sha256)
    columns = {**asdict(made), "title": made.title[:200], "file_name": made.file_name[:120]}
    columns["expires_at"] = now + timedelta(days=settings.REPORT_DAYS)
    return finish(job, "made", values, now, **columns)


def expire_reports(now: datetime) -> list[str]:
    """Ends the keeping of files whose time is over; returns their paths, which are to be deleted then."""
    over = ReportJob.objects.filter(status=JobStatus.DONE, expires_at__lte=now).values_list("pk", flat=True)
    paths = []
    for key in list(over):
        with action(None, now=now) as act:
            job = ReportJob.objects.select_for_update().get(pk=key)
            paths.append(_without_file(job))
            job.save()
            act.record("report.expired", job)
    return [path for path in paths if path]


def paths_in_use() -> set[str]:
    return set(ReportJob.objects.exclude(path="").values_list("path", flat=True))
