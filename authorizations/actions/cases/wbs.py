"""The plan of an initial case: taking over the tasks of a workbook, and keeping their dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.plan_dates import fill_plan
from authorizations.actions.door import Action, Changes, action, plain
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted, refuse_unready
from authorizations.actions.steps import refuse_stale, save_changed, state_of
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.plan_dates import BY_A_PERSON
from authorizations.lifecycle.wbs import (
    DATES,
    FOR_THE_PMO,
    PLANNERS,
    Comparison,
    WbsRow,
    compare,
    date_editors,
    impossible,
)
from authorizations.models import Case, Wbs, WbsTask
from authorizations.policy import Party
from authorizations.vocabulary import CaseKind, WbsKind

IMPORTED, DATED = "case.wbs_imported", "case.wbs_dated"
NOT_YOURS = "Your role does not keep the plan of this case. Agency and provider do; the PMO dates its own part."
NOT_THIS_ROW = "The dates of this task are not yours to keep. The PMO dates its own part, agency and provider the rest."
ENDED = "This case has ended; its plan stays as it is."
NO_PLAN = "This case has no tasks yet. Import the workbook first."
UNCHANGED = "Nothing was changed: the plan already says so."
# Of these the record says what they were and are; of texts, which people wrote, only that they changed.
REPORTED_COLUMNS = frozenset({*DATES, "kind", "is_pmo"})


class NothingToImport(NoLongerPossible):
    """The workbook says what the plan says already."""


@dataclass(frozen=True, slots=True)
class WbsWorkbook:
    name: str
    sha256: str
    sheet: str
    rows: Sequence[WbsRow]


def import_wbs(public_id: str, *, actor: User, now: datetime, revision: int, workbook: WbsWorkbook) -> Wbs:
    """Takes over the tasks of a workbook: what is new comes in, what is gone goes, what happened already stays."""
    with action(actor, now=now) as act:
        case, _ = _held(act, public_id, actor, revision, PLANNERS)
        wbs = Wbs.objects.visible_to(actor).filter(case=case).first()
        kept = list(wbs.tasks.select_for_update()) if wbs else []
        found = compare(kept, workbook.rows)
        if wbs and found.is_empty and wbs.sha256 == workbook.sha256:
            raise NothingToImport("This workbook was imported already, and nothing of the plan would change.")
        before = wbs.sha256 if wbs else None
        wbs = _name(wbs or Wbs(case=case), actor, act, workbook)
        _write(wbs, kept, workbook.rows)
        changed = {**_count_up(act, case), **fill_plan(case)}
        rows = [len(kept), len(workbook.rows)]
        changes: Changes = {"wbs_sha256": [before, wbs.sha256], "wbs_rows": rows, **_row_changes(found)}
        act.record(IMPORTED, case, changes={**changes, **changed})
    return wbs


def _held(
    act: Action, public_id: str, actor: User, revision: int, who_may: frozenset[Party]
) -> tuple[Case, ActingContext]:
    case: Case = Case.objects.held_by(actor).get(public_id=public_id, kind=CaseKind.INITIAL)
    context = acting_context(case, actor, act.day)
    if who_may.isdisjoint(context.parties):
        raise NotPermitted(NOT_YOURS)
    act.acted_for = context.as_one_of(who_may & context.parties).acting_for
    refuse_stale(case, revision, actor)
    if not case.is_open:
        raise NoLongerPossible(ENDED)
    return case, context


def _name(wbs: Wbs, actor: User, act: Action, workbook: WbsWorkbook) -> Wbs:
    wbs.file_name, wbs.sha256, wbs.sheet = workbook.name, workbook.sha256, workbook.sheet
    wbs.imported_by, wbs.imported_at = actor, act.recorded_at
    wbs.save()
    return wbs


def _write(wbs: Wbs, kept: Iterable[WbsTask], rows: Sequence[WbsRow]) -> None:
    """The rows of the plan become those of the workbook, whose numbers say which is which."""
    known = {task.number: task for task in kept}
    gone = known.keys() - {row.number for row in rows}
    wbs.tasks.filter(number__in=gone).delete()
    new: list[WbsTask] = []
    for row in rows:
        task = known.get(row.number) or WbsTask(wbs=wbs, number=row.number)
        _state(task, row)
        if task.pk is None:
            new.append(task)
        else:
            task.save()
    WbsTask.objects.bulk_create(new)


def _state(task: WbsTask, row: WbsRow) -> None:
    task.title, task.kind, task.owner, task.notes = row.title, row.kind, row.owner, row.notes
    task.is_pmo, task.row = row.is_pmo, row.row
    if not row.is_pmo:
        task.planned_start, task.planned_finish = row.planned_start, row.planned_finish
    if row.kind != WbsKind.TASK:
        task.actual_start = task.actual_finish = None
        task.filled_by = {}


def _row_changes(found: Comparison) -> Changes:
    changes: Changes = {}
    if found.create:
        changes["wbs_added"] = [None, [row.number for row in found.create]]
    if found.remove:
        changes["wbs_removed"] = [[row.number for row in found.remove], None]
    for row in found.change:
        changes |= _entries(row.number, row.changes)
    return changes


def _entries(number: str, changes: Mapping[str, tuple[Any, Any]]) -> Changes:
    return {
        f"wbs {number} {name}": [plain(before), plain(after)] if name in REPORTED_COLUMNS else [None, None]
        for name, (before, after) in changes.items()
    }


def _count_up(act: Action, case: Case) -> Changes:
    """Raises the case's revision: anyone who approves must have seen the plan that there is."""
    return save_changed(case, state_of(case), act)


