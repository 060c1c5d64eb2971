"""Messages that are due, for tests of what becomes of them."""

from datetime import datetime
from typing import Any

from accounts.models import User
from authorizations.models import Event, Message
from tests.audit_log.entries import entered
from tests.lifecycle.world import NOW


def message(person: User, *, now: datetime = NOW, **columns: Any) -> Message:
    """One message to a person, about their own account."""
    event = entered(Event(at=now, recorded_at=now, verb="user.corrected", subject_type="user", subject_id=person.pk))
    given = {"subject": "Told", "body": "Something was done.", "topic": "people", "subject_type": "user"}
    return Message.objects.create(
        **{"event": event, "recipient": person, "subject_id": person.pk, **given, "created_at": now, "not_before": now}
        | columns
    )


def outcome(of: Message) -> tuple[str, str, int]:
    """What became of a message: its status, why, and after how many attempts."""
    of.refresh_from_db()
    return of.status, of.skipped or of.failure, of.attempts
