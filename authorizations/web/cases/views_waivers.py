"""Waiving a gate of a case until a day, and ending such a waiver: a PMO lead alone does either."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from authorizations.actions.cases.waivers import end_waiver, waive_gate
from authorizations.models import Case, Waiver
from authorizations.policy import Party
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, ReasonForm, choice, day, reason_field
from authorizations.web.answers import case_of, done, trail_of
from authorizations.web.page_access import person

NOT_YOURS = "Only a lead of the PMO waives a gate. The case's page lists what you can do."


class WaiveForm(PageForm):
    gate = choice("Gate", missing="Choose the gate to waive.", invalid="Choose one of the gates offered.")
    until = day("Until", "The last day on which the gate is not asked for.")

    def __init__(self, *args: Any, gates: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices("gate", [NOTHING_CHOSEN, *sorted(gates.items(), key=lambda pair: pair[1].lower())])
        self.fields["reason"] = reason_field("case", required=True)


def _case_of(request: HttpRequest, public_id: str) -> Case:
    case = case_of(request, public_id)
    if Party.PL not in case.parties_of(person(request)):
        raise PermissionDenied(NOT_YOURS)
    return case


def waive(request: HttpRequest, public_id: str) -> HttpResponse:
    """The form that waives a gate, and what became of it. A second press finds it waived already (409)."""
    case = _case_of(request, public_id)
    gates = case.machine().gates(case.rules)
    asked = request.GET.get("gate", "")
    initial = {"gate": asked if asked in gates else ""}
    form = WaiveForm(request.POST if request.method == "POST" else None, gates=gates, initial=initial)
    if form.is_valid() and form.carry_out(person(request), waive_gate, case.public_id, **form.cleaned_data):
        return done(request, "The gate is waived. Everyone on the case sees it until it ends.", case)
    return _page(request, case, form)


def end(request: HttpRequest, public_id: str, waiver_id: str) -> HttpResponse:
    """The form that ends a waiver, and what became of it; one that has ended answers 409."""
    case = _case_of(request, public_id)
    waiver = get_object_or_404(Waiver, case=case, public_id=waiver_id)
    form = ReasonForm(request.POST if request.method == "POST" else None, word="case")
    if form.is_valid():
        end_waiver(waiver.public_id, actor=person(request), now=timezone.now(), reason=form.cleaned_data["reason"])
        return done(request, "The waiver has ended. The gate is asked for again.", case)
    return _page(
        request, case, form, waiver=waiver, rule=case.machine().gates(case.rules).get(waiver.gate, waiver.gate)
    )


def _page(request: HttpRequest, case: Case, form: forms.Form, **more: Any) -> HttpResponse:
    return render(request, "cases/waive.html", {"trail": trail_of(case), "case": case, "form": form, **more})
