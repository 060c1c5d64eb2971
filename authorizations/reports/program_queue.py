"""FedRAMP's reviews and what it waits for: the queue by reviewer, its goal for decisions, letters, and the plans."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone

from authorizations.deadlines.computation import counted as length_after
from authorizations.display import address, local_day
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.lifecycle.stages import PLANS_ATO, InitialStage
from authorizations.reports.cases.statistics import quartiles
from authorizations.reports.cases.tables import OVERDUE_LETTERS, overdue_letters
from authorizations.reports.scope import ReportScope
from authorizations.rules import release
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.vocabulary import CaseKind

QUEUE = (
    Column("reviewer", "Reviewer", "Who claimed the reviews; blank: nobody yet."),
    Column("number", "Reviews", "Cases in FedRAMP’s review now.", ColumnKind.NUMBER, sums=True),
    Column("median", "Median days", "Half of them were received no earlier.", ColumnKind.NUMBER),
    Column("oldest", "Longest", "Days since the one received first came.", ColumnKind.NUMBER),
)
LETTERS = (
    Column("agency", "Agency", "Who signed and owes FedRAMP the letter."),
    Column("number", "Letters", "Letters missing.", ColumnKind.NUMBER, sums=True),
    Column("oldest", "Longest", "Days for which the oldest is missing.", ColumnKind.NUMBER),
)


def queue(scope: ReportScope) -> Table:
    """The reviews under way by who claimed them, and their ages."""

    def read() -> Iterator[Row]:
        rows = scope.cases().filter(kind=CaseKind.INITIAL, stage=InitialStage.PMO_REVIEW).order_by()
        ages: dict[str, list[int]] = defaultdict(list)
        for name, received, since in rows.values_list("claimed_by__name", "received_at", "stage_since"):
            ages[name or ""].append(max(0, (scope.today - local_day(received or since)).days))
        for name, days in sorted(ages.items(), key=lambda pair: (-max(pair[1]), pair[0])):
            yield name or "Nobody yet", len(days), quartiles(days)[1], max(days)

    empty = "No case is in FedRAMP’s review."
    return Table("queue", "Reviews by reviewer, and their age", QUEUE, read, empty=empty)


def letters_by_agency(scope: ReportScope) -> Table:
    def read() -> Iterator[Row]:
        rows = overdue_letters(scope).order_by().values("agency__name", "agency__public_id")
        for row in rows.annotate(n=Count("pk"), since=Min("turn_since")).order_by("since", "agency__name"):
            days = max(0, (scope.today - timezone.localdate(row["since"])).days)
            url = scope.cases_url(**OVERDUE_LETTERS, agency=row["agency__public_id"])
            yield Link(row["agency__name"], address("agency", row["agency__public_id"])), Link(row["n"], url), days

    return Table("letters_by_agency", "Letters missing by agency", LETTERS, read, empty="No letter is missing.")


def within_goal(scope: ReportScope) -> tuple[int, int]:
    """How many certified cases FedRAMP decided within the goal of their rules, and how many it decided in all.

    The clock runs from the receipt of the package and stands still where it was stopped, as for the deadline itself.
    """
    rows = scope.cases().filter(kind=CaseKind.INITIAL, stage=InitialStage.CERTIFIED, received_at__isnull=False)
    met = every = 0
    for received, decided, stopped, rules in rows.values_list("received_at", "stage_since", "stopped_days", "release"):
        goal = length_after(release(rules), "decision_days", local_day(received))
        if goal is not None:
            every += 1
            met += local_day(decided) <= goal + timedelta(days=stopped)
    return met, every


def next_quarter(today: date) -> tuple[date, date]:
    """The first day of the calendar quarter after a day's, and of the one after that."""
    first = months_after(date(today.year, today.month - (today.month - 1) % 3, 1), 3)
    return first, months_after(first, 3)


def planned(scope: ReportScope, since: date, until: date) -> list[dict[str, Any]]:
    """The open initial cases whose plan has the ATO on a day from one on and before another, by that day.

    What people planned, and no estimate: a case without a planned day is in no quarter. Whoever has a better forecast
    puts it in the place of this function; each row has ``public_id``, ``offering__name``, ``agency__name`` and ``on``.
    """
    rows = scope.cases().filter(kind=CaseKind.INITIAL, stage__in=PLANS_ATO, ato=None)
    found = []
    for row in rows.values("public_id", "offering__name", "agency__name", "facts").iterator(chunk_size=1000):
        on = planned_day(row.pop("facts"), "ato_planned_on")
        if on is not None and since <= on < until:
            found.append({**row, "on": on})
    return sorted(found, key=lambda row: (row["on"], row["public_id"]))


def planned_day(facts: dict[str, Any], name: str) -> date | None:
    """The day that a fact of a case says; None where it says none."""
    entry = facts.get(name)
    return date.fromisoformat(entry[0]) if entry and entry[0] else None
