"""The history of a record that a machine moves, in words: when, who for whom, what, from which stage to which, why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from authorizations.actions.standing import STANDING_IN
from authorizations.display import day_text
from authorizations.doorstep.nouns import moving
from authorizations.doorstep.record import Moved, hidden_from, stage_words
from authorizations.lifecycle.guidance import tip_of
from authorizations.lifecycle.step import OF_THE_DECISION, Fact, Kind, Step
from authorizations.lifecycle.wbs import COLUMNS, DATES
from authorizations.models import Event

SHOWN = 100
# What follows from an act of another agency: its people are no business of the readers here.
ELSEWHERE = frozenset({"ato.became_reuse"})

# Whom an entry names.
PEOPLE = ("actor", "acted_for", "decided_by")
# What an entry says; a long history has hundreds, and the other columns of each and of its people cost a page's time.
SAID = (
    *("public_id", "at", "recorded_at", "verb", "changes", "reason"),
    *(f"{who}__{name}" for who in PEOPLE for name in ("name", "merged_into__name")),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act on a record."""

    at: datetime
    recorded_at: datetime | None  # only where it was recorded on a later day
    who: str
    decided_by: str
    what: str
    before: str
    after: str
    reason: str
    facts: list[tuple[str, str]]


def history(record: Any, user: User) -> list[Entry]:
    """The newest 100 acts on a record, newest first, for a reader who may act on it."""
    return entries(record, user, acts(record, user)[:SHOWN])


def acts(record: Any, user: User) -> QuerySet[Event]:
    """The acts on a record that are told to this person, newest first."""
    beside = [f"{who}__merged_into" for who in PEOPLE]
    told: QuerySet[Event] = Event.objects.told(record, user).select_related(*beside)
    return told.only(*SAID).order_by("-recorded_at", "-pk")


def entries(record: Moved, user: User, events: Iterable[Event]) -> list[Entry]:
    """Entries about a record in words, without the facts that this person may not read.

    An act that recorded nothing but such facts is not told at all.
    """
    hidden = hidden_from(record, user)
    return [_entry(record, event, hidden) for event in events if not _is_hidden(record, event, hidden)]


def _is_hidden(record: Moved, event: Event, hidden: frozenset[str]) -> bool:
    facts = record.machine().facts.keys() & event.changes.keys()
    return event.verb.endswith(".facts_recorded") and bool(facts) and facts <= hidden


def facts_on_record(record: Any, user: User) -> list[tuple[str, str]]:
    """The facts that the record keeps, as far as this person may read them, in the order of the machine."""
    hidden = hidden_from(record, user)
    said = ((fact, record.said(name)) for name, fact in record.machine().facts.items() if name not in hidden)
    return [(fact.label, value_words(fact, value)) for fact, value in said if value not in (None, "")]


def done(record: Moved, verb: str) -> str:
    """What was done, in words: a step's own, else those of the noun, else the verb as the record has it."""
    act = verb.partition(".")[2]
    step = record.machine().step(act)
    return step.done if step else moving(record).acts.get(act, verb)


def who(event: Event) -> str:
    """Who acted, and for whom, as the parties of the record read it."""
    if event.verb in ELSEWHERE:
        return "Another agency’s decision"
    return event.who


def _entry(record: Moved, event: Event, hidden: frozenset[str]) -> Entry:
    step = record.machine().step(event.verb.partition(".")[2])
    before, after = event.changes.get("stage") or (None, None)
    late = timezone.localdate(event.at) != timezone.localdate(event.recorded_at)
    return Entry(
        event.at,
        event.recorded_at if late else None,
        who(event),
        event.decided_by.told_as if event.decided_by else "",
        done(record, event.verb),
        stage_words(record, before),
        stage_words(record, after),
        event.reason,
        [
            *_waiver(record, event.changes),
            *_tip(event.changes),
            *_plan(event.changes),
            *_findings(step, event.changes),
            *_facts(record, step, event.changes, hidden),
        ],
    )


def _facts(
    record: Moved, step: Step | None, changes: dict[str, list[Any]], hidden: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """What was stated, in the order it was asked for; the other facts that a record with a memory keeps follow."""
    stated = (*step.facts, *OF_THE_DECISION, STANDING_IN) if step else ()
    kept = record.machine().facts.values() if moving(record).keeps_facts else ()
    for fact in {fact.name: fact for fact in (*kept, *stated)}.values():
        before, after = changes.get(fact.name) or (None, None)
        if fact.name not in hidden and before != after and (words := _now(record, fact, after)):
            yield fact.label, words


def _now(record: Moved, fact: Fact, value: Any) -> str:
    """A fact after an act. Of records, entries hold keys: one is told by its name while the record still names it."""
    if value is None or fact.kind is not Kind.RECORD:
        return value_words(fact, value) if value is not None else "taken back"
    named = getattr(record, fact.name) if fact.ours else None
    return str(named) if named is not None and named.pk == value else ""


def _waiver(record: Moved, changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """The gate that was waived or is asked for again, and until when."""
    if "gate" in changes:
        gate = str(changes["gate"][1] or changes["gate"][0])
        yield "Gate", record.machine().gates().get(gate, gate)
        if "until" in changes:
            yield "Until", day_text(date.fromisoformat(changes["until"][1]))


def _tip(changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """The tip that was ticked, or is open again."""
    if "tip" in changes:
        name = str(changes["tip"][1] or changes["tip"][0])
        tip = tip_of(name)
        yield "Tip", tip.text if tip else name


# So many dates of a plan are told one by one; the plan itself shows them all.
TOLD_DATES = 6


def _plan(changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """What became of the plan: rows that came and went, and dates that moved."""
    if "wbs_rows" in changes:
        yield "Rows", f"{changes['wbs_rows'][1]}, before {changes['wbs_rows'][0] or 'none'}"
    dates = [
        (key.split()[1:], both)
        for key, both in changes.items()
        if key.startswith("wbs ") and key.rpartition(" ")[2] in DATES
    ]
    for (number, name), (before, after) in dates[:TOLD_DATES]:
        yield f"{COLUMNS[name]} of {number}", f"{_day(after)}, before {_day(before)}"
    if len(dates) > TOLD_DATES:
        yield "More dates", str(len(dates) - TOLD_DATES)


def _day(iso: str | None) -> str:
    return day_text(date.fromisoformat(iso)) if iso else "none"


def _findings(step: Step | None, changes: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """How many findings an act sent, answered or settled."""
    if "findings" in changes:
        number = len(changes["findings"][1])
        yield "Findings sent" if step else "Findings", f"{number:,}"


def value_words(fact: Fact, value: Any) -> str:
    """A value of a fact as a reader sees it, from the record or from its entry in the history; blank for none."""
    if value is None or value == "" or isinstance(value, bool):
        return "Yes" if value is True else ""
    if fact.kind is Kind.CHOICE:
        return dict(fact.choices).get(value, str(value))
    if fact.kind is Kind.DATE:
        return day_text(value if isinstance(value, date) else date.fromisoformat(value))
    return str(value)
