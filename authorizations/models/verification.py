"""A look at the whole audit log that somebody asked for: a job of the worker, with its progress and what it found."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from authorizations.models.background_job import BackgroundJob
from authorizations.vocabulary import JobStatus


class Verification(BackgroundJob):
    """One verification. ``ends`` maps an audit log to the position of its last entry; ``findings`` are sentences."""

    EVENTS: ClassVar[str] = "verification"

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    anchors = models.IntegerField(default=0, help_text="How many anchors it was compared with.")
    ends = models.JSONField(default=dict, blank=True)
    findings = models.JSONField(default=list, blank=True)

    class Meta(BackgroundJob.Meta):
        constraints = [
            *BackgroundJob.Meta.constraints,
            models.UniqueConstraint(
                name="verification_one_waits", fields=["status"], condition=Q(status=JobStatus.WAITING)
            ),
        ]

    def __str__(self) -> str:
        return f"Verification of {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("verification", args=[self.public_id])

    @property
    def is_whole(self) -> bool:
        return self.status == JobStatus.DONE and not self.findings
