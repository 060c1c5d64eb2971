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
from authorizations.reports.cases.statistics import standings
from authorizations.reports.cases.tables import LETTERS_OWED, LIVE, ending, letters_owed, live_atos
from authorizations.reports.dashboard import oldest
from authorizations.reports.duties import COLUMNS, Owed, rows_of
from authorizations.reports.parameters import organization
from authorizations.reports.scope import Scope, within
from authorizations.rules import newest
from authorizations.tables.columns import Table
from authorizations.tables.contents import Asking, Contents, Figure
from authorizations.vocabulary import Turn


class _Portfolio(Report):
    """What both portfolios have: the open cases, the ATO rows, what is owed."""

    def scope(self, asked: Asking) -> Scope:
        raise NotImplementedError

    def made(self, asked: Asking, whose: Organization, tables: tuple[Table, ...], turns: tuple[Turn, ...]) -> Contents:
        scope = self.scope(asked)
        cases = scope.cases().filter(OPEN)
        number, waiting = cases.count(), cases.filter(waits_on__in=turns).count()
        ends = next(table for table in tables if table.key == "ending")
        rows, owed = live_atos(scope).count(), letters_owed(scope).count()
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
                Figure(owed, of_number(owed, "letter missing", "letters missing"), scope.cases_url(**LETTERS_OWED)),
                Figure(
                    ends.total,
                    of_number(ends.total, "access that ends", "accesses that end"),
                    self.alone(asked, ends.key),
                ),
            ),
            decisions=tuple(oldest(scope, [turn.value for turn in turns])),
            charts=(case_charts.funnel(scope, [each for each in standings(scope.cases(), asked.today) if each.days]),),
            tables=tables,
            rules=newest(asked.today).title,
        )


def _owed(asked: Asking, by: Organization) -> Table:
    """What the organization owes in the next ninety days, and what of it is overdue."""
    owed = Owed(Asking(asked.user, asked.as_of, {"organization": by}))

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

    def scope(self, asked: Asking) -> Scope:
        return Scope(asked, agency=asked.chosen["agency"])

    def contents(self, asked: Asking) -> Contents:
        """By bureau: the ATOs, the cases, letters owed, access that ends, what is due."""
        scope, agency = self.scope(asked), asked.chosen["agency"]
        accesses = PackageAccess.objects.visible_to(asked.user).filter(within(agency))
        tables = (
            case_tables.atos(scope, by="agency"),
            case_tables.open_cases(scope),
            case_tables.letters(scope),
            ending(accesses, asked.today),
            _owed(asked, agency),
        )
        return self.made(asked, agency, tables, (Turn.AGENCY, Turn.OFFICIAL))


class ProviderPortfolio(_Portfolio):
    name = "provider-portfolio"
    title = "Portfolio of a provider"
    audience = "For a provider's leads, and for whoever works with them."
    explains = "Which agencies use each offering, which cases are open at which agency, and who owes what next."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("provider", "Provider", OrganizationKind.PROVIDER, required=True),
    )

    def scope(self, asked: Asking) -> Scope:
        return Scope(asked, provider=asked.chosen["provider"])

    def contents(self, asked: Asking) -> Contents:
        """By agency and by offering: the cases, the ATOs, access that ends, what is due."""
        scope, provider = self.scope(asked), asked.chosen["provider"]
        accesses = PackageAccess.objects.visible_to(asked.user).filter(package__offering__provider=provider)
        tables = (
            case_tables.open_cases(scope),
            case_tables.atos(scope, by="offering"),
            case_tables.letters(scope),
            ending(accesses, asked.today),
            _owed(asked, provider),
        )
        return self.made(asked, provider, tables, (Turn.PROVIDER,))
