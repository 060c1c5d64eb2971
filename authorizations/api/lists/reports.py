"""Reports: which there are, asking for one, how far it is, and its file."""

from datetime import datetime
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Q
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from accounts.models import User
from authorizations.actions.refusals import NotPermitted, NotReady, refuse_unknown
from authorizations.actions.reports import ReportOrder, ask_for_report
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.lists.paging import ListQuery, page_of, words_in
from authorizations.api.schemas import NO, RECORD, PageOut, acting, filled, reading
from authorizations.lifecycle.problems import Problem
from authorizations.models import ReportJob
from authorizations.reports.base import TABLE, Missing, NotForYou, Report, UnusableRequest, ask
from authorizations.reports.jobs.downloads import copy_of
from authorizations.reports.registry import REPORTS, reports_for
from authorizations.reports.rendering.formats import FORMATS
from authorizations.vocabulary import JobStatus

router = Router(tags=["Reports"])


class ParameterOut(Schema):
    """What may be said about a report before it is made."""

    key: str
    label: str
    required: bool
    hint: str


class ReportKind(Schema):
    """A report that you can ask for."""

    name: str
    title: str
    explains: str
    parameters: list[ParameterOut]
    formats: list[str]


class JobRow(Schema):
    """A report of yours that is made in the background."""

    id: str
    report: str
    title: str
    given: dict[str, str] = Field(description="Its parameters.")
    format: str
    status: JobStatus
    asked_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None = Field(description="Until when its file is kept.")
    progress: int = Field(description="Rows or pages that are made.")
    failure: str
    file: str = Field(description="Where to GET its file; blank while there is none.")
    sha256: str


class JobFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    report: str | None = Field(None, max_length=50)
    status: JobStatus | None = None


class ReportAsked(schemas.Idempotent):
    """Asking for a report."""

    report: Annotated[str, Field(max_length=50, description="Its name.")]
    format: Annotated[str, Field(max_length=10, description="pdf, xlsx, csv or json.")] = "json"
    given: dict[str, schemas.Text] = Field({}, description="Its parameters by their keys; records by their ids.")
    table: Annotated[str, Field(max_length=50, description="The key of one of its tables, alone; blank for all.")] = ""


@reading(router, "/kinds", list[ReportKind], "api_report_kinds", "list_report_kinds", "List what can be asked for")
def list_kinds(request: HttpRequest) -> list[ReportKind]:
    """The reports that your side has, each with its parameters."""
    return [_kind(each) for each in reports_for(person(request))]


@reading(router, "", PageOut[JobRow], "api_reports", "list_reports", "List your reports")
def list_reports(request: HttpRequest, filters: Query[JobFilters]) -> PageOut[JobRow]:
    """The reports that you asked for or were sent, newest first."""
    rows = ReportJob.objects.visible_to(person(request)).filter(
        *filters.conditions({"report": "report", "status": "status"})
    )
    newest = rows.order_by("-asked_at", "-pk")
    return page_of(request, newest, filters, _job, words_in("title"), _changed)


@acting(router, "", JobRow, "api_reports", "ask_for_report", "Ask for a report", status=202)
def ask_for(request: HttpRequest, body: ReportAsked) -> Status[JobRow]:
    """Has a report made of what you may see. Read it by its id until its status is “done”, then GET its file."""
    user, now = person(request), timezone.now()
    title, given = _asked(user, body, now)
    wanted = ReportOrder(body.report, title, given, body.format)
    job = ask_for_report(
        actor=user, wanted=wanted, marking=settings.REPORT_MARKING, now=now, idempotency_key=body.key_of(user)
    )
    return Status(202, _job(job))


@reading(router, RECORD, JobRow, "api_report", "read_report", "Read how far a report is")
def read_report(request: HttpRequest, public_id: str) -> JobRow:
    """One of your reports."""
    return _job(get_object_or_404(ReportJob.objects.visible_to(person(request)), public_id=public_id))


@router.get(RECORD + "/file", url_name="api_report_file", summary="Take the file of a report", response=NO)
def file(request: HttpRequest, public_id: str) -> FileResponse:
    """The file, as long as it is kept and you may still see what is in it."""
    return copy_of(person(request), public_id, timezone.now())


def _asked(user: User, body: ReportAsked, now: datetime) -> tuple[str, Any]:
    """The title of what is asked for, and its parameters; raises as the API refuses."""
    found = REPORTS.get(body.report)
    if found is None:
        raise NotReady([Problem("report", "There is no report of this name. See /api/reports/kinds.", "report")])
    if body.format not in FORMATS:
        raise NotReady([Problem("format", f"Choose one of: {', '.join(FORMATS)}.", "format")])
    refuse_unknown(body.given, {each.key for each in found.parameters})
    try:
        spec = ask(found, user, body.given, now, settings.REPORT_MARKING)
        contents = found.contents(spec)
    except NotForYou as problem:
        raise NotPermitted("Your side has no such report.") from problem
    except Missing as problem:
        raise NotReady([Problem("given", "Nothing that you may see has this id.", problem.key)]) from problem
    except UnusableRequest as problem:
        raise NotReady([Problem("given", str(problem), problem.key)]) from problem
    if not body.table:
        return contents.title, spec.given
    if contents.table(body.table) is None:
        keys = ", ".join(each.key for each in contents.every_table)
        raise NotReady([Problem("table", f"Its tables are: {keys}.", "table")])
    return contents.title, {**spec.given, TABLE: body.table}


def _kind(report: Report) -> ReportKind:
    parameters = [filled(ParameterOut, each) for each in report.parameters]
    return filled(ReportKind, report, parameters=parameters, formats=list(FORMATS))


def _job(job: Any) -> JobRow:
    is_done = job.status == JobStatus.DONE
    return filled(JobRow, job, file=reverse("api_report_file", args=[job.public_id]) if is_done else "")


def _changed(moment: datetime) -> Q:
    return Q(asked_at__gte=moment) | Q(started_at__gte=moment) | Q(ended_at__gte=moment)
