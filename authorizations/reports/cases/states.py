"""The open cases of a portfolio by their state: the word and the reason that each case's own page gives."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from authorizations.actions.steps import offers
from authorizations.display import address
from authorizations.models import Case
from authorizations.models.cases.case import OPEN
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import acts
from authorizations.presenters.cases.summary import CaseSummary, summary_of
from authorizations.reports.scope import ReportScope
from authorizations.tables.columns import Column, Link, Row, Table
from authorizations.vocabulary import CaseState

# Each is read by itself, which takes a second for twenty: of more cases, the table has the stages.
MOST = 20
# The worst first.
ORDER = (CaseState.LATE, CaseState.STOPPED, CaseState.AT_RISK, CaseState.ON_TRACK)
COLUMNS = (
    Column("state", "State", "Late, stopped or at risk, as the case’s own page says."),
    Column("case", "Case", "The offering; the row leads to the case.", of="case"),
    Column("agency", "Agency", "The agency whose authorization it is."),
    Column("why", "Why", "The reason, as the case’s own page says."),
)


@dataclass(frozen=True)
class CaseStates:
    """The states of the open cases in a report's scope."""

    scope: ReportScope

    @cached_property
    def found(self) -> list[tuple[Case, CaseSummary]]:
        """Each open case with its summary for the reader, the worst first; none where there are more than `MOST`."""
        rows: Any = self.scope.cases().filter(OPEN)
        keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
        if len(keys) > MOST:
            return []
        user, today = self.scope.user, self.scope.today
        cases = Case.objects.acting_for(user).with_listed_sibling().filter(pk__in=keys).order_by("opened_at", "pk")
        read = [
            (
                case,
                summary_of(
                    case,
                    user,
                    today,
                    acts=acts(case, user),
                    owed=deadlines.of_case(user, case, today),
                    own=offers(case, user, today),
                ),
            )
            for case in cases
        ]
        return sorted(read, key=lambda pair: ORDER.index(pair[1].state))

    @property
    def words(self) -> str:
        """How many are late, stopped, at risk and on track; blank where it is not known."""
        counts = Counter(summary.state for _, summary in self.found)
        said = [f"{counts[state]:,} {state.label.lower()}" for state in ORDER if counts[state]]
        return f"By state: {', '.join(said)}." if said else ""

    def table(self) -> Table:
        """Those that are not on track, and why."""

        def read() -> list[Row]:
            return [
                (
                    summary.state.label,
                    Link(case.offering.name, address("case", case.public_id), "", case.offering.fedramp_id),
                    case.agency.name,
                    f"{summary.why[:1].upper()}{summary.why[1:]}",
                )
                for case, summary in self.found
                if summary.state != CaseState.ON_TRACK
            ]

        empty = "Every open case is on track."
        return Table("not_on_track", "Cases that are not on track", COLUMNS, read, empty=empty, group="state")
