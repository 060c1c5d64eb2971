"""Cloud service offerings, what the Marketplace said of them and when, and what they build on."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.fields import PublicIdField, SortKeyField, optional_key
from accounts.models import Organization, Published
from accounts.roles import RecordSource
from authorizations.models.imports import ImportRun
from authorizations.models.querysets import OfferingQuerySet
from authorizations.vocabulary import (
    AddedBy,
    CertificationClass,
    CertificationPath,
    CertificationType,
    DeploymentModel,
    Designation,
    DesignationStep,
    ImpactLevel,
    ServiceModel,
)

# The days of a leap year as MM-DD: 29 February is a yearly day too.
YEARLY_DAYS = tuple(f"{date(2000, 1, 1) + timedelta(days=number):%m-%d}" for number in range(366))


def refuse_no_day(value: str) -> None:
    if value not in YEARLY_DAYS:
        raise ValidationError("Enter a month and a day as MM-DD, such as 09-30.", code="no_day")


class Offering(Published):
    """A cloud service offering (Marketplace feed, table Products).

    Certification class and impact level are two published facts; neither is computed from the other. The published
    counts are kept as they came, to be compared with the rows below them.
    """

    public_id = PublicIdField()
    fedramp_id = models.CharField("FedRAMP id", max_length=32, null=True, blank=True, unique=True)
    name = models.CharField(max_length=300)
    sort_name = models.GeneratedField(
        expression=Lower("name"), output_field=SortKeyField(max_length=300), db_persist=True
    )
    provider = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="offerings", limit_choices_to={"kind": "provider"}
    )
    provider_as_published = models.CharField(max_length=300, blank=True)
    added_by = models.CharField(max_length=10, choices=AddedBy.choices, default=AddedBy.PMO)
    designation = models.CharField(max_length=30, choices=Designation.choices, default=Designation.UNKNOWN)
    designation_as_published = models.CharField(max_length=100, blank=True)
    certification_type = models.CharField(max_length=10, choices=CertificationType.choices, blank=True)
    certification_path = models.CharField(max_length=10, choices=CertificationPath.choices, blank=True)
    certification_class = models.CharField(max_length=1, choices=CertificationClass.choices, blank=True)
    impact_level = models.CharField(max_length=10, choices=ImpactLevel.choices, blank=True)
    impact_level_as_published = models.CharField(max_length=60, blank=True)
    service_models = models.CharField(
        max_length=30, blank=True, help_text="In the order IaaS, PaaS, SaaS, with commas: “IaaS, PaaS”."
    )
    deployment_model = models.CharField(max_length=30, choices=DeploymentModel.choices, blank=True)
    assessor = optional_key(Organization, related_name="assessed_offerings", limit_choices_to={"kind": "assessor"})
    partner_agency = optional_key(
        Organization,
        related_name="partnered_offerings",
        limit_choices_to={"kind": "agency"},
        help_text="The agency sponsor the Marketplace names while the offering is in process.",
    )
    partner_agency_as_published = models.CharField(max_length=300, blank=True)
    annual_assessment = models.CharField(
        max_length=5,
        blank=True,
        validators=[refuse_no_day],
        help_text="Month and day of the yearly assessment, as MM-DD.",
    )
    description = models.TextField(blank=True)
    notice = models.TextField(blank=True, help_text="What the Marketplace says beside the listing.")
    website = models.CharField(max_length=300, blank=True)
    sales_email = models.CharField(max_length=254, blank=True)
    security_email = models.CharField(max_length=254, blank=True)
    business_functions = models.JSONField(default=list, blank=True)
    services = models.JSONField(default=list, blank=True, help_text="Names of the services in the boundary.")
    published_authorizations = models.PositiveIntegerField(null=True, blank=True)
    published_reuse = models.PositiveIntegerField(null=True, blank=True)
    builds_on: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "self", through="Leverage", symmetrical=False, related_name="carries", through_fields=("offering", "underlying")
    )

    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        constraints = [
            models.CheckConstraint(name="offering_id_absent_not_blank", condition=~Q(fedramp_id="")),
            models.CheckConstraint(
                name="offering_designation_known", condition=Q(designation__in=[d.value for d in Designation])
            ),
            models.CheckConstraint(
                name="offering_class_known",
                condition=Q(certification_class__in=["", *(c.value for c in CertificationClass)]),
            ),
            models.CheckConstraint(
                name="offering_assessed_on_a_day", condition=Q(annual_assessment__in=["", *YEARLY_DAYS])
            ),
            models.CheckConstraint(
                name="offering_published_before_not",
                condition=Q(not_published_since__isnull=True)
                | Q(published_since__isnull=True)
                | Q(published_since__lte=F("not_published_since")),
            ),
        ]
        indexes = [models.Index(fields=["sort_name", "id"], name="offering_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("offering", args=[self.public_id])

    @property
    def service_model_labels(self) -> list[str]:
        return [ServiceModel(word).label for word in self.service_models.split(", ") if word in ServiceModel.values]


class Leverage(Published):
    """One offering that builds on another. The feed lists it on the underlying one (`leveraged_systems`)."""

    public_id = PublicIdField()
    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="underlying_links")
    underlying = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="dependent_links")

    class Meta:
        verbose_name = "link between offerings"
        verbose_name_plural = "links between offerings"
        ordering = ["underlying", "offering"]
        constraints = [
            models.UniqueConstraint(name="leverage_once", fields=["offering", "underlying"]),
            models.CheckConstraint(name="leverage_not_of_itself", condition=~Q(offering=F("underlying"))),
        ]

    def __str__(self) -> str:
        return f"{self.offering} builds on {self.underlying}"


class DesignationEvent(Published):
    """One dated step in what the Marketplace said of an offering.

    The feed's history is edited backwards: a later feed corrects ``effective_on`` in place, and the record keeps both
    values. ``recorded_at`` is when this portal learned of it (MAPPING of the feeds, 7).
    """

    public_id = PublicIdField()
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="designation_events")
    step = models.CharField(max_length=30, choices=DesignationStep.choices)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    source_field = models.CharField(max_length=60, blank=True, help_text="The field of the feed it was read from.")
    reason = models.TextField(blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="Where it was stated, if not in a feed.")
    import_run = optional_key(ImportRun, related_name="+")

    class Meta:
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="designation_step_once_per_feed_field",
                fields=["offering", "source_field"],
                condition=Q(source=RecordSource.FEED),
            ),
            models.CheckConstraint(
                name="designation_step_known", condition=Q(step__in=[s.value for s in DesignationStep])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} on {self.effective_on}"
