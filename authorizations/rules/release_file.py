"""The document of a release, as it is written: what each of its parts must be."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, ConfigDict, field_validator, model_validator

from authorizations.rules.documents import ROW, DocumentRule
from authorizations.rules.names import DATES, LENGTHS, RULESETS, SET_DAYS, TYPES, WAYS
from authorizations.rules.validation import (
    Day,
    EachOnce,
    JsonModel,
    JsonRow,
    Key,
    Line,
    Number,
    Source,
    SourceOrBlank,
    Text,
    Truth,
    matching,
    one_of,
    refuse,
    requiring,
)

T = TypeVar("T")
# Each period by the names of its first and last day.
PERIODS = (("conversion_from", "conversion_to"), ("evidence_from", "evidence_to"))


class Named(JsonRow):
    label: Text
    source: Source


class Sourced(JsonRow, Generic[T]):
    """A date or a length, and where it comes from; null where no source gives it."""

    value: T | None
    source: SourceOrBlank

    @model_validator(mode="after")
    def _has_source(self) -> "Sourced[T]":
        refuse([(("source",), "This must not be blank.")] if self.value is not None and not self.source.strip() else [])
        return self


class Form(JsonModel):
    """Where something is sent: by which way, to which form or address (a text, never opened from here), at which steps.

    ``at`` names rows of the machines' tables.
    """

    label: Text
    way: Annotated[str, one_of(WAYS, "way")]
    target: Text
    source: Source
    at: Annotated[tuple[Annotated[str, one_of(lambda known: known.rows, ROW)], ...], EachOnce] = ()
    url: Annotated[Line, matching("(https://.*)?", "an address that begins with https://")] = ""


class Effective(JsonModel):
    """From when a ruleset holds for one type of certification; None where the release says nothing.

    With ``next_assessment`` the grace ends with the first assessment that starts after its day.
    """

    optional: Day | None
    obtain: Day | None
    maintain: Day | None
    grace: Day | None
    next_assessment: Truth = False


class Rulesets(JsonModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[
        Annotated[str, one_of(RULESETS, "ruleset")], dict[Annotated[str, one_of(TYPES, "certification")], Effective]
    ]
    source: Source


class Lead(JsonModel):
    """How many days before a date, or the end of a length, people are warned; and how often once it has passed.

    ``repeat`` is the number of days from one notice of a passed date to the next, ``give_up`` the days after which
    none follows, ``escalate`` the business days after which the next in the chain is told too; None is never.
    """

    before: tuple[Number, ...]
    source: Source
    repeat: Number | None = None
    give_up: Number | None = None
    escalate: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        """Only how long before, and the source."""
        return dict(zip(("before", "source"), value, strict=False)) if isinstance(value, list) else value

    @field_validator("before")
    @classmethod
    def _longest_first(cls, before: tuple[int, ...]) -> tuple[int, ...]:
        if not before or list(before) != sorted(set(before), reverse=True):
            raise ValueError("This must be a list of days before, the longest first.")
        return before


class Stages(JsonModel):
    initial: Annotated[
        dict[Annotated[str, one_of(lambda known: known.stages["initial"], "stage of an initial case")], Named],
        requiring(lambda known: known.stages["initial"]),
    ]
    reuse: Annotated[
        dict[Annotated[str, one_of(lambda known: known.stages["reuse"], "stage of a reuse case")], Named],
        requiring(lambda known: known.stages["reuse"]),
    ]


def _in_order(dates: dict[str, Sourced[date]]) -> dict[str, Sourced[date]]:
    days = {name: each.value for name, each in dates.items() if each.value}
    refuse(
        ((last,), f"This is before {first}.")
        for first, last in PERIODS
        if first in days and last in days and days[first] > days[last]
    )
    return dates


def _keys_once(documents: tuple[DocumentRule, ...]) -> tuple[DocumentRule, ...]:
    keys = [each.key for each in documents]
    refuse(((key,), "This key is here twice.") for key in dict.fromkeys(keys) if keys.count(key) > 1)
    return documents


class ReleaseDocument(JsonModel):
    id: Annotated[str, matching("[a-z0-9][a-z0-9.-]{1,39}", "an id: 2 to 40 small letters, digits, dots and hyphens")]
    title: Text
    active_from: Day
    source: Text
    about: Line = ""
    guidance: Annotated[Text, one_of(lambda known: known.guidance, "version of the duties and tips")]
    stages: Stages
    documents: Annotated[tuple[DocumentRule, ...], AfterValidator(_keys_once)]
    dates: Annotated[
        dict[Annotated[str, one_of(DATES, "date")], Sourced[Day]],
        requiring(lambda _: DATES),
        AfterValidator(_in_order),
    ]
    lengths: Annotated[dict[Annotated[str, one_of(LENGTHS, "length")], Sourced[Number]], requiring(lambda _: LENGTHS)]
    effective: Rulesets | None = None
    forms: Mapping[Key, Form] = {}
    leads: Mapping[Annotated[str, one_of({**DATES, **LENGTHS, **SET_DAYS}, "deadline")], Lead] = {}
