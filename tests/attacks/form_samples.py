"""What a person could send with a form, from the form itself: what it shows, else the least that a field takes."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone


def sample_of(form: Any) -> dict[str, Any]:
    """A value for each field that is asked for, by its name; files are left out, and what is hidden stays as it is."""
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value in (None, "", [], False) and bound.field.required:
            value = _least(bound.name, bound.field)
        if value not in (None, "", [], False):
            found[bound.html_name] = "on" if value is True else _typed(value)
    return found


def _least(name: str, field: Any) -> Any:
    if isinstance(field, forms.FileField):
        return None
    if isinstance(field, forms.BooleanField):
        return True
    if isinstance(field, forms.ModelChoiceField):
        return next((str(field.prepare_value(row)) for row in field.queryset[:1]), None)
    if isinstance(field, forms.ChoiceField):
        chosen = next((key for key, _ in _flat(field.choices) if key), None)
        return [chosen] if isinstance(field, forms.MultipleChoiceField) else chosen
    if isinstance(field, forms.DateField):
        days = -1 if name.endswith("_on") and "expires" not in name and "ends" not in name else 7
        return (timezone.localdate() + timedelta(days=days)).isoformat()
    if isinstance(field, forms.EmailField):
        return "new.person@harbors.gov"
    return "7" if isinstance(field, forms.IntegerField) else "So."


def _flat(choices: Any) -> Any:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from words
        else:
            yield key, words


def _typed(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
