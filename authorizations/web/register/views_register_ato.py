"""Registering an ATO that was signed outside of the portal, and the systems that ATOs belong to."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Organization
from authorizations.actions.register.atos import add_own_system, agencies_of, register_ato, registrable
from authorizations.models import Ato, Offering
from authorizations.models.register.ato import officials_of, systems_of
from authorizations.models.register.ato_steps import REGISTER
from authorizations.sanitize import storable
from authorizations.step_pages.inputs import (
    NOTHING_CHOSEN,
    SHORT,
    PageForm,
    choice,
    field_of,
    line,
    reason_field,
    record,
)
from authorizations.vocabulary import SecurityLevel
from authorizations.web.answers import done, list_trail
from authorizations.web.page_access import person
from authorizations.web.steps.detours import SYSTEM, choose, way_back


class AgencyForm(PageForm):
    """The agency first: its systems and officials follow from it."""

    agency = record(missing="Choose the agency.", invalid="Choose one of the agencies offered.")

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_rows("agency", agencies)


class OfferingNameField(forms.CharField):
    """An offering by its FedRAMP id or its exact name: a list of all of them would be endless."""

    def __init__(self) -> None:
        super().__init__(
            label="Offering",
            help_text="Its FedRAMP id, or its exact name.",
            max_length=300,
            widget=forms.TextInput(attrs=SHORT),
            error_messages={"required": "Offering: enter its FedRAMP id or name."},
        )

    def clean(self, value: Any) -> Any:
        cleaned = str(super().clean(value)).strip()
        found = list(Offering.objects.filter(fedramp_id__iexact=cleaned)[:1]) or list(
            Offering.objects.filter(name__iexact=cleaned)[:2]
        )
        if len(found) != 1:
            raise ValidationError("Enter the FedRAMP id, or the exact name if it is unique.")
        return found[0]


class RegisterForm(PageForm):
    def __init__(self, *args: Any, agency: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = Ato(agency=agency).agency_line
        options = {"system": systems_of(line), "authorizing_official": officials_of(line)}
        self.fields["offering"] = OfferingNameField()
        for fact in REGISTER.facts:
            if fact.name not in {"agency", "offering"}:
                self.fields[fact.name] = field_of(fact, options.get(fact.name))
        self.fields["reason"] = reason_field("ATO", required=True)


class SystemForm(AgencyForm):
    name = line("Name of the system", missing="Enter the name of the system.")
    abbreviation = line(most=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for objective in ("confidentiality", "integrity", "availability"):
            self.fields[objective] = choice(
                objective.capitalize(),
                [NOTHING_CHOSEN, *SecurityLevel.choices],
                "FIPS 199 level of this security objective.",
                missing=f"{objective.capitalize()}: choose the level.",
            )


def register(request: HttpRequest) -> HttpResponse:
    agencies = registrable(person(request))
    first = {"agency": agencies.get().public_id} if agencies.count() == 1 else None
    choice = AgencyForm(request.GET if "agency" in request.GET else first, agencies=agencies)
    if not choice.is_bound or not choice.is_valid():
        return render(request, "register/ato_choose_agency.html", {"form": choice, "trail": list_trail(Ato)})
    agency = choice.cleaned_data["agency"]
    form = RegisterForm(
        request.POST or None, agency=agency, initial={"offering": storable(request.GET.get("offering", ""))}
    )
    if form.is_valid() and form.carry_out(person(request), register_ato, agency=agency, **form.cleaned_data):
        return done(request, "The ATO was registered. FedRAMP is owed a notice of it, with proof.", form.made)
    context = {"form": form, "agency": agency, "trail": list_trail(Ato), "several": first is None}
    return render(request, "register/ato_add.html", context)


def add_system(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = SystemForm(request.POST or None, agencies=agencies_of(user), initial={"agency": request.GET.get("agency")})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        agency = facts.pop("agency")
        if form.carry_out(user, add_own_system, agency=agency, facts=facts):
            to = f"{reverse('register_ato')}?agency={agency.public_id}"
            if back := way_back(request):
                choose(request, SYSTEM, form.made.public_id)
                to = back
            return done(request, f"{form.made.name} was added. It can now be chosen for an ATO.", to)
    return render(request, "register/system_add.html", {"form": form, "trail": list_trail(Ato)})
