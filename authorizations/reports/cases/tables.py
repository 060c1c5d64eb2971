"""Tables of cases, ATO rows and accesses that several portfolios have."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from authorizations.lifecycle.stages import InitialStage
from authorizations.models.cases.case import OPEN
from authorizations.presenters.standing import counted_apart, counts_of
from authorizations.reports import columns as shared
from authorizations.reports.columns import CASE_KIND, local_day_column
from authorizations.reports.scope import ReportScope
from authorizations.rules import newest
from authorizations.tables.columns import (
    Column,
    ColumnKind,
    Table,
    computed_column,
    day_column,
    field_column,
    link_column,
    queryset_table,
)
from authorizations.tables.contents import Figure
from authorizations.vocabulary import LIVE_MEANS, AtoStage, AtoStanding, ListingRole, Turn

AGENCY = field_column("agency", "Agency", "The agency whose authorization it is.", "agency__name")
PROVIDER = field_column("provider", "Provider", "Who offers the cloud service.", "offering__provider__name")
TO_THE_CASE = "The offering; the row leads to the case."
CASE = link_column("case", "Case", TO_THE_CASE, "case", "offering__", public_id="public_id")


def _days(scope: ReportScope, meaning: str) -> Column:
    def days(since: datetime) -> int:
        return max(0, (scope.today - timezone.localdate(since)).days)

    return computed_column("days", "Days", meaning, ("waits_since",), days, ColumnKind.NUMBER)


def _providers(scope: ReportScope) -> tuple[Column, ...]:
    return () if scope.provider is not None else (PROVIDER,)


def open_cases(scope: ReportScope) -> Table:
    rows = scope.cases().filter(OPEN).order_by("agency__sort_name", "offering__sort_name", "pk")
    columns = (
        AGENCY,
        CASE,
        *_providers(scope),
        CASE_KIND,
        computed_column("stage", "Stage", "Where the case stands.", ("kind", "stage"), newest(scope.today).label),
        replace(shared.CASE_TURN, key="waits_on"),
        _days(scope, "Days since it became their turn."),
        shared.CASE_OPENED,
    )
    return queryset_table("cases", "Open cases by agency", columns, rows, empty="No case is open.", group="agency")


def letters(scope: ReportScope) -> Table:
    """Cases whose ATO is signed and whose letter FedRAMP does not have (AGU-AGC-NAA)."""
    columns = (
        link_column("agency", "Agency", "Who signed and owes FedRAMP the letter.", "agency", "agency__"),
        CASE,
        CASE_KIND,
        local_day_column("since", "Since", "Since when the letter is the agency's turn.", "waits_since"),
        _days(scope, "Days since then."),
    )
    rows = overdue_letters(scope).order_by("turn_since", "pk")
    note = "Cases whose ATO is issued and that wait on the agency (AGU-AGC-NAA)."
    return queryset_table("letters", "Letters missing", columns, rows, note=note, empty="No letter is missing.")


def overdue_letters(scope: ReportScope) -> QuerySet[Any]:
    """The cases of `letters`; the list of cases shows the same with `OVERDUE_LETTERS`."""
    return scope.cases().filter(stage=InitialStage.ATO_ISSUED, waits_on=Turn.AGENCY)


def missing_letters(scope: ReportScope, number: int) -> Figure:
    return Figure.counting(number, "letter missing", scope.cases_url(**OVERDUE_LETTERS), "letters missing")


OVERDUE_LETTERS = {"stage": InitialStage.ATO_ISSUED.value, "turn": Turn.AGENCY.value}


def atos(scope: ReportScope, *, by: str) -> Table:
    """The live ATO rows, grouped by agency (a department's bureaus apart) or by offering."""
    beside = "offering" if by == "agency" else "agency"
    rows = live_atos(scope).order_by(f"{by}__sort_name", f"{beside}__sort_name", "pk")
    labels = {
        "agency": ("Agency", "The agency whose authorization it is."),
        "offering": ("Offering", "The cloud service; the row leads to the ATO."),
    }
    columns = (
        field_column(by, *labels[by], f"{by}__name"),
        link_column(beside, *labels[beside], "ato", f"{beside}__", public_id="public_id"),
        *_providers(scope),
        field_column("role", shared.ATO_ROLE.label, shared.ATO_ROLE.meaning, "listing_role", words=ListingRole),
        shared.ATO_TYPE,
        field_column("stage", "Stage", "Active or suspended.", "stage", words=AtoStage),
        shared.ATO_SIGNED,
        shared.ATO_EXPIRES,
    )
    title = "Live ATO rows by agency" if by == "agency" else "Agencies that use each offering"
    apart = counted_apart(counts_of(scope.atos(), scope.today))
    note = " ".join(filter(None, (LIVE_MEANS, "One letter may cover several rows.", apart)))
    return queryset_table("atos", title, columns, rows, note=note, empty="No live ATO row.", group=by)


def live_atos(scope: ReportScope) -> QuerySet[Any]:
    """The ATO rows of `atos`; the list of ATOs shows the same with `LIVE`."""
    rows: QuerySet[Any] = scope.atos().live(scope.today)
    return rows


LIVE = {"standing": AtoStanding.LIVE.value}
SOON = timedelta(days=90)


def ending(accesses: QuerySet[Any], today: date) -> Table:
    """The package accesses that end within ninety days, or whose end has passed."""
    rows = accesses.filter(
        granted_on__isnull=False, ended_on__isnull=True, denied_on__isnull=True, until__lte=today + SOON
    ).order_by("until", "pk")
    meaning = "Days until then; below 0 once it has passed."
    columns = (
        field_column("agency", "Agency", "Whose access it is.", "agency__name"),
        field_column("person", "Person", "Who can open the package.", "person__name"),
        link_column(
            "offering", "Offering", "The cloud service whose package it is.", "offering", "package__offering__"
        ),
        day_column("until", "Until", "The last day of the access.", "until"),
        computed_column(
            "days", "Days left", meaning, ("until",), lambda until: (until - today).days, ColumnKind.NUMBER
        ),
    )
    title = "Package access that ends within 90 days"
    return queryset_table("ending", title, columns, rows, empty="No access ends within 90 days.")
