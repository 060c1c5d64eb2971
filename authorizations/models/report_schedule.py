"""Reports that are sent by themselves: to one person, or to the members of an organization."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.display import day_text
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import Rhythm, StopReason, Weekday

# The timer looks from this hour on, US Eastern, and to this one.
EARLIEST, LATEST = 5, 22


def hour_text(hour: int) -> str:
    """Such as "8 a.m."."""
    return f"{(hour - 1) % 12 + 1} {'a.m.' if hour < 12 else 'p.m.'}"


class ReportScheduleQuerySet(Scoped[Any]):
    """Schedules: everyone's own, and those of the organizations that one leads."""

    def visible_to(self, user: User) -> "ReportScheduleQuerySet":
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        return Q(Q(owner=user.pk) | Q(organization__in=user.led), removed_at__isnull=True)

    def due(self, now: datetime) -> "ReportScheduleQuerySet":
        here = timezone.localtime(now)
        came = Q(next_on__lt=here.date()) | Q(next_on=here.date(), hour__lte=here.hour)
        return self.filter(came, removed_at__isnull=True, paused_at__isnull=True, stopped="")


class ReportSchedule(models.Model):
    """A report in a format, and when it is sent. ``next_on`` is the next day; None when there is none any more.

    Of one for an organization each active member gets their own, made of what they themselves may see; ``role`` says
    which members, blank for all.
    """

    public_id = PublicIdField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="report_schedules")
    organization = optional_key(Organization, related_name="+")
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    report = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    given = models.JSONField(default=dict, blank=True)
    format = models.CharField(max_length=10)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices)
    weekday = models.PositiveSmallIntegerField(null=True, blank=True, choices=Weekday.choices)
    day_of_month = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The last day of a month that is shorter."
    )
    on = models.DateField(null=True, blank=True)
    hour = models.PositiveSmallIntegerField(default=EARLIEST, help_text="From which on it is made, US Eastern.")
    next_on = models.DateField(null=True, blank=True)
    people = models.JSONField(default=list, blank=True, help_text="Keys of colleagues who get their own too.")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped = models.CharField(max_length=10, choices=StopReason.choices, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(name="report_schedule_due", fields=["next_on"], condition=Q(next_on__isnull=False))]
        constraints = [
            models.CheckConstraint(
                name="report_schedule_has_its_day",
                condition=Q(rhythm=Rhythm.WEEKLY, weekday__isnull=False, day_of_month__isnull=True, on__isnull=True)
                | Q(rhythm=Rhythm.MONTHLY, weekday__isnull=True, day_of_month__range=(1, 31), on__isnull=True)
                | Q(rhythm=Rhythm.ONCE, weekday__isnull=True, day_of_month__isnull=True, on__isnull=False),
            ),
            models.CheckConstraint(
                name="report_schedule_role_of_organization", condition=Q(organization__isnull=False) | Q(role="")
            ),
            models.CheckConstraint(
                name="report_schedule_stopped_with_its_time",
                condition=Q(stopped="", stopped_at__isnull=True) | ~Q(stopped="") & Q(stopped_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.words}"

    @property
    def words(self) -> str:
        if self.rhythm == Rhythm.WEEKLY and self.weekday is not None:
            return f"every {Weekday(self.weekday).label} at {hour_text(self.hour)}"
        if self.rhythm == Rhythm.MONTHLY:
            late = ", or the last" if (self.day_of_month or 0) > 28 else ""
            return f"every month on day {self.day_of_month}{late}, at {hour_text(self.hour)}"
        return f"once on {day_text(self.on)} at {hour_text(self.hour)}" if self.on else ""

    @property
    def whom(self) -> str:
        if self.organization is None:
            return str(self.owner)
        who = f"everyone who is {Role(self.role).label}" if self.role else "every member"
        return f"{who}, {self.organization}"

    @property
    def is_over(self) -> bool:
        return bool(self.stopped) or self.next_on is None

    def day_after(self, day: date) -> date | None:
        """The first day after ``day`` on which it is sent; None where there is none."""
        if self.rhythm == Rhythm.ONCE:
            return self.on if self.on and self.on > day else None
        if self.rhythm == Rhythm.WEEKLY:
            return day + timedelta(days=((self.weekday or 0) - day.weekday() - 1) % 7 + 1)
        here = self._in_month(day)
        return here if here > day else self._in_month(day.replace(day=28) + timedelta(days=4))

    def _in_month(self, day: date) -> date:
        return day.replace(day=min(self.day_of_month or 1, monthrange(day.year, day.month)[1]))
