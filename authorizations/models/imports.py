"""Import runs, what was troublesome in their files, and the clashes that the PMO decides."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import ClashKind, Resolution, RunStatus


class ImportRun(models.Model):
    """One feed file that was applied: which, when, by whom, and what it did.

    ``counts`` maps a table of the feed to ``{"rows", "create", "change", "same", "set_aside", "implied",
    "not_published"}``; rows = create + change + same + set aside.
    """

    public_id = PublicIdField()
    feed_version = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="Bytes.")
    feed_as_of = models.DateField()
    status = models.CharField(max_length=10, choices=RunStatus.choices, default=RunStatus.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    actor = optional_key(User, related_name="+")
    removals_reason = models.TextField(blank=True, help_text="Why an unusual number of removals was accepted.")
    counts = models.JSONField(default=dict)

    # What its act enters in the audit log, while the door holds both.
    entries: Sequence[Any] = ()

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["-feed_as_of", "-pk"]
        constraints = [
            # The index makes a second run wait until the first has ended, on PostgreSQL; SQLite has one writer anyway.
            models.UniqueConstraint(
                name="import_run_one_at_a_time", fields=["status"], condition=Q(status=RunStatus.RUNNING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feed_version} of {self.feed_as_of}"

    def get_absolute_url(self) -> str:
        return reverse("import_run", args=[self.public_id])


class ImportIssue(models.Model):
    """One thing in a file that could not be taken as it stood; the raw value is kept, cut at 500 characters."""

    public_id = PublicIdField()
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="issues")
    table = models.CharField(max_length=40)
    record_id = models.CharField(max_length=100, blank=True)
    field = models.CharField(max_length=60, blank=True)
    raw = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=40)
    sentence = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.table} {self.record_id}: {self.sentence}"


class ReviewItem(models.Model):
    """A clash between a feed's record and ours; a person decides it, the import never does."""

    public_id = PublicIdField()
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="review_items")
    table = models.CharField(max_length=40)
    record_id = models.CharField(max_length=100)
    clash = models.CharField(max_length=30, choices=ClashKind.choices)
    sentence = models.CharField(max_length=400)
    ours = models.CharField(max_length=300, blank=True)
    theirs = models.CharField(max_length=300, blank=True)
    organization = optional_key(Organization, related_name="review_items")
    other_organization = optional_key(Organization, related_name="+")
    offering = models.ForeignKey(
        "authorizations.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="review_items"
    )
    opened_at = models.DateTimeField()
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    resolution_note = models.TextField(blank=True)
    resolved_by = optional_key(User, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="review_item_open_once",
                fields=["table", "record_id", "clash", "theirs"],
                condition=Q(resolved_at__isnull=True),
            ),
            models.CheckConstraint(
                name="review_item_resolved_whole",
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True, resolution="")
                | Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution=""),
            ),
        ]

    def __str__(self) -> str:
        return self.sentence

    def get_absolute_url(self) -> str:
        return reverse("review_item", args=[self.public_id])
