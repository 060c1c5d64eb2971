"""The audit log: a row per act or security event, in two logs. Only `actions/audit_log/append.py` writes it."""

from typing import Any

from django.db import models

from accounts.fields import PublicIdField, optional_key
from accounts.models import User
from accounts.models.user import acting_words, in_role
from authorizations import audit_log_format as audit_logs
from authorizations.models.querysets import EventQuerySet
from authorizations.vocabulary import AuditLog, recorded_words


class Event(models.Model):
    """Who did what to which record, when, why, and what it changed.

    ``at`` is when it happened, ``recorded_at`` the server's clock. ``changes`` maps a field's name to
    ``[before, after]``; from where to where an act led is there as the field ``stage``. No actor means the portal
    itself (an import from the command line, a timer). Names and addresses never are here: readers look them up from
    the ids.

    Each entry has the next position of its log and the hash of the entry before it. ``text`` is what was hashed,
    letter by letter: columns alone would not do, since a database may write a number or a key in another way.
    Triggers refuse every change (`triggers.py`).
    """

    public_id = PublicIdField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = optional_key(User, related_name="+")
    acted_for = optional_key(
        User, related_name="+", help_text="Whose role it was, where another person acted by delegation."
    )
    decided_by = optional_key(
        User, related_name="+", help_text="Whose signed decision it was, where another person recorded it."
    )
    # Words, since both are others tomorrow. None: of an entry from before they were kept, or of a security event.
    acted_as = models.TextField(  # a default would have SQLite write the whole table anew
        null=True, blank=True, editable=False, help_text="The role and the organization in which the person acted then."
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    changes = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    # The key of the form that asked for the act: the same form, sent twice, is carried out once.
    idempotency_key = models.CharField(max_length=32, null=True, blank=True, unique=True, editable=False)
    audit_log = models.CharField(max_length=10, choices=AuditLog.choices, editable=False)
    position = models.BigIntegerField(editable=False)
    previous = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)
    text = models.TextField(editable=False)

    # The record that it speaks of, while the door holds both: anyone who is told of it need not read it again.
    about: models.Model

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-recorded_at"], name="event_of_subject"),
            models.Index(fields=["-recorded_at", "-id"], name="event_newest_first"),
            # What the audit log is searched by, alone and together, each with the newest first.
            models.Index(fields=["actor", "-recorded_at", "-id"], name="event_of_actor"),
            models.Index(fields=["verb", "-recorded_at", "-id"], name="event_of_verb"),
            models.Index(fields=["actor", "verb", "-recorded_at", "-id"], name="event_of_actor_and_verb"),
            models.Index(fields=["audit_log", "-recorded_at", "-id"], name="event_of_chain"),
            # The newest acts of people, behind which those of an import would have to be passed over.
            models.Index(
                fields=["-recorded_at", "-id"],
                name="event_of_people",
                condition=models.Q(audit_log=AuditLog.ACTS) & ~models.Q(verb__endswith=".imported"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="event_position_once", fields=["audit_log", "position"]),
            models.CheckConstraint(name="event_position_from_one", condition=models.Q(position__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"

    @property
    def who(self) -> str:
        actor, acted_for = (each.display_name if each else "" for each in (self.actor, self.acted_for))
        return acting_words(actor, acted_for)

    @property
    def who_as(self) -> str:
        """The same with the role of that day, as histories tell it."""
        return recorded_words(in_role(self.who, self.acted_as), self.changes)

    def facts(self) -> dict[str, Any]:
        """What the entry says, as its text holds it."""
        kept = {} if self.acted_as is None else {"acted_as": self.acted_as}
        return {
            **kept,
            "acted_for": self.acted_for_id,
            "actor": self.actor_id,
            "at": audit_logs.moment(self.at),
            "audit_log": str(self.audit_log),
            "changes": self.changes,
            "decided_by": self.decided_by_id,
            "id": self.public_id,
            "idempotency_key": self.idempotency_key,
            "position": self.position,
            "previous": self.previous,
            "reason": self.reason,
            "recorded_at": audit_logs.moment(self.recorded_at),
            "request_id": self.request_id,
            "subject_id": self.subject_id,
            "subject_type": self.subject_type,
            "verb": self.verb,
        }


class AuditLogHead(models.Model):
    """The end of a log: the position and the hash of its last entry. Anyone who adds to the log locks it, last."""

    audit_log = models.CharField(max_length=10, choices=AuditLog.choices, primary_key=True)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=audit_logs.BEGINNING)

    def __str__(self) -> str:
        return f"{self.audit_log} {self.position}"


class Tally(models.Model):
    """What happened again and again within one minute, until it becomes one entry of the audit log with a count.

    A flood of refusals then costs a counter each, and no lock that anybody else waits for.
    """

    verb = models.CharField(max_length=60)
    # The keys of records that may not exist, and 0 for nobody: no relations.
    actor_key = models.BigIntegerField(default=0)
    subject_type = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=64, blank=True, help_text="Its public id, as it was asked for.")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="tally_once_a_minute", fields=["minute", "verb", "actor_key", "subject_type", "subject_key"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.count}"
