"""Addresses to which mail does not get through, until somebody says that it does again."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import PublicIdField
from accounts.models import Membership, User
from authorizations.models.querysets import Scoped


class BounceQuerySet(Scoped[Any]):
    """Failing addresses: everyone's own, and those of the people whom one leads; the PMO and the auditor all."""

    def party(self, user: User) -> Q:
        led = Membership.objects.filter(organization__in=user.led).order_by().values("user__email")
        return Q(address=user.email) | Q(address__in=led)

    def failing(self) -> "BounceQuerySet":
        return self.filter(cleared_on__isnull=True)


class Bounce(models.Model):
    """Mail to an address came back. While that stands nothing is mailed there; it is cleared on purpose alone.

    It is about an address and not a person: it holds for invitations too, and no more for anyone who changes theirs.
    """

    public_id = PublicIdField()
    address = models.EmailField("e-mail address", help_text="To which mail came back.")
    reason = models.CharField(max_length=200, help_text="What the mail server said, in words.")
    failed_on = models.DateField(default=timezone.localdate, help_text="The day on which mail came back.")
    cleared_on = models.DateField(
        null=True, blank=True, help_text="The day from which the address is mailed again; blank while it fails."
    )

    objects = BounceQuerySet.as_manager()

    class Meta:
        ordering = ["-failed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="bounce_once", fields=["address"], condition=Q(cleared_on__isnull=True)),
            models.CheckConstraint(name="bounce_address_in_lower_case", condition=Q(address=Lower("address"))),
            models.CheckConstraint(
                name="bounce_cleared_after_it_failed",
                condition=Q(cleared_on__isnull=True) | Q(cleared_on__gte=F("failed_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.address
