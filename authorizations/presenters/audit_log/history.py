"""The history of a record that a machine moves, in words: when, who for whom, what, from which stage to which, why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from accounts.models import User
from accounts.models.user import acting_words, display_name, in_role
from authorizations.actions.acting_capacity import Subject
from authorizations.actions.audit_log.acting_roles import past_roles
from authorizations.actions.documents.requirements import known_documents
from authorizations.deadlines import KINDS
from authorizations.deadlines.changes import MOVED
from authorizations.display import day_text, local_day
from authorizations.lifecycle.duties import DUTIES
from authorizations.lifecycle.guidance import tip_of
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.step import FROM_EVIDENCE, OF_THE_DECISION, STANDING_IN, Fact, FactKind, Step
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.lifecycle.wbs import COLUMNS, DATES
from authorizations.models import Event
from authorizations.notifications.catalog.alerts import ALERT_GROUNDS
from authorizations.presenters.machine_models import moving
from authorizations.presenters.machine_record import hidden_from
from authorizations.rules import releases
from authorizations.vocabulary import Turn, recorded_words

SHOWN = 100
# What follows from an act of another agency: its people are no business of the readers here.
ELSEWHERE = frozenset({"ato.became_reuse"})

# What an act says; a long history has hundreds, and as records they and their people would cost a page's time.
PEOPLE = ("actor", "acted_for", "decided_by")
ENTRY_FIELDS = (
    *("at", "recorded_at", "verb", "changes", "reason", "acted_as"),
    *(f"{who}{of}" for who in PEOPLE for of in ("", "__name", "__merged_into__name")),
)


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """An act on a record as its history needs it; who acted and for whom by key, all people by their names now."""

    at: datetime
    recorded_at: datetime
    verb: str
    changes: dict[str, list[Any]]
    reason: str
    acted_as: str | None  # none where the entry is older than that
    actor_id: int | None
    actor: str
    acted_for_id: int | None
    acted_for: str
    decided_by: str

    @classmethod
    def of(cls, event: Event) -> "RecordedAct":
        actor, acted_for, decided_by = event.actor, event.acted_for, event.decided_by
        return cls(
            *(event.at, event.recorded_at, event.verb, event.changes, event.reason, event.acted_as),
            actor_id=event.actor_id,
            actor=actor.display_name if actor else "",
            acted_for_id=event.acted_for_id,
            acted_for=acted_for.display_name if acted_for else "",
            decided_by=decided_by.display_name if decided_by else "",
        )

    @classmethod
    def read(cls, row: Sequence[Any]) -> "RecordedAct":
        """A row of the columns `ENTRY_FIELDS`."""
        people = [display_name(row[place + 1], row[place + 2]) if row[place] else "" for place in (6, 9, 12)]
        at, recorded_at, verb, changes, reason, acted_as = row[:6]
        of_people = row[6], people[0], row[9], people[1], people[2]
        return cls(at, recorded_at, verb, changes, reason, acted_as, *of_people)

    @property
    def holder_id(self) -> int | None:
        """Whose role it was."""
        return self.acted_for_id or self.actor_id

    @property
    def who(self) -> str:
        """Who acted, for whom and in which role, as the parties of the record read it."""
        return recorded_words(in_role(self.name, self.role), self.changes)

    @property
    def name(self) -> str:
        return "Another agency’s decision" if self.verb in ELSEWHERE else acting_words(self.actor, self.acted_for)

    @property
    def role(self) -> str:
        return "" if self.verb in ELSEWHERE else self.acted_as or ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    recorded_at: datetime | None  # only where it was recorded on a later day
    who: str
    decided_by: str
    what: str
    before: str
    after: str
    reason: str
    facts: list[tuple[str, str]]


def history(record: Any, user: User) -> list[TimelineEntry]:
    """The newest 100 acts on a record, newest first, for a reader who may act on it."""
    return entries(record, user, acts(record, user, SHOWN))


def acts(record: Any, user: User, newest: int | None = None, *, after: datetime | None = None) -> list[RecordedAct]:
    """The acts on a record that are told to this person, newest first: all, so many, or those after a moment.

    The roles of old ones are read by `with_past_roles()`, for those that are shown.
    """
    rows = Event.objects.readable_history(record, user)
    rows = rows.filter(recorded_at__gt=after) if after else rows
    rows_of_acts = rows.order_by("-recorded_at", "-pk").values_list(*ENTRY_FIELDS)
    return [RecordedAct.read(row) for row in rows_of_acts[:newest]]


def with_past_roles(some: Iterable[RecordedAct]) -> list[RecordedAct]:
    """The same acts with the role that each was done in: two queries where one is older than entries that hold it."""
    found = list(some)
    wanted = [(number, key) for number, act in enumerate(found) if act.acted_as is None and (key := act.holder_id)]
    roles = past_roles([(key, found[number].recorded_at) for number, key in wanted])
    for (number, _), role in zip(wanted, roles, strict=True):
        found[number] = replace(found[number], acted_as=role)
    return found


def people_of(rows: Sequence[RecordedAct]) -> dict[int, str]:
    named = ((act.actor_id, act.actor) for act in rows)
    for_whom = ((act.acted_for_id, act.acted_for) for act in rows)
    return {key: name for key, name in (*named, *for_whom) if key}


def entries(record: Subject, user: User, recorded_acts: Iterable[RecordedAct]) -> list[TimelineEntry]:
    """Entries about a record in words, without the facts that this person may not read.

    An act that recorded nothing but such facts is not told at all.
    """
    hidden, machine = hidden_from(record, user), record.machine()
    told = [act for act in recorded_acts if not _is_hidden(machine, act, hidden)]
    return [_entry(record, machine, act, hidden) for act in with_past_roles(told)]


def _is_hidden(machine: Machine, act: RecordedAct, hidden: frozenset[str]) -> bool:
    facts = machine.facts.keys() & act.changes.keys() if act.verb.endswith(".facts_recorded") else set()
    return bool(facts) and facts <= hidden


def facts_on_record(record: Any, user: User) -> list[tuple[str, str]]:
    """The facts that the record keeps, as far as this person may read them, in the order of the machine."""
    hidden = hidden_from(record, user)
    recorded = ((fact, record.fact_value(name)) for name, fact in record.machine().facts.items() if name not in hidden)
    return [(fact.label, value_words(fact, value)) for fact, value in recorded if value not in (None, "")]


def done(record: Subject, verb: str) -> str:
    """What was done, in words: a step's own, else those of the model, else the verb as the record has it."""
    return _done(record, record.machine().step(_name(verb)), verb)


