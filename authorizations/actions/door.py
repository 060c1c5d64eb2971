"""The one door that every write goes through: a transaction, the policy, and a record that cannot be left out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django_guid import get_guid

from accounts.models import User
from authorizations import policy
from authorizations.actions.audit_log.acting_roles import acting_role
from authorizations.actions.audit_log.append import append
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.lifecycle.context import ActingContext, CurrentAct
from authorizations.lifecycle.problems import Problem
from authorizations.models import Event, Message
from authorizations.models.querysets import event_subject_type
from authorizations.models.rules import refresh_releases
from authorizations.notifications.catalog.catalog import messages_of
from authorizations.notifications.mail.mail_trigger import trigger_delivery

Changes = dict[str, list[Any]]

# The audit log holds ids, never names or addresses of people: of these columns it says only that they changed.
ABOUT_PEOPLE: dict[str, frozenset[str]] = {
    "user": frozenset({"email", "name"}),
    "accesstoken": frozenset({"name"}),
    "invitation": frozenset({"email"}),
    "joinrequest": frozenset({"email", "name"}),
    "contact": frozenset({"email", "name"}),
    "bounce": frozenset({"address"}),
    "ato": frozenset({"signer"}),
    "differencedecision": frozenset({"facts"}),
    "organization": frozenset({"email"}),
    "offering": frozenset({"sales_email", "security_email"}),
}


class UnrecordedAct(RuntimeError):
    """A verb left the door without a record: a mistake in the verb, never the reader's."""


@dataclass
class Action:
    """One act in progress: who acts, when it happened, and its entries for the audit log."""

    actor: User | None
    at: datetime
    recorded_at: datetime
    request_id: str
    # Whose role it is, where the actor acts by delegation.
    acted_for: User | None = None
    # What the policy asked for: of several memberships, the one that has it.
    capability: policy.Capability | None = None
    # The key of the form that was sent, for the first entry; its column is unique, so one form is carried out once.
    idempotency_key: str = ""
    # What follows elsewhere from the act in hand, for its own entry.
    beside: Changes = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def current(self, context: ActingContext, *, reason: str = "", problems: Iterable[Problem] = ()) -> CurrentAct:
        return CurrentAct(context, self.at, self.recorded_at, reason, tuple(problems))

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    def record(
        self,
        verb: str,
        subject: models.Model,
        *,
        changes: Mapping[str, list[Any]] | None = None,
        reason: str = "",
        decided_by: User | None = None,
    ) -> Event:
        """Adds one entry to the audit log; it is inserted when the door closes.

        Of columns about people it keeps that they changed, and no value.
        """
        event = Event(
            at=self.at,
            recorded_at=self.recorded_at,
            actor=self.actor,
            acted_for=self.acted_for,
            acted_as=self._role(subject),
            decided_by=decided_by,
            verb=verb,
            subject_type=subject_type(subject),
            subject_id=subject.pk,
            changes=_without_people(subject, changes or {}),
            reason=reason,
            request_id=self.request_id,
            idempotency_key=None if self.events else self.idempotency_key or None,
        )
        event.about = subject
        self.events.append(event)
        return event

    def _role(self, subject: models.Model) -> str:
        return acting_role(self.acted_for or self.actor, subject, self.capability.roles if self.capability else ())


