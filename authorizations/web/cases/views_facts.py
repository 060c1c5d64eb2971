"""The page where facts of a case are recorded, apart from the steps that ask for them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from authorizations.actions.cases.cases import record_facts, recordable_by
from authorizations.actions.refusals import NoLongerPossible
from authorizations.actions.steps import refuse_stale
from authorizations.models import Case
from authorizations.step_pages.page import happened_since
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.cases.forms_facts import FactsForm
from authorizations.web.page_access import person
from authorizations.web.steps.detours import detours, forget, leave, typed_before

NOTHING_YOURS = "Your role records no facts of this case. Its page shows the recorded facts."
UNCHANGED = "Nothing was changed: the case already says so."


def case_facts(request: HttpRequest, public_id: str) -> HttpResponse:
    user = person(request)
    case = case_of(request, public_id)
    who = case.parties_of(user)
    if not recordable_by(case, who):
        raise PermissionDenied(NOTHING_YOURS)
    if not case.is_open and request.method != "POST":
        raise NoLongerPossible("This case has ended; its facts stay as they are.")
    if "detour" in request.POST:
        return leave(request, detours(user, case).get(request.POST["detour"], ""), request.POST)
    if request.method != "POST":
        return _page(request, case, FactsForm(typed_before(request), case=case, who=who))
    forget(request)
    form = FactsForm(request.POST, case=case, who=who)
    try:
        return _recorded(request, case, form)
    except NoLongerPossible as refusal:
        newest = case_of(request, case.public_id)
        return _page(request, newest, form.renewed(newest, newest.parties_of(user)), moved_on=refusal)


def _recorded(request: HttpRequest, case: Case, form: FactsForm) -> HttpResponse:
    form.full_clean()
    revision = form.cleaned_data.get("revision", case.revision)
    refuse_stale(case, revision, person(request))
    if form.is_valid() and not form.changed:
        form.add_error(None, UNCHANGED)
    if form.is_valid():
        facts = {"revision": revision, "reason": form.cleaned_data["reason"], **form.changed}
        if form.carry_out(person(request), record_facts, case.public_id, **facts):
            return done(request, "Facts recorded. They are in the history below.", case)
    return _page(request, case, form)


def _page(
    request: HttpRequest, case: Case, form: FactsForm, *, moved_on: NoLongerPossible | None = None
) -> HttpResponse:
    context = {
        "trail": trail_of(case),
        "case": case,
        "form": form,
        "detours": detours(person(request), case),
        "moved_on": moved_on,
        "since": happened_since(case, person(request), moved_on),
        "is_open": case.is_open,
    }
    return render(request, "cases/facts_form.html", context, status=409 if moved_on else 200)
