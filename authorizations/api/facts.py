"""Facts in JSON: what a step asks for, and what was sent, read as the step wants it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from authorizations.actions.refusals import Malformed, NotReady
from authorizations.actions.steps import unknown_facts
from authorizations.api.schemas import ChoiceOut, FactInput, filled
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.step import Fact, FactKind, Step, blocking_problems
from authorizations.sanitize import LONGEST_LINE, LONGEST_TEXT, UNSTORABLE

# The records that a fact of a name may name.
Options = Callable[[str], QuerySet[Any]]
# What is on record of a fact of a name.
FactLookup = Callable[[str], Any]
# More records than these are not listed with a fact: who names one knows its id.
LONGEST_LIST = 200
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def unsaid(fact: str) -> None:
    """Of a record that is still to come in, nothing is on record."""


class _Unfit(Exception):
    """A value that is not of the fact's kind; the text says what to send, after the fact's name."""


def _day(sent: Any) -> date:
    try:
        if isinstance(sent, str) and DAY.fullmatch(sent):
            return date.fromisoformat(sent)
    except ValueError:
        pass
    raise _Unfit("give a date as YYYY-MM-DD.")


def _words(longest: int) -> Callable[[Any], str]:
    def read(sent: Any) -> str:
        if not isinstance(sent, str):
            raise _Unfit("give it in words.")
        if len(sent) > longest:
            raise _Unfit(f"use at most {longest:,} characters.")
        if UNSTORABLE.search(sent):
            raise _Unfit("this holds a character that cannot be stored.")
        return sent

    return read


def _of(kind: type, words: str) -> Callable[[Any], Any]:
    def read(sent: Any) -> Any:
        # To Python, a flag is a number too. Whether a choice is one of those offered is asked by the step itself.
        if type(sent) is not kind or (isinstance(sent, str) and UNSTORABLE.search(sent)):
            raise _Unfit(words)
        return sent

    return read


READ: dict[FactKind, Callable[[Any], Any]] = {
    FactKind.DATE: _day,
    FactKind.TEXT: _words(LONGEST_LINE),
    FactKind.LONG_TEXT: _words(LONGEST_TEXT),
    FactKind.CHOICE: _of(str, "choose one of the values offered."),
    FactKind.COUNT: _of(int, "give a whole number."),
    FactKind.BOOLEAN: _of(bool, "say true or false."),
    FactKind.RECORD: _of(str, "give the id of a record."),
}


def read(requested_facts: Sequence[Fact], sent: Mapping[str, Any], options: Options) -> dict[str, Any]:
    """The facts as a step takes them: those that say nothing (null, a blank, false) left out, as a form leaves them.

    Raises:
        Malformed: a fact is of another kind, or nobody asked for it.
        NotReady: a fact names a record that is not among those offered.
    """
    given, unfit = {}, unknown_facts(requested_facts, sent)
    for fact in requested_facts:
        try:
            given[fact.name] = None if sent.get(fact.name) is None else READ[fact.kind](sent[fact.name])
        except _Unfit as why:
            unfit.append(Problem(fact.name, f"{fact.label}: {why}", fact.name))
    if unfit:
        raise Malformed(unfit)
    found = _records(requested_facts, given, options)
    values = {**given, **found}
    # Not by comparing with a list: 0 says something, and equals False.
    return {name: value for name, value in values.items() if not (value is None or value is False or value == "")}


def _records(requested_facts: Sequence[Fact], given: Mapping[str, Any], options: Options) -> dict[str, Any]:
    named = [fact for fact in requested_facts if fact.kind is FactKind.RECORD and given[fact.name]]
    found = {fact.name: options(fact.name).filter(public_id=given[fact.name]).first() for fact in named}
    foreign = [fact for fact in named if found[fact.name] is None]
    if foreign:
        # What else is missing is said with it: a system is not among those offered while no agency is named.
        missing = blocking_problems(
            [problem for fact in requested_facts for problem in fact.problems(given[fact.name], date.max)]
        )
        unmet = [Problem(fact.name, f"{fact.label}: choose one of those offered.", fact.name) for fact in foreign]
        raise NotReady([*missing, *unmet])
    return found


def asks(
    facts: Sequence[Fact], listed: Callable[[str], list[ChoiceOut] | None], recorded: FactLookup = unsaid
) -> list[FactInput]:
    """What a step asks for, with the values that may be chosen, and what is on record already."""
    return [
        filled(
            FactInput,
            fact,
            required=fact.force is Force.MUST,
            choices=_choices(fact, listed),
            on_record=_on_record(recorded(fact.name)) if fact.is_stored else None,
        )
        for fact in facts
    ]


def _choices(fact: Fact, listed: Callable[[str], list[ChoiceOut] | None]) -> list[ChoiceOut] | None:
    if fact.kind is FactKind.CHOICE:
        return [ChoiceOut(value=value, label=label) for value, label in fact.choices]
    return listed(fact.name) if fact.kind is FactKind.RECORD else None


def _on_record(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "public_id", value)


def listing(options: Options) -> Callable[[str], list[ChoiceOut] | None]:
    """The records that may be named, by the fact's name; None where they are too many. Each is read once."""

    @cache
    def listed(fact: str) -> list[ChoiceOut] | None:
        first = list(options(fact)[: LONGEST_LIST + 1])
        if len(first) > LONGEST_LIST:
            return None
        return [ChoiceOut(value=record.public_id, label=str(record)) for record in first]

    return listed


