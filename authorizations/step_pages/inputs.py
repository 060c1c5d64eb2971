"""The inputs of the facts that steps ask for, in the classes of the design system."""

from typing import Any

from django import forms
from django.http import QueryDict

from authorizations.lifecycle.problems import Force
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.sanitize import LONGEST_LINE, LONGEST_TEXT, storable

SHORT = {"class": "usa-input"}
LONG = {"class": "usa-textarea", "rows": 5}
SELECT = {"class": "usa-select"}


class PageForm(forms.Form):
    """A form whose browser checks stay off: the page names every mistake at the top and at its field."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_storable(data), *args, **kwargs)


def _storable(data: Any) -> Any:
    """What was sent, without characters that no name and no text needs and that break what is made of them."""
    if not isinstance(data, QueryDict):
        return data
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [storable(value) for value in values])
    return clean


def field_of(fact: Fact, options: Any = None) -> forms.Field:
    """The input of one fact; ``options`` are the records it may name."""
    common: dict[str, Any] = {
        "label": fact.label,
        "help_text": fact.help,
        "required": fact.force is Force.MUST,
        "error_messages": {"required": fact.missing, "invalid": fact.missing},
    }
    if fact.kind is FactKind.DATE:
        return forms.DateField(widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"), **common)
    if fact.kind is FactKind.COUNT:
        widget = forms.NumberInput(attrs={**SHORT, "min": 0, "inputmode": "numeric"})
        return forms.IntegerField(min_value=0, max_value=99_999, widget=widget, **common)
    if fact.kind is FactKind.CHOICE:
        choices = [("", "Choose one"), *fact.choices]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs=SELECT), **common)
    if fact.kind is FactKind.RECORD:
        select = forms.Select(attrs=SELECT)
        return forms.ModelChoiceField(
            options, to_field_name="public_id", empty_label="Choose one", widget=select, **common
        )
    if fact.kind is FactKind.BOOLEAN:
        return forms.BooleanField(widget=forms.CheckboxInput(attrs={"class": "desk-checkbox"}), **common)
    if fact.kind is FactKind.LONG_TEXT:
        return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs=LONG), **common)
    return forms.CharField(max_length=LONGEST_LINE, widget=forms.TextInput(attrs=SHORT), **common)


def reason_field(word: str, *, required: bool) -> forms.CharField:
    """Why; it stays on record. ``word``: what people call the record."""
    return forms.CharField(
        label="Reason" if required else "Reason or remark",
        help_text=f"One or two sentences. All parties of this {word}, the PMO and the auditor can read them.",
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=LONG),
        error_messages={"required": "Say in a sentence why. It stays on record."},
    )
