"""Who acts in a colleague's role for a time."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.fields import PublicIdField
from accounts.models.membership import Membership
from accounts.roles import OrganizationKind, Role

if TYPE_CHECKING:
    from accounts.models.user import User


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, user: "User") -> "DelegationQuerySet":
        """Those that concern a person; the PMO and the auditor read every one, as they do memberships."""
        if not user.is_authenticated:
            return self.none()
        return self if OrganizationKind.PMO in user.sides else self.concerning(user)

    def concerning(self, user: "User") -> "DelegationQuerySet":
        own = Q(deputy=user.pk) | Q(membership__user=user.pk)
        return self.filter(own | Q(membership__organization__in=user.led))

    def running(self, today: date) -> "DelegationQuerySet":
        """Those that count on a day: of a role that an active person still holds, to one who still is a colleague."""
        holds = Membership.objects.current(today).filter(
            pk=OuterRef("membership"), role=OuterRef("role"), user__is_active=True
        )
        belongs = Membership.objects.current(today).filter(
            user=OuterRef("deputy"), organization=OuterRef("membership__organization")
        )
        return self.not_over(today).filter(Exists(holds), Exists(belongs), starts_on__lte=today)

    def not_over(self, today: date) -> "DelegationQuerySet":
        """Those that count on a day or will later, as far as their own dates say."""
        return self.filter(ended_at__isnull=True, ends_on__gte=today)


class Delegation(models.Model):
    """A colleague (the deputy) acts in one role of a person's, from a day to a last day, both in US Eastern time.

    It says which role was delegated: when the membership gets another one, nothing of that is delegated.
    """

    public_id = PublicIdField()
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="delegations")
    role = models.CharField(max_length=30, choices=Role.choices)
    deputy = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="delegations")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day.")
    reason = models.TextField()
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody ended it before its last day.")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        constraints = [
            # Who accepts the risk is named, and nobody else signs for them.
            models.CheckConstraint(name="delegation_never_of_officials", condition=~Q(role=Role.AUTHORIZING_OFFICIAL)),
            models.CheckConstraint(name="delegation_ends_after_it_starts", condition=Q(starts_on__lte=F("ends_on"))),
        ]
        indexes = [
            # Asked for with every request.
            models.Index(fields=["deputy", "ends_on"], name="delegation_of_deputy", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.membership.user}"
