"""The page where facts of a case are recorded, apart from the steps that ask for them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.cases.cases import record_facts, recordable_by
from authorizations.actions.refusals import NoLongerPossible, NotReady
from authorizations.actions.steps import StaleRevision, refuse_stale
from authorizations.models import Case
from authorizations.policy import Capability, may
from authorizations.presenters.audit_log.history import RecordedAct, entries
from authorizations.web.cases.forms_facts import FactsForm
from authorizations.web.page_access import person

NOTHING_YOURS = "Your role records no facts of this case. Its page shows what is recorded."
UNCHANGED = "Nothing was changed: the case already says so."


def case_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form of all facts that this person may record now, and what became of it."""
    user = person(request)
    case = get_object_or_404(Case.objects.acting_for(user), public_id=public_id)
    who = case.parties_of(user)
    if not recordable_by(case, who):
        raise PermissionDenied(NOTHING_YOURS)
    if not case.is_open and request.method != "POST":
        raise NoLongerPossible("This case has ended; its facts stay as they are.")
    if request.method != "POST":
        return _page(request, case, FactsForm(case=case, who=who))
    form = FactsForm(request.POST, case=case, who=who)
    if form.is_valid() and not form.changed and form.cleaned_data["revision"] == case.revision:
        form.add_error(None, UNCHANGED)
    return _record(request, case, form) if form.is_valid() else _unfit(request, case, form)


def _unfit(request: HttpRequest, case: Case, form: FactsForm) -> HttpResponse:
    """What is wrong with the values; but who comes too late is told so first."""
    try:
        refuse_stale(case, form.cleaned_data.get("revision", case.revision), person(request))
    except StaleRevision as refusal:
        return _page_of_the_newest(request, case, form, refusal)
    return _page(request, case, form)


def _record(request: HttpRequest, case: Case, form: FactsForm) -> HttpResponse:
    try:
        record_facts(
            case.public_id,
            actor=person(request),
            now=timezone.now(),
            revision=form.cleaned_data["revision"],
            reason=form.cleaned_data["reason"],
            **form.changed,
        )
    except NotReady as refusal:
        form.refuse(refusal)
        return _page(request, case, form)
    except NoLongerPossible as refusal:
        return _page_of_the_newest(request, case, form, refusal)
    except Case.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, "Facts recorded. They stand in the history below.")
    return redirect(case)


def _page_of_the_newest(request: HttpRequest, case: Case, form: FactsForm, refusal: NoLongerPossible) -> HttpResponse:
    """What was typed, on the case as it stands now, with what happened since."""
    user = person(request)
    newest = get_object_or_404(Case.objects.acting_for(user), pk=case.pk)
    return _page(request, newest, form.renewed(newest, newest.parties_of(user)), moved_on=refusal)


def _page(
    request: HttpRequest, case: Case, form: FactsForm, *, moved_on: NoLongerPossible | None = None
) -> HttpResponse:
    context = {
        "trail": [("Cases", reverse("cases")), (str(case), case.get_absolute_url())],
        "case": case,
        "form": form,
        "add_system_url": reverse("add_system") if may(person(request).roles, Capability.ADD_OWN_SYSTEM) else "",
        "moved_on": moved_on,
        "since": entries(case, person(request), map(RecordedAct.of, moved_on.since))
        if isinstance(moved_on, StaleRevision)
        else [],
        "is_open": case.is_open,
    }
    return render(request, "cases/facts_form.html", context, status=409 if moved_on else 200)
