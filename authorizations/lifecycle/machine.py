"""A whole machine as data: its stages, its steps in the order of the table, and the questions one asks of it."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.step import Fact, Step
from authorizations.policy import Party
from authorizations.rules import Release, newest

# Who records what the official signed.
_RECORDS = frozenset({Party.AL})
# The stages that stand aside of the path, each with the last stage of it that may lie behind.
STANDS_AFTER = {"access_denied": "access_requested", "access_expired": "gap_analysis"}


@dataclass(frozen=True)
class Machine:
    """Stages by value with their labels, those that are still open, and every step; entries have no source."""

    name: str
    title: str
    about: str
    stages: dict[str, str]
    live: frozenset[str]
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step | None:
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    def exits(self, stage: str) -> list[Step]:
        return [
            step for step in self.steps if stage in step.sources and (step.back_to or step.leads_to(stage) != stage)
        ]

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """Every fact that is kept on the record, by name, in the order in which the steps ask for them."""
        asked = (
            fact for step in self.steps if not step.inside for fact in (*step.facts, *step.reads) if fact.is_stored
        )
        found: dict[str, Fact] = {}
        for fact in asked:
            found.setdefault(fact.name, fact)
        return found

    def facts_before(self, stage: str) -> list[tuple[str, list[Fact]]]:
        """The facts that steps of earlier stages ask for, under the label of the stage where each is asked first."""
        order = list(self.stages)
        reached = order.index(STANDS_AFTER.get(stage, stage)) + (stage in STANDS_AFTER)
        found: dict[str, list[Fact]] = {}
        named: set[str] = set()
        for step in self.steps:
            # What an entry asks for comes before every stage.
            places = [order.index(source) for source in step.sources] or [-1]
            goes_on = step.leads_to(stage) in {*self.live, stage}
            if max(places) < reached and goes_on:
                new = [fact for fact in (*step.reads, *step.facts) if fact.is_stored and fact.name not in named]
                named |= {fact.name for fact in new}
                if new:
                    found.setdefault(self.stages[order[max(min(places), 0)]], []).extend(new)
        return list(found.items())

    @cached_property
    def recorders(self) -> dict[str, frozenset[Party]]:
        """Who may record each fact: the roles of the rows that ask for it, and the parties it speaks of."""
        found: dict[str, frozenset[Party]] = defaultdict(frozenset)
        for step in self.steps:
            for fact in step.facts:
                found[fact.name] |= step.who | fact.by | (_RECORDS if step.recorded else frozenset())
            for fact in step.reads:
                found[fact.name] |= fact.by
        return found

    def gates(self, rules: Release | None = None) -> dict[str, str]:
        """Every gate that may be waived, by name, with its rule in words; documents as the release asks for them."""
        found = {fact.name: fact.label for fact in self.facts.values() if fact.force and fact.waivable}
        for step in self.steps:
            for gate in (*step.gates, *step.checks):
                if getattr(gate, "waivable", True):
                    found[gate.__name__] = (gate.__doc__ or "").splitlines()[0].rstrip(".")
        rows = {step.row for step in self.steps if step.sources and not step.inside}
        return found | document_gates.waivable(rules or newest(), rows)


def steps_of(record_type: type, *entries: Step) -> tuple[Step, ...]:
    """Its entries, and the steps that the transitions of a class and of its parts carry, in the order of the table."""
    found = [getattr(value, "step", None) for part in record_type.__mro__ for value in vars(part).values()]
    taken = (step for step in found if isinstance(step, Step))
    return tuple(sorted((*entries, *taken), key=lambda step: step.order))
