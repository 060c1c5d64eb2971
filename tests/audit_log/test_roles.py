"""A role of the database that serves the portal can add to the audit log, and neither change it nor lift its guard."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from authorizations import triggers
from authorizations.checks import audit_log_role
from authorizations.models import Event
from tests.audit_log.conftest import NOW
from tests.audit_log.entries import entered
from tests.cast import Cast

ROLE = "portal_app_of_a_test"
of_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has roles")


@pytest.fixture
def as_superuser(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("a superuser alone makes roles that may too much")


def an_entry() -> Event:
    return entered(Event(at=NOW, recorded_at=NOW, verb="offering.added", subject_type="offering", subject_id=1))


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as problem:
        return "permission denied" in str(problem) or "must be owner" in str(problem)
    return False


@of_postgresql
def test_the_role_that_is_granted_adds_entries_and_can_do_no_more(cast: Cast, as_superuser: None) -> None:
    call_command("grant_application", ROLE, verbosity=0)
    call_command("grant_application", ROLE, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
        try:
            assert not triggers.may_be_lifted(connection)
            assert audit_log_role(None) == []
            assert an_entry().pk
            table = Event._meta.db_table
            for sql in (
                f"UPDATE {table} SET reason = ''",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"ALTER TABLE {table} DISABLE TRIGGER ALL",
                "DELETE FROM authorizations_auditloghead",
            ):
                assert refused(sql), sql
        finally:
            cursor.execute("RESET ROLE")


@of_postgresql
@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (f"ALTER ROLE {ROLE} SUPERUSER", "is a superuser"),
        (f"ALTER TABLE authorizations_event OWNER TO {ROLE}", "owns the audit log’s table"),
        (f"GRANT DELETE ON authorizations_event TO {ROLE}", "may change the audit log’s table"),
    ],
)
def test_a_role_that_can_do_more_is_named(as_superuser: None, sql: str, words: str) -> None:
    call_command("grant_application", ROLE, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute(f"SET ROLE {ROLE}")
        try:
            assert triggers.may_be_lifted(connection) == f"the portal’s role in the database {words}"
            (warning,) = audit_log_role(None)
        finally:
            cursor.execute("RESET ROLE")
    assert (warning.id, words in warning.msg) == ("portal.W002", True)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="about SQLite")
def test_sqlite_has_no_roles_and_says_nothing(db: None) -> None:
    assert audit_log_role(None) == []
    with pytest.raises(CommandError, match="Only PostgreSQL has roles"):
        call_command("grant_application", ROLE)
