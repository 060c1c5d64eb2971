"""A file that is shown before it is taken in: chosen on a form, read once, kept until its preview is answered."""

from collections.abc import Callable

from django import forms

from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.sanitize import file_name

FORGOTTEN = "This file is no longer kept here. Choose it again."


def returned_file(name: str, help_text: str) -> forms.FileField:
    """An export that comes back from a spreadsheet; ``name``: what people call it here."""
    return forms.FileField(
        label=f"The {name}",
        help_text=help_text,
        widget=forms.FileInput(attrs={"class": "usa-input", "accept": ".xlsx,.csv"}),
        error_messages={"required": f"Choose the {name}.", "empty": "The file is empty."},
    )


def kept_file(form: forms.BaseForm, read: Callable[[bytes], object], salt: str, *keys: int) -> str:
    """Keeps the file of a valid form; gives the token of its preview, or nothing where it cannot be read.

    The form says then why. ``keys``: of the person and the records for whom it is kept.
    """
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        read(content)
    except Unreadable as problem:
        form.add_error("file", problem.sentence)
        return ""
    return previewed_files.token_for(content, file_name(file.name), salt, *keys)
