"""What is counted of cases: how many stand where and how old, how many came and went, how long a stay takes."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from authorizations.lifecycle.durations import moves, spans
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.models import Event
from authorizations.models.cases.case import OPEN
from authorizations.rules import newest
from authorizations.tables.columns import Column, ColumnKind, Value
from authorizations.vocabulary import CaseKind, Turn

# Fewer closed intervals say nothing of the next one.
ENOUGH = 5
TOO_FEW = "too few"
# Where each kind of case reaches what it was opened for.
GOALS = {CaseKind.INITIAL: "certified", CaseKind.REUSE: "recorded"}
STAGES = {CaseKind.INITIAL: OPEN_INITIAL, CaseKind.REUSE: OPEN_REUSE}


def days_at(found: Sequence[int], share: float) -> int:
    """The least of the values that at least a share of them does not exceed (nearest rank)."""
    return sorted(found)[max(0, math.ceil(share * len(found)) - 1)]


def half_and_most(found: Sequence[int]) -> tuple[Value, Value]:
    """Median and 90th percentile in days, from five values on."""
    if len(found) < ENOUGH:
        return TOO_FEW, TOO_FEW
    return round(median(found)), days_at(found, 0.9)


FROM_ENOUGH = f"took no longer; from {ENOUGH} on."
QUARTILES = (
    Column("p25", "25 % within", f"A quarter {FROM_ENOUGH}", ColumnKind.NUMBER),
    Column("median", "50 % within", f"Half {FROM_ENOUGH}", ColumnKind.NUMBER),
    Column("p75", "75 % within", f"Three quarters {FROM_ENOUGH}", ColumnKind.NUMBER),
    Column("p90", "90 % within", f"Nine of ten {FROM_ENOUGH}", ColumnKind.NUMBER),
)


def quartiles(found: Sequence[int]) -> tuple[Value, ...]:
    """The days of `QUARTILES`, from five values on."""
    half, most = half_and_most(found)
    quarter, three = (days_at(found, share) if len(found) >= ENOUGH else TOO_FEW for share in (0.25, 0.75))
    return quarter, half, three, most


@dataclass(frozen=True, slots=True)
class StageLoad:
    """The open cases in one stage, by the days since each came there."""

    kind: str
    stage: str
    label: str
    days: tuple[int, ...]


def stage_loads(cases: QuerySet[Any], today: date) -> list[StageLoad]:
    """Every open stage in the order of its path, also those in which no case is; one query."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, stage, since in cases.filter(OPEN).order_by().values_list("kind", "stage", "stage_since"):
        found[kind, stage].append(max(0, (today - timezone.localdate(since)).days))
    rules = newest(today)
    return [
        StageLoad(kind, stage, rules.label(kind, stage), tuple(found[kind, stage]))
        for kind, stages in STAGES.items()
        for stage in stages
    ]


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in one month: cases opened, cases that reached their goal, cases that ended otherwise."""

    first: date
    opened: int
    reached: int
    ended: int

    @property
    def key(self) -> str:
        """The month as addresses name it: 2026-11."""
        return f"{self.first:%Y-%m}"

    @property
    def words(self) -> str:
        return f"{self.first:%b %Y}"

    @property
    def short(self) -> str:
        """The month below a column: the year stands with its first month."""
        return self.words if self.first.month == 1 else f"{self.first:%b}"


def months(cases: QuerySet[Any], today: date, number: int = 12) -> list[Month]:
    """The flow of the months up to today's, the oldest first; one query."""
    firsts = [_months_before(today, back) for back in range(number - 1, -1, -1)]
    opened: Counter[date] = Counter()
    reached: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    goals = set(GOALS.items())
    start = firsts[0]
    rows = cases.filter(Q(opened_at__date__gte=start) | ~OPEN & Q(stage_since__date__gte=start)).order_by()
    still_open = {(kind, stage) for kind, stages in STAGES.items() for stage in stages}
    for kind, stage, opened_at, since in rows.values_list("kind", "stage", "opened_at", "stage_since"):
        opened[timezone.localdate(opened_at).replace(day=1)] += 1
        if (kind, stage) not in still_open:
            (reached if (kind, stage) in goals else ended)[timezone.localdate(since).replace(day=1)] += 1
    return [Month(first, opened[first], reached[first], ended[first]) for first in firsts]


def _months_before(today: date, back: int) -> date:
    count = today.year * 12 + today.month - 1 - back
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Stay:
    """The closed intervals in which one party had the turn in one stage, by their days."""

    kind: str
    stage: str
    label: str
    turn: str
    days: tuple[int, ...]


def stays(user: User, cases: QuerySet[Any], today: date) -> list[Stay]:
    """How long each party took in each stage, over the intervals that are over; from the audit log, one query.

    An interval is a time in which neither the stage nor the turn changed. The one in which an open case is now has not
    ended and is no interval here.
    """
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for kind, acts in histories(user, cases):
        for span in spans(moves(acts), today)[:-1]:
            found[kind, span.stage, span.turn].append(span.days)
    rules = newest(today)
    turns = {turn: place for place, turn in enumerate(Turn.values)}
    order = {(kind, stage): place for kind in CaseKind.values for place, stage in enumerate(rules.stages[kind])}
    keys = sorted(found, key=lambda key: (key[0], order.get(key[:2], len(order)), turns.get(key[2], len(turns))))
    return [
        Stay(kind, stage, rules.label(kind, stage), turn, tuple(found[kind, stage, turn])) for kind, stage, turn in keys
    ]


Acts = list[tuple[date, dict[str, Any]]]


def histories(user: User, cases: QuerySet[Any]) -> Iterator[tuple[str, Acts]]:
    """The moves of each case that the person may know of: its kind, and (day, changes) of its acts in their order."""
    kinds = dict(cases.order_by().values_list("pk", "kind"))
    moved = Event.objects.visible_to(user).filter(
        Q(changes__has_key="stage") | Q(changes__has_key="waits_on"),
        subject_type="case",
        subject_id__in=cases.values("pk"),
    )
    rows = moved.order_by("subject_id", "position").values_list("subject_id", "at", "changes")
    yield from _by_case(rows.iterator(chunk_size=5000), kinds)


def _by_case(rows: Iterable[tuple[int, Any, Any]], kinds: dict[int, str]) -> Iterator[tuple[str, Acts]]:
    case, acts = None, []  # type: tuple[int | None, Acts]
    for pk, at, changes in rows:
        if pk != case:
            if case is not None and case in kinds:
                yield kinds[case], acts
            case, acts = pk, []
        acts.append((timezone.localdate(at), changes))
    if case is not None and case in kinds:
        yield kinds[case], acts
