"""The lists of agencies, providers and assessors."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from accounts.models import FeedId, Organization, User
from accounts.roles import OrganizationKind
from authorizations.display import counted
from authorizations.models import Ato, Offering
from authorizations.vocabulary import Designation
from authorizations.web.cells import Link, Tag, day, text
from authorizations.web.facets import Facet
from authorizations.web.listings.narrowings import AGENCIES_BELOW, USING
from authorizations.web.listings.search import named
from authorizations.web.listings.words import LISTED, Q_PUBLISHED_NOW, count_of, listed
from authorizations.web.lists import Column, Listing


def _of_kind(kind: OrganizationKind, user: User) -> QuerySet[Organization]:
    return Organization.objects.visible_to(user).filter(kind=kind).annotate(listed=listed())


def _search_organizations(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    # By a subquery: an organization that had an id twice must not be listed twice.
    known_as = FeedId.objects.filter(feed_id=words).values("organization")
    return rows.filter(named("", words) | Q(parent__name__icontains=words) | Q(pk__in=known_as))


def _agency_rows(user: User) -> QuerySet[Organization]:
    held = Ato.objects.visible_to(user)
    return _of_kind(OrganizationKind.AGENCY, user).annotate(
        ato_rows=count_of(held.filter(Q_PUBLISHED_NOW), "agency"),
        level=Case(When(parent__isnull=True, then=Value("department")), default=Value("bureau")),
    )


def _name_column(heading: str, page: str) -> Column:
    return Column(
        "name", heading, ("name", "public_id"), lambda row: Link(row["name"], page, row["public_id"]), ("sort_name",)
    )


LISTED_FACET = Facet("listed", "In the feed", "listed", LISTED)

AGENCIES = Listing(
    name="agencies",
    title="Agencies",
    rows=_agency_rows,
    search=lambda rows, words: _search_organizations(rows, words),
    search_label="Name, abbreviation or feed id",
    columns=(
        _name_column("Agency", "agency"),
        Column(
            "parent",
            "Part of",
            ("parent__name", "parent__public_id"),
            lambda row: (
                Link(row["parent__name"], "agency", row["parent__public_id"]) if row["parent__name"] else text("")
            ),
            ("parent__sort_name", "sort_name"),
        ),
        Column(
            "atos", "ATO rows", ("ato_rows",), lambda row: text(row["ato_rows"]), ("ato_rows", "sort_name"), number=True
        ),
        Column("listed", "In the feed", ("listed",), lambda row: text(LISTED[row["listed"]])),
    ),
    facets=(
        Facet("level", "Level", "level", {"department": "Department or agency", "bureau": "Bureau or office"}),
        LISTED_FACET,
    ),
    narrowings=(AGENCIES_BELOW, USING),
    order="name",
    sentence=lambda rows, total: f"{counted(total, 'agency', 'agencies')}, bureaus and offices included",
    empty="No agencies yet. They come with the first import of the Marketplace feed, or are added at the PMO desk.",
)


def _provider_rows(user: User) -> QuerySet[Organization]:
    return _of_kind(OrganizationKind.PROVIDER, user).annotate(
        offering_count=count_of(Offering.objects.visible_to(user), "provider"),
        certified_count=count_of(
            Offering.objects.visible_to(user).filter(designation=Designation.CERTIFIED), "provider"
        ),
    )


PROVIDERS = Listing(
    name="providers",
    title="Providers",
    rows=_provider_rows,
    search=_search_organizations,
    search_label="Name of the provider",
    columns=(
        _name_column("Provider", "provider"),
        Column(
            "offerings",
            "Offerings",
            ("offering_count",),
            lambda row: text(row["offering_count"]),
            ("offering_count", "sort_name"),
            number=True,
        ),
        Column(
            "certified",
            "Certified",
            ("certified_count",),
            lambda row: text(row["certified_count"]),
            ("certified_count", "sort_name"),
            number=True,
        ),
        Column(
            "small",
            "Small business",
            ("small_business",),
            lambda row: text({True: "Yes", False: "No"}.get(row["small_business"], "")),
            ("small_business", "sort_name"),
        ),
    ),
    facets=(LISTED_FACET,),
    order="name",
    sentence=lambda rows, total: counted(total, "provider"),
    empty="No providers yet. They come with the first import of the Marketplace feed, or are added at the PMO desk.",
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
        _name_column("Assessor", "assessor"),
        Column(
            "accredited",
            "Accredited since",
            ("accredited_on",),
            lambda row: day(row["accredited_on"]),
            ("accredited_on",),
            is_day=True,
        ),
        Column(
            "offerings",
            "Offerings assessed",
            ("offering_count",),
            lambda row: text(row["offering_count"]),
            ("offering_count", "sort_name"),
            number=True,
        ),
        Column(
            "standing",
            "Standing",
            ("standing",),
            lambda row: Tag(STANDING[row["standing"]], "warn" if row["standing"] == "remediation" else "plain"),
        ),
    ),
    facets=(Facet("standing", "Standing", "standing", STANDING), LISTED_FACET),
    order="name",
    sentence=lambda rows, total: counted(total, "assessor"),
    empty="No assessors yet. They come with the first import of the Marketplace feed, or are added at the PMO desk.",
)
