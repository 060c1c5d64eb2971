"""The information systems that agencies own; an ATO made here belongs to one of them."""

from django.core.exceptions import ValidationError
from django.db import models

from accounts.fields import PublicIdField
from accounts.models import Organization
from authorizations.models.querysets import OfAgencyQuerySet
from authorizations.vocabulary import SecurityLevel


class AgencySystem(models.Model):
    public_id = PublicIdField()
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="systems", limit_choices_to={"kind": "agency"}
    )
    name = models.CharField(max_length=200)
    abbreviation = models.CharField(max_length=40, blank=True)
    confidentiality = models.CharField(max_length=10, choices=SecurityLevel.choices)
    integrity = models.CharField(max_length=10, choices=SecurityLevel.choices)
    availability = models.CharField(max_length=10, choices=SecurityLevel.choices)

    objects = OfAgencyQuerySet.as_manager()

    class Meta:
        ordering = ["agency", "name"]
        constraints = [models.UniqueConstraint(name="system_name_once_per_agency", fields=["agency", "name"])]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.pk and self.atos.exclude(agency=self.agency_id).exists():
            raise ValidationError({"agency": "An ATO of another agency belongs to this system: its agency must stay."})

    @property
    def impact_level(self) -> SecurityLevel:
        """The highest of the three levels: FIPS 199's high-water mark (FIPS 200, 3)."""
        order = list(SecurityLevel)
        return max((SecurityLevel(level) for level in self._levels), key=order.index)

    @property
    def _levels(self) -> tuple[str, str, str]:
        return (self.confidentiality, self.integrity, self.availability)
