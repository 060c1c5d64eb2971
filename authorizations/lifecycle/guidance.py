"""Who does what at each stage, and what experience recommends there: one document, checked when it is read. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError, model_validator

from accounts.roles import KIND_OF, OrganizationKind
from authorizations.lifecycle.sources import source_of
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE, InitialStage, ReuseStage
from authorizations.lifecycle.step import Step
from authorizations.rules.validation import Day, JsonModel, JsonRow, Text, refuse, sentences, shown
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


class GuidanceSide(StrEnum):
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
        return "agencies" if self is GuidanceSide.AGENCY else f"{self.label}s"


SIDES = {
    GuidanceSide.AGENCY: "Agency",
    GuidanceSide.CSP: "CSP",
    GuidanceSide.ASSESSOR: "Assessor",
    GuidanceSide.FEDRAMP: "FedRAMP PMO",
}
SIDE_OF = {OrganizationKind.AGENCY: GuidanceSide.AGENCY, OrganizationKind.PROVIDER: GuidanceSide.CSP}


class Firmness(StrEnum):
    """How firmly the source of a tip is behind it."""

    GUIDANCE = "guidance"
    SHOULD = "should"
    REQUIRED = "required"


IN_WORDS = {
    Firmness.GUIDANCE: "Advice",
    Firmness.SHOULD: "A rule says “should”",
    Firmness.REQUIRED: "Required by its source",
}


def _at_known_places(named: tuple[str, ...]) -> tuple[str, ...]:
    places = tuple(place for name in named for place in GROUPS.get(name, (name,)))
    if unknown := sorted(set(places) - PLACES):
        raise ValueError(f"The portal does not know the place {', '.join(map(shown, unknown))}.")
    return places


def _followed(sources: str) -> str:
    if unknown := [name for name in sources.split("; ") if source_of(name) is None]:
        raise ValueError(f"Name the document in lifecycle/sources.py: {', '.join(map(shown, unknown))}.")
    return sources


Places = Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_at_known_places)]
Followed = Annotated[Text, AfterValidator(_followed)]
Three = tuple[Text, Text, Text]


class GuidanceDuty(JsonModel):
    """One thing to do, at which places, and what each side does about it; a side that is not named has none."""

    id: Text
    what: Text
    at: Places
    who: Annotated[dict[GuidanceSide, Text], Field(min_length=1)]
    source: Followed
    outdated: Text = ""

    @property
    def cells(self) -> list[tuple[str, str]]:
        """The label of each side with its part, in the order of the columns; blank for none."""
        return [(side.label, self.who.get(side, "")) for side in GuidanceSide]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The sides that have a part in it, each with what it does."""
        return [(side, words) for side, words in self.cells if words]


class Tip(JsonModel):
    """One recommendation to a side, at which places, how firm it is, and what of it is no longer so.

    why and how are there where a source gives them.
    """

    id: Text
    side: GuidanceSide
    chapter: Text
    at: Places
    kinds: Annotated[tuple[Firmness, ...], Field(min_length=1)]
    text: Text
    source: Followed
    why: Text = ""
    how: Text = ""
    outdated: Text = ""

    @property
    def firmness_label(self) -> str:
        """How firm it is, in words."""
        first, *rest = (IN_WORDS[kind] for kind in self.kinds)
        return "; ".join([first, *(words[:1].lower() + words[1:] for words in rest)])


class GuidanceAnswer(JsonModel):
    """A question that people ask before they begin, with its answer, and at which places it is needed."""

    question: Text
    answer: Text
    source: Followed
    at: Places


class Recurring(JsonRow):
    """A duty that comes again, or comes with an event, and has no date here: what, who owes it, and when in words.

    force and late: how binding it is, and what follows where it is late; blank where no source says.
    """

    id: Text
    what: Text
    who: Text
    when: Text
    source: Followed
    force: str
    late: str


class About(JsonModel):
    """What a page says of itself: where it comes from, what of that is outdated, and where to ask today.

    ask: what about, where, source.
    """

    title: Text
    intro: Text
    origin: Text
    origin_source: Followed
    outdated: tuple[Text, ...]
    ask: tuple[tuple[Text, Text, Followed], ...]


