"""Personal tokens: what a program of a person's shows in place of the person's sign-in."""

import hashlib
import secrets
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField

if TYPE_CHECKING:
    from accounts.models.user import User

# Who finds one in a file or a log sees at once what it is, and so does a scanner for forgotten secrets.
PREFIX = "portal_"


def new_secret() -> str:
    """A new random token (256 bits), which only its owner ever sees."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random, so that a plain SHA-256 of it can be neither guessed nor reversed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def own(self, user: "User") -> "AccessTokenQuerySet":
        return self.filter(user=user.pk)

    def counting(self, today: date) -> "AccessTokenQuerySet":
        """Those that open something on a day: not revoked, not over, of a person who may sign in."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=today, user__is_active=True)


class AccessToken(models.Model):
    """A token of one person. It allows what its owner may do, or only reading; its last day is ``expires_on``."""

    public_id = PublicIdField()
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="access_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    expires_on = models.DateField()
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour.")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "personal token"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="access_token_name_once", fields=["user", "name"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
