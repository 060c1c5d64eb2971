"""Who acts on a record, as whom and when: values made once at the door, for conditions, gates and steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Self

from authorizations.lifecycle.problems import Problem
from authorizations.policy import Party


@dataclass(frozen=True, slots=True)
class ActingContext:
    """Who acts on one record, or looks at what can happen to it.

    ``user`` and ``acting_for`` are of the user model, which this floor does not import; a context without a user is the
    portal's own. ``parties`` are what the user is for the record, ``stands_in_for`` those for whom a PMO lead acts
    because their organization has no active member, and ``delegated`` says by whose delegation alone the user is a
    party. ``absent`` are the kinds of organization without an active member for which the user records from evidence.
    """

    user: Any
    as_of: date
    parties: frozenset[Party] = frozenset()
    stands_in_for: frozenset[Party] = frozenset()
    absent: frozenset[str] = frozenset()
    delegated: Mapping[Party, Any] = field(default_factory=dict)
    acting_for: Any = None  # whose role it is, where the user acts by delegation
    recording: bool = False  # the user enters what the authorizing official signed
    for_unstaffed_organization: bool = False  # the step belongs to one of `stands_in_for`
    recorded_for: str = ""  # one of `absent`, for which the user records from evidence what it did
    vacant: bool = False  # the step is the authorizing official's alone, and there is none now

    @property
    def acting(self) -> frozenset[Party]:
        """Every party as which the user may act."""
        return self.parties.union(self.stands_in_for)

    @property
    def persons(self) -> frozenset[int]:
        """Keys of the persons who act: who acts for another counts as both where two are needed."""
        return frozenset(person.pk for person in (self.user, self.acting_for) if person is not None)

    def as_one_of(self, parties: Iterable[Party], **changed: Any) -> Self:
        """The same in the role of one of these parties: in the user's own right where that is possible."""
        if not self.delegated:
            return replace(self, acting_for=None, **changed)
        held = self.acting.intersection(parties)
        delegator = next((self.delegated[party] for party in sorted(held) if party in self.delegated), None)
        in_own_right = any(party not in self.delegated for party in held)
        return replace(self, acting_for=None if in_own_right else delegator, **changed)


@dataclass(frozen=True, slots=True)
class CurrentAct:
    """An act on a record: by whom, when it happened and when it is recorded.

    A step checks the ``reason`` too, beside the ``problems`` that its door has found.
    """

    context: ActingContext
    at: datetime
    recorded_at: datetime
    reason: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def as_of(self) -> date:
        return self.context.as_of
