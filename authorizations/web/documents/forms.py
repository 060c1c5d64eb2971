"""The forms of documents: adding a version, and what is done with one."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.utils.html import format_html

from accounts.models import User
from authorizations.actions.documents.carry_over import ReusableVersion
from authorizations.actions.documents.requirements import LONGEST_LOCATION, LONGEST_TITLE, StoredFile
from authorizations.actions.refusals import NotReady
from authorizations.display import day_text
from authorizations.exchange.documents import file_store as kept
from authorizations.exchange.documents.upload import ENDINGS, scan_of_new
from authorizations.models.document import OTHER
from authorizations.rules.documents import DocumentRule
from authorizations.sanitize import LONGEST_TEXT
from authorizations.step_pages.inputs import LONG, SHORT, PageForm, reason_field

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


def _day(label: str, words: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=words,
        required=required,
        widget=forms.DateInput(attrs={**SHORT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"{label}: enter a date.", "invalid": f"{label}: enter a date."},
    )


class RefusingForm(PageForm):
    """A form that shows what a verb refuses at the fields."""

    def refuse(self, refusal: NotReady) -> None:
        """Shows each problem at its field, or at the top where it has none."""
        for problem in refusal.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence)


class AddForm(RefusingForm):
    """A file or a reference, and what is stated of it. Only the fields that this document knows are there."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)
    title = forms.CharField(
        label="Title",
        help_text="What the document is, such as “Minutes of the call of 3 March”.",
        error_messages={"required": "Give the document a title."},
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs=SHORT),
    )
    upload = forms.FileField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs={"class": "file-input", "accept": ENDINGS.replace(" ", "")}),
    )
    location = forms.CharField(
        label="Reference",
        required=False,
        max_length=LONGEST_LOCATION,
        widget=forms.TextInput(attrs=SHORT),
    )
    verified_on = _day("Last looked up on", "When somebody last found the document there. It may stay blank.")
    stated = forms.MultipleChoiceField(
        label="What you state of it",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"}),
        error_messages={"invalid_choice": "Of this document something else can be stated. Tick what is offered."},
    )
    note = forms.CharField(
        label="Note",
        help_text="What changed, or what readers should know. Everyone who may see the document reads it.",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={**LONG, "rows": 3}),
    )
    draft = forms.BooleanField(
        label="Keep it as a draft",
        help_text="Only your own side and the auditor see a draft, and no step counts on it, until you share it.",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "desk-checkbox"}),
    )

    def __init__(
        self, *args: Any, key: str, rule: DocumentRule | None, limit: str, drafts: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("idempotency_key", secrets.token_hex(16))
        statements = dict(rule.statements) if rule else {}
        confidential = rule is not None and rule.confidential
        self.fields["upload"].help_text = f"At most {limit}. {ENDINGS}. No passwords, no macros."
        self.fields["stated"].choices = list(statements.items())  # type: ignore[attr-defined]  # the stubs know only Field here
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
    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"kept", "upload"}}
        return {**given, "idempotency_key": given["idempotency_key"] or ""}


class AnyChosen(forms.MultipleChoiceField):
    """What is ticked, offered or not: what is not offered any more may have come with a second press of the same form.

    The verb asks that first, and then says what is not offered.
    """

    def valid_value(self, value: Any) -> bool:
        """Takes each."""
        return True


class CarryOverForm(RefusingForm):
    """Which of the provider's documents of the earlier case become references here."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    versions = AnyChosen(
        label="Your documents",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"}),
    )

    def __init__(self, *args: Any, offered: Sequence[ReusableVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("idempotency_key", secrets.token_hex(16))
        choices = [(offer.version.public_id, _as_offered(offer)) for offer in offered]
        self.fields["versions"].choices = choices  # type: ignore[attr-defined]  # the stubs know only Field here

    @property
    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        return {
            "versions": self.cleaned_data["versions"],
            "idempotency_key": self.cleaned_data["idempotency_key"] or "",
        }


def _as_offered(offer: ReusableVersion) -> str:
    """A document with its version, and below it the reference that it becomes."""
    looked_up = f"last looked up {day_text(offer.verified_on)}" if offer.verified_on else "not looked up since"
    return format_html(
        '{}, version {}<span class="usa-checkbox__label-description version__where">Becomes: {} ({})</span>',
        offer.label,
        offer.version.number,
        offer.location,
        looked_up,
    )


class ShareForm(RefusingForm):
    """Nothing is asked: the draft becomes the newest version."""

    @property
    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        return {}


class WithdrawForm(RefusingForm):
    """Why a version does not count any more."""

    def __init__(self, *args: Any, word: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field(word, required=True)

    @property
    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        return {"reason": self.cleaned_data["reason"]}


class VerifyForm(RefusingForm):
    """When the document was found where the reference says."""

    verified_on = _day("Looked up on", "The day on which you found the document there.", required=True)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("verified_on", today)

    @property
    def said(self) -> dict[str, Any]:
        """The arguments of the verb."""
        return {"verified_on": self.cleaned_data["verified_on"]}
