"""Forms of pages and their inputs, in the classes of the design system."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from authorizations.actions.refusals import AlreadyDone, NotReady, Refused
from authorizations.lifecycle.problems import Force
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.sanitize import LONGEST_LINE, LONGEST_TEXT, storable
from authorizations.step_pages.field_errors import FieldErrors

SHORT = {"class": "usa-input"}
LONG = {"class": "usa-textarea", "rows": 5}
SELECT = {"class": "usa-select"}
NOTHING_CHOSEN = ("", "Choose one")
MAIL_WORDS = "Enter an e-mail address, such as name@example.gov."


class PageForm(FieldErrors, forms.Form):
    """A form whose browser checks stay off: the page names every mistake at the top and at its field."""

    use_required_attribute = False
    # Refusals of an act that the form shows; every other has an error page of its own.
    shows: ClassVar[tuple[type[Refused], ...]] = ()
    # Those that the page shows in the place of the form.
    holds: ClassVar[tuple[type[Refused], ...]] = ()
    refusal: Refused | None = None
    # What the act made, once it was carried out.
    made: Any = None
    # What is said where the same form had done so before.
    already = ""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_storable(data), *args, **kwargs)

    def carry_out(self, actor: User, act: Callable[..., Any], *args: Any, **facts: Any) -> bool:
        """Whether the act was carried out, by default now; what it refuses, the form shows."""
        try:
            self.made = act(*args, actor=actor, **{"now": timezone.now(), **facts})
        except NotReady as refusal:
            self.refuse(refusal)
        except ValidationError as mistakes:
            self.add_error(None, mistakes)
        except AlreadyDone as sent:
            self.made, self.already = sent.record, sent.sentence
        except self.shows as refusal:
            self.add_error(None, refusal.sentence)
        except self.holds as refusal:
            self.refusal = refusal
        return not (self.errors or self.refusal)

    def refuse(self, refusal: NotReady) -> None:
        """Shows each problem at its field, or at the top where it has none."""
        for problem in refusal.problems:
            place = self.place_of(problem.where)
            self.add_error(place if place in self.fields else None, problem.sentence)

    def place_of(self, where: str) -> str:
        return where

    def typed_on(self, fresh: "PageForm", *kept: str) -> QueryDict:
        """What was typed, as if on a fresh form; what was left alone takes its values, but for fields that are kept."""
        submitted = QueryDict(mutable=True)
        for bound in fresh:
            name, value = bound.html_name, bound.value()
            seen = "" if value is None or value is False else str(value)
            is_typed = name in kept or (name in self.changed_data and name in self.fields)
            submitted[name] = self.data.get(name, "") if is_typed and name != "revision" else seen
            if not submitted[name] and isinstance(bound.field, forms.BooleanField):
                del submitted[name]
            submitted[bound.html_initial_name] = seen
        return submitted

    def set_rows(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def set_choices(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = list(choices)


class KeyedForm(PageForm):
    """A form whose second press is known by its key, and does nothing."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("idempotency_key", secrets.token_hex(16))


def _storable(data: Any) -> Any:
    """What was sent, without characters that no name and no text needs and that break what is made of them."""
    if not isinstance(data, QueryDict):
        return data
    clean = data.copy()
    for name, values in data.lists():
        clean.setlist(name, [storable(value) for value in values])
    return clean


# --- inputs: required where it is said what a person is told who leaves them blank ---


def _common(label: str | None, help_text: str, missing: str, **errors: str) -> dict[str, Any]:
    errors = {"required": missing, **errors}
    return {
        "label": label,
        "help_text": help_text,
        "required": bool(missing),
        "error_messages": {kind: words for kind, words in errors.items() if words},
    }


def line(
    label: str | None = None, help_text: str = "", *, missing: str = "", most: int = LONGEST_LINE, **attrs: Any
) -> forms.CharField:
    widget = forms.TextInput(attrs={**SHORT, **attrs})
    return forms.CharField(max_length=most, widget=widget, **_common(label, help_text, missing))


def long_text(
    label: str | None = None, help_text: str = "", *, missing: str = "", most: int = LONGEST_TEXT, **attrs: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={**LONG, **attrs})
    return forms.CharField(max_length=most, widget=widget, **_common(label, help_text, missing))


def email(label: str, help_text: str = "", *, missing: str = "", invalid: str = MAIL_WORDS) -> forms.EmailField:
    """An e-mail address of somebody else: the browser does not fill in the reader's own."""
    return forms.EmailField(max_length=254, **mail_input(label, help_text, missing=missing, invalid=invalid))


