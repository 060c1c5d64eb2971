"""A new case in the making, for the verbs that open one: by itself, adopted, or as the next of another."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Organization, User
from authorizations.actions.door import Act, Changes, plain
from authorizations.actions.standing import as_acting
from authorizations.models import Case, Offering
from authorizations.policy import Party
from authorizations.rules import newest


def begin(act: Act, kind: str, stage: str, actor: User, agency: Organization, offering: Offering) -> Case:
    """A case at its first stage that is not saved yet, for the person who acts."""
    case: Case = Case.machines[kind](
        kind=kind,
        stage=stage,
        agency=Organization.objects.select_related("parent__parent").get(pk=agency.pk),
        offering=Offering.objects.select_related("provider", "package").get(pk=offering.pk),
        release=newest().id,
        opened_at=act.at,
        stage_since=act.at,
        waits_since=act.at,
    )
    case.at, case.recorded_at = act.at, act.recorded_at
    vars(case)["waivers"] = []
    as_acting(case, actor, act.day)
    return case


def agree(case: Case) -> None:
    """Who opens an initial case has agreed to the partnership; the case is the invitation to the other side."""
    if Party.AL in case.acting:
        case.note("agency_agreed_on", case.as_of)
    if Party.CL in case.acting:
        case.note("provider_agreed_on", case.as_of)
    case.shared_at = case.at


def enter(act: Act, case: Case, verb: str, said: Mapping[str, Any], reason: str = "") -> None:
    """Saves a new case and records it."""
    case.settle("")
    case.full_clean(exclude=["stage"])
    case.save(force_insert=True)
    stated: Changes = {name: [None, plain(value)] for name, value in said.items() if value not in (None, "")}
    named: Changes = {"agency": [None, case.agency_id], "offering": [None, case.offering_id]}
    turn: Changes = {"waits_on": [None, case.waits_on], "kind": [None, case.kind]}
    act.record(verb, case, changes={"stage": [None, case.stage], **named, **turn, **stated}, reason=reason)
