"""Why an agency's records and the feed differ, as people decide: kept with the facts it was about, and taken back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from authorizations.actions.door import Action, action, insert, new_values, update
from authorizations.actions.refusals import Blocked, NotPermitted
from authorizations.models import Ato, DifferenceDecision
from authorizations.models.register.record_classes import DifferenceReason, RecordClass
from authorizations.policy import Capability, Party
from authorizations.sanitize import one_line, storable

DECIDING = frozenset({Party.AL, Party.AR, Party.PR, Party.PL})
LONGEST_NOTE = 500
GONE = "It is no longer one of these lists."
CHANGED = "The facts changed since this page was made. Look again."
THE_SAME = "Both say the same, so there is nothing to decide."
DECIDED = "Decided already in these words."
OPEN = "Nothing was decided."


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """How one record stands to the feed now; ``mark``: its class and facts in short, as a page or file carried them."""

    record_class: RecordClass
    facts: Mapping[str, list[str]]
    mark: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of one record: a reason with a note, or with none the decision taken back."""

    ato: str
    mark: str
    reason: DifferenceReason | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one wish: whether it was carried out, or why not."""

    ato: str
    is_done: bool
    words: str


class NothingDecided(Blocked):
    """Nothing would change; ``outcomes`` says of each wish why."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__(outcomes[0].words if outcomes else OPEN)
        self.outcomes = outcomes


def decide_differences(
    *, actor: User, wishes: Sequence[Wish], find: Callable[[], Mapping[str, RecordDifference]], now: datetime
) -> list[Outcome]:
    """Decides several; each is asked by itself, and what one refuses stops no other.

    Args:
        find: compares the lists; called inside the transaction, so that it is about what is there now. By ATO id.

    Raises:
        NotPermitted: none of the records is one about which the actor decides.
        NothingDecided: nothing would change.
    """
    with action(actor, Capability.RECONCILE, now=now) as act:
        keys = [wish.ato for wish in wishes]
        atos = {ato.public_id: ato for ato in Ato.objects.held_by(actor).filter(public_id__in=keys).order_by("pk")}
        own = {key: ato for key, ato in atos.items() if not DECIDING.isdisjoint(ato.parties_of(actor))}
        if not own:
            raise NotPermitted(
                "Only a liaison or a reviewer of this agency, or the PMO, decides about its differences."
            )
        act.acted_for = actor.for_whom(lambda user: all(DECIDING & ato.parties_of(user) for ato in own.values()))
        known = {
            each.ato_id: each for each in DifferenceDecision.objects.visible_to(actor).filter(ato__in=own.values())
        }
        found = find()
        outcomes = [_carried_out(act, wish, own.get(wish.ato), known, found.get(wish.ato)) for wish in wishes]
        if not act.events:
            raise NothingDecided(outcomes)
    return outcomes


def _carried_out(
    act: Action, wish: Wish, ato: Ato | None, known: dict[int, DifferenceDecision], now: RecordDifference | None
) -> Outcome:
    if ato is None:
        return Outcome(wish.ato, is_done=False, words=GONE)
    decision = known.get(ato.pk)
    if wish.reason is None:
        return _taken_back(act, wish, decision, known)
    refused = GONE if now is None else CHANGED if now.mark != wish.mark else ""
    if now is None or refused:
        return Outcome(wish.ato, is_done=False, words=refused)
    if now.record_class == RecordClass.SAME:
        return Outcome(wish.ato, is_done=False, words=THE_SAME)
    note = one_line(storable(wish.note))[:LONGEST_NOTE].strip()
    said: dict[str, Any] = {
        "record_class": now.record_class,
        "facts": dict(now.facts),
        "reason": wish.reason,
        "note": note,
    }
    if decision is not None and all(getattr(decision, name) == value for name, value in said.items()):
        return Outcome(wish.ato, is_done=True, words=DECIDED)
    _keep(act, ato, decision, known, said)
    return Outcome(wish.ato, is_done=True, words=f"{wish.reason.label}.")


def _keep(
    act: Action,
    ato: Ato,
    decision: DifferenceDecision | None,
    known: dict[int, DifferenceDecision],
    said: dict[str, Any],
) -> None:
    who = {"decided_by": act.actor, "decided_at": act.recorded_at}
    told = {name: said[name] for name in ("record_class", "reason")}
    if decision is not None:
        before = {name: [str(getattr(decision, name)), str(value)] for name, value in told.items()}
        update(decision, **said, **who)
        act.record("differencedecision.changed", decision, changes=before, reason=said["note"])
        return
    made = DifferenceDecision(ato=ato, agency=ato.agency, **said, **who)
    insert(made)
    known[ato.pk] = made
    act.record("differencedecision.made", made, changes=new_values(ato=ato, **told), reason=said["note"])


def _taken_back(
    act: Action, wish: Wish, decision: DifferenceDecision | None, known: dict[int, DifferenceDecision]
) -> Outcome:
    if decision is None:
        return Outcome(wish.ato, is_done=True, words=OPEN)
    act.record("differencedecision.taken_back", decision, changes={"reason": [decision.reason, None]})
    del known[decision.ato_id]
    decision.delete()
    return Outcome(wish.ato, is_done=True, words="Taken back.")
