"""What blocks a step, and how firmly."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

# What a gate yields: the sentence a reader can act on, and where it is met; blank for nowhere.
Unmet = Iterator[tuple[str, str]]
# A gate is handed the record, the facts of the act, and who acts when. It says what is wrong; its docstring is the rule
# in words.
Gate = Callable[[Any, Mapping[str, Any], Any], Unmet]
G = TypeVar("G", bound=Gate)


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


def gate_problems(gate: Gate, subject: Any, facts: Mapping[str, Any], context: Any) -> Iterator[Problem]:
    """What a gate finds, with its name, its force and whether it may be waived."""
    force, waivable = getattr(gate, "force", Force.MUST), getattr(gate, "waivable", True)
    for sentence, where in gate(subject, facts, context):
        yield Problem(gate.__name__, sentence, where, force, waivable)


# What a person may be asked for in addition to the facts of a step.
REASON = Problem("reason", "Say in a sentence why. It stays on record.", "reason", waivable=False)


class NotMet(Exception):
    """A machine refused a step: what it must have is not there."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems
