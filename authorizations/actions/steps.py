"""What can happen to a record now, and the one door through which it happens: `offers()` and `perform()`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import VACANT, Subject, acting_capacity, acting_context
from authorizations.actions.audit_log.acting_roles import add_past_roles
from authorizations.actions.cases.absent_party import note_recorded
from authorizations.actions.cases.plan_dates import fill_plan
from authorizations.actions.cases.side_effects import EFFECTS
from authorizations.actions.documents.attached_documents import attach_documents
from authorizations.actions.door import Action, Changes, action, plain, subject_type
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.register.alerts import alert_of_case
from authorizations.deadlines.changes import OF_A_CASE, moved_of_case
from authorizations.display import day_text
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.problems import Force, NotMet, Problem
from authorizations.lifecycle.step import EARLIEST, Fact, FactKind, Step, blocking_problems
from authorizations.models import Ato, Case, Event, Offering
from authorizations.notifications.catalog.alerts import ATO_ALERTED
from authorizations.notifications.catalog.catalog import AO_VACANT

# Columns of which an entry says nothing: facts are told one by one, and a summary may name what stays inside a side.
UNTOLD = frozenset({"facts", "document_summary", "finding_counts", "as_published"})
NOT_YOURS = "Your role does not allow this step. The record's own page shows what you can do."


class StaleRevision(NoLongerPossible):
    """The record changed since the person opened it; ``since`` is what happened, newest first."""

    def __init__(self, since: Sequence[Event]) -> None:
        super().__init__("This was changed since you opened the page. Nothing of yours was done yet.")
        self.since = list(since)


class _Asking:
    step: Step
    context: ActingContext

    @property
    def requested_facts(self) -> tuple[Fact, ...]:
        """The facts to ask for."""
        return self.step.asked_of(self.context)

    @property
    def asks_reason(self) -> bool:
        """Whether the step asks why, whatever blocks it."""
        return self.step.asks_reason(self.context)


@dataclass(frozen=True, slots=True)
class Offer(_Asking):
    """A step that this person may take now, as whom, and what blocks it."""

    step: Step
    context: ActingContext
    problems: tuple[Problem, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether something must be met first."""
        return bool(blocking_problems(list(self.problems)))


def offers(subject: Subject, user: User, as_of: date) -> list[Offer]:
    """The steps that the machine offers this person now, in the order of the table."""
    context = acting_context(subject, user, as_of)
    return [
        offer
        for step in subject.machine().steps
        if subject.stage in step.sources
        if (offer := offer_of(subject, step, context)) is not None and step.is_offered(subject, offer.context)
    ]


def offer_of(subject: Subject, step: Step, context: ActingContext, *, ever: bool = False) -> Offer | None:
    """One step as offered to the person of a context, offered now or not; None for nobody.

    ever: as it would be offered where the record stood otherwise, too.
    """
    capacity = acting_capacity(subject, step, context, ever=ever)
    if capacity is None:
        return None
    return Offer(step, capacity, (VACANT,) if capacity.vacant else tuple(step.unmet(subject, capacity)))


