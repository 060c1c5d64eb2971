"""ATOs in the admin: registered by their own verb, moved by the steps of their machine, corrected with a reason."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from authorizations.actions.register.atos import register_ato
from authorizations.admin.base import person
from authorizations.admin.bulk_steps import BulkStepsAdmin
from authorizations.admin.columns import PublishedFilter
from authorizations.admin.editing import EditableAdmin
from authorizations.admin.forms import AdditionForm
from authorizations.lifecycle.facts import LETTER
from authorizations.lifecycle.problems import Force
from authorizations.models import Ato
from authorizations.models.register.ato_steps import REGISTER


class RegistrationForm(AdditionForm):
    """The facts of an ATO that was signed outside of the portal, and why it comes in here."""

    # No column either: the letter becomes the ATO's first document.
    letter = forms.CharField(label=LETTER.label, max_length=500)
    # Named like the reason of a correction; no column of an ATO has this name.
    why = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why it comes in here. All parties of this ATO, the PMO and the auditor can read it.",
        error_messages={"required": "Say in a sentence why. It stays on record."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in REGISTER.facts:
            field: Any = self.fields[fact.name]
            field.required = fact.force is Force.MUST
            field.help_text = fact.help or field.help_text
            if fact.choices:
                field.choices = [("", "Choose one"), *fact.choices]

    def facts(self) -> dict[str, Any]:
        return {**super().facts(), LETTER.name: self.cleaned_data[LETTER.name]}


@admin.register(Ato)
class AtoAdmin(BulkStepsAdmin, EditableAdmin):
    list_display = ("agency", "offering", "listing_role", "ato_type", "stage", "signed_on", "source")
    list_filter = ("listing_role", "ato_type", "stage", "source", PublishedFilter)
    search_fields = ("agency__name", "offering__name", "offering__fedramp_id", "system__name", "public_id")
    search_help_text = "Agency, offering, system, FedRAMP id or id"
    ordering = ("-signed_on", "pk")
    beside = (
        "agency__parent__parent",
        "offering__provider",
        "system",
        "authorizing_official",
        "import_run",
        "superseded_by__agency",
        "superseded_by__offering",
    )
    addition_form = RegistrationForm
    bulk_steps = ("expire",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = [(None, {"fields": [fact.name for fact in REGISTER.facts]}), ("Why", {"fields": ["why"]})]
        return super().get_fieldsets(request, obj) if obj else asked

    def add(self, request: HttpRequest, form: AdditionForm) -> Ato:
        """ATOs come in through their own verb, with the gates of the machine's first row."""
        why = form.cleaned_data["why"]
        return register_ato(
            actor=person(request), now=timezone.now(), reason=why, idempotency_key=form.idempotency_key, **form.facts()
        )
