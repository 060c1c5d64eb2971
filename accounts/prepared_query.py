"""Queries that nearly every request asks: their SQL is put together once a day, which takes longer than the answer."""

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.query import ModelIterable

if TYPE_CHECKING:
    from accounts.models import User

M = TypeVar("M", bound=models.Model)
Key = int | str
# Stand for the key while a query is made; no row has them.
ANY_KEY, ANY_ID = -1, "any"
# Shapes of one query that are known at a time.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class _Prepared:
    day: date
    database: str
    compiler: Any
    sql: str
    parameters: tuple[Any, ...]


class PreparedQuery(Generic[M]):
    """The rows that belong to a key on a day.

    Args:
        make: the query for a key, which is always `ANY_KEY` or `ANY_ID`, a day, and what else it was asked with.
            Nothing else may be in it that changes.
    """

    def __init__(self, make: Callable[..., "models.QuerySet[M]"]) -> None:
        self._make = make
        self._known: dict[Hashable, _Prepared] = {}

    def rows(self, key: Key, today: date, *given: Any, shape: Hashable = None) -> list[M]:
        """Asks the database, each time anew.

        Args:
            given: what the query is made of beside the key and the day.
            shape: the values that the SQL follows from by `given`.
        """
        known = self._known.get(shape)
        if known is None or known.day != today:
            if len(self._known) >= MOST:
                self._known.clear()
            try:
                known = self._known[shape] = self._prepare(key, today, *given)
            except EmptyResultSet:  # Django knows that nothing is there for the person.
                return []
        compiler = copy(known.compiler)
        compiler.connection = connections[known.database]
        parameters = tuple(key if each == _any(key) else each for each in known.parameters)
        compiler.as_sql = lambda: (known.sql, parameters)
        # All that Django's reader of rows looks at.
        query: Any = SimpleNamespace(
            db=known.database, query=SimpleNamespace(get_compiler=lambda using: compiler), _known_related_objects={}
        )
        return list(ModelIterable(query))

    def _prepare(self, key: Key, today: date, *given: Any) -> _Prepared:
        queryset = self._make(_any(key), today, *given)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, parameters = compiler.as_sql()
        return _Prepared(today, queryset.db, compiler, sql, tuple(parameters))


def _any(key: Key) -> Key:
    return ANY_KEY if isinstance(key, int) else ANY_ID


def standing_of(user: "User") -> Hashable:
    """All that a query which begins at `visible_to()` takes from a person, for the shape of one that is prepared."""
    keys = user.keys_within
    held = tuple((each.role, each.organization_id, each.user_id) for each in user.current_memberships)
    return user.pk, held, None if keys is None else tuple(keys)
