"""The portfolios: everything of one agency with its bureaus, and everything of one provider."""

from typing import ClassVar

from django.db.models import Q

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.display import counted, day_text
from authorizations.models import PackageAccess
from authorizations.models.cases.case import OPEN
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases import charts as case_charts
from authorizations.reports.cases import tables as case_tables
from authorizations.reports.cases.statistics import stage_loads
from authorizations.reports.cases.tables import LIVE, ending, live_atos, missing_letters, overdue_letters
from authorizations.reports.dashboard import oldest
from authorizations.reports.duties import COLUMNS, rows_of
from authorizations.reports.duty_selection import DutySelection
from authorizations.reports.parameters import organization
from authorizations.reports.scope import ReportScope, within
from authorizations.rules import newest
from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import Turn


class _Portfolio(Report):
    # The parameter that says whose it is, as whom cases wait on its people, and what its accesses are found by.
    whose: ClassVar[str]
    turns: ClassVar[tuple[Turn, ...]]

    def accesses(self, whose: Organization) -> Q:
        raise NotImplementedError

    def tables(self, scope: ReportScope) -> tuple[Table, Table]:
        """The cases and the ATOs, in the order in which they are read."""
        raise NotImplementedError

    def contents(self, spec: ReportSpec) -> Contents:
        whose: Organization = spec.chosen[self.whose]
        scope = ReportScope(spec, agency=spec.chosen.get("agency"), provider=spec.chosen.get("provider"))
        cases = scope.cases().filter(OPEN)
        number, waiting = cases.count(), cases.filter(waits_on__in=self.turns).count()
        ends = ending(PackageAccess.objects.visible_to(spec.user).filter(self.accesses(whose)), spec.today)
        rows = live_atos(scope).count()
        loads = [each for each in stage_loads(scope.cases(), spec.today) if each.days]
        return Contents(
            title=f"Portfolio of {whose.name}",
            summary=(
                f"{whose.name}: {counted(rows, 'live ATO row')} and {counted(number, 'open case')}.",
                f"Of the cases, {waiting:,} {'waits' if waiting == 1 else 'wait'} on {whose.name}.",
                "These are those that you may see; others may see more or fewer.",
            ),
            figures=(
                Figure.counting(rows, "live ATO row", scope.atos_url(**LIVE)),
                Figure.counting(number, "open case", scope.cases_url(state="open")),
                missing_letters(scope, overdue_letters(scope).count()),
                Figure.counting(ends.total, "access that ends", self.alone(spec, ends.key), "accesses that end"),
            ),
            decisions=tuple(oldest(scope, [turn.value for turn in self.turns])),
            charts=(case_charts.funnel(scope, loads),),
            tables=(*self.tables(scope), case_tables.letters(scope), ends, _owed(spec, whose)),
            rules=newest(spec.today).title,
        )


def _owed(spec: ReportSpec, by: Organization) -> Table:
    owed = DutySelection(ReportSpec(spec.user, spec.as_of, {"organization": by}))
    note = "Reviews, letters, reports and conditions that have a day. Days left are below 0 for overdue ones."
    return Table(
        "owed",
        f"Owed until {day_text(owed.until)}",
        COLUMNS,
        lambda: rows_of(owed, [*owed.overdue, *owed.ahead]),
        note=note,
        empty="Nothing is owed in the next ninety days.",
        group="organization",
    )


class AgencyPortfolio(_Portfolio):
    name = "agency-portfolio"
    title = "Portfolio of an agency"
    audience = "For an agency's officials and their staff."
    explains = "What an agency and its bureaus use, under which ATOs, which cases are open, and what they owe next."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency with its bureaus", OrganizationKind.AGENCY, required=True),
    )
    whose = "agency"
    turns = (Turn.AGENCY, Turn.OFFICIAL)

    def accesses(self, whose: Organization) -> Q:
        return within(whose)

    def tables(self, scope: ReportScope) -> tuple[Table, Table]:
        return case_tables.atos(scope, by="agency"), case_tables.open_cases(scope)


class ProviderPortfolio(_Portfolio):
    name = "provider-portfolio"
    title = "Portfolio of a provider"
    audience = "For a provider's leads and their staff."
    explains = "Which agencies use each offering, which cases are open at which agency, and who owes what next."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("provider", "Provider", OrganizationKind.PROVIDER, required=True),
    )
    whose = "provider"
    turns = (Turn.PROVIDER,)

    def accesses(self, whose: Organization) -> Q:
        return Q(package__offering__provider=whose)

    def tables(self, scope: ReportScope) -> tuple[Table, Table]:
        return case_tables.open_cases(scope), case_tables.atos(scope, by="offering")
