"""The forms of the pages; each renders through components/forms/form.html, field by field."""

import secrets
from typing import Any

from django import forms

from accounts.models import Organization
from authorizations.actions.register.designations import STEPS
from authorizations.step_pages.inputs import LONG, SHORT, PageForm
from authorizations.vocabulary import DeploymentModel, Designation, ServiceModel


class DecisionForm(PageForm):
    """What the PMO decides about a clash, and why."""

    resolution = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect(attrs={"class": "usa-radio__input"}),
        error_messages={"required": "Choose one of the decisions.", "invalid_choice": "Choose one of the decisions."},
    )
    note = forms.CharField(
        label="Why",
        help_text="One or two sentences for whoever asks later. They stay on record.",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": "Say in a sentence why you decide so."},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resolution"].choices = choices  # type: ignore[attr-defined]  # the stubs know only Field here


class DesignationForm(PageForm):
    """What the Marketplace says of an offering, since when, and where that was stated."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    designation = forms.ChoiceField(
        choices=[("", "Choose one"), *((each.value, each.label) for each in Designation if each in STEPS)],
        widget=forms.Select(attrs={"class": "usa-select"}),
        error_messages={"required": "Choose the designation."},
    )
    effective_on = forms.DateField(
        label="Effective on",
        help_text="The day from which it holds, not the day on which you enter it.",
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Effective on: enter a date.", "invalid": "Effective on: enter a date."},
    )
    reason = forms.CharField(
        help_text="One or two sentences. Everyone who is signed in can read them.",
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": "Say in a sentence why. It stays on record."},
    )
    reference = forms.CharField(
        help_text="Where it was stated: a letter, a page of the Marketplace, the subject of a mail.",
        max_length=200,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "Say where it was stated."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("idempotency_key", secrets.token_hex(16))


class OfferingForm(PageForm):
    """The facts of an offering that its provider adds."""

    provider = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        widget=forms.Select(attrs={"class": "usa-select"}),
        error_messages={"invalid_choice": "Choose a provider of which you are a lead."},
    )
    name = forms.CharField(
        label="Name of the offering",
        help_text="As agencies know it. Leave out the provider's name unless it is part of it.",
        max_length=300,
        widget=forms.TextInput(attrs=SHORT),
        error_messages={"required": "Enter the name of the offering."},
    )
    service_models = forms.MultipleChoiceField(
        label="Service models",
        choices=ServiceModel.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"}),
        error_messages={"required": "Choose at least one service model."},
    )
    deployment_model = forms.ChoiceField(
        label="Deployment model",
        choices=[("", "Choose one"), *DeploymentModel.choices],
        widget=forms.Select(attrs={"class": "usa-select"}),
        error_messages={"required": "Choose the deployment model."},
    )
    description = forms.CharField(
        label="Description",
        help_text="What it does, for whom. Plain text.",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs=LONG),
    )
    website = forms.URLField(
        label="Website",
        help_text="For example https://www.example.gov/product",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "url"}),
        error_messages={"invalid": "Enter the address of a page, such as https://www.example.gov/product."},
    )
    sales_email = forms.EmailField(
        label="E-mail for questions of agencies",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={**SHORT, "autocomplete": "off"}),
        error_messages={"invalid": "Enter an e-mail address, such as name@example.gov."},
    )
    security_email = forms.EmailField(
        label="E-mail for security matters",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={**SHORT, "autocomplete": "off"}),
        error_messages={"invalid": "Enter an e-mail address, such as name@example.gov."},
    )

    def __init__(self, *args: Any, providers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["provider"]
        field.queryset = providers  # type: ignore[attr-defined]  # the stubs know only Field here
        if len(providers) == 1:
            field.widget = forms.HiddenInput()

    def clean_service_models(self) -> str:
        """The models in the order and form the register keeps them."""
        chosen = self.cleaned_data["service_models"]
        return ", ".join(model for model in ServiceModel.values if model in chosen)
