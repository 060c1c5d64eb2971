"""What the head of a case says beside its name: where it is, when it should end, and what is late."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from accounts.models import User
from authorizations.display import counted, day_text
from authorizations.models import Case
from authorizations.presenters.cases.path import parts_of
from authorizations.presenters.deadlines import DeadlineList
from authorizations.vocabulary import CaseKind

Words = tuple[str, str]


def in_short(case: Case, user: User, owed: DeadlineList, today: date) -> list[Words]:
    """Each in words with the tone of its tag; blank for plain words. Nothing once the case has ended."""
    if not case.is_open:
        return []
    return [*_place(case, today), *_end(case, user, today), *_late(owed, today)]


def _place(case: Case, today: date) -> Iterator[Words]:
    stages = [stage for _, stages in parts_of(case.kind) for stage in stages]
    if case.stage in stages:
        day = (today - timezone.localdate(case.stage_since)).days
        yield f"Stage {stages.index(case.stage) + 1} of {len(stages)}, day {day}", ""


def _end(case: Case, user: User, today: date) -> Iterator[Words]:
    if case.kind != CaseKind.INITIAL or case.ato_id or "ato_planned_on" in case.hidden_facts(user):
        return
    planned, cutoff = case.fact_value("ato_planned_on"), case.current_rules.dates["cutoff"]
    if planned and cutoff and planned > cutoff:
        words = f"At risk: the planned ATO ({day_text(planned)}) lies after the cut-off, {day_text(cutoff)}"
        yield words, "bad"
    elif planned:
        yield f"ATO planned for {day_text(planned)}", "warn" if planned < today else ""


def _late(owed: DeadlineList, today: date) -> Iterator[Words]:
    late = sum(line.due.is_overdue(today) for line in (*owed.first, *owed.more))
    if late:
        yield f"{counted(late, 'deadline')} passed", "warn"
