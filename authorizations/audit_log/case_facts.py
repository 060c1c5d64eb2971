"""Compares the facts of a case with the entries about it: each value, who recorded it, for whom and when."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from authorizations.models import Case

# What a step sets and none asks for.
BY_THE_STEP = frozenset({"access_requested_on"})
# Until December 2026 the entry that opened a case did not name these.
ONCE_UNNAMED = frozenset({"agency_agreed_on", "provider_agreed_on", "ato_type", "signed_on", "expires_on"})


class EnteredFact(NamedTuple):
    """A value as an entry says it, the position of that entry, and of the one that set it: by whom, for whom, when."""

    value: Any
    position: int
    actor: int | None
    acted_for: int | None
    at: datetime

    def then(self, before: Any, later: "EnteredFact") -> "EnteredFact":
        """After a later entry: one that repeats the value, and does not say what was before, did not set it."""
        if before is None and later.value == self.value:
            return self._replace(position=later.position)
        return later


def differing_facts(case: Case, entered: Mapping[str, EnteredFact]) -> Iterator[tuple[int, str]]:
    """Position and name of each fact that is another, that is gone, or that no entry names."""
    known = case.machine().facts.keys() | BY_THE_STEP
    columns = {column.name for column in case._meta.concrete_fields}
    for name, found in entered.items():
        if name in columns or (name not in known and name not in case.facts):
            continue
        if _is_other(case.facts.get(name), found, name):
            yield found.position, name
    yield from ((0, name) for name in case.facts.keys() - entered.keys() - ONCE_UNNAMED)


def _is_other(stored: list[Any] | None, found: EnteredFact, name: str) -> bool:
    if stored is None:
        return found.value not in (None, "")
    value, recorder, at, *delegator = stored
    if value != found.value or name in ONCE_UNNAMED:
        return bool(value != found.value)
    by = (recorder, *delegator) != (found.actor, *([found.acted_for] if found.acted_for else []))
    return by or datetime.fromisoformat(at) != found.at
