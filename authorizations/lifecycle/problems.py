"""What stands in the way of a step, and how firmly."""

from dataclasses import dataclass
from enum import StrEnum


class Force(StrEnum):
    """How firmly a gate or a fact stands in the way."""

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


class NotMet(Exception):
    """A machine refused a step: what it must have is not there. The door asks first, so a person never sees this."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems
