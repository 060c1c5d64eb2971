"""What people wish to be told, and when: of each topic at once, in a digest or not at all; and what they muted."""

from datetime import date, time
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.models.querysets import Scoped
from authorizations.sanitize import LONGEST_TEXT

# Before the working day begins, in US Eastern time.
DIGEST_AT = time(7)


class NotificationSettings(models.Model):
    """How one person is told; anyone who never chose has no row, and is told as the defaults say.

    ``paces`` holds what was chosen for topics, by topic. Times of day are in US Eastern; quiet hours may reach over
    midnight.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    paces = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest_at = models.TimeField(default=DIGEST_AT)

    class Meta:
        verbose_name_plural = "notification settings"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_from_and_until",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=models.F("quiet_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"Notifications of {self.user}"


class MuteQuerySet(Scoped[Any]):
    """Mutes are each person's own; the PMO and the auditor read them in the audit log alone."""

    def visible_to(self, user: User) -> "MuteQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()

    def in_effect(self, today: date) -> "MuteQuerySet":
        return self.filter(ended_at__isnull=True, until__gte=today)


class Mute(models.Model):
    """One person hears nothing of one record, or of one of its deadlines, until a day, for a reason.

    ``subject_type`` and ``subject_id`` name the record as the audit log does. ``kind`` and ``detail`` are those of
    the deadline where only that one is muted, else blank. ``label`` is what the person saw when muting it.
    """

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mutes")
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    kind = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=100, blank=True)
    label = models.CharField(max_length=300)
    link = models.CharField(max_length=200)
    until = models.DateField(help_text="The last day.")
    reason = models.TextField(max_length=LONGEST_TEXT)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken back before its last day.")

    objects = MuteQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        indexes = [models.Index(name="mute_of_person", fields=["user", "until"], condition=Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return self.label
