"""Days on which federal offices are closed by order, beside the holidays of the law."""

from django.db import models

from accounts.fields import PublicIdField
from accounts.models import User


class OfficeClosure(models.Model):
    """One day on which no business is done, with the order that says so. Its words may be corrected, its day never.

    A closing moves the open dates that count business days across it.
    """

    public_id = PublicIdField()
    day = models.DateField()
    reason = models.CharField(max_length=200, help_text="Such as: Day of mourning.")
    reference = models.CharField("order", max_length=200, help_text="The executive order, or where it is announced.")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(name="office_closure_once_a_day", fields=["day"])]

    def __str__(self) -> str:
        return f"{self.reason}, {self.day:%d %b %Y}"
