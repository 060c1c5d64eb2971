"""The ATO register: each authorization that uses an offering, as the list of ATOs shows it."""

from collections.abc import Iterator
from typing import ClassVar

from accounts.roles import OrganizationKind
from authorizations.display import address, label
from authorizations.models import Ato
from authorizations.reports.base import Parameter, Report
from authorizations.reports.parameters import organization
from authorizations.tables.columns import Column, Kind, Link, Row
from authorizations.tables.contents import Asking
from authorizations.vocabulary import AtoStage, AtoType, ListingRole

AT_ONCE = 1_000


class AtoRegister(Report):
    """One row is one agency's authorization that uses one offering."""

    name = "ato-register"
    title = "ATO register"
    audience = "For whoever asks which agency uses which offering, under which authorization."
    explains = "One row is one agency's authorization that uses one offering. One letter may cover several rows."
    group = "agency"
    empty = "No ATO rows yet. They come with the Marketplace feed; those an agency makes here appear at once."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        organization("agency", "Agency", OrganizationKind.AGENCY, is_own=False),
        organization("provider", "Provider", OrganizationKind.PROVIDER, is_own=False),
    )
    columns = (
        Column("agency", "Agency", "Who authorized the use."),
        Column("offering", "Offering", "The cloud service that is used."),
        Column("fedramp_id", "FedRAMP id", "The offering's id in the Marketplace."),
        Column("provider", "Provider", "Who offers it."),
        Column("role", "Role", "Initial: the authorization that the certification began with. Reuse: a later one."),
        Column("type", "Type", "What the agency issued, such as an ATO or an ATU."),
        Column("stage", "Stage", "Where the authorization stands."),
        Column("signed", "Signed", "The day of the letter.", Kind.DAY),
        Column("logged", "Logged", "The day on which FedRAMP logged the letter.", Kind.DAY),
        Column("expires", "Expires", "The last day for which the letter holds, where it names one.", Kind.DAY),
        Column("published", "Published", "Whether the newest feed of the Marketplace has the row.", Kind.FLAG),
    )

    def rows(self, asked: Asking) -> Iterator[Row]:
        """Read one by one, by names of agency and offering."""
        rows = Ato.objects.visible_to(asked.user).order_by("agency__sort_name", "offering__sort_name", "pk")
        if agency := asked.chosen.get("agency"):
            rows = rows.filter(agency=agency)
        if provider := asked.chosen.get("provider"):
            rows = rows.filter(offering__provider=provider)
        needed = (
            "public_id", "agency__name", "agency__public_id", "offering__name", "offering__public_id",
            "offering__fedramp_id", "offering__provider__name", "listing_role", "ato_type", "stage", "signed_on",
            "logged_on", "expires_on", "published_since", "not_published_since",
        )  # fmt: skip
        for row in rows.values(*needed).iterator(chunk_size=AT_ONCE):
            yield (
                Link(row["agency__name"], address("agency", row["agency__public_id"])),
                Link(row["offering__name"], address("offering", row["offering__public_id"])),
                row["offering__fedramp_id"],
                row["offering__provider__name"],
                Link(label(ListingRole, row["listing_role"]), address("ato", row["public_id"])),
                label(AtoType, row["ato_type"]),
                label(AtoStage, row["stage"]),
                row["signed_on"],
                row["logged_on"],
                row["expires_on"],
                row["published_since"] is not None and row["not_published_since"] is None,
            )
