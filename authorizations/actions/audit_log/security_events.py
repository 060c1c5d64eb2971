"""Security events: who came, left, was refused or took copies away. Each is an entry of a chain of its own.

`note` enters one at once, in a transaction of its own; `tally` counts what can come in floods, and `enter_tallies`
makes one entry of each person, object and minute out of it. Neither ever holds the chain of acts.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F
from django_guid import get_guid

from accounts.models import User
from authorizations.actions.audit_log.append import append
from authorizations.models import Event, Tally
from authorizations.models.querysets import event_subject_type
from authorizations.vocabulary import AuditLog

# What entries name where they are about no record: the portal as a whole.
PORTAL = ("portal", 0)
AT_ONCE = 1000


def note(
    verb: str,
    *,
    actor: User | None,
    now: datetime,
    subject: models.Model | None = None,
    details: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Enters one security event.

    Args:
        verb: record type and what happened, such as ``session.started``.
        actor: who; None where nobody was signed in.
        subject: the record it is about; None is the portal as a whole.
        said: what else is to be known of it, as values JSON can hold: ids and words of ours, never names, addresses
            or what people typed.
    """
    kind, key = (event_subject_type(subject), subject.pk) if subject is not None else PORTAL
    event = Event(
        audit_log=AuditLog.SECURITY,
        at=now,
        recorded_at=now,
        actor=actor,
        verb=verb,
        subject_type=kind,
        subject_id=key,
        changes={name: [None, value] for name, value in (details or {}).items()},
        reason=reason,
        request_id=get_guid() or "",
    )
    with transaction.atomic():
        append([event])
    return event


def tally(verb: str, *, actor: User | None, now: datetime, subject: tuple[str, str] = ("", "")) -> None:
    """Counts one event of a kind that can come in floods: a refusal, a failed sign-in.

    Args:
        subject: what it was about, as a record type's name and a public id as it was asked for; the record need not
            exist, so that counting takes the same time either way.
    """
    kind, key = subject
    facts = {
        "verb": verb,
        "actor_key": actor.pk if actor else 0,
        "subject_type": kind,
        "subject_key": key[:64],
        "minute": now.replace(second=0, microsecond=0),
    }
    counted = Tally.objects.filter(**facts)
    if not counted.update(count=F("count") + 1):
        # Another process may begin the same minute now: the row is made once, and both count.
        Tally.objects.bulk_create([Tally(**facts)], ignore_conflicts=True)
        counted.update(count=F("count") + 1)


def enter_tallies(now: datetime) -> int:
    """Enters what was counted in minutes that are over; returns the number of entries.

    A whole minute is left between, so that anyone who still counts in the last one has ended.
    """
    entered = 0
    over = now.replace(second=0, microsecond=0) - timedelta(minutes=1)
    while True:
        with transaction.atomic():
            rows = list(Tally.objects.select_for_update().filter(minute__lt=over).order_by("pk")[:AT_ONCE])
            if not rows:
                return entered
            append(_entries(rows, now))
            Tally.objects.filter(pk__in=[row.pk for row in rows]).delete()
        entered += len(rows)


def _entries(rows: list[Tally], now: datetime) -> list[Event]:
    people = User.objects.in_bulk({row.actor_key for row in rows})
    found = {kind: _keys(kind, [row for row in rows if row.subject_type == kind]) for kind in _kinds(rows)}
    return [_entry(row, people.get(row.actor_key), found[row.subject_type], now) for row in rows]


def _kinds(rows: list[Tally]) -> set[str]:
    return {row.subject_type for row in rows}


def _keys(kind: str, rows: list[Tally]) -> dict[str, int]:
    known = (model for app in ("authorizations", "accounts") for model in _record_types(app))
    record_type = next((model for model in known if model._meta.model_name == kind), None)
    if record_type is None:
        return {}
    return dict(
        record_type._base_manager.filter(public_id__in=[row.subject_key for row in rows]).values_list("public_id", "pk")
    )


def _record_types(app: str) -> list[Any]:
    models_of = apps.get_app_config(app).get_models()
    return [each for each in models_of if any(field.name == "public_id" for field in each._meta.concrete_fields)]


def _entry(row: Tally, actor: User | None, keys: Mapping[str, int], now: datetime) -> Event:
    key = keys.get(row.subject_key)
    changes: dict[str, list[Any]] = {"count": [None, row.count]}
    if key is None and row.subject_key:
        # Somebody asked for what is not there.
        changes["asked_for"] = [None, f"{row.subject_type} {row.subject_key}".strip()]
    return Event(
        audit_log=AuditLog.SECURITY,
        at=row.minute,
        recorded_at=now,
        actor=actor,
        verb=row.verb,
        subject_type=PORTAL[0] if key is None else row.subject_type,
        subject_id=PORTAL[1] if key is None else key,
        changes=changes,
    )
