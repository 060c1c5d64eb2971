"""Queries that nearly every request asks: their SQL is put together once a day, which takes longer than the answer."""

from collections.abc import Callable
from copy import copy
from datetime import date
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=models.Model)
# Stands for the key while a query is made; no row has it.
ANY_KEY = -1


class PreparedQuery(Generic[M]):
    """The rows that belong to a key on a day.

    Args:
        make: the query for a key, which is always `ANY_KEY`, and a day. Nothing else may be in it that changes.
    """

    def __init__(self, make: Callable[[int, date], "models.QuerySet[M]"]) -> None:
        self._make = make
        self._known: tuple[date, str, Any, str, tuple[Any, ...]] | None = None

    def rows(self, key: int, today: date) -> list[M]:
        """Asks the database, each time anew."""
        known = self._known
        if known is None or known[0] != today:
            known = self._known = self._prepare(today)
        _, database, prepared, sql, parameters = known
        compiler = copy(prepared)
        compiler.connection = connections[database]
        compiler.as_sql = lambda: (sql, tuple(key if each == ANY_KEY else each for each in parameters))
        # All that Django's reader of rows looks at.
        query: Any = SimpleNamespace(
            db=database, query=SimpleNamespace(get_compiler=lambda using: compiler), _known_related_objects={}
        )
        return list(ModelIterable(query))

    def _prepare(self, today: date) -> tuple[date, str, Any, str, tuple[Any, ...]]:
        queryset = self._make(ANY_KEY, today)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        return today, queryset.db, compiler, sql, tuple(parameters)
