"""The documents of a case or an ATO: the list, adding a version, what is done with one, and taking a copy."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.acting_capacity import Subject
from authorizations.actions.documents import carry_over, versions
from authorizations.actions.documents import documents as document_actions
from authorizations.actions.documents.requirements import LONGEST_TITLE, STAYS, StoredFile, adders, may_be_added
from authorizations.actions.refusals import NoLongerPossible
from authorizations.exchange.documents.downloads import copy_of
from authorizations.lifecycle.context import ActingContext
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.document import OTHER
from authorizations.presenters.document_links import ABOVE, document_name, document_row, documents_address
from authorizations.presenters.documents import parts_of, readable, record_of, summary, version_of
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.inputs import PageForm, ReasonForm
from authorizations.web.answers import carried_out, trail_of
from authorizations.web.cases.frame import case_frame
from authorizations.web.documents.forms import AddForm, CarryOverForm, StateForm, VerifyForm, files_taken, ticket_of
from authorizations.web.documents.several_files import adds_files
from authorizations.web.documents.uploads import largest_request, taken_in
from authorizations.web.page_access import person


def documents(request: HttpRequest, public_id: str, record_type: type[Ato] | type[Case]) -> HttpResponse:
    user = person(request)
    record, context = record_of(user, record_type, public_id)
    here, asked = summary(record, user, context.as_of)
    shown = {
        **frame(record),
        **(case_frame(record, user, "case_documents") if isinstance(record, Case) else {}),
        "record": record,
        "parts": parts_of(record, context, request.GET.get("at", "")),
        "here": here,
        "asked": asked,
        "adds_others": bool(adders(record, OTHER, context)) and may_be_added(record, OTHER),
        "add_name": ABOVE[record_type].add,
        "files_url": reverse(ABOVE[record_type].add_files, args=[public_id]) if adds_files(record, context) else "",
        "taken": files_taken(),
        "most_sent": largest_request(),
        "other": OTHER,
        "scans": settings.CLAMAV is not None,
        "stays": STAYS,
        "takes_over": isinstance(record, Case) and carry_over.is_open_to(record, user),
    }
    return render(request, "documents/list.html", shown)


# --- adding a version ---


def add(request: HttpRequest, public_id: str, key: str, record_type: type[Ato] | type[Case]) -> HttpResponse:
    user = person(request)
    record, context = record_of(user, record_type, public_id)
    rules = readable(record, user)
    if key != OTHER and key not in rules:
        raise Http404
    if not adders(record, key, context):
        raise PermissionDenied(versions.NOT_YOURS)
    rule = rules.get(key)
    if request.method != "POST":
        if not may_be_added(record, key):
            raise NoLongerPossible(versions.ENDED)
        return _form_page(request, record, key, rule, _form(record, key, rule, title=request.GET.get("title", "")))
    return _add(request, record, key, rule)


def _add(request: HttpRequest, record: Subject, key: str, rule: DocumentRule | None) -> HttpResponse:
    user = person(request)
    upload, refusal = taken_in(user, request.FILES.get("upload"), request.POST.get("kept", ""), rule)
    submitted = request.POST.copy()
    # A file that is fit is kept, whatever else is to be corrected: nobody chooses it twice.
    submitted["kept"] = ticket_of(upload, user) if upload else ""
    form = _form(record, key, rule, submitted)
    if refusal:
        form.full_clean()
        form.refuse(refusal)
    if not form.is_valid():
        return _form_page(request, record, key, rule, form, upload)
    record_type = Ato if isinstance(record, Ato) else Case
    given = {"upload": upload, **form.arguments}
    try:
        if not form.carry_out(user, document_actions.add_version, record_type, record.public_id, key, **given):
            return _form_page(request, record, key, rule, form, upload)
    except NoLongerPossible as late:
        form.add_error(None, late.sentence)
        return _form_page(request, record, key, rule, form, upload, status=409)
    return carried_out(request, form, _added(form.made), document_row(record, key))


def _form(record: Subject, key: str, rule: DocumentRule | None, submitted: Any = None, *, title: str = "") -> AddForm:
    initial = {"title": title[:LONGEST_TITLE]}
    return AddForm(submitted, key=key, rule=rule, drafts=isinstance(record, Case), initial=initial)


def _added(version: DocumentVersion) -> str:
    what = f"“{version.name}”" if version.is_file else "The reference"
    if version.is_draft:
        return f"{what} is kept as a draft. Only your side and the auditor see it until you share it."
    if not version.counts:
        return f"{what} is in quarantine until the scanner has looked at it. It counts from then on."
    return f"{what} is version {version.number} now. All who may see the document see it."


def _form_page(
    request: HttpRequest,
    record: Subject,
    key: str,
    rule: DocumentRule | None,
    form: AddForm,
    upload: StoredFile | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        **frame(record, documents=True),
        "record": record,
        "rule": rule,
        "label": rule.label if rule else "Another document",
        "form": form,
        "upload": upload,
        "back": documents_address(record),
        "stays": STAYS,
        "scans": settings.CLAMAV is not None,
    }
    return render(request, "documents/add.html", context, status=status)


# --- what is done with a version ---

Verb = Callable[..., DocumentVersion]
VERBS: dict[str, tuple[Verb, str, str]] = {
    "share": (document_actions.share_draft, "Share the draft", "The draft is shared, and is the newest version."),
    "withdraw": (
        document_actions.withdraw_version,
        "Withdraw this version",
        "The version is withdrawn. The history keeps it.",
    ),
    "verify": (document_actions.verify_reference, "Note that it was looked up", "The day is noted."),
    "state": (
        document_actions.state_version,
        "Record a signature or statement",
        "It is recorded with your name and the day. No new file is needed.",
    ),
}


def document_act(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    user = person(request)
    seen, record, acting = version_of(user, public_id)
    if act not in VERBS:
        raise Http404
    verb, label, done = VERBS[act]
    if act not in document_actions.version_acts(record, seen, acting):
        _refuse(record, seen, acting, act)
    form = _act_form(act, record, seen, request.POST if request.method == "POST" else None)
    # A second press finds it done already (409).
    if form.is_valid() and form.carry_out(user, verb, seen.public_id, **form.cleaned_data):
        return carried_out(request, form, done, document_row(record, seen.document.key))
    name = document_name(record, seen)
    context = {
        **frame(record, documents=True),
        "version": seen,
        "name": name,
        "act": act,
        "label": label,
        "form": form,
        "back": document_row(record, seen.document.key),
    }
    return render(request, "documents/act.html", context)


def _refuse(record: Subject, version: DocumentVersion, context: ActingContext, act: str) -> None:
    key = version.document.key
    sides = document_actions.sides_adding(record, key, context)
    is_theirs = adders(record, key, context) if act in {"verify", "state"} else version.side in sides
    if not is_theirs:
        raise PermissionDenied("Your role does not do this with this version. The page of the documents says who does.")
    raise NoLongerPossible("You cannot do this with this version now. The documents page lists your choices.")


def _act_form(act: str, record: Subject, version: DocumentVersion, submitted: Any) -> PageForm:
    if act == "withdraw":
        return ReasonForm(submitted, word="case" if isinstance(record, Case) else "ATO")
    if act == "state":
        return StateForm(submitted, unstated=document_actions.unstated(record, version))
    return (
        VerifyForm(submitted, initial={"verified_on": timezone.localdate()}) if act == "verify" else PageForm(submitted)
    )


# --- documents of the earlier case ---


def take_over(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case, acting = record_of(user, Case, public_id)
    if not carry_over.takers(case, user):
        raise PermissionDenied(carry_over.NOT_THE_PROVIDERS)
    offered = carry_over.offers(case, acting)
    form = CarryOverForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid() and form.carry_out(user, carry_over.take_over, public_id, **form.cleaned_data):
        count = "" if form.already else "One document is" if len(form.made) == 1 else f"{len(form.made)} documents are"
        done = f"{count} taken over as references. All who may see them see where each can be read."
        return carried_out(request, form, done, documents_address(case))
    if request.method != "POST" and not case.is_open and not offered:
        raise NoLongerPossible(versions.ENDED)
    context = {
        **frame(case, documents=True),
        "record": case,
        "offered": offered,
        "form": form,
        "back": documents_address(case),
    }
    return render(request, "documents/carry_over.html", context)


# --- copies ---


def document_file(request: HttpRequest, public_id: str) -> FileResponse:
    user = person(request)
    get_object_or_404(DocumentVersion.objects.visible_to(user), public_id=public_id)
    return copy_of(user, public_id, timezone.now())


def frame(record: Subject, *, documents: bool = False) -> dict[str, Any]:
    return {"trail": trail_of(record, *([("Documents", documents_address(record))] if documents else []))}
