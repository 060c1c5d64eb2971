"""Recording that a recurring duty was met for a period, or that the program releases from it; and withdrawing that."""

from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import Organization, User
from authorizations.actions.door import Action, action, plain, update
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.display import day_text
from authorizations.lifecycle.duties import DUTIES, Duty, duties_of
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import EARLIEST
from authorizations.models import Ato, Deliverable, Offering
from authorizations.policy import OF_THE_PMO, PARTY_OF, Capability, Party, parties

Record = Ato | Offering
NOT_YOURS = "You owe no delivery here. The party that owes it records it, or the PMO."
PMO_PARTIES = frozenset(PARTY_OF[role] for role in OF_THE_PMO)
# A period that is announced lies no further ahead than this.
AHEAD = timedelta(days=5 * 366)


def record_type_of(record: Record) -> str:
    return "ato" if isinstance(record, Ato) else "offering"


def parties_of(record: Record, user: User) -> frozenset[Party]:
    if not isinstance(record, Offering):
        found: frozenset[Party] = record.parties_of(user)
        return found
    held = ((one.role, one.organization_id) for one in user.current_memberships)
    return parties(held, agency_line=(), provider=record.provider_id, is_named_official=False)


def deliverable(record: Record, user: User) -> list[Duty]:
    """The duties that a person may say are met on a record; the PMO records what reached it."""
    held = parties_of(record, user)
    return [each for each in duties_of(record_type_of(record)) if not held.isdisjoint(each.by | PMO_PARTIES)]


def deliveries_of(record: Record, user: User) -> Any:
    """The deliveries of a record that a person may see, for those who record such."""
    if not deliverable(record, user):
        raise NotPermitted(NOT_YOURS)
    return Deliverable.objects.visible_to(user).filter(**{record_type_of(record): record})


def deliver(
    record_type: type[Record],
    public_id: str,
    *,
    actor: User,
    now: datetime,
    duty: str,
    period: date,
    delivered_on: date,
    reference: str,
    waived: bool = False,
    idempotency_key: str = "",
) -> Deliverable:
    """Records that a duty was met for a period.

    Args:
        period: the day from which the duty counts, such as the anniversary; each duty says which.
        reference: where it can be found; with ``waived``, why the PMO does not ask for it.
    """
    needed = Capability.WAIVE_DUTY if waived else Capability.DELIVER
    clash = "This is recorded for this period already."
    with action(actor, needed, now=now, idempotency_key=idempotency_key, clash=clash) as act:
        record = _record(record_type, public_id, actor)
        known = {each.key: each for each in deliverable(record, actor)}
        if DUTIES.get(duty) in duties_of(record_type_of(record)) and duty not in known:
            raise NotPermitted("Another side owes this duty. That side records it, or the PMO.")
        if waived and Party.PL not in parties_of(record, actor):
            raise NotPermitted("Your own side owes this duty. Another lead of the PMO releases it.")
        _refuse(known.get(duty), period, delivered_on, reference.strip(), act.day)
        owner: dict[str, Any] = {record_type_of(record): record}
        row = Deliverable(
            duty=duty,
            period=period,
            delivered_on=delivered_on,
            by=_organization(record, known[duty]),
            reference=reference.strip(),
            waived=waived,
            recorded_by=actor,
            recorded_at=now,
            **owner,
        )
        row.save(force_insert=True)
        _enter(act, "duty_waived" if waived else "delivered", row, new=True)
    return row


def withdraw_delivery(public_id: str, *, actor: User, now: datetime, reason: str) -> Deliverable:
    """Takes back what was recorded by mistake; the duty is open again."""
    with action(actor, Capability.DELIVER, now=now) as act:
        seen = Deliverable.objects.visible_to(actor).select_related("ato__agency__parent__parent", "ato__offering")
        row: Deliverable = seen.select_related("offering").select_for_update(of=("self",)).get(public_id=public_id)
        if row.duty not in {each.key for each in deliverable(row.record, actor)} or (
            row.waived and Party.PL not in parties_of(row.record, actor)
        ):
            raise NotPermitted("This was recorded by another side, which alone withdraws it, or the PMO.")
        if row.withdrawn_at is not None:
            raise NoLongerPossible("This was withdrawn already.")
        if not reason.strip():
            raise NotReady([REASON])
        update(row, withdrawn_at=now, withdrawn_reason=reason.strip()[:300])
        _enter(act, "delivery_withdrawn", row, new=False, reason=reason.strip())
    return row


def _record(record_type: type[Record], public_id: str, actor: User) -> Record:
    if record_type is Ato:
        found: Record = Ato.objects.acting_for(actor).get(public_id=public_id)
        return found
    if record_type is Offering:
        return Offering.objects.visible_to(actor).select_related("provider").get(public_id=public_id)  # type: ignore[no-any-return]  # a queryset of any
    raise Blocked("Nothing is delivered here.")


def _organization(record: Record, duty: Duty) -> Organization:
    if isinstance(record, Offering):
        owner: Organization = record.provider
    else:
        owner = record.offering.provider if duty.is_of_the_provider else record.agency
    return owner


def _enter(act: Action, verb: str, row: Deliverable, *, new: bool, reason: str = "") -> None:
    values = {"delivery": row.public_id, "duty": row.duty, "period": row.period, "delivered_on": row.delivered_on}
    values["reference"] = row.reference
    changes = {name: [None, plain(value)] if new else [plain(value), None] for name, value in values.items()}
    act.record(f"{record_type_of(row.record)}.{verb}", row.record, changes=changes, reason=reason)


def _refuse(duty: Duty | None, period: date, delivered_on: date, reference: str, today: date) -> None:
    problems = []
    if duty is None:
        problems.append(Problem("duty", "Choose one of the duties offered.", "duty"))
    latest = today + AHEAD if duty and duty.also_ahead else today
    if not EARLIEST <= period <= latest:
        words = f"{duty.period if duty else 'The period'}: enter a day from {day_text(EARLIEST)} to {day_text(latest)}."
        problems.append(Problem("period", words, "period"))
    if not EARLIEST <= delivered_on <= today:
        problems.append(Problem("delivered_on", "Delivered on: this cannot be in the future.", "delivered_on"))
    if not reference:
        problems.append(Problem("reference", "Say where it can be found, or why it is not asked for.", "reference"))
    refuse_unready(problems)
