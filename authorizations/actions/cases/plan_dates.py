"""Filling the actual dates of a plan from the steps of its case, within the act that states them."""

from datetime import date

from authorizations.actions.door import Changes, plain
from authorizations.lifecycle.plan_dates import BY_A_PERSON, days_by_steps
from authorizations.lifecycle.wbs import ACTUAL
from authorizations.models import Case, WbsTask
from authorizations.vocabulary import CaseKind, WbsKind


def fill_plan(case: Case) -> Changes:
    """Brings the dates that steps fill in up to date with the case, which is held; returns what changed, as entered.

    What a person entered, or took back, stays. So does what would contradict it. One query, and one where dates change.
    """
    if case.kind != CaseKind.INITIAL:
        return {}
    tasks = list(WbsTask.objects.filter(wbs__case=case, kind=WbsKind.TASK).order_by("pk"))
    days = days_by_steps(case, tasks)
    if days is None:
        return {}
    changes: Changes = {}
    for task in tasks:
        for column in ACTUAL:
            day, step = days.get(task.number, {}).get(column, (None, ""))
            before = getattr(task, column)
            if _fill(task, column, day, step):
                changes[f"wbs {task.number} {column}"] = [plain(before), plain(day)]
    if changes:
        WbsTask.objects.bulk_update(tasks, [*ACTUAL, "filled_by"])
    return changes


def _fill(task: WbsTask, column: str, day: date | None, step: str) -> bool:
    before, by = getattr(task, column), task.filled_by.get(column)
    is_a_persons = by == BY_A_PERSON or (by is None and before is not None)
    start, finish = (day if column == name else getattr(task, name) for name in ACTUAL)
    if is_a_persons or day == before or (start and finish and finish < start):
        return False
    setattr(task, column, day)
    rest = {name: by for name, by in task.filled_by.items() if name != column}
    task.filled_by = {**rest, column: step} if day else rest
    return True
