"""Reports that are made in the background: what was asked for, how far it is, and where its file is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.fields import optional_key
from accounts.models import User
from authorizations.models.background_job import UNDER_WAY, BackgroundJob, BackgroundJobQuerySet
from authorizations.models.report_schedule import ReportSchedule
from authorizations.vocabulary import JobStatus


class ReportJobQuerySet(BackgroundJobQuerySet):
    """Reports of the background: everyone's own, and nobody else's, whatever else they read."""

    def visible_to(self, user: User) -> Self:
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        return Q(asker=user.pk, removed_at__isnull=True)

    def claimable(self, now: datetime) -> Self:
        """The reports that a worker may take; people take turns.

        Next is what waits longest of the person for whom one was begun least lately, so that nobody's ten hold up
        another's one. What is sent by itself comes after what somebody waits for.
        """
        begun = ReportJob.objects.filter(asker=OuterRef("asker")).order_by(F("started_at").desc(nulls_last=True))
        rows = (
            super()
            .claimable(now)
            .annotate(
                served=Subquery(begun.values("started_at")[:1]),
                by_itself=ExpressionWrapper(Q(schedule__isnull=False), output_field=BooleanField()),
            )
        )
        return rows.order_by("by_itself", F("served").asc(nulls_first=True), "not_before", "pk")


class ReportJob(BackgroundJob):
    """One report for one person, in one format.

    ``given`` are the texts of its parameters, ``rights`` the asker's roles when it was made, each as organization and
    role, and ``known`` the keys of the cases and ATOs that they could see then, of anyone who does not read all of
    them. ``path`` is where the file is: it is there only of a report that is whole.
    """

    LAPSES_AFTER: ClassVar[timedelta] = timedelta(minutes=2)
    EVENTS: ClassVar[str] = "report"
    ENTRY_FIELDS: ClassVar[Sequence[str]] = ("report",)
    GIVEN_UP: ClassVar[str] = (
        "Making it stopped three times before its end, perhaps for lack of memory. Try again. "
        "If that fails, narrow it, or take CSV."
    )

    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="report_jobs")
    report = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    given = models.JSONField(default=dict, blank=True)
    format = models.CharField(max_length=10)
    marking = models.CharField(max_length=100, blank=True)
    as_of = models.DateTimeField()
    schedule = optional_key(ReportSchedule, related_name="jobs")
    day = models.DateField(null=True, blank=True, help_text="The day of the schedule.")
    rights = models.JSONField(default=list, blank=True)
    known = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ReportJobQuerySet.as_manager()

    class Meta(BackgroundJob.Meta):
        indexes = [
            models.Index(name="report_job_under_way", fields=["not_before", "id"], condition=UNDER_WAY),
            models.Index(name="report_job_of_person", fields=["asker", "-asked_at", "-id"]),
        ]
        constraints = [
            *BackgroundJob.Meta.constraints,
            models.UniqueConstraint(
                name="report_job_once_a_day_of_schedule",
                fields=["schedule", "day", "asker"],
                condition=Q(schedule__isnull=False),
            ),
            models.CheckConstraint(
                name="report_job_of_schedule_with_its_day",
                condition=Q(schedule__isnull=True, day__isnull=True) | Q(schedule__isnull=False, day__isnull=False),
            ),
            models.CheckConstraint(
                name="report_job_has_file_when_done",
                condition=Q(status=JobStatus.DONE, expires_at__isnull=False) & ~Q(path="") & ~Q(sha256="")
                | ~Q(status=JobStatus.DONE) & Q(path=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def seconds_left(self) -> int | None:
        """About how long it still takes, by what it took so far; None before a tenth of it is done."""
        if not (self.started_at and self.heartbeat_at) or self.progress * 10 < max(self.total, 10):
            return None
        took = (self.heartbeat_at - self.started_at).total_seconds()
        return round(took * (self.total - self.progress) / self.progress) if self.total > self.progress else None

    def get_absolute_url(self) -> str:
        return reverse("report_job", args=[self.public_id])
