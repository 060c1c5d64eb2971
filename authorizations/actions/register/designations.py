"""What the Marketplace says of an offering, where people state it: outside of the machines, or by I6, I36 and I37."""

from datetime import date, datetime
from typing import Any

from django.db import models

from accounts.models import Organization, User
from authorizations.actions.door import Action, action, differences
from authorizations.actions.idempotency_key import sent_before
from authorizations.actions.refusals import AlreadyDone, refuse_unready
from authorizations.actions.register.alerts import alert_of_offerings, ground_of_loss
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import wrong_day
from authorizations.models import DesignationEvent, Offering
from authorizations.policy import Capability
from authorizations.vocabulary import Designation, DesignationStep

# The dated step that each designation leaves in the offering's history; others no person sets.
STEPS: dict[str, DesignationStep] = {
    Designation.INITIAL_IMPLEMENTATION: DesignationStep.INITIAL_IMPLEMENTATION,
    Designation.READY: DesignationStep.READY,
    Designation.IN_PROCESS_AGENCY: DesignationStep.AGENCY_REVIEW,
    Designation.IN_PROCESS_FEDRAMP: DesignationStep.PMO_REVIEW,
    Designation.CERTIFIED: DesignationStep.CERTIFIED,
    Designation.IN_REMEDIATION: DesignationStep.IN_REMEDIATION,
    Designation.DELISTED: DesignationStep.DELISTED,
}


class AlreadySet(AlreadyDone):
    already = "This was already set. Here is the offering."


def designate(
    act: Action,
    offering: Offering,
    designation: str,
    on: date,
    *,
    partner: Organization | None = None,
    reason: str = "",
    reference: str = "",
    case: models.Model | None = None,
    **columns: Any,
) -> None:
    """Sets the designation of a locked offering, with its dated step and an entry."""
    step = DesignationEvent(
        offering=offering,
        step=STEPS[designation],
        effective_on=on,
        recorded_at=act.recorded_at,
        reason=reason,
        reference=reference,
    )
    step.save(force_insert=True)
    facts = {"designation": designation, **columns, **({"partner_agency": partner} if partner else {})}
    before, changes = offering.designation, differences(offering, facts)
    for name in changes:
        setattr(offering, name, facts[name])
    offering.save(update_fields=list(changes))
    recorded = {**changes, "effective_on": [None, on.isoformat()]}
    if case is not None:
        recorded["case"] = [None, case.pk]
    act.record("offering.designated", offering, changes=recorded, reason=reason)
    if ground := ground_of_loss(changes, before):
        alert_of_offerings(act, {offering.pk: ground})


def set_designation(
    *,
    actor: User,
    now: datetime,
    offering: Offering,
    designation: str,
    effective_on: date,
    reason: str,
    reference: str,
    as_of: date,
    idempotency_key: str = "",
) -> Offering:
    """Sets what the Marketplace says of an offering; no case moves by it (machine tables, rule 7).

    Args:
        reference: where it was stated, such as a mail or a page of the Marketplace.
    """
    with action(actor, Capability.SET_DESIGNATION, now=now, idempotency_key=idempotency_key) as act:
        visible = Offering.objects.visible_to(actor)
        held: Offering = visible.select_for_update(of=("self",), no_key=True).get(pk=offering.pk)
        # The lock makes a second sending of the form wait, and then find the first.
        if sent_before(idempotency_key):
            raise AlreadySet(offering)
        _refuse(held, designation, effective_on, reason.strip(), reference.strip(), as_of)
        designate(act, held, designation, effective_on, reason=reason.strip(), reference=reference.strip())
    return held


def _refuse(offering: Offering, designation: str, on: date, reason: str, reference: str, as_of: date) -> None:
    problems = []
    if designation not in STEPS:
        problems.append(Problem("designation", "Choose one of the designations offered.", "designation"))
    elif offering.designation == designation:
        problems.append(Problem("designation", "The offering has this designation already.", "designation"))
    if words := wrong_day(on, as_of, may_be_later=False):
        problems.append(Problem("effective_on", f"Effective on: {words}", "effective_on"))
    if not reason:
        problems.append(REASON)
    if not reference:
        problems.append(Problem("reference", "Say where it was stated.", "reference"))
    refuse_unready(problems)
