"""Who does what at each stage, and what experience recommends there: one document, checked when it is read. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from accounts.roles import KIND_OF, OrganizationKind
from authorizations.lifecycle.sources import source_of
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE, InitialStage, ReuseStage
from authorizations.lifecycle.step import Step
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, CaseKind

DOCUMENT = Path(__file__).parent.parent / "rules" / "guidance" / "duties-and-tips.json"
# Places beside the stages of cases: where a case is started, the page of an ATO, and every form that ends an ATO.
START, OF_AN_ATO, AT_THE_END = "start", "ato", "end"
PLACES = frozenset(
    {
        *(f"{CaseKind.INITIAL}/{stage}" for stage in (START, *InitialStage)),
        *(f"{CaseKind.REUSE}/{stage}" for stage in (START, *ReuseStage)),
        *(OF_AN_ATO, AT_THE_END),
    }
)
# What the document may name in place of many stages.
GROUPS: Mapping[str, tuple[str, ...]] = {
    f"{CaseKind.INITIAL}/open": tuple(f"{CaseKind.INITIAL}/{stage}" for stage in OPEN_INITIAL),
    f"{CaseKind.REUSE}/open": tuple(f"{CaseKind.REUSE}/{stage}" for stage in OPEN_REUSE),
}
# Steps by which a person ends an ATO that is not the record of the step, or ends it beside what the step leads to: a
# decision that is revised ends the case's (machine tables, rule 4), an alternate agency the former initial one (A12).
# A second ATO of a case takes the place of the first: nobody stops using the offering.
ENDING_BESIDE = frozenset({"revise_decision", "alternate_agency"})


class Side(StrEnum):
    """The four sides of a case; the order is that of the columns."""

    AGENCY = "agency"
    CSP = "csp"
    ASSESSOR = "assessor"
    FEDRAMP = "fedramp"

    @property
    def label(self) -> str:
        """The side at the head of a column."""
        return SIDES[self]

    @property
    def plural(self) -> str:
        """Those whom a tip is for."""
        return "agencies" if self is Side.AGENCY else f"{self.label}s"


SIDES = {Side.AGENCY: "Agency", Side.CSP: "CSP", Side.ASSESSOR: "Assessor", Side.FEDRAMP: "FedRAMP PMO"}
SIDE_OF = {OrganizationKind.AGENCY: Side.AGENCY, OrganizationKind.PROVIDER: Side.CSP}


class Firmness(StrEnum):
    """How firmly the source of a tip stands behind it."""

    GUIDANCE = "guidance"
    SHOULD = "should"
    REQUIRED = "required"


IN_WORDS = {
    Firmness.GUIDANCE: "Advice",
    Firmness.SHOULD: "A rule says “should”",
    Firmness.REQUIRED: "Required by its source",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do, at which places, and what each side does about it; a side that is not named has none."""

    id: str
    what: str
    at: tuple[str, ...]
    who: Mapping[Side, str]
    source: str
    outdated: str = ""

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The label of each side with its part, in the order of the columns; blank for none."""
        return [(side.label, self.who.get(side, "")) for side in Side]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The sides that have a part in it, each with what it does."""
        return [(side, words) for side, words in self.cells if words]


@dataclass(frozen=True, slots=True)
class Tip:
    """One recommendation to a side, at which places, how firm it is, and what of it is no longer so.

    why and how are there where a source gives them.
    """

    id: str
    side: Side
    chapter: str
    at: tuple[str, ...]
    kinds: tuple[Firmness, ...]
    text: str
    source: str
    why: str = ""
    how: str = ""
    outdated: str = ""

    @property
    def firm(self) -> str:
        """How firm it is, in words."""
        first, *rest = (IN_WORDS[kind] for kind in self.kinds)
        return "; ".join([first, *(words[:1].lower() + words[1:] for words in rest)])


@dataclass(frozen=True, slots=True)
class Answer:
    """A question that people ask before they begin, with its answer, and at which places it is needed."""

    question: str
    answer: str
    source: str
    at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recurring:
    """A duty that comes again, or comes with an event, and has no date here: what, who owes it, and when in words."""

    id: str
    what: str
    who: str
    when: str
    source: str