def mail_input(label: str, help_text: str = "", *, missing: str, invalid: str = MAIL_WORDS) -> dict[str, Any]:
    widget = forms.EmailInput(attrs={**SHORT, "autocomplete": "off"})
    return {"widget": widget, **_common(label, help_text, missing, invalid=invalid)}


def day(label: str, help_text: str = "", *, words: str = "", required: bool = True, **more: Any) -> forms.DateField:
    """A date; ``words``: what is said where it is missing, or none."""
    words = words or f"{label}: enter a date."
    widget = forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d")
    common = _common(label, help_text, words, invalid=words)
    return forms.DateField(widget=widget, **{**common, "required": required, **more})


def number(label: str, help_text: str = "", *, least: int, most: int, words: str = "") -> forms.IntegerField:
    """A whole number that may stay blank; ``words``: what is said where it is none."""
    widget = forms.NumberInput(attrs={**SHORT, "min": least, "inputmode": "numeric"})
    common = _common(label, help_text, "", invalid=words, min_value=words, max_value=words)
    return forms.IntegerField(min_value=least, max_value=most, widget=widget, **common)


def choice(
    label: str | None = None,
    choices: Iterable[tuple[str, Any]] = (),
    help_text: str = "",
    *,
    missing: str = "",
    invalid: str = "",
    widget: Any = None,
) -> forms.ChoiceField:
    common = _common(label, help_text, missing, invalid_choice=invalid)
    return forms.ChoiceField(choices=choices, widget=widget or forms.Select(attrs=SELECT), **common)


def radio(label: str, choices: Iterable[tuple[str, Any]] = (), *, missing: str, invalid: str = "") -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "usa-radio__input"})
    return choice(label, choices, missing=missing, invalid=invalid or missing, widget=widget)


def checkboxes(
    label: str, choices: Iterable[tuple[str, Any]] = (), help_text: str = "", *, missing: str = "", invalid: str = ""
) -> forms.MultipleChoiceField:
    common = _common(label, help_text, missing, invalid_choice=invalid)
    return forms.MultipleChoiceField(choices=choices, widget=tick_boxes(), **common)


def tick_boxes() -> forms.CheckboxSelectMultiple:
    return forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"})


def tick(label: str, help_text: str = "") -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "admin-checkbox"})
    return forms.BooleanField(label=label, help_text=help_text, required=False, widget=widget)


def record(
    label: str | None = None,
    rows: Any = None,
    help_text: str = "",
    *,
    missing: str = "",
    invalid: str = "",
    empty: str | None = NOTHING_CHOSEN[1],
    kind: type[Any] = forms.ModelChoiceField,
) -> Any:
    """One of some records; without ``rows`` the form sets them."""
    common = _common(label, help_text, missing, invalid_choice=invalid)
    select = forms.Select(attrs=SELECT)
    return kind(rows, to_field_name="public_id", empty_label=empty, widget=select, **common)


def hidden(field: type[forms.Field] = forms.CharField, *, required: bool = False, **more: Any) -> Any:
    return field(widget=forms.HiddenInput, required=required, **more)


class ReasonForm(PageForm):
    """Why, and nothing else; ``word``: what people call the record."""

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field(word, required=True)


def field_of(fact: Fact, options: Any = None) -> forms.Field:
    words: dict[str, Any] = {"label": fact.label, "help_text": fact.help, "missing": fact.missing}
    field: forms.Field
    match fact.kind:
        case FactKind.DATE:
            field = day(fact.label, fact.help, words=fact.missing)
        case FactKind.COUNT:
            field = number(fact.label, fact.help, least=0, most=99_999)
            field.error_messages |= {"required": fact.missing, "invalid": fact.missing}
        case FactKind.CHOICE:
            field = choice(choices=[NOTHING_CHOSEN, *fact.choices], **words)
        case FactKind.RECORD:
            field = record(rows=options, **words)
        case FactKind.BOOLEAN:
            field = tick(fact.label, fact.help)
            field.error_messages["required"] = fact.missing
        case FactKind.LONG_TEXT:
            field = long_text(**words)
        case _:
            field = line(**words)
    field.required = fact.force is Force.MUST
    return field


def reason_field(word: str, *, required: bool) -> forms.CharField:
    """Why; it stays on record. ``word``: what people call the record."""
    field = long_text(
        "Reason" if required else "Reason or remark",
        f"One or two sentences. All parties of this {word}, the PMO and the auditor can read them.",
        missing="Say in a sentence why. It stays on record.",
    )
    field.required = required
    return field