class Guidance(JsonModel):
    """The whole document: duties and tips in the order of their tables, and what the three public pages add.

    phases: of each kind of case, the title of each with its places. ways: what about, initial, reuse.
    compared: what about, P-ATO, agency ATO. recurring: duties without a date here, under a title each.
    """

    id: Text
    as_of: Day
    phases: dict[CaseKind, tuple[tuple[Text, Places], ...]]
    duties: tuple[GuidanceDuty, ...]
    tips: tuple[Tip, ...]
    why: tuple[GuidanceAnswer, ...]
    ways: tuple[Three, ...]
    ways_source: Followed
    compared: tuple[Three, ...]
    compared_source: Followed
    recurring: tuple[tuple[Text, tuple[Recurring, ...]], ...]
    pages: dict[str, About]

    @model_validator(mode="after")
    def _holds_together(self) -> "Guidance":
        ids = [each.id for each in self.duties] + [each.id for each in self.tips]
        phased = {place for phases in self.phases.values() for _, places in phases for place in places}
        refuse(((name,), "This id is here twice.") for name in dict.fromkeys(ids) if ids.count(name) > 1)
        refuse(
            (("duties", each.id), "No phase has its first place.") for each in self.duties if each.at[0] not in phased
        )
        return self


class BadGuidance(ValueError):
    """The document of duties and tips does not say what it must."""


def read(text: str) -> Guidance:
    """The guidance that a document states.

    Raises:
        BadGuidance: something is missing, unknown, of the wrong kind, or there twice; JSONDecodeError.
    """
    stated = json.loads(text)
    try:
        return Guidance.model_validate(stated)
    except ValidationError as error:
        raise BadGuidance("\n".join((f"{DOCUMENT.name}:", *sentences(error, stated)))) from error


# Read when the portal starts: a mistake in the document stops it there, and not at somebody's page.
GUIDANCE = read(DOCUMENT.read_text(encoding="utf-8"))


# --- where it is needed ---


@dataclass(frozen=True, slots=True)
class Here:
    """What is to be known at one place: the duties of all sides, the tips for the reader's side, and questions."""

    duties: tuple[GuidanceDuty, ...]
    tips: tuple[Tip, ...]
    why: tuple[GuidanceAnswer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.duties or self.tips)


def sides_of(roles: Iterable[str]) -> frozenset[GuidanceSide]:
    """For which sides a person with these roles reads tips; anyone who is of neither side reads those of both."""
    own = {SIDE_OF[OrganizationKind(KIND_OF[role])] for role in roles if KIND_OF[role] in SIDE_OF}
    return frozenset(own or {GuidanceSide.AGENCY, GuidanceSide.CSP})


def here(place: str, sides: Iterable[GuidanceSide]) -> Here:
    """What is at a place (a kind of case and one of its stages, `start`, `ato` or `end`) for these sides."""
    read_by = frozenset(sides)
    return Here(
        tuple(duty for duty in GUIDANCE.duties if place in duty.at),
        tuple(tip for tip in GUIDANCE.tips if place in tip.at and tip.side in read_by),
        tuple(each for each in GUIDANCE.why if place in each.at),
    )


def tip_of(name: str) -> Tip | None:
    return next((tip for tip in GUIDANCE.tips if tip.id == name), None)


def ends_an_ato(step: Step) -> bool:
    """Whether a person ends an ATO by the form of this step, be it of an ATO or of a case."""
    ended = {stage.value for stage in AtoStage if stage not in LIVE_ATO_STAGES}
    by_hand = bool(step.sources) and not step.inside
    return by_hand and (step.name in ENDING_BESIDE or step.target in ended)


# --- the public pages ---


def phases(kind: str) -> list[tuple[str, list[GuidanceDuty]]]:
    """The phases of a kind of case, each with its duties: a duty is in the phase of its first place."""
    return [
        (title, [duty for duty in GUIDANCE.duties if duty.at[0] in places])
        for title, places in GUIDANCE.phases[CaseKind(kind)]
    ]


def chapters(side: GuidanceSide) -> list[tuple[str, list[Tip]]]:
    """The tips for a side by chapter, both in the order of the document."""
    found: dict[str, list[Tip]] = {}
    for tip in GUIDANCE.tips:
        if tip.side is side:
            found.setdefault(tip.chapter, []).append(tip)
    return list(found.items())
