"""What a provider publishes of its own offering: its package overview, as FedRAMP passes it on (ADR 32)."""

from django.db import models

from accounts.fields import PublicIdField, optional_key
from accounts.models import Published
from authorizations.models.imports import ImportRun
from authorizations.models.register.offering import Offering

# The runs of its file: it says nothing of what the Marketplace lists.
OVERVIEW_FEED = "marketplace-cso-pkg"


class PackageOverview(Published):
    """The provider's own statement of one offering; no fact of the offering is changed by it.

    Addresses are kept as they were stated: a page decides which of them it may link to. ``builds_on`` are the ids of
    certified services, some of which no Marketplace feed knows. ``fetched_at`` is when FedRAMP read it last from the
    provider's address, and ``import_run`` the import that brought this state of it.
    """

    public_id = PublicIdField()
    offering = models.OneToOneField(Offering, on_delete=models.PROTECT, related_name="overview")
    stated_id = models.CharField("id as stated", max_length=100, blank=True)
    provider_as_published = models.CharField(max_length=300, blank=True)
    service_as_published = models.CharField(max_length=300, blank=True)
    trust_center = models.CharField(max_length=500, blank=True)
    trust_center_about = models.TextField("about the trust center", blank=True)
    access_needed = models.BooleanField(null=True, blank=True)
    access_instructions = models.TextField("how to get access", blank=True)
    next_report_on = models.DateField("next ongoing certification report", null=True, blank=True)
    next_review_on = models.DateField("next quarterly review", null=True, blank=True)
    next_review_time = models.CharField("time of the review", max_length=40, blank=True)
    review_registration = models.CharField("registration for the review", max_length=500, blank=True)
    review_calendar = models.CharField("calendar file of the review", max_length=500, blank=True)
    feedback = models.CharField("feedback on reports", max_length=500, blank=True)
    builds_on = models.JSONField("certified services it builds on", default=list, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    import_run = optional_key(ImportRun, related_name="+")

    class Meta:
        ordering = ["offering__sort_name", "pk"]

    def __str__(self) -> str:
        return f"Package overview of {self.offering}"
