"""A step of a machine as data, and the decorator that makes a transition of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar

from django_fsm import GET_STATE, TransitionNotAllowed, transition

from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.gates import documents as document_summary
from authorizations.lifecycle.problems import REASON, Force, Gate, NotMet, Problem, gate_problems
from authorizations.policy import Party
from authorizations.rules import Release

Facts = Mapping[str, Any]


class Subject(Protocol):
    """What every step may ask of the record it moves."""

    stage: Any
    document_summary: dict[str, dict[str, Any]]  # the summary of its documents

    @property
    def rules(self) -> Release: ...

    def fact_value(self, name: str) -> Any: ...

    def waived_on(self, day: date) -> frozenset[str]: ...

    def store_facts(self, step: "Step", facts: "Facts", act: CurrentAct) -> None: ...


S = TypeVar("S", bound=Subject, contravariant=True)
# Of a step's parties, those that may take it for this record.
Narrowing = Callable[[Any], frozenset[Party]]


class FactKind(StrEnum):
    DATE = "date"
    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    COUNT = "count"
    BOOLEAN = "boolean"  # a confirmation: it is needed, or it is not given
    RECORD = "record"


# Before it there was nothing to authorize: the law that asks for it, FISMA, is of 2002 (44 USC 3554). An earlier year
# is a slip of the fingers.
EARLIEST = date(2002, 1, 1)
YEARS_AHEAD = 10


def latest(today: date) -> date:
    """The last day that a plan or an expiry may name: a later year is a slip of the fingers too."""
    return date(min(today.year + YEARS_AHEAD, MAXYEAR), 12, 31)


def wrong_day(value: Any, as_of: date, *, may_be_later: bool) -> str:
    """What is wrong with a day that a person entered, in words that follow its label; blank for nothing."""
    if not isinstance(value, date):
        return "give a date."
    if value < EARLIEST:
        return f"this cannot be before {day_text(EARLIEST)}."
    if value > as_of and not may_be_later:
        return f"this cannot be after {day_text(as_of)}."
    return f"this cannot be after {day_text(latest(as_of))}. Check the year." if value > latest(as_of) else ""


def wrong_expiry(signed: date | None, expires: date | None) -> str:
    """What is wrong with the end of an ATO that was signed on a day; blank for nothing, and where one is not known."""
    if signed and expires and expires <= signed:
        return "The expiry must lie after the day of signing."
    if signed and expires and expires > latest(signed):
        return f"An ATO signed on {day_text(signed)} cannot end after {day_text(latest(signed))}. Check the year."
    return ""


MISSING = {
    FactKind.CHOICE: "choose one.",
    FactKind.RECORD: "choose one.",
    FactKind.DATE: "enter a date.",
    FactKind.BOOLEAN: "confirm it.",
    FactKind.COUNT: "enter a whole number.",
}


class Default(StrEnum):
    """What a form fills in where nothing is known: most acts are recorded on their day, by the person who did them."""

    DAY = "the day of the act"
    TODAY = "today, to be looked at"
    PERSON = "the person who acts"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact that a step asks for; without a force it may be left out.

    ``by`` are the parties it speaks of: they may record it too (machine tables, rule 3). A fact that is not ``kept``
    belongs to the act alone, such as the answer to a return. ``inside`` is the side that alone reads it.
    """

    name: str
    label: str
    kind: FactKind
    force: Force | None = Force.MUST
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    may_be_later: bool = False  # a date that lies ahead, such as an expiry
    by: frozenset[Party] = frozenset()
    is_stored: bool = True
    inside: str = ""
    waivable: bool = True
    is_record_column: bool = False  # a column of the record itself, which names another record
    default: Default | None = None

    @property
    def missing(self) -> str:
        return f"{self.label}: {MISSING.get(self.kind, 'say it in words.')}"

    def problems(self, value: Any, as_of: date) -> Iterator[Problem]:
        if value is None or value is False or value == "":
            if self.force is not None:
                yield Problem(self.name, self.missing, self.name, self.force, self.waivable)
        elif self.kind is FactKind.COUNT:
            if not isinstance(value, int) or not 0 <= value < 100_000:
                yield Problem(self.name, f"{self.label}: give a whole number, 0 or more.", self.name)
        elif self.kind is FactKind.DATE:
            if words := wrong_day(value, as_of, may_be_later=self.may_be_later):
                yield Problem(self.name, f"{self.label}: {words}", self.name)
        elif self.kind is FactKind.CHOICE and value not in dict(self.choices):
            yield Problem(self.name, f"{self.label}: choose one of the values offered.", self.name)
        elif self.kind in {FactKind.TEXT, FactKind.LONG_TEXT} and not (isinstance(value, str) and value.strip()):
            yield Problem(self.name, f"{self.label}: give it in words.", self.name)


@dataclass(frozen=True, slots=True)
class OfferCondition:
    """A condition of the offer: while it does not hold, the step is not there at all."""

    words: str
    holds: Callable[[Any, ActingContext], bool]


