"""Gates of a case that the PMO waived."""

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.models.cases.case import Case


class Waiver(models.Model):
    """A gate of one case that a PMO lead waived until a day, with the reason; everyone on the case sees it."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    gate = models.CharField(max_length=60)
    reason = models.TextField()
    until = models.DateField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="waiver_once_at_a_time", fields=["case", "gate"], condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gate} waived until {self.until}"
