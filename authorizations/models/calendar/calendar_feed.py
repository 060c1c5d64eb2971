"""Calendar feeds: what a calendar program fetches by a secret link, in place of its owner's sign-in."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.fields import PublicIdField, optional_key
from accounts.models import Membership, Organization, User
from authorizations.models.querysets import Scoped
from authorizations.models.register.offering import Offering


class CalendarFeedQuerySet(Scoped[Any]):
    """Feeds: everyone's own; that others have some, the PMO and the auditor see in the admin."""

    def party(self, user: User) -> Q:
        return Q(owner=user.pk)

    def own(self, user: User) -> "CalendarFeedQuerySet":
        return self.filter(owner=user.pk)

    def not_revoked(self) -> "CalendarFeedQuerySet":
        return self.filter(revoked_at__isnull=True)

    def opening(self, today: date) -> "CalendarFeedQuerySet":
        """Those that open on a day: standing, of a person who may sign in and still is in the organization.

        A role that a colleague lends is no membership: it opens no feed.
        """
        held = Membership.objects.current(today).filter(user=OuterRef("owner"), organization=OuterRef("organization"))
        return self.not_revoked().filter(Q(organization__isnull=True) | Exists(held), owner__is_active=True)


class CalendarFeed(models.Model):
    """One person's subscription: to what their side owes, or to what they may see of one organization or offering.

    The link's secret is kept nowhere, only its SHA-256. ``published`` is what programs were told last; why it must be
    kept is in docs/adr/0017-calendar-feeds.md, its shape in `authorizations/web/calendar/feed.py`.
    """

    public_id = PublicIdField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="calendar_feeds")
    organization = optional_key(Organization, related_name="+")
    offering = optional_key(Offering, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    last_fetched_at = models.DateTimeField(null=True, blank=True, help_text="To the hour.")
    revoked_at = models.DateTimeField(null=True, blank=True)
    published = models.JSONField(default=dict, blank=True, editable=False)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = "calendar link"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="calendar_feed_of_one_thing", condition=Q(organization__isnull=True) | Q(offering__isnull=True)
            ),
            models.UniqueConstraint(
                name="calendar_feed_once_of_person",
                fields=["owner"],
                condition=Q(revoked_at__isnull=True, organization__isnull=True, offering__isnull=True),
            ),
            models.UniqueConstraint(
                name="calendar_feed_once_of_organization",
                fields=["owner", "organization"],
                condition=Q(revoked_at__isnull=True, organization__isnull=False),
            ),
            models.UniqueConstraint(
                name="calendar_feed_once_of_offering",
                fields=["owner", "offering"],
                condition=Q(revoked_at__isnull=True, offering__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.words}"

    @property
    def words(self) -> str:
        return self.words_of(self.organization, self.offering)

    @staticmethod
    def words_of(organization: Organization | None = None, offering: Offering | None = None) -> str:
        if organization is not None:
            return f"What {organization.name} owes and is owed"
        return f"Everything about {offering.name} that I may see" if offering else "What I or my side owes"
