"""What people say to each other about a case: inside their own side, or to everyone who may see the case."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models.cases.case import Case
from authorizations.models.querysets import Scoped, user_organization_ids
from authorizations.sanitize import LONGEST_TEXT

# How long its author may still change what it says; afterwards it can only be withdrawn.
CHANGED_WITHIN = timedelta(minutes=15)


class CommentQuerySet(Scoped[Any]):
    """Comments on cases: shared ones as their case; internal ones inside their side, and for the auditor (c and d)."""

    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(case__in=Case.objects.visible_to(user).values("pk"))
        return rows if Role.AUDITOR in user.roles else rows.filter(self.party(user))

    def unseen_by(self, user: User) -> Self:
        if Role.AUDITOR in user.roles:
            return self.none()
        return self.filter(~self.party(user) | Q(case__in=Case.objects.all().unseen_by(user).values("pk")))

    def party(self, user: User) -> Q:
        return Q(is_shared=True) | Q(organization__in=user_organization_ids(user))


class Comment(models.Model):
    """One comment by one person for one side of a case.

    ``organization`` is that inside which an internal one stays: the agency of the case (and so the agencies above it),
    the provider, the assessor of that day, or the PMO. A withdrawn one keeps no text. The audit log names a comment by
    its id and never holds what it says.
    """

    public_id = PublicIdField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comments")
    side = models.CharField(max_length=10, choices=OrganizationKind.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    is_shared = models.BooleanField("shared with everyone who may see the case")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    acted_for = optional_key(User, related_name="+")
    text = models.TextField(max_length=LONGEST_TEXT, blank=True)
    mentioned = models.ManyToManyField(User, blank=True, related_name="+")
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["case", "-made_at", "-id"], name="comment_of_case")]
        constraints = [
            models.CheckConstraint(
                name="comment_says_something_until_withdrawn",
                condition=Q(withdrawn_at__isnull=True) & ~Q(text="") | Q(withdrawn_at__isnull=False, text=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Comment on {self.case}"

    def get_absolute_url(self) -> str:
        return f"{reverse('case_comments', args=[self.case.public_id])}#{self.public_id}"

    @property
    def who(self) -> str:
        return (
            f"{self.author.display_name} for {self.acted_for.display_name}"
            if self.acted_for
            else self.author.display_name
        )

    def may_change(self, now: datetime) -> bool:
        return self.withdrawn_at is None and now <= self.made_at + CHANGED_WITHIN
