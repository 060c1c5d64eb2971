"""What moves open deadlines keeps the old days in the history: an entry for each of them, on its record."""

from collections.abc import Iterable

from django.db.models import Model

from authorizations.actions.door import Action
from authorizations.deadlines.changes import MOVED, MovedDeadline
from authorizations.models import Ato, Case, Contact, Offering, PackageAccess

# On whose history a moved day stands.
RECORD_TYPES: dict[str, type[Model]] = {
    "case": Case,
    "ato": Ato,
    "offering": Offering,
    "packageaccess": PackageAccess,
    "contact": Contact,
}


def record_moved(act: Action, moved: Iterable[MovedDeadline], why: str) -> int:
    """Enters each deadline that moves, with its day before and after; the number of them."""
    every = [each for each in moved if each.due.subject_type in RECORD_TYPES and each.due.on is not None]
    for record_type, model in RECORD_TYPES.items():
        some = [each for each in every if each.due.subject_type == record_type]
        found = model._default_manager.in_bulk({each.due.subject_id for each in some})
        for each in some:
            was = each.due.on.isoformat() if each.due.on else None
            changes = {f"{MOVED}{each.due.kind}": [was, each.to.isoformat()]}
            act.record(f"{record_type}.date_moved", found[each.due.subject_id], changes=changes, reason=why)
    return len(every)
