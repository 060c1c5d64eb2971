"""Tables of cases, ATO rows and accesses that several portfolios have."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from authorizations.lifecycle.stages import InitialStage
from authorizations.models.cases.case import OPEN
from authorizations.reports.columns import (
    ATO_EXPIRES,
    ATO_ROLE,
    ATO_SIGNED,
    ATO_TYPE,
    CASE_KIND,
    CASE_OPENED,
    CASE_TURN,
)
from authorizations.reports.scope import ReportScope
from authorizations.rules import newest
from authorizations.tables.columns import Column, ColumnKind, Record, Table, field_column, link_column, queryset_table
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, ListingRole, Turn

AGENCY = field_column("agency", "Agency", "The agency whose authorization it is.", "agency__name")
PROVIDER = field_column("provider", "Provider", "Who offers the cloud service.", "offering__provider__name")
CASE = link_column(
    "case", "Case", "The offering; the row leads to the case.", "case", "offering__", public_id="public_id"
)


def _days(scope: ReportScope, meaning: str) -> Column:
    def days(row: Record) -> int:
        return max(0, (scope.today - timezone.localdate(row["waits_since"])).days)

    return Column("days", "Days", meaning, ColumnKind.NUMBER, needs=("waits_since",), value=days)


def _providers(scope: ReportScope) -> tuple[Column, ...]:
    return () if scope.provider is not None else (PROVIDER,)


def open_cases(scope: ReportScope) -> Table:
    rows = scope.cases().filter(OPEN).order_by("agency__sort_name", "offering__sort_name", "pk")
    columns = (
        AGENCY,
        CASE,
        *_providers(scope),
        CASE_KIND,
        Column(
            "stage",
            "Stage",
            "Where the case stands.",
            needs=("kind", "stage"),
            value=lambda row: newest(scope.today).label(row["kind"], row["stage"]),
        ),
        replace(CASE_TURN, key="waits_on"),
        _days(scope, "Days since it became their turn."),
        CASE_OPENED,
    )
    return queryset_table("cases", "Open cases by agency", columns, rows, empty="No case is open.", group="agency")


def letters(scope: ReportScope) -> Table:
    """Cases whose ATO is signed and whose letter FedRAMP does not have (AGU-AGC-NAA)."""
    columns = (
        link_column("agency", "Agency", "Who signed and owes FedRAMP the letter.", "agency", "agency__"),
        CASE,
        CASE_KIND,
        Column(
            "since",
            "Since",
            "Since when the letter is the agency's turn.",
            ColumnKind.DAY,
            needs=("waits_since",),
            value=lambda row: timezone.localdate(row["waits_since"]),
        ),
        _days(scope, "Days since then."),
    )
    return queryset_table(
        "letters",
        "Letters missing",
        columns,
        overdue_letters(scope).order_by("turn_since", "pk"),
        note="Cases whose ATO is issued and that wait on the agency (AGU-AGC-NAA).",
        empty="No letter is missing.",
    )


def overdue_letters(scope: ReportScope) -> QuerySet[Any]:
    """The cases of `letters`; the list of cases shows the same with `OVERDUE_LETTERS`."""
    return scope.cases().filter(stage=InitialStage.ATO_ISSUED, waits_on=Turn.AGENCY)


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
        field_column("role", ATO_ROLE.label, ATO_ROLE.meaning, "listing_role", words=ListingRole),
        ATO_TYPE,
        field_column("stage", "Stage", "Active or suspended.", "stage", words=AtoStage),
        ATO_SIGNED,
        ATO_EXPIRES,
    )
    return queryset_table(
        "atos",
        "Live ATO rows by agency" if by == "agency" else "Agencies that use each offering",
        columns,
        rows,
        note="Active and suspended ATO rows; one letter may cover several rows.",
        empty="No live ATO row.",
        group=by,
    )


def live_atos(scope: ReportScope) -> QuerySet[Any]:
    """The ATO rows of `atos`; the list of ATOs shows the same with `LIVE`."""
    return scope.atos().filter(stage__in=LIVE_ATO_STAGES)


LIVE = {"stage": [str(stage) for stage in LIVE_ATO_STAGES]}
SOON = timedelta(days=90)


def ending(accesses: QuerySet[Any], today: date) -> Table:
    """The package accesses that end within ninety days, or whose end has passed."""
    rows = accesses.filter(
        granted_on__isnull=False, ended_on__isnull=True, denied_on__isnull=True, until__lte=today + SOON
    ).order_by("until", "pk")
    columns = (
        field_column("agency", "Agency", "Whose access it is.", "agency__name"),
        field_column("person", "Person", "Who can open the package.", "person__name"),
        link_column(
            "offering", "Offering", "The cloud service whose package it is.", "offering", "package__offering__"
        ),
        field_column("until", "Until", "The last day of the access.", "until", kind=ColumnKind.DAY),
        Column(
            "days",
            "Days left",
            "Days until then; below 0 once it has passed.",
            ColumnKind.NUMBER,
            needs=("until",),
            value=lambda row: (row["until"] - today).days,
        ),
    )
    title = "Package access that ends within 90 days"
    return queryset_table("ending", title, columns, rows, empty="No access ends within 90 days.")
