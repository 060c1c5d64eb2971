"""The first page of the status of a case: what is read of it, and what an official who reads nothing else is told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.steps import offers
from authorizations.deadlines import DeadlineState
from authorizations.display import ago, counted, day_text, of_number, small
from authorizations.models import Ato, Case, Condition
from authorizations.models.register.standing import ato_standing
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import RecordedAct, acts
from authorizations.presenters.cases.labels import party_name
from authorizations.presenters.cases.next_steps import Ahead, ahead
from authorizations.presenters.cases.path import PartyDays, Path, path_of, shares, spans_of
from authorizations.presenters.cases.summary import CaseSummary, summary_of
from authorizations.presenters.findings import Findings, findings_for
from authorizations.presenters.standing import standing_words
from authorizations.tables.columns import Link
from authorizations.tables.contents import Figure, ReportSpec
from authorizations.vocabulary import AtoStage, AtoStanding, CaseKind


@dataclass(frozen=True, slots=True)
class CaseReportData:
    spec: ReportSpec
    case: Case
    acts: list[RecordedAct]
    path: Path
    shares: list[PartyDays]
    ahead: list[Ahead]
    summary: CaseSummary
    findings: Findings
    owed: deadlines.DeadlineList
    ato: Ato | None
    conditions: list[tuple[Condition, str, str]]  # of the ATO, each with how it stands and its tone

    @property
    def age(self) -> int:
        """Days since it was opened; of an ended case, until it ended."""
        return sum(share.days for share in self.shares)

    @property
    def turn_days(self) -> int:
        return max(0, (self.spec.today - timezone.localdate(self.case.waits_since)).days)

    @property
    def lines(self) -> list[deadlines.DeadlineRow]:
        """All deadlines and dates of the plan: the open ones by their day, then those that are met."""
        still = (*self.owed.first, *self.owed.more)
        return [*sorted(still, key=lambda line: (line.due.on is None, line.due.on or self.spec.today)), *self.owed.met]

    @property
    def open_deadlines(self) -> list[deadlines.DeadlineRow]:
        """The deadlines with a day that are ahead or overdue, the next one first.

        Not the dates of the plan, and not the day of a clock that stands still, which moves with every day.
        """
        today = self.spec.today
        still = (line for line in (*self.owed.first, *self.owed.more) if not line.due.is_stopped)
        lines = [line for line in still if line.due.on and line.due.is_pending(today) and not is_planned(line)]
        return sorted(lines, key=lambda line: line.due.on or self.spec.today)


def is_planned(line: deadlines.DeadlineRow) -> bool:
    return line.due.kind.startswith("WBS")


def read(spec: ReportSpec) -> CaseReportData:
    chosen: Case = spec.chosen["case"]
    user, today = spec.user, spec.today
    case = Case.objects.acting_for(user).with_listed_sibling().get(pk=chosen.pk)
    history = acts(case, user)
    days = spans_of(case, history, today)
    registers = Ato.objects.acting_for(user).prefetch_related("conditions__owner", "notices")
    ato = registers.filter(pk=case.ato_id).first() if case.ato_id else None
    of_ato = deadlines.of_ato(user, ato, today).lines if ato else []
    own, owed = offers(case, user, today), deadlines.of_case(user, case, today)
    return CaseReportData(
        spec,
        case,
        history,
        path_of(case, days),
        shares(days),
        ahead(case, acting_context(case, user, today), own),
        summary_of(case, user, today, acts=history, owed=owed, own=own),
        findings_for(case, user),
        owed,
        ato,
        deadlines.of_conditions(ato, of_ato, today) if ato else [],
    )


# --- the first page ---


def summary(data: CaseReportData) -> Iterator[str]:
    """Sentences that are alone: those of the summary of the case, and what its ATO and its findings add."""
    case = data.case
    kind = "initial authorization" if case.kind == CaseKind.INITIAL else "reuse"
    opened = day_text(timezone.localdate(case.opened_at))
    age = ago(data.age) if case.is_open else f"{counted(data.age, 'day')} before it ended"
    yield from data.summary.sentences[:1]
    yield (
        f"The case of {case.agency.name} for the {kind} of {case.offering.name}, offered by "
        f"{case.offering.provider.name}, was opened on {opened}, {age}."
    )
    yield from data.summary.sentences[1:]
    yield _ato(data)
    yield _counts(data)


def _ato(data: CaseReportData) -> str:
    ato = data.ato
    if ato is None or not ato.signed_on:
        return ""
    ends = f", and ends on {day_text(ato.expires_on)}" if ato.expires_on else ""
    standing = ato_standing(ato, data.spec.today)
    words = small(standing_words(ato.stage, standing))
    now = f" It is {words}." if ato.stage != AtoStage.ACTIVE else ""
    now = now if standing == AtoStanding.LIVE else f" It is not live: {words}."
    return f"The {ato.get_ato_type_display()} was signed on {day_text(ato.signed_on)}{ends}.{now}"


def _counts(data: CaseReportData) -> str:
    found = data.findings.number_open
    waiting = data.findings.number_unanswered
    conditions = [each for each in data.ato.conditions.all() if not each.met_on] if data.ato else []
    parts = (
        (found, f"{counted(found, 'finding')} {of_number(found, 'is', 'are')} open, {_unanswered(found, waiting)}"),
        (
            len(conditions),
            f"{counted(len(conditions), 'condition')} of the ATO {of_number(len(conditions), 'is', 'are')} open",
        ),
    )
    words = "; ".join(words for number, words in parts if number)
    return f"{words}." if words else ""


def _unanswered(found: int, waiting: int) -> str:
    if not waiting:
        return "and answered" if found == 1 else "each of them answered"
    return "and unanswered" if found == 1 else f"{waiting:,} of them unanswered"


def figures(data: CaseReportData) -> Iterator[Figure]:
    case = data.case
    page = case.get_absolute_url()
    yield Figure(data.age, "days since it was opened" if case.is_open else "days from opening to end", f"{page}#path")
    if case.is_open:
        yield Figure(data.turn_days, f"days with {party_name(case, case.waits_on)}", page)
    if case.kind == CaseKind.INITIAL:
        open_findings = data.findings.number_open
        words = "open finding" if open_findings == 1 else "open findings"
        yield Figure(open_findings, words, reverse("case_findings", args=[case.public_id]))
    if data.open_deadlines:
        line = data.open_deadlines[0]
        left = line.due.days_left(data.spec.today) or 0
        words = "days to the next deadline" if left >= 0 else "days since a deadline passed"
        day = f"{line.label}, {day_text(line.due.on)}" if line.due.on else line.label
        yield Figure(abs(left), words, f"{page}#deadlines", note=day)


def decisions(data: CaseReportData) -> Iterator[Link]:
    """What is asked of whom, each with the place where it is answered."""
    page = data.case.get_absolute_url()
    places = {"findings": reverse("case_findings", args=[data.case.public_id])}
    for asked in data.summary.asked:
        yield Link(asked.words, places.get(asked.part, f"{page}#{asked.part}"))
    for each, state, _ in data.conditions:
        if state == deadlines.STANDING[DeadlineState.OVERDUE][0] and each.due_on:
            words = f"{each.owner.name}: a condition of the ATO, owed on {day_text(each.due_on)}."
            yield Link(words, f"{data.ato.get_absolute_url()}#conditions" if data.ato else "")
