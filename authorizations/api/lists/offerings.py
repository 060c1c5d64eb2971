"""Offerings: the list, and one with all that the Marketplace publishes of it."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from accounts.roles import RecordSource
from authorizations.api.authentication import person
from authorizations.api.lists.paging import ListQuery, page_of
from authorizations.api.schemas import RECORD, PageOut, RecordRef, filled, reading
from authorizations.models import Offering
from authorizations.presenters.search import offering_named
from authorizations.vocabulary import (
    CertificationClass,
    CertificationPath,
    CertificationType,
    DeploymentModel,
    Designation,
    ImpactLevel,
)

router = Router(tags=["Offerings"])


class OfferingRow(Schema):
    """One cloud service offering; a blank text is what the Marketplace does not say."""

    id: str
    url: str = Field(description="Its page.")
    fedramp_id: str | None
    name: str
    provider: RecordRef
    assessor: RecordRef | None
    designation: Designation
    impact_level: str
    certification_type: str
    certification_path: str
    certification_class: str
    service_models: str = Field(description="Such as “IaaS, PaaS”.")
    deployment_model: str
    source: RecordSource
    published_since: date | None
    not_published_since: date | None


class OfferingDetail(OfferingRow):
    """One offering, with what the Marketplace says beside."""

    partner_agency: RecordRef | None
    annual_assessment: str = Field(description="Month and day of the yearly assessment, as MM-DD.")
    description: str
    notice: str
    website: str
    business_functions: list[str]
    services: list[str] = Field(description="Names of the services in the boundary.")


class OfferingFilters(ListQuery):
    """What the list is narrowed to; all of it must hold."""

    fedramp_id: str | None = Field(None, max_length=32)
    provider: str | None = Field(None, description="Id of a provider.")
    assessor: str | None = Field(None, description="Id of an assessor.")
    designation: Designation | None = None
    impact_level: ImpactLevel | None = None
    certification_type: CertificationType | None = None
    certification_path: CertificationPath | None = None
    certification_class: CertificationClass | None = None
    deployment_model: DeploymentModel | None = None


NARROWED_BY: dict[str, Any] = {
    **{name: name for name in ("fedramp_id", "designation", "impact_level", "deployment_model")},
    **{name: name for name in ("certification_type", "certification_path", "certification_class")},
    "provider": "provider__public_id",
    "assessor": "assessor__public_id",
}


@reading(router, "", PageOut[OfferingRow], "api_offerings", "list_offerings", "List offerings")
def list_offerings(request: HttpRequest, filters: Query[OfferingFilters]) -> PageOut[OfferingRow]:
    """The offerings, by name."""
    rows = Offering.objects.visible_to(person(request)).filter(*filters.conditions(NARROWED_BY))
    by_name = rows.select_related("provider", "assessor").order_by("sort_name", "pk")
    return page_of(request, by_name, filters, _row, lambda search: offering_named("", search.words))


@reading(router, RECORD, OfferingDetail, "api_offering", "read_offering", "Read an offering")
def read_offering(request: HttpRequest, public_id: str) -> OfferingDetail:
    """One offering."""
    offering = get_object_or_404(Offering.objects.visible_to(person(request)), public_id=public_id)
    return filled(OfferingDetail, offering, url=offering.get_absolute_url())


def _row(offering: Any) -> OfferingRow:
    return filled(OfferingRow, offering, url=offering.get_absolute_url())
