"""The forms of documents: adding a version, and what is done with one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import User
from authorizations.actions.documents.carry_over import ReusableVersion
from authorizations.actions.documents.requirements import LONGEST_LOCATION, LONGEST_TITLE, StoredFile
from authorizations.display import day_text
from authorizations.exchange.documents import file_store as kept
from authorizations.exchange.documents.upload import ENDINGS, MEGABYTE, scan_of_new
from authorizations.models.document import OTHER
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.inputs import (
    KeyedForm,
    PageForm,
    checkboxes,
    day,
    hidden,
    line,
    long_text,
    tick,
    tick_boxes,
)

# A file that came with a form which was not accepted yet waits so long for the corrected one.
RETAINED_SECONDS = 24 * 60 * 60
SALT = "a file that is kept for a form"


def ticket_of(file: StoredFile, person: User) -> str:
    """What a form carries of a file that is kept already; it is worth nothing to another person."""
    facts = [file.name, file.size, file.sha256, file.content_type, file.scan]
    return signing.dumps([person.pk, *facts], salt=SALT)


def selected_by(ticket: str, person: User) -> StoredFile | None:
    """The file of a ticket; None where it is another's, too old or none, or its file is gone: it was refused meanwhile.

    Whether it waits for the scanner is asked anew: one may have been set up since.
    """
    try:
        owner, *facts = signing.loads(ticket, salt=SALT, max_age=RETAINED_SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    file = StoredFile(*facts)
    return replace(file, scan=scan_of_new()) if owner == person.pk and kept.is_stored(file.sha256) else None


def files_taken() -> str:
    """Which files are, and how large one may be."""
    return f"At most {settings.DOCUMENT_MAX_BYTES // MEGABYTE} megabytes. {ENDINGS}. No passwords, no macros."


class AddForm(KeyedForm):
    """A file or a reference, and what is stated of it. Only the fields that this document knows are there."""

    kept = hidden(max_length=2000)
    title = line(
        "Title",
        "What the document is, such as “Minutes of the call of 3 March”.",
        missing="Give the document a title.",
        most=LONGEST_TITLE,
    )
    upload = forms.FileField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs={"class": "file-input", "accept": ENDINGS.replace(" ", "")}),
    )
    location = line("Reference", most=LONGEST_LOCATION)
    verified_on = day(
        "Last looked up on", "When somebody last found the document there. It may stay blank.", required=False
    )
    stated = checkboxes(
        "What you state of it", invalid="That cannot be stated of this document. Tick one of the choices."
    )
    note = long_text(
        "Note", "What changed, or what readers should know. Everyone who may see the document reads it.", rows=3
    )
    draft = tick(
        "Keep it as a draft",
        "Only your own side and the auditor see a draft, and no step counts on it, until you share it.",
    )

    def __init__(self, *args: Any, key: str, rule: DocumentRule | None, drafts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statements = dict(rule.statements) if rule else {}
        confidential = rule is not None and rule.confidential
        self.fields["upload"].help_text = files_taken()
        self.set_choices("stated", statements.items())
        where = "The trust center, or the repository with folder and file name."
        self.fields["location"].help_text = (
            where if confidential else f"Instead of a file: where it can be read. {where}"
        )
        unknown = {
            "title": key != OTHER,
            "upload": confidential,
            "stated": not statements,
            "draft": not drafts,
        }
        for name in (name for name, is_unknown in unknown.items() if is_unknown):
            del self.fields[name]

    @property
    def arguments(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"kept", "upload"}}
        return {**given, "idempotency_key": given["idempotency_key"] or ""}


class AnyChosen(forms.MultipleChoiceField):
    """What is ticked, offered or not: what is not offered any more may have come with a second press of the same form.

    The verb asks that first, and then says what is not offered.
    """

    def valid_value(self, value: Any) -> bool:
        return True


class CarryOverForm(KeyedForm):
    versions = AnyChosen(label="Your documents", required=False, widget=tick_boxes())

    def __init__(self, *args: Any, offered: Sequence[ReusableVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices("versions", ((offer.version.public_id, _as_offered(offer)) for offer in offered))


def _as_offered(offer: ReusableVersion) -> str:
    looked_up = f"last looked up {day_text(offer.verified_on)}" if offer.verified_on else "not looked up since"
    return format_html(
        '{}, version {}<span class="usa-checkbox__label-description version__where">Becomes: {} ({})</span>',
        offer.label,
        offer.version.number,
        offer.location,
        looked_up,
    )


class StateForm(PageForm):
    """What is stated of a version that is here already; ``unstated``: what was not yet, by key."""

    stated = checkboxes(
        "What you state of it", missing="Tick what you state of it.", invalid="That was stated already, or cannot be."
    )
    stated_on = day("Signed or stated on", "The day on which it was signed, or became true.")

    def __init__(self, *args: Any, unstated: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("stated_on", timezone.localdate())
        self.set_choices("stated", unstated.items())


class VerifyForm(PageForm):
    verified_on = day("Looked up on", "The day on which you found the document there.")
