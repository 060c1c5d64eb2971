"""What people do to an offering: a CSP lead adds it, the PMO sets what the Marketplace says of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.actions.register.designations import STEPS
from authorizations.actions.register.designations import set_designation as set_it
from authorizations.actions.register.offerings import add_own_offering
from authorizations.actions.register.records import columns_of_feeds
from authorizations.models import Offering
from authorizations.step_pages.inputs import (
    NOTHING_CHOSEN,
    KeyedForm,
    PageForm,
    checkboxes,
    choice,
    day,
    email,
    line,
    long_text,
    record,
)
from authorizations.vocabulary import DeploymentModel, Designation, ServiceModel
from authorizations.web.answers import carried_out, done, list_trail, trail_of
from authorizations.web.page_access import person
from authorizations.web.register.views_offerings import steps


class OfferingForm(PageForm):
    provider = record(empty=None, missing="Choose the provider.", invalid="Choose a provider that you lead.")
    name = line(
        "Name of the offering",
        "As agencies know it. Leave out the provider's name unless it is part of it.",
        missing="Enter the name of the offering.",
        most=300,
    )
    service_models = checkboxes("Service models", ServiceModel.choices, missing="Choose at least one service model.")
    deployment_model = choice(
        "Deployment model", [NOTHING_CHOSEN, *DeploymentModel.choices], missing="Choose the deployment model."
    )
    description = long_text("Description", "What it does, for whom. Plain text.", most=5000)
    website = forms.URLField(
        label="Website",
        help_text="For example https://www.example.gov/product",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"class": "usa-input", "inputmode": "url"}),
        error_messages={"invalid": "Enter the address of a page, such as https://www.example.gov/product."},
    )
    sales_email = email("E-mail for questions of agencies")
    security_email = email("E-mail for security matters")

    def __init__(self, *args: Any, providers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_rows("provider", providers)
        if len(providers) == 1:
            self.fields["provider"].widget = forms.HiddenInput()

    def clean_service_models(self) -> str:
        chosen = self.cleaned_data["service_models"]
        return ", ".join(model for model in ServiceModel.values if model in chosen)


def add_offering(request: HttpRequest) -> HttpResponse:
    user = person(request)
    providers = led_by(user)
    form = OfferingForm(request.POST or None, providers=providers, initial={"provider": providers.first()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        if form.carry_out(user, add_own_offering, provider=facts.pop("provider"), facts=facts):
            return done(request, f"{form.made.name} was added. Everyone who is signed in can see it.", form.made)
    context = {"form": form, "providers": providers, "trail": list_trail(Offering)}
    return render(request, "register/offering_add.html", context)


def led_by(user: User) -> Any:
    provider_ids = [each.organization_id for each in user.current_memberships if each.role == Role.CSP_LEAD]
    return Organization.objects.visible_to(user).filter(pk__in=provider_ids)


class DesignationForm(KeyedForm):
    designation = choice(
        choices=[NOTHING_CHOSEN, *((each.value, each.label) for each in Designation if each in STEPS)],
        missing="Choose the designation.",
    )
    effective_on = day("Effective on", "The day from which it holds, not the day on which you enter it.")
    reason = long_text(
        help_text="One or two sentences. Everyone who is signed in can read them.",
        missing="Say in a sentence why. It stays on record.",
    )
    reference = line(
        help_text="Where it was stated: a letter, a page of the Marketplace, the subject of a mail.",
        missing="Say where it was stated.",
    )


def set_designation(request: HttpRequest, public_id: str) -> HttpResponse:
    user, now = person(request), timezone.now()
    offering = get_object_or_404(Offering.objects.visible_to(user), public_id=public_id)
    form = DesignationForm(request.POST or None)
    given = {"now": now, "offering": offering, "as_of": timezone.localdate(now)}
    if form.is_valid() and form.carry_out(user, set_it, **given, **form.cleaned_data):
        return carried_out(request, form, "The designation was set. It is in the history with its reason.", offering)
    context = {
        "offering": offering,
        "form": form,
        "history": steps(offering),
        "seen": set[str](),
        "feed_states_it": "designation" in columns_of_feeds(offering),
        "trail": trail_of(offering),
    }
    return render(request, "register/offering_designation.html", context)