@contextmanager
def action(
    actor: User | None,
    capability: policy.Capability | None = None,
    *,
    now: datetime,
    at: datetime | None = None,
    idempotency_key: str = "",
    acted_for: User | None = None,
    clash: str = "",
    refuse_resent: Callable[[], None] | None = None,
) -> Iterator[Action]:
    """Opens the door for one act.

    Args:
        actor: the person who acts; None is the portal itself (an import from the command line, a timer).
        capability: what the policy must allow the person; None where the verb checks a membership instead.
        now: the server's clock; at: when the act happened, `now` unless it is recorded late.
        acted_for: whose role it is, where the actor acts by delegation; found from the capability where it is not
            given, and a verb that asks more than the capability sets it on the act.
        clash: the sentence for who comes second where the database holds the same already; ``refuse_resent`` answers
            before it, where one form was sent twice at once and neither found that it had been sent before.

    Raises:
        NoLongerPossible: the database refused a second row, and there is a sentence for that.
        UnrecordedAct: the verb recorded nothing; the transaction is rolled back.
    """
    if actor is not None and capability is not None:
        refuse_unless_may(actor, capability)
        acted_for = acted_for or actor.for_whom(lambda user: policy.may(user.roles, capability))
    if not connection.in_atomic_block:
        refresh_releases()
    try:
        with transaction.atomic():
            act = Action(actor, at or now, now, get_guid() or "", acted_for, capability, idempotency_key)
            yield act
            _leave(act)
    except IntegrityError as problem:
        if not clash:
            raise
        if refuse_resent:
            refuse_resent()
        raise NoLongerPossible(clash) from problem


def refuse_unless_may(actor: User, capability: policy.Capability) -> None:
    """What the door asks first, for other doors that would read a long form before they come to it."""
    if not policy.allows(actor, capability):
        raise NotPermitted("Your role does not allow this. Ask a lead of your organization.")


def _leave(act: Action) -> None:
    if not act.events:
        raise UnrecordedAct("A verb must record what it did before the door closes.")
    messages = [
        message
        for event in act.events
        for message in messages_of(event)
        if message.recipient_id is None or message.recipient_id != event.actor_id
    ]
    # From here on until the transaction ends the log is held: everything that takes time was done before.
    append(act.events, {message.recipient_id for message in messages if message.recipient_id is not None})
    Message.objects.bulk_create(messages)
    trigger_delivery(messages, act.recorded_at)


def _without_people(subject: models.Model, changes: Mapping[str, list[Any]]) -> Changes:
    private = ABOUT_PEOPLE.get(subject_type(subject), frozenset())
    return {name: [None, None] if name in private else values for name, values in changes.items()}


def insert(record: models.Model) -> None:
    """Saves a new record that holds what it may.

    Raises:
        ValidationError: a value is impossible; by field.
    """
    record.full_clean()
    record.save(force_insert=True)


def update(record: models.Model, **values: Any) -> Changes:
    """Sets these columns of a record, and saves them alone; returns {column: [before, after]}."""
    before = {name: getattr(record, getattr(record._meta.get_field(name), "attname", name)) for name in values}
    for name, value in values.items():
        setattr(record, name, value)
    record.save(update_fields=list(values))
    return {name: [plain(before[name]), plain(value)] for name, value in values.items()}


def new_values(**values: Any) -> Changes:
    """What an entry says of values that nothing stood for before."""
    return {name: [None, plain(value)] for name, value in values.items()}


def subject_type(subject: models.Model | type[models.Model]) -> str:
    """The name under which events speak of a record type: its table's model in lower case, also for a proxy of it."""
    return event_subject_type(subject)


def next_revision(record: models.Model) -> dict[str, int]:
    """The revision after a change, for record types that count theirs: a form of an older one is then refused."""
    revision = getattr(record, "revision", None)
    return {} if revision is None else {"revision": revision + 1}


def differences(record: models.Model, facts: Mapping[str, Any]) -> Changes:
    """What setting ``facts`` on ``record`` would change: {field: [before, after]}, in values JSON can hold."""
    changes: Changes = {}
    for name, after in facts.items():
        column = record._meta.get_field(name)
        before = getattr(record, getattr(column, "attname", name))
        new = after.pk if isinstance(after, models.Model) else after
        if before != new:
            changes[name] = [plain(before), plain(new)]
    return changes


def plain(value: Any) -> Any:
    """A value as the audit log keeps it: dates and times as ISO text, records as their key."""
    if isinstance(value, datetime):
        return value.astimezone(timezone.get_default_timezone()).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, Iterable) and not isinstance(value, str | dict):
        return [plain(item) for item in value]
    return value
