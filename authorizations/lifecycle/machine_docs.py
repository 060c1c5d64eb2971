"""A machine in words: the rows of its table for the public page, and the whole of it as a document."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from authorizations.display import small
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.problems import Force, Gate
from authorizations.lifecycle.sources import SourceDocument, sources_of
from authorizations.lifecycle.stages import BEFORE_REVIEW, LISTED, OPEN_INITIAL, OPEN_REUSE, WITH_ACCESS
from authorizations.lifecycle.step import Step
from authorizations.lifecycle.turns import turn_in_words
from authorizations.policy import Party
from authorizations.rules import newest
from authorizations.vocabulary import CaseKind

FORCES = (
    "What a step asks for, and each of its gates, must be met; “or a reason” means that the person may go on with a "
    "reason, which everyone on the record can read."
)
WAIVERS = (
    "A PMO lead may waive a gate or a fact for one case, with a reason and until a day. Everyone on the case sees it. "
    "Nobody can waive a rule marked “firm”."
)
FIRM = " (firm)"
# The sets of stages that several steps share, under one name.
GROUPS: dict[tuple[str, frozenset[str]], str] = {
    (CaseKind.INITIAL, frozenset(LISTED)): "Every listed stage",
    (CaseKind.INITIAL, frozenset(OPEN_INITIAL)): "Every open stage",
    (CaseKind.INITIAL, frozenset(BEFORE_REVIEW)): "Every open stage that FedRAMP does not review",
    (CaseKind.REUSE, frozenset(OPEN_REUSE)): "Every open stage",
    (CaseKind.REUSE, frozenset(WITH_ACCESS)): "Every stage with access",
}
RECORDING = "; the agency liaison may record what was signed"


@dataclass(frozen=True, slots=True)
class StepDescription:
    """One step in words."""

    row: str
    label: str
    description: str
    sources: str
    target: str
    who: str
    facts: list[str]
    gates: list[str]
    documents: list[str]
    offered: list[str]
    turn: str
    basis: str

    @property
    def needs(self) -> list[str]:
        """Facts, documents and gates, in the order in which they are asked."""
        return self.facts + self.documents + self.gates


@dataclass(frozen=True, slots=True)
class StageDescription:
    """One stage in words: whom it waits on (blank where nobody is waited on), where it leads, and its source."""

    label: str
    is_live: bool
    turn: str
    exits: list[tuple[str, str]]
    source: str


def rows(machine: Machine) -> Iterator[StepDescription]:
    """Every step of a machine in words, in the order of its table."""
    for step in machine.steps:
        waivable = machine.gates() if machine.name in CaseKind.values and step.sources else None
        yield StepDescription(
            step.row,
            step.label,
            step.description,
            _stages(machine, step.sources) or "New",
            _target(machine, step),
            _who(step),
            list(_facts(step, waivable)),
            [_rule(gate, waivable) for gate in (*step.gates, *step.checks)],
            [] if step.inside else list(_documents(step, waivable)),
            [condition.words for condition in step.offered],
            _turn(machine, step),
            _upper(", ".join(step.basis)),
        )


def stages(machine: Machine, sources: dict[str, str]) -> Iterator[StageDescription]:
    """Every stage of a machine in words; ``sources`` names where each comes from."""
    is_case = machine.name in CaseKind.values
    for value, label in machine.stages.items():
        exits = [(step.label, _target(machine, step)) for step in machine.exits(value)]
        turn = turn_in_words(machine.name, value) if is_case and value in machine.live else ""
        yield StageDescription(label, value in machine.live, turn, exits, sources.get(value, ""))


def sources(machine: Machine, of_stages: dict[str, str]) -> list[SourceDocument]:
    """The sources of a machine's steps and stages, in the order of authority."""
    names = {name for step in machine.steps for name in step.basis}
    rows = {step.row for step in machine.steps if not step.inside}
    asked = [rule for rule in newest().documents.values() if not rows.isdisjoint(rule.asked)]
    names |= {name for rule in asked for name in rule.source.split("; ")}
    return sources_of(names | {name for stage_sources in of_stages.values() for name in stage_sources.split("; ")})


def _target(machine: Machine, step: Step) -> str:
    if step.back_to:
        return f"Back to where it was: {small(_stages(machine, step.targets))}"
    if not step.sources and not step.target:
        return "The stage at which it stands"
    return machine.stages.get(step.target, "The same stage")


def _who(step: Step) -> str:
    if step.inside:
        return f"Nobody by hand: only {step.inside}"
    people = ", ".join(party.value for party in Party if party in step.who)
    narrowed = f"; {small(_first_line(step.party_filter))}" if step.party_filter else ""
    return f"{_upper(people)}{narrowed}{RECORDING if step.recorded else ''}"


