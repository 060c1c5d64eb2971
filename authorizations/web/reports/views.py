"""Reports: which there are, one of them on the screen, and the files made of it at once."""

import secrets
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.audit_log.security_events import note
from authorizations.actions.refusals import Malformed, refuse_repeated, refuse_unknown
from authorizations.lifecycle.problems import Problem
from authorizations.presenters.provenance import headers_of, with_provenance
from authorizations.reports.base import TABLE, Missing, NotForYou, Report, UnusableRequest, ask
from authorizations.reports.base import day as read_day
from authorizations.reports.parameters import PASTED
from authorizations.reports.registry import REPORTS, reports_for
from authorizations.reports.rendering import pdf
from authorizations.reports.rendering.formats import FORMATS, file_name, kind_of, pieces_of
from authorizations.reports.rendering.print_layout import too_long
from authorizations.reports.schema import schema_address, schema_of
from authorizations.step_pages.inputs import PageForm, choice, day, line
from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.tables.html import TableView
from authorizations.web.answers import base_of
from authorizations.web.lists.paging import Paging
from authorizations.web.page_access import person

REPORTS_TRAIL = ("Reports", reverse_lazy("reports"))
# Rows of a table on one page of it, and where the whole report is shown.
SHOWN, SHOWN_OF_EACH = 100, 10
# The formats that a button makes, in its words.
MADE = {"pdf": "Make PDF", "xlsx": "Make Excel file"}
NOTHING_FOUND = "Nothing that you may see has this id. Choose again."
NOT_FOR_YOU = "Your side has no such report. The menu shows those that it has."


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table on the screen: some of its rows, and where the others are; page by page where it is alone."""

    table: Table
    paging: Paging
    url: str
    is_alone: bool

    @property
    def view(self) -> TableView:
        return TableView(self.table, self.table.between(self.paging.first_row - 1, self.paging.last_row))


def reports(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/list.html", {"reports": reports_for(person(request))})


def report(request: HttpRequest, name: str) -> HttpResponse:
    found = report_of(request, name)
    user = person(request)
    given = request.GET.dict()
    form = form_of(found, user, given)
    context: dict[str, Any] = {"report": found, "form": form, "trail": [REPORTS_TRAIL]}
    try:
        spec = ask(found, user, given, timezone.now(), settings.REPORT_MARKING, base_of(request))
        contents = with_provenance(found.contents(spec), spec)
    except Missing as problem:
        # The same answer for what is not there and for what this person may not know of.
        form.add_error(problem.key or None, NOTHING_FOUND)
        return render(request, "reports/report.html", context, status=404)
    except UnusableRequest as problem:
        if given.keys() - {"table", "page"}:
            form.add_error(problem.key or None, str(problem))
        return render(request, "reports/report.html", context)
    _offer_chosen(form, found, spec)
    only = _only(contents, request)
    charts = [] if only else [(chart, _shown(chart.table, spec, request)) for chart in contents.charts]
    context |= {
        "spec": spec,
        "contents": contents,
        "only": only,
        "alone": only or (contents.every_table[0] if len(contents.every_table) == 1 else None),
        "shown": [_shown(table, spec, request) for table in ((only,) if only else contents.tables)],
        "charts": charts,
        "query": urlencode(spec.given),
        "formats": [each for each in FORMATS.values() if each.name != "pdf" or pdf.is_possible()],
        "pdf_is_possible": pdf.is_possible(),
        "makeable": _makeable(),
        "too_long": too_long(contents),
        "printed_rows": settings.REPORT_PDF_ROWS,
    }
    return render(request, "reports/report.html", context)


def _makeable() -> list[dict[str, str]]:
    made = [name for name in MADE if name != "pdf" or pdf.is_possible()]
    return [{"name": name, "words": MADE[name], "idempotency_key": secrets.token_hex(16)} for name in made]


def report_of(request: HttpRequest, name: str) -> Report:
    found = REPORTS.get(name)
    if found is None:
        raise Http404
    if not found.is_for(person(request)):
        raise PermissionDenied(NOT_FOR_YOU)
    return found


def asking(found: Report, request: HttpRequest, given: dict[str, str]) -> ReportSpec:
    try:
        return ask(found, person(request), given, timezone.now(), settings.REPORT_MARKING, base_of(request))
    except Missing as problem:
        raise Http404 from problem
    except NotForYou as problem:
        raise PermissionDenied(NOT_FOR_YOU) from problem


def form_of(found: Report, user: User, given: dict[str, str]) -> PageForm:
    """The parameters of a report as a form, filled in as asked for. What is wrong with them, finding them says."""
    form = PageForm(initial={each.key: given.get(each.key, each.default(user)) for each in found.parameters})
    # Nothing is validated here: mistakes are added as they are found.
    form.cleaned_data = {}
    for each in found.parameters:
        options = each.choices(user) if each.choices else None
        field: forms.Field
        if options is not None:
            choices = [("", "Choose one" if each.required else "All"), *options]
            field = choice(each.label, choices, "" if each.hint == PASTED else each.hint)
        elif each.find is read_day:
            field = day(each.label, each.hint)
        else:
            field = line(each.label, each.hint)
        field.required = each.required
        form.fields[each.key] = field
    return form


def _offer_chosen(form: PageForm, found: Report, spec: ReportSpec) -> None:
    """Has each field show what was chosen, also where the menu leaves it out: an address may name any record."""
    for each in found.parameters:
        field, key = form.fields[each.key], spec.given.get(each.key, "")
        if not key or not isinstance(field, forms.ChoiceField):
            continue
        offered = cast(list[tuple[str, str]], field.choices)
        if key not in dict(offered):
            field.choices = [*offered, (key, str(spec.chosen[each.key]))]


def _only(contents: Contents, request: HttpRequest) -> Table | None:
    key = request.GET.get(TABLE, "")
    found = contents.table(key) if key else None
    if key and found is None:
        keys = ", ".join(each.key for each in contents.every_table)
        raise Malformed([Problem("shape", f"{TABLE}: choose one of {keys}.", TABLE)])
    return found


def _shown(table: Table, spec: ReportSpec, request: HttpRequest) -> ReportTable:
    is_alone = request.GET.get("table") == table.key
    url = f"?{urlencode({**spec.given, 'table': table.key})}"
    page = request.GET.get("page", "1") if is_alone else "1"
    size = SHOWN if is_alone else SHOWN_OF_EACH
    return ReportTable(table, Paging(table.total, size, page, lambda number: f"{url}&page={number}"), url, is_alone)


def file(request: HttpRequest, name: str, suffix: str) -> HttpResponse | StreamingHttpResponse:
    """A report, or one of its tables, as CSV or JSON: streamed, so that it begins at once whatever its length."""
    found = report_of(request, name)
    spec, contents = _made(request, found)
    if only := _only(contents, request):
        contents = contents.only(only)
    took(request, found, spec, suffix)
    pieces, (_, kind) = pieces_of(found, contents, spec, suffix), kind_of(contents, suffix)
    told = headers_of(spec, schema_address(found.name, spec.given))
    response = StreamingHttpResponse(pieces, content_type=kind, headers=told)
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, contents, spec, suffix)}"'
    return response


def schema(request: HttpRequest, name: str) -> JsonResponse:
    found = report_of(request, name)
    _, contents = _made(request, found)
    return JsonResponse(schema_of(found, contents.every_table), json_dumps_params={"indent": 2})


def printable(request: HttpRequest, name: str) -> HttpResponse:
    """The page that prints: what the PDF is made of, also where this machine makes none."""
    found = report_of(request, name)
    spec, contents = _made(request, found)
    took(request, found, spec, "print")
    return HttpResponse(pdf.printed(found, with_provenance(contents, spec), spec))


def _made(request: HttpRequest, found: Report) -> tuple[ReportSpec, Contents]:
    """What a file is made of. Raises Malformed: the address says what no such file follows from."""
    refuse_unknown(request.GET, {TABLE, *(each.key for each in found.parameters)})
    refuse_repeated(request.GET)
    try:
        spec = asking(found, request, request.GET.dict())
        return spec, found.contents(spec)
    except UnusableRequest as problem:
        words = f"{problem.key}: {problem}" if problem.key else str(problem)
        raise Malformed([Problem("shape", words, problem.key)]) from problem


def took(request: HttpRequest, found: Report, spec: ReportSpec, suffix: str) -> None:
    """Notes for the record who took which report, of what, in which format."""
    recorded = {"report": found.name, "format": suffix, **({"of": dict(spec.given)} if spec.given else {})}
    # Where it is about a case, so is the entry: it is there for those alone who know of the case.
    note("report.taken", actor=person(request), now=spec.as_of, subject=spec.chosen.get("case"), details=recorded)
