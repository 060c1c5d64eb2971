"""What was delivered to meet a recurring duty: for which period, when, by whom, and where it can be found."""

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.lifecycle.duties import DUTIES
from authorizations.models.querysets import DeliverableQuerySet
from authorizations.models.register.ato import Ato
from authorizations.models.register.offering import Offering


class Deliverable(models.Model):
    """A duty of `lifecycle/duties.py` met for one period, of an ATO or of an offering; or released from by the PMO.

    It is never changed, only withdrawn, with a reason. ``period`` is the day from which the duty counts.
    """

    public_id = PublicIdField()
    duty = models.CharField(max_length=20)
    ato = optional_key(Ato, related_name="deliverables")
    offering = optional_key(Offering, related_name="deliverables")
    period = models.DateField()
    delivered_on = models.DateField()
    by = optional_key(Organization, related_name="+")
    reference = models.CharField(max_length=200, help_text="Where it can be found, or why it is not asked for.")
    waived = models.BooleanField(default=False, help_text="The PMO does not ask for it, for this period.")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = DeliverableQuerySet.as_manager()

    class Meta:
        ordering = ["-period", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="deliverable_of_one_record",
                condition=Q(ato__isnull=False, offering__isnull=True) | Q(ato__isnull=True, offering__isnull=False),
            ),
            models.UniqueConstraint(
                name="deliverable_once_of_ato",
                fields=["ato", "duty", "period"],
                condition=Q(withdrawn_at__isnull=True, ato__isnull=False),
            ),
            models.UniqueConstraint(
                name="deliverable_once_of_offering",
                fields=["offering", "duty", "period"],
                condition=Q(withdrawn_at__isnull=True, offering__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.period:%d %b %Y}"

    def get_absolute_url(self) -> str:
        return self.record.get_absolute_url()

    @property
    def label(self) -> str:
        return DUTIES[self.duty].label if self.duty in DUTIES else self.duty

    @property
    def record(self) -> "Ato | Offering":
        found = self.ato or self.offering
        assert found is not None  # noqa: S101  # a constraint says so
        return found
