"""A look at the whole record that somebody asked for: a job of the worker, with its progress and what it found."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import JobStatus


class Verification(models.Model):
    """One verification. ``ends`` maps a chain to the position of its last entry; ``findings`` are sentences.

    ``seen_at`` is when the worker last gave a sign of life: what it left is taken up by another.
    """

    public_id = PublicIdField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.WAITING)
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    checked = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    anchors = models.IntegerField(default=0, help_text="How many anchors it was compared with.")
    ends = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="verification_one_waits", fields=["status"], condition=Q(status=JobStatus.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return f"Verification of {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("verification", args=[self.public_id])

    @property
    def is_whole(self) -> bool:
        """Whether it has ended and found nothing."""
        return self.status == JobStatus.DONE and not self.findings

    @property
    def percent(self) -> int:
        """How far it has come."""
        return 100 * self.checked // self.total if self.total else 0
