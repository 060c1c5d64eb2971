"""Blast radius: what falls with an offering, and whom it hits."""

from collections.abc import Iterator
from typing import ClassVar

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from authorizations.display import counted
from authorizations.models import Offering
from authorizations.presenters.blast_radius import BlastRadius, blast_radius
from authorizations.presenters.provenance import stale_words
from authorizations.reports.base import Parameter, Report
from authorizations.reports.parameters import find_in
from authorizations.tables.charts import Chart, Point, Series
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, Figure, ReportSpec
from authorizations.vocabulary import LIVE_MEANS

OFFERINGS = (
    Column("offering", "Offering", "What builds on it, directly or by way of another.", of="offering"),
    Column("provider", "Provider", "Who offers it."),
    Column("links", "Links away", "1 builds on it directly.", ColumnKind.NUMBER),
    Column("via", "By way of", "The nearer one on which it builds."),
    Column("atos", "Live ATO rows", "Of the offering, by whichever agency.", ColumnKind.NUMBER),
    Column("agencies", "Agencies", "With a live ATO row of it.", ColumnKind.NUMBER),
)
AGENCIES = (
    Column("agency", "Agency", "Whose ATO it is.", of="agency"),
    Column("direct", "Of the offering itself", "Live ATO rows.", ColumnKind.NUMBER),
    Column("through", "Of what builds on it", "Live ATO rows of offerings that build on it.", ColumnKind.NUMBER),
    Column("offerings", "Offerings", "How many of these offerings the agency uses.", ColumnKind.NUMBER),
)
DISAGREEMENTS = (
    Column("offering", "Offering", "Which builds on the other, as one source has it."),
    Column("underlying", "Builds on", "Or the id that the provider states."),
    Column("named_by", "Named by", "The other source speaks of the offering, and does not name this."),
    Column("read_on", "Overview read on", "When FedRAMP read the provider’s overview.", ColumnKind.DAY),
)
LIVE = LIVE_MEANS


def _offerings(user: User) -> list[tuple[str, str]]:
    rows = Offering.objects.visible_to(user).filter(dependent_links__not_published_since__isnull=True)
    return list(
        rows.filter(dependent_links__isnull=False).distinct().order_by("sort_name").values_list("public_id", "name")
    )


class BlastRadiusReport(Report):
    name = "blast-radius"
    title = "Blast radius of an offering"
    audience = "For everyone who asks which agencies are hit when a service goes down."
    explains = "Which offerings build on it, directly and by way of others, and which agencies rely on them."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter(
            "offering", "Offering", find_in(lambda user: Offering.objects.visible_to(user)), _offerings, required=True
        ),
    )

    def contents(self, spec: ReportSpec) -> Contents:
        offering: Offering = spec.chosen["offering"]
        found = blast_radius(spec.user, offering, spec.today)
        chart = _chart(offering, found)
        return Contents(
            f"Blast radius of {offering.name}",
            tables=(
                Table("offerings", "What builds on it", OFFERINGS, lambda: falling_rows(found), empty=ALONE),
                Table("agencies", "Agencies it hits", AGENCIES, lambda: agency_rows(found), note=LIVE, empty=UNUSED),
                Table("disagreements", DISAGREE, DISAGREEMENTS, lambda: disagreement_rows(found), empty=AGREED),
            ),
            summary=tuple(filter(None, (*sentences(offering, found), stale_words(spec.today)))),
            # Of what there is none, the sentences say so.
            figures=tuple(each for each in figures(offering, found) if each.number),
            charts=(chart,) if chart.is_drawn else (),
        )


ALONE = "No offering builds on it, as far as the newest feed says."
DISAGREE = "Where sources disagree"
AGREED = "No package overview disagrees with the links of this offering."
UNUSED = "No agency has a live ATO row of these offerings."


def sentences(offering: Offering, found: BlastRadius) -> Iterator[str]:
    """What falls, in words: the same on the page and in the file."""
    reach = found.reach
    if not reach.steps:
        yield f"No offering builds on {offering.name}, as far as the newest feed says."
    else:
        how_far = " directly" if len(reach.steps) == 1 else ": all of them directly"
        if reach.deepest > 1:
            how_far = f": {reach.direct:,} of them directly, the others at most {reach.deepest} links away"
        builds = "builds" if len(reach.steps) == 1 else "build"
        yield f"{counted(len(reach.steps), 'offering')} {builds} on {offering.name}{how_far}."
    if not found.agencies:
        yield UNUSED
        return
    agencies = counted(len(found.agencies), "agency", "agencies")
    rely = "relies" if len(found.agencies) == 1 else "rely"
    through = found.atos - found.direct_atos
    builds = f", {through:,} of what builds on it" if through else ""
    on = "these" if reach.steps else "it"
    yield f"{agencies} {rely} on {on}: {counted(found.direct_atos, 'live ATO row')} of the offering itself{builds}."


def figures(offering: Offering, found: BlastRadius) -> Iterator[Figure]:
    """What a page and the file count; each leads to its rows."""
    given = {"offering": offering.public_id}
    tables = f"{reverse('report', args=[BlastRadiusReport.name])}?{urlencode(given)}&table="
    direct = f"{reverse('offerings')}?{urlencode({'building_on': offering.public_id})}"
    yield Figure.counting(found.reach.direct, "offering directly", direct, "offerings directly")
    yield Figure.counting(len(found.reach.steps), "offering in all", f"{tables}offerings", "offerings in all")
    yield Figure.counting(len(found.agencies), "agency", f"{tables}agencies", "agencies")


def falling_rows(found: BlastRadius) -> Iterator[Row]:
    for each in found.offerings:
        name = Link(each.name, reverse("offering", args=[each.public_id]))
        yield name, each.provider, each.depth, each.via, each.atos, each.agencies


def agency_rows(found: BlastRadius) -> Iterator[Row]:
    for each in found.agencies:
        name = Link(each.name, reverse("agency", args=[each.public_id]))
        yield name, each.direct, each.through, each.offerings


def disagreement_rows(found: BlastRadius) -> Iterator[Row]:
    for each in found.disagreements:
        ends = (
            Link(name, reverse("offering", args=[key]) if key else "") for name, key in (each.offering, each.underlying)
        )
        yield *ends, each.named_by, each.read_on


def _chart(offering: Offering, found: BlastRadius) -> Chart:
    rings = [(f"{counted(place, 'link')} away", number) for place, number in enumerate(found.reach.by_depth, 1)]
    columns = (
        Column("links", "Links away", "How far from the offering."),
        Column("offerings", "Offerings", "How many are that far.", ColumnKind.NUMBER),
    )
    table = Table("rings", "How far does it reach?", columns, lambda: rings, empty=ALONE)
    description = f"{counted(len(found.reach.steps), 'offering')} by how many links away from {offering.name}."
    return Chart("rings", description, table, [Series("", [Point(words, number) for words, number in rings])])
