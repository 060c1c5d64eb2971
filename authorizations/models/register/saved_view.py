"""A list as somebody filters it, kept under a name: for themselves, or for everybody of their organization."""

from typing import Any

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from authorizations.models.querysets import Scoped

LONGEST_NAME, LONGEST_QUERY = 80, 2_000


class SavedViewQuerySet(Scoped[Any]):
    """A person's own, and those that colleagues share with an organization of theirs."""

    def visible_to(self, user: User) -> "SavedViewQuerySet":
        if not user.is_authenticated:
            return self.none()
        theirs = [each.organization_id for each in user.current_memberships]
        return self.filter(Q(user=user) | Q(organization__in=theirs))

    def own(self, user: User) -> "SavedViewQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class SavedView(models.Model):
    """``listing`` names the list, ``query`` is what its address says; it shows each reader what they may see."""

    public_id = PublicIdField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    listing = models.CharField(max_length=40)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)
    organization = optional_key(Organization, related_name="+")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="saved_view_once_by_name", fields=["user", "listing", "name"]),
        ]

    def __str__(self) -> str:
        return self.name
