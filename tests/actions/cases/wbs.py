"""The plan of a case, as the workbook of the tests states it, for those who need one to be there."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from accounts.models import User
from authorizations.actions.cases.wbs import WbsWorkbook, import_wbs, save_wbs_dates
from authorizations.lifecycle.wbs import WbsRow
from authorizations.models import Case, Wbs, WbsTask
from authorizations.vocabulary import WbsKind
from tests.exchange.workbooks import day
from tests.lifecycle.world import NOW

TASK, HEADING, PLACEHOLDER = WbsKind.TASK, WbsKind.HEADING, WbsKind.PLACEHOLDER
ROWS = (
    WbsRow("1", "Write and agree", HEADING, row=2),
    WbsRow("1.1", "Write the SSP", TASK, "CSP", day("2026-11-02"), day("2026-11-20"), row=3),
    WbsRow("1.2", "Read the SSP", TASK, "Agency", day("2026-11-23"), day("2026-12-11"), row=4),
    WbsRow("1.2.1", "<Gap 1>", PLACEHOLDER, "CSP", row=5),
    WbsRow("2", "Test", HEADING, row=7),
    WbsRow("2.1", "Conduct the security assessment", TASK, "3PAO", day("2027-03-01"), day("2027-04-16"), row=8),
    WbsRow("2.2", "Issue ATO", TASK, "Agency", day("2027-06-01"), day("2027-08-02"), row=9),
    WbsRow("3", "FedRAMP PMO Review", HEADING, is_pmo=True, row=11),
    WbsRow("3.1", "Look at the package", TASK, "PMO", is_pmo=True, row=12),
)


def workbook(rows: Iterable[WbsRow] = ROWS, sha256: str = "a" * 64) -> WbsWorkbook:
    return WbsWorkbook("Plan.xlsx", sha256, "LowModerateHigh WBS", tuple(rows))


def changed(number: str, **columns: Any) -> tuple[WbsRow, ...]:
    """The rows of the plan with something else in one of them."""
    return tuple(replace(row, **columns) if row.number == number else row for row in ROWS)


def take_over(case: Case, actor: User, rows: Iterable[WbsRow] = ROWS, **said: Any) -> Wbs:
    """Imports a plan into the case as it is now."""
    sha256 = said.pop("sha256", "a" * 64)
    given = {"actor": actor, "now": NOW, "revision": Case.objects.get(pk=case.pk).revision, **said}
    return import_wbs(case.public_id, workbook=workbook(rows, sha256), **given)


def task(case: Case, number: str) -> WbsTask:
    return WbsTask.objects.get(wbs__case=case, number=number)


def keep(case: Case, actor: User, dates: dict[str, dict[str, Any]], **said: Any) -> Case:
    """Keeps dates of tasks, by their numbers."""
    given = {"actor": actor, "now": NOW, "revision": Case.objects.get(pk=case.pk).revision, **said}
    by_id = {task(case, number).public_id: columns for number, columns in dates.items()}
    return save_wbs_dates(case.public_id, dates=by_id, **given)
