"""The list of offerings."""

from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import User
from authorizations.display import counted, label
from authorizations.models import Offering
from authorizations.policy import Capability
from authorizations.presenters.search import offering_named
from authorizations.tables.columns import Column, Record, TagCell, field_column, link_column, number_column
from authorizations.vocabulary import (
    CertificationPath,
    CertificationType,
    DeploymentModel,
    Designation,
    ImpactLevel,
    ServiceModel,
)
from authorizations.web.lists.filter_counts import Facet
from authorizations.web.lists.labels import LISTED, TONES, WHO_OFFERS, count_of, listed
from authorizations.web.lists.link_filters import CARRYING, OFFERINGS_ON, USED_WITHIN, of_provider, organization
from authorizations.web.lists.listing import ListAction, Listing
from authorizations.web.lists.standing import live_rows


def _offering_rows(user: User) -> QuerySet[Any]:
    rows: QuerySet[Any] = Offering.objects.visible_to(user).annotate(
        listed=listed(), ato_rows=count_of(live_rows(user), "offering")
    )
    return rows


def _offering_sentence(rows: QuerySet[Any], total: int) -> str:
    providers = rows.order_by().aggregate(n=Count("provider", distinct=True))["n"]
    return f"{counted(total, 'offering')} of {counted(providers, 'provider')}"


def _type_and_path(row: Record) -> str | None:
    words = (label(CertificationType, row["certification_type"]), label(CertificationPath, row["certification_path"]))
    return ", ".join(word for word in words if word) or None


OFFERINGS = Listing(
    name="offerings",
    title="Offerings",
    rows=_offering_rows,
    search=lambda rows, search: rows.filter(offering_named("", search.words)),
    search_label="Name, provider, FedRAMP id or term",
    columns=(
        link_column("name", "Offering", "The cloud service.", "offering", ""),
        link_column("provider", "Provider", WHO_OFFERS, "provider", "provider__", "sort_name"),
        field_column("fedramp_id", "FedRAMP id", "Its id in the Marketplace.", "fedramp_id"),
        Column(
            "designation",
            "Designation",
            "What the Marketplace says of it.",
            needs=("designation",),
            value=lambda row: TagCell(label(Designation, row["designation"]), TONES.get(row["designation"], "plain")),
            sort=("designation", "sort_name"),
        ),
        field_column(
            "impact",
            "Impact level",
            "The level as FIPS 199 has it, or that of a tailored baseline.",
            "impact_level",
            "sort_name",
            words=ImpactLevel,
        ),
        Column(
            "type",
            "Type and path",
            "Rev5 or 20x, and by which path it is certified.",
            needs=("certification_type", "certification_path"),
            value=_type_and_path,
            sort=("certification_type", "certification_path", "sort_name"),
        ),
        field_column(
            "models",
            "Service models",
            "Software, platform or infrastructure as a service.",
            "service_models",
            sorts=False,
        ),
        number_column("atos", "Live ATO rows", "Live ATO rows that use it.", "ato_rows", "sort_name"),
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
    actions=(
        ListAction("What changed between feeds", "feed_changes", Capability.SEE_REGISTER),
        ListAction("Add an offering", "add_offering", Capability.ADD_OWN_OFFERING),
    ),
    order="name",
    changed_by_acts=True,
    sentence=_offering_sentence,
    empty="No offerings yet. They come with the first import of the Marketplace feed, or are added by their provider.",
)
