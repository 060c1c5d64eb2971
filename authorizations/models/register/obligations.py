"""What follows from an ATO: the conditions its official set, and the proof that somebody was told."""

from django.db import models
from django.db.models import Q

from accounts.fields import PublicIdField
from accounts.models import Organization
from authorizations.models.register.ato import Ato
from authorizations.vocabulary import Channel, NoticeRecipient


class Condition(models.Model):
    public_id = PublicIdField()
    ato = models.ForeignKey(Ato, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField()
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    met_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="condition_met_with_evidence", condition=Q(met_on__isnull=True) | ~Q(evidence="")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Notice(models.Model):
    """The proof that someone was told of an ATO or its end (AGU-AGC-NAA; ATO letter guidance of 2021)."""

    public_id = PublicIdField()
    ato = models.ForeignKey(Ato, on_delete=models.PROTECT, related_name="notices")
    recipient = models.CharField("told whom", max_length=10, choices=NoticeRecipient.choices)
    notified_on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    reference = models.CharField(max_length=200)
    received_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["notified_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="notice_received_after_notified",
                condition=Q(received_on__isnull=True) | Q(received_on__gte=models.F("notified_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_recipient_display()} told on {self.notified_on}"