@dataclass(slots=True)
class HeldStep(_Asking):
    """One step of one record, which is locked, in the hands of a person who could take it at some time."""

    act: Action
    record: Any
    step: Step
    context: ActingContext

    def let_in(self, revision: int, at: datetime | None = None) -> None:
        """Refuses anyone who comes too late, or may not take the step now.

        Args:
            revision: of the record as the person saw it.
            at: when it happened; now unless it is recorded late.
        """
        record, step = self.record, self.step
        refuse_stale(record, revision, self.context.user)
        self.act.at = at or self.act.at
        context = acting_context(record, self.context.user, self.act.day)
        capacity = acting_capacity(record, step, context)
        if record.stage not in step.sources:
            stage = record.machine().stages[record.stage]
            raise NoLongerPossible(
                f"This has already moved on: the stage is “{stage}”, and “{step.label}” is not open now."
            )
        if capacity is None:
            raise NotPermitted(NOT_YOURS)
        if closed := step.closed_by(record, capacity):
            raise NoLongerPossible(f"“{step.label}” is not open now. It is open only when this holds: {closed.words}")
        self.context, self.act.acted_for = capacity, capacity.acting_for

    def take(self, facts: Mapping[str, Any], reason: str = "") -> None:
        """Moves the record: the machine, what follows elsewhere, and the entry.

        Raises:
            NotReady: facts, gates or the reason are missing; nothing was written.
        """
        act, record, step, context = self.act, self.record, self.step, self.context
        if context.vacant:
            raise NotReady([VACANT])
        asked, before = step.asked_of(context), state_of(record)
        known = step.known(record, facts, context)
        problems = [
            *problems_of_time(act, record),
            *unknown_facts(asked, facts),
            *foreign_records(record, asked, facts),
        ]
        try:
            getattr(record, step.name)(act.current(context, reason=reason, problems=problems), **known)
        except NotMet as refusal:
            raise NotReady(refusal.problems) from refusal
        effect = EFFECTS.get((type(record), step.name))
        if effect is not None:
            effect(act, record, known)
        if step.alerts:
            alert_of_case(act, record, step.name, before["stage"])
        attach_documents(act, record, step.row, facts, context)
        record.settle(before["stage"], act.at)
        changed = save_changed(record, before, act)
        if isinstance(record, Case):
            changed |= fill_plan(record)
        for notice in record.notices_of(step, facts):
            notice.save()
        recorded: Changes = {name: [None, plain(value)] for name, value in facts.items() if value not in (None, "")}
        stages: Changes = {"stage": [before["stage"], record.stage], **note_recorded(act, record, step.name, context)}
        act.record(
            f"{subject_type(record)}.{step.name}",
            record,
            changes={**stages, **recorded, **changed, **act.beside},
            reason=reason,
            decided_by=record.authorizing_official if context.recording else None,
        )


@contextmanager
def held_step(
    record_type: type[Ato] | type[Case], public_id: str, name: str, *, actor: User, now: datetime
) -> Iterator[HeldStep]:
    """Opens the door for one step of a record, and locks the record.

    A door that reads what was sent against the record does so within, calls `let_in()` with the revision and the day,
    and then `take()`.

    Raises:
        model.DoesNotExist: there is no such step either.
        NotPermitted: the person could never take it, however the record stood.
    """
    clash = "Someone else did the same at this moment. Nothing of yours was done; look again."
    with action(actor, now=now, clash=clash) as act:
        record = _hold(record_type, public_id, name, actor)
        step = _step_of(record, name)
        context = acting_capacity(record, step, acting_context(record, actor, act.day), ever=True)
        if context is None:
            raise NotPermitted(NOT_YOURS)
        yield HeldStep(act, record, step, context)


def perform(
    record_type: type[Ato] | type[Case],
    public_id: str,
    name: str,
    *,
    actor: User,
    now: datetime,
    revision: int,
    at: datetime | None = None,
    reason: str = "",
    **facts: Any,
) -> Any:
    """Takes one step of a record's machine; every door takes steps by this, or by `held_step()`.

    Args:
        name: of the step; revision: of the record as the person saw it.
        now: the server's clock; at: when it happened, `now` unless it is recorded late.
        facts: what the step asks for, by name; a fact it does not ask for is an error.

    Returns:
        The record after the step.
    """
    with held_step(record_type, public_id, name, actor=actor, now=now) as held:
        held.let_in(revision, at)
        held.take(facts, reason.strip())
    return held.record


def _hold(record_type: type[Ato] | type[Case], public_id: str, name: str, actor: User) -> Subject:
    """The record, locked; a step that writes other records of the offering locks the offering before it."""
    machines = [
        each.machine() for each in (Case.machines.values() if issubclass(record_type, Case) else (record_type,))
    ]
    if any(step.locks_offering for machine in machines if (step := machine.step(name)) is not None):
        seen: Subject = record_type.objects.acting_for(actor).select_related(None).get(public_id=public_id)
        if _step_of(seen, name).locks_offering:
            Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.offering_id)
    held: Subject = record_type.objects.held_by(actor).get(public_id=public_id)
    return held


