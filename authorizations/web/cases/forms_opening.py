"""The forms with which a case begins: opened by its people, or adopted on its way."""

from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BoundField

from authorizations.actions.cases.cases import FACTS_OF_THE_ATO
from authorizations.actions.cases.eligibility import CaseProspect
from authorizations.actions.cases.new_case import owes_reason
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.lifecycle.stages import MAY_EXPIRE, ReuseStage
from authorizations.lifecycle.step import STANDING_IN, Fact, FactKind, Step
from authorizations.models import Ato
from authorizations.models.register.ato_steps import REGISTER
from authorizations.policy import Party
from authorizations.step_pages.inputs import NOTHING_CHOSEN, KeyedForm, choice, field_of, reason_field, record

# Chosen on the pages before the form.
CHOSEN = frozenset({"agency", "offering"})
# Begins the names of the fields that register an ATO in the same act; the verb names its refusals so too.
REGISTERING = "register_"


class BeginningForm(KeyedForm):
    """What every beginning has: the key by which one form begins one case, and refusals at their fields."""

    shows = (NoLongerPossible, NotPermitted)

    @property
    def arguments(self) -> dict[str, Any]:
        raise NotImplementedError

    def given(self, names: list[str]) -> dict[str, Any]:
        values = {name: self.cleaned_data.get(name) for name in names}
        return {
            name: value for name, value in values.items() if value is not None and value is not False and value != ""
        }


class OpenForm(BeginningForm):
    def __init__(self, *args: Any, step: Step, before: CaseProspect, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [fact for fact in step.facts if fact.name not in CHOSEN]
        for fact in self.asked:
            self.fields[fact.name] = field_of(fact)
        if before.context and before.context.for_unstaffed_organization:
            self.fields[STANDING_IN.name] = field_of(STANDING_IN)
        if owes_reason(before.case, before.context):
            self.fields["reason"] = reason_field("case", required=True)

    @property
    def arguments(self) -> dict[str, Any]:
        evidence, reason = self.cleaned_data.get(STANDING_IN.name, ""), self.cleaned_data.get("reason", "")
        facts = self.given([fact.name for fact in self.asked])
        return {
            "idempotency_key": self.cleaned_data["idempotency_key"],
            "evidence": evidence,
            "reason": reason,
            **facts,
        }


class AdoptForm(BeginningForm):
    def __init__(self, *args: Any, step: Step, before: CaseProspect, stage: str, atos: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.atos = before.case, atos
        # Who may not begin the case here gets the page without the form.
        self.is_pmo = before.context is not None and Party.PL in before.context.acting
        for fact in step.facts:
            if fact.name not in CHOSEN:
                self.fields[fact.name] = field_of(fact)
        self.fields["reason"] = reason_field("case", required=True)
        if stage == ReuseStage.ACCESS_EXPIRED:
            self.fields["resumes_at"] = self._resuming()
        if atos is not None:
            self._ask_for_the_ato(atos)
        self.known = [(label, self._fields_of(facts)) for label, facts in self.case.machine().facts_before(stage)]

    def _resuming(self) -> forms.ChoiceField:
        return choice(
            "Goes on at",
            [NOTHING_CHOSEN, *((stage, self.case.rules.label(self.case.kind, stage)) for stage in MAY_EXPIRE)],
            "The stage to which the case returns once access is renewed.",
            missing="Choose the stage at which the case goes on.",
        )

    def _ask_for_the_ato(self, atos: Any) -> None:
        words = "The agency's ATO in the register. If it is not there yet, register it with the fields below."
        self.fields["ato"] = record("ATO on file", atos, words, empty="None of these")
        of_the_agency = Ato(agency=self.case.agency)
        for fact in REGISTER.facts:
            if fact.name not in CHOSEN:
                options = of_the_agency.options(fact.name) if fact.kind is FactKind.RECORD else None
                self.fields[f"{REGISTERING}{fact.name}"] = field_of(_optional(fact), options)

    def _fields_of(self, facts: list[Fact]) -> list[str]:
        """Adds the fields of these facts, but for what stays inside the agency and what the ATO states; their names."""
        from_ato = FACTS_OF_THE_ATO if self.atos is not None else ()
        own = [fact for fact in facts if not (fact.inside and self.is_pmo) and fact.name not in from_ato]
        for fact in own:
            options = self.case.options(fact.name) if fact.kind is FactKind.RECORD else None
            self.fields[fact.name] = field_of(_optional(fact), options)
        return [fact.name for fact in own]

    @property
    def groups(self) -> list[tuple[str, list[BoundField]]]:
        of_stages = {name for _, names in self.known for name in names}
        of_the_ato = [name for name in self.fields if name == "ato" or name.startswith(REGISTERING)]
        first = [name for name in self.fields if name not in {*of_stages, *of_the_ato, "idempotency_key"}]
        parts = [("How it is known", first), ("The ATO", of_the_ato), *self.known]
        return [(heading, [self[name] for name in names]) for heading, names in parts if names]

    @property
    def arguments(self) -> dict[str, Any]:
        facts = self.given([name for _, names in self.known for name in names])
        plain = self.given(["idempotency_key", "evidence", "reason", "resumes_at"])
        return {**facts, "evidence": "", "reason": "", **plain, "ato": self._ato()}

    def _ato(self) -> Any:
        chosen = self.cleaned_data.get("ato")
        names = [name for name in self.fields if name.startswith(REGISTERING)]
        stated = {name.removeprefix(REGISTERING): value for name, value in self.given(names).items()}
        return chosen or stated or None


def _optional(fact: Fact) -> Fact:
    return replace(fact, force=None)
