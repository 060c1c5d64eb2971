"""The first page of the status of a case: what is read of it, and what an official who reads nothing else is told."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from authorizations.deadlines import DeadlineState
from authorizations.display import ago, counted, day_text, lasting, small
from authorizations.models import Ato, Case, Condition
from authorizations.models.register.standing import ato_standing
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import RecordedAct, acts
from authorizations.presenters.cases.labels import also_waits_on, letter_due, party_name, purpose
from authorizations.presenters.cases.path import PartyDays, Path, path_of, shares, spans_of
from authorizations.presenters.findings import Findings, findings_for
from authorizations.presenters.standing import standing_words
from authorizations.reports.cases.next_steps import Ahead, ahead
from authorizations.reports.shared_tables import upper
from authorizations.tables.columns import Link
from authorizations.tables.contents import Figure, ReportSpec
from authorizations.vocabulary import AtoStanding, CaseKind

NOTIFICATION_NEEDS = 3


@dataclass(frozen=True, slots=True)
class CaseReportData:
    spec: ReportSpec
    case: Case
    acts: list[RecordedAct]
    path: Path
    shares: list[PartyDays]
    ahead: list[Ahead]
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
        return (self.spec.today - timezone.localdate(self.case.waits_since)).days

    @property
    def stage_days(self) -> int:
        return (self.spec.today - timezone.localdate(self.case.stage_since)).days

    @property
    def lines(self) -> list[deadlines.DeadlineRow]:
        """All deadlines and dates of the plan: the open ones by their day, then those that are met."""
        still = (*self.owed.first, *self.owed.more)
        return [*sorted(still, key=lambda line: (line.due.on is None, line.due.on or self.spec.today)), *self.owed.met]

    @property
    def open_deadlines(self) -> list[deadlines.DeadlineRow]:
        """The deadlines with a day that are ahead or overdue, the next one first; not the dates of the plan."""
        still = (*self.owed.first, *self.owed.more)
        lines = [
            line for line in still if line.due.on and line.due.is_pending(self.spec.today) and not is_planned(line)
        ]
        return sorted(lines, key=lambda line: line.due.on or self.spec.today)

    @property
    def late_plan(self) -> int:
        lines = (*self.owed.first, *self.owed.more)
        return sum(is_planned(line) and line.due.is_overdue(self.spec.today) for line in lines)


def is_planned(line: deadlines.DeadlineRow) -> bool:
    return line.due.kind.startswith("WBS")


def read(spec: ReportSpec) -> CaseReportData:
    chosen: Case = spec.chosen["case"]
    case = Case.objects.acting_for(spec.user).with_listed_sibling().get(pk=chosen.pk)
    history = acts(case, spec.user)
    days = spans_of(case, history, spec.today)
    registers = Ato.objects.acting_for(spec.user).prefetch_related("conditions__owner", "notices")
    ato = registers.filter(pk=case.ato_id).first() if case.ato_id else None
    of_ato = deadlines.of_ato(spec.user, ato, spec.today).lines if ato else []
    return CaseReportData(
        spec,
        case,
        history,
        path_of(case, days),
        shares(days),
        ahead(case, spec),
        findings_for(case, spec.user),
        deadlines.of_case(spec.user, case, spec.today),
        ato,
        deadlines.of_conditions(ato, of_ato, spec.today) if ato else [],
    )


# --- the first page ---


def summary(data: CaseReportData) -> Iterator[str]:
    """Sentences that are alone; blank ones between them."""
    case = data.case
    kind = "initial authorization" if case.kind == CaseKind.INITIAL else "reuse"
    opened = day_text(timezone.localdate(case.opened_at))
    age = f", {ago(data.age)}" if case.is_open else ""
    yield (
        f"The case of {case.agency.name} for the {kind} of {case.offering.name}, offered by "
        f"{case.offering.provider.name}, was opened on {opened}{age}."
    )
    since = timezone.localdate(case.stage_since)
    if not case.is_open:
        lasted = counted(data.age, "day")
        yield f"It ended on {day_text(since)}, after {lasted}: {case.stage_label}. It waits on nobody."
    else:
        yield f"It has been at “{case.stage_label}” {lasting(data.stage_days, since)}."
        yield _turn(data)
        yield " ".join(filter(None, (letter_due(case), also_waits_on(case))))
    yield _decision_day(data)
    yield _blocked(data)
    yield _counts(data)


def _turn(data: CaseReportData) -> str:
    case = data.case
    what = purpose(case)
    since = day_text(timezone.localdate(case.waits_since))
    stopped = " FedRAMP’s clock stands still until the provider resubmits." if case.stage == "pmo_remediation" else ""
    to_do = f", which has to {what}" if what else ""
    return f"It is the turn of {party_name(case, case.waits_on)}{to_do}, since {since}.{stopped}"


def _decision_day(data: CaseReportData) -> str:
    case, ato = data.case, data.ato
    hidden = case.hidden_facts(data.spec.user)
    if ato is not None and ato.signed_on:
        ends = f", and ends on {day_text(ato.expires_on)}" if ato.expires_on else ""
        standing = ato_standing(ato, data.spec.today)
        now = "" if standing == AtoStanding.LIVE else f" It is not live: {small(standing_words(ato.stage, standing))}."
        return f"The {ato.get_ato_type_display()} was signed on {day_text(ato.signed_on)}{ends}.{now}"
    if not case.is_open or "ato_planned_on" not in case.machine().facts or "ato_planned_on" in hidden:
        return ""
    planned = case.fact_value("ato_planned_on")
    if planned is None:
        return "No day is planned for the ATO yet."
    passed = f", {counted((data.spec.today - planned).days, 'day')} ago" if planned < data.spec.today else ""
    return f"The ATO is planned for {day_text(planned)}{passed}."


def _blocked(data: CaseReportData) -> str:
    due = next((each for each in data.ahead if each.is_due), None)
    if due is None:
        return ""
    if not due.unmet:
        known = "Nothing" if due.is_whole else "Nothing that your side is told of"
        return f"{known} blocks the next step, “{due.label}”."
    more = len(due.unmet) - NOTIFICATION_NEEDS
    rest = f" {counted(more, 'more thing')} {'is' if more == 1 else 'are'} listed below." if more > 0 else ""
    return f"The next step, “{due.label}”, is blocked. {' '.join(due.unmet[:NOTIFICATION_NEEDS])}{rest}"


def _counts(data: CaseReportData) -> str:
    found = data.findings.number_open
    waiting = data.findings.number_unanswered
    conditions = [each for each in data.ato.conditions.all() if not each.met_on] if data.ato else []
    late = data.late_plan
    overdue = sum(line.due.is_overdue(data.spec.today) for line in data.open_deadlines)
    parts = (
        (found, f"{counted(found, 'finding')} {_is(found)} open, {waiting} of them unanswered"),
        (len(conditions), f"{counted(len(conditions), 'condition')} of the ATO {_is(len(conditions))} open"),
        (overdue, f"{counted(overdue, 'deadline')} {'has' if overdue == 1 else 'have'} passed"),
        (late, f"{counted(late, 'date')} of the plan {'has' if late == 1 else 'have'} passed"),
    )
    words = "; ".join(words for number, words in parts if number)
    return f"{words}." if words else ""


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


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
    case = data.case
    page = case.get_absolute_url()
    if case.ao_is_vacant:
        yield Link("The agency names another authorizing official: the one named here no longer is one.", page)
    yield from _steps_due(data, page)
    for owed_by, number in _unanswered(data).items():
        address = reverse("case_findings", args=[case.public_id])
        yield Link(f"{counted(number, 'finding')} {'waits' if number == 1 else 'wait'} on {owed_by}.", address)
    for line in data.open_deadlines:
        if line.due.on and line.due.is_overdue(data.spec.today):
            yield Link(f"{line.label}: {line.who} owed it on {day_text(line.due.on)}.", f"{page}#deadlines")
    for each, state, _ in data.conditions:
        if state == deadlines.STANDING[DeadlineState.OVERDUE][0] and each.due_on:
            words = f"A condition of the ATO: {each.owner.name} owed it on {day_text(each.due_on)}."
            yield Link(words, f"{data.ato.get_absolute_url()}#conditions" if data.ato else "")


def _steps_due(data: CaseReportData, page: str) -> Iterator[Link]:
    case, waited = data.case, lasting(data.turn_days)
    due = [each for each in data.ahead if each.is_due]
    for each in due:
        blocked = f", blocked by {counted(len(each.unmet), 'unmet gate')}" if each.unmet else ""
        yield Link(f"“{each.label}” waits on {each.owners} {waited}{blocked}.", f"{page}#steps")
    if case.is_open and not due and (what := purpose(case)):
        yield Link(f"{upper(party_name(case, case.waits_on))} has had to {what} {waited}.", page)


def _unanswered(data: CaseReportData) -> dict[str, int]:
    unanswered = (listed.finding for listed in data.findings.sent if listed.finding.is_unanswered)
    return Counter(party_name(data.case, finding.owed_by) for finding in unanswered)
