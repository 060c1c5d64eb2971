"""Deadlines: computed from what is on record and from the releases of the rules, kept nowhere.

`dues_of` gives those of one record, `dues_for` those that a person may see, `sweep` the open ones of the whole portal.
"""

from authorizations.deadlines.due import Due, Force, Side
from authorizations.deadlines.kinds import KINDS, Kind
from authorizations.deadlines.reading import (
    Scope,
    dues_for,
    dues_of,
    dues_seen,
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
    "dues_for",
    "dues_of",
    "dues_seen",
    "everything",
    "in_order",
    "owes",
    "seen_by",
    "sweep",
]
