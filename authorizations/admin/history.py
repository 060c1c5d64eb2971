"""The history of one record as the admin tells it: its entries, with keys and stored words turned into names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from authorizations.actions.audit_log.acting_roles import add_past_roles
from authorizations.display import day_text
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.models import Event
from authorizations.presenters.audit_log.history import done
from authorizations.presenters.machine_record import hidden_from

SHOWN = 200
PEOPLE = ("actor__merged_into", "acted_for__merged_into", "decided_by__merged_into")
Names = Mapping[tuple[Any, Any], str]


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field that an entry changed, in words; ``private`` where the audit log holds only that it changed."""

    field: str
    before: str
    after: str
    private: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    event: Event
    what: str
    happened_on: date | None  # only where it was recorded on a later day
    changes: list[ChangedField]


def entries_of(record: Any, user: User) -> list[HistoryEntry]:
    """The newest 200 entries about a record, newest first; one query more for each kind of record they name."""
    events = list(Event.objects.visible_to(user).about(record).select_related(*PEOPLE)[:SHOWN])
    add_past_roles(events)
    columns = {column.name: column for column in record._meta.concrete_fields}
    names, hidden = _names(columns, events), hidden_from(record, user)
    machine = record.machine() if hasattr(record, "machine") else None
    found = []
    for event in events:
        step = machine.step(event.verb.partition(".")[2]) if machine else None
        # Not every fact that a step asks for is a column of the record.
        stated = {fact.name: fact for fact in step.requested_facts(recording=True)} if step else {}
        known = {**stated, **columns}
        changes = [
            _changed(name, known.get(name), names, *both) for name, both in event.changes.items() if name not in hidden
        ]
        day = timezone.localdate(event.at)
        late = day if day != timezone.localdate(event.recorded_at) else None
        found.append(HistoryEntry(event, done(record, event.verb) if machine else event.verb, late, changes))
    return found


def _names(columns: dict[str, Any], events: Iterable[Event]) -> Names:
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in events:
        for field, values in event.changes.items():
            if isinstance(columns.get(field), models.ForeignKey):
                wanted[columns[field].remote_field.model].update(key for key in values if isinstance(key, int))
    return {
        (model, key): str(found)
        for model, keys in wanted.items()
        for key, found in model._default_manager.in_bulk(keys).items()
    }


def _changed(name: str, column: Any, names: Names, before: Any, after: Any) -> ChangedField:
    label = column.label if isinstance(column, Fact) else str(getattr(column, "verbose_name", ""))
    words = [_words(column, names, value) for value in (before, after)]
    return ChangedField(label or name.replace("_", " "), words[0], words[1], before is None and after is None)


def _words(column: Any, names: Names, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_words(None, names, each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {_words(None, names, each)}" for name, each in value.items())
    if isinstance(column, models.ForeignKey):
        return names.get((column.remote_field.model, value), f"record {value}")
    is_day = column.kind is FactKind.DATE if isinstance(column, Fact) else type(column) is models.DateField
    if is_day and isinstance(value, str):
        return day_text(date.fromisoformat(value))
    choices = column.choices if isinstance(column, Fact) else getattr(column, "flatchoices", None)
    return str(dict(choices or ()).get(value, value))
