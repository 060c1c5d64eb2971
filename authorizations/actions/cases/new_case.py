"""A new case in the making, for the verbs that open one: by itself, adopted, or as the next of another."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Organization
from authorizations.actions.door import Action, Changes, new_values, plain
from authorizations.lifecycle.context import ActingContext
from authorizations.models import Case, Offering
from authorizations.policy import Party
from authorizations.rules import newest
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, CaseKind

SET_WHEN_OPENED = (
    *("release", "opened_at", "stage_since", "waits_since", "shared_at", "adopted_at_stage", "resumes_at", "continues"),
    *("system", "authorizing_official", "ato", "received_at"),
)


def begin(act: Action, kind: str, stage: str, agency: Organization, offering: Offering) -> Case:
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
    return case


def owes_reason(case: Case, context: ActingContext | None) -> bool:
    """Whether opening this case takes a reason.

    Who acts for others says why; and so does who has an offering authorized anew that is certified and could be used.
    """
    is_certified = case.kind == CaseKind.INITIAL and case.offering.designation in CERTIFIED_DESIGNATIONS
    return is_certified or bool(context and context.for_unstaffed_organization)


def agree(act: Action, case: Case, context: ActingContext) -> None:
    """Who opens an initial case has agreed to the partnership; the case is the invitation to the other side."""
    for party, fact in ((Party.AL, "agency_agreed_on"), (Party.CL, "provider_agreed_on")):
        if party in context.acting:
            case.set_fact(fact, act.day, act.current(context))
    case.shared_at = act.at


def enter(act: Action, case: Case, verb: str, recorded: Mapping[str, Any], reason: str = "") -> None:
    case.settle("", act.at)
    case.full_clean(exclude=["stage"])
    case.save(force_insert=True)
    stated: Changes = {name: [None, plain(value)] for name, value in recorded.items() if value not in (None, "")}
    # What follows from the act or from the ATO is set beside what was said.
    set_beside = {name: getattr(case, name) for name in SET_WHEN_OPENED if getattr(case, name)}
    stated |= new_values(**set_beside, **{name: entry[0] for name, entry in case.facts.items()})
    named: Changes = {"agency": [None, case.agency_id], "offering": [None, case.offering_id]}
    turn: Changes = {"waits_on": [None, case.waits_on], "kind": [None, case.kind]}
    act.record(verb, case, changes={"stage": [None, case.stage], **named, **turn, **stated}, reason=reason)
