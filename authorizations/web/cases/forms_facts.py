"""The form of the facts that a person may record now. It knows what the person saw, and sends only what was changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from authorizations.actions.cases.cases import recordable_by
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.models import Case
from authorizations.policy import Party
from authorizations.presenters.cases.facts import grouped
from authorizations.presenters.cases.path import parts_of
from authorizations.step_pages.inputs import PageForm, field_of, reason_field

ANCHOR = "fact-%s"


def input_of(case: Case, fact: Fact) -> forms.Field:
    """The input of one fact, which may stay blank, with what the person saw when the page was opened."""
    field = field_of(fact, case.options(fact.name) if fact.kind is FactKind.RECORD else None)
    field.required, field.show_hidden_initial = False, True
    return field


@dataclass(frozen=True, slots=True)
class FactFields:
    """The inputs of one part of the path."""

    label: str
    fields: Sequence[forms.BoundField]
    is_open: bool


class FactsForm(PageForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, who: frozenset[Party], **kwargs: Any) -> None:
        self.asked = {fact.name: fact for fact in recordable_by(case, who)}
        kwargs["auto_id"] = ANCHOR
        kwargs["initial"] = {**{name: case.fact_value(name) for name in self.asked}, "revision": case.revision}
        super().__init__(*args, **kwargs)
        self.case = case
        for fact in self.asked.values():
            self.fields[fact.name] = input_of(case, fact)
        self.fields["reason"] = reason_field("case", required=False)
        self.fields["reason"].help_text += " It is owed where you take a fact back."

    @property
    def groups(self) -> list["FactFields"]:
        """The facts by part of the path; open are that where the case is, and what was typed or is to be corrected."""
        found: dict[str, list[forms.BoundField]] = {}
        for fact, label in grouped(self.case):
            if fact.name in self.asked:
                found.setdefault(label, []).append(self[fact.name])
        present = next((label for label, stages in parts_of(self.case.kind) if self.case.stage in stages), "")
        present = present if present in found else next(iter(found), "")
        touched = {*self.errors, *(self.changed_data if self.is_bound else ())}
        return [
            FactFields(label, fields, label == present or any(field.name in touched for field in fields))
            for label, fields in found.items()
        ]

    @property
    def changed(self) -> dict[str, Any]:
        """What the person changed, by name; None for a fact that was taken back."""
        names = [name for name in self.changed_data if name in self.asked]
        return {name: self._entered(name) for name in names}

    def _entered(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return None if value is False or value == "" else value

    def renewed(self, newest: Case, who: frozenset[Party]) -> "FactsForm":
        fresh = FactsForm(case=newest, who=who)
        return FactsForm(self.typed_on(fresh, "reason"), case=newest, who=who)