@dataclass(frozen=True, slots=True)
class NoticeSpec:
    """A step that tells somebody leaves a notice: whom, and the names of the facts that say when, how and where."""

    whom: str
    on: str
    channel: str
    reference: str


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a machine's table. ``inside`` names the act that alone takes it, where no person does by itself."""

    name: str
    row: str
    label: str
    done: str
    description: str
    basis: tuple[str, ...] = ("our design",)
    sources: tuple[str, ...] = ()  # none: it makes the record
    target: str = ""  # blank: the stage stays
    who: frozenset[Party] = frozenset()
    recorded: bool = False
    reason: bool = False
    facts: tuple[Fact, ...] = ()
    offered: tuple[OfferCondition, ...] = ()
    gates: tuple[Gate, ...] = ()
    checks: tuple[Gate, ...] = ()
    notice_specs: tuple[NoticeSpec, ...] = ()
    inside: str = ""
    # Facts that the gates read and that are recorded on the record's page, not in the form of this step.
    reads: tuple[Fact, ...] = ()
    # Facts that the step makes void; the history keeps them.
    clears_facts: tuple[str, ...] = ()
    # Whom a turn hands the record to; blank: whom the stage's own rule names.
    next_turn: str = ""
    # The attribute that holds the stage it leads to, for the ways back.
    back_to: str = ""
    # Stages that such a way back may lead to.
    targets: tuple[str, ...] = ()
    # Whether other records of the offering are written too: then the offering is locked before everything else.
    locks_offering: bool = False
    # Where the record decides which of `who` may take it, such as who keeps the package.
    party_filter: Narrowing | None = None
    # Whether a PMO lead may take it for an organization that has no active member (machine tables, rule 5).
    on_behalf: bool = True
    # Whether it gives work back to the side that did it before; homes list what came back.
    returns: bool = False
    # Whether it only settles who of one side does the work: the case waits as it did.
    within_side: bool = False
    # Whether agencies with an ATO of the offering are alerted, because it leaves the ATO as it is (rule 4).
    alerts: bool = False
    order: int = field(init=False)

    def __post_init__(self) -> None:
        """Keeps the place in the table: A2 stands before A10."""
        object.__setattr__(self, "order", int("".join(filter(str.isdigit, self.row))))

    @property
    def is_aside(self) -> bool:
        """Whether it is a turn open in many stages, such as a warning: it leaves whose turn it is as it was."""
        return not (self.target or self.back_to or self.within_side) and len(self.sources) > 1

    @property
    def changes_turn(self) -> bool:
        """Whether it ends or begins a turn of one of the parties."""
        return not (self.is_aside or self.within_side)

    def is_offered(self, subject: Subject, context: ActingContext) -> bool:
        """Whether the machine offers the step now."""
        return subject.stage in self.sources and self.closed_by(subject, context) is None

    def parties(self, subject: Subject) -> frozenset[Party]:
        return self.who & self.party_filter(subject) if self.party_filter else self.who

    def closed_by(self, subject: Subject, context: ActingContext) -> OfferCondition | None:
        """The first condition of the offer that does not hold."""
        return next((condition for condition in self.offered if not condition.holds(subject, context)), None)

    def leads_to(self, stage: str, subject: Any = None) -> str:
        """The stage after the step; a way back asks the record, and is blank for none."""
        if self.back_to:
            return str(getattr(subject, self.back_to, "") or "")
        return self.target or stage

    def asked_of(self, context: ActingContext) -> tuple[Fact, ...]:
        more = FROM_EVIDENCE if context.recorded_for else (STANDING_IN,) if context.for_unstaffed_organization else ()
        return self.requested_facts(recording=context.recording) + more

    def requested_facts(self, *, recording: bool) -> tuple[Fact, ...]:
        if not recording:
            return self.facts
        have = {fact.name for fact in self.facts}
        more = OF_THE_DECISION[1:] if "signed_on" in have else OF_THE_DECISION
        # What the official may say is what anyone who records the decision must.
        strict = {fact.name: fact for fact in more}
        return tuple(strict.pop(fact.name, fact) for fact in self.facts) + tuple(strict.values())

    def asks_reason(self, context: ActingContext) -> bool:
        """Whether it is asked why, whatever blocks it."""
        return self.reason or context.for_unstaffed_organization

    def unmet(self, subject: Subject, context: ActingContext) -> list[Problem]:
        day = context.as_of
        fact_problems = (
            problem for fact in self.reads for problem in fact.problems(subject.fact_value(fact.name), day)
        )
        of_gates = (problem for gate in self.gates for problem in gate_problems(gate, subject, {}, context))
        # What no person takes by itself is part of an act that asks for its documents.
        of_documents = () if self.inside else document_summary.unmet(subject, self.row, day)
        return _unwaived(subject, day, [*fact_problems, *of_gates, *of_documents])

    def problems(self, subject: Subject, facts: Facts, context: ActingContext) -> list[Problem]:
        known, day = self.known(subject, facts, context), context.as_of
        fact_problems = [problem for fact in self.asked_of(context) for problem in fact.problems(known[fact.name], day)]
        of_documents = [] if self.inside else list(document_summary.unmet_with_facts(subject, self.row, known, day))
        checks = (
            []
            if blocking_problems(fact_problems)
            else [each for check in self.checks for each in gate_problems(check, subject, known, context)]
        )
        return self.unmet(subject, context) + _unwaived(subject, day, [*fact_problems, *of_documents, *checks])

    def known(self, subject: Subject, facts: Facts, context: ActingContext) -> dict[str, Any]:
        """The facts of the act: those given, else those on record, by name."""
        return {
            fact.name: facts[fact.name]
            if fact.name in facts
            else subject.fact_value(fact.name)
            if fact.is_stored
            else None
            for fact in self.asked_of(context)
        }

    def refuse_unmet(self, subject: Subject, facts: Facts, act: CurrentAct) -> None:
        """Refuses an act for which something is missing, or that needs a reason and has none.

        Raises:
            NotMet: with all of it.
        """
        problems = [*act.problems, *self.problems(subject, facts, act.context)]
        asks_reason = self.asks_reason(act.context) or any(problem.force is Force.SHOULD for problem in problems)
        # What only asks for a reason is shown with the question, so that the person knows what to answer.
        refused = [*problems, REASON] if asks_reason and not act.reason else blocking_problems(problems)
        if refused:
            raise NotMet(refused)


