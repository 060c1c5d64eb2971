"""Where the days of a case went: a pure sum over the audit log of its moves, in whole days of US Eastern dates.

Days are differences of dates, so that the days by party and the days by stage each add up to the case's age exactly.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from authorizations.lifecycle.stages import CLOCK_STOPPED


@dataclass(frozen=True, slots=True)
class StageChange:
    """What one act left: the stage, and whose turn it was, from the day it happened (machine tables, rule 9)."""

    on: date
    stage: str
    turn: str


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which neither the stage nor the turn changed; ``end`` is the day of the next change."""

    stage: str
    turn: str
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay in a stage: since when, and for how many days."""

    stage: str
    start: date
    days: int


MOVING = ("stage", "waits_on")


def moves(acts: Iterable[tuple[date, Mapping[str, Any]]]) -> list[StageChange]:
    """The acts that changed the stage or the turn, from the audit log in its order: (day, changes) of every act.

    A change is ``[before, after]``; an act that says nothing of the stage or the turn leaves it as it was.
    """
    found: list[StageChange] = []
    stage = turn = ""
    for on, changes in acts:
        before = stage, turn
        stage, turn = (_after(changes, name, known) for name, known in zip(MOVING, before, strict=True))
        if (stage, turn) != before:
            found.append(StageChange(on, stage, turn))
    return found


def _after(changes: Mapping[str, Any], name: str, otherwise: str) -> str:
    change = changes.get(name)
    return str(change[1]) if change else otherwise


def spans(moved: Sequence[StageChange], until: date) -> list[Span]:
    """The times between the moves of a case, the last one until a day: today, or the day on which the case ended.

    An act that was recorded late counts from the day it happened, as the stored "since" does: what was recorded before
    it and happened later counts for no day. Nothing begins before the case was opened.
    """
    if not moved:
        return []
    starts = [move.on for move in moved]
    for place in range(len(starts) - 2, -1, -1):
        starts[place] = min(starts[place], starts[place + 1])
    opened = moved[0].on
    starts = [max(start, opened) for start in starts]
    ends = [*starts[1:], max(until, starts[-1])]
    return [Span(move.stage, move.turn, start, end) for move, start, end in zip(moved, starts, ends, strict=True)]


def days_by_turn(found: Iterable[Span]) -> Counter[str]:
    """Days of each party, also those that nobody was waited for."""
    counted: Counter[str] = Counter()
    for span in found:
        counted[span.turn] += span.days
    return counted


def days_by_party(found: Iterable[Span]) -> Counter[tuple[str, bool]]:
    """Days of each party, those apart in which FedRAMP's clock stood still: (party, whether it did)."""
    counted: Counter[tuple[str, bool]] = Counter()
    for span in found:
        counted[span.turn, span.stage in CLOCK_STOPPED] += span.days
    return counted


def days_by_stage(found: Iterable[Span]) -> Counter[str]:
    """Days in each stage, all stays in it together; a stage that was passed within a day has 0."""
    counted: Counter[str] = Counter()
    for span in found:
        counted[span.stage] += span.days
    return counted


def visits(found: Iterable[Span]) -> list[Visit]:
    """Each stay in a stage, in order; a stage that was left and reached again stands twice."""
    stays: list[Visit] = []
    for span in found:
        if stays and stays[-1].stage == span.stage:
            stays[-1] = Visit(span.stage, stays[-1].start, stays[-1].days + span.days)
        else:
            stays.append(Visit(span.stage, span.start, span.days))
    return stays
