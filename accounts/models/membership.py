"""Who belongs to which organization, in which role, from when to when."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.fields import PublicIdField
from accounts.models.organization import Organization
from accounts.roles import ALONE, LEADS, ROLES_OF, OrganizationKind, Role

if TYPE_CHECKING:
    from accounts.models.user import User as User

ALONE_WORDS = (
    "An authorizing official or auditor holds no other role in their organization: nobody decides on their own work."
)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, user: "User") -> "MembershipQuerySet":
        """Those of a person's organizations and of everything below them; the PMO and the auditor read all."""
        if not user.is_authenticated:
            return self.none()
        if OrganizationKind.PMO in user.sides:
            return self.all()
        return self.filter(organization__in=Organization.objects.within(user).values("pk"))

    def leading(self, today: date) -> "MembershipQuerySet":
        """Those of leads who may sign in and whose end is not set: who keeps an organization from having none."""
        return self.current(today).filter(role__in=LEADS.values(), ended_on__isnull=True, user__is_active=True)

    def current(self, today: date) -> "MembershipQuerySet":
        """Those that count on a day: from ``started_on`` on, and no longer on the day of ``ended_on``."""
        return self.not_over(today).filter(started_on__lte=today)

    def not_over(self, today: date) -> "MembershipQuerySet":
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today))


class Membership(models.Model):
    """One person's role in one organization; it is ended, never deleted. Its days are days in US Eastern time.

    A person may hold several roles, each by a membership of its own; who is of `ALONE` holds no other there.
    """

    public_id = PublicIdField()
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    started_on = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "user"]
        constraints = [
            models.UniqueConstraint(
                name="membership_role_once_at_a_time",
                fields=["user", "organization", "role"],
                condition=Q(ended_on__isnull=True),
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=[role.value for role in Role])),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ended_on__isnull=True) | Q(started_on__lte=F("ended_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organization}"

    def clean(self) -> None:
        if self.organization_id and self.role not in ROLES_OF[self.organization.kind]:
            fitting = ", ".join(role.label for role in ROLES_OF[self.organization.kind])
            raise ValidationError({"role": f"This organization knows these roles: {fitting}."})
        today = timezone.localdate()
        is_over = self.ended_on is not None and self.ended_on <= today
        if not is_over and self.user_id and self.organization_id and self.breaks_alone(self.role, today):
            raise ValidationError(ALONE_WORDS)

    def roles_beside(self, today: date) -> set[str]:
        """The roles that the person has there by other memberships."""
        there = Membership.objects.not_over(today).filter(user=self.user_id, organization=self.organization_id)
        return set(there.exclude(pk=self.pk).values_list("role", flat=True))

    def breaks_alone(self, role: str, today: date) -> bool:
        """Whether one of `ALONE` would stand beside another role, were this the role of the membership."""
        beside = self.roles_beside(today) - {role}
        return bool(beside) and any(each in beside | {role} for each in ALONE)
