"""The forms of findings: one to draft, all answers in one, those to settle, and asking for another answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from authorizations.actions.findings.drafts import versions_of
from authorizations.actions.refusals import Blocked
from authorizations.models import Case, DocumentVersion, Finding
from authorizations.notifications.catalog.findings import document_words
from authorizations.presenters.cases.facts import grouped
from authorizations.presenters.findings import Listed
from authorizations.presenters.machine_record import hidden_from
from authorizations.step_pages.inputs import (
    NOTHING_CHOSEN,
    KeyedForm,
    PageForm,
    choice,
    hidden,
    long_text,
    reason_field,
)
from authorizations.vocabulary import Severity

VERSION, FACT = "version:", "fact:"
Choices = list[tuple[str, Any]]


def abouts(case: Case, user: User) -> Choices:
    """What a finding of this case may be about: versions of documents, newest first, and facts by part of the path."""
    versions = versions_of(case, user).filter(document__inside="").order_by("document__key", "-number")
    document_summary = [(f"{VERSION}{each.public_id}", document_words(case, each)) for each in versions]
    hidden, parts = hidden_from(case, user), dict[str, list[tuple[str, str]]]()
    for fact, part in grouped(case):
        if fact.name in case.machine().facts and fact.name not in hidden and not fact.inside:
            parts.setdefault(part, []).append((f"{FACT}{fact.name}", fact.label))
    facts = [(f"Facts: {part}", choices) for part, choices in parts.items()]
    return [("", "Choose one"), *([("Documents", document_summary)] if document_summary else []), *facts]


class DraftForm(KeyedForm):
    about = choice(
        "About",
        help_text="The version of a document, or the fact, that must change.",
        missing="About: choose the document or the fact that the finding is about.",
        invalid="About: choose one of those offered.",
    )
    severity = choice("Severity", [NOTHING_CHOSEN, *Severity.choices], missing="Severity: choose one.")
    text = long_text(
        "Finding",
        "Say what must change, where, and how. Once it is sent, everyone on the case reads it.",
        missing="Finding: say in words what must change.",
    )

    def __init__(self, *args: Any, case: Case, user: User, finding: Finding | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {**(_known(finding) if finding else {}), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.set_choices("about", abouts(case, user))

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb that drafts is told; without a key every post counts."""
        return {**self.content, "idempotency_key": self.cleaned_data["idempotency_key"]}

    @property
    def content(self) -> dict[str, Any]:
        about = self.cleaned_data["about"]
        return {
            "severity": self.cleaned_data["severity"],
            "text": self.cleaned_data["text"],
            "version": about.removeprefix(VERSION) if about.startswith(VERSION) else None,
            "fact": about.removeprefix(FACT) if about.startswith(FACT) else "",
        }


class DraftChangeForm(DraftForm):
    shows = (Blocked,)


def _known(finding: Finding) -> dict[str, str]:
    version: DocumentVersion | None = finding.version
    about = f"{VERSION}{version.public_id}" if version else f"{FACT}{finding.fact}"
    return {"about": about, "severity": finding.severity, "text": finding.text}


class RevisionForm(PageForm):
    revision = hidden(forms.IntegerField, required=True)

    @property
    def seen(self) -> int:
        """The revision that the person saw; one that is none is older than every other."""
        sent = str(self.data.get("revision", ""))
        return int(sent[:9]) if sent.isdecimal() else -1


# So many findings are answered in one form: more would be more fields than a request may have.
AT_ONCE = 200


class AnswersForm(RevisionForm):
    """The answers to findings that a person may answer; it sends only what was changed on the page.

    Of very many, those without an answer come first; the others once these have theirs.
    """

    def __init__(self, *args: Any, case: Case, listed: Sequence[Listed], **kwargs: Any) -> None:
        kwargs["initial"] = {"revision": case.revision}
        kwargs["auto_id"] = "answer-%s"
        super().__init__(*args, **kwargs)
        first = sorted(listed, key=lambda each: not each.finding.is_unanswered)[:AT_ONCE]
        self.left = len(listed) - len(first)
        for place, each in enumerate(first, start=1):
            field = long_text(f"Answer {place}", rows=3)
            field.initial, field.show_hidden_initial = each.finding.answer, True
            self.fields[each.finding.public_id] = field

    @property
    def arguments(self) -> dict[str, Any]:
        return {"answers": self.answers}

    @property
    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "revision"}

    def renewed(self, newest: Case, listed: Sequence[Listed]) -> "AnswersForm":
        fresh = AnswersForm(case=newest, listed=listed)
        return AnswersForm(self.typed_on(fresh), case=newest, listed=listed)


class SettleForm(RevisionForm):
    findings = forms.MultipleChoiceField(
        label="Settled",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose the findings that are settled.",
            "invalid_choice": "One of these findings is settled already. Choose among those below.",
        },
    )

    def __init__(self, *args: Any, case: Case, listed: Sequence[Listed], **kwargs: Any) -> None:
        kwargs["initial"] = {"revision": case.revision}
        super().__init__(*args, **kwargs)
        self.answered = [each.finding.public_id for each in listed if each.finding.answered_at]
        if isinstance(self.data, QueryDict) and self.data.get("all"):
            self.data = self.data.copy()
            self.data.setlist("findings", self.answered)
        self.set_choices("findings", ((each.finding.public_id, each.finding.public_id) for each in listed))
        self.fields["reason"] = reason_field("case", required=False)
        self.fields["reason"].widget.attrs["rows"] = 2
        self.fields["reason"].help_text += " It is owed where a finding was not answered."

    @property
    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("findings", "reason")}

    @property
    def chosen(self) -> list[str]:
        return [str(name) for name in self.data.getlist("findings")] if isinstance(self.data, QueryDict) else []

    def renewed(self, newest: Case, listed: Sequence[Listed]) -> "SettleForm":
        submitted = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        still = {each.finding.public_id for each in listed}
        submitted.pop("all", None)
        submitted.setlist("findings", [name for name in self.chosen if name in still])
        submitted["revision"] = str(newest.revision)
        return SettleForm(submitted, case=newest, listed=listed)


class AgainForm(RevisionForm):
    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs["initial"] = {"revision": case.revision}
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason_field("case", required=True)
        self.fields["reason"].label = "Still missing"
