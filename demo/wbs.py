"""Plans for some of the demo's cases: a workbook as the two sides would fill it in, taken over and kept by them.

Days are counted from the day on which the plan comes in; where a case is later, its tasks happened, some late.
"""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.wbs import WbsWorkbook, import_wbs, save_wbs_dates
from authorizations.exchange.wbs.rows import read_wbs
from authorizations.models import Case, WbsTask
from demo.case_paths import PLAN_COMES_IN, REPORT

SHEET = "LowModerateHigh WBS"
# number, task, who, first and last day after the plan came in; no days for headings and the PMO's part.
PLAN: tuple[tuple[str, str, str, int | None, int | None], ...] = (
    ("1", "Prepare the service", "", None, None),
    ("1.1", "Close the gaps that are known", "CSP", -20, 25),
    ("1.1.1", "Second factor for all operators", "CSP", -20, 10),
    ("1.1.2", "<Gap 2>", "CSP", None, None),
    ("2", "Begin together", "", None, None),
    ("2.1", "Send the In Process Request", "Agency", 6, 14),
    ("2.2", "Fill in and sign this plan", "Agency, CSP", 0, 8),
    ("3", "System security plan (SSP)", "", None, None),
    ("3.1", "Write the SSP and deliver it", "CSP", 10, 50),
    ("3.2", "Read the draft", "Agency", 51, 65),
    ("3.3", "Prepare and hold the kickoff", "CSP, Agency, PMO, 3PAO (optional)", 30, 35),
    ("3.4", "Correct what the agency found", "CSP", 66, 80),
    ("3.5", "Acknowledge customer responsibilities and approve the SSP", "Agency", 81, 90),
    ("4", "Security assessment plan (SAP)", "", None, None),
    ("4.1", "Write the SAP and deliver it", "CSP, 3PAO", 85, 100),
    ("4.2", "Read, comment and approve the SAP", "Agency", 101, 112),
    ("5", "Assessment", "", None, None),
    ("5.1", "Conduct the security assessment", "3PAO", 115, 150),
    ("5.2", "Mend what the tests found", "CSP", 130, 165),
    ("5.3", "Deliver SAR and POA&M", "3PAO, CSP", 160, 170),
    ("5.4", "Hold the SAR debrief", "CSP, 3PAO, Agency, PMO", 184, 184),
    ("6", "Review and ATO", "", None, None),
    ("6.1", "Review the package", "Agency", 185, 210),
    ("6.2", "Issue ATO and send it to FedRAMP", "Agency", 211, 240),
    ("7", "FedRAMP PMO Review (for awareness, do not fill out)", "", None, None),
    ("7.1", "Review the package and report", "PMO", None, None),
    ("7.2", "Mend what the PMO found", "CSP, 3PAO", None, None),
)
# How much later than planned tasks end, in turn: most on their day, some late, one early.
DELAYS = (0, 3, 0, -2, 0, 9, 1)


def workbook(began: date) -> bytes:
    """The plan as a workbook, filled in for a case that is planned from a day on."""
    book = openpyxl.Workbook()
    sheet = book.active
    if sheet is None:
        raise ValueError("a new workbook has a sheet")
    sheet.title = SHEET
    sheet.append(("Task #", "Task", "Responsibility", "Start Date", "End Date", "Notes"))
    for number, task, owner, first, last in PLAN:
        days = [began + timedelta(days=day) if day is not None else None for day in (first, last)]
        sheet.append((number, task, owner or None, *days))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def import_demo_plan(case: Case, actor: User, now: datetime) -> None:
    """A side of the case imports its plan, as its page does."""
    today = timezone.localdate(now)
    found = read_wbs(workbook(today), name=f"WBS {case.offering.name}.xlsx", level="moderate", today=today)
    read = WbsWorkbook(found.name, found.sha256, found.sheet, found.rows)
    import_wbs(case.public_id, actor=actor, now=now, revision=case.revision, workbook=read)
    case.revision += 1


def report(case: Case, actor: User, now: datetime) -> None:
    """A side of the case enters what has happened of its plan until a day."""
    today = timezone.localdate(now)
    dates = {}
    for place, task in enumerate(WbsTask.objects.filter(wbs__case=case, is_pmo=False, kind="task").order_by("pk")):
        happened = _happened(task, DELAYS[place % len(DELAYS)], today)
        if happened:
            dates[task.public_id] = happened
    if dates:
        save_wbs_dates(case.public_id, actor=actor, now=now, revision=case.revision, dates=dates)
        case.revision += 1


def _happened(task: WbsTask, delay: int, today: date) -> dict[str, Any]:
    start, finish = task.planned_start, task.planned_finish
    if start is None or finish is None or start > today:
        return {}
    began: dict[str, Any] = {"actual_start": start}
    ended = max(start, finish + timedelta(days=delay))
    return {**began, "actual_finish": ended} if ended <= today else began


# Not steps: what the demo's people do with the plan of their case.
ACTS: dict[str, Callable[[Case, User, datetime], None]] = {PLAN_COMES_IN: import_demo_plan, REPORT: report}