def _facts(step: Step, waivable: Collection[str] | None) -> Iterator[str]:
    for fact in step.facts:
        yield f"{fact.label}{_force(fact.force, fact.name, waivable)}"
    for fact in step.reads:
        yield f"On record before: {small(fact.label)}{_force(fact.force, fact.name, waivable)}"
    if step.reason:
        yield f"A reason{FIRM if waivable is not None else ''}"


def _documents(step: Step, waivable: Collection[str] | None) -> Iterator[str]:
    for rule, how, words in document_gates.in_words(newest(), step.row):
        not_waivable = FIRM if waivable is not None and how.is_signed else ""
        force = " (or a reason)" if how.force == "should" else not_waivable
        yield f"{words}{force} [{rule.source}]"


def _rule(gate: Gate, waivable: Collection[str] | None) -> str:
    return f"{_first_line(gate)}{_force(getattr(gate, 'force', Force.MUST), gate.__name__, waivable)}"


def _force(force: Force | None, name: str, waivable: Collection[str] | None) -> str:
    """How firmly it stands; ``waivable`` are the names that may be waived, None where nothing is ever waived."""
    if force is None:
        return " (if there is one)"
    if force is Force.SHOULD:
        return " (or a reason)"
    return FIRM if waivable is not None and name not in waivable else ""


def _turn(machine: Machine, step: Step) -> str:
    """Whom the case waits on after a step; blank for a machine that waits on nobody."""
    if machine.name not in CaseKind.values:
        return ""
    if step.back_to or (not step.target and len(step.sources) != 1):
        return "By the rule of the stage"
    words = turn_in_words(machine.name, step.target or step.sources[0], step.next_turn)
    return _upper(words)


def _stages(machine: Machine, stages: tuple[str, ...]) -> str:
    named = GROUPS.get((machine.name, frozenset(stages)))
    return named or ", ".join(machine.stages[stage] for stage in stages)


def groups(machine: Machine) -> list[tuple[str, str]]:
    """The groups of stages that a machine's steps name, each with its stages."""
    order = list(machine.stages)
    return [
        (words, ", ".join(machine.stages[stage] for stage in sorted(stages, key=order.index)))
        for (name, stages), words in GROUPS.items()
        if name == machine.name
    ]


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").splitlines()[0].rstrip(".")


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- the document ---


def as_markdown(machines: list[tuple[Machine, dict[str, str]]]) -> str:
    """The machines as a document: for each a diagram, its stages and its table; each comes with its stages' sources."""
    named = [name for machine, of_stages in machines for name in sources(machine, of_stages)]
    return "\n".join(
        [
            "# Lifecycles",
            "",
            "Written by `./portal lifecycle_docs` from the machines themselves; a test keeps it true. Do not edit it.",
            "",
            f"{FORCES} {WAIVERS}",
            "",
            *(line for machine, of_stages in machines for line in _chapter(machine, of_stages)),
            "## Sources",
            "",
            "| key | source | published by |",
            "|---|---|---|",
            *(
                f"| {', '.join(source.keys)} | {source.title} | {source.publisher} |"
                for source in sorted(set(named), key=named.index)
            ),
            "",
        ]
    )


def _chapter(machine: Machine, of_stages: dict[str, str]) -> Iterator[str]:
    yield from (f"## {machine.title}", "", machine.about, "", *_diagram(machine), "")
    yield from ("| stage | waits on | source |", "|---|---|---|")
    for stage in stages(machine, of_stages):
        ended = "" if stage.is_live else " (ended)"
        yield f"| {stage.label}{ended} | {stage.turn or '–'} | {stage.source or '–'} |"
    yield ""
    for words, names in groups(machine):
        yield f"- {words}: {names}."
    yield ""
    yield from ("| # | step | from | to | who | needs | offered when | waits on after | basis |", f"|{'---|' * 9}")
    yield from (_line(row) for row in rows(machine))
    yield ""


def _diagram(machine: Machine) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for value, label in machine.stages.items():
        yield f"    {value} : {label}"
    for step in machine.steps:
        for source in step.sources or ("[*]",):
            if step.target and step.target != source:
                yield f"    {source} --> {step.target} : {step.label}"
    yield "```"


def _line(row: StepDescription) -> str:
    cells = (
        row.row,
        row.label,
        row.sources,
        row.target,
        row.who,
        "; ".join(row.needs) or "–",
        " ".join(row.offered) or "–",
        row.turn or "–",
        row.basis,
    )
    return f"| {' | '.join(cells)} |"
