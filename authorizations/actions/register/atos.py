"""How an ATO that was signed outside of the portal comes in, and the systems that an agency's ATOs belong to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import Organization, User
from accounts.roles import OrganizationKind, RecordSource, Role
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.side_effects import name_successor, supersede_formers
from authorizations.actions.documents.attached_documents import attach_documents
from authorizations.actions.door import Action, Changes, action, insert, new_values, plain
from authorizations.actions.refusals import NotPermitted, NotReady, refuse_unready
from authorizations.actions.register.records import refuse_sent_before
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import FactKind
from authorizations.models import AgencySystem, Ato, Offering
from authorizations.models.register.ato_steps import REGISTER
from authorizations.policy import Capability

COLUMNS = frozenset(fact.name for fact in REGISTER.facts)


def register_ato(*, actor: User, now: datetime, reason: str, idempotency_key: str = "", **facts: Any) -> Ato:
    """Registers an ATO: row A1 of the machine, and its entry.

    Args:
        facts: those that `REGISTER` asks for, by name.
    """
    clash = "Someone else registered an initial ATO of this offering at this moment. Look again."
    with action(actor, Capability.REGISTER_ATO, now=now, idempotency_key=idempotency_key, clash=clash) as act:
        return register(act, actor, facts, reason=reason)


def register(act: Action, actor: User, facts: Mapping[str, Any], *, reason: str) -> Ato:
    """Registers an ATO within another act; it supersedes the agency's former one of this system and offering (A10)."""
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    _refuse_incomplete(given, act.day)
    # The lock makes a second press of the button wait, and then find the ATO registered.
    held = Offering.objects.select_for_update(of=("self",), no_key=True)
    given["offering"] = held.get(pk=given["offering"].pk)
    refuse_sent_before(Ato, act.idempotency_key)
    # The system stays with its agency until this is written.
    given["system"] = AgencySystem.objects.select_for_update(no_key=True).get(pk=given["system"].pk)
    stated = {name: given[name] for name in given if name != asked.LETTER.name}
    ato: Ato = Ato(source=RecordSource.PORTAL, registered_on=timezone.localdate(act.recorded_at), **stated)
    context = acting_context(ato, actor, act.day).as_one_of(REGISTER.who)
    if REGISTER.who.isdisjoint(context.parties):
        raise NotPermitted("Only a liaison of this agency, or of one above it, may register its ATOs.")
    act.acted_for = context.acting_for
    # Before the gates are asked: what gives way to the new ATO does not block it.
    formers = supersede_formers(act, ato)
    _refuse_unmet(ato, given, reason.strip(), context)
    insert(ato)
    attach_documents(act, ato, REGISTER.row, given, context)
    ato.save(update_fields=["document_summary"])
    name_successor(formers, ato)
    recorded: Changes = {name: [None, plain(value)] for name, value in given.items()}
    changes = {"stage": [None, ato.stage], **new_values(registered_on=ato.registered_on), **recorded, **act.beside}
    act.record("ato.register", ato, changes=changes, reason=reason.strip())
    return ato


def _refuse_incomplete(given: Mapping[str, Any], as_of: date) -> None:
    unknown = given.keys() - COLUMNS
    if unknown:
        raise NotReady([Problem("facts", f"Registering does not ask for {name!r}.") for name in sorted(unknown)])
    missing = [problem for fact in REGISTER.facts for problem in fact.problems(given.get(fact.name), as_of)]
    if missing:
        raise NotReady(missing)


def _refuse_unmet(ato: Ato, given: Mapping[str, Any], reason: str, context: ActingContext) -> None:
    problems = REGISTER.problems(ato, given, context)
    problems += [
        Problem(fact.name, f"{fact.label}: choose one of the agency's own.", fact.name)
        for fact in REGISTER.facts
        if fact.kind is FactKind.RECORD and fact.name not in {"agency", "offering"}
        if not ato.options(fact.name).filter(pk=given[fact.name].pk).exists()
    ]
    duplicate_cases = Ato.objects.filter(
        agency=ato.agency, offering=ato.offering, system=ato.system, signed_on=ato.signed_on, source=RecordSource.PORTAL
    )
    if duplicate_cases.exists():
        problems.append(
            Problem("duplicate", "An ATO of this system for this offering, signed on this day, is here already.")
        )
    if not reason:
        problems.append(REASON)
    refuse_unready(problems)


def add_own_system(*, actor: User, agency: Organization, now: datetime, facts: Mapping[str, Any]) -> AgencySystem:
    """Adds an information system of an agency whose liaison the actor is.

    Raises:
        ValidationError: a fact is impossible, or the agency has a system of this name; by field.
    """
    with action(actor, Capability.ADD_OWN_SYSTEM, now=now) as act:
        if not agencies_of(actor).filter(pk=agency.pk).exists():
            raise NotPermitted("Only a liaison of this agency, or of one above it, may add its systems.")
        act.acted_for = actor.for_whom(lambda user: agencies_of(user).filter(pk=agency.pk).exists())
        Organization.objects.select_for_update().get(pk=agency.pk)
        named = {**facts, "name": " ".join(str(facts.get("name", "")).split())}
        if AgencySystem.objects.filter(agency=agency, name__iexact=named["name"]).exists():
            raise ValidationError({"name": f"{agency} already has a system of this name."})
        system = AgencySystem(agency=agency, **named)
        insert(system)
        stated: Changes = {name: [None, plain(value)] for name, value in named.items() if value}
        act.record("agencysystem.added", system, changes={"agency": [None, agency.pk], **stated})
    return system


def agencies_of(actor: User) -> Any:
    """The agencies for which the person is a liaison now: their own, and everything below it."""
    tops = [one.organization_id for one in actor.current_memberships if one.role == Role.AGENCY_LIAISON]
    return Organization.objects.visible_to(actor).below(tops).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)


def registrable(actor: User) -> Any:
    if Role.PMO_LEAD in actor.roles:
        return Organization.objects.visible_to(actor).filter(kind=OrganizationKind.AGENCY, is_pseudo=False)
    return agencies_of(actor)
