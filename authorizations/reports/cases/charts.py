"""The charts of cases that dashboards and reports share, each with its table: its numbers lead to their rows."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.utils.http import urlencode

from accounts.roles import OrganizationKind
from authorizations.display import counted, day_text, label
from authorizations.reports.cases.statistics import ENOUGH, GOALS, Month, StageLoad, half_and_most, months, stage_loads
from authorizations.reports.duties import NEXT, OVERDUE, Duties
from authorizations.reports.duty_selection import SIDES, DutySelection
from authorizations.reports.scope import ReportScope
from authorizations.tables.charts import Chart, Point, Series, Tone, bars
from authorizations.tables.columns import Column, ColumnKind, Link, Table
from authorizations.tables.contents import ReportSpec
from authorizations.vocabulary import CaseKind

WEEKS = 12
KIND = Column("kind", "Kind of case", "Initial or reuse.")
CASES = Column("cases", "Open cases", "Cases in this stage now.", ColumnKind.NUMBER, sums=True)
FUNNEL = (KIND, Column("stage", "Stage", "The stage, in the order of the path."), CASES)
AGES = (
    KIND,
    Column("stage", "Stage", "The stage in which the case is now."),
    CASES,
    Column("median", "Median days", "Half of them came there no earlier.", ColumnKind.NUMBER),
    Column("p90", "90 % within", "Nine of ten came there no earlier.", ColumnKind.NUMBER),
    Column("oldest", "Longest", "Days of the case that is there longest.", ColumnKind.NUMBER),
)
REACHED = "Cases that came to their goal in it."
FLOW = (
    Column("month", "Month", "The month, in US Eastern dates."),
    Column("opened", "Opened", "Cases opened in it.", ColumnKind.NUMBER, sums=True),
    Column("reached", "Certified or recorded", REACHED, ColumnKind.NUMBER, sums=True),
    Column("ended", "Ended in all", "Cases that ended in it, in whatever way.", ColumnKind.NUMBER, sums=True),
)
AHEAD = (
    Column("week", "Week", "Seven days from the day that is named."),
    Column("deadlines", "Deadlines", "Open deadlines that your side owes.", ColumnKind.NUMBER, sums=True),
)
STATES = sorted(set(GOALS.values()))


def of(scope: ReportScope) -> tuple[Chart, ...]:
    loads = stage_loads(scope.cases(), scope.today)
    if scope.kind:
        loads = [each for each in loads if each.kind == scope.kind]
    charts = (funnel(scope, loads), ages(scope, loads), flow(scope), ahead(scope))
    # Of noughts there is nothing to draw, and nothing to list.
    return tuple(each for each in charts if each.table.total)


def _of_stage(scope: ReportScope, each: StageLoad) -> str:
    return scope.cases_url(kind=each.kind, stage=each.stage, state="open")


def _name(each: StageLoad) -> str:
    return f"{label(CaseKind, each.kind)}: {each.label}"


def left_out(number: int, noun: str, one: str, several: str) -> str:
    """The sentence for rows of nought, which are not shown; blank where there are none."""
    return f"{counted(number, f'other {noun}')} {one if number == 1 else several}." if number else ""


def _fullest(shown: Sequence[StageLoad]) -> str:
    """The sentence for the stage with most cases; where several have as many, none is named. Blank where none has."""
    number = max((len(each.days) for each in shown), default=0)
    fullest = [each for each in shown if len(each.days) == number]
    if len(fullest) > 1:
        return f" No stage has more than {number:,}."
    return f" “{_name(fullest[0])}” has the most: {number:,}." if fullest else ""


def funnel(scope: ReportScope, loads: Sequence[StageLoad]) -> Chart:
    total = sum(len(each.days) for each in loads)
    shown = [each for each in loads if each.days]
    description = f"{counted(total, 'open case')} by stage, in the order of the path." if total else "No case is open."
    description += _fullest(shown)
    points = [Point(_name(each), len(each.days), _of_stage(scope, each)) for each in shown]
    table = Table(
        "funnel",
        "Where do the open cases stand?",
        FUNNEL,
        lambda: [
            (label(CaseKind, each.kind), each.label, Link(len(each.days), _of_stage(scope, each))) for each in shown
        ],
        note=left_out(len(loads) - len(shown), "stage", "has no open case", "have no open case"),
        empty="No case is open.",
        group="kind",
    )
    return bars("open-by-stage", description, table, points)


def ages(scope: ReportScope, loads: Sequence[StageLoad]) -> Chart:
    shown = [(each, *half_and_most(each.days)) for each in loads if each.days]
    known = [(each, half) for each, half, _ in shown if isinstance(half, int)]
    # A picture of stages of which nothing can be said shows nothing; the table has them.
    description = f"Days since the open cases of each stage came there, half of them no longer; from {ENOUGH} cases on."
    if known:
        oldest, half = max(known, key=lambda pair: pair[1])
        description += f" The longest stand at “{oldest.label}”: {counted(half, 'day')}."
    else:
        description = f"No stage has {ENOUGH} open cases, too few for a usual time. The table lists each stage."
    points = [
        Point(_name(each), half, _of_stage(scope, each), counted(half, "day"), Tone.LIGHT) for each, half in known
    ]
    table = Table(
        "ages",
        "How long have the open cases stood there?",
        AGES,
        lambda: [
            (
                label(CaseKind, each.kind),
                each.label,
                Link(len(each.days), _of_stage(scope, each)),
                half,
                most,
                max(each.days),
            )
            for each, half, most in shown
        ],
        note=f"From {ENOUGH} cases on; fewer are too few to say.",
        empty="No case is open.",
        group="kind",
    )
    return bars("age-by-stage", description, table, points)


def flow(scope: ReportScope) -> Chart:
    found = months(scope.cases(), scope.today)
    busy = [each for each in found if each.opened or each.reached or each.ended]
    opened, reached, ended = (sum(getattr(each, name) for each in found) for name in ("opened", "reached", "ended"))
    description = (
        f"In twelve months {counted(opened, 'case')} {'was' if opened == 1 else 'were'} opened, {reached:,} came to "
        f"their goal (certified, or the reuse recorded) and {ended:,} ended otherwise."
    )

    def urls(each: Month) -> tuple[str, str, str]:
        ended = scope.cases_url(ended_in=each.key, state="ended")
        return scope.cases_url(opened_in=each.key), f"{ended}&{urlencode({'stage': STATES}, doseq=True)}", ended

    series = [
        Series("Opened", [Point(each.short, each.opened, urls(each)[0]) for each in found]),
        Series(
            "Certified or recorded",
            [Point(each.short, each.reached, urls(each)[1], tone=Tone.STRONG) for each in found],
        ),
    ]
    table = Table(
        "flow",
        "How many cases begin and end each month?",
        FLOW,
        lambda: [
            (
                each.words,
                Link(each.opened, urls(each)[0]),
                Link(each.reached, urls(each)[1]),
                Link(each.reached + each.ended, urls(each)[2]),
            )
            for each in reversed(busy)
        ],
        note=left_out(len(found) - len(busy), "month", saw := "saw no case opened or ended", saw),
        empty="No case was opened or ended in these months.",
    )
    return Chart("flow-by-month", description, table, series, over_time=True)


def ahead(scope: ReportScope) -> Chart:
    """What the person's side owes in the weeks ahead, week by week, and what is overdue; its links list the duties."""
    side = next((side for side in SIDES if side in scope.user.sides), "")
    last = scope.today + timedelta(weeks=WEEKS) - timedelta(days=1)
    owed = DutySelection(ReportSpec(scope.user, scope.spec.as_of, {"side": side, "until": last}))
    weeks = Counter((due.on - scope.today).days // 7 for due in owed.ahead if due.on)
    late = len(owed.overdue)
    overdue = f"{late:,} more {'is' if late == 1 else 'are'}" if late else "none is"
    deadlines = counted(sum(weeks.values()), "deadline")
    bureaus = ", bureaus included," if side == OrganizationKind.AGENCY else ""
    description = f"Your side{bureaus} owes {deadlines} within {WEEKS} weeks; {overdue} overdue."
    if scope.query:
        description += " This counts everything, whatever you chose above."
    duties = partial(Duties.alone, ReportSpec(scope.user, scope.spec.as_of), side=side)
    rows = [("Overdue", len(owed.overdue), duties(OVERDUE))]
    for week in range(WEEKS):
        first = scope.today + timedelta(weeks=week)
        url = duties(NEXT, since=first.isoformat(), until=(first + timedelta(days=6)).isoformat())
        rows.append((f"From {day_text(first)}", weeks[week], url))
    points = [
        Point(words.removeprefix("From "), number, url, tone=Tone.STRONG if place == 0 else Tone.PLAIN)
        for place, (words, number, url) in enumerate(rows)
        if number
    ]
    table = Table(
        "ahead",
        "What does your side owe next?",
        AHEAD,
        lambda: [(words, Link(number, url)) for words, number, url in rows if number],
        note="Everything that your side owes, whatever is chosen above. Weeks without a deadline are left out.",
        empty="Your side owes nothing in these weeks.",
    )
    return Chart("deadlines-ahead", description, table, [Series("", points)], over_time=True)
