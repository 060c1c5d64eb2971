"""The plan of an initial case (WBS): its timeline and table, its export, and keeping its dates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.audit_log.security_events import note
from authorizations.actions.cases.cases import record_facts
from authorizations.actions.cases.wbs import ENDED, NO_PLAN, NOT_YOURS, save_wbs_dates, wbs_of
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.lifecycle.wbs import FOR_THE_PMO, PLANNERS, date_editors, heading_of
from authorizations.models import Case, WbsTask
from authorizations.policy import Party
from authorizations.step_pages.page import happened_since
from authorizations.vocabulary import CaseKind
from authorizations.web.answers import Trail, done, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.lists.export import csv_response
from authorizations.web.page_access import person
from authorizations.web.wbs.forms import DatesForm
from authorizations.web.wbs.plan import COLUMNS, document_in_words, proposals, rows_of, summary, warnings
from authorizations.web.wbs.timeline import timelines

# So many tasks are in one form of dates: more would be more fields than a request may have.
AT_ONCE = 60
BY_THE_PLAN = "As the plan of this case (WBS) has it."


def initial_case(user: User, public_id: str) -> tuple[Case, frozenset[Party]]:
    """A reuse case has no plan."""
    case: Case = get_object_or_404(Case.objects.acting_for(user), public_id=public_id, kind=CaseKind.INITIAL)
    return case, case.parties_of(user)


def plan_trail(case: Case) -> Trail:
    return trail_of(case, ("Plan", reverse("case_wbs", args=[case.public_id])))


def case_wbs(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    case, who = initial_case(user, public_id)
    wbs = wbs_of(case, user)
    tasks = wbs.rows() if wbs else []
    rows = rows_of(case, tasks, who, today)
    context = {
        "trail": trail_of(case),
        **case_frame(case, user, "case_wbs"),
        "wbs": wbs,
        "rows": rows,
        "summary": summary(rows),
        "warnings": warnings(case, tasks),
        "timelines": timelines(str(case), tasks, today, is_open=case.is_open),
        "proposals": (proposed := proposals(case, tasks, who, today)),
        "may_record": any(each.is_yours and not each.is_same for each in proposed),
        "may_import": case.is_open and not PLANNERS.isdisjoint(who),
        "may_date": any(row.is_yours for row in rows),
        "document": document_in_words(case, wbs, user) if wbs else "",
    }
    return render(request, "wbs/wbs.html", context)


def case_wbs_csv(request: HttpRequest, public_id: str) -> HttpResponse:
    user, today = person(request), timezone.localdate()
    case, who = initial_case(user, public_id)
    wbs = wbs_of(case, user)
    note("list.exported", actor=user, now=timezone.now(), subject=case, details={"list": "wbs"})
    rows = rows_of(case, wbs.rows() if wbs else [], who, today)
    return csv_response(f"wbs-{case.public_id}-{today:%Y-%m-%d}", COLUMNS, [row.texts for row in rows])


# --- dates ---


def wbs_dates(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case, who = initial_case(user, public_id)
    if (PLANNERS | FOR_THE_PMO).isdisjoint(who):
        raise PermissionDenied(NOT_YOURS)
    if request.method == "POST" and "done" in request.POST:
        return _mark_done(request, case)
    if not case.is_open and request.method != "POST":
        raise NoLongerPossible(ENDED)
    tasks = _shown(request, case, who)
    form = DatesForm(request.POST if request.method == "POST" else None, tasks=tasks, revision=case.revision)
    if not form.is_valid():
        return _dates_page(request, case, form)
    facts = {"revision": form.cleaned_data["revision"], "dates": form.changed}
    if not form.changed and facts["revision"] == case.revision:
        form.add_error(None, "Nothing was changed: the plan already says so.")
        return _dates_page(request, case, form)
    try:
        if form.carry_out(user, save_wbs_dates, public_id, **facts):
            return done(request, "The dates are saved. They are in the case’s history.", "case_wbs", public_id)
        return _dates_page(request, case, form)
    except NoLongerPossible as refusal:
        newest, who = initial_case(user, public_id)
        renewed = form.renewed(_shown(request, newest, who), newest.revision)
        return _dates_page(request, newest, renewed, moved_on=refusal)


def _yours(request: HttpRequest, case: Case, who: frozenset[Party]) -> list[WbsTask]:
    """The tasks whose dates these people keep, of the part that was asked for or of all."""
    wbs, part = wbs_of(case, person(request)), request.GET.get("part", "")
    tasks = [
        task
        for task in (wbs.rows() if wbs else [])
        if not date_editors(task).isdisjoint(who) and part in ("", heading_of(task.number))
    ]
    if not tasks:
        raise Blocked(NO_PLAN if wbs is None else "There are no tasks here whose dates your role keeps.")
    return tasks


def _shown(request: HttpRequest, case: Case, who: frozenset[Party]) -> list[WbsTask]:
    tasks = _yours(request, case, who)
    first = (_number(request.GET.get("page", "")) - 1) * AT_ONCE
    return tasks[first : first + AT_ONCE] if 0 <= first < len(tasks) else tasks[:AT_ONCE]


def _pages(request: HttpRequest, case: Case, who: frozenset[Party]) -> list[tuple[str, str]]:
    """The other pages of a long plan: their first and last task, and their addresses; none of a short one."""
    tasks, query = _yours(request, case, who), request.GET.copy()
    pages = []
    for number, first in enumerate(range(0, len(tasks), AT_ONCE), start=1):
        some = tasks[first : first + AT_ONCE]
        query["page"] = str(number)
        pages.append((f"{some[0].number} to {some[-1].number}", f"{request.path}?{query.urlencode()}"))
    return pages if len(pages) > 1 else []


def _dates_page(
    request: HttpRequest, case: Case, form: DatesForm, *, moved_on: NoLongerPossible | None = None
) -> HttpResponse:
    context = {
        "trail": plan_trail(case),
        "case": case,
        "form": form,
        "pages": _pages(request, case, case.parties_of(person(request))),
        "moved_on": moved_on,
        "since": happened_since(case, person(request), moved_on),
        "is_open": case.is_open,
    }
    return render(request, "wbs/dates.html", context, status=409 if moved_on else 200)


def _mark_done(request: HttpRequest, case: Case) -> HttpResponse:
    dates = {request.POST["done"]: {"actual_finish": timezone.localdate()}}
    given: dict[str, Any] = {"actor": person(request), "now": timezone.now(), "revision": _revision_of(request)}
    save_wbs_dates(case.public_id, **given, dates=dates)
    return done(request, "The task is done. Its date is in the case’s history.", "case_wbs", case.public_id)


def _revision_of(request: HttpRequest) -> int:
    """The revision that a button was shown with; none that there was, where it is no number."""
    return _number(request.POST.get("revision", ""))


def _number(text: str) -> int:
    """A number that is in an address or a form; -1 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1


# --- what the plan proposes ---


def wbs_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case, who = initial_case(user, public_id)
    wbs = wbs_of(case, user)
    facts = _proposed(case, wbs.rows() if wbs else [], who)
    values: dict[str, Any] = {"revision": _revision_of(request), "reason": BY_THE_PLAN, **facts}
    try:
        record_facts(public_id, actor=user, now=timezone.now(), **values)
    except NotReady as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Recorded as the plan has it. It is in the case’s history.")
    return redirect("case_wbs", public_id)


def _proposed(case: Case, tasks: Sequence[WbsTask], who: frozenset[Party]) -> dict[str, date]:
    if PLANNERS.isdisjoint(who) and Party.AS not in who:
        raise PermissionDenied(NOT_YOURS)
    return {
        each.name: each.planned_on
        for each in proposals(case, tasks, who, timezone.localdate())
        if each.is_yours and not each.is_same
    }
