"""The ATO register: each authorization that uses an offering, as the list of ATOs shows it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet

from accounts.roles import OrganizationKind
from authorizations.display import counted, of_number
from authorizations.models import Ato
from authorizations.models.register.standing import standing
from authorizations.presenters.provenance import stale_words
from authorizations.presenters.standing import counted_apart, counts_of
from authorizations.reports.base import Parameter, Report
from authorizations.reports.columns import ATO_EXPIRES, ATO_LOGGED, ATO_ROLE, ATO_SIGNED, ATO_TYPE
from authorizations.reports.parameters import organization
from authorizations.tables.columns import ColumnKind, Row, computed_column, field_column, link_column, queryset_rows
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.vocabulary import LIVE_MEANS, AtoStage, AtoStanding


class AtoRegister(Report):
    name = "ato-register"
    title = "ATO register"
    audience = "For everyone who asks which agency uses which offering under which authorization."
    explains = (
        "One row is one agency's authorization that uses one offering. One letter may cover several rows. " + LIVE_MEANS
    )
    group = "agency"
    empty = "No ATO rows yet. They come with the Marketplace feed; those an agency makes here appear at once."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency", OrganizationKind.AGENCY, is_own=False),
        organization("provider", "Provider", OrganizationKind.PROVIDER, is_own=False),
    )
    columns = (
        link_column("agency", "Agency", "Who authorized the use.", "agency", "agency__"),
        link_column("offering", "Offering", "The cloud service that is used.", "offering", "offering__"),
        field_column("fedramp_id", "FedRAMP id", "The offering's id in the Marketplace.", "offering__fedramp_id"),
        field_column("provider", "Provider", "Who offers it.", "offering__provider__name"),
        ATO_ROLE,
        ATO_TYPE,
        field_column("standing", "Counts as", "Live, or why it is counted apart.", "standing", words=AtoStanding),
        field_column(
            "stage", "Stage on record", "Where its lifecycle stands; see “Counts as”.", "stage", words=AtoStage
        ),
        ATO_SIGNED,
        ATO_LOGGED,
        ATO_EXPIRES,
        computed_column(
            "published",
            "Published",
            "Whether the newest feed of the Marketplace has the row.",
            ("published_since", "not_published_since"),
            lambda since, not_since: since is not None and not_since is None,
            ColumnKind.FLAG,
        ),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        return replace(super().contents(spec), summary=tuple(_summary(spec, _atos(spec))))

    def rows(self, spec: ReportSpec) -> Iterable[Row]:
        rows = _atos(spec).annotate(standing=standing(spec.today))
        return queryset_rows(self.columns, rows.order_by("agency__sort_name", "offering__sort_name", "pk"))


def _atos(spec: ReportSpec) -> QuerySet[Any]:
    rows: QuerySet[Any] = Ato.objects.visible_to(spec.user)
    if agency := spec.chosen.get("agency"):
        rows = rows.filter(agency=agency)
    if provider := spec.chosen.get("provider"):
        rows = rows.filter(offering__provider=provider)
    return rows


def _summary(spec: ReportSpec, rows: QuerySet[Any]) -> Iterator[str]:
    counts = counts_of(rows, spec.today)
    total, live = sum(counts.values()), counts[AtoStanding.LIVE]
    if not total:
        return
    ended = counts[AtoStanding.ENDED]
    over = f"; {ended:,} {of_number(ended, 'has', 'have')} ended" if ended else ""
    yield f"{live:,} of {counted(total, 'ATO row')} {of_number(live, 'is', 'are')} live{over}."
    if apart := counted_apart(counts):
        yield apart
    if old := stale_words(spec.today):
        yield old
