"""The ways a verb says no; every door shows the sentence as it is now and answers with the status.

Every verb refuses in these ways, so that its docstring names only what it raises beside them:

    model.DoesNotExist: there is no such record for this person.
    NotPermitted: the person's role, or being of another side, does not allow it.
    NoLongerPossible: the record has ended, moved on or was changed since (`StaleRevision`), somebody else did the same
        at this moment, or the form with this `idempotency_key` was carried out before (the `Already…` classes).
    NotReady: a fact, a gate or the reason is missing or impossible; nothing was written.
    Blocked: something must be done first, or nothing would change.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar

from django.http import QueryDict

from authorizations.lifecycle.problems import Problem


class Refused(Exception):
    """A verb did nothing, and says why in one sentence that the reader can act on."""

    status: ClassVar[int] = 409
    # Above its page, where the status says too little.
    heading: ClassVar[str] = ""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotPermitted(Refused):
    """The person's role does not allow it."""

    status = 403


class NoLongerPossible(Refused):
    """The record is no longer as the person saw it, or the act was already done."""


class AlreadyDone(NoLongerPossible):
    """The same form was sent before, and made ``record`` then."""

    already: ClassVar[str]

    def __init__(self, record: Any) -> None:
        super().__init__(self.already)
        self.record = record


class Blocked(Refused):
    """Something must be done first; nothing of the act was written."""


class NotReady(Blocked):
    """A step cannot be taken yet; ``problems`` says what is missing, in sentences with the places where it is met."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = list(problems)


class Malformed(Refused):
    """What was sent cannot be read; ``problems`` says what, and where."""

    status = 400

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = list(problems)


def refuse_unknown(sent: Iterable[str], known: Collection[str]) -> None:
    """Refuses names that are none.

    Raises:
        Malformed: with each of them.
    """
    unknown = sorted(set(sent) - set(known))
    if unknown:
        raise Malformed([Problem("shape", f"{name}: this is not known here.", name) for name in unknown])


def refuse_repeated(query: QueryDict, *several: str) -> None:
    """Refuses a name that comes twice: one of its values would count, and nobody would see which.

    ``several``: names of which all values count.

    Raises:
        Malformed: with each of them.
    """
    if twice := [name for name, values in query.lists() if len(values) > 1 and name not in several]:
        raise Malformed([Problem("shape", f"{name}: give it once.", name) for name in twice])


def refuse_unready(problems: Sequence[Problem]) -> None:
    """Refuses with these, if there are any."""
    if problems:
        raise NotReady(problems)