OF_THE_DECISION = (
    Fact(
        "decision_signed_on",
        "Signed on",
        FactKind.DATE,
        help="The date on the authorizing official's letter.",
        is_stored=False,
        waivable=False,
    ),
    Fact(
        "decision_letter",
        "Reference of the signed letter",
        FactKind.TEXT,
        help="Where the letter can be found.",
        is_stored=False,
        waivable=False,
    ),
)

OF_ONE_ACT: dict[str, Any] = {"is_stored": False, "waivable": False}
STANDING_IN = Fact(
    "standing_in_evidence",
    "Evidence for standing in",
    FactKind.TEXT,
    help="Where it can be found what the organization, which has no active member here, decided or sent.",
    **OF_ONE_ACT,
)

# What shows that an absent party did it (machine tables, rule 5a). They belong to the act, and nobody waives them.
FROM_EVIDENCE = (
    Fact("evidence_seen", "Evidence", FactKind.TEXT, help="Which document shows it, and where it is.", **OF_ONE_ACT),
    Fact("evidence_dated_on", "Date of the evidence", FactKind.DATE, **OF_ONE_ACT),
    Fact("evidence_channel", "How it came", FactKind.TEXT, help="A mail, a letter, a page.", **OF_ONE_ACT),
)


def _unwaived(subject: Subject, day: date, problems: list[Problem]) -> list[Problem]:
    """What is left when the gates that the PMO waived are not asked."""
    waived = subject.waived_on(day) if problems else frozenset()
    return [problem for problem in problems if not (problem.waivable and problem.gate in waived)]


def blocking_problems(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.force is Force.MUST]


class _Transition:
    """Puts the transition of a step in its own place on the class, once it knows its name."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.body: Callable[..., None] = _sets_nothing

    def __call__(self, body: Any) -> Any:
        self.body = body
        return self

    def __set_name__(self, owner: type, name: str) -> None:
        setattr(owner, name, _transition(Step(name, **self.data), self.body))


def step(row: str, label: str, done: str, description: str, **data: Any) -> _Transition:
    """A row of a machine as an attribute of its record's class; the arguments are the fields of `Step`.

    Where the record keeps more of the act than its facts, it decorates the method that sets that.

    django-fsm checks the source and moves the stage. Conditions and gates are checked here, inside the machine, so that
    no caller gets past them: they need to know who acts when, and django-fsm hands a condition the record alone. A
    transition is called with its `CurrentAct`; without one it is an error.
    """
    return _Transition({"row": row, "label": label, "done": done, "description": description, **data})


def _sets_nothing(subject: Any, act: CurrentAct, **facts: Any) -> None:
    pass


def _transition(taken: Step, body: Callable[..., None]) -> Any:
    def checked(subject: Any, act: CurrentAct, **facts: Any) -> None:
        if closed := taken.closed_by(subject, act.context):
            raise TransitionNotAllowed(closed.words, object=subject, method=body)
        taken.refuse_unmet(subject, facts, act)
        body(subject, act, **facts)
        subject.store_facts(taken, facts, act)

    checked.__name__ = taken.name
    moved: Any = checked
    # A turn keeps the stage: for each source, the target is the source itself. A way back asks the record.
    for source in taken.sources:
        to = GET_STATE(partial(_back, taken), states=list(taken.targets)) if taken.back_to else taken.leads_to(source)
        moved = transition(field="stage", source=source, target=to)(moved)
    moved.step = taken
    return moved


def _back(step: Step, subject: Any, act: CurrentAct, **facts: Any) -> str:
    return step.leads_to(subject.stage, subject)
