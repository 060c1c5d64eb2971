"""What was recorded from evidence for a party without people here, and what that party says of it once it has some."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from accounts.roles import Role
from authorizations.models.cases.case import Case
from authorizations.models.cases.visibility import in_seen_case
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import Answer, Turn

# Who answers for each party: its leads, and at the PMO its reviewers too.
WHO_ANSWERS: dict[Turn, tuple[tuple[Role, ...], str]] = {
    Turn.PROVIDER: ((Role.CSP_LEAD,), "case__offering__provider"),
    Turn.ASSESSOR: ((Role.ASSESSOR_LEAD,), "case__assessor"),
    Turn.PMO: ((Role.PMO_LEAD, Role.PMO_REVIEWER), ""),
}


class RecordedForAbsentQuerySet(Scoped[Any]):
    """Lines for everyone who sees the case."""

    def visible_to(self, user: User) -> Any:
        return self.filter(in_seen_case(user, "case")) if user.is_authenticated else self.none()

    def to_answer_by(self, user: User) -> Any:
        """Of these, the lines that wait for this person to confirm or dispute them."""
        asked = Q(pk__in=[])
        for side, (roles, place) in WHO_ANSWERS.items():
            held = [each.organization_id for each in user.current_memberships if each.role in roles]
            if held:
                asked |= Q(side=side, **({f"{place}__in": held} if place else {}))
        return self.filter(asked, answer="")


class RecordedForAbsent(models.Model):
    """One step that was recorded for an absent party. Its evidence is in the entry of that revision of the case."""

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recorded_for_absent")
    side = models.CharField(max_length=10, choices=Turn.choices)
    step = models.CharField(max_length=40)
    revision = models.PositiveIntegerField(help_text="Of the case after the step.")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=Answer.choices, blank=True)
    statement = models.TextField(blank=True)
    answered_by = optional_key(User, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = RecordedForAbsentQuerySet.as_manager()

    class Meta:
        verbose_name = "line recorded for an absent party"
        verbose_name_plural = "lines recorded for absent parties"
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(name="recorded_for_absent_once", fields=["case", "revision"]),
            models.CheckConstraint(
                name="recorded_for_absent_answered_whole",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="recorded_for_absent_disputed_in_words",
                condition=~Q(answer=Answer.DISPUTED) | ~Q(statement=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.case}"

    @property
    def done(self) -> str:
        """What was done, in the words that the machine has for it now."""
        step = self.case.machine().step(self.step)
        return step.done if step else self.step
