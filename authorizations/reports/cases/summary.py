"""The first page of the status of a case: what is read of it, and what an official who reads nothing else is told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from authorizations.display import counted, day_text
from authorizations.models import Ato, Case
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import Act, acts
from authorizations.presenters.cases.labels import also_owed, letter_due, party_name, purpose
from authorizations.presenters.cases.path import Path, Share, path_of, shares, spans_of
from authorizations.presenters.findings import Findings, findings_for
from authorizations.reports.cases.next_steps import Ahead, ahead
from authorizations.reports.shared_tables import upper
from authorizations.tables.columns import Link
from authorizations.tables.contents import Asking, Figure
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind

TOLD_NEEDS = 3


@dataclass(frozen=True, slots=True)
class Told:
    asked: Asking
    case: Case
    acts: list[Act]
    path: Path
    shares: list[Share]
    ahead: list[Ahead]
    findings: Findings
    owed: deadlines.Deadlines
    ato: Ato | None

    @property
    def age(self) -> int:
        """Days since it was opened; of an ended case, until it ended."""
        return sum(share.days for share in self.shares)

    @property
    def turn_days(self) -> int:
        """Days for which it has waited on the present party."""
        return (self.asked.today - timezone.localdate(self.case.waits_since)).days

    @property
    def stage_days(self) -> int:
        return (self.asked.today - timezone.localdate(self.case.stage_since)).days

    @property
    def lines(self) -> list[deadlines.Line]:
        """All deadlines and dates of the plan: the open ones by their day, then those that are met."""
        still = (*self.owed.first, *self.owed.more)
        return [*sorted(still, key=lambda line: (line.due.on is None, line.due.on or self.asked.today)), *self.owed.met]

    @property
    def open_deadlines(self) -> list[deadlines.Line]:
        """The open deadlines that have a day, the next one first; not the dates of the plan."""
        lines = [line for line in (*self.owed.first, *self.owed.more) if line.due.on and not is_planned(line)]
        return sorted(lines, key=lambda line: line.due.on or self.asked.today)

    @property
    def late_plan(self) -> int:
        """How many open dates of the plan have passed."""
        lines = (*self.owed.first, *self.owed.more)
        return sum(is_planned(line) and line.due.is_overdue(self.asked.today) for line in lines)


def is_planned(line: deadlines.Line) -> bool:
    """Whether it is a date of the plan: no rule binds a party to it."""
    return line.due.kind.startswith("WBS")


def read(asked: Asking) -> Told:
    """The case that is asked about, with all that its report is made of."""
    chosen: Case = asked.chosen["case"]
    case = Case.objects.acting_for(asked.user).with_listed_sibling().get(pk=chosen.pk)
    told = acts(case, asked.user)
    days = spans_of(case, told, asked.today)
    registers = Ato.objects.acting_for(asked.user).prefetch_related("conditions__owner")
    return Told(
        asked,
        case,
        told,
        path_of(case, days),
        shares(days),
        ahead(case, asked),
        findings_for(case, asked.user),
        deadlines.of_case(asked.user, case, asked.today),
        registers.filter(pk=case.ato_id).first() if case.ato_id else None,
    )


# --- the first page ---


def summary(told: Told) -> Iterator[str]:
    """Sentences that stand alone; blank ones between them."""
    case = told.case
    kind = "initial authorization" if case.kind == CaseKind.INITIAL else "reuse"
    opened = day_text(timezone.localdate(case.opened_at))
    ago = f", {counted(told.age, 'day')} ago" if case.is_open else ""
    yield (
        f"The case of {case.agency.name} for the {kind} of {case.offering.name}, offered by "
        f"{case.offering.provider.name}, was opened on {opened}{ago}."
    )
    since = day_text(timezone.localdate(case.stage_since))
    if not case.is_open:
        yield f"It ended on {since}, after {counted(told.age, 'day')}: {case.stage_label}. It waits on nobody."
    else:
        yield f"It has stood at “{case.stage_label}” for {counted(told.stage_days, 'day')}, since {since}."
        yield _turn(told)
        yield " ".join(filter(None, (letter_due(case), also_owed(case))))
    yield _decision_day(told)
    yield _blocked(told)
    yield _counts(told)


def _turn(told: Told) -> str:
    case = told.case
    what = purpose(case)
    since = day_text(timezone.localdate(case.waits_since))
    stopped = " FedRAMP’s clock stands still until the provider resubmits." if case.stage == "pmo_remediation" else ""
    to_do = f", which has to {what}" if what else ""
    return f"It is the turn of {party_name(case, case.waits_on)}{to_do}, since {since}.{stopped}"


def _decision_day(told: Told) -> str:
    """When the ATO was signed, else for when it is planned."""
    case, ato = told.case, told.ato
    hidden = case.hidden_facts(told.asked.user)
    if ato is not None and ato.signed_on:
        ends = f", and ends on {day_text(ato.expires_on)}" if ato.expires_on else ""
        now = "" if ato.stage in LIVE_ATO_STAGES else f" It does not hold any more: {ato.get_stage_display().lower()}."
        return f"The {ato.get_ato_type_display()} was signed on {day_text(ato.signed_on)}{ends}.{now}"
    if not case.is_open or "ato_planned_on" not in case.machine().facts or "ato_planned_on" in hidden:
        return ""
    planned = case.said("ato_planned_on")
    if planned is None:
        return "No day is planned for the ATO yet."
    passed = f", {counted((told.asked.today - planned).days, 'day')} ago" if planned < told.asked.today else ""
    return f"The ATO is planned for {day_text(planned)}{passed}."


def _blocked(told: Told) -> str:
    """What stands in the way of the step for which the case waits."""
    due = next((each for each in told.ahead if each.is_due), None)
    if due is None:
        return ""
    if not due.unmet:
        known = "Nothing" if due.is_whole else "Nothing that your side is told of"
        return f"{known} stands in the way of the next step, “{due.label}”."
    more = len(due.unmet) - TOLD_NEEDS
    rest = f" {counted(more, 'more thing')} {'is' if more == 1 else 'are'} listed below." if more > 0 else ""
    return f"The next step, “{due.label}”, is blocked. {' '.join(due.unmet[:TOLD_NEEDS])}{rest}"


def _counts(told: Told) -> str:
    """How many findings, conditions and overdue deadlines there are; blank where none."""
    found = told.findings.number_open
    waiting = told.findings.number_unanswered
    conditions = [each for each in told.ato.conditions.all() if not each.met_on] if told.ato else []
    late = told.late_plan
    overdue = sum(line.due.is_overdue(told.asked.today) for line in told.open_deadlines)
    said = (
        (found, f"{counted(found, 'finding')} {_is(found)} open, {waiting} of them unanswered"),
        (len(conditions), f"{counted(len(conditions), 'condition')} of the ATO {_is(len(conditions))} open"),
        (overdue, f"{counted(overdue, 'deadline')} {'has' if overdue == 1 else 'have'} passed"),
        (late, f"{counted(late, 'date')} of the plan {'has' if late == 1 else 'have'} passed"),
    )
    words = "; ".join(words for number, words in said if number)
    return f"{words}." if words else ""


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def figures(told: Told) -> Iterator[Figure]:
    case = told.case
    page = case.get_absolute_url()
    yield Figure(told.age, "days since it was opened" if case.is_open else "days from opening to end", f"{page}#path")
    if case.is_open:
        yield Figure(told.turn_days, f"days with {party_name(case, case.waits_on)}", page)
    if case.kind == CaseKind.INITIAL:
        open_findings = told.findings.number_open
        words = "open finding" if open_findings == 1 else "open findings"
        yield Figure(open_findings, words, reverse("case_findings", args=[case.public_id]))
    if told.open_deadlines:
        line = told.open_deadlines[0]
        left = line.due.days_left(told.asked.today) or 0
        words = "days to the next deadline" if left >= 0 else "days since a deadline passed"
        day = f"{line.label}, {day_text(line.due.on)}" if line.due.on else line.label
        yield Figure(abs(left), words, f"{page}#deadlines", note=day)


def decisions(told: Told) -> Iterator[Link]:
    case = told.case
    page = case.get_absolute_url()
    if case.ao_is_vacant:
        yield Link("The agency names another authorizing official: the one named here no longer is one.", page)
    yield from _steps_due(told, page)
    for owed_by, number in _unanswered(told).items():
        address = reverse("case_findings", args=[case.public_id])
        yield Link(f"{counted(number, 'finding')} {'waits' if number == 1 else 'wait'} on {owed_by}.", address)
    for line in told.open_deadlines:
        if line.due.on and line.due.is_overdue(told.asked.today):
            yield Link(f"{line.label}: {line.who} owed it on {day_text(line.due.on)}.", f"{page}#deadlines")
    for each in told.ato.conditions.all() if told.ato else ():
        if each.due_on and not each.met_on and each.due_on < told.asked.today:
            words = f"A condition of the ATO: {each.owner.name} owed it on {day_text(each.due_on)}."
            yield Link(words, f"{told.ato.get_absolute_url()}#conditions" if told.ato else "")


def _steps_due(told: Told, page: str) -> Iterator[Link]:
    case, days = told.case, counted(told.turn_days, "day")
    due = [each for each in told.ahead if each.is_due]
    for each in due:
        blocked = f", blocked by {counted(len(each.unmet), 'unmet gate')}" if each.unmet else ""
        yield Link(f"“{each.label}” waits on {each.owners}, for {days} now{blocked}.", f"{page}#steps")
    if case.is_open and not due and (what := purpose(case)):
        yield Link(f"{upper(party_name(case, case.waits_on))} has to {what}, for {days} now.", page)


def _unanswered(told: Told) -> dict[str, int]:
    """How many findings wait for an answer, by whose it is."""
    counts: dict[str, int] = {}
    for listed in told.findings.sent:
        if listed.finding.is_unanswered:
            name = party_name(told.case, listed.finding.owed_by)
            counts[name] = counts.get(name, 0) + 1
    return counts
