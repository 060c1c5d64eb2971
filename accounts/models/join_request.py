"""Requests to join: who has an address at an organization's domain asks, and the organization's leads decide."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.fields import PublicIdField
from accounts.models.invitation import Invitation
from accounts.models.membership import Membership
from accounts.models.organization import Organization
from accounts.roles import OrganizationKind

if TYPE_CHECKING:
    from accounts.models.user import User

# Who was declined asks no more for so long.
REST_AFTER_DECLINE = timedelta(days=30)


class JoinOutcome(models.TextChoices):
    INVITED = "invited", "Invited"
    DECLINED = "declined", "Declined"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, user: "User") -> "JoinRequestQuerySet":
        """Those to the organizations that a person leads; the PMO and the auditor read all."""
        if not user.is_authenticated:
            return self.none()
        if OrganizationKind.PMO in user.sides:
            return self.all()
        return self.filter(organization__in=user.led)

    def unanswered(self) -> "JoinRequestQuerySet":
        return self.filter(ended_at__isnull=True)


class JoinRequest(models.Model):
    """Someone who has shown that an address is theirs asks the leads of an organization to be invited."""

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="join_requests")
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=JoinOutcome.choices, blank=True)
    decided_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="joinrequest_open_once", fields=["organization", "email"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="joinrequest_email_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="joinrequest_ended_whole",
                condition=Q(ended_at__isnull=True, outcome="", decided_by__isnull=True)
                | Q(ended_at__isnull=False, decided_by__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organization}"


def organization_to_ask(email: str, now: datetime) -> Organization | None:
    """The organization whose leads somebody with this address may ask; None where there is none, or no need to ask."""
    from accounts.models.user import User

    organization = Organization.objects.filter(join_domain=email.rpartition("@")[2] or "-").first()
    if (
        organization is None
        or not Membership.objects.leading(timezone.localdate(now)).filter(organization=organization).exists()
    ):
        return None
    asked = JoinRequest.objects.filter(organization=organization, email=email)
    declined = Q(outcome=JoinOutcome.DECLINED, ended_at__gt=now - REST_AFTER_DECLINE)
    is_known = (
        User.objects.filter(email=email).exists()
        or Invitation.objects.unanswered().filter(email=email, expires_at__gt=now).exists()
        or asked.filter(Q(ended_at__isnull=True) | declined).exists()
    )
    return None if is_known else organization
