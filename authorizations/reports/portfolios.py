"""The portfolios: everything of one agency with its bureaus, and everything of one provider."""

from collections.abc import Iterator
from typing import ClassVar

from django.db.models import Q

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.deadlines.participation import Participation
from authorizations.display import counted, day_text
from authorizations.models import PackageAccess
from authorizations.models.cases.case import OPEN
from authorizations.models.querysets import reads_everything
from authorizations.presenters.provenance import stale_words
from authorizations.reports import portfolio_tables
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases import charts as case_charts
from authorizations.reports.cases import tables as case_tables
from authorizations.reports.cases.states import CaseStates
from authorizations.reports.cases.statistics import stage_loads
from authorizations.reports.cases.tables import LIVE, ending, missing_letters
from authorizations.reports.dashboard import oldest
from authorizations.reports.duties import COLUMNS, OVERDUE, Duties, rows_of
from authorizations.reports.duty_selection import DutySelection
from authorizations.reports.parameters import organization
from authorizations.reports.scope import ReportScope, within
from authorizations.rules import newest
from authorizations.tables.columns import Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import AtoStage, AtoStanding, ListingRole, Turn


class _Portfolio(Report):
    # The parameter that says whose it is, as whom cases wait on its people, and what its accesses are found by.
    whose: ClassVar[str]
    turns: ClassVar[tuple[Turn, ...]]

    def accesses(self, whose: Organization) -> Q:
        raise NotImplementedError

    def used(self, whose: Organization, numbers: dict[str, int]) -> str:
        """The first sentence: what is used, by whom."""
        raise NotImplementedError

    def or_below(self, scope: ReportScope) -> str:
        """Who else its cases may wait on, in words."""
        return ""

    def known(self, scope: ReportScope, whose: Organization) -> Iterator[str]:
        """What is known of it beside its ATO rows."""
        return iter(())

    def of_atos(self, scope: ReportScope, numbers: dict[str, int]) -> Iterator[Table]:
        """The ATO rows, ranked and one by one."""
        raise NotImplementedError

    def contents(self, spec: ReportSpec) -> Contents:
        whose: Organization = spec.chosen[self.whose]
        scope = ReportScope(spec, agency=spec.chosen.get("agency"), provider=spec.chosen.get("provider"))
        numbers, cases = portfolio_tables.counts(scope), scope.cases().filter(OPEN)
        numbers["cases"], numbers["letters"] = cases.count(), case_tables.overdue_letters(scope).count()
        waiting = cases.filter(waits_on__in=self.turns).count()
        ends = ending(PackageAccess.objects.visible_to(spec.user).filter(self.accesses(whose)), spec.today)
        owed = DutySelection(ReportSpec(spec.user, spec.as_of, {"organization": whose}))
        changes = portfolio_tables.changed(scope, self.name, whose)
        loads = [each for each in stage_loads(scope.cases(), spec.today) if each.days]
        charts = (portfolio_tables.expiry(scope, numbers), case_charts.funnel(scope, loads))
        figures = self._figures(scope, numbers, ends, owed)
        states = CaseStates(scope)
        own = [each for each in (states.table(),) if each.total]
        own += [case_tables.open_cases(scope)] if numbers["cases"] else []
        own += [case_tables.letters(scope)] if numbers["letters"] else []
        rest = (ends, _owed(owed), changes)
        return Contents(
            title=f"Portfolio of {whose.name}",
            summary=tuple(self._summary(scope, numbers, waiting, owed, changes, states)),
            # Of what there is none, the sentences above say so.
            figures=tuple(each for each in figures if each.number),
            decisions=(
                *oldest(scope, [turn.value for turn in self.turns]),
                *portfolio_tables.expiring(scope, numbers),
            ),
            # One bar alone answers nothing.
            charts=tuple(each for each in charts if len(each.series[0].points) > 1),
            tables=(*own, *self.of_atos(scope, numbers), *(each for each in rest if each.total)),
            rules=newest(spec.today).title,
        )

    def _figures(
        self, scope: ReportScope, numbers: dict[str, int], ends: Table, owed: DutySelection
    ) -> tuple[Figure, ...]:
        passed, soon = {"standing": AtoStanding.PASSED.value}, {**LIVE, "expiry": "in90"}
        suspended = {**LIVE, "stage": AtoStage.SUSPENDED.value}
        whose = owed.spec.chosen["organization"].public_id
        late = Duties.alone(ReportSpec(scope.user, scope.spec.as_of), OVERDUE, organization=whose)
        return (
            Figure.counting(numbers["live"], "live ATO row", scope.atos_url(**LIVE)),
            Figure(numbers["initial"], "initial", scope.atos_url(**LIVE, role=ListingRole.INITIAL.value)),
            Figure(numbers["live"] - numbers["initial"], "reuse", scope.atos_url(**LIVE, role=ListingRole.REUSE.value)),
            Figure(numbers["passed"], "expired on paper", scope.atos_url(**passed)),
            Figure(numbers["in90"], "expire within 90 days", scope.atos_url(**soon)),
            Figure(numbers["suspended"], "suspended", scope.atos_url(**suspended)),
            Figure.counting(numbers["cases"], "open case", scope.cases_url(state="open")),
            missing_letters(scope, numbers["letters"]),
            Figure.counting(len(owed.overdue), "duty overdue", late, "duties overdue"),
            Figure.counting(ends.total, "access that ends", self.alone(scope.spec, ends.key), "accesses that end"),
        )

    def _summary(
        self,
        scope: ReportScope,
        numbers: dict[str, int],
        waiting: int,
        owed: DutySelection,
        changes: Table,
        states: CaseStates,
    ) -> Iterator[str]:
        whose = owed.spec.chosen["organization"]
        yield from self._used_words(scope, numbers, whose)
        if numbers["cases"]:
            wait = f"{waiting:,} {'waits' if waiting == 1 else 'wait'}" if waiting else "none waits"
            waits = f"{wait} on {whose.name}{self.or_below(scope)}"
            yield f"{counted(numbers['cases'], 'case')} {_is(numbers['cases'])} open; {waits}. {states.words}".rstrip()
        conditions = sum(due.kind == "condition" for due in owed.overdue)
        if conditions:
            yield f"{counted(conditions, 'condition')} of its ATOs {_is(conditions)} overdue."
        if changes.total:
            yield portfolio_tables.changed_words(changes)
        if Participation.of((whose,), owed.spec.today).since.get(whose.pk) is None:
            yield f"{whose.name} keeps no records here; its conditions, letters and accesses are unknown."
        elif not numbers["cases"]:
            yield "No case is open."
        if not reads_everything(owed.spec.user):
            yield "These are those that you may see; others may see more or fewer."

    def _used_words(self, scope: ReportScope, numbers: dict[str, int], whose: Organization) -> Iterator[str]:
        """What is used, what of it expired, and how old all that is."""
        yield from self.known(scope, whose)
        yield self.used(whose, numbers) if numbers["live"] else f"No live ATO row of {whose.name} is known."
        if numbers["live"] == 1:
            yield portfolio_tables.the_one(scope)
        if numbers["live"] and numbers["none"] == numbers["live"]:
            yield f"No expiry is recorded for {'it' if numbers['live'] == 1 else 'any of them'}."
        if passed := numbers["passed"]:
            rows = f"{counted(passed, 'other ATO row' if numbers['live'] else 'ATO row')} {_is(passed)}"
            yield f"{rows} past the recorded expiry; nothing here says whether {_it_was(passed)} renewed."
        # Of what was entered here alone, the age of the feed says nothing.
        if (not numbers["rows"] or numbers["entered"] < numbers["rows"]) and (old := stale_words(scope.today)):
            yield old


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _it_was(number: int) -> str:
    return "it was" if number == 1 else "they were"


