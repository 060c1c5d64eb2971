"""Corrections of one published field: proposed with evidence, decided by the PMO, closed by the feed that agrees."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.door import (
    Action,
    action,
    differences,
    insert,
    new_values,
    next_revision,
    refuse_unless_may,
    subject_type,
    update,
)
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.models import Ato, Correction, ImportRun, Offering
from authorizations.models.register.ato_facts import SIGNED
from authorizations.models.register.correction import (
    CorrectionState,
    as_text,
    correctable,
    corrected_source,
    is_corrected,
    parsed,
)
from authorizations.policy import Capability

TWICE = "Somebody proposed a correction of this field already. Look for it in the list of corrections."
SAME = "The record has this value already."


def proposes_for(user: User, record: Any) -> Organization | None:
    """The organization for which a person may propose corrections of a record: one of those whose it is."""
    line = _line(record)
    for held in user.current_memberships:
        if held.role in Capability.PROPOSE_CORRECTION.roles and held.organization_id in line:
            return held.organization
    return None


def _line(record: Any) -> list[int | None]:
    """The keys of those whose a record is: of an offering its provider and assessor, of an ATO its agency's line."""
    if isinstance(record, Offering):
        return [record.provider_id, record.assessor_id]
    if isinstance(record, Ato):
        return [*record.agency_line]
    return [*record.line_up] if record.kind == OrganizationKind.AGENCY else [record.pk]


def propose_correction(
    *, actor: User, record: Any, field: str, value: Any, evidence: str, evidence_link: str = "", now: datetime
) -> Correction:
    """Proposes the right value of one published field of an offering, an ATO or an organization that is the actor's.

    Raises:
        Blocked: the field cannot be corrected, or holds this value already.
        NoLongerPossible: a correction of it is open.
    """
    with action(actor, Capability.PROPOSE_CORRECTION, now=now, clash=TWICE) as act:
        held = _held(record, actor)
        by = proposes_for(actor, held)
        if by is None:
            raise NotPermitted("Only those whose record it is propose corrections of it.")
        if field not in {each.column for each in correctable(held)}:
            raise Blocked("This field is not published, so that nothing in the Marketplace is to be corrected.")
        right, published = as_text(parsed(held, field, as_text(value))), as_text(getattr(held, field))
        if right == published:
            raise ValidationError({"value": SAME})
        kind = subject_type(held)
        if Correction.objects.unsettled().filter(**{kind: held}, field=field).exists():
            raise NoLongerPossible(TWICE)
        made = Correction(field=field, published=published, value=right, evidence=evidence, by=by, **{kind: held})
        made.evidence_link, made.proposed_by, made.proposed_at = evidence_link, actor, now
        insert(made)
        act.record("correction.proposed", made, changes=new_values(field=field, value=right))
    return made


def decide_correction(*, actor: User, correction: Correction, accepts: bool, reason: str, now: datetime) -> Correction:
    """Accepts a proposed value, which becomes ours, or declines it; with a reason, once.

    Raises:
        NoLongerPossible: it was decided, or closed by a feed, before.
        NotPermitted: what was signed with an ATO is for a lead of the PMO.
    """
    with action(actor, Capability.RESOLVE_REVIEW, now=now) as act:
        current: Correction = Correction.objects.visible_to(actor).select_for_update().get(pk=correction.pk)
        if current.state != CorrectionState.PROPOSED:
            raise NoLongerPossible("This was decided already. Open it again to see by whom and how.")
        if accepts:
            _take_over(act, actor, current, reason)
        state = CorrectionState.ACCEPTED if accepts else CorrectionState.DECLINED
        changes = update(current, state=state, decided_by=actor, decided_at=now, reason=reason.strip())
        act.record(f"correction.{state}", current, changes={"state": changes["state"]}, reason=reason.strip())
    return current


def _take_over(act: Action, actor: User, correction: Correction, reason: str) -> None:
    """Writes the value as ours; which feed it stands against is kept as its source."""
    record, field = _held(correction.record, actor), correction.field
    if isinstance(record, Ato) and field in SIGNED:
        refuse_unless_may(actor, Capability.CORRECT_GROUNDS)
    right = parsed(record, field, correction.value)
    if isinstance(record, Ato):
        _refuse_odd_dates(record, field, right)
    changes = differences(record, {field: right, **next_revision(record)})
    sources = {**record.sources, field: corrected_source(record, field)}
    update(record, **{field: right}, **next_revision(record), sources=sources)
    act.record(f"{subject_type(record)}.corrected", record, changes=changes, reason=reason.strip())


def _refuse_odd_dates(ato: Ato, field: str, value: Any) -> None:
    days = {"signed_on": ato.signed_on, "expires_on": ato.expires_on, field: value}
    if days["signed_on"] and days["expires_on"] and days["expires_on"] < days["signed_on"]:
        raise Blocked("An ATO does not expire before it was signed. Decline this, or correct the other date first.")


def close_agreeing(act: Action, run: ImportRun) -> None:
    """After an import: what a feed says as it was proposed is closed, whether it was accepted before or not."""
    waiting = Correction.objects.unsettled().select_related("offering", "ato", "organization").order_by("pk")
    for each in waiting:
        record = each.record
        if as_text(getattr(record, each.field)) == each.value and not is_corrected(record, each.field):
            changes = update(each, state=CorrectionState.PUBLISHED, closed_by_run=run)
            act.record("correction.published", each, changes={"state": changes["state"]})


def _held(record: Any, actor: User) -> Any:
    rows = type(record).objects.visible_to(actor).select_for_update(of=("self",))
    if isinstance(record, Ato):
        rows = rows.select_related("agency__parent__parent")
    return rows.get(pk=record.pk)
