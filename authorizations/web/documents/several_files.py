"""Several files at once: each with the kind that its name tells, and its own result."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from accounts.models import User
from authorizations.actions.acting_capacity import Subject
from authorizations.actions.documents.documents import add_version
from authorizations.actions.documents.requirements import (
    LONGEST_TITLE,
    StoredFile,
    adders,
    known_documents,
    may_be_added,
)
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.exchange.documents.kind_by_name import guess_kind, title_by_name
from authorizations.exchange.documents.upload import harmless_name
from authorizations.lifecycle.context import ActingContext
from authorizations.models import Ato, Case, DocumentVersion
from authorizations.models.document import OTHER
from authorizations.presenters.document_links import ABOVE
from authorizations.presenters.documents import asked_now, readable
from authorizations.rules.documents import DocumentRule
from authorizations.step_pages.inputs import KeyedForm, PageForm, choice, hidden, line, long_text, tick
from authorizations.web.documents.forms import selected_by, ticket_of
from authorizations.web.documents.uploads import taken_in

MOST_FILES = 20
ROW = re.compile(r"file-(\d{1,3})-kept")
ANOTHER = "Another document"
GONE = "This file is gone. Choose it again."
TOO_MANY = f"At most {MOST_FILES} files are taken at once. Choose it again after these."


class FileRowForm(PageForm):
    """One of the files, which is kept already, and which document it is."""

    shows = (NoLongerPossible, NotPermitted)

    kept = hidden(max_length=2000)
    kind = choice("Kind of document", missing="Choose which document it is.", invalid="Choose one of those offered.")
    title = line("Title", "What the document is, such as “Minutes of the call of 3 March”.", most=LONGEST_TITLE)

    def __init__(self, data: Any, *, number: int, user: User, kinds: list[Any]) -> None:
        super().__init__(data, prefix=f"file-{number}")
        self.number = number
        self.file = selected_by(self.data.get(self.add_prefix("kept"), ""), user)
        self.set_choices("kind", kinds)

    def place_of(self, where: str) -> str:
        return where if where == "title" else "kind"

    @property
    def is_other(self) -> bool:
        return bool(self.data.get(self.add_prefix("kind")) == OTHER)


class AllFilesForm(KeyedForm):
    """What is said of all of them."""

    note = long_text("Note for all of them", "What changed. Everyone who may see a document reads its note.", rows=2)
    draft = tick(
        "Keep them as drafts",
        "Only your own side and the auditor see drafts, and no step counts on them, until you share them.",
    )

    def __init__(self, *args: Any, drafts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not drafts:
            del self.fields["draft"]


def adds_files(record: Subject, context: ActingContext) -> bool:
    """Whether a person may add a file to this record now."""
    return any(_takes_file(record, context, key) for key in (OTHER, *known_documents(record)))


def _takes_file(record: Subject, context: ActingContext, key: str) -> bool:
    is_free = key == OTHER or not known_documents(record)[key].confidential
    return is_free and bool(adders(record, key, context)) and may_be_added(record, key)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that was not taken in; ``reference_url``: where its content may be referred to instead."""

    name: str
    why: str
    reference_url: str = ""


@dataclass
class SeveralFiles:
    """The files that came with a form, or wait with it.

    Attributes:
        rows: one form for each file that is kept and not added yet.
        refused: those that were not taken in; added: the versions that were made.
    """

    user: User
    record: Subject
    context: ActingContext
    sent: Any
    rows: list[FileRowForm] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    added: list[DocumentVersion] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = readable(self.record, self.user)
        addable = [key for key in (*self.rules, OTHER) if _takes_file(self.record, self.context, key)]
        self.asked = [key for key in asked_now(self.record, self.user, self.context.as_of) if key in addable]
        self.kinds = _offered(self.rules, addable, self.asked)
        # What a name may say: a document that this person adds, or one of which no copy may be here.
        self.named = {key: rule for key, rule in self.rules.items() if rule.confidential or key in addable}
        self.sent = self.sent.copy()
        numbers = sorted(int(found[1]) for found in map(ROW.fullmatch, self.sent) if found)[:MOST_FILES]
        self.rows = [self._row(number) for number in numbers]
        self.shared = AllFilesForm(
            self.sent if "idempotency_key" in self.sent else None, drafts=isinstance(self.record, Case)
        )

    def _row(self, number: int) -> FileRowForm:
        return FileRowForm(self.sent, number=number, user=self.user, kinds=self.kinds)

    @property
    def forms(self) -> list[PageForm]:
        return [self.shared, *self.rows]

    @property
    def mistakes(self) -> int:
        return sum(len(form.errors) for form in self.forms)

    def take_in(self, files: Iterable[UploadedFile]) -> None:
        """Keeps each file that is fit, as a row of its own; the kind that its name tells is chosen beforehand."""
        free = (number for number in count(1) if number not in {row.number for row in self.rows})
        for file in files:
            name = harmless_name(file.name or "")
            guess = guess_kind(name, self.named, self.asked)
            if len(self.rows) == MOST_FILES:
                self.refused.append(RefusedFile(name, TOO_MANY))
                continue
            kept, refusal = taken_in(self.user, file, "", self.rules.get(guess))
            if kept is None:
                why = " ".join(problem.sentence for problem in refusal.problems) if refusal else GONE
                self.refused.append(self._refused(name, guess, why))
            else:
                self._add_row(next(free), kept, guess)

    def _refused(self, name: str, guess: str, why: str) -> RefusedFile:
        rule = self.rules.get(guess)
        if rule is None or not rule.confidential:
            return RefusedFile(name, why)
        add = ABOVE[Ato if isinstance(self.record, Ato) else Case].add
        url = reverse(add, args=[self.record.public_id, guess]) if adders(self.record, guess, self.context) else ""
        return RefusedFile(name, f"Its name says “{rule.label}”. {why}", url)

    def _add_row(self, number: int, kept: StoredFile, guess: str) -> None:
        values = {
            "kept": ticket_of(kept, self.user),
            "kind": guess or (OTHER if _takes_file(self.record, self.context, OTHER) else ""),
            "title": title_by_name(kept.name, LONGEST_TITLE),
        }
        self.sent.update({f"file-{number}-{name}": value for name, value in values.items()})
        self.rows.append(self._row(number))

    def carry_out(self) -> None:
        """Adds each file by its own act; what is refused stays a row, with its reason."""
        if not self.shared.is_valid():
            return
        given = dict(self.shared.cleaned_data)
        key = given.pop("idempotency_key")
        for row in self.rows:
            if row.file is None:
                row.add_error("kind", GONE)
            elif row.is_valid():
                self._add(row, {**given, "idempotency_key": f"{key[:28]}-{row.number}" if key else ""})
        self.rows = [row for row in self.rows if row.made is None]

    def _add(self, row: FileRowForm, given: Mapping[str, Any]) -> None:
        kind, title = row.cleaned_data["kind"], row.cleaned_data["title"]
        made = row.carry_out(
            self.user,
            add_version,
            type(self.record),
            self.record.public_id,
            kind,
            upload=row.file,
            title=title if kind == OTHER else "",
            **given,
        )
        if made:
            self.added.append(row.made)


def _offered(rules: Mapping[str, DocumentRule], addable: list[str], asked: list[str]) -> list[Any]:
    """The kinds to choose from: first what is asked for now."""
    words = {key: rules[key].label if key in rules else ANOTHER for key in addable}
    rest = [(key, label) for key, label in words.items() if key not in asked]
    now = [(key, words[key]) for key in asked]
    groups = [("Asked for now", now), ("Other kinds", rest)] if now else rest
    return [("", "Choose one"), *groups]