@dataclass(frozen=True, slots=True)
class About:
    """What a page says of itself: where it comes from, what of that is outdated, and where to ask today.

    ask: what about, where, source.
    """

    title: str
    intro: str
    origin: str
    origin_source: str
    outdated: tuple[str, ...]
    ask: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """The whole document: duties and tips in the order of their tables, and what the three public pages add.

    phases: of each kind of case, the title of each with its places. ways: what about, initial, reuse.
    compared: what about, P-ATO, agency ATO. recurring: duties without a date here, under a title each.
    """

    id: str
    as_of: date
    phases: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]
    duties: tuple[Duty, ...]
    tips: tuple[Tip, ...]
    why: tuple[Answer, ...]
    ways: tuple[tuple[str, str, str], ...]
    ways_source: str
    compared: tuple[tuple[str, str, str], ...]
    compared_source: str
    recurring: tuple[tuple[str, tuple[Recurring, ...]], ...]
    pages: Mapping[str, About]

    def sources(self) -> Iterator[str]:
        """Everything by which the document names a source."""
        named = [duty.source for duty in self.duties] + [tip.source for tip in self.tips]
        named += [self.ways_source, self.compared_source]
        named += [each.source for each in self.why]
        named += [each.source for _, rows in self.recurring for each in rows]
        for page in self.pages.values():
            named += [page.origin_source, *(source for _, _, source in page.ask)]
        for said in named:
            yield from said.split("; ")


class BadGuidance(ValueError):
    """The document of duties and tips does not say what it must."""


def read(text: str) -> Guidance:
    """The guidance that a document states.

    Raises:
        BadGuidance: something is missing, unknown, of the wrong kind, or there twice.
    """
    try:
        stated = json.loads(text)
        found = Guidance(
            id=_plain(stated["id"]),
            as_of=date.fromisoformat(stated["as_of"]),
            why=tuple(map(_answer, stated["why"])),
            ways=tuple(map(_three, stated["ways"])),
            ways_source=_plain(stated["ways_source"]),
            compared=tuple(map(_three, stated["compared"])),
            compared_source=_plain(stated["compared_source"]),
            recurring=tuple((_plain(title), tuple(map(_recurring, rows))) for title, rows in stated["recurring"]),
            phases={
                CaseKind(kind): tuple((_plain(title), _places(places)) for title, places in phases)
                for kind, phases in stated["phases"].items()
            },
            duties=tuple(map(_duty, stated["duties"])),
            tips=tuple(map(_tip, stated["tips"])),
            pages={name: _about(page) for name, page in stated["pages"].items()},
        )
        _check(found)
    except (KeyError, TypeError, ValueError) as problem:
        raise BadGuidance(f"{DOCUMENT.name}: {problem!r}") from problem
    return found


def _duty(stated: dict[str, Any]) -> Duty:
    who = {Side(side): _plain(words) for side, words in stated["who"].items()}
    if not who:
        raise ValueError(f"{stated['id']}: nobody does it")
    return Duty(**{**_texts(Duty, stated), "at": _places(stated["at"]), "who": who})


def _tip(stated: dict[str, Any]) -> Tip:
    kinds = tuple(Firmness(kind) for kind in stated["kinds"])
    if not kinds:
        raise ValueError(f"{stated['id']}: of no kind")
    return Tip(**{**_texts(Tip, stated), "at": _places(stated["at"]), "kinds": kinds, "side": Side(stated["side"])})


def _answer(stated: dict[str, Any]) -> Answer:
    return Answer(**{**_texts(Answer, stated), "at": _places(stated["at"])})


def _about(stated: dict[str, Any]) -> About:
    outdated = tuple(map(_plain, stated["outdated"]))
    return About(**{**_texts(About, stated), "outdated": outdated, "ask": tuple(map(_three, stated["ask"]))})


def _texts(noun: type[Any], stated: dict[str, Any]) -> dict[str, Any]:
    """What is stated, with nothing that the noun does not know and every text there."""
    unknown = set(stated) - {field.name for field in fields(noun)}
    if unknown:
        raise ValueError(f"{stated.get('id', '')}: {sorted(unknown)} is not known")
    return {name: _plain(value) if isinstance(value, str) else value for name, value in stated.items()}


