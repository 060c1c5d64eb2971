"""Reports that are made in the background: asked for, cancelled, asked for again, removed; and what a worker notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery

from accounts.models import User
from authorizations.actions.door import Changes, entering
from authorizations.actions.once import carried_out_once
from authorizations.actions.refusals import Blocked, MovedOn
from authorizations.models import ReportJob
from authorizations.models.report_job import UNDER_WAY
from authorizations.models.report_schedule import ReportSchedule
from authorizations.vocabulary import ReportStatus

# A worker that gives no sign of life for so long has died. It gives one each second, but not while it stores the file.
SILENCE = timedelta(minutes=2)
# How often it is tried where a worker, or the process that makes the report, died; and how long is waited between.
TRIES = 3
WAITS = (timedelta(seconds=5), timedelta(minutes=1))
# Reports of one person that wait or are made at once.
MOST_UNDER_WAY = 10
AGAIN = {ReportStatus.FAILED, ReportStatus.CANCELLED, ReportStatus.EXPIRED}
LAPSED = "Making it was begun three times, and each time it was interrupted. Try again; where that fails, narrow it."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants: which report, its title, the texts of its parameters, and the format."""

    report: str
    title: str
    given: Mapping[str, str]
    format: str

    @property
    def columns(self) -> dict[str, Any]:
        """As columns of a row."""
        said = {"report": self.report, "title": self.title[:200], "format": self.format}
        return {**said, "given": dict(self.given)}

    @property
    def changes(self) -> Changes:
        """What the record says of it: of what it is about, nothing."""
        return {"report": [None, self.report], "format": [None, self.format]}


@dataclass(frozen=True, slots=True)
class Made:
    """A report that is whole: where its file is; the asker's roles when it was begun, and what they could see then."""

    title: str
    file_name: str
    path: str
    size: int
    sha256: str
    rights: list[list[Any]]
    known: dict[str, list[int]]


def ask_for_report(*, actor: User, wanted: Wanted, marking: str, now: datetime, once: str = "") -> ReportJob:
    """Has a report made for the actor; whether they may have it is asked when it is made.

    Args:
        once: a random key of the form that was sent; of a form that is sent twice, the first one's report is returned.

    Raises:
        Blocked: too many of the actor's are under way.
    """

    def act_of(key: str) -> ReportJob:
        with entering(actor, now=now, once=key) as act:
            _refuse_too_many(actor)
            job = _begun(actor, wanted, marking, now)
            job.save(force_insert=True)
            act.record("report.asked", job, changes=wanted.changes)
        return job

    return carried_out_once(once, actor, ReportJob.objects.visible_to(actor), act_of)


def _refuse_too_many(actor: User) -> None:
    # The lock makes a second press of a button wait.
    User.objects.select_for_update().get(pk=actor.pk)
    if ReportJob.objects.visible_to(actor).filter(UNDER_WAY).count() >= MOST_UNDER_WAY:
        raise Blocked(f"{MOST_UNDER_WAY} of your reports are being made. Wait for one, or cancel one.")


def _begun(asker: User, wanted: Wanted, marking: str, now: datetime, **more: Any) -> ReportJob:
    times = {"asked_at": now, "as_of": now, "not_before": now}
    return ReportJob(asker=asker, marking=marking[:100], **wanted.columns, **times, **more)


def scheduled(schedule: ReportSchedule, asker: User, marking: str, now: datetime) -> ReportJob:
    """The report of one person that a schedule asks for on its day, unsaved."""
    wanted = Wanted(schedule.report, schedule.title, schedule.given, schedule.format)
    return _begun(asker, wanted, marking, now, schedule=schedule, day=schedule.next_on)


def cancel_report(*, actor: User, public_id: str, now: datetime) -> ReportJob:
    """Ends a report that waits or is being made; the worker sees that within a second.

    Raises:
        ReportJob.DoesNotExist: the actor has no such report.
        MovedOn: it has ended.
    """
    with entering(actor, now=now) as act:
        job = _held(actor, public_id)
        if not job.is_under_way:
            raise MovedOn("This report has ended already.")
        _end(job, ReportStatus.CANCELLED, now)
        act.record("report.cancelled", job)
    return job


def ask_again(*, actor: User, public_id: str, marking: str, now: datetime) -> ReportJob:
    """Has a report made anew that failed, was cancelled, or whose file is kept no more; as of now.

    Raises:
        ReportJob.DoesNotExist: the actor has no such report.
        MovedOn: it is under way, or done.
        Blocked: too many of the actor's are under way.
    """
    with entering(actor, now=now) as act:
        job = _held(actor, public_id)
        if job.status not in AGAIN:
            raise MovedOn("This report is under way or done already.")
        _refuse_too_many(actor)
        job.status, job.failure, job.marking = ReportStatus.WAITING, "", marking[:100]
        job.asked_at = job.as_of = job.not_before = now
        job.attempts = job.written = job.total = 0
        job.started_at = job.ended_at = job.expires_at = None
        job.save()
        act.record("report.asked_again", job)
    return job


def remove_report(*, actor: User, public_id: str, now: datetime) -> str:
    """Takes a report off its person's list; returns the path of its file, which is to be deleted then; blank for none.

    Raises:
        ReportJob.DoesNotExist: the actor has no such report.
        Blocked: it is under way.
    """
    with entering(actor, now=now) as act:
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


