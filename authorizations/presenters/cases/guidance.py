"""What doors show of the guidance: the duties and tips of one place, for one person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.checklist import checked_tips, checklist_sides
from authorizations.lifecycle.guidance import (
    AT_THE_END,
    OF_AN_ATO,
    START,
    GuidanceSide,
    Here,
    Tip,
    ends_an_ato,
    here,
    sides_of,
)
from authorizations.lifecycle.step import Step
from authorizations.models import Case
from authorizations.presenters.audit_log.history import RecordedAct


@dataclass(frozen=True, slots=True)
class TipCheck:
    who: str
    on: date


@dataclass(frozen=True, slots=True)
class TipHere:
    tip: Tip
    checked_off: TipCheck | None
    is_yours: bool


@dataclass(frozen=True, slots=True)
class Guided:
    """The guidance of one place, and where that is, in words; ``seen`` keeps the words explained so far.

    Where there is little of it and it matters at once, it ``is_open``; elsewhere the reader opens it. Of a case, the
    tips have ticks, by the id of each, and the person ticks those ``of_sides``.
    """

    here: Here
    where: str
    is_open: bool = False
    checks: Mapping[str, TipCheck] = field(default_factory=dict)
    of_sides: frozenset[GuidanceSide] = frozenset()
    seen: set[str] = field(default_factory=set)

    @property
    def tips(self) -> list[TipHere]:
        return [TipHere(tip, self.checks.get(tip.id), tip.side in self.of_sides) for tip in self.here.tips]

    @property
    def others(self) -> int:
        return len(self.here.why) - 1

    @property
    def done(self) -> int:
        return sum(tip.id in self.checks for tip in self.here.tips)


def at_stage(user: User, case: Case, acts: Iterable[RecordedAct], seen: set[str] | None = None) -> Guided | None:
    """At the stage of a case; ``acts`` are all on it, newest first. None where nobody has a duty any more.

    seen: the words that the page explains elsewhere.
    """
    found = here(f"{case.kind}/{case.stage}", sides_of(user.roles))
    if not found:
        return None
    checked_off = {name: TipCheck(act.actor, timezone.localdate(act.at)) for name, act in checked_tips(acts).items()}
    sides = checklist_sides(case.parties_of(user))
    return Guided(found, "at this stage", checks=checked_off, of_sides=sides, seen=set() if seen is None else seen)


def at_start(user: User, kind: str) -> Guided | None:
    return _guided(user, f"{kind}/{START}", "before a case starts", is_open=True)


def of_an_ato(user: User) -> Guided | None:
    return _guided(user, OF_AN_ATO, "while an ATO is in force")


def at_the_end(user: User, step: Step) -> Guided | None:
    """On the form of a step that ends an ATO; None for every other step."""
    return _guided(user, AT_THE_END, "when an ATO ends", is_open=True) if ends_an_ato(step) else None


def _guided(user: User, place: str, where: str, *, is_open: bool = False) -> Guided | None:
    found = here(place, sides_of(user.roles))
    return Guided(found, where, is_open) if found else None
