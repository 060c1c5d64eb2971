"""Records as the rows of the golden tables find them, and whom a row lets through, worked out from the tables alone."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.turns import whose_turn
from authorizations.models import Ato, Case, PackageAccess
from authorizations.rules import newest
from tests.cast import PEOPLE, Cast
from tests.lifecycle.cases import AFTER_CUTOFF, make_contact, make_offering, make_system, step_facts
from tests.lifecycle.documents import COUNTS, complete
from tests.lifecycle.golden import ato, table
from tests.lifecycle.golden.unsaved import MACHINES, ON_RECORD, PASSED, ROWS, STATE, TABLES, WITH_ATO
from tests.lifecycle.world import DAY, DECISION, NOW, facts_of, ready_for
from tests.samples import sample

AnyRow = table.Row | ato.Row
EVERYBODY = [key for key, *_ in PEOPLE]
# Who a person is for a case of the Department of Harbors, and for an ATO of the Bureau of Lighthouses, a part of it.
ON_A_CASE = {
    "liaison": "AL",
    "reviewer": "AR",
    "official": "AO",
    "csp_lead": "CL",
    "csp_contributor": "CC",
    "assessor_lead": "AS",
    "assessor_member": "AS",
    "pmo_lead": "PL",
    "pmo_reviewer": "PR",
}
ON_AN_ATO = {
    "bureau_liaison": "AL",
    "liaison": "AL",
    "official": "AO",
    "csp_lead": "CL",
    "csp_contributor": "CC",
    "pmo_lead": "PL",
    "pmo_reviewer": "PR",
}
ABOVE = {"liaison", "reviewer", "official", "viewer"}
PROVIDER = {"csp_lead", "csp_contributor", "csp_viewer"}
ASSESSOR = {"assessor_lead", "assessor_member"}
IN_THE_ADMIN = {"pmo_lead", "pmo_reviewer", "auditor"}
INSIDE_AGENCY = "need_defined"  # nobody else knows of a reuse case before access is asked for
# The ways back end where the case left.
BACK = {"renew_access": "package_review", "reinstate": "assessment"}


@dataclass(frozen=True)
class Tabled:
    """One row of one of the three tables, at a place of the package where that says who may."""

    kind: str  # initial, reuse, ato
    row: AnyRow
    place: str = "connect"

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def source(self) -> str:
        """The first stage from which the step leads."""
        return self.row.sources.split()[0]

    @property
    def target(self) -> str:
        return BACK.get(self.name, self.row.target) if self.row.target == "*" else self.row.target or self.source

    @property
    def id(self) -> str:
        return f"{self.row.row}-{self.name}" + ("" if self.place == "connect" else f"-{self.place}")

    @property
    def now(self) -> Any:
        return AFTER_CUTOFF if self.name == "close_at_cutoff" else NOW

    @property
    def takers(self) -> set[str]:
        """The letters of those who take it in their own right."""
        if self.row.who == "GRANTOR":
            return set(TABLES[self.kind].GRANTOR[self.place].split())
        return set(self.row.who.split())

    @property
    def readers(self) -> set[str]:
        """Who knows of the record; it is not there for anybody else."""
        if self.kind == "ato":
            return ABOVE | {"bureau_liaison"} | PROVIDER | IN_THE_ADMIN
        if self.source == INSIDE_AGENCY:
            return ABOVE | {"auditor"}
        return ABOVE | PROVIDER | IN_THE_ADMIN | (ASSESSOR if self.kind == "initial" else set())

    def letter(self, person: str) -> str:
        return (ON_AN_ATO if self.kind == "ato" else ON_A_CASE).get(person, "")

    def records(self, person: str) -> bool:
        """Whether the person enters what the official signed."""
        letter = self.letter(person)
        return self.row.recorded and letter == "AL" and letter not in self.takers

    def allows(self, person: str) -> bool:
        if person not in self.readers:
            return False
        return self.letter(person) in self.takers or self.records(person)

    @property
    def let_through(self) -> list[str]:
        """Everybody whom the row lets through."""
        return [person for person in EVERYBODY if self.allows(person)]


ATO_ROWS = [Tabled("ato", row) for row in ato.GOLDEN]
CASE_ROWS = [Tabled(kind, row) for kind, row in ROWS]
CASE_ROWS += [Tabled(kind, row, "repository") for kind, row in ROWS if row.who == "GRANTOR"]
TABLED = [*CASE_ROWS, *ATO_ROWS]


def in_turn(rows: list[Tabled]) -> list[object]:
    """Every tenth of the rows in the full run, and all of them at night."""
    return sample(rows, *rows[::10], lane=pytest.mark.nightly)


def named(value: Any) -> str:
    """The name of a row, for pytest."""
    return value.id if isinstance(value, Tabled) else str(value)


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- records ---


def record_for(tabled: Tabled, cast: Cast, stage: str = "") -> Ato | Case:
    """A record from which the step of a row can be taken, or one at another stage."""
    if tabled.kind == "ato":
        return ready_for(tabled.name, cast)
    return case_at(cast, tabled.kind, stage or tabled.source, tabled.name, tabled.place)


def case_at(cast: Cast, kind: str, stage: str, name: str = "", place: str = "connect") -> Case:
    """A case of the Department of Harbors that is at a stage, with what a step finds there; nobody walked it."""
    offering = make_offering(cast, kind)
    if place != "connect":
        offering.package.location = place
        offering.package.save(update_fields=["location"])
    times = dict.fromkeys(("opened_at", "stage_since", "waits_since"), NOW)
    case = MACHINES[kind](
        kind=kind,
        stage=stage,
        release=newest().id,
        revision=3,
        agency=cast.organizations["harbors"],
        offering=offering,
        shared_at=None if stage == INSIDE_AGENCY else NOW,
        authorizing_official=cast.official,
        system=make_system(cast),
        document_summary=complete(kind),
        finding_counts=COUNTS,
        **({"assessor": cast.organizations["plumb"]} if kind == "initial" else {}),
        **times,
    )
    _state(case, name, cast)
    if stage in WITH_ATO:
        case.ato = _ato(case, cast)
    case.waits_on = whose_turn(case)
    case.save(force_insert=True)
    _accesses(case, name, cast)
    return Case.objects.get(pk=case.pk)


def _state(case: Case, name: str, cast: Cast) -> None:
    """What the tables' tests say of a case before a step, as far as it is kept in columns."""
    columns = {column: value for column, value in STATE.get(name, {}).items() if column not in {"accesses", "as_of"}}
    if columns.pop("claimed_by_id", None):
        case.claimed_by = cast.pmo_reviewer
    for column, value in columns.items():
        setattr(case, column, value)
    for fact, value in ON_RECORD.get(name, {}).items():
        act = CurrentAct(ActingContext(cast.pmo_reviewer, NOW.date()), NOW, NOW)
        case.set_fact(fact, _contacts(cast).get(fact, value), act)


