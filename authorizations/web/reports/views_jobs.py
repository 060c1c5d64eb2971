"""PDFs and workbooks of reports: made at once where they are short, else in the background; and a person's own list."""

from itertools import chain, islice
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.refusals import Blocked
from authorizations.actions.reports import ReportOrder, ask_again, ask_for_report, cancel_report, remove_report
from authorizations.exchange.documents.downloads import OF_A_COPY
from authorizations.models import ReportJob, ReportSchedule
from authorizations.reports.base import Report, UnusableRequest
from authorizations.reports.jobs import files
from authorizations.reports.jobs.downloads import copy_of, why_lost
from authorizations.reports.registry import REPORTS
from authorizations.reports.rendering.formats import FORMATS, Format, file_name, kind_of
from authorizations.reports.rendering.pdf import NoPdf
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.vocabulary import JobStatus
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.reports.views import REPORTS_TRAIL, asking, report_of, took
from authorizations.web.reports.views_schedules import sentence

# Up to so many rows a file is made while its person waits: about a second of work.
AT_ONCE = {"pdf": 100, "xlsx": 2_000}
# So many are made at once in one process, whose other threads answer everybody else; the next goes to the worker.
_ROOM = BoundedSemaphore(2)
NEWEST = 50
TONES = {
    JobStatus.WAITING: "wait",
    JobStatus.RUNNING: "wait",
    JobStatus.DONE: "good",
    JobStatus.FAILED: "bad",
    JobStatus.CANCELLED: "past",
    JobStatus.EXPIRED: "past",
}


def make(request: HttpRequest, name: str) -> HttpResponseBase:
    """Makes a PDF or a workbook: answers with a short one, and leads to the page of a longer one."""
    found = report_of(request, name)
    wanted = FORMATS.get(request.POST.get("format", ""))
    if wanted is None or wanted.name not in AT_ONCE:
        raise Http404
    given = {each.key: request.POST.get(each.key, "") for each in found.parameters}
    try:
        spec = asking(found, request, given)
        contents = found.contents(spec)
        if _is_short(found, contents, AT_ONCE[wanted.name]) and _ROOM.acquire(blocking=False):
            try:
                return _at_once(request, found, contents, spec, wanted)
            finally:
                _ROOM.release()
    except UnusableRequest as problem:
        messages.error(request, str(problem))
        return redirect(f"{reverse('report', args=[name])}?{urlencode(given)}")
    job = ask_for_report(
        actor=spec.user,
        wanted=ReportOrder(name, contents.title, spec.given, wanted.name),
        marking=spec.marking,
        now=spec.as_of,
        idempotency_key=request.POST.get("idempotency_key", "")[:32],
    )
    return redirect(job)


def _is_short(found: Report, contents: Contents, most: int) -> bool:
    if not found.long:
        return True
    rows = chain.from_iterable(table.rows() for table in contents.every_table)
    return sum(1 for _ in islice(rows, most + 1)) <= most


def _at_once(request: HttpRequest, found: Report, contents: Contents, spec: ReportSpec, wanted: Format) -> FileResponse:
    file = TemporaryFile()  # noqa: SIM115  # the answer closes it
    try:
        wanted.write(found, contents, spec, file, lambda written: None)
    except NoPdf as problem:
        file.close()
        raise Blocked(str(problem)) from problem
    file.seek(0)
    took(request, found, spec, wanted.name)
    named, (_, kind) = file_name(found, contents, spec, wanted.name), kind_of(contents, wanted.name)
    return FileResponse(file, as_attachment=True, filename=named, content_type=kind, headers=OF_A_COPY)


def my_reports(request: HttpRequest) -> HttpResponse:
    user = person(request)
    jobs = ReportJob.objects.visible_to(user).order_by("-asked_at", "-pk")[: NEWEST + 1]
    schedules = list(ReportSchedule.objects.visible_to(user).select_related("owner", "organization"))
    people = User.objects.in_bulk({key for each in schedules for key in each.people})
    context: dict[str, Any] = {
        "jobs": [_shown(job) for job in jobs[:NEWEST]],
        "more": len(jobs) > NEWEST,
        "newest": NEWEST,
        "schedules": [(each, sentence(each, user, [people[key] for key in each.people])) for each in schedules],
        "led": user.led,
        "days": settings.REPORT_DAYS,
        "trail": [REPORTS_TRAIL],
    }
    return render(request, "reports/mine.html", context)


def _shown(job: ReportJob) -> tuple[ReportJob, str, str]:
    return job, TONES[JobStatus(job.status)], FORMATS[job.format].label


def report_job(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    job: ReportJob = get_object_or_404(ReportJob.objects.visible_to(user), public_id=public_id)
    _, tone, label = _shown(job)
    context: dict[str, Any] = {
        "job": job,
        "tone": tone,
        "format": label,
        "lost": why_lost(user, job, timezone.now()) if job.status == JobStatus.DONE else "",
        "url": f"{reverse('report', args=[job.report])}?{urlencode(job.given)}" if job.report in REPORTS else "",
        "trail": [REPORTS_TRAIL, ("My reports", reverse("my_reports"))],
    }
    return render(request, "reports/job.html", context)


def file(request: HttpRequest, public_id: str) -> FileResponse:
    return copy_of(person(request), public_id, timezone.now())


def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    job = cancel_report(actor=person(request), public_id=public_id, now=timezone.now())
    return done(request, "The report was cancelled.", job)


def again(request: HttpRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    return redirect(ask_again(actor=person(request), public_id=public_id, marking=settings.REPORT_MARKING, now=now))


def remove(request: HttpRequest, public_id: str) -> HttpResponse:
    if path := remove_report(actor=person(request), public_id=public_id, now=timezone.now()):
        files.forget([path])
    return done(request, "The report was removed.", "my_reports")
