"""What a person decided about a difference between an agency's record and the feed."""

from django.db import models

from accounts.fields import PublicIdField
from accounts.models import Organization, User
from authorizations.models.querysets import OfAgencyQuerySet
from authorizations.models.register.ato import Ato
from authorizations.models.register.record_classes import DifferenceReason, RecordClass


class DifferenceDecision(models.Model):
    """Why an ATO and the feed differ; it holds while the facts that it was about are the same (docs/adr/0030).

    Attributes:
        ato: the agency's own, or the feed's row where the agency has none.
        facts: what was compared, `{name: [ours, the feed's]}`; days as ISO text.
    """

    public_id = PublicIdField()
    ato = models.OneToOneField(Ato, on_delete=models.PROTECT, related_name="difference_decision")
    agency = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    record_class = models.CharField("class", max_length=20, choices=RecordClass.choices)
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, choices=DifferenceReason.choices)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = OfAgencyQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.get_record_class_display().lower()}"
