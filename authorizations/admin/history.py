"""The history of one record as the desk tells it: its entries, with keys and stored words turned into names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from authorizations.display import day_text
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.models import Event
from authorizations.presenters.audit_log.history import done
from authorizations.presenters.machine_record import hidden_from

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field that an entry changed, in words; ``private`` where the record holds only that it changed."""

    name: str
    field: str
    before: str
    after: str
    private: bool


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of the record."""

    event: Event
    what: str
    happened_on: date | None  # only where it was recorded on a later day
    changes: list[ChangedField]


def entries_of(record: models.Model, user: User) -> list[HistoryEntry]:
    """The newest 200 entries about a record, newest first; one query more for each kind of record they name."""
    about = Event.objects.visible_to(user).about(record)
    people = ("actor__merged_into", "acted_for__merged_into", "decided_by__merged_into")
    events = list(about.select_related(*people)[:SHOWN])
    columns = {column.name: column for column in record._meta.concrete_fields}
    names = _names(columns, events)
    hidden = hidden_from(record, user)
    return [
        HistoryEntry(
            event,
            _what(record, event),
            _late(event),
            [
                fields
                for fields in _changed_fields({**_stated(record, event), **columns}, names, event)
                if fields.name not in hidden
            ],
        )
        for event in events
    ]


def _what(record: Any, event: Event) -> str:
    """The act in the machine's words where a machine moves the record; else the verb."""
    return done(record, event.verb) if hasattr(record, "machine") else event.verb


def _late(event: Event) -> date | None:
    happened = timezone.localdate(event.at)
    return None if happened == timezone.localdate(event.recorded_at) else happened


def _stated(record: Any, event: Event) -> dict[str, Fact]:
    """What the step of an entry asked for, by name: not every fact is a column of the record."""
    step = record.machine().step(event.verb.partition(".")[2]) if hasattr(record, "machine") else None
    return {fact.name: fact for fact in step.requested_facts(recording=True)} if step else {}


def _names(columns: dict[str, Any], events: Iterable[Event]) -> dict[tuple[type, Any], str]:
    """The names of all records that the entries mention, by noun and key."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in events:
        for field, values in event.changes.items():
            if isinstance(columns.get(field), models.ForeignKey):
                wanted[columns[field].remote_field.model].update(key for key in values if isinstance(key, int))
    return {
        (record_type, key): str(found)
        for record_type, keys in wanted.items()
        for key, found in record_type._default_manager.in_bulk(keys).items()
    }


def _changed_fields(
    columns: dict[str, Any], names: dict[tuple[type, Any], str], event: Event
) -> Iterator[ChangedField]:
    for field, (before, after) in event.changes.items():
        column = columns.get(field)
        label = column.label if isinstance(column, Fact) else str(getattr(column, "verbose_name", ""))
        label = label or field.replace("_", " ")
        private = before is None and after is None
        yield ChangedField(
            field, label, _display_value(column, names, before), _display_value(column, names, after), private
        )


def _is_day(column: Any) -> bool:
    if isinstance(column, Fact):
        return column.kind is FactKind.DATE
    return isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField)


def _display_value(column: Any, names: dict[tuple[type, Any], str], value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, str) and _is_day(column):
        return day_text(date.fromisoformat(value))
    if isinstance(column, Fact):
        return str(dict(column.choices).get(value, value))
    if isinstance(column, models.ForeignKey):
        return names.get((column.remote_field.model, value), f"record {value}")
    return str(dict(getattr(column, "flatchoices", None) or ()).get(value, value))