def _contacts(cast: Cast) -> dict[str, Any]:
    agency = cast.organizations["harbors"]
    return {
        "access_person": make_contact(agency, "Rae Reviewer", "reviewer"),
        "access_approver": make_contact(agency, "Ama Approver", "approver"),
    }


def _ato(case: Case, cast: Cast) -> Ato:
    of_case = {"agency": case.agency, "offering": case.offering, "system": case.system}
    return Ato.objects.create(
        **of_case,
        source="portal",
        listing_role=case.kind,
        ato_type="ato",
        signed_on=DAY,
        authorizing_official=cast.official,
    )


def _accesses(case: Case, name: str, cast: Cast) -> None:
    """Of a reuse case, an access that holds; or one that has ended, where the step is about that."""
    if case.kind != "reuse" or (case.stage in {INSIDE_AGENCY, "access_requested"} and name != "use_existing_access"):
        return
    until = PASSED if "accesses" in STATE.get(name, {}) else date(2027, 1, 19)
    both = _contacts(cast)
    PackageAccess.objects.create(
        person=both["access_person"],
        approver=both["access_approver"],
        agency=case.agency,
        package=case.offering.package,
        asked_on=date(2026, 9, 1),
        granted_on=date(2026, 9, 1),
        until=until,
    )


# --- what is entered ---


def told(tabled: Tabled, cast: Cast, person: str = "") -> dict[str, Any]:
    """What a person enters, by fact; who records what another signed names the letter too."""
    facts = facts_of(tabled.name, cast) if tabled.kind == "ato" else _asked(tabled, cast)
    if person and tabled.records(person):
        more = {
            name: value for name, value in DECISION.items() if "signed_on" not in facts or name != "decision_signed_on"
        }
        facts = {**more, **facts}
    return {name: value for name, value in facts.items() if value is not None}


def _asked(tabled: Tabled, cast: Cast) -> dict[str, Any]:
    """Of what is told on the way to a step, that which the step itself asks for."""
    step = MACHINES[tabled.kind].machine().step(tabled.name)
    asked = {fact.name for fact in step.facts} if step else set()
    return {name: value for name, value in step_facts(tabled.name, cast, tabled.kind).items() if name in asked}


def prefilled(record: Any, name: str) -> Mapping[str, Any]:
    """What the form of a step shows already, since it is on record."""
    step = record.machine().step(name)
    found = {fact.name: record.fact_value(fact.name) for fact in (step.facts if step else ()) if fact.is_stored}
    return {fact: value for fact, value in found.items() if value is not None}
