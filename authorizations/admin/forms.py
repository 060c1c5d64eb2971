"""The two forms of the admin: adding a record, and correcting one with a reason and a memory of what was shown."""

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models

from authorizations.actions.door import plain
from authorizations.actions.refusals import NotReady, Refused
from authorizations.actions.register.records import Overtaken, refuse_sent_before
from authorizations.admin.constraint_messages import SAVED_TWICE, in_words
from authorizations.step_pages.field_errors import FieldErrors

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[models.Model]
else:  # Django's forms take type parameters only in the eyes of the type checker
    ModelForm = forms.ModelForm

SALT = "admin.seen"
TOO_OLD = "This form has expired. Open the record again and repeat the change."


class Unconfirmed(Refused):
    """The person is first told who will see what; sending the form again with the same values does it."""

    def __init__(self, sentence: str, values: dict[str, Any]) -> None:
        super().__init__(f"{sentence} Save again to do it.")
        self.values = values


class RecordAdminForm(FieldErrors, ModelForm):
    # What the verb refused when this form was sent; the form is shown again with it.
    refusal: ClassVar[Exception | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            _dress(field.widget)
            # The related record is at hand, and inputs name it by its public id.
            if isinstance(field, forms.ModelChoiceField) and self.instance.pk:
                self.initial[name] = getattr(self.instance, name)

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.refusal is not None:
            self.show_refusal(self.refusal)

    def show_refusal(self, refusal: Exception) -> None:
        if isinstance(refusal, NotReady):
            for problem in refusal.problems:
                self.add_error(problem.where if problem.where in self.fields else None, problem.sentence)
        elif isinstance(refusal, Refused):
            self.add_error(None, refusal.sentence)
        else:
            self.add_error(None, refusal if isinstance(refusal, ValidationError) else SAVED_TWICE)

    def add_error(self, field: str | None, error: Any) -> None:
        problem = error if isinstance(error, ValidationError) else ValidationError(error)
        super().add_error(field, in_words(problem, set(self.fields)))

    @property
    def _columns(self) -> list[Any]:
        return [column for column in self._meta.model._meta.concrete_fields if column.name in self.fields]

    def facts(self) -> dict[str, Any]:
        return {column.name: _tidy(self.cleaned_data[column.name]) for column in self._columns}


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

    def clean(self) -> dict[str, Any]:
        # Whatever else is wrong with it: the record of the first sending may be what forbids the second.
        refuse_sent_before(self._meta.model, self.idempotency_key)
        return super().clean() or self.cleaned_data


class CorrectionForm(RecordAdminForm):
    """Corrections of a record; ``seen`` carries, signed, what the form showed when it was opened."""

    # Not "reason": designation events have a column of that name.
    why = forms.CharField(
        label="Reason for the change",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stays in the audit log for good, beside the change. Name no people.",
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            shown = {column.name: plain(column.value_from_object(self.instance)) for column in self._columns}
            self.initial["seen"] = self._sign(shown)

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

    def show_refusal(self, refusal: Exception) -> None:
        """Says at each field that a colleague changed what it holds by now; saving again replaces that on purpose."""
        super().show_refusal(refusal)
        if isinstance(refusal, Overtaken):
            for name, value in refusal.now.items():
                words = f"Someone else changed this to “{self._say(name, value)}”. Save again to replace it with yours."
                self.add_error(name, words)
            self._remember(refusal.now)
        elif isinstance(refusal, Unconfirmed):
            self._remember({"confirmed": refusal.values})

    def refuse_unconfirmed(self, words: str) -> None:
        """Shows the form once more with these words, unless it was sent again as it then was."""
        values = {name: plain(value) for name, value in self.changes().items()}
        if words and self.shown.get("confirmed") != values:
            raise Unconfirmed(words, values)

    def _remember(self, more: dict[str, Any]) -> None:
        self.data = {**self.data.dict(), "seen": self._sign({**self.shown, **more})}  # type: ignore[attr-defined]  # a QueryDict

    def _say(self, name: str, value: Any) -> str:
        column = self._meta.model._meta.get_field(name)
        if isinstance(column, models.ForeignKey) and value is not None:
            return str(column.remote_field.model._default_manager.filter(pk=value).first())
        words = dict(getattr(column, "flatchoices", ()))
        return str(words.get(value, value)) if value not in (None, "") else "nothing"

    @property
    def _what(self) -> list[Any]:
        return [self._meta.model._meta.label_lower, self.instance.pk]

    def _sign(self, shown: dict[str, Any]) -> str:
        return signing.dumps([self._what, shown], salt=SALT, compress=True)


def _dress(widget: forms.Widget) -> None:
    kinds = {forms.Textarea: "usa-textarea", forms.CheckboxInput: "admin-checkbox", forms.Select: "usa-select"}
    found = (words for kind, words in kinds.items() if isinstance(widget, kind))
    widget.attrs["class"] = next(found, "usa-input")


def _tidy(value: Any) -> Any:
    # Browsers send line ends as two characters: an untouched text would look changed.
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _same(one: Any, other: Any) -> bool:
    # Inputs drop blanks at both ends, and none and blank look alike in them.
    if isinstance(one, str) or isinstance(other, str):
        return (one or "").strip().replace("\r\n", "\n") == (other or "").strip().replace("\r\n", "\n")
    return bool(one == other)
