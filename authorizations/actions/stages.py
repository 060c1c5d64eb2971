"""What can happen to a record now, and the one door through which it happens: `offers()` and `perform()`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, models
from django.utils import timezone

from accounts.models import User
from authorizations.actions.brought import bring
from authorizations.actions.door import Act, Changes, entering, plain, subject_type
from authorizations.actions.effects import EFFECTS
from authorizations.actions.refusals import MovedOn, NotPermitted, NotReady
from authorizations.actions.standing import STANDING_IN, VACANT, Standing, Subject, as_acting, standing_of
from authorizations.deadlines.moved import OF_A_CASE, moved_of_case
from authorizations.display import day_text
from authorizations.lifecycle.problems import Force, Problem
from authorizations.lifecycle.step import EARLIEST, Fact, Kind, Step, musts
from authorizations.models import Ato, Case, Event, Offering
from authorizations.notifications.catalog import AO_VACANT
from authorizations.policy import Party

# Columns of which an entry says nothing: facts are told one by one, and a summary may name what stays inside a side.
UNTOLD = frozenset({"facts", "papers", "finding_counts"})
NOT_YOURS = "Your role does not allow this step. The record's own page shows what you can do."
# What a person may be asked for in addition to the facts of a step.
REASON = Problem("reason", "Say in a sentence why. It stays on record.", "reason", waivable=False)


class Stale(MovedOn):
    """The record changed since the person opened it; ``since`` is what happened, newest first."""

    def __init__(self, since: Sequence[Event]) -> None:
        super().__init__("This was changed since you opened the page. Nothing of yours was done yet.")
        self.since = list(since)


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that this person may take now, with what still stands in the way of it."""

    step: Step
    problems: tuple[Problem, ...]
    recording: bool = False
    standing_in: bool = False
    acted_for: User | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether something must be met first."""
        return bool(musts(list(self.problems)))

    @property
    def asked(self) -> tuple[Fact, ...]:
        """The facts to ask for."""
        return Standing(self.recording, self.standing_in).asked(self.step)


def offers(subject: Subject, user: User, as_of: date) -> list[Offer]:
    """The steps that the machine offers this person now, in the order of the table."""
    who = as_acting(subject, user, as_of)
    return [
        offer
        for step in subject.machine().steps
        if subject.stage in step.sources
        if (offer := offer_of(subject, step, who)) is not None and step.is_offered(subject)
    ]


def offer_of(subject: Subject, step: Step, who: frozenset[Party], *, ever: bool = False) -> Offer | None:
    """One step as offered to people who are this for the record, offered now or not; None for nobody.

    ever: as it would be offered where the record stood otherwise, too.
    """
    standing = standing_of(subject, step, who, ever=ever)
    if standing is None:
        return None
    problems = (VACANT,) if standing.vacant else tuple(step.standing(subject))
    return Offer(step, problems, standing.recording, standing.standing_in, standing.acted_for)


def perform(
    noun: type[Ato] | type[Case],
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
    """Takes one step of a record's machine; every door calls this and nothing else.

    Args:
        name: of the step; revision: of the record as the person saw it.
        now: the server's clock; at: when it happened, `now` unless it is recorded late.
        facts: what the step asks for, by name; a fact it does not ask for is an error.

    Returns:
        The record after the step.

    Raises:
        noun.DoesNotExist: no such record for this person, or no such step.
        Stale: the record changed since; MovedOn: the step is not offered any more.
        NotPermitted: the person is nobody who may take it.
        NotReady: facts, gates or the reason are missing; nothing was written.
    """
    try:
        with entering(actor, now=now, at=at) as act:
            subject = _hold(noun, public_id, name, actor)
            step = _step_of(subject, name)
            subject.at, subject.recorded_at = act.at, act.recorded_at
            standing = let_in(subject, step, actor, revision, timezone.localdate(act.at))
            act.acted_for = standing.acted_for
            _refuse_unmet(act, subject, step, facts, reason.strip(), standing)
            take(act, subject, step, facts, reason.strip(), standing)
    except IntegrityError as clash:
        raise MovedOn("Someone else did the same at this moment. Nothing of yours was done; look again.") from clash
    return subject


def _hold(noun: type[Ato] | type[Case], public_id: str, name: str, actor: User) -> Subject:
    """The record, locked; a step that writes other records of the offering locks the offering before it."""
    machines = [each.machine() for each in (Case.machines.values() if issubclass(noun, Case) else (noun,))]
    if any(step.across for machine in machines if (step := machine.step(name)) is not None):
        seen: Subject = noun.objects.acting_for(actor).select_related(None).get(public_id=public_id)
        if _step_of(seen, name).across:
            Offering.objects.select_for_update(of=("self",), no_key=True).get(pk=seen.offering_id)
    held: Subject = noun.objects.held_by(actor).get(public_id=public_id)
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
    entries = Event.objects.told(subject, reader).select_related(*people)[:50]
    return [entry for entry in entries if (entry.changes.get("revision") or [0, 0])[1] > revision]


def refuse_stale(subject: Subject, revision: int, actor: User) -> None:
    """Refuses an act on a page that is older than the record.

    Raises:
        Stale: with what happened since.
    """
    if subject.revision != revision:
        raise Stale(happened_since(subject, revision, actor))


def let_in(subject: Subject, step: Step, actor: User, revision: int, as_of: date) -> Standing:
    """As whom the actor takes the step; refuses whoever may not go on.

    `perform()` asks it under the lock; a door that would first read what the step asks for may ask it before.
    Who could never take the step is told so whatever happened since; who could have, what happened.

    Raises:
        Stale, MovedOn, NotPermitted: as `perform()`.
    """
    who = as_acting(subject, actor, as_of)
    if standing_of(subject, step, who, ever=True) is None and not _waits_for_official(subject, step, who):
        raise NotPermitted(NOT_YOURS)
    refuse_stale(subject, revision, actor)
    standing = standing_of(subject, step, who)
    if subject.stage not in step.sources:
        stage = subject.machine().stages[subject.stage]
        raise MovedOn(f"This has already moved on: the stage is “{stage}”, and “{step.label}” is not open now.")
    if standing is None:
        raise NotPermitted(NOT_YOURS)
    if closed := step.closed_by(subject):
        raise MovedOn(f"“{step.label}” is not open now. It is open only when this holds: {closed.words}")
    return standing


def _waits_for_official(subject: Subject, step: Step, who: frozenset[Party]) -> bool:
    """Whether the step is closed to the person because the official left, which is asked only of who is refused."""
    if not isinstance(subject, Case) or Party.AO not in step.who:
        return False
    subject.ask_whether_official_serves()
    return standing_of(subject, step, who, ever=True) is not None


def _refuse_unmet(
    act: Act, subject: Subject, step: Step, facts: Mapping[str, Any], reason: str, standing: Standing
) -> None:
    if standing.vacant:
        raise NotReady([VACANT])
    asked = standing.asked(step)
    problems = [
        *problems_of_time(act, subject),
        *step.problems(subject, facts, recording=standing.recording),
        *_of_standing_in(standing, facts, subject.as_of),
        *unknown_facts(asked, facts),
        *foreign_records(subject, asked, facts),
    ]
    asks_reason = step.reason or standing.standing_in or any(problem.force is Force.SHOULD for problem in problems)
    unmet = musts(problems)
    if asks_reason and not reason:
        # What only asks for a reason is shown with the question, so that the person knows what to answer.
        unmet = [*problems, REASON]
    if unmet:
        raise NotReady(unmet)


def _of_standing_in(standing: Standing, facts: Mapping[str, Any], as_of: date) -> list[Problem]:
    return list(STANDING_IN.problems(facts.get(STANDING_IN.name), as_of)) if standing.standing_in else []


def problems_of_time(act: Act, subject: Subject) -> list[Problem]:
    """An act is not later than now; one that is older than the last act on the record asks for a reason."""
    if act.at > act.recorded_at:
        return [Problem("at", "This cannot have happened in the future.", "happened_on", waivable=False)]
    if act.day < EARLIEST:
        words = f"This cannot have happened before {day_text(EARLIEST)}."
        return [Problem("at", words, "happened_on", waivable=False)]
    # That its official left is nothing that was done to the case: what was signed before is recorded after it.
    acts = Event.objects.told(subject, act.actor).exclude(verb=AO_VACANT)
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
        if fact.kind is Kind.RECORD and facts.get(fact.name)
        if not subject.options(fact.name).filter(pk=facts[fact.name].pk).exists()
    ]


def take(act: Act, subject: Subject, step: Step, facts: Mapping[str, Any], reason: str, standing: Standing) -> None:
    """Moves a record that is locked and may be moved: the machine, what follows elsewhere, and the entry."""
    before = state_of(subject)
    getattr(subject, step.name)(**step.known(subject, facts, recording=standing.recording))
    effect = EFFECTS.get((type(subject), step.name))
    if effect is not None:
        effect(act, subject, step.known(subject, facts))
    bring(act, subject, step.row, facts)
    subject.settle(before["stage"])
    changed = save_changed(subject, before)
    for notice in subject.notices_of(step, facts):
        notice.save()
    said: Changes = {name: [None, plain(value)] for name, value in facts.items() if value not in (None, "")}
    stages: Changes = {"stage": [before["stage"], subject.stage]}
    act.record(
        f"{subject_type(subject)}.{step.name}",
        subject,
        changes={**stages, **said, **changed, **act.beside},
        reason=reason,
        decided_by=subject.authorizing_official if standing.recording else None,
    )


def save_changed(subject: Subject, before: Mapping[str, Any]) -> Changes:
    """Saves what differs from before and counts the revision; [before, after] of each column, facts one by one."""
    subject.revision += 1
    after = state_of(subject)
    changed = [name for name in after if after[name] != before[name]]
    subject.save(update_fields=changed)
    told = [name for name in changed if name not in UNTOLD]
    columns: Changes = {name: [plain(before[name]), plain(after[name])] for name in told}
    if "facts" in changed:
        was, now = before["facts"], after["facts"]
        columns |= {
            name: [(was.get(name) or [None])[0], (now.get(name) or [None])[0]]
            for name in {**was, **now}
            if was.get(name) != now.get(name)
        }
    if isinstance(subject, Case) and not OF_A_CASE.isdisjoint(changed):
        columns |= moved_of_case(subject, before, timezone.localdate(subject.recorded_at))
    return columns


def state_of(subject: models.Model) -> dict[str, Any]:
    """Every column of a record as it stands."""
    return {field.name: getattr(subject, field.attname) for field in subject._meta.concrete_fields}
