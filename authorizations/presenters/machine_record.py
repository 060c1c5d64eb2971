"""What the doors may ask of a record that a machine moves, whichever record type it is."""

from typing import Any

from accounts.models import User
from authorizations.actions.acting_capacity import Subject


def stage_words(record: Subject, stage: str | None) -> str:
    return record.machine().stages.get(stage or "", "")


def hidden_from(record: Any, user: User) -> frozenset[str]:
    """Names of the facts of a record that this person may not read: they stay inside one side."""
    hides = getattr(record, "hidden_facts", None)
    return hides(user) if hides else frozenset()
