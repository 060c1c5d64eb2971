"""The path of a case as the page draws it: its parts with their days, the stages of the present part, and ways back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils import timezone
from django.utils.text import capfirst

from authorizations.lifecycle.durations import MOVING, Span, Visit, days_by_party, days_by_stage, moves, spans, visits
from authorizations.lifecycle.stages import PATH_INITIAL, PATH_REUSE
from authorizations.models import Case
from authorizations.presenters.audit_log.history import RecordedAct
from authorizations.tables.columns import Column, ColumnKind, Row
from authorizations.vocabulary import CaseKind, Turn

PATH_COLUMNS = (
    Column("stage", "Stage", "In the words of the release of the rules that the case is pinned to."),
    Column("part", "Part", "The part of the path to which the stage belongs."),
    Column("state", "How it stands", "Done, now, possible next, ahead, passed over, or ended here."),
    Column("days", "Days", "Days of all stays in it together; none where the case was never in it.", ColumnKind.NUMBER),
    Column("stays", "Stays", "How often the case was in it.", ColumnKind.NUMBER),
)
# Words that follow a stage or a part for those who do not see its mark.
DONE, NOW, NEXT, AHEAD, PASSED, ENDED = "done", "now", "possible next", "ahead", "passed over", "ended here"


@dataclass(frozen=True, slots=True)
class PathStage:
    """One stage with how the case stands to it; no days where it was never in it."""

    label: str
    state: str
    days: int | None
    stays: int


@dataclass(frozen=True, slots=True)
class PathPart:
    label: str
    state: str
    days: int | None
    stages: list[PathStage]


@dataclass(frozen=True, slots=True)
class WayBack:
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True)
class Path:
    parts: list[PathPart]
    beside: list[PathStage]  # stages beside the path that the case was in
    back: list[WayBack]
    exits: list[str]  # the stages that a step leads to from here

    @property
    def present(self) -> PathPart | None:
        return next((part for part in self.parts if part.state in (NOW, ENDED)), None)


@dataclass(frozen=True, slots=True)
class PartyDays:
    """The days of one party, or those of them in which FedRAMP's clock stood still."""

    turn: str
    label: str
    stopped: bool
    days: int
    start: float  # where it begins on a bar of 100
    width: float


def parts_of(kind: str) -> Sequence[tuple[str, Sequence[str]]]:
    return PATH_INITIAL if kind == CaseKind.INITIAL else PATH_REUSE


def path_of(case: Case, found: Sequence[Span]) -> Path:
    stays = visits(found)
    parts = parts_of(case.kind)
    order = [stage for _, stages in parts for stage in stages]
    here = _place(case, stays, order)
    draw = _PathBuilder(case, days_by_stage(found), Counter(stay.stage for stay in stays), order, here)
    return Path(
        [draw.part(label, stages) for label, stages in parts],
        [draw.stage(stage) for stage in dict.fromkeys(stay.stage for stay in stays) if stage not in order],
        list(_ways_back(case, stays, order)),
        [case.rules.label(case.kind, stage) for stage in draw.exits],
    )


def stage_rows(path: Path) -> Iterator[Row]:
    """Each stage with its part, how the case stands to it, and its days and stays: the path as a table."""
    for label, stages in (*((part.label, part.stages) for part in path.parts), ("Beside the path", path.beside)):
        for stage in stages:
            yield stage.label, label, capfirst(stage.state), stage.days, stage.stays


def _place(case: Case, stays: Sequence[Visit], order: Sequence[str]) -> str:
    if case.stage in order:
        return str(case.stage)
    return next((stay.stage for stay in reversed(stays) if stay.stage in order), order[0])


class _PathBuilder:
    def __init__(self, case: Case, days: Counter[str], stays: Counter[str], order: list[str], here: str) -> None:
        self.case, self.days, self.stays, self.order = case, days, stays, order
        self.here = here
        self.exits = list(_exits(case))

    def stage(self, stage: str) -> PathStage:
        label = self.case.rules.label(self.case.kind, stage)
        return PathStage(label, self._state(stage), self.days[stage] if self.stays[stage] else None, self.stays[stage])

    def part(self, label: str, stages: Sequence[str]) -> PathPart:
        drawn = [self.stage(stage) for stage in stages]
        days = [stage.days for stage in drawn if stage.days is not None]
        return PathPart(label, self._state_of_part(stages), sum(days) if days else None, drawn)

    def _state(self, stage: str) -> str:
        if stage == self.case.stage:
            return NOW if self.case.is_open else ENDED
        if stage in self.exits and not self._is_past(stage):
            return NEXT
        if self.stays[stage]:
            return DONE
        return PASSED if stage in self.order and self._is_behind(stage) else AHEAD

    def _is_past(self, stage: str) -> bool:
        """Whether it is over, even where a step would lead back to it: what lies ahead of an open case is not."""
        if stage in self.order:
            return self._is_behind(stage) or (not self.case.is_open and bool(self.stays[stage]))
        return bool(self.stays[stage])

    def _state_of_part(self, stages: Sequence[str]) -> str:
        if self.here in stages:
            return NOW if self.case.is_open else ENDED
        if not self._is_behind(stages[0]):
            return AHEAD
        return DONE if any(self.stays[stage] for stage in stages) else PASSED

    def _is_behind(self, stage: str) -> bool:
        return self.order.index(stage) < self.order.index(self.here)


def _exits(case: Case) -> Iterator[str]:
    seen: set[str] = set()
    for step in case.machine().exits(case.stage):
        stage = step.leads_to(case.stage, case)
        if stage and stage not in seen and not step.inside:
            seen.add(stage)
            yield stage


def _ways_back(case: Case, stays: Sequence[Visit], order: Sequence[str]) -> Iterator[WayBack]:
    for left, entered in pairwise(stays):
        if left.stage in order and entered.stage in order and order.index(entered.stage) < order.index(left.stage):
            yield WayBack(
                case.rules.label(case.kind, left.stage), case.rules.label(case.kind, entered.stage), entered.start
            )


def spans_of(case: Case, acts: Sequence[RecordedAct], today: date) -> list[Span]:
    """The times between the moves; ``acts`` newest first. An ended case stops counting on the day it ended."""
    moving = [act for act in reversed(acts) if not act.changes.keys().isdisjoint(MOVING)]
    moved = moves((timezone.localdate(act.at), act.changes) for act in moving)
    return spans(moved, today if case.is_open else timezone.localdate(case.stage_since))


def shares(found: Sequence[Span]) -> list[PartyDays]:
    """The days of each party that was waited for, in the order of the parties; they add up to the case's age.

    Days in which FedRAMP's clock stood still are shown apart, after the others of the same party.
    """
    counted = days_by_party(found)
    total = counted.total() or 1
    drawn: list[PartyDays] = []
    for turn, stopped in ((turn, stopped) for turn in Turn for stopped in (False, True)):
        days = counted[turn, stopped]
        if days or ((turn, stopped) in counted and turn is not Turn.NOBODY):
            start = sum(share.days for share in drawn)
            scaled = (round(100 * each / total, 2) for each in (start, days))
            label = f"{turn.label}, FedRAMP’s clock stopped" if stopped else str(turn.label)
            drawn.append(PartyDays(turn.value, label, stopped, days, *scaled))
    return drawn