def _owed(owed: DutySelection) -> Table:
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

    def used(self, whose: Organization, numbers: dict[str, int]) -> str:
        number = numbers["agency_used"]
        across = f" of {counted(number, 'agency', 'agencies')}, bureaus counted one by one" if number > 1 else ""
        return (
            f"{whose.name} uses {counted(numbers['offering_used'], 'offering')} "
            f"under {counted(numbers['live'], 'live ATO row')}{across}."
        )

    def or_below(self, scope: ReportScope) -> str:
        return " or a bureau of it" if scope.cases().exclude(agency=scope.agency).exists() else ""

    def of_atos(self, scope: ReportScope, numbers: dict[str, int]) -> Iterator[Table]:
        if numbers["live"] > 1:
            yield portfolio_tables.uses(scope)
        if numbers["agency_used"] > 1:
            yield portfolio_tables.ranked(scope, "agency", "Which bureaus use the most", "The agency or bureau.")
        yield case_tables.atos(scope, by="agency")


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

    def known(self, scope: ReportScope, whose: Organization) -> Iterator[str]:
        yield from portfolio_tables.offered(scope, whose)

    def used(self, whose: Organization, numbers: dict[str, int]) -> str:
        return (
            f"{counted(numbers['offering_used'], 'offering')} of {whose.name} {_is(numbers['offering_used'])} used by "
            f"{counted(numbers['agency_used'], 'agency', 'agencies')} "
            f"under {counted(numbers['live'], 'live ATO row')}."
        )

    def of_atos(self, scope: ReportScope, numbers: dict[str, int]) -> Iterator[Table]:
        if numbers["live"] > 1:
            yield portfolio_tables.uses(scope)
        if numbers["offering_used"] > 1:
            yield portfolio_tables.ranked(scope, "offering", "Which offerings are used most", "The cloud service.")
        if numbers["agency_used"] > 1:
            yield portfolio_tables.ranked(scope, "agency", "Which agencies use the most", "The agency or bureau.")
        yield case_tables.atos(scope, by="offering")
