"""What stands in the way of a step, and how firmly."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

G = TypeVar("G", bound=Callable[..., Any])


class Force(StrEnum):
    MUST = "must"  # the step waits until it is met
    SHOULD = "should"  # the person may go on with a reason that everyone sees


@dataclass(frozen=True, slots=True)
class Problem:
    """One unmet gate: its name, the sentence a reader can act on, and where it is met (a fact's or a place's name)."""

    gate: str
    sentence: str
    where: str = ""
    force: Force = Force.MUST
    waivable: bool = True  # whether a PMO lead may waive it (machine tables, rule 3)


def not_waivable(gate: G) -> G:
    """A gate that nobody may waive (machine tables, rule 3)."""
    gate.waivable = False  # type: ignore[attr-defined]  # functions take attributes; the type has no word for it
    return gate


def advisory(gate: G) -> G:
    """A gate that only asks: the person may go on with a reason (machine tables, rule 3)."""
    gate.force = Force.SHOULD  # type: ignore[attr-defined]  # as above
    return gate


def advisory_problem(gate: str, sentence: str, where: str = "") -> Problem:
    return Problem(gate, sentence, where, Force.SHOULD)


def not_waivable_problem(gate: str, sentence: str, where: str = "") -> Problem:
    return Problem(gate, sentence, where, waivable=False)


# What a person may be asked for in addition to the facts of a step.
REASON = Problem("reason", "Say in a sentence why. It stays on record.", "reason", waivable=False)


class NotMet(Exception):
    """A machine refused a step: what it must have is not there."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems
