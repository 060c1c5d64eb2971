"""Ticking the tips of a case. A tick is an entry of the audit log and nothing else, so nothing can disagree with it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, TypeVar

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations import policy
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.door import action
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.lifecycle.guidance import GuidanceSide, Tip, here, tip_of
from authorizations.models import Case, Event
from authorizations.policy import Party

TICK, UNTICK = "case.checked_off", "case.unchecked"
SIDES: Mapping[GuidanceSide, frozenset[Party]] = {
    GuidanceSide.AGENCY: policy.SIDES[OrganizationKind.AGENCY],
    GuidanceSide.CSP: policy.SIDES[OrganizationKind.PROVIDER],
}


class Acted(Protocol):
    @property
    def verb(self) -> str: ...

    @property
    def changes(self) -> Mapping[str, list[Any]]: ...


A = TypeVar("A", bound=Acted)


def checked_tips(acts: Iterable[A]) -> dict[str, A]:
    """The act that ticked each tip that is ticked now, by the tip's id; ``acts`` on the case, newest first."""
    newest: dict[str, A] = {}
    for act in acts:
        if act.verb in {TICK, UNTICK}:
            before, after = act.changes["tip"]
            newest.setdefault(after or before, act)
    return {name: act for name, act in newest.items() if act.verb == TICK}


def checklist_sides(who: frozenset[Party]) -> frozenset[GuidanceSide]:
    return frozenset(side for side, parties in SIDES.items() if not parties.isdisjoint(who))


def check_off(public_id: str, *, actor: User, now: datetime, tip: str, done: bool) -> Case:
    """Ticks a tip of the stage at which a case stands, or takes the tick back.

    The case itself stays as it is: nobody's open form becomes stale by it.
    """
    with action(actor, now=now) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        found = _tip_at(case, tip)
        context = acting_context(case, actor, act.day)
        if found.side not in checklist_sides(context.parties):
            raise NotPermitted("This tip is for another side of the case. You tick those of your own.")
        act.acted_for = context.as_one_of(SIDES[found.side] & context.parties).acting_for
        is_checked_off = tip in checked_tips(_tip_check(case))
        if is_checked_off == done:
            raise NoLongerPossible(f"This tip {'is ticked already' if done else 'is no longer ticked'}.")
        act.record(TICK if done else UNTICK, case, changes={"tip": [None, tip] if done else [tip, None]})
    return case


def _tip_at(case: Case, name: str) -> Tip:
    found = tip_of(name)
    if found is None or found not in here(f"{case.kind}/{case.stage}", GuidanceSide).tips:
        raise NoLongerPossible("This tip does not belong to the stage at which the case stands now.")
    return found


def _tip_check(case: Case) -> Iterable[Event]:
    rows = Event.objects.about(case).filter(verb__in=[TICK, UNTICK])
    return rows.order_by("-recorded_at", "-pk")
