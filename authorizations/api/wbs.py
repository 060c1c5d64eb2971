"""The plan of a case (WBS): its tasks with what is planned, what happened, and how each stands today."""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from authorizations.actions.cases.wbs import wbs_of
from authorizations.api.authentication import person
from authorizations.api.schemas import RECORD, filled, reading
from authorizations.lifecycle.wbs import heading_of, progress, sides_of
from authorizations.models import Case, WbsTask
from authorizations.vocabulary import CaseKind, WbsKind


class PlannedRow(Schema):
    """One row of the plan: a heading, a task, or a placeholder for a gap that is not named yet."""

    id: str
    number: str
    heading: str = Field(description="Number of the heading that it stands under, or its own.")
    kind: WbsKind
    title: str
    responsibility: str = Field(description="In the words of the workbook.")
    sides: list[str] = Field(description="The sides that it names: agency, provider, assessor, pmo.")
    planned_start: date | None
    planned_finish: date | None
    actual_start: date | None
    actual_finish: date | None
    filled_by: dict[str, str] = Field(
        description="By column, the step that filled an actual date in; “person” where one took it back."
    )
    is_pmo: bool = Field(description="Whether it is of the part that the PMO dates.")
    state: str | None = Field(description="done, late, under way or ahead; null for headings and placeholders.")
    days_late: int | None
    notes: str


class WbsOut(Schema):
    """The plan of a case, as the workbook that was imported last states it, with what has happened since."""

    file_name: str
    sha256: str
    sheet: str
    imported_at: datetime
    revision: int = Field(description="The case’s.")
    tasks: list[PlannedRow]


def add_plan(router: Router) -> None:
    """Adds the address of a case's plan; before those of its steps, which would take it for one."""

    @reading(router, RECORD + "/wbs", WbsOut, "api_case_wbs", "read_case_wbs", "Read the plan of a case")
    def read_plan(request: HttpRequest, public_id: str) -> WbsOut:
        """The tasks of an initial case in the order of their numbers; 404 where none were imported."""
        user, today = person(request), timezone.localdate()
        case = Case.objects.visible_to(user).get(public_id=public_id, kind=CaseKind.INITIAL)
        wbs = wbs_of(case, user)
        if wbs is None:
            raise Case.DoesNotExist
        return filled(WbsOut, wbs, revision=case.revision, tasks=[_row(task, today) for task in wbs.rows()])


def _row(task: WbsTask, today: date) -> PlannedRow:
    stands = progress(task, today) if task.is_task else None
    return filled(
        PlannedRow,
        task,
        heading=heading_of(task.number),
        responsibility=task.owner,
        sides=sides_of(task.owner),
        state=stands.state if stands else None,
        days_late=stands.days_late if stands else None,
    )
