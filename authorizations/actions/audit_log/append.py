"""Adding to the audit logs: the one place where entries get their positions and hashes and are inserted."""

from collections.abc import Iterable, Sequence

from django.db import connection

from accounts.models import User
from authorizations.audit_log_format import audit_log_of, hash_of, text_of
from authorizations.models import AuditLogHead, Event
from authorizations.vocabulary import AuditLog

BATCH = 500


def append(events: Sequence[Event], people: Iterable[int] = ()) -> None:
    """Gives entries the next positions of their logs and inserts them. To be called last in a transaction.

    Anyone who holds a head must not wait for anybody: who waits for the head may hold what is waited for. So what the
    database still has to check is checked before, and people whom entries and messages name are held before.

    Args:
        events: entries without a place yet, in their order; one without a log goes where its subject belongs.
        people: keys of other people whom rows name that are inserted after this, in the same transaction.
    """
    for event in events:
        event.audit_log = event.audit_log or audit_log_of(event.subject_type)
    named = {key for event in events for key in (event.actor_id, event.acted_for_id, event.decided_by_id) if key}
    _settle_what_waits(named.union(people))
    heads = _hold_heads({AuditLog(event.audit_log) for event in events})
    for event in events:
        _link(event, heads[event.audit_log])
    Event.objects.bulk_create(events, batch_size=BATCH)
    for head in heads.values():
        head.save(update_fields=["position", "hash"])


def _settle_what_waits(people: set[int]) -> None:
    """PostgreSQL looks at references when the transaction ends, and locks what they name: both must come before."""
    if connection.vendor != "postgresql":
        return
    # What `connection.check_constraints()` asks, and a lock as weak as the one that a reference takes, which Django
    # does not know: on one way to the database.
    check = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
    lock = f"SELECT 1 FROM {User._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"  # noqa: S608  # our own table
    with connection.cursor() as cursor:
        cursor.execute(f"{check}; {lock}", [sorted(people)])


def _hold_heads(audit_logs: set[AuditLog]) -> dict[str, AuditLogHead]:
    """The heads of these logs, locked in the order of their names, so that two acts never wait in a ring."""
    rows = AuditLogHead.objects.select_for_update().filter(audit_log__in=audit_logs).order_by("audit_log")
    heads = {head.audit_log: head for head in rows}
    if len(heads) < len(audit_logs):
        # The first entry of all. Had entries lost their head, their positions would be taken.
        AuditLogHead.objects.bulk_create(
            [AuditLogHead(audit_log=audit_log) for audit_log in audit_logs], ignore_conflicts=True
        )
        heads = {head.audit_log: head for head in rows.all()}
    return heads


def _link(event: Event, head: AuditLogHead) -> None:
    event.position, event.previous = head.position + 1, head.hash
    event.text = text_of(event.facts())
    event.hash = hash_of(event.text)
    head.position, head.hash = event.position, event.hash
