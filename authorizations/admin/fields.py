"""Form fields of the desk that need no script: a record by name, a list by lines, and native inputs for days."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from authorizations.sanitize import search_words, storable

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[models.Model]
else:  # Django's fields take type parameters only in the eyes of the type checker
    ModelChoiceField = forms.ModelChoiceField

SEPARATOR = " · "
SHOWN = 20
Search = Callable[["models.QuerySet[Any]", str], "models.QuerySet[Any]"]


class DayInput(forms.DateInput):
    """The browser's own date input, which can be typed into and needs no script of ours."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "usa-input"})


def label_of(record: Any) -> str:
    """How an input names a record: its name, and a key that tells records of one name apart."""
    return f"{record}{SEPARATOR}{record.public_id}"


class RecordField(ModelChoiceField):
    """A record of a large table, typed by name or key.

    The browser completes from a list of suggestions that follows the typing where there is JavaScript; without it a
    name that fits several records comes back with those records as suggestions.
    """

    widget = forms.TextInput

    def __init__(self, *args: Any, search: Search, suggestions_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search = search
        self.suggestions: list[models.Model] = []
        self.widget.attrs = {"class": "usa-input", "autocomplete": "off", "hx-get": suggestions_url}

    def suggest_into(self, element: str) -> None:
        """Names the <datalist> that holds the suggestions."""
        typing = {"list": element, "hx-target": f"#{element}", "hx-trigger": "input changed delay:250ms"}
        self.widget.attrs.update(typing)

    @property
    def suggested(self) -> list[str]:
        """The suggestions as they are to be typed."""
        return [label_of(record) for record in self.suggestions]

    def label_from_instance(self, obj: models.Model) -> str:
        """The record's name and key."""
        return label_of(obj)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the input: the label of a record, or what the person typed."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first() if self.queryset is not None else None
        return label_of(value) if isinstance(value, models.Model) else value

    def to_python(self, value: Any) -> Any:
        """The record that was named.

        Raises:
            ValidationError: no record, or more than one, has the name; the field then has suggestions.
        """
        text = " ".join(storable(str(value or "")).split())
        if not text or self.queryset is None:
            return None
        found = self._by_key(text.rpartition(SEPARATOR.strip())[2].strip())
        return found or self._by_name(search_words(text))

    def _by_key(self, key: str) -> models.Model | None:
        assert self.queryset is not None  # noqa: S101  # to_python has looked
        return self.queryset.filter(public_id=key).first()

    def _by_name(self, text: str) -> models.Model:
        assert self.queryset is not None  # noqa: S101  # to_python has looked
        self.suggestions = list(self.search(self.queryset, text)[:SHOWN])
        named = [record for record in self.suggestions if str(record).casefold() == text.casefold()]
        if len(named) == 1:
            return named[0]
        if not self.suggestions:
            raise ValidationError(f"No record is called “{text}”. Try a part of its name.", code="unknown")
        found = "; ".join(label_of(record) for record in self.suggestions[:5])
        raise ValidationError(f"Choose one of those that fit “{text}”: {found}.", code="unclear")


class AddressField(forms.EmailField):
    """The address a person signs in with, kept in lower case."""

    def to_python(self, value: Any) -> str:
        """The address in lower case."""
        return str(super().to_python(value) or "").lower()


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(str(item) for item in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The lines as a list, without empty ones."""
        return [line.strip() for line in storable(str(value or "")).splitlines() if line.strip()]
