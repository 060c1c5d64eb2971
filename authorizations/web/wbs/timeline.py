"""A plan as a picture: for each task what was planned above what happened, on a scale of months. Pure geometry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from authorizations.display import day_text
from authorizations.lifecycle.wbs import heading_of, progress
from authorizations.models import WbsTask

AXIS, RIGHT, BELOW = 30.0, 8.0, 18.0
# A bar is 9 units high; the late part of a plan is a line in its middle.
MIDDLE, THINNEST = 4.5, 4.0
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a picture is laid out, in its own units: on wide pages labels are beside the bars, on narrow ones above."""

    name: str
    width: float
    left: float
    row: float
    heading: float
    label: float  # where a label stands, below the top of its row
    plan: float
    actual: float
    longest_label: int
    max_ticks: int


WIDE = Shape("wide", 1000, 330, row=25, heading=24, label=16, plan=3, actual=13, longest_label=46, max_ticks=9)
NARROW = Shape("narrow", 328, 0, row=46, heading=30, label=15, plan=21, actual=33, longest_label=44, max_ticks=4)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One row of the picture; a bar is None where there is no date."""

    y: float
    height: float
    baseline: float
    label: str
    title: str
    is_heading: bool
    plan: Bar | None = None
    actual: Bar | None = None
    late: Bar | None = None
    is_open: bool = False  # begun, and not done yet

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Timeline:
    name: str
    width: float
    height: float
    ticks: list[tuple[float, str]]
    today: float | None
    lines: list[TimelineRow]
    title: str
    description: str

    @property
    def bottom(self) -> float:
        return self.height - BELOW


def timelines(name: str, tasks: Sequence[WbsTask], today: date, *, is_open: bool) -> list[Timeline]:
    """The picture of the tasks that have a date, for wide pages and for narrow ones; none where no task has any."""
    days = [day for task in tasks for day in _days(task)]
    # An ended case needs no today in its picture.
    return [_picture(shape, name, tasks, days, today, is_open=is_open) for shape in (WIDE, NARROW) if days]


def _picture(
    shape: Shape, name: str, tasks: Sequence[WbsTask], days: Sequence[date], today: date, *, is_open: bool
) -> Timeline:
    scale = Scale.around(shape, [*days, today] if is_open else days)
    lines = list(_lines(tasks, scale, today))
    return Timeline(
        name=shape.name,
        width=shape.width,
        height=lines[-1].bottom + BELOW,
        ticks=scale.ticks(),
        today=scale.x(today) if scale.first <= today < scale.last else None,
        lines=lines,
        title=f"Timeline of {name}",
        description=f"{_words(tasks, today)} From {day_text(min(days))} to {day_text(max(days))}. "
        "The table of tasks on this page says the same.",
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """From days to places; it begins and ends with a month."""

    shape: Shape
    first: date
    last: date

    @classmethod
    def around(cls, shape: Shape, days: Sequence[date]) -> "Scale":
        return cls(shape, min(days).replace(day=1), _months_after(max(days).replace(day=1), 1))

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        left = self.shape.left
        return round(left + share * (self.shape.width - left - RIGHT), 1)

    def bar(self, start: date, finish: date, y: float) -> Bar:
        """From the morning of one day to the evening of another; never too thin to be seen."""
        left = self.x(start)
        return Bar(left, y, round(max(self.x(finish + timedelta(days=1)) - left, THINNEST), 1))

    def ticks(self) -> list[tuple[float, str]]:
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
        step = next((step for step in STEPS if months / step <= self.shape.max_ticks), STEPS[-1])
        starts = (_months_after(self.first, number) for number in range(0, months, step))
        return [(self.x(day), f"{day:%b %Y}") for day in starts]


def _months_after(month: date, number: int) -> date:
    whole = month.year * 12 + month.month - 1 + number
    return date(whole // 12, whole % 12 + 1, 1)


def _days(task: WbsTask) -> list[date]:
    days = (task.planned_start, task.planned_finish, task.actual_start, task.actual_finish)
    return [day for day in days if day]


def _lines(tasks: Sequence[WbsTask], scale: Scale, today: date) -> Iterator[TimelineRow]:
    dated = {heading_of(task.number) for task in tasks if _days(task)}
    y = AXIS
    for task in tasks:
        is_heading = "." not in task.number
        if heading_of(task.number) not in dated or not (is_heading or _days(task)):
            continue
        line = _line(task, scale, today, y, is_heading=is_heading)
        yield line
        y = line.bottom


def _line(task: WbsTask, scale: Scale, today: date, y: float, *, is_heading: bool) -> TimelineRow:
    shape, stands = scale.shape, progress(task, today)
    words = [f"{task.number} {task.title}", *_dates_in_words(task), *([] if is_heading else [stands.words])]
    has_begun = task.actual_start or task.actual_finish
    return TimelineRow(
        y=y,
        height=shape.heading if is_heading and not _days(task) else shape.row,
        baseline=y + shape.label,
        label=_short(f"{task.number} {task.title}", shape.longest_label),
        title=". ".join(words),
        is_heading=is_heading,
        plan=_planned(task, scale, y + shape.plan),
        actual=scale.bar(has_begun, task.actual_finish or max(today, has_begun), y + shape.actual)
        if has_begun
        else None,
        late=_late(task, scale, today, y + shape.plan + MIDDLE) if not is_heading else None,
        is_open=bool(task.actual_start and not task.actual_finish),
    )


def _late(task: WbsTask, scale: Scale, today: date, y: float) -> Bar | None:
    finish, until = task.planned_finish, task.actual_finish or today
    return scale.bar(finish + timedelta(days=1), until, y) if finish and finish < until else None


def _planned(task: WbsTask, scale: Scale, y: float) -> Bar | None:
    start, finish = task.planned_start or task.planned_finish, task.planned_finish or task.planned_start
    return scale.bar(start, finish, y) if start and finish else None


def _dates_in_words(task: WbsTask) -> Iterator[str]:
    for name, start, finish in (
        ("planned", task.planned_start, task.planned_finish),
        ("actual", task.actual_start, task.actual_finish),
    ):
        if start or finish:
            yield f"{name} {day_text(start) if start else '…'} to {day_text(finish) if finish else '…'}"


def _short(label: str, longest: int) -> str:
    return label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…"


def _words(tasks: Sequence[WbsTask], today: date) -> str:
    states = [progress(task, today).state for task in tasks if task.is_task]
    done, late = states.count("done"), states.count("late")
    return f"{len(states)} tasks, {done} done, {late} late."
