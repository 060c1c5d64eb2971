"""Deciding what the rules leave open: the page of a PMO lead."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.fields import new_public_id
from authorizations.actions.refusals import NotReady
from authorizations.actions.rules.releases import LONGEST_LENGTH, open_names, set_local_value
from authorizations.models import LocalValue
from authorizations.models.rules import local_values, refresh_releases
from authorizations.rules import newest
from authorizations.rules.names import DATES, LENGTHS, unit_of
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm, reason_field
from authorizations.web.page_access import person
from authorizations.web.rules.views import TRAIL


class LocalPolicyForm(PageForm):
    """Which date or length, what is decided, and why; blank takes back what was decided before."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    name = forms.ChoiceField(
        label="What the rules leave open",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of those offered."},
    )
    number = forms.IntegerField(
        label="Number, for a length",
        help_text="In the unit that stands behind the length. Blank takes back what was decided.",
        required=False,
        min_value=1,
        max_value=LONGEST_LENGTH,
        widget=forms.NumberInput(attrs={**SHORT, "min": 1, "inputmode": "numeric"}),
    )
    day = forms.DateField(
        label="Day, for a date",
        required=False,
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Day: enter a date."},
    )

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, f"{words} ({unit_of(name)})" if name in LENGTHS else words) for name, words in names.items()]
        self.fields["name"].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]  # the stubs know only Field here
        self.fields["reason"] = reason_field("portal", required=True)
        self.fields["reason"].help_text = "One or two sentences. Everyone can read them beside the release."


def local_policy(request: HttpRequest) -> HttpResponse:
    """What is open and what is decided, and the form; what became of it."""
    refresh_releases(at_once=True)
    values = local_values()
    names = {**open_names(), **{name: {**DATES, **LENGTHS}[name] for name in values}}
    form = LocalPolicyForm(
        request.POST or None, names=names, initial={"idempotency_key": new_public_id(), "seen": _seen()}
    )
    if request.method == "POST" and form.is_valid() and _set(request, form):
        return redirect("releases")
    context = {
        "trail": TRAIL,
        "form": form,
        "names": names,
        "newest": newest(),
        "local": [{"label": names[name], "value": value} for name, value in values.items()],
        "back": reverse("releases"),
    }
    return render(request, "rules/local_policy.html", context)


def _seen() -> str:
    """The last decision, which the person sees."""
    last = LocalValue.objects.first()
    return last.public_id if last else ""


def _set(request: HttpRequest, form: LocalPolicyForm) -> bool:
    """Whether it is decided now; a refusal is shown at its field."""
    cleaned = form.cleaned_data
    value = cleaned["day"] if cleaned["name"] in DATES else cleaned["number"]
    try:
        set_local_value(
            actor=person(request),
            now=timezone.now(),
            name=cleaned["name"],
            value=value,
            reason=cleaned["reason"],
            seen=cleaned["seen"],
            idempotency_key=cleaned["idempotency_key"],
        )
    except NotReady as refusal:
        for problem in refusal.problems:
            place = ("day" if cleaned["name"] in DATES else "number") if problem.where == "value" else problem.where
            form.add_error(place, problem.sentence)
        return False
    words = "Decided" if value is not None else "Taken back"
    messages.success(request, f"{words}. It is marked as local policy wherever it shows.")
    return True
