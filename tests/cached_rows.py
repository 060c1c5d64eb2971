"""Rows that one test made, given to the next that asks for the same: a case is walked once and copied ever after.

What is remembered is the difference that a builder made to a known database, row by row with the same keys. The
database is known as long as only builders wrote to it since the test began; any other write makes it unknown until
the next test, and builders then do their work as if there were no memory. `tests/test_cached_rows.py` holds both alike.
"""

import functools
import inspect
import pickle
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

P = ParamSpec("P")
R = TypeVar("R")
Rows = dict[Any, tuple[Any, ...]]
# How the rows came about: the builders' keys, one after the other. None: not known.
Known = tuple[Any, ...] | None

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "ROLLBACK TO")
# What no builder reads: who is signed in, and since when.
SESSIONS = "accounts_session"
OF_NO_ACCOUNT = (SESSIONS, "last_login")
# How many builders may have been at work before one whose work is worth to be remembered.
DEEPEST = 4


@dataclass(frozen=True)
class Difference:
    """What a builder did, and what it gave back."""

    gone: dict[str, list[Any]]
    new: dict[str, list[tuple[Any, ...]]]
    result: bytes


@dataclass
class Memory:
    """What has been built in this run, and how the database of this moment came about."""

    # Whether tests begin with an empty database, and not with that of the demo.
    is_empty: bool = True
    known: Known = None
    differences: dict[tuple[Known, Hashable], Difference] = field(default_factory=dict)
    # The rows of every table, in the states that a further builder begins from.
    rows: dict[Known, dict[str, Rows]] = field(default_factory=dict)

    def begin(self) -> None:
        """A test begins: with an empty database, unless a fixture holds rows there for a whole module."""
        self.known = () if self.is_empty and not connection.in_atomic_block else None
        if self.notice not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.notice)

    def end(self) -> None:
        """A test has ended; what fixtures do between two tests is no test's."""
        self.known = None

    def notice(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """Forgets how the database came about when a test writes to it."""
        if sql.startswith(WRITES) and not any(word in sql for word in OF_NO_ACCOUNT):
            self.known = None
        return execute(sql, *rest)

    def build(self, key: Hashable, make: Callable[[], R]) -> R:
        """What ``make`` makes, from memory where it was made in the same state of the database."""
        before = self.known
        # Tests that commit have threads and other processes beside them, whose writes are not noticed here.
        if before is None or len(before) > DEEPEST or not connection.in_atomic_block:
            return make()
        found = self.differences.get((before, key))
        if found is None:
            return self._learn(before, key, make)
        _put(found)
        self.known = (*before, key)
        result: R = pickle.loads(found.result)  # noqa: S301  # our own bytes
        return result

    def _learn(self, before: tuple[Any, ...], key: Hashable, make: Callable[[], R]) -> R:
        old = self.rows.get(before) or all_rows()
        result = make()
        new = all_rows()
        self.differences[before, key] = _difference(old, new, pickle.dumps(result))
        self.known = (*before, key)
        self.rows[self.known] = new
        return result


MEMORY = Memory()


def cached_rows(builder: Callable[P, R]) -> Callable[P, R]:
    """A builder of rows whose work is done once for the same arguments and the same rows before it."""
    signature = inspect.signature(builder)
    name = f"{builder.__module__}.{builder.__qualname__}"

    @functools.wraps(builder)
    def built(*args: P.args, **kwargs: P.kwargs) -> R:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        try:
            key = (name, _key(given.arguments))
        except _CannotSayError:
            return builder(*args, **kwargs)
        return MEMORY.build(key, lambda: builder(*args, **kwargs))

    return built


class _CannotSayError(Exception):
    """An argument of which nobody can say whether it is the same as another."""


def _key(value: Any) -> Hashable:
    if isinstance(value, models.Model):
        return value._meta.label, value.pk
    if isinstance(value, Mapping):
        return tuple((name, _key(each)) for name, each in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    # The clock of the machine never says the same twice.
    if isinstance(value, str | int | date | None) and not getattr(value, "microsecond", 0):
        return type(value).__name__, value
    if name := getattr(value, "remembered_as", None):
        return str(name)
    raise _CannotSayError


@functools.cache
def _tables() -> dict[str, tuple[str, ...]]:
    """The tables of our own record types, with its columns, the key first; the database fills the generated ones."""
    record_types = [
        record_type for app in ("accounts", "authorizations") for record_type in apps.get_app_config(app).get_models()
    ]
    return {
        record_type._meta.db_table: _columns(record_type)
        for record_type in record_types
        if not record_type._meta.proxy and record_type._meta.db_table != SESSIONS
    }


def _columns(record_type: type[models.Model]) -> tuple[str, ...]:
    columns = [column for column in record_type._meta.local_concrete_fields if not column.generated]
    return tuple(f'"{column.column}"' for column in sorted(columns, key=lambda column: not column.primary_key))


def all_rows() -> dict[str, Rows]:
    """Every row of every table, by table and key, as the database's own program gives them."""
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table, columns in _tables().items():
            cursor.execute(f"SELECT {_listed(columns)} FROM {table}")  # names of our own tables
            found[table] = {row[0]: row for row in cursor.fetchall()}
    return found


def empty_tables() -> None:
    """Deletes every row of the tables that have any, but for what Django itself keeps there."""
    tables = sorted({*_tables(), SESSIONS, "django_admin_log", "mfa_authenticator"})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT " + _listed(f"EXISTS (SELECT 1 FROM {table})" for table in tables))
        for table, is_filled in zip(tables, cursor.fetchone(), strict=True):
            if is_filled:
                cursor.execute(f"DELETE FROM {table}")


def _difference(old: dict[str, Rows], new: dict[str, Rows], result: bytes) -> Difference:
    gone, added = {}, {}
    for table, rows in new.items():
        before = old[table]
        gone[table] = [key for key, row in before.items() if rows.get(key) != row]
        added[table] = [row for key, row in rows.items() if before.get(key) != row]
    return Difference(_filled(gone), _filled(added), result)


def _filled(tables: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {table: rows for table, rows in tables.items() if rows}


def _put(difference: Difference) -> None:
    with connection.cursor() as cursor:
        for table, keys in difference.gone.items():
            key = _tables()[table][0]
            cursor.execute(f"DELETE FROM {table} WHERE {key} IN ({_listed(['%s'] * len(keys))})", keys)
        for table, rows in difference.new.items():
            columns = _tables()[table]
            row = f"({_listed(['%s'] * len(columns))})"
            values = [value for each in rows for value in each]
            cursor.execute(f"INSERT INTO {table} ({_listed(columns)}) VALUES {_listed([row] * len(rows))}", values)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