# --- in the API's description ---

SHAPE: dict[FactKind, dict[str, Any]] = {
    FactKind.DATE: {"type": "string", "format": "date"},
    FactKind.TEXT: {"type": "string", "maxLength": LONGEST_LINE},
    FactKind.LONG_TEXT: {"type": "string", "maxLength": LONGEST_TEXT},
    FactKind.CHOICE: {"type": "string"},
    FactKind.COUNT: {"type": "integer", "minimum": 0},
    FactKind.BOOLEAN: {"type": "boolean"},
    FactKind.RECORD: {"type": "string", "description": "Id of a record."},
}


def body_of(*shapes: Mapping[str, Any]) -> dict[str, Any]:
    """What the description of an operation says of its body, beside what all bodies of its kind have."""
    schema = {"allOf": [*shapes]} if len(shapes) == 1 else {"anyOf": [*shapes]}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


def facts_of(
    step: Step, more: Sequence[Fact] = (), *, title: str = "", beside: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The JSON schema of what one step asks for; ``more`` may be said too, ``beside`` are values beside the facts."""
    fixed = beside or {}
    requested_facts = step.requested_facts(recording=step.recorded)
    recorders = {fact.name for fact in requested_facts} - {fact.name for fact in step.facts}
    facts = {
        "type": "object",
        "properties": {fact.name: _shape(fact, fact.name in recorders) for fact in (*requested_facts, *more)},
        "required": [fact.name for fact in step.facts if fact.force is Force.MUST and not _is_on_record(step, fact)],
        "additionalProperties": False,
    }
    return {
        **({"title": title} if title else {}),
        "properties": {**{name: {"const": value} for name, value in fixed.items()}, "facts": facts},
        "required": [*fixed, *(["facts"] if facts["required"] else []), *(["reason"] if step.reason else [])],
    }


def _is_on_record(step: Step, fact: Fact) -> bool:
    """Whether the record may know the fact already: an entry has no record yet, and an ATO is told its facts anew."""
    return fact.is_stored and bool(step.sources) and step.row[0] != "A"


def _shape(fact: Fact, of_recorders: bool) -> dict[str, Any]:  # noqa: FBT001  # asked of every fact alike
    remark = "Only where you record the official's decision." if of_recorders else ""
    description = " ".join(filter(None, [f"{fact.label}.", SHAPE[fact.kind].get("description", ""), fact.help, remark]))
    values = {"enum": [value for value, _ in fact.choices]} if fact.choices else {}
    return {**SHAPE[fact.kind], **values, "description": description}
