"""The dashboard of each side: what of all that its people may see stands where, how old it is, how it flows."""

from collections.abc import Iterator
from typing import ClassVar

from accounts.models import User
from accounts.roles import OrganizationKind
from authorizations.display import address, counted, lasting, local_day
from authorizations.models.cases.case import OPEN
from authorizations.models.querysets import reads_everything
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases import charts as case_charts
from authorizations.reports.cases.tables import LIVE, live_atos
from authorizations.reports.marketplace_history import MarketplaceHistory
from authorizations.reports.scope import NARROWED_BY, ReportScope
from authorizations.rules import newest
from authorizations.tables.charts import Chart
from authorizations.tables.columns import Link
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import Turn

# As whom a case waits on the people of each side.
TURNS = {
    OrganizationKind.AGENCY: (Turn.AGENCY, Turn.OFFICIAL),
    OrganizationKind.PROVIDER: (Turn.PROVIDER,),
    OrganizationKind.ASSESSOR: (Turn.ASSESSOR,),
    OrganizationKind.PMO: (Turn.PMO,),
}
SHOWN = 10


class Dashboard(Report):
    """Four charts over the cases of a person's side, each with its table."""

    name = "dashboard"
    title = "Dashboard"
    audience = "For everyone who takes part in cases, about what they take part in."
    explains = "Where the cases that you may see stand, how old they are, how they flow, and what your side owes next."
    parameters: ClassVar[tuple[Parameter, ...]] = NARROWED_BY

    def contents(self, spec: ReportSpec) -> Contents:
        scope = ReportScope.of(spec)
        open_cases = scope.cases().filter(OPEN)
        turns = turns_of(spec.user)
        number, waiting_on_own = open_cases.count(), open_cases.filter(waits_on__in=turns).count()
        are, wait = "is" if number == 1 else "are", "waits" if waiting_on_own == 1 else "wait"
        words = f"{counted(number, 'case')} {are} open; {waiting_on_own:,} {wait} on your side."
        rows = live_atos(scope).count()
        figures = (
            Figure.counting(number, "open case", scope.cases_url(state="open")),
            Figure(waiting_on_own, f"{wait} on your side", scope.cases_url(state="open", turn=turns)),
        )
        return Contents(
            title=self.title,
            summary=(words if number else "No case is open.",),
            figures=(*(figures if number else ()), Figure.counting(rows, "live ATO row", scope.atos_url(**LIVE))),
            decisions=tuple(oldest(scope, turns)),
            charts=(*case_charts.of(scope), *_of_the_program(scope)),
            tables=(),
            rules=newest(spec.today).title,
        )


def _of_the_program(scope: ReportScope) -> tuple[Chart, ...]:
    """How offerings come and are certified, for those who look after all of them."""
    chart = MarketplaceHistory(scope).years() if reads_everything(scope.user) else None
    return (chart,) if chart and chart.is_drawn else ()


def turns_of(user: User) -> list[str]:
    return [turn.value for kind, turns in TURNS.items() if kind in user.sides for turn in turns]


def oldest(scope: ReportScope, turns: list[str]) -> Iterator[Link]:
    rows = scope.cases().filter(OPEN, waits_on__in=turns).order_by("turn_since", "pk")
    for row in rows.values("public_id", "offering__name", "agency__name", "waits_since", "kind", "stage")[:SHOWN]:
        days = max(0, (scope.today - local_day(row["waits_since"])).days)
        stage = newest(scope.today).label(row["kind"], row["stage"])
        words = f"{row['offering__name']} at {row['agency__name']}: {stage}, {lasting(days)}"
        yield Link(words, address("case", row["public_id"]))
