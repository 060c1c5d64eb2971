"""What a person is to be told: a row written in the transaction of the act it speaks of."""

from django.db import models

from accounts.fields import PublicIdField
from accounts.models import User
from authorizations.models.event import Event
from authorizations.models.querysets import MessageQuerySet
from authorizations.vocabulary import MessageStatus


class Message(models.Model):
    """One thing to tell one person. Delivery is a later act on this row; the act it speaks of is done either way.

    An invitation goes to an address, whether or not somebody here has it. Its link carries a secret, which no row
    holds: who delivers the message asks the invitation for it.
    """

    public_id = PublicIdField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="messages")
    recipient = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    address = models.EmailField("e-mail address", blank=True, help_text="Of whom no account is known here.")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    link = models.CharField(max_length=200, blank=True, help_text="Path of the page it speaks of.")
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.PLANNED)
    created_at = models.DateTimeField()

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="message_once_per_act", fields=["event", "recipient"]),
            models.CheckConstraint(
                name="message_to_a_person_or_an_address",
                condition=models.Q(recipient__isnull=False, address="")
                | models.Q(recipient__isnull=True) & ~models.Q(address=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
