"""The plan of a case as its page shows it: the rows with how they stand, the figures, and the facts it proposes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from authorizations.actions.cases.cases import recordable_by
from authorizations.display import day_text
from authorizations.lifecycle.gates.cases import binding_cutoff, limit_of
from authorizations.lifecycle.wbs import PROPOSES, Progress, date_editors, heading_of, progress, proposed
from authorizations.models import Case, DocumentVersion, Wbs, WbsTask
from authorizations.policy import Party
from authorizations.vocabulary import WbsKind

ACTUAL_WORDS = {"actual_start": "Actual start", "actual_finish": "Actual finish"}
TONES = {"done": "good", "late": "bad", "under way": "wait", "ahead": "plain"}
COLUMNS = (
    "Number",
    "Task",
    "What it is",
    "Responsibility",
    "Planned start",
    "Planned finish",
    "Actual start",
    "Actual finish",
    "How it stands",
    "Days late",
    "Part of the PMO",
    "Notes",
)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the table; ``is_yours``: whether this reader keeps its dates now, of a heading those of its part."""

    task: WbsTask
    stands: Progress
    tone: str
    is_yours: bool
    by_steps: list[str]  # which actual date which step filled in, in words

    @property
    def can_be_done(self) -> bool:
        """Whether one press marks it as done today: only what is under way, or should be."""
        return self.is_yours and self.task.is_task and self.stands.state in ("under way", "late")

    @property
    def texts(self) -> list[str]:
        task = self.task
        days = (task.planned_start, task.planned_finish, task.actual_start, task.actual_finish)
        return [
            task.number,
            task.title,
            task.get_kind_display(),
            task.owner,
            *(day.isoformat() if day else "" for day in days),
            self.stands.words if task.is_task else "",
            str(self.stands.days_late or "") if task.is_task else "",
            "Yes" if task.is_pmo else "",
            task.notes,
        ]


def rows_of(case: Case, tasks: Sequence[WbsTask], who: frozenset[Party], today: date) -> list[PlanRow]:
    yours = {task.number for task in tasks if case.is_open and not date_editors(task).isdisjoint(who)}
    parts = {heading_of(number) for number in yours}
    stands = [(task, progress(task, today)) for task in tasks]
    return [
        PlanRow(task, how, TONES[how.state], task.number in yours | parts, list(_by_steps(case, task)))
        for task, how in stands
    ]


def _by_steps(case: Case, task: WbsTask) -> Iterator[str]:
    for column, name in task.filled_by.items():
        step = case.machine().step(name)
        if step is not None:
            yield f"{ACTUAL_WORDS[column]} from the step “{step.label}”"


@dataclass(frozen=True, slots=True)
class Summary:
    tasks: int
    parts: int
    done: int
    late: int
    gaps: int

    @property
    def percent(self) -> int:
        """How much of the plan is complete: the share of its tasks that are done, rounded down."""
        return self.done * 100 // self.tasks if self.tasks else 0


def summary(rows: Sequence[PlanRow]) -> Summary:
    kinds = Counter(row.task.kind for row in rows)
    states = Counter(row.stands.state for row in rows if row.task.is_task)
    return Summary(
        kinds[WbsKind.TASK], kinds[WbsKind.HEADING], states["done"], states["late"], kinds[WbsKind.PLACEHOLDER]
    )


@dataclass(frozen=True, slots=True)
class DateProposal:
    """A fact of the case of which the plan has a day; ``is_yours``: whether this reader may record it now."""

    name: str
    label: str
    planned_on: date
    task: Any
    recorded_on: date | None
    is_yours: bool

    @property
    def is_same(self) -> bool:
        return self.recorded_on == self.planned_on


def proposals(case: Case, tasks: Sequence[WbsTask], who: frozenset[Party], today: date) -> list[DateProposal]:
    """What the plan proposes for days to come; it never writes over what is recorded, a person does."""
    found, known = proposed(tasks), case.machine().facts
    yours = {fact.name for fact in recordable_by(case, who)} if case.is_open else set()
    return [
        DateProposal(name, known[name].label, *found[name], case.fact_value(name), name in yours)
        for name, *_ in PROPOSES
        if name in found and name in known and found[name][0] >= today
    ]


def warnings(case: Case, tasks: Sequence[WbsTask]) -> list[str]:
    """What a plan that ends too late runs into: the cut-off, and the time for an ATO from the In Process date."""
    ends = max((task.planned_finish for task in tasks if task.planned_finish and not task.is_pmo), default=None)
    if ends is None or not case.is_open:
        return []
    found, cutoff = [], binding_cutoff(case)
    words = f"The plan ends on {day_text(ends)}, after "
    if cutoff and ends > cutoff:
        found.append(f"{words}the last day for new Rev5 applications, {day_text(cutoff)}.")
    listed = limit_of(case, "ato_months", case.fact_value("in_process_on"))
    if listed and ends > listed.day:
        found.append(f"{words}the {listed.length} from the In Process date, {day_text(listed.day)}{listed.mark}.")
    return found


# The key under which releases name the document of the plan.
DOCUMENT = "wbs"


def document_in_words(case: Case, wbs: Wbs, user: User) -> str:
    """How the workbook that was read stands to the signed one among the case's documents; one query."""
    versions = DocumentVersion.objects.visible_to(user).filter(document__case=case, document__key=DOCUMENT)
    same = versions.filter(sha256=wbs.sha256, withdrawn_at__isnull=True).order_by("-number").first()
    newest = case.document_summary.get(DOCUMENT, {}).get("number")
    if same and newest in (None, same.number):
        return f"It is version {same.number} of the document of the case."
    if same:
        return f"It is version {same.number} of the document of the case; version {newest} is newer: import that."
    if newest:
        return f"It is not the file of the document of the case, whose version {newest} counts."
    return "It is not among the documents of the case yet; FedRAMP counts the signed one there."
