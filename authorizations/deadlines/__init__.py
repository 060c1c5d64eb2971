"""Deadlines: computed from what is on record and from the releases of the rules, kept nowhere.

`deadlines_of` one record, `deadlines_for` a person; `sweep` gives the open ones of the whole portal.
"""

from authorizations.deadlines.deadline import Due, Force, Side
from authorizations.deadlines.kinds import KINDS, Kind
from authorizations.deadlines.queries import (
    Scope,
    deadlines_for,
    deadlines_of,
    deadlines_seen,
    everything,
    in_order,
    owes,
    seen_by,
    sweep,
)

__all__ = [
    "KINDS",
    "Due",
    "Force",
    "Kind",
    "Scope",
    "Side",
    "deadlines_for",
    "deadlines_of",
    "deadlines_seen",
    "everything",
    "in_order",
    "owes",
    "seen_by",
    "sweep",
]
