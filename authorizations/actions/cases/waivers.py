"""Waivers: a lead of the PMO leaves a gate of one case out, with a reason and until a day; everyone on it sees that."""

from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from authorizations.actions.door import Action, Changes, action, update
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady, refuse_unready
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.lifecycle.step import wrong_day
from authorizations.models import Case, Waiver
from authorizations.policy import Capability, Party


def waive_gate(public_id: str, *, actor: User, now: datetime, gate: str, reason: str, until: date) -> Waiver:
    """Waives one gate of a case until a day; everyone on the case sees it (machine tables, rule 3)."""
    with action(actor, Capability.WAIVE_GATE, now=now, clash="This gate is waived already.") as act:
        case = Case.objects.held_by(actor).get(public_id=public_id)
        _refuse_own_side(case, actor)
        problems, today = [], timezone.localdate(now)
        if gate not in case.machine().gates(case.rules):
            problems.append(Problem("gate", "This cannot be waived.", "gate"))
        if until < today:
            problems.append(Problem("until", "The waiver must end today or later.", "until"))
        elif words := wrong_day(until, today, may_be_later=True):
            problems.append(Problem("until", f"Until: {words}", "until"))
        if not reason.strip():
            problems.append(REASON)
        refuse_unready(problems)
        waiver = Waiver(case=case, gate=gate, reason=reason.strip(), until=until, granted_by=actor, granted_at=now)
        # One that has run out makes room for the next.
        Waiver.objects.filter(case=case, gate=gate, ended_at__isnull=True, until__lt=today).update(ended_at=now)
        waiver.save(force_insert=True)
        _touch(act, case, "case.gate_waived", {"gate": [None, gate], "until": [None, until.isoformat()]}, reason)
    return waiver


def end_waiver(public_id: str, *, actor: User, now: datetime, reason: str) -> Waiver:
    """Ends a waiver before its day."""
    with action(actor, Capability.WAIVE_GATE, now=now) as act:
        visible = Case.objects.visible_to(actor)
        seen = Waiver.objects.get(public_id=public_id, case__in=visible.values("pk"))
        case = Case.objects.held_by(actor).get(pk=seen.case_id)
        _refuse_own_side(case, actor)
        waiver = Waiver.objects.select_for_update().get(pk=seen.pk)
        if waiver.ended_at is not None:
            raise NoLongerPossible("This waiver has ended already.")
        if not reason.strip():
            raise NotReady([REASON])
        update(waiver, ended_at=now)
        _touch(act, case, "case.waiver_ended", {"gate": [waiver.gate, None]}, reason)
    return waiver


def _refuse_own_side(case: Case, actor: User) -> None:
    """A lead of the PMO who belongs to a side of the case spares it nothing."""
    if Party.PL not in case.parties_of(actor):
        raise NotPermitted("You belong to a side of this case. Another lead of the PMO waives its gates.")


def _touch(act: Action, case: Case, verb: str, changes: Changes, reason: str) -> None:
    case.revision += 1
    case.save(update_fields=["revision"])
    counted: Changes = {"revision": [case.revision - 1, case.revision]}
    act.record(verb, case, changes={**changes, **counted}, reason=reason.strip())
