"""Gives every entry that was recorded before the chains its place in one. Copies of ours, frozen as they were."""

import hashlib
import json
from datetime import UTC

from django.db import migrations

BEGINNING = "0" * 64
OF_PERMISSIONS = {"user", "membership", "accesstoken"}
PLACED = "UPDATE authorizations_event SET chain = %s, position = %s, previous = %s, hash = %s, text = %s WHERE id = %s"


def moment(value):
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def text_of(event, audit_log, position, previous):
    facts = {
        "acted_for": event.acted_for_id,
        "actor": event.actor_id,
        "at": moment(event.at),
        "chain": audit_log,
        "changes": event.changes,
        "decided_by": event.decided_by_id,
        "id": event.public_id,
        "once": event.idempotency_key,
        "position": position,
        "previous": previous,
        "reason": event.reason,
        "recorded_at": moment(event.recorded_at),
        "request_id": event.request_id,
        "subject_id": event.subject_id,
        "subject_type": event.subject_type,
        "verb": event.verb,
    }
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def chain_what_was_recorded(apps, schema_editor):
    entries = apps.get_model("authorizations", "Event").objects.order_by("pk")
    heads = dict.fromkeys(("acts", "security"), (0, BEGINNING))

    def placed(event):
        audit_log = "security" if event.subject_type in OF_PERMISSIONS else "acts"
        position, previous = heads[audit_log][0] + 1, heads[audit_log][1]
        text = text_of(event, audit_log, position, previous)
        heads[audit_log] = position, hashlib.sha256(text.encode()).hexdigest()
        return audit_log, position, previous, heads[audit_log][1], text, event.pk

    last = 0
    while events := list(entries.filter(pk__gt=last)[:2000]):
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany(PLACED, [placed(event) for event in events])
        last = events[-1].pk
    for audit_log, (position, head) in heads.items():
        apps.get_model("authorizations", "Head").objects.create(audit_log=audit_log, position=position, hash=head)


def forget_the_chains(apps, schema_editor):
    apps.get_model("authorizations", "Head").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("authorizations", "0008_columns_of_the_chains")]
    operations = [migrations.RunPython(chain_what_was_recorded, forget_the_chains)]
