"""One step for many records: the rows that a person chose, what would happen to each, and what became of it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.steps import NOT_YOURS, offer_of
from authorizations.lifecycle.step import Step, blocking_problems
from authorizations.presenters.machine_record import stage_words

GONE = "This record no longer exists, or is not one of yours."


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """A row of the list as the person saw it: the record and the revision it had."""

    public_id: str
    revision: int

    @classmethod
    def read(cls, text: str) -> "BulkChoice | None":
        public_id, _, revision = text.partition(":")
        is_read = text.isascii() and public_id.isalnum() and revision.isdigit() and len(revision) < 10
        return cls(public_id, int(revision)) if is_read else None

    def __str__(self) -> str:
        return f"{self.public_id}:{self.revision}"


def would_be(user: User, record: Any, name: str) -> tuple[bool, str]:
    """Whether this person may take a step of a record now, and where it leads or what it lacks."""
    context = acting_context(record, user, timezone.localdate())
    step: Step | None = record.machine().step(name)
    offer = offer_of(record, step, context) if step else None
    before = stage_words(record, record.stage)
    if step is None or not step.is_offered(record, offer.context if offer else context):
        closed = step.closed_by(record, context) if step and record.stage in step.sources else None
        return False, (
            f"Open only when this holds: {closed.words}" if closed else f"Not open now: the stage is {before}."
        )
    if offer is None:
        return False, NOT_YOURS
    if problems := blocking_problems(list(offer.problems)):
        return False, " ".join(problem.sentence for problem in problems)
    after = stage_words(record, step.leads_to(record.stage, record))
    return True, f"{before} → {after}" if before != after else f"Stays {before}"
