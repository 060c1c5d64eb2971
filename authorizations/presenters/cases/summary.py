"""One summary of a case, from which its page, its status report and the API all say how it stands.

It is computed once for each reader, from what that reader may know of, so that nothing said first contradicts what
follows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.steps import Offer
from authorizations.display import ago, counted, day_text, lasting, number_text, of_number, small
from authorizations.lifecycle.context import ActingContext
from authorizations.lifecycle.gates.cases import binding_cutoff
from authorizations.lifecycle.stages import BEFORE_REVIEW, CLOCK_STOPPED, LISTED, PLANS_ATO, InitialStage, ReuseStage
from authorizations.models import Case
from authorizations.presenters.audit_log.history import RecordedAct
from authorizations.presenters.cases.labels import (
    also_waits_on,
    key_facts,
    letter_due,
    letter_due_on,
    party_name,
    purpose,
    second_party,
    turn_of,
)
from authorizations.presenters.cases.next_steps import Ahead, due_ahead
from authorizations.presenters.cases.path import parts_of
from authorizations.presenters.cases.summary_parts import (
    NAMED,
    LastReturn,
    SummaryDate,
    SummaryRequest,
    asked_of_late,
    listed,
)
from authorizations.presenters.cases.usual import UsualStay, usual_stay, usual_words
from authorizations.presenters.deadlines import DeadlineList, DeadlineRow
from authorizations.presenters.standing import not_in_force
from authorizations.vocabulary import CERTIFIED_DESIGNATIONS, CaseKind, CaseState, Turn

SOON = timedelta(days=30)
# Besides what gives work back: the steps by which somebody refuses.
DENIALS = frozenset({"deny_ato", "deny_access", "reject", "remove", "not_suitable"})
# Stages in which nothing on the path goes on, whoever acts; with since when, and for how long.
STOPS = {
    **dict.fromkeys(CLOCK_STOPPED, "FedRAMP’s clock has stood still {lasting}, until the provider resubmits"),
    InitialStage.PARTNER_LOST.value: "the partner was lost on {on}, {ago}; another agency or way must be found",
    ReuseStage.ACCESS_DENIED.value: "access to the package was denied on {on}, {ago}",
    ReuseStage.ACCESS_EXPIRED.value: "access to the package has ended, recorded on {on}, {ago}",
}
YEARS = {"S3_ato": "the year from the request", "L36_ato": "the In Process year"}
# Until when an assessment starts: at these stages it may have begun, and nobody recorded that.
STARTS = frozenset({"S3_assessment", "L36_assessment"})
MAY_HAVE_BEGUN = frozenset(LISTED[LISTED.index(InitialStage.ASSESSMENT) :])


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """How a case stands, for one reader on one day.

    Attributes:
        why: one sentence for the state.
        facts: what it is about, as label and value.
        place: stage, days there and what is usual, in words.
        turn: whose turn it is, since when and for what; blank once it has ended.
        next_step: what the case waits for; blank where nothing does. blocks: its unmet gates that the reader is told.
        blocked: the same as one sentence.
        planned: the planned end against the cut-off and the In Process year; blank where neither applies.
    """

    today: date
    state: CaseState
    why: str
    facts: tuple[tuple[str, str], ...]
    stage_days: int
    usual: UsualStay | None
    place: str
    turn: str
    last_return: LastReturn | None
    late: tuple[SummaryDate, ...]
    coming: tuple[SummaryDate, ...]
    next_step: str
    blocks: tuple[str, ...]
    blocked: str
    planned_on: date | None
    planned: str
    asked: tuple[SummaryRequest, ...]

    @property
    def return_words(self) -> str:
        """The last return with its reason; blank where it ended the case, which says so already."""
        last = self.last_return
        return "" if last is None or last.ended_it else f"Last return: {last.words}"

    @property
    def late_words(self) -> str:
        """What is late, but for what the state says already."""
        known = self.state is CaseState.LATE
        head, rest = ("Also late", self.late[1:]) if known else ("Late", self.late)
        return listed(head, [each.late(self.today) for each in rest])

    @property
    def coming_words(self) -> str:
        return listed("Next 30 days", [each.ahead(self.today) for each in self.coming])

    @property
    def sentences(self) -> list[str]:
        """All of it, one sentence or two for each thing, for those who read nothing else."""
        place = f"{self.place}." if self.place else ""
        said = (self.turn, place, self.return_words, self.blocked, self.late_words, self.coming_words, self.planned)
        return [f"{self.state.label}: {self.why}", *filter(None, said)]


def summary_of(
    case: Case, user: User, today: date, *, acts: Sequence[RecordedAct], owed: DeadlineList, own: Sequence[Offer]
) -> CaseSummary:
    """The summary for a reader. ``acts``: all on the case that they may read, newest first; ``own``: their offers."""
    read = _CaseReading(case, acting_context(case, user, today), acts, owed)
    due = due_ahead(case, read.context, own)
    usual = usual_stay(case, user, today) if case.is_open else None
    last, late, planned = read.last_return(), tuple(read.late()), read.planned_on
    state, why = read.state(last, late)
    step = next((each for each in due if not each.is_within_side), due[0] if due else None)
    days = max(0, (today - timezone.localdate(case.stage_since)).days)
    return CaseSummary(
        today,
        state,
        why,
        tuple(key_facts(case)),
        days,
        usual,
        _place(case, days, usual),
        " ".join(filter(None, (turn_of(case, today), letter_due(case), also_waits_on(case)))),
        last,
        late,
        tuple(read.coming()),
        step.label if step else "",
        tuple(step.unmet) if step else (),
        _blocked(step, last) if step else "",
        planned,
        read.planned_words(),
        tuple(read.asked(due)),
    )


def _place(case: Case, days: int, usual: UsualStay | None) -> str:
    if not case.is_open:
        return ""
    parts, where = parts_of(case.kind), ""
    # As the path is drawn: one that counted the stages would count those that most cases pass by.
    for number, (part, stages) in enumerate(parts, start=1):
        if case.stage in stages:
            name = f" ({part})" if part != case.stage_label else ""
            where = f"Part {number} of {len(parts)} of the path{name}: "
    return f"{where}{case.stage_label}, day {days:,} ({usual_words(days, usual)})"


def _blocked(step: Ahead, last: LastReturn | None) -> str:
    if step.unmet:
        more = len(step.unmet) - NAMED
        rest = f" {counted(more, 'more thing')} {of_number(more, 'is', 'are')} missing." if more > 0 else ""
        return f"“{step.label}” is blocked. {' '.join(step.unmet[:NAMED])}{rest}"
    if last is not None and last.is_open:
        return f"“{step.label}” comes next, once what came back is settled."
    if step.is_whole:
        return f"“{step.label}” can be done now."
    return f"“{step.label}” comes next. What it may still need is not shown to your side."


@dataclass(frozen=True, slots=True)
class _CaseReading:
    case: Case
    context: ActingContext
    acts: Sequence[RecordedAct]
    owed: DeadlineList

    @property
    def today(self) -> date:
        return self.context.as_of

    def last_return(self) -> LastReturn | None:
        machine, open_step = self.case.machine(), self.case.came_back_step
        for act in self.acts:
            step = machine.step(act.verb.partition(".")[2])
            if step is not None and (step.returns or step.name in DENIALS):
                return LastReturn(
                    step.done,
                    timezone.localdate(act.at),
                    act.who,
                    act.reason or "No reason was recorded.",
                    is_open=self.case.is_open and step.name == open_step and self._waits_as_after(act),
                    ended_it=not self.case.is_open and self._came_here(act),
                )
        return None

    def _waits_as_after(self, act: RecordedAct) -> bool:
        """Whether it still is the turn of whom an act handed the case to: answering findings hands it on too."""
        _, turn = act.changes.get("waits_on", (None, self.case.waits_on))
        return bool(turn == self.case.waits_on)

    # --- days ---

    def _lines(self) -> list[DeadlineRow]:
        dated = [line for line in (*self.owed.first, *self.owed.more) if line.due.on is not None]
        return sorted(dated, key=lambda line: line.due.on or self.today)

    def late(self) -> Iterator[SummaryDate]:
        """What has passed and is held against somebody, the oldest first; after it the letter and the planned ATO."""
        for line in self._lines():
            if line.due.on and line.due.is_overdue(self.today):
                yield self._dated(line, line.due.on)
        yield from (each for each in self._of_facts() if each.on < self.today)

    def coming(self) -> list[SummaryDate]:
        """What falls due within the time ahead, the next first."""
        last = self.today + SOON
        dated = ((line, line.due.on) for line in self._lines() if not line.due.is_stopped)
        found = [self._dated(line, on) for line, on in dated if on and self.today <= on <= last]
        found += [each for each in self._of_facts() if self.today <= each.on <= last]
        return sorted(found, key=lambda each: each.on)

    def _dated(self, line: DeadlineRow, on: date) -> SummaryDate:
        may_have_begun = line.due.kind in STARTS and self.case.stage in MAY_HAVE_BEGUN
        record = self.case.machine().facts["assessment_started_on"].label if may_have_begun else ""
        return SummaryDate(line.label, line.who, on, record, is_planned=bool(line.due.name))

    def _of_facts(self) -> Iterator[SummaryDate]:
        """What has a day beside the deadlines, by the facts of the case."""
        for what, on in (("Letter to FedRAMP", letter_due_on(self.case)), ("Planned ATO", self._planned_ato)):
            if on:
                yield SummaryDate(what, self.case.agency.name, on)

    @property
    def _planned_ato(self) -> date | None:
        case = self.case
        # Who is no partner any more plans nothing.
        is_planned = case.stage in PLANS_ATO and not case.ato_id
        if not is_planned or "ato_planned_on" in case.hidden_facts(self.context.user):
            return None
        planned: date | None = case.fact_value("ato_planned_on")
        return planned

    @property
    def planned_on(self) -> date | None:
        """The day of the planned ATO; without one, where the plan of both sides ends."""
        if (planned := self._planned_ato) or self.case.stage not in PLANS_ATO or self.case.ato_id:
            return planned
        ends = (
            line.due.on for line in self.owed.lines if line.due.kind == "WBS_finish" and line.due.owed_by.side != "pmo"
        )
        return max((end for end in ends if end), default=None)

    def _ends(self) -> list[tuple[str, date]]:
        """What the planned end is measured against: the cut-off, and the year from the In Process date."""
        case = self.case
        if case.kind != CaseKind.INITIAL or not case.is_open:
            return []
        cutoff = binding_cutoff(case) if case.stage in BEFORE_REVIEW else None
        found = [("the cut-off for new Rev5 applications", cutoff)] if cutoff else []
        # Until it is listed, the year runs from the request; a timeline that both sides agreed on takes its place.
        years = [line.due for line in self._lines() if line.due.kind in YEARS and line.due.rule != "IP4"]
        return found + [(f"the end of {YEARS[due.kind]}", due.on) for due in years[-1:] if due.on]

    def planned_words(self) -> str:
        case, ends, planned = self.case, self._ends(), self.planned_on
        if not case.is_open or case.kind != CaseKind.INITIAL:
            return ""
        if planned is None:
            head = [] if case.ato_id else ["No day is planned for the ATO yet."]
            return " ".join((*head, *(f"{name[:1].upper()}{name[1:]} is {day_text(on)}." for name, on in ends)))
        measured = " and ".join(f"{_apart(planned, on)} {name} ({day_text(on)})" for name, on in ends)
        begun = "The ATO is planned for" if self._planned_ato else "The plan ends on"
        return f"{begun} {day_text(planned)}{f', {measured}' if measured else ''}."

    # --- the state ---

    def state(self, last: LastReturn | None, late: Sequence[SummaryDate]) -> tuple[CaseState, str]:
        case = self.case
        if not case.is_open:
            return CaseState.ENDED, self._ended()
        if stop := self._stop():
            return CaseState.STOPPED, stop
        if late:
            more = f"; {counted(len(late) - 1, 'more date')} passed" if late[1:] else ""
            return CaseState.LATE, f"{late[0].late(self.today)}{more}."
        if risk := next(self._risks(last), ""):
            return CaseState.AT_RISK, risk
        planned = self.planned_on
        before = f", and the planned end, {day_text(planned)}, is in time" if planned else ", and no end is planned yet"
        end = before if case.kind == CaseKind.INITIAL and not case.ato_id else ""
        return CaseState.ON_TRACK, f"nothing is late and nothing waits to be handed on again{end}."

    def _ended(self) -> str:
        since = timezone.localdate(self.case.stage_since)
        reason = next((act.reason for act in self.acts if self._came_here(act)), "")
        return f"{self.case.stage_label} on {day_text(since)}.{f' “{reason.rstrip()}”' if reason else ''}"

    def _came_here(self, act: RecordedAct) -> bool:
        before, after = act.changes.get("stage") or (None, None)
        return bool(after == self.case.stage != before)

    def _stop(self) -> str:
        case, since = self.case, timezone.localdate(self.case.stage_since)
        words = STOPS.get(case.stage, "")
        is_bound = case.kind == CaseKind.INITIAL and case.stage in BEFORE_REVIEW
        if not words and is_bound and (cutoff := binding_cutoff(case)) and cutoff < self.today:
            words, since = "new Rev5 applications closed on {on}, {ago}, before FedRAMP’s review began", cutoff
        days = max(0, (self.today - since).days)
        return f"{words.format(on=day_text(since), ago=ago(days), lasting=lasting(days, since))}." if words else ""

    def _risks(self, last: LastReturn | None) -> Iterator[str]:
        for name, on in self._ends():
            if (planned := self.planned_on) and planned > on:
                yield f"the planned end, {day_text(planned)}, lies after {name}, {day_text(on)}."
        if last is not None and last.is_open:
            yield f"{small(last.what)} on {day_text(last.on)}, and not handed on since."
        if self.case.ao_is_vacant:
            yield "the authorizing official named here no longer is one, and nobody else can decide."
        if words := not_in_force(self.case.ato, self.today) if self.case.ato_id else "":
            yield f"{words}."
        if self.case.kind == CaseKind.REUSE and self.case.offering.designation not in CERTIFIED_DESIGNATIONS:
            stands = self.case.offering.get_designation_display()
            yield f"the offering is not FedRAMP Certified; it stands as “{stands}”."

    # --- what is asked of whom ---

    def asked(self, due: Sequence[Ahead]) -> Iterator[SummaryRequest]:
        case = self.case
        if case.ao_is_vacant:
            yield SummaryRequest(case.agency.name, "name another authorizing official", "turn")
        for each in due:
            yield SummaryRequest(each.owners, f"“{each.label}”{_with_gates(each)}", "turn")
        if not due and (what := purpose(case)):
            yield SummaryRequest(party_name(case, case.waits_on), what, "turn")
        if (other := second_party(case)) is not None:
            yield SummaryRequest(party_name(case, other[0]), f"deliver {other[1]}", "turn")
        for turn, number in (case.finding_counts.get("unanswered", {}) if case.is_open else {}).items():
            if number:
                yield SummaryRequest(party_name(case, Turn(turn)), f"answer {counted(number, 'finding')}", "findings")
        yield from asked_of_late(self.late())


def _apart(planned: date, on: date) -> str:
    if planned == on:
        return "on the day of"
    return f"{counted(abs((on - planned).days), 'day')} {'before' if planned < on else 'after'}"


def _with_gates(step: Ahead) -> str:
    return f", with {number_text(len(step.unmet))} {of_number(len(step.unmet), 'thing')} missing" if step.unmet else ""