def _plain(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is no text")
    return value


def _recurring(row: Any) -> Recurring:
    key, what, who, when, source = map(_plain, row)
    return Recurring(key, what, who, when, source)


def _three(row: Any) -> tuple[str, str, str]:
    first, second, third = row
    return _plain(first), _plain(second), _plain(third)


def _places(named: Iterable[str]) -> tuple[str, ...]:
    places = tuple(place for name in named for place in GROUPS.get(name, (name,)))
    unknown = set(places) - PLACES
    if unknown or not places:
        raise ValueError(f"unknown places: {sorted(unknown)}" if unknown else "it stands nowhere")
    return places


def _check(found: Guidance) -> None:
    """That no id stands twice, every source can be followed, and each duty has its phase."""
    ids = [duty.id for duty in found.duties] + [tip.id for tip in found.tips]
    doubled = {each for each in ids if ids.count(each) > 1}
    if doubled:
        raise ValueError(f"there twice: {sorted(doubled)}")
    unknown = {name for name in found.sources() if source_of(name) is None}
    if unknown:
        raise ValueError(f"name the document in lifecycle/sources.py: {sorted(unknown)}")
    phased = {place for phases in found.phases.values() for _, places in phases for place in places}
    lost = [duty.id for duty in found.duties if duty.at[0] not in phased]
    if lost:
        raise ValueError(f"in no phase: {lost}")


# Read when the portal starts: a mistake in the document stops it there, and not at somebody's page.
GUIDANCE = read(DOCUMENT.read_text(encoding="utf-8"))


# --- where it is needed ---


@dataclass(frozen=True, slots=True)
class Here:
    """What is to be known at one place: the duties of all sides, the tips for the reader's side, and questions."""

    duties: tuple[Duty, ...]
    tips: tuple[Tip, ...]
    why: tuple[Answer, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to say."""
        return bool(self.duties or self.tips)


def sides_of(roles: Iterable[str]) -> frozenset[Side]:
    """For which sides a person with these roles reads tips; whoever is of neither side reads those of both."""
    own = {SIDE_OF[OrganizationKind(KIND_OF[role])] for role in roles if KIND_OF[role] in SIDE_OF}
    return frozenset(own or {Side.AGENCY, Side.CSP})


def here(place: str, sides: Iterable[Side]) -> Here:
    """What stands at a place (a kind of case and one of its stages, `start`, `ato` or `end`) for these sides."""
    read_by = frozenset(sides)
    return Here(
        tuple(duty for duty in GUIDANCE.duties if place in duty.at),
        tuple(tip for tip in GUIDANCE.tips if place in tip.at and tip.side in read_by),
        tuple(each for each in GUIDANCE.why if place in each.at),
    )


def tip_of(name: str) -> Tip | None:
    """The tip of an id; None where there is none."""
    return next((tip for tip in GUIDANCE.tips if tip.id == name), None)


def ends_an_ato(step: Step) -> bool:
    """Whether a person ends an ATO by the form of this step, be it of an ATO or of a case."""
    ended = {stage.value for stage in AtoStage if stage not in LIVE_ATO_STAGES}
    by_hand = bool(step.sources) and not step.inside
    return by_hand and (step.name in ENDING_BESIDE or step.target in ended)


# --- the public pages ---


def phases(kind: str) -> list[tuple[str, list[Duty]]]:
    """The phases of a kind of case, each with its duties: a duty stands in the phase of its first place."""
    return [
        (title, [duty for duty in GUIDANCE.duties if duty.at[0] in places]) for title, places in GUIDANCE.phases[kind]
    ]


def chapters(side: Side) -> list[tuple[str, list[Tip]]]:
    """The tips for a side by chapter, both in the order of the document."""
    found: dict[str, list[Tip]] = {}
    for tip in GUIDANCE.tips:
        if tip.side is side:
            found.setdefault(tip.chapter, []).append(tip)
    return list(found.items())
