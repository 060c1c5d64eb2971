"""Taking over the workbook of a plan (WBS): choose it, look at what it would change, take it over."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.wbs import ENDED, NOT_YOURS, NothingToImport, WbsWorkbook, import_wbs, wbs_of
from authorizations.actions.documents.documents import add_version
from authorizations.actions.documents.requirements import adders, may_be_added
from authorizations.actions.refusals import NoLongerPossible, Refused
from authorizations.actions.steps import StaleRevision
from authorizations.display import day_text
from authorizations.exchange.documents.storage_outage import StorageOutage
from authorizations.exchange.documents.upload import take_in
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.wbs.rows import Faulty, WbsFile, read_wbs
from authorizations.lifecycle.wbs import ACTUAL, COLUMNS, PLANNERS, Changed, compare
from authorizations.models import Case, DocumentVersion
from authorizations.presenters.documents import readable
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.page import happened_since
from authorizations.vocabulary import WbsKind
from authorizations.web.page_access import person
from authorizations.web.wbs.forms import WbsImportForm, WorkbookForm
from authorizations.web.wbs.plan import DOCUMENT
from authorizations.web.wbs.views import initial_case, plan_trail

SALT = "case.previewed-plan"
FORGOTTEN = "This preview was taken over already, is too old, or was made by someone else. Choose the workbook again."


def _case_of(request: HttpRequest, public_id: str) -> Case:
    case, who = initial_case(person(request), public_id)
    if PLANNERS.isdisjoint(who):
        raise PermissionDenied(NOT_YOURS)
    return case


def _read(case: Case, content: bytes, name: str) -> WbsFile:
    return read_wbs(content, name=name, level=case.offering.impact_level, today=timezone.localdate())


def wbs_import(request: HttpRequest, public_id: str) -> HttpResponse:
    case, user = _case_of(request, public_id), person(request)
    if not case.is_open:
        raise NoLongerPossible(ENDED)
    form, faults = WorkbookForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            found = _read(case, content, file.name)
        except Unreadable as problem:
            form.add_error("file", problem.sentence)
        except Faulty as faulty:
            faults = faulty.faults
        else:
            # Where it cannot be kept, a page says so: a browser gives no file back to the form.
            token = previewed_files.token_for(content, found.name, SALT, user.pk, case.pk)
            return redirect(f"{reverse('wbs_plan', args=[public_id])}?{urlencode({'token': token})}")
    context = {
        "trail": plan_trail(case),
        "case": case,
        "wbs": wbs_of(case, user),
        "form": form if request.method == "POST" else WorkbookForm(),
        "faults": faults,
    }
    return render(request, "wbs/import.html", context)


def wbs_plan(request: HttpRequest, public_id: str) -> HttpResponse:
    case, user = _case_of(request, public_id), person(request)
    is_sent = request.method == "POST"
    form = WbsImportForm(request.POST if is_sent else None, rule=_filed_as(case, user))
    token = request.POST.get("token", "") if is_sent else request.GET.get("token", "")
    try:
        kept = previewed_files.opened_by(token, SALT, user.pk, case.pk)
        found = _read(case, kept.content, kept.name)
    except (FileNotFoundError, Unreadable, Faulty):
        found = None
    if found is None or (is_sent and not form.is_valid()):
        messages.error(request, FORGOTTEN)
        return redirect("wbs_import", public_id)
    if not is_sent:
        return _plan_page(request, case, found, token)
    return _take_over(request, case, found, kept.content, form)


def _take_over(request: HttpRequest, case: Case, found: WbsFile, content: bytes, form: WbsImportForm) -> HttpResponse:
    token, revision = form.cleaned_data["token"], form.cleaned_data["revision"]
    workbook = WbsWorkbook(found.name, found.sha256, found.sheet, found.rows)
    try:
        import_wbs(case.public_id, actor=person(request), now=timezone.now(), revision=revision, workbook=workbook)
    except StaleRevision as refusal:
        newest, _ = initial_case(person(request), case.public_id)
        return _plan_page(request, newest, found, token, moved_on=refusal)
    except NothingToImport as refusal:
        messages.info(request, refusal.sentence)
    else:
        messages.success(request, f"The plan was taken over: {len(found.rows)} rows. It is in the case’s history.")
        _file(request, case, found, content, form.cleaned_data.get("stated", ()))
    previewed_files.forget(found.sha256)
    return redirect("case_wbs", case.public_id)


def _filed_as(case: Case, user: User) -> DocumentRule | None:
    """The document as which this person files a workbook; None where they add none."""
    rule = readable(case, user).get(DOCUMENT)
    adds = rule and adders(case, DOCUMENT, acting_context(case, user, timezone.localdate()))
    return rule if adds and may_be_added(case, DOCUMENT) else None


def _file(request: HttpRequest, case: Case, found: WbsFile, content: bytes, stated: Sequence[str]) -> None:
    """Files the workbook as the plan's document, by an act of its own; what was imported stays when that is refused."""
    user = person(request)
    versions = DocumentVersion.objects.visible_to(user).filter(document__case=case, document__key=DOCUMENT)
    is_here = versions.filter(sha256=found.sha256, withdrawn_at__isnull=True, shared_at__isnull=False).exists()
    if _filed_as(case, user) is None or is_here:
        return
    try:
        upload = take_in(BytesIO(content), found.name)
        add_version(Case, case.public_id, DOCUMENT, actor=user, now=timezone.now(), upload=upload, stated=stated)
    except (Refused, StorageOutage) as refusal:
        messages.warning(request, f"The workbook was not filed among the documents. {refusal.sentence}")
    else:
        messages.success(request, "The workbook was filed among the documents of the case, too.")


def _plan_page(
    request: HttpRequest, case: Case, found: WbsFile, token: str, *, moved_on: NoLongerPossible | None = None
) -> HttpResponse:
    user = person(request)
    wbs = wbs_of(case, user)
    comparison = compare(wbs.rows() if wbs else [], found.rows)
    context = {
        "trail": plan_trail(case),
        "case": case,
        "wbs": wbs,
        "found": found,
        "comparison": comparison,
        "changes": [line for changed in comparison.change for line in _in_words(changed)],
        "undone": [row for row in comparison.remove if any(getattr(row, column) for column in ACTUAL)],
        "is_another": _names_another(case, found),
        "is_known": wbs is not None and comparison.is_empty and wbs.sha256 == found.sha256,
        "form": WbsImportForm(initial={"token": token, "revision": case.revision}, rule=_filed_as(case, user)),
        "moved_on": moved_on,
        "since": happened_since(case, user, moved_on),
        "is_open": case.is_open,
    }
    return render(request, "wbs/plan.html", context, status=409 if moved_on else 200)


def _names_another(case: Case, found: WbsFile) -> bool:
    ours = (case.offering.fedramp_id or "").strip().lower()
    return bool(ours and found.fedramp_id and ours != found.fedramp_id.strip().lower())


def _in_words(changed: Changed) -> list[tuple[str, str, str, str, str]]:
    """Each column that changes: number, task, which, before, after."""
    return [
        (changed.number, changed.title, COLUMNS[name], _words(name, before), _words(name, after))
        for name, (before, after) in changed.changes.items()
    ]


def _words(column: str, value: Any) -> str:
    if column == "kind":
        return str(WbsKind(value).label)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return day_text(value) if isinstance(value, date) else str(value or "–")