def _end(job: ReportJob, status: ReportStatus, now: datetime, failure: str = "") -> None:
    job.status, job.failure, job.ended_at, job.claim = status, failure[:300], now, None
    job.save()


def _without_file(job: ReportJob) -> str:
    path = job.path
    if job.status == ReportStatus.DONE:
        job.status, job.path = ReportStatus.EXPIRED, ""
    return path


# --- what workers note; taking, trying again and progress are no acts of a person: without an entry ---


def waiting(now: datetime) -> Q:
    """Reports that a worker should take: those that wait, and those of a worker that died."""
    left = Q(status=ReportStatus.RUNNING, seen_at__lt=now - SILENCE, attempts__lt=TRIES)
    return Q(status=ReportStatus.WAITING, not_before__lte=now) | left


def take_report(now: datetime) -> ReportJob | None:
    """Claims the next report; whoever comes second gets another one, or none.

    People take turns: next is what waits longest of the person for whom one was begun least lately, so that nobody's
    ten hold up another's one. What is sent by itself comes after what somebody waits for.
    """
    begun = ReportJob.objects.filter(asker=OuterRef("asker")).order_by(F("started_at").desc(nulls_last=True))
    rows = ReportJob.objects.filter(waiting(now)).annotate(
        served=Subquery(begun.values("started_at")[:1]),
        by_itself=ExpressionWrapper(Q(schedule__isnull=False), output_field=BooleanField()),
    )
    turns = ("by_itself", F("served").asc(nulls_first=True), "not_before", "pk")
    for job in rows.order_by(*turns)[:MOST_UNDER_WAY]:
        claimed = {"status": ReportStatus.RUNNING, "claim": uuid4(), "seen_at": now, "started_at": now}
        anew = {"attempts": F("attempts") + 1, "written": 0, "total": 0}
        if ReportJob.objects.filter(waiting(now), pk=job.pk).update(**claimed, **anew):
            taken: ReportJob = ReportJob.objects.select_related("asker").get(pk=job.pk)
            return taken
    return None


def note_progress(job: ReportJob, written: int, total: int, now: datetime) -> bool:
    """Writes down how far it has come, as a sign of life; False where it was cancelled or another worker has it."""
    return bool(_claimed(job).update(written=written, total=total, seen_at=now))


def try_again(job: ReportJob, now: datetime) -> bool:
    """Puts a report back whose process died; False where that happened too often, or it is no longer the worker's."""
    if job.attempts >= TRIES:
        return False
    after = now + WAITS[job.attempts - 1]
    return bool(_claimed(job).update(status=ReportStatus.WAITING, claim=None, not_before=after))


def _claimed(job: ReportJob) -> Any:
    return ReportJob.objects.filter(pk=job.pk, claim=job.claim, status=ReportStatus.RUNNING)


def finish_report(job: ReportJob, made: Made, now: datetime) -> ReportJob:
    """Writes down that a report is whole, and where it is.

    Raises:
        MovedOn: it was cancelled, or another worker has it; its file is nobody's.
    """
    with entering(None, now=now) as act:
        held = _still_claimed(job)
        held.title, held.file_name, held.path = made.title[:200], made.file_name[:120], made.path
        held.size, held.sha256, held.rights, held.known = made.size, made.sha256, made.rights, made.known
        held.expires_at = now + timedelta(days=settings.REPORT_DAYS)
        _end(held, ReportStatus.DONE, now)
        said = {"report": held.report, "format": held.format, "size": made.size, "sha256": made.sha256}
        act.record("report.made", held, changes={name: [None, value] for name, value in said.items()})
    return held


def fail_report(job: ReportJob, sentence: str, now: datetime) -> ReportJob:
    """Writes down why a report cannot be made.

    Raises:
        MovedOn: it was cancelled, or another worker has it.
    """
    with entering(None, now=now) as act:
        held = _still_claimed(job)
        _end(held, ReportStatus.FAILED, now, sentence)
        act.record("report.failed", held, changes={"report": [None, held.report]})
    return held


def _still_claimed(job: ReportJob) -> ReportJob:
    held: ReportJob | None = _claimed(job).select_for_update().first()
    if held is None:
        raise MovedOn("This report was cancelled, or taken by another worker.")
    return held


def fail_abandoned(now: datetime) -> int:
    """Fails those that workers died of too often; returns how many."""
    left = ReportJob.objects.filter(status=ReportStatus.RUNNING, seen_at__lt=now - SILENCE, attempts__gte=TRIES)
    jobs = list(left)
    for job in jobs:
        fail_report(job, LAPSED, now)
    return len(jobs)


def expire_reports(now: datetime) -> list[str]:
    """Ends the keeping of files whose time is over; returns their paths, which are to be deleted then."""
    over = ReportJob.objects.filter(status=ReportStatus.DONE, expires_at__lte=now).values_list("pk", flat=True)
    paths = []
    for key in list(over):
        with entering(None, now=now) as act:
            job = ReportJob.objects.select_for_update().get(pk=key)
            paths.append(_without_file(job))
            job.save()
            act.record("report.expired", job)
    return [path for path in paths if path]


def paths_in_use() -> set[str]:
    """The paths of all files that are kept for somebody."""
    return set(ReportJob.objects.exclude(path="").values_list("path", flat=True))
