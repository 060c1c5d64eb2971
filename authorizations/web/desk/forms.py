"""The form of an act on several ATOs: what it asks for once, and which system each claimed ATO belongs to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from authorizations.actions.register.portfolio import owners_of
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.step import Default
from authorizations.models import AgencySystem, Ato
from authorizations.models.register.ato import officials_of
from authorizations.step_pages.inputs import PageForm, choice, day, field_of, line, reason_field, record
from authorizations.web.desk.acts import OWNER, USED, DeskAct

CLAIM_REASON = "It is kept here from now on."
NO_SYSTEM = "{} has no system here yet. Add one first."


def system_field(ato: Ato) -> str:
    return f"system-{ato.public_id}"


class DeskForm(PageForm):
    """One form for all chosen ATOs.

    Attributes:
        claimed: the ATOs that are claimed to the register in the same act.
        systems: of their agencies, by the key of each.
        known: facts that each ATO brings along.
    """

    def __init__(
        self, *args: Any, act: DeskAct, atos: Sequence[Ato], user: User, known: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.act, self.user, today = act, user, timezone.localdate()
        self.claimed = [ato for ato in atos if act.claims(ato)]
        self.systems = systems_by_agency(user, self.claimed)
        line_of_all = sorted({key for ato in atos for key in ato.agency_line})
        if act.key == OWNER:
            self.fields["owner"] = record("Owner", owners_of(line_of_all), empty="Nobody")
        if act.key == USED:
            self.fields["used_on"] = day("Used on", "The day on which somebody looked.", initial=today)
            words = "A review, a ticket, a bill: where somebody else finds it."
            self.fields["reference"] = line(
                "Where this can be read", words, missing="Say where this can be read.", most=200
            )
        for fact in act.facts:
            self.fields[fact.name] = field_of(fact)
            if fact.default in {Default.DAY, Default.TODAY}:
                self.initial.setdefault(fact.name, today)
        for name in known:
            self.fields.pop(name, None)
        if self.claimed:
            self._ask_for_claims(line_of_all)
        if act.step:
            step = act.found_step()
            self.fields["reason"] = reason_field("ATO", required=step.reason or bool(self.claimed))
            if self.claimed and not step.reason:
                self.initial.setdefault("reason", CLAIM_REASON)

    def _ask_for_claims(self, line_of_all: list[int]) -> None:
        officials = officials_of(line_of_all).order_by("name", "pk")
        self.fields[asked.OFFICIAL.name] = field_of(asked.OFFICIAL, officials)
        first = list(officials[:2])
        if len(first) == 1:
            self.initial.setdefault(asked.OFFICIAL.name, first[0].public_id)
        self.fields[asked.LETTER.name] = field_of(asked.LETTER)
        self.fields[asked.LETTER.name].label = "Reference of the letters so far"
        if any(ato.signed_on is None for ato in self.claimed):
            self.fields[asked.SIGNED.name] = field_of(asked.SIGNED)
            self.fields[asked.SIGNED.name].help_text = "Of the ATOs for which no day is known."
        every = {system.public_id: system for some in self.systems.values() for system in some}
        if len(every) > 1:
            named = [(key, f"{system} ({system.agency})") for key, system in every.items()]
            words = "For each ATO of that agency or bureau for which none is chosen in the table."
            self.fields["system"] = choice("System", [("", "As chosen in the table"), *named], words)
        for ato in self.claimed:
            own = [(system.public_id, system.name) for system in self.systems[ato.agency_id]]
            field = choice(f"System of {ato.offering}", [("", "Choose one" if own else "None here"), *own])
            field.widget.attrs["aria-label"] = f"System of {ato.offering}"
            self.fields[system_field(ato)] = field
            alike = [key for key, name in own if name.lower() == ato.offering.name.lower()]
            if len(own) == 1 or alike:
                self.initial.setdefault(system_field(ato), (alike or [own[0][0]])[0])

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked once; the systems stand beside their ATOs."""
        return [field for field in self.visible_fields() if not field.name.startswith("system-")]

    def system_of(self, ato: Ato) -> forms.BoundField | None:
        return self[system_field(ato)] if system_field(ato) in self.fields else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for ato in self.claimed:
            if self._system(ato) is None and system_field(ato) not in self.errors:
                own = self.systems[ato.agency_id]
                words = f"Choose the system of {ato.offering}." if own else NO_SYSTEM.format(ato.agency)
                self.add_error(system_field(ato), words)
        return cleaned

    def _system(self, ato: Ato) -> AgencySystem | None:
        chosen = [self.cleaned_data.get(name) for name in (system_field(ato), "system")]
        own = {system.public_id: system for system in self.systems[ato.agency_id]}
        return next((own[key] for key in chosen if key in own), None)

    def claim_of(self, ato: Ato) -> dict[str, Any] | None:
        """What claiming an ATO asks for; None for one that is not claimed."""
        if ato not in self.claimed:
            return None
        signed = ato.signed_on or self.cleaned_data.get(asked.SIGNED.name)
        shared = {name: self.cleaned_data[name] for name in (asked.OFFICIAL.name, asked.LETTER.name)}
        return {"system": self._system(ato), "signed_on": signed, **shared}

    @property
    def facts(self) -> dict[str, Any]:
        values = {fact.name: self.cleaned_data.get(fact.name) for fact in self.act.facts}
        return {name: value for name, value in values.items() if value not in (None, "", False)}


def systems_by_agency(user: User, atos: Iterable[Ato]) -> dict[int, list[AgencySystem]]:
    found: dict[int, list[AgencySystem]] = defaultdict(list)
    rows = AgencySystem.objects.visible_to(user).filter(agency__in={ato.agency_id for ato in atos})
    for system in rows.select_related("agency").order_by("agency__sort_name", "name"):
        found[system.agency_id].append(system)
    return found
