"""What every model with a machine does here alike: reading a record, the offers, taking a step."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from accounts.models import User
from authorizations.actions.steps import Offer, held_step, offers
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.facts import asks, listing, read
from authorizations.api.schemas import RECORD, acting, reading
from authorizations.models.querysets import event_subject_type
from authorizations.presenters.audit_log.history import RecordedAct, acts, with_past_roles
from authorizations.presenters.machine_record import hidden_from
from authorizations.sanitize import moment_of

# The acts that are in the history of one record.
NEWEST = 100


def beside(record: Any) -> dict[str, Any]:
    """What a row of an offering's use tells that is not its own column."""
    offering = record.offering
    provider = schemas.RecordRef.of(offering.provider)
    return {"url": record.get_absolute_url(), "fedramp_id": offering.fedramp_id, "provider": provider}


def offers_of(
    subject: Any, user: User, today: date, url: Callable[[str], str], found: Sequence[Offer] | None = None
) -> list[schemas.OfferOut]:
    """The steps that this person may take now; ``url`` gives the address of one, ``found`` are they where known."""
    listed, hidden = listing(subject.options), hidden_from(subject, user)

    def visible_value(fact: str) -> Any:
        return None if fact in hidden else subject.fact_value(fact)

    return [
        schemas.filled(
            schemas.OfferOut,
            offer.step,
            url=url(offer.step.name),
            recording=offer.context.recording,
            for_unstaffed_organization=offer.context.for_unstaffed_organization,
            recorded_for=str(offer.context.recorded_for),
            reason_required=offer.asks_reason,
            blocked=offer.is_blocked,
            problems=[schemas.ProblemOut.of(problem) for problem in offer.problems],
            asks=asks(offer.requested_facts, listed, visible_value),
        )
        for offer in (offers(subject, user, today) if found is None else found)
    ]


def history_of(subject: Any, user: User, known: Sequence[RecordedAct] | None = None) -> list[schemas.HistoryEntryOut]:
    """The newest acts on a record, for a reader who may see its register fields; ``known``: all, where read."""
    newest = acts(subject, user, NEWEST) if known is None else known[:NEWEST]
    return [schemas.HistoryEntryOut.of(act) for act in with_past_roles(newest)]


def take(record_type: Any, user: User, public_id: str, name: str, body: schemas.StepTaken, now: datetime) -> Any:
    """Takes a step with what was sent, through the one door for steps.

    Raises:
        model.DoesNotExist: no such record for this person, or no such step.
        Malformed: a fact cannot be read.
        Refused: as `perform()`.
    """
    with held_step(record_type, public_id, name, actor=user, now=now) as held:
        # Before the facts are read: who comes too late is told so, and not that a fact does not fit any more.
        held.let_in(body.revision, moment_of(body.happened_on, now))
        held.take(read(held.requested_facts, body.facts, held.record.options), body.reason.strip())
    return held.record


def add_record(
    router: Router, record_type: Any, shape: Any, detail: Callable[[User, str], Any], *, one: str, description: str
) -> None:
    """The addresses of one record: reading it, and taking one of its steps.

    Args:
        shape, detail: of the answer, and what makes it for a person and an id.
        one: the model with its article; says: what reading it shows.
    """
    word, it = event_subject_type(record_type), f"the {one.split()[-1]}"

    @reading(router, RECORD, shape, f"api_{word}", f"read_{word}", f"Read {one}", description=description)
    def read_record(request: HttpRequest, public_id: str) -> Any:
        return detail(person(request), public_id)

    @acting(
        router,
        RECORD + "/{step}",
        shape,
        f"api_{word}_step",
        f"step_{word}",
        "Take a step",
        description=f"Takes one of the steps that {it} offers you, and answers with {it} as it then stands.",
    )
    def step_record(request: HttpRequest, public_id: str, step: str, body: schemas.StepTaken) -> Any:
        user = person(request)
        take(record_type, user, public_id, step, body, timezone.now())
        return detail(user, public_id)
