"""Where an offering's certification package lives and who may open it. The package itself never lives here."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization
from accounts.models.organization import line_of
from authorizations.models.querysets import PackageAccessQuerySet
from authorizations.models.register.contact import Contact
from authorizations.models.register.offering import Offering
from authorizations.vocabulary import PackageLocation, Turn


class Package(models.Model):
    """The place of an offering's package, as its provider states it (CDS ruleset)."""

    public_id = PublicIdField()
    offering = models.OneToOneField(Offering, on_delete=models.PROTECT, related_name="package")
    location = models.CharField(max_length=20, choices=PackageLocation.choices)
    address = models.CharField(max_length=300, blank=True, help_text="Link or reference, not the content.")
    verified_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["offering"]

    def __str__(self) -> str:
        return f"Package of {self.offering} ({self.get_location_display()})"

    @property
    def grantor(self) -> Turn:
        """Who opens it: the PMO while it is at Connect.gov, else the provider."""
        return Turn.PMO if self.location == PackageLocation.CONNECT else Turn.PROVIDER


class PackageAccess(models.Model):
    """One person's right to open one package: 60 days and 30-day extensions, or permanent after the ATO.

    Either ``until`` or ``permanent`` while it was granted; a denial has neither. Telling FedRAMP of a denial is due
    within five business days (CDS-UTC-AAD); leaving staff lose access at once (PARF v7).
    """

    public_id = PublicIdField()
    person = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="package_accesses")
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="package_accesses", limit_choices_to={"kind": "agency"}
    )
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="accesses")
    approver = optional_key(Contact, related_name="approvals")
    asked_on = models.DateField()
    granted_on = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    permanent = models.BooleanField(default=False)
    extensions = models.PositiveSmallIntegerField(default=0)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)
    denied_on = models.DateField(null=True, blank=True)
    denied_reason = models.CharField(max_length=300, blank=True)
    fedramp_notified_on = models.DateField(null=True, blank=True, help_text="When FedRAMP was told of the denial.")

    objects = PackageAccessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "package accesses"
        ordering = ["agency", "person"]
        constraints = [
            models.CheckConstraint(
                name="package_access_granted_or_denied",
                condition=Q(granted_on__isnull=True) | Q(denied_on__isnull=True),
            ),
            models.CheckConstraint(
                name="package_access_has_an_end_or_none",
                condition=Q(granted_on__isnull=True, until__isnull=True, permanent=False)
                | Q(granted_on__isnull=False, until__isnull=False, permanent=False)
                | Q(granted_on__isnull=False, until__isnull=True, permanent=True),
            ),
            models.CheckConstraint(
                name="package_access_granted_has_approver",
                condition=Q(granted_on__isnull=True) | Q(approver__isnull=False),
            ),
            models.CheckConstraint(
                name="package_access_ended_with_reason",
                condition=Q(ended_on__isnull=True, ended_reason="") | Q(ended_on__isnull=False) & ~Q(ended_reason=""),
            ),
            models.CheckConstraint(
                name="package_access_denied_with_reason",
                condition=Q(denied_on__isnull=True, denied_reason="", fedramp_notified_on__isnull=True)
                | Q(denied_on__isnull=False) & ~Q(denied_reason=""),
            ),
            models.CheckConstraint(
                name="package_access_until_after_grant",
                condition=Q(until__isnull=True) | Q(until__gte=F("granted_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"Access of {self.person} to {self.package}"

    def get_absolute_url(self) -> str:
        return reverse("access", args=[self.public_id])

    @property
    def is_granted(self) -> bool:
        """Whether it was granted and not ended early; its last day may have passed."""
        return self.granted_on is not None and self.ended_on is None

    def clean(self) -> None:
        if self.agency_id and self.person_id and self.agency_id not in line_of(self.person.organization_id):
            raise ValidationError({"person": "This person belongs to another organization than the agency."})
