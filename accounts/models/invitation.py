"""Invitations: how a person comes into an organization. Each is bound to one address, and opens once."""

from base64 import urlsafe_b64encode
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from accounts.fields import PublicIdField
from accounts.models.organization import Organization
from accounts.roles import OrganizationKind, Role

if TYPE_CHECKING:
    from accounts.models.user import User


class InvitationAnswer(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    REVOKED = "revoked", "Revoked"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: "User") -> "InvitationQuerySet":
        """Those of the organizations that a person leads; the PMO and the auditor read all."""
        if not user.is_authenticated:
            return self.none()
        if OrganizationKind.PMO in user.sides:
            return self.all()
        return self.filter(organization__in=user.led)

    def unanswered(self) -> "InvitationQuerySet":
        return self.filter(ended_at__isnull=True)


class Invitation(models.Model):
    """Someone is to become a member of an organization in a role.

    What opens it is a secret in the link that is sent. Its SHA-256 alone is kept; the secret itself follows from the
    portal's key, so that a mail can be written later, and from how often it was sent, so that each sending has a new
    one and the last is dead (docs/adr/0008).
    """

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=30, choices=Role.choices)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    sendings = models.PositiveSmallIntegerField(default=1, help_text="How often it was sent; each sends a new secret.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=InvitationAnswer.choices, blank=True)
    accepted_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="invitation_open_once", fields=["organization", "email"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="invitation_email_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=[each.value for each in Role])),
            models.CheckConstraint(
                name="invitation_ended_whole",
                condition=Q(ended_at__isnull=True, answer="") | Q(ended_at__isnull=False) & ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_someone",
                condition=Q(answer=InvitationAnswer.ACCEPTED, accepted_by__isnull=False)
                | ~Q(answer=InvitationAnswer.ACCEPTED) & Q(accepted_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organization}"

    @property
    def secret(self) -> str:
        """What the link carries (256 bits). Anyone who reads the database alone cannot tell it."""
        made_of = f"{self.public_id} {self.sendings}"
        return urlsafe_b64encode(salted_hmac("invitation", made_of, algorithm="sha256").digest()).decode().rstrip("=")

    def has_expired(self, now: datetime) -> bool:
        return self.ended_at is None and self.expires_at <= now
