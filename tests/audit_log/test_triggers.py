"""The database refuses to change the audit log, and goes on refusing after later migrations."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from authorizations import triggers
from authorizations.models import Event
from tests.audit_log.conftest import NOW
from tests.audit_log.entries import entered

TABLE = triggers.TABLE


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as refusal:
        return triggers.REFUSAL in str(refusal)
    return False


@pytest.fixture
def entry(db: None) -> Event:
    return entered(Event(at=NOW, recorded_at=NOW, verb="offering.added", subject_type="offering", subject_id=1))


@pytest.mark.parametrize("sql", [f"UPDATE {TABLE} SET verb = 'other'", f"DELETE FROM {TABLE}"])
def test_nothing_is_changed_or_deleted(entry: Event, sql: str) -> None:
    assert refused(sql)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no TRUNCATE")
def test_nothing_is_truncated(entry: Event) -> None:
    # References that are still to be looked at would refuse it by themselves.
    connection.check_constraints()
    assert refused(f"TRUNCATE {TABLE} CASCADE")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite knows an INSERT that replaces")
@pytest.mark.parametrize("same", ["id", "public_id", "position", "idempotency_key"])
def test_no_insert_replaces_an_entry(db: None, same: str) -> None:
    entry = entered(
        Event(
            at=NOW, recorded_at=NOW, verb="offering.added", subject_type="offering", subject_id=1, idempotency_key="key"
        )
    )
    copied = [column.column for column in Event._meta.concrete_fields]
    other = {"id": "id + 1", "public_id": "'22222222222222'", "position": "position + 1", "idempotency_key": "'other'"}
    values = [other.get(name, name) if name != same else name for name in copied]
    assert refused(f"INSERT OR REPLACE INTO {TABLE} ({', '.join(copied)}) SELECT {', '.join(values)} FROM {TABLE}")
    assert Event.objects.get().pk == entry.pk


def test_a_database_without_a_guard_says_which(db: None) -> None:
    assert not triggers.missing(connection)
    triggers.remove(connection)
    assert triggers.missing(connection)
    triggers.install(connection)
    assert not triggers.missing(connection)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot disable a trigger")
def test_a_guard_that_is_disabled_counts_as_missing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER record_no_change")
    assert triggers.missing(connection) == {"record_no_change"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_later_migration_of_the_table_leaves_the_guards_in_place() -> None:
    """SQLite builds the table anew for the first of these, and drops the triggers with the old one."""
    entered(Event(at=NOW, recorded_at=NOW, verb="offering.added", subject_type="offering", subject_id=1))
    field = Event._meta.get_field("reason")
    longer = models.CharField(max_length=900)
    longer.set_attributes_from_name("reason")
    with connection.schema_editor() as editor:
        editor.alter_field(Event, field, longer)
    assert bool(triggers.missing(connection)) == (connection.vendor == "sqlite")
    try:
        call_command("migrate", verbosity=0)
        assert not triggers.missing(connection)
        assert refused(f"DELETE FROM {TABLE}")
    finally:
        with connection.schema_editor() as editor:
            editor.alter_field(Event, longer, field)
        call_command("migrate", verbosity=0)
