"""Feeds that came by themselves: what was found, what became of it, and how much may change without a person."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from authorizations.models.querysets import Scoped


class FeedOutcome(models.TextChoices):
    """What became of a found feed. A person decides what waits; the rest ended by itself."""

    WAITS = "waits", "Waits for a person"
    APPLIED = "applied", "Applied"
    SAME = "same", "Nothing to change"
    REFUSED = "refused", "Could not be taken"
    LEFT = "left", "Left aside"


class FeedLimit(models.Model):
    """How many records a found feed may change without a person. The newest row counts; without one, none."""

    public_id = PublicIdField()
    most_changes = models.PositiveIntegerField(help_text="Records added, changed or no longer published.")
    reason = models.TextField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = "limit for found feeds"
        verbose_name_plural = "limits for found feeds"
        ordering = ["-set_at", "-pk"]

    def __str__(self) -> str:
        return f"At most {self.most_changes:,} changes"


class FoundFeed(models.Model):
    """One file that the timer found in the watched folder or at the watched address; each content once.

    ``sha256`` is of the file, ``feed_sha256`` of the feed inside it, as its import run says it.
    """

    public_id = PublicIdField()
    sha256 = models.CharField(max_length=64, unique=True)
    feed_sha256 = models.CharField(max_length=64, blank=True)
    file_name = models.CharField(max_length=200)
    feed_as_of = models.DateField(null=True, blank=True)
    changes = models.PositiveIntegerField(null=True, blank=True, help_text="Records that it would change.")
    outcome = models.CharField(max_length=10, choices=FeedOutcome.choices)
    sentence = models.CharField(max_length=400, blank=True, help_text="Why it waits, or was refused.")
    found_at = models.DateTimeField()
    decided_by = optional_key(User, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="found_feed_waits_undecided",
                condition=~Q(outcome="waits") | Q(decided_by__isnull=True, decided_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("found_feed", args=[self.public_id])

    @property
    def waits(self) -> bool:
        return self.outcome == FeedOutcome.WAITS


def most_changes() -> int:
    """How many records a found feed may change without a person, today."""
    return FeedLimit.objects.values_list("most_changes", flat=True).first() or 0