def _name(verb: str) -> str:
    return verb.partition(".")[2]


def _done(record: Subject, step: Step | None, verb: str) -> str:
    return step.done if step else moving(record).acts.get(_name(verb), verb)


def _entry(record: Subject, machine: Machine, act: RecordedAct, hidden: frozenset[str]) -> TimelineEntry:
    step = machine.step(_name(act.verb))
    before, after = act.changes.get("stage") or (None, None)
    late = local_day(act.at) != local_day(act.recorded_at)
    return TimelineEntry(
        act.at,
        act.recorded_at if late else None,
        act.who,
        act.decided_by,
        _done(record, step, act.verb),
        machine.stages.get(before or "", ""),
        machine.stages.get(after or "", ""),
        act.reason,
        [*_details(record, step, act.changes), *_facts(record, machine, step, act.changes, hidden)],
    )


def _details(record: Subject, step: Step | None, changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    if "gate" in changes:
        gate = str(changes["gate"][1] or changes["gate"][0])
        yield "Gate", record.machine().gates(record.rules).get(gate, gate)
        if "until" in changes:
            yield "Until", _day(changes["until"][1])
    if "tip" in changes:
        name = str(changes["tip"][1] or changes["tip"][0])
        tip = tip_of(name)
        yield "Tip", tip.text if tip else name
    if "version" in changes and "document" in changes:
        yield from _document(record, changes)
    if "alert" in changes:
        yield "Because", ALERT_GROUNDS[changes["alert"][1]]
    if "nudged" in changes:
        yield "To", ON_WHOM[Turn(changes["nudged"][1])]
    yield from _plan(changes)
    if "findings" in changes:
        yield "Findings sent" if step else "Findings", f"{len(changes['findings'][1]):,}"
    if "release" in changes:
        before, after = ((releases()[name].title if name in releases() else name) for name in changes["release"])
        yield "Rules", f"{before} → {after}"
    yield from _looked_after(record, changes)
    if "delivery" in changes and "duty" in changes:
        yield from _delivery({name: both[1] or both[0] for name, both in changes.items()})
    yield from _moved_dates(changes)


def _looked_after(record: Any, changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Of people, entries hold keys: an owner is told by name while the record still names them."""
    if "owner" in changes:
        key = changes["owner"][1]
        named = str(record.owner.name) if key and record.owner_id == key else "somebody else"
        yield "Owner", named if key else "nobody"
    if "use_confirmed_on" in changes:
        yield "Used on", _day(changes["use_confirmed_on"][1])
        yield "Where this can be read", changes["reference"][1]


def _facts(
    record: Subject, machine: Machine, step: Step | None, changes: dict[str, list[Any]], hidden: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """What was stated, in the order it was asked for; the other facts that a record with a memory keeps follow."""
    stated = (*step.facts, *OF_THE_DECISION, STANDING_IN, *FROM_EVIDENCE) if step else ()
    kept = machine.facts.values() if moving(record).records_facts else ()
    for fact in {fact.name: fact for fact in (*kept, *stated) if changes.get(fact.name)}.values():
        before, after = changes[fact.name]
        if fact.name not in hidden and before != after and (words := _now(record, fact, after)):
            yield fact.label, words


def _now(record: Subject, fact: Fact, value: Any) -> str:
    """A fact after an act. Of records, entries hold keys: one is told by its name while the record still names it."""
    if value is None or fact.kind is not FactKind.RECORD:
        return value_words(fact, value) if value is not None else "taken back"
    named = getattr(record, fact.name) if fact.is_record_column else None
    return str(named) if named is not None and named.pk == value else ""


def _document(record: Any, changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    key, number = changes["document"][1], changes["number"][1]
    rule = known_documents(record).get(key)
    yield "Document", f"{rule.label if rule else 'another document'}, version {number}"
    if rule and "stated" in changes:
        yield "Stated", "; ".join(rule.statements.get(each, each) for each in changes["stated"][1])
    if "verified_on" in changes:
        yield "Looked up on", _day(changes["verified_on"][1])
    if "stated_on" in changes:
        yield "Signed or stated on", _day(changes["stated_on"][1])


# So many dates of a plan are told one by one; the plan itself shows them all.
NOTIFICATION_DATES = 6


def _plan(changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    if "wbs_rows" in changes:
        yield "Rows", f"{changes['wbs_rows'][1]}, before {changes['wbs_rows'][0] or 'none'}"
    dates = [
        (key.split()[1:], both)
        for key, both in changes.items()
        if key.startswith("wbs ") and key.rpartition(" ")[2] in DATES
    ]
    for (number, name), (before, after) in dates[:NOTIFICATION_DATES]:
        yield f"{COLUMNS[name]} of {number}", f"{_day(after)}, before {_day(before)}"
    if len(dates) > NOTIFICATION_DATES:
        yield "More dates", str(len(dates) - NOTIFICATION_DATES)


def _moved_dates(changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    for name, both in changes.items():
        if name.startswith(MOVED) and (kind := KINDS.get(name.removeprefix(MOVED))):
            yield f"Due: {kind.label}", f"{_day(both[1])}, before {_day(both[0])}"


def _day(iso: str | None) -> str:
    return day_text(date.fromisoformat(iso)) if iso else "none"


def _delivery(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    duty = DUTIES.get(values["duty"])
    yield "Duty", f"{duty.label} ({duty.key})" if duty else values["duty"]
    yield duty.period if duty else "Period", _day(values["period"])
    yield "Delivered on", _day(values["delivered_on"])
    yield "Reference", values["reference"]


def value_words(fact: Fact, value: Any) -> str:
    """A value of a fact as a reader sees it, from the record or from its entry in the history; blank for none."""
    if value is None or value == "" or isinstance(value, bool):
        return "Yes" if value is True else ""
    if fact.kind is FactKind.CHOICE:
        return dict(fact.choices).get(value, str(value))
    if fact.kind is FactKind.DATE:
        return day_text(value if isinstance(value, date) else date.fromisoformat(value))
    return str(value)
