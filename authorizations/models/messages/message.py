"""What a person is to be told: a row written in the transaction of the act it speaks of."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from authorizations.models.audit_log import Event
from authorizations.models.background_job import Claimable, ClaimableQuerySet
from authorizations.models.querysets import MessageQuerySet
from authorizations.vocabulary import MessageStatus, SkipReason, Topic

PLANNED = Q(status=MessageStatus.PLANNED)


class ClaimableMessages(ClaimableQuerySet, MessageQuerySet):  # type: ignore[override]  # each makes its own manager
    """Messages, which workers claim to mail them."""


class Message(Claimable):
    """One thing to tell one person. Delivery is a later act on this row; the act it speaks of is done either way.

    An invitation goes to an address, whether or not somebody here has it. Its link carries a secret, which no row
    holds: anyone who delivers the message makes the link only then. A reminder or a digest speaks of no act; its
        ``key``
    says of what, so that it is written once.

    ``body`` is what a mail says, and ``detail`` what is in the portal alone: words that people typed, findings.
    """

    # What a digest carries leaves with it.
    UNDER_WAY: ClassVar[Q] = PLANNED & Q(digest__isnull=True)
    RETRY_AFTER: ClassVar[Sequence[timedelta]] = [timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720, 1440)]

    public_id = PublicIdField()
    event = optional_key(Event, related_name="messages")
    key = models.CharField(max_length=200, null=True, blank=True, unique=True, help_text="Of what has no act: once.")
    recipient = optional_key(User, related_name="messages", db_index=False)
    address = models.EmailField("e-mail address", blank=True, help_text="Of whom no account is known here.")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    mandatory = models.BooleanField(default=False, help_text="Whether nobody can switch it off.")
    # The record type on whose page it stands, as the audit log names it; blank for none.
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    detail = models.TextField(blank=True, help_text="Stands in the portal alone, and in no mail.")
    link = models.CharField(max_length=200, blank=True, help_text="Path of the page it speaks of.")
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.PLANNED)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=100, blank=True, help_text="Why the last attempt failed, without addresses.")
    skipped = models.CharField(max_length=15, choices=SkipReason.choices, blank=True)
    digest = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried",
        db_index=False,
        help_text="The message that carried it.",
    )
    read_at = models.DateTimeField(null=True, blank=True)

    objects = ClaimableMessages.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(name="message_due", fields=["not_before", "id"], condition=PLANNED & Q(digest__isnull=True)),
            models.Index(name="message_open", fields=["status", "-id"], condition=Q(status__in=["planned", "failed"])),
            models.Index(name="message_of_person", fields=["recipient", "-created_at", "-id"]),
            models.Index(name="message_unread", fields=["recipient"], condition=Q(read_at__isnull=True)),
            models.Index(
                name="message_of_subject",
                fields=["subject_type", "subject_id", "-id"],
                condition=Q(subject_id__isnull=False),
            ),
            # Those that a worker has, and those whose end is not in the audit log yet.
            models.Index(name="message_claimed", fields=["id"], condition=Q(claim__isnull=False)),
            models.Index(name="message_carried", fields=["digest"], condition=Q(digest__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(name="message_once_per_act", fields=["event", "recipient"]),
            models.CheckConstraint(
                name="message_to_a_person_or_an_address",
                condition=Q(recipient__isnull=False, address="") | Q(recipient__isnull=True) & ~Q(address=""),
            ),
            models.CheckConstraint(
                name="message_of_an_act_or_a_key", condition=Q(event__isnull=False) | Q(key__isnull=False)
            ),
            models.CheckConstraint(
                name="message_sent_with_its_time",
                condition=Q(status=MessageStatus.SENT, sent_at__isnull=False)
                | ~Q(status=MessageStatus.SENT) & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="message_skipped_with_its_reason",
                condition=Q(status=MessageStatus.SKIPPED) & ~Q(skipped="")
                | ~Q(status=MessageStatus.SKIPPED) & Q(skipped=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> str:
        """All that it says, as the portal shows it."""
        return "\n\n".join(filter(None, (self.body, self.detail)))
