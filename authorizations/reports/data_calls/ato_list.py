"""The list of ATOs in use with seven columns, as data calls ask for it."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from accounts.roles import OrganizationKind, RecordSource
from authorizations.display import counted, day_text
from authorizations.models import Ato
from authorizations.presenters.provenance import stale_words
from authorizations.presenters.standing import APART, APART_WORDS, counted_apart, counts_of
from authorizations.reports.base import EVERYONE, Parameter, Report
from authorizations.reports.columns import ATO_EXPIRES, ATO_SIGNED
from authorizations.reports.data_calls.provenance import provenance, within
from authorizations.reports.parameters import organization
from authorizations.tables.columns import Column, computed_column, field_column, queryset_table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import LIVE_MEANS

OF_AGENCY = ("agency__name", "agency__parent__name")
# Those of the Marketplace's own export of ATOs that tell one from another.
SEVEN: tuple[Column, ...] = (
    field_column("provider", "Cloud service provider", "Who offers it.", "offering__provider__name"),
    field_column("offering", "Cloud service offering", "The service that is used.", "offering__name"),
    field_column("fedramp_id", "FedRAMP id", "The offering's id in the Marketplace.", "offering__fedramp_id"),
    computed_column(
        "agency", "Agency", "The agency, or the one that it is part of.", OF_AGENCY, lambda own, above: above or own
    ),
    computed_column(
        "sub_agency", "Sub-agency", "The part of it that signed.", OF_AGENCY, lambda own, above: own if above else None
    ),
    ATO_SIGNED,
    ATO_EXPIRES,
)


class AtoDataCall(Report):
    name = "ato-data-call"
    title = "ATOs in use, for a data call"
    audience = "For agencies that are asked which cloud services they authorized."
    explains = "Seven columns: provider, offering, FedRAMP id, agency, sub-agency, and the days of signing and expiry."
    sides = EVERYONE - {OrganizationKind.ASSESSOR}
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency with its bureaus", OrganizationKind.AGENCY),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        every = Ato.objects.visible_to(spec.user).filter(within(spec))
        found, counts = every.live(spec.today), counts_of(every, spec.today)
        order = ("agency__sort_name", "offering__sort_name", "pk")
        empty = "No ATO is in use here. Bring in your list, or record one."
        table = queryset_table("rows", self.title, SEVEN, found.order_by(*order), empty=empty)
        signed_unknown = found.filter(signed_on__isnull=True).count()
        here = found.filter(source=RecordSource.PORTAL).count()
        total = found.count()
        return Contents(
            _title(spec),
            tables=(
                table,
                provenance(
                    spec,
                    ("Counted", LIVE_MEANS),
                    *((f"Counted apart: {APART_WORDS[key]}", f"{counts[key]:,}") for key in APART),
                    ("Recorded here", f"{here:,} of {total:,}"),
                    ("Known from a feed or a list alone", f"{total - here:,} of {total:,}"),
                    ("Without a day of signing", f"{signed_unknown:,}"),
                ),
            ),
            summary=(
                *_summary(spec, found, total, counts),
                *filter(None, [stale_words(spec.today) if not total or here < total else ""]),
            ),
            figures=(Figure.counting(total, "ATO in use", self.alone(spec, "rows"), "ATOs in use"),),
        )


def _title(spec: ReportSpec) -> str:
    chosen = spec.chosen.get("agency")
    return f"{AtoDataCall.title}: {chosen.name}" if chosen else AtoDataCall.title


def _summary(spec: ReportSpec, found: Any, total: int, counts: Mapping[str, int]) -> Iterator[str]:
    offerings = found.order_by().values("offering").distinct().count()
    are = "is" if total == 1 else "are"
    yield f"On {day_text(spec.today)}, {counted(total, 'ATO')} of {counted(offerings, 'offering')} {are} live."
    if apart := counted_apart(counts):
        yield apart
