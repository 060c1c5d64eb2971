"""The duties' scorecard: of each quarter, what was met on time, met late or is overdue."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

from accounts.models import User
from authorizations.deadlines import Deadline, DeadlineState
from authorizations.display import counted, day_text
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.models.querysets import reads_everything
from authorizations.reports.base import Parameter, Report, UnusableRequest
from authorizations.reports.base import day as read_day
from authorizations.reports.data_calls.provenance import provenance
from authorizations.reports.duties import ORGANIZATION
from authorizations.reports.duty_selection import DutySelection
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec

# So many quarters before the present one, where no day is given.
BACK = 4
# What a plan says is no duty.
PLANNED = "wbstask"
LEFT_OUT = "Duties without a day and planned tasks are left out."
# How a duty is counted: the key and heading of its column, and what it means.
OUTCOMES: dict[str, tuple[str, str]] = {
    "on_time": ("On time", "Met by its day, or early."),
    "late": ("Late", "Met after its day."),
    "overdue": ("Overdue", "Its day has passed, and it is not met."),
    "ahead": ("Ahead", "Its day is still to come."),
    "not_held": ("Not recorded here", "It passed when nobody kept records of it here; it counts against nobody."),
}
COLUMNS = (
    Column("quarter", "Quarter", "The quarter in which it fell due, with that of the fiscal year."),
    Column("organization", "Who owes it", "The organization that owes the duty."),
    Column("duty", "Duty", "What was due."),
    Column("rule", "Rule", "Which rule it follows."),
    Column("due", "Due", "How many fell due.", ColumnKind.NUMBER, sums=True),
    *(Column(key, *words, ColumnKind.NUMBER, sums=True) for key, words in OUTCOMES.items()),
)

DUTIES = (
    Column("organization", "Who owes it", "The organization that owes the duty."),
    Column("duty", "Duty", "What was due."),
    Column("about", "About", "The record on whose page it stands.", of="record"),
    Column("due", "Due", "The day.", ColumnKind.DAY),
    Column("met", "Met on", "The day on which it was met; none where it is not.", ColumnKind.DAY),
    Column("rule", "Rule", "Which rule it follows."),
)
LISTED = {"overdue": "Duties that are overdue", "late": "Duties met late", "on_time": "Duties met on time"}


def _own(user: User) -> str:
    """The agency, provider or assessor that a person belongs to first."""
    own = [] if reads_everything(user) else [each.organization.public_id for each in user.current_memberships]
    return own[0] if own else ""


class DutyScorecard(Report):
    name = "duty-scorecard"
    title = "Scorecard of duties by quarter"
    audience = "For leads and inspectors who ask whether an organization meets its duties."
    explains = "Each duty by quarter: how often it was due, met on time, met late, or is overdue."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(ORGANIZATION.key, ORGANIZATION.label, ORGANIZATION.find, ORGANIZATION.choices, _own),
        Parameter("since", "First day", read_day, hint=f"The first day of the quarter {BACK} quarters ago, if blank."),
        Parameter("until", "Last day", read_day, hint="The end of this quarter where it is blank."),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        """Of all records in which the asker takes part.

        Raises:
            UnusableRequest: the first day comes after the last one.
        """
        since, until = _days(spec)
        if since > until:
            raise UnusableRequest("The first day comes after the last one.", "since")
        owed = DutySelection(replace(spec, chosen={**spec.chosen, "since": since, "until": until}), every=True)
        owed.deadlines = [due for due in owed.deadlines if due.subject_type != PLANNED]
        counts = Counter(outcome_of(due, spec.today) for due in owed.deadlines)
        chosen = spec.chosen.get(ORGANIZATION.key)
        note = f"Duties whose day is from {day_text(since)} to {day_text(until)}. {LEFT_OUT}"
        empty = "No duty fell due in these days."
        table = Table("rows", self.title, COLUMNS, partial(_rows, owed), note=note, empty=empty, group="quarter")
        return Contents(
            f"{self.title}: {chosen.name}" if chosen else self.title,
            tables=(table, *_listed(owed), provenance(spec, ("Counted", note))),
            summary=(_sentence(counts),),
            figures=tuple(Figure(counts[key], OUTCOMES[key][0].lower(), self.alone(spec, key)) for key in LISTED),
        )


def _days(spec: ReportSpec) -> tuple[date, date]:
    first = _quarter(spec.today)
    until = spec.chosen.get("until") or months_after(first, 3) - timedelta(days=1)
    return spec.chosen.get("since") or months_after(first, -3 * BACK), until


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _quarter_words(day: date) -> str:
    """Such as “2026, October to December (Q1 of FY 2027)”: the federal fiscal year begins in October."""
    first = _quarter(day)
    last = months_after(first, 2)
    fiscal = first.year + (first.month == 10)
    return f"{first:%Y}, {first:%B} to {last:%B} (Q{(first.month // 3 + 1) % 4 + 1} of FY {fiscal})"


def outcome_of(due: Deadline, today: date) -> str:
    """Under which of `OUTCOMES` a duty with a day counts."""
    state = due.state(today)
    if state is DeadlineState.MET:
        return "late" if due.timing == "late" else "on_time"
    return {DeadlineState.OVERDUE: "overdue", DeadlineState.OPEN: "ahead"}.get(state, "not_held")


def _rows(owed: DutySelection) -> Iterator[Row]:
    counts: dict[tuple[date, str, str, str], Counter[str]] = {}
    for due in owed.deadlines:
        if due.on is not None:
            key = _quarter(due.on), owed.whose(due), owed.line(due).label, due.rule
            counts.setdefault(key, Counter())[outcome_of(due, owed.spec.today)] += 1
    for (quarter, *words), each in sorted(counts.items(), key=lambda pair: (pair[0][0], *map(str.lower, pair[0][1:]))):
        yield _quarter_words(quarter), *words, each.total(), *(each[key] for key in OUTCOMES)


def _listed(owed: DutySelection) -> Iterator[Table]:
    """The duties one by one, by what became of them."""
    for outcome, title in LISTED.items():
        found = [due for due in owed.deadlines if outcome_of(due, owed.spec.today) == outcome]
        yield Table(outcome, title, DUTIES, partial(_duties, owed, found), empty="None in these days.")


def _duties(owed: DutySelection, found: list[Deadline]) -> Iterator[Row]:
    for due in found:
        place = owed.places[due.subject_type, due.subject_id]
        label = owed.line(due).label
        yield owed.whose(due), label, Link(place.title, place.link), due.on, due.satisfied_on, due.rule


def _sentence(counts: Counter[str]) -> str:
    held = counts["on_time"] + counts["late"] + counts["overdue"]
    if not held:
        return "No duty that is held against anybody fell due in these days."
    share = round(100 * counts["on_time"] / held)
    return f"Of {counted(held, 'duty', 'duties')} whose day passed, {counts['on_time']:,} were met on time: {share} %."
