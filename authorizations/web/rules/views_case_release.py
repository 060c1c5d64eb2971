"""Moving a case to another release of the rules: what that would change, and doing it. A PMO lead alone does."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from authorizations.actions.rules.case_release import effects_of_move, move_to_release, targets
from authorizations.models import Case
from authorizations.policy import Capability, allows
from authorizations.presenters.rule_releases import row_labels
from authorizations.rules import RELEASE_REGISTRY, Release
from authorizations.rules.comparison import FOR_EVERY_CASE, differences
from authorizations.step_pages.inputs import KeyedForm, choice, hidden, reason_field
from authorizations.url_access import SENTENCES
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.page_access import person


class MoveForm(KeyedForm):
    revision = hidden(forms.IntegerField, required=True, min_value=0, max_value=10**9)
    release = choice("Release", missing="Choose one.", invalid="Choose one of the releases offered.")
    reason = reason_field("case", required=True)


def move(request: HttpRequest, public_id: str) -> HttpResponse:
    user, case = person(request), case_of(request, public_id)
    if not allows(user, Capability.MOVE_TO_RELEASE):
        raise PermissionDenied(SENTENCES[Capability.MOVE_TO_RELEASE])
    offered = targets(case) if case.is_open else []
    asked = request.POST.get("release") or request.GET.get("release")
    chosen = next((each for each in offered if each.id == asked), offered[0] if offered else None)
    form = MoveForm(request.POST or None, initial={"revision": case.revision, "release": chosen.id if chosen else ""})
    form.set_choices("release", ((each.id, each.title) for each in offered))
    if form.is_valid() and form.carry_out(user, move_to_release, case.public_id, **form.cleaned_data):
        return done(
            request, "The case follows the other release now. Those of its parties who are here are told.", case
        )
    context = {
        "trail": trail_of(case),
        "case": case,
        "form": form,
        "offered": offered,
        "chosen": chosen,
        "effects": effects_of_move(case, chosen, user, timezone.localdate()) if chosen else [],
        "sections": _sections(case, chosen) if chosen else [],
    }
    return render(request, "rules/case_release.html", context, status=409 if form.is_bound else 200)


def _sections(case: Case, to: Release) -> list[Any]:
    found = differences(RELEASE_REGISTRY.as_stated(case.release), RELEASE_REGISTRY.as_stated(to.id), row_labels())
    return [(title, some, False) for title, some in found if title not in FOR_EVERY_CASE]
