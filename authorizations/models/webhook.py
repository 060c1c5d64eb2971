"""Webhooks: to which address of an organization the portal tells what happened, and what became of each telling."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string, salted_hmac

from accounts.fields import PublicIdField
from accounts.models import Organization, User
from authorizations.models.audit_log import Event
from authorizations.models.background_job import UNDER_WAY, BackgroundJob, BackgroundJobQuerySet
from authorizations.models.querysets import Scoped
from authorizations.vocabulary import JobStatus


class WebhookTopic(models.TextChoices):
    """What an organization chooses to be told of."""

    STEPS = "steps", "Steps of cases"
    DOCUMENTS = "documents", "Documents and findings of cases"
    OTHER = "other", "What else is recorded on cases"
    ATOS = "ato", "ATOs: steps, notices and what was corrected"
    ACCESS = "packageaccess", "Access to packages"


def new_salt() -> str:
    return get_random_string(32)


class WebhookQuerySet(Scoped[Any]):
    """Webhooks: those of the organizations that a person leads in the own right, whatever else the person reads."""

    def visible_to(self, user: User) -> Self:
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        return Q(organization__in=user.led, removed_at__isnull=True)


class Webhook(models.Model):
    """Where to, about what, and up to which entry of the audit log it was told.

    The secret follows from the portal's own key and ``salt``, so that no copy of the database has it.
    """

    public_id = PublicIdField()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    set_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", help_text="Who must still lead the organization."
    )
    set_at = models.DateTimeField()
    address = models.CharField(max_length=500)
    topics = models.JSONField(default=list)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    secret_since = models.DateTimeField()
    read_to = models.BigIntegerField(default=0, help_text="Position in the audit log.")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="webhook_one_of_organization", fields=["organization"], condition=Q(removed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"Webhook of {self.organization}"

    @property
    def secret(self) -> str:
        return salted_hmac("authorizations.webhook", f"{self.public_id}:{self.salt}", algorithm="sha256").hexdigest()

    @property
    def reader(self) -> User | None:
        """Who set it, as if a member of this organization alone; None once they no longer lead it."""
        person = self.set_by
        if not person.is_active or self.organization_id not in person.led:
            return None
        return person.holding(each for each in person.own_memberships if each.organization_id == self.organization_id)


class WebhookDeliveryQuerySet(BackgroundJobQuerySet):
    """Deliveries: those of the webhooks that a person may see."""

    def visible_to(self, user: User) -> Self:
        return self.filter(self.party(user)) if user.is_authenticated else self.none()

    def party(self, user: User) -> Q:
        return Q(webhook__organization__in=user.led, webhook__removed_at__isnull=True)


class WebhookDelivery(BackgroundJob):
    """One event for one webhook: what is sent has these columns and the event's id, type and time."""

    LAPSES_AFTER: ClassVar[timedelta] = timedelta(minutes=2)
    RETRY_AFTER: ClassVar[Sequence[timedelta]] = (
        *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)),
        *(timedelta(hours=2), timedelta(hours=8)),
    )
    EVENTS: ClassVar[str] = "webhookdelivery"
    ENTRY_FIELDS: ClassVar[Sequence[str]] = ("answer",)
    GIVEN_UP: ClassVar[str] = "The receiver did not take it in six attempts. Send it again once it is there."

    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    record_type = models.CharField(max_length=40)
    record_id = models.CharField(max_length=20)
    path = models.CharField(max_length=200)
    answer = models.CharField(max_length=300, blank=True, help_text="What the last attempt met with.")

    objects: ClassVar[Any] = WebhookDeliveryQuerySet.as_manager()

    class Meta(BackgroundJob.Meta):
        verbose_name_plural = "webhook deliveries"
        indexes = [
            models.Index(name="webhook_delivery_under_way", fields=["not_before", "id"], condition=UNDER_WAY),
            models.Index(name="webhook_delivery_newest", fields=["webhook", "-asked_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.event.verb} to {self.webhook}"

    @property
    def is_over(self) -> bool:
        return self.status in {JobStatus.DONE, JobStatus.FAILED}
