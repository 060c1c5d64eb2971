"""The two forms of the desk: adding a record, and correcting one with a reason and a memory of what was shown."""

import secrets
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models

from authorizations.actions.door import plain
from authorizations.actions.refusals import NotReady
from authorizations.admin.constraint_messages import in_words
from authorizations.admin.fields import RecordField

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[models.Model]
else:  # Django's forms take type parameters only in the eyes of the type checker
    ModelForm = forms.ModelForm

SALT = "desk.seen"
TOO_OLD = "This form cannot be read any more. Open the record again and repeat the change."


class RecordAdminForm(ModelForm):
    """What both have in common: refusals in words, and facts instead of a changed record."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, RecordField):
                field.suggest_into(f"{name}-suggestions")
                # The related record is at hand; Django would give its key, and each input would look it up again.
                if self.instance.pk:
                    self.initial[name] = getattr(self.instance, name)

    def add_error(self, field: str | None, error: Any) -> None:
        """Django's, with the names of constraints in words."""
        problem = error if isinstance(error, ValidationError) else ValidationError(error)
        super().add_error(field, in_words(problem, set(self.fields)))

    def refuse(self, refusal: NotReady) -> None:
        """Shows each problem at its field, or at the top where it has none."""
        for problem in refusal.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence)

    @property
    def asks_why(self) -> bool:
        """Whether the form asks for a reason."""
        return "why" in self.fields

    @property
    def fact_names(self) -> list[str]:
        """The fields that are columns of the noun, in the order of the form."""
        columns = {field.name for field in self._meta.model._meta.concrete_fields}
        return [name for name in self.fields if name in columns]

    def facts(self) -> dict[str, Any]:
        """Everything that was entered."""
        return {name: _tidy(self.cleaned_data[name]) for name in self.fact_names}


class AdditionForm(RecordAdminForm):
    """A new record; ``form_key`` tells two sendings of one form from two forms that say the same."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["form_key"] = secrets.token_hex(16)

    @property
    def idempotency_key(self) -> str:
        """The key, blank where a form was sent without a readable one."""
        return str(self.cleaned_data.get("form_key", ""))


class CorrectionForm(RecordAdminForm):
    """Corrections of a record; ``seen`` carries, signed, what the form showed when it was opened."""

    # Not "reason": designation events have a column of that name.
    why = forms.CharField(
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2, "class": "usa-textarea"}),
        help_text="Stands in the record for good, beside what changed. Name no people.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["seen"] = self._sign(self._shown())

    def clean(self) -> dict[str, Any]:
        """Reads what the form showed.

        Raises:
            ValidationError: it was shown for another record, or altered on the way.
        """
        cleaned = super().clean() or self.cleaned_data
        try:
            what, shown = signing.loads(str(cleaned.get("seen", "")), salt=SALT)
        except (signing.BadSignature, ValueError):
            raise ValidationError(TOO_OLD) from None
        if what != self._what:
            raise ValidationError(TOO_OLD)
        self.shown: dict[str, Any] = shown
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What the person changed: the facts that differ from what the form showed, not from what is stored by now."""
        return {name: value for name, value in self.facts().items() if not _same(plain(value), self.shown.get(name))}

    def accept(self, now: dict[str, Any]) -> None:
        """Notes that the person has been told what these fields say now: saving again replaces it."""
        self.data = {**self.data.dict(), "seen": self._sign({**self.shown, **now})}  # type: ignore[attr-defined]  # a QueryDict

    @property
    def _what(self) -> list[Any]:
        return [self._meta.model._meta.label_lower, self.instance.pk]

    def _shown(self) -> dict[str, Any]:
        columns = [column for column in self.instance._meta.concrete_fields if column.name in self.fields]
        return {column.name: plain(column.value_from_object(self.instance)) for column in columns}

    def _sign(self, shown: dict[str, Any]) -> str:
        return signing.dumps([self._what, shown], salt=SALT, compress=True)


def _tidy(value: Any) -> Any:
    # Browsers send line ends as two characters: an untouched text would look changed.
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _same(one: Any, other: Any) -> bool:
    # Inputs drop blanks at both ends, and none and blank look alike in them.
    if isinstance(one, str) or isinstance(other, str):
        return (one or "").strip().replace("\r\n", "\n") == (other or "").strip().replace("\r\n", "\n")
    return bool(one == other)
