"""Bulk inserts of messages: which keys exist, and writing those that do not.

Django builds an object for each row and a parameter for each value, which would take a look for reminders minutes in a
large portal. Here rows are tuples, and each database takes them in its own quick way.
"""

import gc
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import StringIO
from typing import Any, Generic, NamedTuple, Self, TypeVar

from django.db import connection

from accounts.fields import new_public_id
from authorizations.models import Message

T = TypeVar("T")
TABLE = Message._meta.db_table
CACHE_KIB = 48_000
GC_THRESHOLDS = (100_000, 20, 20)
# PostgreSQL's own way of writing what would end a column or a row.
TO_BE_ESCAPED = re.compile(r"[\\\t\n\r]")
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class BulkMessage(NamedTuple):
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
    read_at: datetime | None
    digest_id: int | None
    claim: str | None = None


COLUMNS = ("public_id", *BulkMessage._fields)
AT = COLUMNS.index("not_before")


@contextmanager
def tuned_for_bulk() -> Iterator[None]:
    """Raises the garbage collector's thresholds and SQLite's page cache during bulk inserts.

    Collecting takes a fifth of the time; with its usual cache SQLite reads and writes each index page over and over.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    try:
        with _large_page_cache():
            yield
    finally:
        gc.set_threshold(*usual)


class BackgroundWriter(Generic[T]):
    """Writes one batch while the caller makes the next; within ``with``, at whose end everything is written.

    PostgreSQL works in a process of its own, so that a thread that waits for it costs nothing. SQLite works in ours,
    and another connection would not see what a transaction of the caller's has written: then each batch is waited for.
    """

    def __init__(self, write: Callable[[T], None]) -> None:
        self._write = write
        self._thread: ThreadPoolExecutor | None = None
        self._writing: Future[None] | None = None

    def __enter__(self) -> Self:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            self._thread = ThreadPoolExecutor(1)
        return self

    def take(self, batch: T) -> None:
        """Writes a batch, once the one before it is written. Raises what that one raised."""
        if self._thread is None:
            self._write(batch)
            return
        self._wait()
        self._writing = self._thread.submit(self._write, batch)

    def _wait(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            writing.result()

    def __exit__(self, *problem: object) -> None:
        if self._thread is None:
            return
        with self._thread as thread:
            # Its own: the name stands for another connection in each thread.
            thread.submit(lambda: connection.close())
        if problem[0] is None:
            self._wait()


@contextmanager
def _large_page_cache() -> Iterator[None]:
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def known(keys: Sequence[str]) -> set[str]:
    if connection.vendor == "postgresql":
        # One by one in the index: asked for thousands at once, it would read the whole table.
        there = f"LATERAL (SELECT 1 FROM {TABLE} WHERE key = asked.key LIMIT 1) AS there"  # noqa: S608  # names of our own
        query, sent = f"SELECT asked.key FROM unnest(%s::text[]) AS asked(key), {there}", list(keys)  # noqa: S608
    else:
        query = f"SELECT key FROM {TABLE} WHERE key IN (SELECT value FROM json_each(%s))"  # noqa: S608
        sent = json.dumps(keys)  # type: ignore[assignment]  # a text here
    with connection.cursor() as cursor:
        cursor.execute(query, [sent])
        return {key for (key,) in cursor.fetchall()}


def write(rows: Iterable[BulkMessage], topic: str, now: datetime) -> None:
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
        values = [(*row[:AT], _moment(row[AT]), _moment(row[AT + 1]), *row[AT + 2 :], *rest) for row in sent]
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
    if not isinstance(value, str):
        return str(value)
    # Looking for them is ten times quicker, and there are hardly any.
    return value.translate(ESCAPED) if TO_BE_ESCAPED.search(value) else value


@cache
def _moment(value: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _others(topic: str, now: datetime) -> dict[str, Any]:
    same = {"topic": topic, "created_at": now}
    return {
        column.column: column.get_db_prep_save(same.get(column.attname, column.get_default()), connection)
        for column in Message._meta.concrete_fields
        if not column.primary_key and column.attname not in COLUMNS
    }
