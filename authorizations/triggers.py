"""What keeps the audit log from being rewritten: triggers of the database. Installed by a migration and after each one.

SQLite drops them when a migration builds the table anew, and lets `INSERT OR REPLACE` pass by a trigger on DELETE;
PostgreSQL has TRUNCATE beside DELETE. Each is refused by name.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "authorizations_event"
REFUSAL = "the audit log is only added to"
# Whatever is unique: a replacing insert would take the row away without a word.
UNIQUE = (
    "id = NEW.id",
    "public_id = NEW.public_id",
    "idempotency_key = NEW.idempotency_key",
    "audit_log = NEW.audit_log AND position = NEW.position",
)
TAKEN = " OR ".join(f"EXISTS (SELECT 1 FROM {TABLE} WHERE {same})" for same in UNIQUE)  # noqa: S608  # our own table
_SQLITE = {
    "record_no_update": f"BEFORE UPDATE ON {TABLE}",
    "record_no_delete": f"BEFORE DELETE ON {TABLE}",
    "record_no_replace": f"BEFORE INSERT ON {TABLE} WHEN {TAKEN}",
}
_POSTGRESQL = {
    "record_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW",
    "record_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}


def is_chained(connection: BaseDatabaseWrapper) -> bool:
    """Whether the table of the audit log is there, with its logs."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return False
        columns = connection.introspection.get_table_description(cursor, TABLE)
    return "position" in {column.name for column in columns}


def install(connection: BaseDatabaseWrapper) -> None:
    """Makes the triggers that are missing."""
    _run(connection, _making(connection.vendor, missing(connection)))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Takes the triggers away: for tests that empty their database, and for a migration that runs backwards."""
    names = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    of_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    _run(connection, (f"DROP TRIGGER IF EXISTS {name}{of_table}" for name in names))


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that the database lacks or does not heed."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            return _SQLITE.keys() - {name for (name,) in cursor.fetchall()}
        # "D" is one that was disabled. The table may be in any schema of the search path.
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')", [TABLE]
        )
        return _POSTGRESQL.keys() - {name for (name,) in cursor.fetchall()}


def may_be_lifted(connection: BaseDatabaseWrapper) -> str:
    """Why the role of this connection could change the audit log in spite of all triggers; blank where it cannot.

    SQLite knows no roles: whoever writes the file can do anything, and anchors alone prove what was there.
    """
    if connection.vendor == "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, pg_has_role(current_user, relowner, 'MEMBER'), "
            "has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE') "
            "FROM pg_class, pg_roles WHERE pg_class.oid = to_regclass(%s) AND rolname = current_user",
            [TABLE],
        )
        is_superuser, owns, changes = cursor.fetchone() or (False, False, False)
    if is_superuser:
        return "the portal’s role in the database is a superuser"
    if owns:
        return "the portal’s role in the database owns the audit log’s table"
    return "the portal’s role in the database may change the audit log’s table" if changes else ""


def _making(vendor: str, names: set[str]) -> Iterator[str]:
    if vendor == "sqlite":
        for name in sorted(names):
            yield f"CREATE TRIGGER {name} {_SQLITE[name]} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        return
    if names:
        yield (
            "CREATE OR REPLACE FUNCTION record_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
    for name in sorted(names):
        yield f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"
        yield f"CREATE TRIGGER {name} {_POSTGRESQL[name]} EXECUTE FUNCTION record_refuse()"


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
