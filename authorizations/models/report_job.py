"""Reports that are made in the background: what was asked for, how far it is, and where its file is."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.models.querysets import Scoped
from authorizations.models.report_schedule import ReportSchedule
from authorizations.vocabulary import ReportStatus

UNDER_WAY = Q(status__in=[ReportStatus.WAITING, ReportStatus.RUNNING])


class ReportJobQuerySet(Scoped[Any]):
    """Reports of the background: everyone's own, and nobody else's, whatever else they read."""

    def visible_to(self, user: User) -> "ReportJobQuerySet":
        """Those that the person asked for, or that are sent to them, and did not remove."""
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        """The one person a report was made for."""
        return Q(asker=user.pk, removed_at__isnull=True)


class ReportJob(models.Model):
    """One report for one person, in one format. A worker claims it; the claim lapses when the worker gives no sign.

    ``given`` are the texts of its parameters, ``rights`` the asker's roles when it was made, each as organization and
    role, and ``known`` the keys of the cases and ATOs that they could see then, of whoever does not read all of them.
    ``path`` is where the file is: it is there only of a report that is whole.
    """

    public_id = PublicIdField()
    asker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="report_jobs")
    report = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    given = models.JSONField(default=dict, blank=True)
    format = models.CharField(max_length=10)
    marking = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    as_of = models.DateTimeField()
    schedule = models.ForeignKey(ReportSchedule, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    day = models.DateField(null=True, blank=True, help_text="The day of the schedule.")
    status = models.CharField(max_length=10, choices=ReportStatus.choices, default=ReportStatus.WAITING)
    # Who makes it now, and the last sign of life.
    claim = models.UUIDField(null=True, blank=True, editable=False)
    seen_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(help_text="When it may be taken, or tried again.")
    attempts = models.PositiveSmallIntegerField(default=0)
    written = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0, help_text="0 while nobody knows.")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    rights = models.JSONField(default=list, blank=True)
    known = models.JSONField(default=dict, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(name="report_job_under_way", fields=["not_before", "id"], condition=UNDER_WAY),
            models.Index(name="report_job_of_person", fields=["asker", "-asked_at", "-id"]),
        ]
        constraints = [
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
                condition=Q(status=ReportStatus.DONE, expires_at__isnull=False) & ~Q(path="") & ~Q(sha256="")
                | ~Q(status=ReportStatus.DONE) & Q(path=""),
            ),
            models.CheckConstraint(
                name="report_job_failed_with_its_sentence",
                condition=Q(status=ReportStatus.FAILED) & ~Q(failure="")
                | ~Q(status=ReportStatus.FAILED) & Q(failure=""),
            ),
            models.CheckConstraint(
                name="report_job_claimed_while_it_runs",
                condition=Q(status=ReportStatus.RUNNING, claim__isnull=False, seen_at__isnull=False)
                | ~Q(status=ReportStatus.RUNNING) & Q(claim__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("report_job", args=[self.public_id])

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is being made."""
        return self.status in {ReportStatus.WAITING, ReportStatus.RUNNING}

    @property
    def percent(self) -> int | None:
        """How far it has come; None while nobody knows."""
        return min(100, 100 * self.written // self.total) if self.total else None
