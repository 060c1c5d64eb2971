"""The database of the portal as one file, and back: a whole moment of it, while people go on writing."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

# What the database holds at one moment: rows by table, the ends of the logs, and the migrations that made it.
Contents = dict[str, Any]
Asking = Callable[[str], list[tuple[Any, ...]]]
TABLES = {
    "sqlite": r"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
}
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class NotDumped(Exception):
    """The database could not be written to a file or read from one; the text says why, for the person at the shell."""


def dump(target: Path) -> Contents:
    """Writes the database to a new file; returns what exactly that file holds. Raises NotDumped."""
    return _dump_sqlite(target) if connection.vendor == "sqlite" else _dump_postgresql(target)


def load(source: Path) -> None:
    """Fills the empty database from such a file. Raises NotDumped."""
    if connection.vendor == "sqlite":
        _load_sqlite(source)
    else:
        _postgresql("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                    "--dbname", _address(), str(source))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def is_empty() -> bool:
    return not _live(TABLES[connection.vendor])


def contents() -> Contents:
    return _contents(_live)


def _live(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _contents(ask: Asking) -> Contents:
    tables = sorted(name for (name,) in ask(TABLES[connection.vendor]))
    rows = {name: ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in tables}  # noqa: S608  # the database's own names
    heads = ask("SELECT audit_log, position, hash FROM authorizations_auditloghead ORDER BY audit_log")
    applied = ask(f"SELECT app, name FROM {MigrationRecorder.Migration._meta.db_table} ORDER BY app, name")  # noqa: S608
    return {
        "rows": rows,
        "heads": {audit_log: [position, end] for audit_log, position, end in heads},
        "migrations": [f"{app}.{name}" for app, name in applied],
    }


def _dump_sqlite(target: Path) -> Contents:
    """SQLite's own online backup: it reads one snapshot and keeps no writer waiting."""
    live = f"{Path(connection.settings_dict['NAME']).as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(live, uri=True)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            # One file, without the journal that a database in use has beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            return _contents(lambda query: copy.execute(query).fetchall())
    except sqlite3.Error as problem:
        raise NotDumped(f"SQLite says: {problem}.") from problem


def _load_sqlite(source: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    half = target.with_name(f"{target.name}.half")
    shutil.copyfile(source, half)
    half.replace(target)


def _dump_postgresql(target: Path) -> Contents:
    """`pg_dump` of a snapshot that this process has seen too, so that what is counted is what is written."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        _postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                    "--file", str(target), "--dbname", _address())  # fmt: skip
        return contents()


def _postgresql(program: str, *arguments: str) -> None:
    found = _find(program)
    if found is None:
        raise NotDumped(f"{program} is not on this machine. On Debian or Ubuntu: apt-get install postgresql-client")
    # Not among the arguments, which everybody on the machine can read.
    password = connection.settings_dict["PASSWORD"]
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotDumped(f"{program} says: {(done.stderr.strip() or 'nothing').splitlines()[-1]}")


def _find(program: str) -> str | None:
    """A program of PostgreSQL: the newest that Debian has beside its servers, else the one in the path."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest = max(found, key=lambda path: path.parts[-3].zfill(3), default=None)
    return str(newest) if newest else shutil.which(program)


def _address() -> str:
    """Where the database is, as PostgreSQL's programs read it, without the password."""
    config = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "host": "HOST", "port": "PORT"}
    parts = {**{name: config[key] for name, key in names.items()}, **config["OPTIONS"]}
    quoted = {name: str(value).replace("\\", r"\\").replace("'", r"\'") for name, value in parts.items() if value}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items())
