"""Adding an offering: the page of a CSP lead."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.actions.register.offerings import add_own_offering
from authorizations.models import Offering
from authorizations.step_pages.inputs import NOTHING_CHOSEN, PageForm, choice, email, line, long_text, record, ticks
from authorizations.vocabulary import DeploymentModel, ServiceModel
from authorizations.web.answers import done, list_trail
from authorizations.web.page_access import person


class OfferingForm(PageForm):
    provider = record(empty=None, missing="Choose the provider.", invalid="Choose a provider of which you are a lead.")
    name = line(
        "Name of the offering",
        "As agencies know it. Leave out the provider's name unless it is part of it.",
        missing="Enter the name of the offering.",
        most=300,
    )
    service_models = ticks("Service models", ServiceModel.choices, missing="Choose at least one service model.")
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
        """The models in the order and form the register keeps them."""
        chosen = self.cleaned_data["service_models"]
        return ", ".join(model for model in ServiceModel.values if model in chosen)


def add_offering(request: HttpRequest) -> HttpResponse:
    user = person(request)
    providers = led_by(user)
    form = OfferingForm(request.POST or None, providers=providers, initial={"provider": providers.first()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        given = {"actor": user, "provider": facts.pop("provider"), "now": timezone.now()}
        if form.carry_out(add_own_offering, facts=facts, **given):
            return done(request, f"{form.made.name} was added. Everyone who is signed in can see it.", form.made)
    context = {"form": form, "providers": providers, "trail": list_trail(Offering)}
    return render(request, "register/offering_add.html", context)


def led_by(user: User) -> Any:
    provider_ids = [each.organization_id for each in user.current_memberships if each.role == Role.CSP_LEAD]
    return Organization.objects.visible_to(user).filter(pk__in=provider_ids)
