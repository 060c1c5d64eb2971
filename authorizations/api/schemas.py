"""The shapes that every model's answers and bodies share; the API's description is written from them."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from inspect import signature
from typing import Annotated, Any, Generic, TypeVar, get_args

from django.db.models import Model, Q
from ninja import Router, Schema
from pydantic import AfterValidator, ConfigDict, Field

from accounts.models import User
from authorizations.actions.refusals import refuse_repeated, refuse_unknown
from authorizations.api.lists.times import Day
from authorizations.lifecycle.problems import Problem
from authorizations.presenters.audit_log import history
from authorizations.sanitize import LONGEST_TEXT, UNSTORABLE
from authorizations.vocabulary import recorded_for

T = TypeVar("T")
Shape = TypeVar("Shape", bound=Schema)
View = TypeVar("View", bound=Callable[..., Any])


def _storable(text: str) -> str:
    if UNSTORABLE.search(text):
        raise ValueError("this holds a character that cannot be stored.")
    return text


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_storable)]


class RequestBody(Schema):
    """What a program sends: nothing beside what is asked for."""

    model_config = ConfigDict(extra="forbid")


class RecordRef(Schema):
    """A record by its id and its name."""

    id: str
    name: str

    @classmethod
    def of(cls, record: Any) -> Any:
        return None if record is None else cls(id=record.public_id, name=record.name)


def filled(shape: type[Shape], record: Any, **more: Any) -> Shape:
    """A shape with what a record has under the names of its fields; ``more``: what it has otherwise.

    The id of a row is its public one; other rows are told by id and name.
    """
    names = [name for name in shape.model_fields if name not in more]
    key = "public_id" if isinstance(record, Model) else "id"
    found = {name: getattr(record, key if name == "id" else name) for name in names}
    values = {name: RecordRef.of(value) if isinstance(value, Model) else value for name, value in found.items()}
    return shape(**values, **more)


class ProblemOut(Schema):
    """Something that blocks it: a sentence, the fact or place where it is met, and how firmly it stands."""

    gate: str
    sentence: str
    where: str = Field(description="Name of the fact, or of the place, where it is met; blank if there is none.")
    force: str = Field(description="must: the step waits; should: it can be taken with a reason.")

    @classmethod
    def of(cls, problem: Problem) -> "ProblemOut":
        return filled(cls, problem)


class ChoiceOut(Schema):
    """A value that a fact may have."""

    value: str
    label: str


class FactInput(Schema):
    """A fact that a step asks for."""

    name: str
    label: str
    kind: str = Field(description="date (YYYY-MM-DD), text, long_text, choice, count, boolean or record (its id).")
    required: bool
    help: str
    choices: list[ChoiceOut] | None = Field(description="The values it may have; null where any fitting one may stand.")
    on_record: Any | None = Field(description="The value on record, which counts where you leave the fact out.")


class OfferOut(Schema):
    """A step that you may take now; a blocked one says what must be met first."""

    name: str
    label: str
    description: str
    url: str = Field(description="Where to POST it.")
    recording: bool = Field(description="You would record the signed decision of the authorizing official.")
    for_unstaffed_organization: bool = Field(
        description="You would act for an organization that has no active member here."
    )
    recorded_for: str = Field(
        description="Blank, or the party without people here for which you would record from evidence."
    )
    reason_required: bool
    blocked: bool
    problems: list[ProblemOut]
    asks: list[FactInput]


class HistoryEntryOut(Schema):
    """An entry of the audit log."""

    at: datetime
    recorded_at: datetime
    verb: str
    by: str = Field(description="Name of the person, and for whom by delegation; blank: the portal itself.")
    role: str = Field(description="The role and the organization in which the person acted then.")
    decided_by: str = Field(description="Whose signed decision it was, where another person recorded it.")
    recorded_for: str = Field(description="Blank, or the party without people here for which it was recorded.")
    stage_before: str | None
    stage_after: str | None
    reason: str

    @classmethod
    def of(cls, act: history.RecordedAct) -> "HistoryEntryOut":
        before, after = act.changes.get("stage") or (None, None)
        whom = recorded_for(act.changes)
        by = act.name if act.actor else ""
        return filled(cls, act, by=by, recorded_for=whom, stage_before=before, stage_after=after)


class Refusal(Schema):
    """A "no": the sentence that a page would show, and each problem by itself."""

    error: str
    problems: list[ProblemOut]
    since: list[HistoryEntryOut] | None = Field(
        None, description="With 409, where the record changed since your revision: what happened, newest first."
    )


class PageOut(Schema, Generic[T]):
    """One page of a list."""

    total: int | None = Field(description="Rows on all pages; null with a cursor, which counts nothing.")
    page: int | None
    pages: int | None
    next: str | None = Field(description="Address of the page after this one.")
    items: list[T]


class PageQuery(Schema):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(50, ge=1, le=1_000)

    def conditions(self, narrowed_by: Mapping[str, str | Callable[[Any], Q]]) -> list[Q]:
        """Each filter that was asked for: a lookup, or a condition made of the value."""
        asked = self.model_dump(exclude_none=True)
        named = [(narrowed_by[name], value) for name, value in asked.items() if name in narrowed_by]
        return [Q((how, value)) if isinstance(how, str) else how(value) for how, value in named]


class StepTaken(RequestBody):
    """Taking a step."""

    revision: Annotated[int, Field(strict=True, ge=0, description="The record's, as you read it.")]
    reason: Text = ""
    happened_on: Day | None = Field(None, description="If you record it later: the day on which it happened.")
    facts: dict[str, Any] = Field({}, description="What the step asks for, by name.")


class Idempotent(RequestBody):
    """What is carried out once, however often it is sent."""

    idempotency_key: Annotated[
        str, Field(max_length=100, description="A key of your own making, such as a UUID. Optional.")
    ] = ""

    def key_of(self, user: User) -> str:
        """The key for the record; blank without one. Nobody can hit upon another's."""
        return (
            hashlib.sha256(f"{user.pk}\n{self.idempotency_key}".encode(errors="replace")).hexdigest()[:32]
            if self.idempotency_key
            else ""
        )


