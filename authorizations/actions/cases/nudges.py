"""A nudge: asking the side whose turn it is how a case stands. An entry of the audit log and a message, nothing else.

Once a day for each case and sending side, so that it stays a question and does not become noise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.checklist import Acted
from authorizations.actions.door import Changes, action
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.lifecycle.problems import Problem
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Case, Event
from authorizations.policy import SIDES, Party, sides_of
from authorizations.sanitize import LONGEST_LINE, one_line, storable
from authorizations.vocabulary import Turn

NUDGE = "case.nudged"
# Who owes while a case waits on a party: nobody of them nudges. An official is asked by the rest of the agency too.
OWING: Mapping[str, frozenset[Party]] = {
    **{Turn(kind.value): parties for kind, parties in SIDES.items()},
    Turn.OFFICIAL: frozenset({Party.AO}),
}


class ActedAt(Acted, Protocol):
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Nudging:
    """What a person may do about a case that waits on others: for which side, and when that side nudged last.

    last: the side's latest nudge; None where there was none. again: the first day on which it may, where that is not
    today.
    """

    side: OrganizationKind
    last: datetime | None
    again: date | None


def nudging(case: Case, who: frozenset[Party], acts: Iterable[ActedAt], today: date) -> Nudging | None:
    """Whether people who are this for a case may nudge, from its acts, newest first; None where they may not at all."""
    side = _side(case, who)
    if side is None:
        return None
    last = next((act.at for act in acts if act.verb == NUDGE and act.changes["nudged_by"][1] == side), None)
    is_of_today = last is not None and timezone.localdate(last) == today
    return Nudging(side, last, today + timedelta(days=1) if is_of_today else None)


def _side(case: Case, who: frozenset[Party]) -> OrganizationKind | None:
    """For which side people who are this for a case nudge; None for who owes or only reads, and at nobody's turn."""
    if case.waits_on not in OWING or not OWING[case.waits_on].isdisjoint(who):
        return None
    return next(iter(sides_of(who)), None)


def nudge(public_id: str, *, actor: User, now: datetime, seen: str, note: str = "") -> Case:
    """Asks the party whose turn it is how the case stands.

    Args:
        seen: the party that the person saw the case wait on; another is not asked in its place.
        note: a sentence to them, where there is one; the history gives it as the reason.
    """
    with action(actor, now=now) as act:
        case: Case = Case.objects.held_by(actor).get(public_id=public_id)
        context = acting_context(case, actor, act.day)
        if not sides_of(context.parties):
            raise NotPermitted("You read this case. Who acts for a side of it can send a nudge.")
        if case.waits_on != seen or case.waits_on not in OWING:
            raise NoLongerPossible(f"The case waits on {ON_WHOM[Turn(case.waits_on)]} by now. Open its page anew.")
        side = _side(case, context.parties)
        if side is None:
            raise NotPermitted("It is your side that the case waits on.")
        held = nudging(case, context.parties, _nudges(case), act.day)
        if held is not None and held.again is not None:
            raise NoLongerPossible("Your side sent a nudge today already. The next is possible tomorrow.")
        words = one_line(storable(note))
        if len(words) > LONGEST_LINE:
            raise NotReady([Problem("note", f"A note has at most {LONGEST_LINE} characters.", "note")])
        act.acted_for = context.as_one_of(SIDES[side] & context.parties).acting_for
        changes: Changes = {"nudged": [None, case.waits_on], "nudged_by": [None, side.value]}
        act.record(NUDGE, case, changes=changes, reason=words)
    return case


def _nudges(case: Case) -> Iterable[Event]:
    return Event.objects.about(case).filter(verb=NUDGE).order_by("-recorded_at", "-pk")
