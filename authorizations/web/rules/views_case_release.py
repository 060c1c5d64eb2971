"""Moving a case to another release of the rules: what that would change, and doing it. A PMO lead alone does."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.fields import new_public_id
from authorizations.actions.refusals import NotReady
from authorizations.actions.rules.case_release import effects_of_move, move_to_release, targets
from authorizations.models import Case
from authorizations.policy import Capability, allows
from authorizations.presenters.rule_releases import row_labels
from authorizations.rules import RELEASE_REGISTRY, Release
from authorizations.rules.comparison import FOR_EVERY_CASE, differences
from authorizations.step_pages.inputs import SELECT, PageForm, reason_field
from authorizations.url_access import SENTENCES
from authorizations.web.page_access import person


class MoveForm(PageForm):
    """Which release, and why."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    release = forms.ChoiceField(
        label="Release",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of the releases offered."},
    )

    def __init__(self, *args: Any, releases: list[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].choices = [(each.id, each.title) for each in releases]  # type: ignore[attr-defined]  # the stubs know only Field here
        self.fields["reason"] = reason_field("case", required=True)


def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """The preview for the release that is chosen, the form, and what became of it.

    Raises:
        Http404: no such case for this person. PermissionDenied: the person is no lead of the PMO.
    """
    user = person(request)
    case: Case = get_object_or_404(Case.objects.acting_for(user), public_id=public_id)
    if not allows(user, Capability.MOVE_TO_RELEASE):
        raise PermissionDenied(SENTENCES[Capability.MOVE_TO_RELEASE])
    offered = targets(case) if case.is_open else []
    asked = request.POST.get("release") or request.GET.get("release")
    chosen = next((each for each in offered if each.id == asked), offered[0] if offered else None)
    initial = {"revision": case.revision, "idempotency_key": new_public_id(), "release": chosen.id if chosen else ""}
    form = MoveForm(request.POST or None, releases=offered, initial=initial)
    if request.method == "POST" and form.is_valid() and _moved(request, case, form):
        return redirect(case)
    context = {
        "trail": [("Cases", reverse("cases")), (str(case), case.get_absolute_url())],
        "case": case,
        "form": form,
        "offered": offered,
        "chosen": chosen,
        "effects": effects_of_move(case, chosen, user, timezone.localdate()) if chosen else [],
        "sections": _sections(case, chosen) if chosen else [],
    }
    return render(request, "rules/case_release.html", context, status=409 if form.is_bound else 200)


def _sections(case: Case, to: Release) -> list[Any]:
    """What the two releases state differently, without what the newest alone says for every case."""
    found = differences(RELEASE_REGISTRY.as_stated(case.release), RELEASE_REGISTRY.as_stated(to.id), row_labels())
    return [(title, some, False) for title, some in found if title not in FOR_EVERY_CASE]


def _moved(request: HttpRequest, case: Case, form: MoveForm) -> bool:
    """Whether the case follows the release now; a refusal is shown at its field."""
    cleaned = form.cleaned_data
    try:
        move_to_release(
            case.public_id,
            actor=person(request),
            now=timezone.now(),
            release=cleaned["release"],
            revision=cleaned["revision"],
            reason=cleaned["reason"],
            idempotency_key=cleaned["idempotency_key"],
        )
    except NotReady as refusal:
        for problem in refusal.problems:
            form.add_error(problem.where or None, problem.sentence)
        return False
    messages.success(request, "The case follows the other release now. Its parties are told.")
    return True