class Entered(Idempotent):
    """Bringing a record in."""

    reason: Text = ""
    facts: dict[str, Any] = Field({}, description="What the entry asks for, by name.")


# What every operation may answer beside what it was asked for.
NO = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 429: Refusal}
NO_ACT = {**NO, 409: Refusal}
RECORD = "/{public_id:public_id}"


def reading(
    router: Router, path: str, shape: Any, name: str, operation: str, summary: str, **more: Any
) -> Callable[[View], View]:
    """An operation that reads; ``name``: of its address."""
    words: dict[str, Any] = {"url_name": name, "operation_id": operation, "summary": summary, **more}

    def decorate(view: View) -> View:
        known = _query_names(view)

        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> Any:
            refuse_unknown(request.GET, known)
            refuse_repeated(request.GET)
            return view(request, *args, **kwargs)

        return router.get(path, response={200: shape, **NO}, **words)(checked)  # type: ignore[return-value]

    return decorate


def _query_names(view: Callable[..., Any]) -> set[str]:
    """The parameters that an operation takes in the address behind the question mark."""
    found: set[str] = set()
    for name, parameter in signature(view, eval_str=True).parameters.items():
        # The library's mark of what is read from there, or a plain one that may be left out.
        [*inner] = [each for each in get_args(parameter.annotation) if hasattr(each, "model_fields")]
        found |= {field for each in inner for field in each.model_fields}
        if not inner and parameter.default is not parameter.empty:
            found.add(name)
    return found


def acting(
    router: Router, path: str, shape: Any, name: str, operation: str, summary: str, *, status: int = 200, **more: Any
) -> Callable[[View], View]:
    words: dict[str, Any] = {"url_name": name, "operation_id": operation, "summary": summary, **more}
    return router.post(path, response={status: shape, **NO_ACT}, **words)
