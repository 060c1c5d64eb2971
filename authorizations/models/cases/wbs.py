"""The work breakdown structure (WBS) of an initial case: its tasks, and the workbook that they were read from last."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.lifecycle.wbs import ACTUAL, PLANNED, in_order
from authorizations.models.cases.case import Case
from authorizations.models.querysets import PlannedQuerySet, PlanQuerySet
from authorizations.vocabulary import WbsKind


class Wbs(models.Model):
    """The plan of one case. The signed workbook itself is a document of the case; here stands which one was read."""

    public_id = PublicIdField()
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="wbs")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=40)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "work breakdown structure"
        verbose_name_plural = "work breakdown structures"
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return f"WBS of {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("case_wbs", args=[self.case.public_id])

    def rows(self) -> list["WbsTask"]:
        """Headings, tasks and placeholders in the order of their numbers; one query."""
        return in_order(self.tasks.all())


def _in_order(*columns: str) -> models.CheckConstraint:
    start, finish = columns
    name = f"wbs_{start.partition('_')[0]}_in_order"
    either_open = Q(**{f"{start}__isnull": True}) | Q(**{f"{finish}__isnull": True})
    return models.CheckConstraint(name=name, condition=either_open | Q(**{f"{finish}__gte": F(start)}))


class WbsTask(models.Model):
    """One row of a plan: a heading, a task, or a placeholder for what a workbook leaves to be named.

    Both sides keep the dates of tasks, the PMO alone those of its own part (``is_pmo``). ``row`` is that of the sheet.
    """

    public_id = PublicIdField()
    wbs = models.ForeignKey(Wbs, on_delete=models.PROTECT, related_name="tasks")
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=12, choices=WbsKind.choices)
    owner = models.CharField(max_length=100, blank=True, help_text="Who is responsible, in the words of the workbook.")
    planned_start = models.DateField(null=True, blank=True)
    planned_finish = models.DateField(null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)
    filled_by = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="By column: the step that filled an actual date in, or “person” where one took it back.",
    )
    is_pmo = models.BooleanField(default=False)
    notes = models.TextField(blank=True)
    row = models.PositiveIntegerField()

    objects = PlannedQuerySet.as_manager()

    class Meta:
        verbose_name = "task of a plan"
        verbose_name_plural = "tasks of plans"
        ordering = ["wbs", "pk"]
        constraints = [
            models.UniqueConstraint(name="wbs_number_once", fields=["wbs", "number"]),
            _in_order(*PLANNED),
            _in_order(*ACTUAL),
            # Nothing happens to a heading, nor to a gap that nobody has named.
            models.CheckConstraint(
                name="wbs_only_tasks_happen",
                condition=Q(kind=WbsKind.TASK) | Q(actual_start__isnull=True, actual_finish__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_task(self) -> bool:
        return self.kind == WbsKind.TASK
