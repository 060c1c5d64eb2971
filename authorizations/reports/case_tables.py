"""Tables of cases, ATO rows and accesses that several portfolios have."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from authorizations.display import address, label
from authorizations.lifecycle.stages import InitialStage
from authorizations.models.case import OPEN
from authorizations.reports.scope import Scope
from authorizations.rules import newest
from authorizations.tables.columns import Column, Kind, Link, Row, Table
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoType, CaseKind, ListingRole, Turn

AT_ONCE = 1000
OF_A_CASE = (
    *("public_id", "kind", "stage", "waits_on", "waits_since", "opened_at"),
    *("offering__name", "agency__name", "agency__public_id", "offering__provider__name"),
)
OF_AN_ATO = (
    *("public_id", "agency__name", "offering__name", "offering__provider__name"),
    *("listing_role", "ato_type", "stage", "signed_on", "expires_on"),
)
AGENCY = Column("agency", "Agency", "The agency whose authorization it is.")
PROVIDER = Column("provider", "Provider", "Who offers the cloud service.")
CASE = Column("case", "Case", "The offering; the row leads to the case.")
Cell = Callable[[dict[str, Any]], Any]


def open_cases(scope: Scope) -> Table:
    """The open cases, grouped by their agency."""
    rows = scope.cases().filter(OPEN).order_by("agency__sort_name", "offering__sort_name", "pk")
    provider = _providers(scope)

    def read() -> Iterator[Row]:
        for row in rows.values(*OF_A_CASE).iterator(chunk_size=AT_ONCE):
            since = timezone.localdate(row["waits_since"])
            yield (
                row["agency__name"],
                Link(row["offering__name"], address("case", row["public_id"])),
                *(row["offering__provider__name"] for _ in provider),
                label(CaseKind, row["kind"]),
                newest(scope.today).label(row["kind"], row["stage"]),
                label(Turn, row["waits_on"]),
                max(0, (scope.today - since).days),
                timezone.localdate(row["opened_at"]),
            )

    columns = (
        AGENCY,
        CASE,
        *provider,
        Column("kind", "Kind", "Initial or reuse."),
        Column("stage", "Stage", "Where the case stands."),
        Column("waits_on", "Waits on", "Whose turn it is."),
        Column("days", "Days", "Days since it became their turn.", Kind.NUMBER),
        Column("opened", "Opened", "The day on which the case was opened.", Kind.DAY),
    )
    return Table("cases", "Open cases by agency", columns, read, empty="No case is open.", group="agency")


def _providers(scope: Scope) -> tuple[Column, ...]:
    """The column of the provider, where the rows may have several."""
    return () if scope.provider is not None else (PROVIDER,)


def letters(scope: Scope) -> Table:
    """Cases whose ATO is signed and whose letter FedRAMP does not have (AGU-AGC-NAA)."""
    rows = letters_owed(scope).order_by("turn_since", "pk")

    def read() -> Iterator[Row]:
        for row in rows.values(*OF_A_CASE).iterator(chunk_size=AT_ONCE):
            since = timezone.localdate(row["waits_since"])
            yield (
                Link(row["agency__name"], address("agency", row["agency__public_id"])),
                Link(row["offering__name"], address("case", row["public_id"])),
                label(CaseKind, row["kind"]),
                since,
                max(0, (scope.today - since).days),
            )

    return Table(
        "letters",
        "Letters missing",
        (
            Column("agency", "Agency", "Who signed and owes FedRAMP the letter."),
            CASE,
            Column("kind", "Kind", "Initial or reuse."),
            Column("since", "Since", "Since when the letter is the agency's turn.", Kind.DAY),
            Column("days", "Days", "Days since then.", Kind.NUMBER),
        ),
        read,
        note="Cases whose ATO is issued and that wait on the agency (AGU-AGC-NAA).",
        empty="No letter is missing.",
    )


def letters_owed(scope: Scope) -> QuerySet[Any]:
    """The cases of `letters`; the list of cases shows the same with `LETTERS_OWED`."""
    return scope.cases().filter(stage=InitialStage.ATO_ISSUED, waits_on=Turn.AGENCY)


LETTERS_OWED = {"stage": InitialStage.ATO_ISSUED.value, "turn": Turn.AGENCY.value}


def atos(scope: Scope, *, by: str) -> Table:
    """The live ATO rows, grouped by agency (a department's bureaus apart) or by offering."""
    beside = "offering" if by == "agency" else "agency"
    provider = _providers(scope)
    rows = live_atos(scope).order_by(f"{by}__sort_name", f"{beside}__sort_name", "pk")

    def read() -> Iterator[Row]:
        for row in rows.values(*OF_AN_ATO).iterator(chunk_size=AT_ONCE):
            yield (
                row[f"{by}__name"],
                Link(row[f"{beside}__name"], address("ato", row["public_id"])),
                *(row["offering__provider__name"] for _ in provider),
                label(ListingRole, row["listing_role"]),
                label(AtoType, row["ato_type"]),
                label(AtoStage, row["stage"]),
                row["signed_on"],
                row["expires_on"],
            )

    words = {
        "agency": AGENCY,
        "offering": Column("offering", "Offering", "The cloud service; the row leads to the ATO."),
    }
    return Table(
        "atos",
        "Live ATO rows by agency" if by == "agency" else "Agencies that use each offering",
        (
            words[by],
            words[beside],
            *provider,
            Column("role", "Role", "Initial: the certification began with it. Reuse: a later one."),
            Column("type", "Type", "What the agency issued, such as an ATO or an ATU."),
            Column("stage", "Stage", "Active or suspended."),
            Column("signed", "Signed", "The day of the letter.", Kind.DAY),
            Column("expires", "Expires", "The last day for which the letter holds, where it names one.", Kind.DAY),
        ),
        read,
        note="Active and suspended ATO rows; one letter may cover several rows.",
        empty="No live ATO row.",
        group=by,
    )


def live_atos(scope: Scope) -> QuerySet[Any]:
    """The ATO rows of `atos`; the list of ATOs shows the same with `LIVE`."""
    return scope.atos().filter(stage__in=LIVE_ATO_STAGES)


LIVE = {"stage": [str(stage) for stage in LIVE_ATO_STAGES]}
SOON = timedelta(days=90)


def ending(accesses: QuerySet[Any], today: date) -> Table:
    """The package accesses that end within ninety days, or whose end has passed."""
    rows = accesses.filter(
        granted_on__isnull=False, ended_on__isnull=True, denied_on__isnull=True, until__lte=today + SOON
    ).order_by("until", "pk")
    needed = (
        "public_id",
        "person__name",
        "agency__name",
        "package__offering__name",
        "package__offering__public_id",
        "until",
    )

    def read() -> Iterator[Row]:
        for row in rows.values(*needed).iterator(chunk_size=AT_ONCE):
            yield (
                row["agency__name"],
                row["person__name"],
                Link(row["package__offering__name"], address("offering", row["package__offering__public_id"])),
                row["until"],
                (row["until"] - today).days,
            )

    return Table(
        "ending",
        "Package access that ends within 90 days",
        (
            Column("agency", "Agency", "Whose access it is."),
            Column("person", "Person", "Who can open the package."),
            Column("offering", "Offering", "The cloud service whose package it is."),
            Column("until", "Until", "The last day of the access.", Kind.DAY),
            Column("days", "Days left", "Days until then; below 0 once it has passed.", Kind.NUMBER),
        ),
        read,
        empty="No access ends within 90 days.",
    )
