"""The lists of agencies, providers and assessors."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import FeedId, Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import counted
from authorizations.models import Offering
from authorizations.policy import Capability
from authorizations.presenters.search import WordSearch, named
from authorizations.tables.columns import Column, TagCell, day_column, field_column, link_column, number_column
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import LISTED, WHO_OFFERS, count_of, listed
from authorizations.web.lists.link_filters import AGENCIES_BELOW, USING
from authorizations.web.lists.listing import ListAction, Listing
from authorizations.web.lists.standing import live_rows


def _of_kind(kind: OrganizationKind, user: User) -> QuerySet[Organization]:
    return Organization.objects.visible_to(user).filter(kind=kind).annotate(listed=listed())


def _search_organizations(rows: QuerySet[Any], search: WordSearch) -> QuerySet[Any]:
    # By a subquery: an organization that had an id twice must not be listed twice.
    known_as = FeedId.objects.filter(feed_id=search.words).values("organization")
    return rows.filter(named("", search.words) | Q(parent__name__icontains=search.words) | Q(pk__in=known_as))


def agencies_counted(user: User) -> QuerySet[Organization]:
    """Agencies and placeholders, with their live ATO rows."""
    return _of_kind(OrganizationKind.AGENCY, user).annotate(
        ato_rows=count_of(live_rows(user), "agency"),
        level=Case(When(parent__isnull=True, then=Value("department")), default=Value("bureau")),
    )


def _agency_rows(user: User) -> QuerySet[Organization]:
    """Agencies, without the rows that feeds use as placeholders; the rows of their ATOs lead to those."""
    return agencies_counted(user).filter(is_pseudo=False)


LISTED_FACET = Facet("listed", "In the feed", "listed", LISTED)

AGENCIES = Listing(
    name="agencies",
    title="Agencies",
    rows=_agency_rows,
    search=_search_organizations,
    search_label="Name, abbreviation or feed id",
    columns=(
        link_column("name", "Agency", "The agency, bureau or office.", "agency", ""),
        link_column("parent", "Part of", "The agency that it is part of.", "agency", "parent__", "sort_name"),
        number_column("atos", "Live ATO rows", "Its live ATO rows.", "ato_rows", "sort_name"),
        field_column(
            "listed", "In the feed", "Whether the newest Marketplace feed has it.", "listed", words=LISTED, sorts=False
        ),
    ),
    facets=(
        Facet("level", "Level", "level", {"department": "Department or agency", "bureau": "Bureau or office"}),
        LISTED_FACET,
    ),
    narrowings=(AGENCIES_BELOW, USING),
    order="name",
    actions=(ListAction("Compare with the Marketplace", "reconciliation", Capability.SEE_RECONCILIATION),),
    sentence=lambda rows, total: f"{counted(total, 'agency', 'agencies')}, bureaus and offices included",
    empty="No agencies yet. They come with the first import of the Marketplace feed, or are added in Admin.",
)


def _provider_rows(user: User) -> QuerySet[Organization]:
    return _of_kind(OrganizationKind.PROVIDER, user).annotate(
        offering_count=count_of(Offering.objects.visible_to(user), "provider"),
        certified_count=count_of(
            Offering.objects.visible_to(user).filter(designation__in=CERTIFIED_DESIGNATIONS), "provider"
        ),
    )


PROVIDERS = Listing(
    name="providers",
    title="Providers",
    rows=_provider_rows,
    search=_search_organizations,
    search_label="Name of the provider",
    columns=(
        link_column("name", "Provider", WHO_OFFERS, "provider", ""),
        number_column("offerings", "Offerings", "Its offerings.", "offering_count", "sort_name"),
        number_column("certified", "Certified", "Those of them that are certified.", "certified_count", "sort_name"),
        field_column(
            "small",
            "Small business",
            "Whether the Marketplace names it a small business.",
            "small_business",
            "sort_name",
            words={True: "Yes", False: "No"},
        ),
    ),
    facets=(LISTED_FACET,),
    order="name",
    sentence=lambda rows, total: counted(total, "provider"),
    empty="No providers yet. They come with the first import of the Marketplace feed, or are added in Admin.",
)


def _assessor_rows(user: User) -> QuerySet[Organization]:
    return _of_kind(OrganizationKind.ASSESSOR, user).annotate(
        offering_count=count_of(Offering.objects.visible_to(user), "assessor"),
        standing=Case(When(in_remediation=True, then=Value("remediation")), default=Value("good")),
    )


STANDING = {"good": "No remediation published", "remediation": "In remediation"}

ASSESSORS = Listing(
    name="assessors",
    title="Independent assessors",
    rows=_assessor_rows,
    search=_search_organizations,
    search_label="Name of the assessor",
    intro="Until 2026 called third-party assessment organizations (3PAO).",
    columns=(
        link_column("name", "Assessor", "The independent assessor.", "assessor", ""),
        day_column("accredited", "Accredited since", "Since when it is accredited.", "accredited_on"),
        number_column("offerings", "Offerings assessed", "Offerings that it assessed.", "offering_count", "sort_name"),
        Column(
            "standing",
            "Standing",
            "What the Marketplace says of its accreditation.",
            needs=("standing",),
            value=lambda row: TagCell(
                STANDING[row["standing"]], "warn" if row["standing"] == "remediation" else "plain"
            ),
        ),
    ),
    facets=(Facet("standing", "Standing", "standing", STANDING), LISTED_FACET),
    order="name",
    sentence=lambda rows, total: counted(total, "assessor"),
    empty="No assessors yet. They come with the first import of the Marketplace feed, or are added in Admin.",
)
