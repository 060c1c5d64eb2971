"""Fields of the admin's forms: a record by Django's autocomplete, a list by lines, an address, a day."""

from typing import Any

from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db import models

from authorizations.sanitize import storable


def label_of(record: Any) -> str:
    """How an input names a record: its name, and a key that tells records of one name apart."""
    return f"{record} · {record.public_id}"


class RecordAutocomplete(AutocompleteJsonView):
    """Django's, with public ids: keys could be counted."""

    def process_request(self, request: Any) -> Any:
        found = super().process_request(request)  # type: ignore[misc]  # the stubs do not know it
        if not isinstance(found[2], models.ForeignKey):
            raise PermissionDenied
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": obj.public_id, "text": label_of(obj)}


class RecordSelect(AutocompleteSelect):
    """Django's, with public ids; `static/portal/admin.js` gives what select2 draws the name of its label."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return storable(super().value_from_datadict(data, files, name) or "")

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": "Choose one"}

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        rows: Any = self.choices
        chosen = rows.queryset.filter(public_id__in=[each for each in value if each])
        options = [self.create_option(name, each.public_id, label_of(each), True, 1) for each in chosen]
        return [(None, [self.create_option(name, "", "", not options, 0), *options], 0)]

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["portal/admin.js"])


class DayInput(forms.DateInput):
    """The browser's own date input, which can be typed into."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AddressField(forms.EmailField):
    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").lower()


class LinesField(forms.CharField):
    """The list of a JSON column, one text a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, encoder: Any = None, decoder: Any = None, help_text: str = "", **kwargs: Any) -> None:
        kwargs["show_hidden_initial"] = False
        super().__init__(help_text=f"{help_text} One a line.".strip(), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in storable(str(value or "")).splitlines() if line.strip()]
