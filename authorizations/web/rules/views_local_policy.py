"""Deciding what the rules leave open, and who takes part here: two pages of a PMO lead."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from authorizations.actions.refusals import Blocked
from authorizations.actions.rules.participation import set_participation
from authorizations.actions.rules.releases import LONGEST_LENGTH, open_names, set_local_value
from authorizations.models import LocalValue
from authorizations.models.rules import local_values, participation, refresh_releases
from authorizations.rules import newest
from authorizations.rules.names import DATES, LENGTHS, unit_of
from authorizations.step_pages.inputs import (
    NOTHING_CHOSEN,
    KeyedForm,
    PageForm,
    choice,
    day,
    hidden,
    number,
    radio,
    reason_field,
)
from authorizations.vocabulary import WhoTakesPart
from authorizations.web.answers import done
from authorizations.web.page_access import person
from authorizations.web.rules.views import TRAIL


class LocalPolicyForm(KeyedForm):
    """Which date or length, what is decided, and why; blank takes back what was decided before."""

    seen = hidden(max_length=32)
    name = choice("What the rules leave open", missing="Choose one.")
    number = number(
        "Number, for a length",
        "Use the unit shown with the length. Leave it blank to take the decision back.",
        least=1,
        most=LONGEST_LENGTH,
    )
    day = day("Day, for a date", words="Day: enter a date.", required=False)

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, f"{words} ({unit_of(name)})" if name in LENGTHS else words) for name, words in names.items()]
        self.set_choices("name", [NOTHING_CHOSEN, *choices])
        self.fields["reason"] = reason_field("portal", required=True)
        self.fields["reason"].help_text = "One or two sentences. Everyone can read them beside the release."

    @property
    def arguments(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        number, day = facts.pop("number"), facts.pop("day")
        return {**facts, "value": day if facts["name"] in DATES else number}

    def place_of(self, where: str) -> str:
        """A value is asked for in two fields, of which one counts."""
        value = "day" if self.cleaned_data.get("name") in DATES else "number"
        return value if where == "value" else where


def local_policy(request: HttpRequest) -> HttpResponse:
    refresh_releases(at_once=True)
    values = local_values()
    names = {**open_names(), **{name: {**DATES, **LENGTHS}[name] for name in values}}
    form = LocalPolicyForm(request.POST or None, names=names, initial={"seen": _seen()})
    if form.is_valid():
        facts = form.arguments
        if form.carry_out(person(request), set_local_value, **facts):
            words = "Taken back" if facts["value"] is None else "Decided"
            return done(request, f"{words}. It is marked as local policy wherever it shows.", "releases")
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
    last = LocalValue.objects.first()
    return last.public_id if last else ""


class ParticipationForm(PageForm):
    shows = (Blocked,)
    chosen = radio("Who takes part", WhoTakesPart.choices, missing="Choose who takes part.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field("portal", required=True)


def who_takes_part(request: HttpRequest) -> HttpResponse:
    form = ParticipationForm(request.POST or None, initial={"chosen": participation().value})
    if form.is_valid() and form.carry_out(person(request), set_participation, **form.cleaned_data):
        return done(request, f"Decided: {form.made.get_participation_display().lower()}.", "releases")
    return render(request, "rules/who_takes_part.html", {"trail": TRAIL, "form": form, "back": reverse("releases")})
