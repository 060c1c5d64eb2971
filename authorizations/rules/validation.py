"""Models of documents that come as JSON, the kinds of values in them, and a sentence for each problem."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

WHOLE = "document"
LONGEST = 2000
MISSING = "This is required."
NO_OBJECT, NO_LIST = "This must be an object.", "This must be a list."
# By pydantic's name of the problem; what is not here is said in pydantic's own words.
SENTENCES = {
    "missing": MISSING,
    "extra_forbidden": "Nothing here has this name. Remove it or correct its spelling.",
    "model_type": NO_OBJECT,
    "dict_type": NO_OBJECT,
    "list_type": NO_LIST,
    "tuple_type": NO_LIST,
    "frozen_set_type": NO_LIST,
    "string_type": "This must be a text.",
    "string_too_long": "This must have at most {max_length:,} characters.",
    "bool_type": "This must be true or false.",
    "int_type": "{input} is not a whole number.",
    "greater_than_equal": "{input} is less than {ge}.",
    "less_than_equal": "{input} is more than {le}.",
    "literal_error": "{input} is not one of: {expected}.",
    "enum": "{input} is not one of: {expected}.",
    "too_short": "This must not be empty.",
    "too_long": "This must have at most {max_length:,} entries.",
}


class JsonModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class JsonRow(JsonModel):
    """A part that is written as a list: the values of its fields, in their order."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if value is None:
            raise ValueError(MISSING)
        names = list(cls.model_fields)
        if not isinstance(value, list) or len(value) != len(names):
            raise ValueError(f"This must be a list of {len(names)}: {', '.join(names)}.")
        return dict(zip(names, value, strict=True))


@dataclass(frozen=True, slots=True)
class Known:
    """What the document of a release may name. It is known above this floor, and handed down as pydantic's context."""

    stages: Mapping[str, Collection[str]]
    rows: Collection[str]
    guidance: Collection[str]
    is_source: Callable[[str], bool]

    @property
    def every_stage(self) -> frozenset[str]:
        return frozenset(stage for stages in self.stages.values() for stage in stages)


# --- kinds of values ---


def one_of(among: Collection[str] | Callable[[Known], Collection[str]], what: str) -> AfterValidator:
    """A word that is known; where only the context knows it and there is none, any word."""

    def check(value: str, info: ValidationInfo) -> str:
        known: Collection[str] = (among(info.context) if info.context else (value,)) if callable(among) else among
        if value not in known:
            raise ValueError(f"{shown(value)} is not a {what} that the portal knows.")
        return value

    return AfterValidator(check)


def matching(pattern: str, what: str) -> AfterValidator:
    """A text that is written in one way."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{shown(value)} is not {what}.")
        return value

    return AfterValidator(check)


def requiring(needed: Callable[[Known], Iterable[str]]) -> BeforeValidator:
    """All of these names, except in a document that was accepted before: it comes without context."""

    def fill(value: Any, info: ValidationInfo) -> Any:
        return {**dict.fromkeys(needed(info.context)), **value} if info.context and isinstance(value, dict) else value

    return BeforeValidator(fill)


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("This must be one line of characters that can be shown.")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("This must not be blank.")
    return value


def _followed(value: str, info: ValidationInfo) -> str:
    unknown = [name for name in value.split("; ") if name and info.context and not info.context.is_source(name)]
    if unknown:
        raise ValueError(f"The portal does not know the source {', '.join(map(shown, unknown))}.")
    return value


def _day(value: Any) -> date:
    try:
        if isinstance(value, date):
            return value
        if isinstance(value, str) and len(value) == len("2027-06-11"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(f"{shown(value)} is not a date. Write it as 2027-06-11.")


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(values)) < len(values):
        raise ValueError("Something is here twice.")
    return values


Line = Annotated[str, Field(max_length=LONGEST), AfterValidator(_printable)]
Text = Annotated[Line, AfterValidator(_not_blank)]
# One or several, with a semicolon between; each can be followed.
Source = Annotated[Text, AfterValidator(_followed)]
SourceOrBlank = Annotated[Line, AfterValidator(_followed)]
Key = Annotated[str, matching("[a-z][a-z0-9_]{0,39}", "a key: small letters, digits and underscores")]
Day = Annotated[date, BeforeValidator(_day)]
Number = Annotated[int, Strict(), Field(ge=1, le=1000)]
Truth = Annotated[bool, Strict()]
EachOnce = AfterValidator(_each_once)


# --- problems ---


def refuse(problems: Iterable[tuple[tuple[str, ...], str]]) -> None:
    """Ends the check of a part with a sentence for each place in it, if there is any."""
    lines = [
        InitErrorDetails(type="value_error", loc=place, input=None, ctx={"error": ValueError(sentence)})
        for place, sentence in problems
    ]
    if lines:
        raise ValidationError.from_exception_data(WHOLE, lines)


def sentences(error: ValidationError, stated: Any) -> list[str]:
    """What is wrong with a document that was read from `stated`, each problem once: the place, and a sentence."""
    found = error.errors(include_url=False)
    return list(dict.fromkeys(f"{_place(each['loc'], stated)}: {_sentence(each)}" for each in found))


def _sentence(problem: ErrorDetails) -> str:
    context = problem.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    known = SENTENCES.get(problem["type"])
    return known.format_map({**context, "input": shown(problem["input"])}) if known else f"{problem['msg']}."


def _place(path: tuple[str | int, ...], stated: Any) -> str:
    """The path in a document. An entry of a list is named by its key or id, or else by its number."""
    words = []
    for step in path:
        inside = stated
        if isinstance(step, int):
            inside = stated[step] if isinstance(stated, list) and step < len(stated) else None
            named = (inside.get("key") or inside.get("id")) if isinstance(inside, dict) else None
            words.append(named[:40] if isinstance(named, str) else str(step + 1))
        elif step != "[key]":
            inside = stated.get(step) if isinstance(stated, dict) else None
            words.append(step[:60])
        stated = inside
    return ".".join(words) or WHOLE


def shown(value: Any) -> str:
    return f"“{str(value)[:60]}”"
