"""The deadlines of cases, ATOs and offerings; recording that a recurring duty was met, and withdrawing that."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from accounts.models import User
from authorizations.actions.calendar.deliverables import Record, deliver, deliveries_of, withdraw_delivery
from authorizations.api import schemas
from authorizations.api.authentication import person
from authorizations.api.lists.times import Day
from authorizations.api.schemas import RECORD, Text, acting, filled, reading
from authorizations.deadlines import KINDS, Deadline, DeadlineForce, DeadlineState, deadlines_seen
from authorizations.models import Ato, Case, Deliverable, Offering
from authorizations.vocabulary import Turn

router = Router(tags=["Offerings"])


class DueRow(Schema):
    """One deadline, met or not."""

    kind: str = Field(description="The id of the duty, or the portal's own.")
    label: str
    detail: str = Field(description="What tells it apart from others of its kind: a period, a ruleset, a task.")
    owed_by: Turn
    owed_to: Turn
    due_on: date | None = Field(description="Null where no source gives a day, and local policy none either.")
    opens_on: date | None = Field(description="The first day of its window: before it, it is early to meet it.")
    due_at: datetime | None = Field(description="Where the rule counts hours.")
    anchor: str
    anchored_on: date | None
    rule: str
    source: str
    release: str
    force: DeadlineForce = Field(description="local: no source states the day, local policy does.")
    satisfied_on: date | None
    satisfied_by: str
    timing: str = Field(description="How it was met: early, on time or late; blank while it is open.")
    state: DeadlineState = Field(
        description="Only overdue counts against the side that owes it. not_recorded: its day passed, and nobody keeps "
        "records of it here. before_records: its day passed before that side kept records here."
    )
    records_since: date | None = Field(
        description="Since when the side that owes it keeps records here; null where it takes no part."
    )

    @classmethod
    def of(cls, due: Deadline, today: date) -> "DueRow":
        more = {"owed_by": due.owed_by.side, "owed_to": due.owed_to.side, "due_on": due.on, "due_at": due.time}
        more["state"] = due.state(today)
        return filled(cls, due, label=KINDS[due.kind].label, **more)


class DeliveryMade(schemas.Idempotent):
    """Recording that a duty was met for a period."""

    duty: Text = Field(description="Its id, such as L17 or N01.")
    period: Day = Field(description="The day from which it counts: the anniversary, or the day of the event.")
    delivered_on: Day
    reference: Text = Field(description="Where it can be found; with waived, why it is not asked for.")
    waived: bool = Field(default=False, description="The PMO's leads alone: it is not asked for, for this period.")


class Withdrawn(schemas.RequestBody):
    """Withdrawing a delivery."""

    reason: Text


class DeliveryRow(Schema):
    """A duty that was met for a period."""

    id: str
    duty: str
    label: str
    period: date
    delivered_on: date
    by: str
    reference: str
    waived: bool
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, row: Deliverable) -> "DeliveryRow":
        return filled(cls, row, by=str(row.by or ""))


FOUND: dict[type[Any], Callable[[User], Any]] = {
    Case: lambda user: Case.objects.visible_to(user).select_related("offering"),
    Ato: lambda user: Ato.objects.acting_for(user).prefetch_related("conditions__owner", "notices"),
    Offering: lambda user: Offering.objects.visible_to(user),
}


def add_deadlines(router: Router, record_type: type[Any], word: str) -> None:
    @reading(
        router,
        RECORD + "/deadlines",
        list[DueRow],
        f"api_{word}_deadlines",
        f"list_{word}_deadlines",
        f"List the deadlines of {'a' if word == 'case' else 'an'} {'ATO' if word == 'ato' else word}",
    )
    def list_deadlines(request: HttpRequest, public_id: str) -> list[DueRow]:
        """Who owes what to whom by when, met or not, the next one first; those without a day are at the end."""
        user = person(request)
        record = get_object_or_404(FOUND[record_type](user), public_id=public_id)
        today = timezone.localdate()
        return [DueRow.of(due, today) for due in deadlines_seen(user, record, today)]


def add_deliveries(router: Router, record_type: type[Record], word: str) -> None:
    name = "an ATO" if record_type is Ato else "an offering"

    @acting(
        router,
        RECORD + "/deliveries",
        DeliveryRow,
        f"api_{word}_deliveries",
        f"deliver_{word}",
        f"Record that a duty of {name} was met",
        status=201,
    )
    def record(request: HttpRequest, public_id: str, body: DeliveryMade) -> Status[DeliveryRow]:
        """Says that a recurring duty was met for a period, and where the proof is."""
        user = person(request)
        values = body.model_dump(exclude={"idempotency_key"})
        # A record that is not there for somebody is not there, whatever their role.
        get_object_or_404(FOUND[record_type](user), public_id=public_id)
        row = deliver(
            record_type, public_id, actor=user, now=timezone.now(), idempotency_key=body.key_of(user), **values
        )
        return Status(201, DeliveryRow.of(row))

    @acting(
        router,
        RECORD + "/deliveries/{public_id:delivery_id}/withdraw",
        DeliveryRow,
        f"api_withdraw_{word}_delivery",
        f"withdraw_{word}_delivery",
        f"Withdraw a delivery of {name}",
    )
    def withdraw(request: HttpRequest, public_id: str, delivery_id: str, body: Withdrawn) -> DeliveryRow:
        """Takes back what was recorded by mistake; the duty is open again."""
        user = person(request)
        found = get_object_or_404(FOUND[record_type](user), public_id=public_id)
        row = get_object_or_404(deliveries_of(found, user), public_id=delivery_id)
        return DeliveryRow.of(withdraw_delivery(row.public_id, actor=user, now=timezone.now(), reason=body.reason))


add_deadlines(router, Offering, "offering")
add_deliveries(router, Offering, "offering")
