"""Deadlines: computed from what is on record and from the releases of the rules, kept nowhere.

`deadlines_of` one record, `deadlines_for` a person; `sweep` gives the open ones of the whole portal.
"""

from authorizations.deadlines.deadline import Deadline, DeadlineForce, DeadlineSide, DeadlineState
from authorizations.deadlines.kinds import KINDS, DeadlineKind
from authorizations.deadlines.queries import (
    DeadlineScope,
    deadlines_for,
    deadlines_of,
    deadlines_seen,
    everything,
    in_order,
    is_owed_by,
    seen_by,
    sweep,
)

__all__ = [
    "KINDS",
    "Deadline",
    "DeadlineForce",
    "DeadlineKind",
    "DeadlineScope",
    "DeadlineSide",
    "DeadlineState",
    "deadlines_for",
    "deadlines_of",
    "deadlines_seen",
    "everything",
    "in_order",
    "is_owed_by",
    "seen_by",
    "sweep",
]
