"""The list of offerings."""

from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from authorizations.display import counted, label
from authorizations.models import Ato, Offering
from authorizations.policy import Capability
from authorizations.vocabulary import (
    CertificationPath,
    CertificationType,
    DeploymentModel,
    Designation,
    ImpactLevel,
    ServiceModel,
)
from authorizations.web.cells import Link, Tag, text
from authorizations.web.facets import Facet, Row
from authorizations.web.listings.narrowings import CARRYING, OFFERINGS_ON, USED_WITHIN, of_provider, organization
from authorizations.web.listings.search import offering_named
from authorizations.web.listings.words import LISTED, Q_PUBLISHED_NOW, TONES, count_of, listed
from authorizations.web.lists import Action, Column, Listing


def _offering_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Offering.objects.visible_to(user).annotate(
        listed=listed(), ato_rows=count_of(Ato.objects.filter(Q_PUBLISHED_NOW), "offering")
    )
    return rows


def _search_offerings(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(offering_named("", words))


def _offering_sentence(rows: QuerySet[Any], total: int) -> str:
    providers = rows.order_by().aggregate(n=Count("provider", distinct=True))["n"]
    return f"{counted(total, 'offering')} of {counted(providers, 'provider')}"


OFFERINGS = Listing(
    name="offerings",
    title="Offerings",
    rows=_offering_rows,
    search=_search_offerings,
    search_label="Name, provider, FedRAMP id or term",
    columns=(
        Column(
            "name",
            "Offering",
            ("name", "public_id", "provider__name"),
            lambda row: Link(row["name"], "offering", row["public_id"]),
            ("sort_name",),
        ),
        Column(
            "provider",
            "Provider",
            ("provider__name", "provider__public_id"),
            lambda row: Link(row["provider__name"], "provider", row["provider__public_id"]),
            ("provider__sort_name", "sort_name"),
        ),
        Column("fedramp_id", "FedRAMP id", ("fedramp_id",), lambda row: text(row["fedramp_id"]), ("fedramp_id",)),
        Column(
            "designation",
            "Designation",
            ("designation",),
            lambda row: Tag(label(Designation, row["designation"]), TONES.get(row["designation"], "plain")),
            ("designation", "sort_name"),
        ),
        Column(
            "impact",
            "Impact level",
            ("impact_level",),
            lambda row: text(label(ImpactLevel, row["impact_level"])),
            ("impact_level", "sort_name"),
        ),
        Column(
            "type",
            "Type and path",
            ("certification_type", "certification_path"),
            lambda row: text(_type_and_path(row)),
            ("certification_type", "certification_path", "sort_name"),
        ),
        Column("models", "Service models", ("service_models",), lambda row: text(row["service_models"])),
        Column(
            "atos",
            "ATO rows",
            ("ato_rows",),
            lambda row: text(row["ato_rows"]),
            ("ato_rows", "sort_name"),
            number=True,
        ),
    ),
    facets=(
        Facet("designation", "Designation", "designation", dict(Designation.choices)),
        Facet("impact", "Impact level", "impact_level", dict(ImpactLevel.choices)),
        Facet("type", "Certification type", "certification_type", dict(CertificationType.choices)),
        Facet("path", "Certification path", "certification_path", dict(CertificationPath.choices)),
        Facet("model", "Service model", "service_models", dict(ServiceModel.choices), separator=", "),
        Facet("deployment", "Deployment", "deployment_model", dict(DeploymentModel.choices)),
        Facet("listed", "In the feed", "listed", LISTED),
    ),
    narrowings=(
        of_provider("provider"),
        organization("assessor", "Assessor", "assessor"),
        USED_WITHIN,
        OFFERINGS_ON,
        CARRYING,
    ),
    actions=(Action("Add an offering", "add_offering", Capability.ADD_OWN_OFFERING),),
    order="name",
    changed_by_acts=True,
    sentence=_offering_sentence,
    empty="No offerings yet. They come with the first import of the Marketplace feed, or are added by their provider.",
)


def _type_and_path(row: Row) -> str:
    words = (label(CertificationType, row["certification_type"]), label(CertificationPath, row["certification_path"]))
    return ", ".join(word for word in words if word)