def save_wbs_dates(
    public_id: str,
    *,
    actor: User,
    now: datetime,
    revision: int,
    dates: Mapping[str, Mapping[str, date | None]],
) -> Case:
    """Keeps planned and actual dates of tasks; None takes one back.

    Args:
        dates: by the id of the task, and the name of the column; what is not named stays.
    """
    with action(actor, now=now) as act:
        case, context = _held(act, public_id, actor, revision, PLANNERS | FOR_THE_PMO)
        who = context.parties
        changed = _dated(_tasks(case, actor), dates, who, act.day)
        act.acted_for = context.as_one_of(
            {party for task, _ in changed for party in date_editors(task) & who}
        ).acting_for
        WbsTask.objects.bulk_update([task for task, _ in changed], [*DATES, "filled_by"])
        recorded: Changes = {}
        for task, changes in changed:
            recorded |= _entries(task.number, changes)
        act.record(DATED, case, changes={**recorded, **_count_up(act, case)})
    return case


def _tasks(case: Case, actor: User) -> dict[str, WbsTask]:
    wbs = Wbs.objects.visible_to(actor).filter(case=case).first()
    tasks = {task.public_id: task for task in wbs.tasks.select_for_update()} if wbs else {}
    if not tasks:
        raise Blocked(NO_PLAN)
    return tasks


def _dated(
    tasks: Mapping[str, WbsTask], dates: Mapping[str, Mapping[str, date | None]], who: frozenset[Party], today: date
) -> list[tuple[WbsTask, dict[str, tuple[Any, Any]]]]:
    changed = []
    for key, given in dates.items():
        task = tasks.get(key)
        if task is None:
            raise NoLongerPossible("This task is no longer part of the plan.")
        if date_editors(task).isdisjoint(who):
            raise NotPermitted(NOT_THIS_ROW)
        changes = {name: (getattr(task, name), given[name]) for name in DATES if name in given}
        changes = {name: both for name, both in changes.items() if both[0] != both[1]}
        for name, (_, day) in changes.items():
            setattr(task, name, day)
        task.filled_by = _filled_still(task, changes)
        if changes:
            changed.append((task, changes))
    problems = [problem for task, _ in changed for problem in impossible(task, task.public_id, today)]
    refuse_unready(problems)
    if not changed:
        raise Blocked(UNCHANGED)
    return changed


def _filled_still(task: WbsTask, changes: Mapping[str, tuple[Any, Any]]) -> dict[str, str]:
    """By whom the dates of a task are filled in after a person changed some: one that was taken back stays blank."""
    rest = {name: by for name, by in task.filled_by.items() if name not in changes}
    taken_back = [name for name, (_, day) in changes.items() if day is None and name in task.filled_by]
    return {**rest, **dict.fromkeys(taken_back, BY_A_PERSON)}


def wbs_of(case: Case, user: User) -> Wbs | None:
    found: Wbs | None = Wbs.objects.visible_to(user).filter(case=case).select_related("imported_by").first()
    return found
