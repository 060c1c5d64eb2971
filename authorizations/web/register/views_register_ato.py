"""Registering an ATO that was signed outside of the portal, and the systems that ATOs belong to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from authorizations.actions.refusals import NotReady
from authorizations.actions.register.atos import add_own_system, agencies_of, register_ato, registrable
from authorizations.models import Ato, Offering
from authorizations.models.register.ato import officials_of, systems_of
from authorizations.models.register.ato_steps import REGISTER
from authorizations.sanitize import storable
from authorizations.step_pages.inputs import SELECT, SHORT, PageForm, field_of, reason_field
from authorizations.vocabulary import SecurityLevel
from authorizations.web.page_access import person


class AgencyForm(PageForm):
    """The agency first: its systems and officials follow from it."""

    agency = forms.ModelChoiceField(
        Organization.objects.none(),
        to_field_name="public_id",
        empty_label="Choose one",
        widget=forms.Select(attrs=SELECT),
        error_messages={"required": "Choose the agency.", "invalid_choice": "Choose one of the agencies offered."},
    )

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]  # the stubs know only Field here


class OfferingNameField(forms.CharField):
    """An offering by its FedRAMP id or its exact name: a list of all of them would be endless."""

    def clean(self, value: Any) -> Any:
        """The offering.

        Raises:
            ValidationError: none or several are called so.
        """
        cleaned = str(super().clean(value)).strip()
        found = list(Offering.objects.filter(fedramp_id__iexact=cleaned)[:1]) or list(
            Offering.objects.filter(name__iexact=cleaned)[:2]
        )
        if len(found) != 1:
            raise ValidationError("Enter the FedRAMP id, or the exact name if no other offering has it.")
        return found[0]


class RegisterForm(PageForm):
    """The facts of an ATO of one agency."""

    def __init__(self, *args: Any, agency: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = Ato(agency=agency).agency_line
        options = {"system": systems_of(line), "authorizing_official": officials_of(line)}
        self.fields["offering"] = OfferingNameField(
            label="Offering",
            help_text="Its FedRAMP id, or its exact name.",
            max_length=300,
            widget=forms.TextInput(attrs=SHORT),
            error_messages={"required": "Offering: enter its FedRAMP id or name."},
        )
        for fact in REGISTER.facts:
            if fact.name not in {"agency", "offering"}:
                self.fields[fact.name] = field_of(fact, options.get(fact.name))
        self.fields["reason"] = reason_field("ATO", required=True)

    def refuse(self, refusal: NotReady) -> None:
        """Shows each problem at its field, or at the top where it has none."""
        for problem in refusal.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence)


class SystemForm(AgencyForm):
    """An information system with its FIPS 199 levels."""

    name = forms.CharField(
        label="Name of the system",
        max_length=200,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "Enter the name of the system."},
    )
    abbreviation = forms.CharField(required=False, max_length=40, widget=forms.TextInput(attrs=SHORT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for objective in ("confidentiality", "integrity", "availability"):
            self.fields[objective] = forms.ChoiceField(
                label=objective.capitalize(),
                help_text="FIPS 199 level of this security objective.",
                choices=[("", "Choose one"), *SecurityLevel.choices],
                widget=forms.Select(attrs=SELECT),
                error_messages={"required": f"{objective.capitalize()}: choose the level."},
            )


def register(request: HttpRequest) -> HttpResponse:
    """Choosing the agency, then the form, then what became of it."""
    agencies = registrable(person(request))
    first = {"agency": agencies.get().public_id} if agencies.count() == 1 else None
    choice = AgencyForm(request.GET if "agency" in request.GET else first, agencies=agencies)
    if not choice.is_bound or not choice.is_valid():
        return render(request, "register/ato_choose_agency.html", {"form": choice, "trail": trail()})
    agency = choice.cleaned_data["agency"]
    form = RegisterForm(
        request.POST or None, agency=agency, initial={"offering": storable(request.GET.get("offering", ""))}
    )
    if request.method == "POST" and form.is_valid():
        ato = _register(request, form, agency)
        if ato is not None:
            messages.success(request, "The ATO was registered. FedRAMP is owed a notice of it, with proof.")
            return redirect(ato)
    return render(
        request, "register/ato_add.html", {"form": form, "agency": agency, "trail": trail(), "several": first is None}
    )


def trail() -> list[tuple[str, str]]:
    """The pages above."""
    return [("ATO register", reverse("atos"))]


def _register(request: HttpRequest, form: RegisterForm, agency: Organization) -> Ato | None:
    """The new ATO; None where the verb found something missing, which the form then shows."""
    facts = dict(form.cleaned_data)
    reason = facts.pop("reason")
    try:
        return register_ato(actor=person(request), now=timezone.now(), reason=reason, agency=agency, **facts)
    except NotReady as refusal:
        form.refuse(refusal)
    except ValidationError as mistakes:
        form.add_error(None, mistakes)
    return None


def add_system(request: HttpRequest) -> HttpResponse:
    """Adding an information system of one's own agency."""
    user = person(request)
    form = SystemForm(request.POST or None, agencies=agencies_of(user), initial={"agency": request.GET.get("agency")})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        agency = facts.pop("agency")
        try:
            system = add_own_system(actor=user, agency=agency, now=timezone.now(), facts=facts)
        except ValidationError as mistakes:
            form.add_error(None, mistakes)
        else:
            messages.success(request, f"{system.name} was added. It can now be chosen for an ATO.")
            return redirect(f"{reverse('register_ato')}?agency={agency.public_id}")
    return render(request, "register/system_add.html", {"form": form, "trail": trail()})
