"""Waiving a gate of a case until a day, and ending such a waiver: a PMO lead alone does either."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.cases import end_waiver, waive_gate
from authorizations.actions.refusals import NotReady
from authorizations.models import Case, Waiver
from authorizations.policy import Capability, may
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm, reason_field
from authorizations.web.page_access import person

NOT_YOURS = "Only a lead of the PMO waives a gate. On the case's page stands what you can do."


class WaiveForm(PageForm):
    """Which gate is waived, until when, and why."""

    gate = forms.ChoiceField(
        label="Gate",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose the gate to waive.", "invalid_choice": "Choose one of the gates offered."},
    )
    until = forms.DateField(
        label="Until",
        help_text="The last day on which the gate is not asked for.",
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say until when.", "invalid": "Until: enter a date."},
    )

    def __init__(self, *args: Any, gates: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = sorted(gates.items(), key=lambda pair: pair[1].lower())
        self.fields["gate"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]  # the stubs know only Field here
        self.fields["reason"] = reason_field("case", required=True)


class EndForm(PageForm):
    """Why a waiver ends before its day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field("case", required=True)


def _case_of(user: User, public_id: str) -> Case:
    """The case, for someone who waives gates.

    Raises:
        Http404: no such case for this person. PermissionDenied: the person is no lead of the PMO.
    """
    case: Case = get_object_or_404(Case.objects.acting_for(user), public_id=public_id)
    if not may(user.roles, Capability.WAIVE_GATE):
        raise PermissionDenied(NOT_YOURS)
    return case


def waive(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form that waives a gate, and what became of it."""
    user = person(request)
    case = _case_of(user, public_id)
    gates = case.machine().gates(case.rules)
    if request.method != "POST":
        asked = request.GET.get("gate", "")
        return _page(request, case, WaiveForm(gates=gates, initial={"gate": asked if asked in gates else ""}))
    form = WaiveForm(request.POST, gates=gates)
    if form.is_valid() and _waived(user, case, form, **form.cleaned_data):
        messages.success(request, "The gate is waived. Everyone on the case sees it until it ends.")
        return redirect(case)
    return _page(request, case, form)


def _waived(user: User, case: Case, form: WaiveForm, *, gate: str, until: date, reason: str) -> bool:
    """Whether the gate is waived now; a refusal is shown at its field. A second press finds it waived already (409)."""
    try:
        waive_gate(case.public_id, actor=user, now=timezone.now(), gate=gate, until=until, reason=reason)
    except NotReady as refusal:
        for problem in refusal.problems:
            form.add_error(problem.where or None, problem.sentence)
        return False
    return True


def end(request: HttpRequest, public_id: str, waiver_id: str) -> HttpResponse:
    """The form that ends a waiver, and what became of it; one that has ended answers 409."""
    user = person(request)
    case = _case_of(user, public_id)
    waiver = get_object_or_404(Waiver, case=case, public_id=waiver_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        end_waiver(waiver.public_id, actor=user, now=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, "The waiver has ended. The gate is asked for again.")
        return redirect(case)
    return _page(
        request, case, form, waiver=waiver, rule=case.machine().gates(case.rules).get(waiver.gate, waiver.gate)
    )


def _page(request: HttpRequest, case: Case, form: forms.Form, **more: Any) -> HttpResponse:
    trail = [("Cases", reverse("cases")), (str(case), case.get_absolute_url())]
    return render(request, "cases/waive.html", {"trail": trail, "case": case, "form": form, **more})
