"""Very many messages at once: which keys are on record, and writing those that are not.

Django builds an object for each row and a parameter for each value, which would take a look for reminders minutes in a
large portal. Here rows are tuples, and each database takes them in its own quick way.
"""

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import StringIO
from typing import Any, NamedTuple

from django.db import connection

from accounts.fields import new_public_id
from authorizations.models import Message

TABLE = Message._meta.db_table
ROOM = 48_000  # kilobytes
SELDOM = (100_000, 20, 20)
# PostgreSQL's own way of writing what would end a column or a row.
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Row(NamedTuple):
    """The columns of a message in which those of one look differ, by the names of the columns."""

    key: str
    recipient_id: int
    mandatory: bool
    subject_type: str
    subject_id: int
    subject: str
    body: str
    link: str
    status: str
    skipped: str
    not_before: datetime
    digest_id: int | None


COLUMNS = ("public_id", *Row._fields)
AT = COLUMNS.index("not_before")


@contextmanager
def room() -> Iterator[None]:
    """Room for very many rows: fewer searches for garbage, of which there is none, and more of SQLite's pages at hand.

    Searching takes a fifth of the time; SQLite's own room would have it read and write each index page over and over.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        with _pages_at_hand():
            yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _pages_at_hand() -> Iterator[None]:
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{ROOM}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def known(keys: Sequence[str]) -> set[str]:
    """Those of the keys that are on record."""
    if connection.vendor == "postgresql":
        where, sent = "= ANY(%s)", list(keys)
    else:
        where, sent = "IN (SELECT value FROM json_each(%s))", json.dumps(keys)  # type: ignore[assignment]  # a text here
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT key FROM {TABLE} WHERE key {where}", [sent])  # noqa: S608  # names of our own
        return {key for (key,) in cursor.fetchall()}


def write(rows: Iterable[Row], topic: str, now: datetime) -> None:
    """Writes messages, but for those whose key is on record. Within a transaction of the caller's."""
    others = _others(topic, now)
    names = ", ".join((*COLUMNS, *others))
    sent = ((new_public_id(), *row) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, names, sent, list(others.values()))
            return
        places = ", ".join(["%s"] * (len(COLUMNS) + len(others)))
        rest = tuple(others.values())
        values = [(*row[:AT], _moment(row[AT]), *row[AT + 1 :], *rest) for row in sent]
        # Names of our own.
        cursor.executemany(f"INSERT INTO {TABLE} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING", values)  # noqa: S608


def _copy(cursor: Any, names: str, rows: Iterable[tuple[Any, ...]], others: list[Any]) -> None:
    """Streams the rows into a table that ends with the transaction, and from there takes those that are new."""
    columns = ", ".join(COLUMNS)
    cursor.execute(f"CREATE TEMPORARY TABLE new_messages ON COMMIT DROP AS SELECT {columns} FROM {TABLE} LIMIT 0")  # noqa: S608  # names of our own
    text = StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in rows))
    cursor.copy_expert(f"COPY new_messages ({columns}) FROM STDIN", text)
    places = ", ".join(["%s"] * len(others))
    taken = f"SELECT {columns}, {places} FROM new_messages ON CONFLICT DO NOTHING"  # noqa: S608  # names of our own
    cursor.execute(f"INSERT INTO {TABLE} ({names}) {taken}", others)  # names of our own
    cursor.execute("DROP TABLE new_messages")


def _copied(value: Any) -> str:
    if value is None:
        return r"\N"
    return value.translate(ESCAPED) if isinstance(value, str) else str(value)


@cache
def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _others(topic: str, now: datetime) -> dict[str, Any]:
    """The columns in which all messages of one look are alike, with their values."""
    same = {"topic": topic, "created_at": now}
    return {
        column.column: column.get_db_prep_save(same.get(column.attname, column.get_default()), connection)
        for column in Message._meta.concrete_fields
        if not column.primary_key and column.attname not in COLUMNS
    }
