"""The form of a step, made from the facts that the step asks for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import Subject
from authorizations.actions.steps import HeldStep, Offer
from authorizations.lifecycle.problems import REASON, Force, Problem
from authorizations.lifecycle.step import Default, Fact, FactKind
from authorizations.models import Case
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import hidden_from
from authorizations.sanitize import moment_of
from authorizations.step_pages.inputs import PageForm, field_of, reason_field

# Columns that a record without a memory of facts brings into the form of a step.
KNOWN = frozenset({"signed_on"})
# What is filled in by default and asked no more.
QUIET = (Default.DAY, Default.PERSON)
HAPPENED = Fact("happened_on", "Happened on", FactKind.DATE, force=None, help="Change it if you record this later.")


class StepForm(PageForm):
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, record: Subject, offer: Offer | HeldStep, user: User, sends: str = "", **kwargs: Any
    ) -> None:
        self.requested_facts = offer.requested_facts
        known = {**self._defaults(record, user), **recorded(record, self.requested_facts, user)}
        kwargs["initial"] = {**known, "revision": record.revision, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for fact in self.requested_facts:
            options = record.options(fact.name) if fact.kind is FactKind.RECORD else None
            self.fields[fact.name] = field_of(fact, options)
            if options is not None and fact.force is not None and fact.name not in known:
                self._choose_the_only(fact.name, options)
        self.fields["reason"] = reason_field(moving(record).word, required=offer.asks_reason)
        self.fields["happened_on"] = field_of(HAPPENED)
        if sends:
            # The list that goes out with the step, as the person saw it.
            self.fields["sends"] = forms.CharField(widget=forms.HiddenInput, required=False, initial=sends)

    def _choose_the_only(self, name: str, options: Any) -> None:
        first = list(options[:2])
        if len(first) == 1:
            self.initial[name] = first[0].public_id

    def _defaults(self, record: Subject, user: User) -> dict[str, Any]:
        today = timezone.localdate()
        values = {Default.DAY: today, Default.TODAY: today, Default.PERSON: user.display_name}
        suggested = record.suggestions(today) if isinstance(record, Case) else {}
        return {
            **{name: value for name, value in suggested.items() if value is not None},
            **{fact.name: values[fact.default] for fact in self.requested_facts if fact.default},
        }

    @property
    def needed_fields(self) -> list[forms.BoundField]:
        """What a person is asked: not what is filled in by default, nor a remark that is not owed."""
        quiet = {fact.name for fact in self.requested_facts if fact.default in QUIET}
        facts = {fact.name for fact in self.requested_facts} - quiet
        return [
            field
            for field in self.visible_fields()
            if field.name in facts or (field.field.required and field.name not in quiet)
        ]

    @property
    def optional_fields(self) -> list[forms.BoundField]:
        needed = {field.name for field in self.needed_fields}
        return [field for field in self.visible_fields() if field.name not in needed]

    @property
    def opens_optional(self) -> bool:
        """Whether something optional was typed, or is wrong."""
        if self.initial.get("reason"):
            return True
        return self.is_bound and any(field.errors or field.name in self.changed_data for field in self.optional_fields)

    @property
    def facts(self) -> dict[str, Any]:
        values = {fact.name: self.cleaned_data.get(fact.name) for fact in self.requested_facts}
        if day := self.cleaned_data.get(HAPPENED.name):
            # What is dated by the act is asked once: it follows the day of the act unless it was given apart.
            dated = (fact.name for fact in self.requested_facts if fact.default is Default.DAY)
            values |= {name: day for name in dated if values[name] and name not in self.changed_data}
        return {name: value for name, value in values.items() if not (value is None or value is False or value == "")}

    def at(self, now: datetime) -> datetime:
        """When it happened: now, unless another day was given, of which the hour is not known."""
        return moment_of(self.cleaned_data.get("happened_on"), now)

    def ask_too(self, problems: Iterable[Problem]) -> None:
        """Names, beside what must be there, what asks for a reason, so that a person reads all of it at once."""
        asking = [problem for problem in problems if problem.force is Force.SHOULD]
        for problem in asking:
            if problem.where in self.fields and problem.where not in self.errors:
                self.add_error(problem.where, problem.sentence)
        if asking and not (self.cleaned_data.get("reason") or "reason" in self.errors):
            self.add_error("reason", REASON.sentence)


def recorded(record: Subject, asked: tuple[Fact, ...], user: User) -> dict[str, Any]:
    """What the record already knows of the facts asked for, by name, where this person may read it."""
    hidden = hidden_from(record, user)
    known = {fact.name: _known(record, fact) for fact in asked if fact.name not in hidden}
    return {name: value for name, value in known.items() if value is not None}


def _known(record: Subject, fact: Fact) -> Any:
    value = record.fact_value(fact.name) if fact.is_stored else None
    return getattr(record, fact.name, None) if value is None and fact.name in KNOWN else value
