"""Agencies that sign a joint authorization beside the lead agency of its case (OMB M-24-15 IV.c)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.models.cases.case import Case
from authorizations.models.querysets import Scoped, user_organization_ids
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato import Ato, officials_of, systems_of


class CoSignerQuerySet(Scoped[Any]):
    """Co-signing agencies: for whom the case is there, and for the agency itself, which sees no more of the case."""

    def party(self, user: User) -> Q:
        cases = Case.objects.visible_to(user)
        return Q(agency__in=user_organization_ids(user)) | Q(case__in=cases.values("pk"))


class CoSigner(models.Model):
    """One agency that signs beside the lead agency: who signed when for which system, and the ATO that it has then."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="co_signers")
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", limit_choices_to={"kind": "agency"}
    )
    authorizing_official = optional_key(User, related_name="+")
    system = optional_key(AgencySystem, related_name="+")
    signed_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    letter = models.CharField(max_length=300, blank=True, help_text="Where the signed letter can be found.")
    ato = optional_key(Ato, related_name="+")
    named_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CoSignerQuerySet.as_manager()

    class Meta:
        verbose_name = "co-signing agency"
        verbose_name_plural = "co-signing agencies"
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="co_signer_once", fields=["case", "agency"], condition=Q(removed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="co_signer_signs_whole",
                condition=Q(signed_on__isnull=True, ato__isnull=True)
                | Q(authorizing_official__isnull=False, system__isnull=False, removed_at__isnull=True) & ~Q(letter=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} for {self.case.offering.name}"

    def get_absolute_url(self) -> str:
        return reverse("co_signer", args=[self.public_id])

    @property
    def agency_line(self) -> list[int]:
        return self.agency.line_up

    def options(self, fact: str) -> models.QuerySet[Any]:
        """The records that a fact of its signature may name. Raises KeyError."""
        return {"system": systems_of, "authorizing_official": officials_of}[fact](self.agency_line)
