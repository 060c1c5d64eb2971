"""Rows that a worker works on: claimed, kept by heartbeats, tried again, given up, cancelled.

A claim is an update in a short transaction; the work is done outside of any. What a worker claimed and gave no
heartbeat for is taken by another, and the first one can write nothing more. No act of a person: without entries.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from uuid import uuid4

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.fields import PublicIdField
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import JobStatus

UNDER_WAY = Q(status__in=[JobStatus.WAITING, JobStatus.RUNNING])


class ClaimableQuerySet(Scoped[Any]):
    def claimable(self, now: datetime) -> Self:
        row = self.model
        lapsed = Q(heartbeat_at__lt=now - row.LAPSES_AFTER, attempts__lte=len(row.RETRY_AFTER))
        free = Q(claim__isnull=True) | lapsed
        return self.filter(row.UNDER_WAY, free, not_before__lte=now).order_by("not_before", "pk")

    def claim(self, now: datetime, most: int = 1, **columns: Any) -> Self:
        """Claims the first of the claimable ones, and sets columns of them."""
        key, rows = uuid4(), self.model._default_manager
        with transaction.atomic():
            due = self.claimable(now).select_for_update(skip_locked=True, of=("self",))
            found = list(due.values_list("pk", flat=True)[:most])
            if not found:
                return self.none()
            rows.filter(pk__in=found).update(claim=key, heartbeat_at=now, **columns)
        claimed: Self = rows.filter(pk__in=found, claim=key)
        return claimed

    def held(self, *jobs: "Claimable") -> Self:
        """These rows, without those that were cancelled or taken by another worker since their claim."""
        return self.filter(pk__in=[job.pk for job in jobs], claim__in={job.claim for job in jobs})


class Claimable(models.Model):
    UNDER_WAY: ClassVar[Q] = UNDER_WAY
    # A worker that gave no heartbeat for so long has died.
    LAPSES_AFTER: ClassVar[timedelta] = timedelta(minutes=5)
    # How long is waited after each failed attempt; after the last one it is given up.
    RETRY_AFTER: ClassVar[Sequence[timedelta]] = (timedelta(seconds=5), timedelta(minutes=1))

    claim = models.UUIDField(null=True, blank=True, editable=False, help_text="Of the worker that has it now.")
    heartbeat_at = models.DateTimeField(null=True, blank=True, editable=False)
    not_before = models.DateTimeField(default=timezone.now, help_text="When it may be taken, or tried again.")
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def next_attempt(self, failed: int, now: datetime) -> datetime | None:
        """When it is tried again after so many failed attempts; None where it is given up."""
        return now + self.RETRY_AFTER[failed - 1] if failed <= len(self.RETRY_AFTER) else None


class BackgroundJobQuerySet(ClaimableQuerySet):
    def take(self, now: datetime) -> Any:
        begun: dict[str, Any] = {"status": JobStatus.RUNNING, "started_at": now, "attempts": F("attempts") + 1}
        return self.claim(now, **begun, progress=0, total=0).first()

    def abandoned(self, now: datetime) -> Self:
        given_up = {"status": JobStatus.RUNNING, "attempts__gt": len(self.model.RETRY_AFTER)}
        return self.filter(heartbeat_at__lt=now - self.model.LAPSES_AFTER, **given_up)


class BackgroundJob(Claimable):
    # How the verbs of its entries begin, and the columns that an entry of its failure tells.
    EVENTS: ClassVar[str]
    ENTRY_FIELDS: ClassVar[Sequence[str]] = ()
    GIVEN_UP: ClassVar[str] = "It stopped three times before its end. Ask for it again."

    public_id = PublicIdField()
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.WAITING)
    progress = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0, help_text="0 while nobody knows.")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = BackgroundJobQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_failed_with_its_sentence",
                condition=Q(status=JobStatus.FAILED) & ~Q(failure="") | ~Q(status=JobStatus.FAILED) & Q(failure=""),
            ),
            models.CheckConstraint(
                name="%(class)s_claimed_while_it_runs",
                condition=Q(status=JobStatus.RUNNING, claim__isnull=False, heartbeat_at__isnull=False)
                | ~Q(status=JobStatus.RUNNING) & Q(claim__isnull=True),
            ),
        ]

    @property
    def is_under_way(self) -> bool:
        return self.status in {JobStatus.WAITING, JobStatus.RUNNING}

    @property
    def percent(self) -> int | None:
        return min(100, 100 * self.progress // self.total) if self.total else None

    def end(self, now: datetime) -> None:
        """Sets its end, unsaved: the worker that has its claim can write nothing more once this is saved."""
        self.ended_at, self.claim = now, None
