"""The portfolios: everything of one agency with its bureaus, and everything of one provider."""

from typing import ClassVar

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.display import counted, day_text, of_number
from authorizations.models import PackageAccess
from authorizations.models.cases.case import OPEN
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases import charts as case_charts
from authorizations.reports.cases import tables as case_tables
from authorizations.reports.cases.statistics import stage_loads
from authorizations.reports.cases.tables import LIVE, OVERDUE_LETTERS, ending, live_atos, overdue_letters
from authorizations.reports.dashboard import oldest
from authorizations.reports.duties import COLUMNS, DutySelection, rows_of
from authorizations.reports.parameters import organization
from authorizations.reports.scope import ReportScope, within
from authorizations.rules import newest
from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import Turn


class _Portfolio(Report):
    """What both portfolios have: the open cases, the ATO rows, what is owed."""

    def scope(self, spec: ReportSpec) -> ReportScope:
        raise NotImplementedError

    def made(
        self, spec: ReportSpec, whose: Organization, tables: tuple[Table, ...], turns: tuple[Turn, ...]
    ) -> Contents:
        scope = self.scope(spec)
        cases = scope.cases().filter(OPEN)
        number, waiting = cases.count(), cases.filter(waits_on__in=turns).count()
        ends = next(table for table in tables if table.key == "ending")
        rows, owed = live_atos(scope).count(), overdue_letters(scope).count()
        return Contents(
            title=f"Portfolio of {whose.name}",
            summary=(
                f"{whose.name}: {counted(rows, 'live ATO row')} and {counted(number, 'open case')}.",
                f"Of the cases, {waiting:,} {'waits' if waiting == 1 else 'wait'} on {whose.name}.",
                "These are those that you may see; others may see more or fewer.",
            ),
            figures=(
                Figure(rows, of_number(rows, "live ATO row"), scope.atos_url(**LIVE)),
                Figure(number, of_number(number, "open case"), scope.cases_url(state="open")),
                Figure(owed, of_number(owed, "letter missing", "letters missing"), scope.cases_url(**OVERDUE_LETTERS)),
                Figure(
                    ends.total,
                    of_number(ends.total, "access that ends", "accesses that end"),
                    self.alone(spec, ends.key),
                ),
            ),
            decisions=tuple(oldest(scope, [turn.value for turn in turns])),
            charts=(case_charts.funnel(scope, [each for each in stage_loads(scope.cases(), spec.today) if each.days]),),
            tables=tables,
            rules=newest(spec.today).title,
        )


def _owed(spec: ReportSpec, by: Organization) -> Table:
    """What the organization owes in the next ninety days, and what of it is overdue."""
    owed = DutySelection(ReportSpec(spec.user, spec.as_of, {"organization": by}))

    return Table(
        "owed",
        f"What is owed until {day_text(owed.until)}",
        COLUMNS,
        lambda: rows_of(owed, [*owed.overdue, *owed.ahead]),
        note="Reviews, letters, reports and conditions that have a day; what is overdue has fewer than no days left.",
        empty="Nothing is owed in the next ninety days.",
        group="organization",
    )


class AgencyPortfolio(_Portfolio):
    name = "agency-portfolio"
    title = "Portfolio of an agency"
    audience = "For an agency's officials, and for whoever works with them."
    explains = "What an agency and its bureaus use, under which ATOs, which cases are open, and what they owe next."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency with its bureaus", OrganizationKind.AGENCY, required=True),
    )

    def scope(self, spec: ReportSpec) -> ReportScope:
        return ReportScope(spec, agency=spec.chosen["agency"])

    def contents(self, spec: ReportSpec) -> Contents:
        """By bureau: the ATOs, the cases, letters owed, access that ends, what is due."""
        scope, agency = self.scope(spec), spec.chosen["agency"]
        accesses = PackageAccess.objects.visible_to(spec.user).filter(within(agency))
        tables = (
            case_tables.atos(scope, by="agency"),
            case_tables.open_cases(scope),
            case_tables.letters(scope),
            ending(accesses, spec.today),
            _owed(spec, agency),
        )
        return self.made(spec, agency, tables, (Turn.AGENCY, Turn.OFFICIAL))


class ProviderPortfolio(_Portfolio):
    name = "provider-portfolio"
    title = "Portfolio of a provider"
    audience = "For a provider's leads, and for whoever works with them."
    explains = "Which agencies use each offering, which cases are open at which agency, and who owes what next."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("provider", "Provider", OrganizationKind.PROVIDER, required=True),
    )

    def scope(self, spec: ReportSpec) -> ReportScope:
        return ReportScope(spec, provider=spec.chosen["provider"])

    def contents(self, spec: ReportSpec) -> Contents:
        """By agency and by offering: the cases, the ATOs, access that ends, what is due."""
        scope, provider = self.scope(spec), spec.chosen["provider"]
        accesses = PackageAccess.objects.visible_to(spec.user).filter(package__offering__provider=provider)
        tables = (
            case_tables.open_cases(scope),
            case_tables.atos(scope, by="offering"),
            case_tables.letters(scope),
            ending(accesses, spec.today),
            _owed(spec, provider),
        )
        return self.made(spec, provider, tables, (Turn.PROVIDER,))
