"""What a field says where its form gives no words of its own: the field's name, and what to do."""

from typing import Any

from django import forms

INCOMPLETE = "Part of this form is missing. Open the page again and repeat what you typed."
CHOOSE = "choose one of those offered."
CHOOSE_SOME = "choose from those offered."
WORDS = {
    "required": "enter it.",
    "invalid": "this cannot be read. Check how it is written.",
    "invalid_choice": CHOOSE,
    "invalid_list": CHOOSE_SOME,
    "list": CHOOSE_SOME,
    "invalid_pk_value": CHOOSE_SOME,
    "empty": "the file is empty. Choose another one.",
    "missing": "choose a file.",
}
# By kind of field, the more special kinds first.
WORDS_OF_KINDS: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (forms.DateField, {"required": "enter a date.", "invalid": "enter a date, such as 2026-11-30."}),
    (forms.IntegerField, {"required": "enter a number.", "invalid": "enter a whole number, such as 12."}),
    (forms.EmailField, {"invalid": "enter an e-mail address, such as name@example.gov."}),
    (forms.URLField, {"invalid": "enter the address of a page, such as https://www.example.gov."}),
    (forms.FileField, {"required": "choose a file.", "invalid": "choose a file."}),
    (forms.BooleanField, {"required": "tick the box."}),
    (forms.ModelChoiceField, {"required": "choose one."}),
    (forms.ChoiceField, {"required": "choose one."}),
)
# Django's fields know these by their validators alone; they fill in the numbers.
LIMITS = {
    "max_length": "use at most %(limit_value)d characters. You have %(show_value)d.",
    "min_length": "use at least %(limit_value)d characters.",
    "max_value": "enter %(limit_value)s or less.",
    "min_value": "enter %(limit_value)s or more.",
}
LONG_FILE_NAME = "use a file name of at most %(max)d characters. It has %(length)d."


class FieldErrors(forms.BaseForm):
    """A form whose fields say Django's messages in our words; words that a field has of its own stay."""

    def full_clean(self) -> None:
        for bound in self:
            hidden = bound.field.widget.is_hidden
            name = str(bound.label).rstrip(".:?")
            own, djangos = bound.field.error_messages, _djangos(bound.field)
            for kind, words in _words(bound.field).items():
                if own.get(kind) == djangos.get(kind):
                    own[kind] = INCOMPLETE if hidden else f"{name}: {words}"
        super().full_clean()


def _djangos(field: forms.Field) -> dict[str, Any]:
    """The messages that Django gives this kind of field."""
    messages: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        messages |= getattr(kind, "default_error_messages", {})
    return messages


def _words(field: forms.Field) -> dict[str, str]:
    """Our words for every message that this kind of field can give."""
    of_kind = next((words for kind, words in WORDS_OF_KINDS if isinstance(field, kind)), {})
    can_say = _djangos(field)
    limits = {**LIMITS, "max_length": LONG_FILE_NAME} if isinstance(field, forms.FileField) else LIMITS
    return {kind: words for kind, words in {**WORDS, **of_kind}.items() if kind in can_say} | limits
