"""Status of one case: where it is, whose turn it is, what the next step needs, and everything behind that."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from authorizations.display import counted, day_text, label
from authorizations.lifecycle.turns import ON_WHOM
from authorizations.models import Case
from authorizations.presenters.audit_log.history import entries, people_of
from authorizations.presenters.cases.facts import groups
from authorizations.presenters.cases.labels import party_name, waivers_of
from authorizations.presenters.cases.next_steps import OPEN, UNTOLD
from authorizations.presenters.cases.path import AHEAD, ENDED, NOW, PASSED, PATH_COLUMNS, Path, PathPart, stage_rows
from authorizations.reports import shared_tables
from authorizations.reports.base import Parameter, Report
from authorizations.reports.cases.decisions import is_decision
from authorizations.reports.cases.summary import CaseReportData, decisions, figures, is_planned, read, summary
from authorizations.reports.parameters import CASE
from authorizations.reports.shared_tables import upper
from authorizations.tables.charts import Chart, Point, Tone, bars
from authorizations.tables.columns import Column, ColumnKind, Link, Row, Table
from authorizations.tables.contents import Contents, ReportSpec
from authorizations.vocabulary import CaseKind, Severity, Turn

PARTS = (
    Column("part", "Part of the path", "The parts of the path in their order."),
    Column("state", "How it stands", "Done, now, ahead, passed over, or ended here."),
    Column("days", "Days", "Days of all stays in its stages together.", ColumnKind.NUMBER, sums=True),
)
PARTIES = (
    Column("party", "Party", "Whom the case waited on; apart, while FedRAMP's clock stood still."),
    Column("days", "Days", "Whole days by US Eastern dates; together the case's age.", ColumnKind.NUMBER, sums=True),
    Column("share", "Percent", "Of the case's age.", ColumnKind.NUMBER),
)
NEEDS = (
    Column("step", "Step", "What can happen next."),
    Column("by", "By", "Whose step it is."),
    Column("needs", "What it needs", "The gate, as a sentence; the page leads to where it is met."),
    Column("state", "State", "Met, not met, waived, or only asked for: then a reason does instead."),
)
FINDINGS = (
    Column("severity", "Severity", "Blocking, major or minor."),
    Column("about", "About", "The document or the fact that it is about."),
    Column("finding", "Finding", "What was found."),
    Column("state", "State", "Waits for an answer, answered, or settled."),
    Column("owed_by", "Answered by", "The side that answers it."),
    Column("sent", "Sent", "When it was sent.", ColumnKind.MOMENT),
    Column("answer", "Answer", "The newest answer."),
)
FACTS = (
    Column("part", "Part", "The part of the path that asks for the fact first."),
    Column("fact", "Fact", "The recorded value."),
    Column("value", "Value", "As it stands."),
    Column("who", "Recorded by", "Who recorded it."),
    Column("when", "Recorded on", "When it was recorded.", ColumnKind.MOMENT),
)
PEOPLE = (
    Column("role", "Part in the case", "As what it takes part."),
    Column("who", "Who", "By name, where it is known."),
)
WAIVERS = (
    Column("gate", "Waived gate", "The rule that is not asked for the time being."),
    Column("until", "Until", "The last day for which the waiver holds.", ColumnKind.DAY),
    Column("by", "Waived by", "The PMO lead who waived it."),
    Column("when", "On", "When it was waived.", ColumnKind.MOMENT),
    Column("reason", "Reason", "Why."),
)


class CaseStatus(Report):
    name = "case-status"
    title = "Case status"
    audience = "For an official who decides about one case, and for those who prepare it."
    explains = "Where one case stands, whose turn it is, what the next step needs, and everything behind that."
    parameters: ClassVar[tuple[Parameter, ...]] = (CASE,)
    long = False

    def contents(self, spec: ReportSpec) -> Contents:
        data = read(spec)
        case = data.case
        return Contents(
            f"Status of {case.offering.name} at {case.agency.name}",
            tables=tuple(_tables(data)),
            summary=tuple(filter(None, summary(data))),
            figures=tuple(figures(data)),
            decisions=tuple(decisions(data)),
            charts=(_path_chart(data), _party_chart(data)),
            facts=data.summary.facts,
            rules=case.rules.title,
            more={
                "case": case.public_id,
                "kind": case.kind,
                "stage": case.stage,
                "waits_on": case.waits_on,
                "release": case.release,
            },
        )


# --- charts ---


def _path_chart(data: CaseReportData) -> Chart:
    present = data.path.present
    where = f"in the part “{present.label}”" if present else "beside the path"
    description = f"The case {'is' if data.case.is_open else 'ended'} {where}."
    rows: list[Row] = [(part.label, upper(part.state), part.days) for part in data.path.parts]
    beside = [stage for stage in data.path.beside if stage.days is not None]
    rows += [(stage.label, f"Beside the path, {stage.state}", stage.days) for stage in beside]
    points = [Point(part.label, part.days, words=_days_words(part), tone=_tone(part)) for part in data.path.parts]
    points += [Point(stage.label, stage.days, words=counted(stage.days or 0, "day")) for stage in beside]
    return bars("path", description, Table("path", "Days in each part of the path", PARTS, lambda: rows), points)


def _days_words(part: PathPart) -> str:
    if part.days is None:
        return "not known here" if part.state == PASSED else part.state
    mark = f", {part.state}" if part.state in (NOW, ENDED) else ""
    return f"{counted(part.days, 'day')}{mark}"


def _tone(part: PathPart) -> Tone:
    if part.state in (NOW, ENDED):
        return Tone.STRONG
    return Tone.LIGHT if part.state == AHEAD else Tone.PLAIN


def _party_chart(data: CaseReportData) -> Chart:
    longest = max(data.shares, key=lambda share: share.days, default=None)
    description = (
        f"Of {counted(data.age, 'day')}, the case waited {longest.days} on {ON_WHOM[Turn(longest.turn)]}, the longest."
        if longest and longest.days
        else "The case has waited on nobody for a whole day yet."
    )
    rows = [(share.label, share.days, round(share.width)) for share in data.shares]
    points = [Point(share.label, share.days, words=counted(share.days, "day")) for share in data.shares]
    return bars("parties", description, Table("parties", "Days by party", PARTIES, lambda: rows), points)


# --- tables ---


def _tables(data: CaseReportData) -> Iterator[Table]:
    case, spec = data.case, data.spec
    yield Table(
        "next",
        "What can happen next",
        NEEDS,
        lambda: _needs(data),
        note="The step for which the case waits stands first. Of other sides’ steps, only what your side is told too.",
        empty="Nothing can happen next that your side takes or is told of.",
        group="step",
    )
    yield Table(
        "stages", "Stages", PATH_COLUMNS, lambda: stage_rows(data.path), note=_stages_note(data.path), group="part"
    )
    yield Table("people", "People", PEOPLE, lambda: _people(case))
    yield Table("waivers", "Waived gates", WAIVERS, lambda: _waivers(case, spec.today), empty="No gate is waived.")
    yield from _wide_tables(data)
    yield Table("facts", "Facts", FACTS, lambda: _facts(data), empty="No facts are recorded yet.", group="part")
    yield shared_tables.plan([line for line in data.lines if is_planned(line)], spec)


def _wide_tables(data: CaseReportData) -> Iterator[Table]:
    """Those that ask for the whole width, beside each other, so that the paper is turned once."""
    case, spec = data.case, data.spec
    yield shared_tables.deadlines([line for line in data.lines if not is_planned(line)], spec)
    empty = "No finding was sent. A reviewer who gives work back says in findings what must change."
    yield Table("findings", "Findings", FINDINGS, lambda: _findings(data), empty=empty)
    yield shared_tables.conditions(data.conditions, spec)
    yield shared_tables.documents(case, spec)
    decided = entries(case, spec.user, [act for act in data.acts if is_decision(case, act)])
    yield shared_tables.acts(
        "decisions",
        "Decisions taken",
        decided,
        "What the authorizing official or the FedRAMP PMO decided, newest first.",
        "Neither the authorizing official nor the FedRAMP PMO has decided anything yet.",
    )
    every = entries(case, spec.user, data.acts)
    yield shared_tables.acts("history", "History", every, "Newest first.", "Nothing has happened yet.")


def _needs(data: CaseReportData) -> Iterator[Row]:
    for each in data.ahead:
        name = f"{each.label} (the case waits for it)" if each.is_due else each.label
        for need in each.needs:
            yield name, each.owners, Link(need.sentence, need.url) if need.url else need.sentence, need.state
        if not each.needs:
            known = "Nothing beforehand." if each.is_whole else "Nothing that your side is told of."
            yield name, each.owners, known, OPEN if each.is_whole else UNTOLD


def _stages_note(path: Path) -> str:
    back = [f"Back from {way.before} to {way.after} on {day_text(way.on)}." for way in path.back]
    leads = [f"A step leads from here to: {', '.join(path.exits)}."] if path.exits else []
    return " ".join((*back, *leads))


def _findings(data: CaseReportData) -> Iterator[Row]:
    for listed in sorted(data.findings.sent, key=lambda each: (not each.finding.is_open, each.finding.pk)):
        finding = listed.finding
        yield (
            label(Severity, finding.severity),
            Link(listed.about, listed.about_url) if listed.about_url else listed.about,
            Link(finding.text, finding.get_absolute_url()),
            listed.state,
            party_name(data.case, finding.owed_by),
            finding.sent_at,
            finding.answer,
        )


def _facts(data: CaseReportData) -> Iterator[Row]:
    for group in groups(data.case, data.spec.user, people_of(data.acts)):
        for fact in group.facts:
            yield group.label, fact.label, fact.value, fact.who, fact.when


def _people(case: Case) -> Iterator[Row]:
    agency, provider = case.agency, case.offering.provider
    yield "Agency", Link(agency.name, agency.get_absolute_url())
    yield "Authorizing official", case.authorizing_official.display_name if case.authorizing_official else None
    yield "Provider", Link(provider.name, provider.get_absolute_url())
    yield "Assessor", Link(case.assessor.name, case.assessor.get_absolute_url()) if case.assessor else None
    yield "FedRAMP reviewer", case.claimed_by.display_name if case.claimed_by else None
    yield "System", case.system.name if case.system else None
    if case.kind == CaseKind.REUSE:
        yield "To open the package", case.access_person.name if case.access_person else None
        yield "Approver of the access", case.access_approver.name if case.access_approver else None


def _waivers(case: Case, today: date) -> Iterator[Row]:
    for waiver, rule in waivers_of(case, today):
        yield rule, waiver.until, waiver.granted_by.display_name, waiver.granted_at, waiver.reason