def _step_of(subject: Subject, name: str) -> Step:
    """The step of this name that people take; a name that is none is answered like a record that is not there."""
    step = subject.machine().step(name)
    if step is None or not step.sources or step.inside:
        raise type(subject).DoesNotExist
    return step


def happened_since(subject: models.Model, revision: int, reader: User) -> list[Event]:
    """The entries about a record that are newer than a revision of it, as far as they are told to a reader."""
    people = ("actor__merged_into", "acted_for__merged_into", "decided_by__merged_into")
    entries = Event.objects.readable_history(subject, reader).select_related(*people)[:50]
    newer = [entry for entry in entries if (entry.changes.get("revision") or [0, 0])[1] > revision]
    add_past_roles(newer)
    return newer


def refuse_stale(subject: Subject, revision: int, actor: User) -> None:
    """Refuses an act on a page that is older than the record, and says what happened since."""
    if subject.revision != revision:
        raise StaleRevision(happened_since(subject, revision, actor))


def problems_of_time(act: Action, subject: Subject) -> list[Problem]:
    """An act is not later than now; one that is older than the last act on the record asks for a reason."""
    if act.at > act.recorded_at:
        return [Problem("at", "This cannot have happened in the future.", "happened_on", waivable=False)]
    if act.day < EARLIEST:
        words = f"This cannot have happened before {day_text(EARLIEST)}."
        return [Problem("at", words, "happened_on", waivable=False)]
    if act.day == timezone.localdate(act.recorded_at):
        return []
    # That its official left, or an alert, is nothing that was done to it: what was signed before is recorded after it.
    acts = Event.objects.readable_history(subject, act.actor).exclude(verb__in=(AO_VACANT, ATO_ALERTED))
    last = acts.order_by("-at").values_list("at", flat=True).first()
    if last is not None and timezone.localdate(last) > timezone.localdate(act.at):
        words = f"The last act on this record was on {day_text(timezone.localdate(last))}, after the day you give."
        return [Problem("order", f"{words} Go on with a reason if that is right.", "happened_on", Force.SHOULD)]
    return []


def unknown_facts(asked: Sequence[Fact], facts: Mapping[str, Any]) -> list[Problem]:
    """A problem for each fact that is not asked for."""
    known = {fact.name for fact in asked}
    return [Problem("facts", f"This does not ask for {name!r}.", waivable=False) for name in facts if name not in known]


def foreign_records(subject: Subject, asked: Sequence[Fact], facts: Mapping[str, Any]) -> list[Problem]:
    """A fact names only records that belong to this one."""
    return [
        Problem(fact.name, f"{fact.label}: choose one of those offered.", fact.name, waivable=False)
        for fact in asked
        if fact.kind is FactKind.RECORD and facts.get(fact.name)
        if not subject.options(fact.name).filter(pk=facts[fact.name].pk).exists()
    ]


def save_changed(subject: Subject, before: Mapping[str, Any], act: Action) -> Changes:
    """Saves what differs from before and counts the revision; [before, after] of each column, facts one by one."""
    subject.revision += 1
    after = state_of(subject)
    changed = [name for name in after if after[name] != before[name]]
    subject.save(update_fields=changed)
    reported = [name for name in changed if name not in UNTOLD]
    columns: Changes = {name: [plain(before[name]), plain(after[name])] for name in reported}
    if "facts" in changed:
        was, now = before["facts"], after["facts"]
        columns |= {
            name: [(was.get(name) or [None])[0], (now.get(name) or [None])[0]]
            for name in {**was, **now}
            if was.get(name) != now.get(name)
        }
    if isinstance(subject, Case) and not OF_A_CASE.isdisjoint(changed):
        columns |= moved_of_case(subject, before, timezone.localdate(act.recorded_at))
    return columns


def state_of(subject: models.Model) -> dict[str, Any]:
    """Every column of a record as it is now."""
    return {field.name: getattr(subject, field.attname) for field in subject._meta.concrete_fields}
