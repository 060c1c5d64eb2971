"""The recorded facts of a case for one reader, grouped by the part of the path that asks for them first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from accounts.models import User
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.step import Fact
from authorizations.models import Case
from authorizations.presenters.audit_log.history import value_words
from authorizations.presenters.cases.labels import NOTED
from authorizations.presenters.cases.path import parts_of

ENDINGS = "Warnings and endings"


@dataclass(frozen=True, slots=True)
class Recorded:
    name: str
    label: str
    value: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one part of the path; unchecked where the case came in later, so that its gates were not asked."""

    label: str
    unchecked: bool
    facts: list[Recorded]


def groups(case: Case, user: User, names: Mapping[int, str]) -> list[Group]:
    """What is recorded and this reader may read; ``names``: people by key."""
    readable = case.readable_facts(user)
    found: dict[str, list[Recorded]] = {}
    for fact, label in grouped(case):
        if fact.name in readable:
            value, who, when, *for_whom = readable[fact.name]
            one = Recorded(
                fact.name,
                fact.label,
                value_words(fact, value),
                " for ".join(names.get(key, "") for key in (who, *for_whom)),
                datetime.fromisoformat(when),
            )
            found.setdefault(label, []).append(one)
    unchecked = _unchecked(case)
    return [Group(label, label in unchecked, facts) for label, facts in found.items()]


def grouped(case: Case) -> list[tuple[Fact, str]]:
    """Every fact that can be on such a case, with the part of the path that it belongs to, in the parts' order."""
    return _grouped(case.kind)


@cache
def _grouped(kind: str) -> list[tuple[Fact, str]]:
    machine, parts = Case.machines[kind].machine(), parts_of(kind)
    order = {label: place for place, label in enumerate([*(label for label, _ in parts), ENDINGS])}
    placed = [(fact, _part_of(machine, parts, fact)) for fact in machine.facts.values()]
    return sorted([*placed, *NOTED[kind]], key=lambda pair: order[pair[1]])


def _part_of(machine: Machine, parts: Sequence[tuple[str, Sequence[str]]], fact: Fact) -> str:
    asking = next(step for step in machine.steps if fact.name in {each.name for each in (*step.facts, *step.reads)})
    around = set(asking.sources or (asking.target,))
    return next((label for label, stages in parts if around <= {*stages}), ENDINGS)


def _unchecked(case: Case) -> set[str]:
    if not case.adopted_at_stage:
        return set()
    labels = []
    for label, stages in parts_of(case.kind):
        if case.adopted_at_stage in stages:
            break
        labels.append(label)
    return set(labels)
