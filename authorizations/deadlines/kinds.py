"""The kinds of deadlines, by the ids of the duties they stand for, and which function of which record yields them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from authorizations.deadlines import access_and_contacts, atos, offerings, yearly
from authorizations.deadlines import cases as case_deadlines
from authorizations.deadlines.deadline import Deadline, DeadlineSide, OfferingDeadlineRow
from authorizations.deadlines.participation import Participation


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of deadline: its name in words, and under which name releases state when people are warned of it."""

    id: str
    label: str
    lead: str
    met_by: str  # what satisfies it, in words
    duty: str = ""  # of `lifecycle/duties.py`, where a delivery meets it
    topic: str = "deadlines"
    is_public: bool = False  # follows from what the Marketplace publishes alone


KINDS: dict[str, DeadlineKind] = {
    kind.id: kind
    for kind in (
        DeadlineKind("S3_assessment", "Assessment starts, by the request", "assessment_start_months",
            "a recorded start"),
        DeadlineKind("L36_assessment", "Assessment starts, by In Process", "assessment_start_months",
            "a recorded start"),
        DeadlineKind("S3_ato", "ATO is signed, by the request", "ato_months", "the ATO"),
        DeadlineKind("L36_ato", "ATO is signed, by In Process", "ato_months", "the ATO"),
        DeadlineKind("L37", "FedRAMP is told of another official", "official_change_days", "the day’s being recorded"),
        DeadlineKind("SAR_fresh", "Application with a fresh assessment report", "assessment_fresh_months",
            "the application, or a review of what changed"),
        DeadlineKind("SAR_stale", "Application with a refreshed assessment report", "assessment_stale_months",
            "the application"),
        DeadlineKind("cutoff", "Application for Rev5 before it closes", "cutoff", "FedRAMP’s review having begun"),
        DeadlineKind("conversion", "Conversion before it closes", "conversion_to", "the conversion"),
        DeadlineKind("S12", "FedRAMP decides (its goal)", "decision_days", "the decision"),
        DeadlineKind("delisting", "Off the Marketplace", "delisting_hours", "the designation’s being set"),
        DeadlineKind("WBS_start", "Planned start of a task", "planned_task", "the task’s start", topic="cases"),
        DeadlineKind("WBS_finish", "Planned finish of a task", "planned_task", "the task’s finish", topic="cases"),
        DeadlineKind("A01", "Letter to FedRAMP", "letter_days", "the notice to FedRAMP", topic="atos"),
        DeadlineKind("D5", "FedRAMP is told of a suspension or revocation", "end_told_days", "the notice",
            topic="atos"),
        DeadlineKind("ato_expiry", "ATO expires", "ato_expiry", "an extension, a new ATO, or its end", topic="atos"),
        DeadlineKind("condition", "Condition of the ATO", "ato_condition", "the evidence", topic="atos"),
        DeadlineKind("L13", "Schedule of continuous monitoring", "schedule_days", "its delivery", "L13"),
        DeadlineKind("L14", "Worksheet of deliverables", "worksheet_business_days", "its delivery", "L14"),
        DeadlineKind("L15", "SSP is with the assessor", "ssp_to_assessor_days", "its delivery", "L15"),
        DeadlineKind("L16", "Plan of the annual assessment", "sap_before_days", "its delivery", "L16"),
        DeadlineKind("L17", "Package of the annual assessment", "annual_months", "its delivery", "L17"),
        DeadlineKind("L28", "Official re-evaluates the authorization", "reevaluation_months",
            "the re-evaluation", "L28"),
        DeadlineKind("L34", "New ATO is forwarded to FedRAMP", "forward_days", "its being forwarded", "L34"),
        DeadlineKind("L35_ready", "FedRAMP Ready ends", "ready_months", "another designation", is_public=True),
        DeadlineKind("L35_conversion", "Ready converts", "ready_conversion", "another designation", is_public=True),
        DeadlineKind("L35_removed", "Ready disappears", "ready_removed", "another designation", is_public=True),
        DeadlineKind("L38", "Package access ends", "access_end", "an extension, the ATO, or its end", topic="access"),
        DeadlineKind("L39", "Access of a person who left is ended", "leaver", "the access’s end", topic="access"),
        DeadlineKind("N01", "Ongoing certification report", "report_months", "its delivery", "N01"),
        DeadlineKind("N04", "Quarterly review", "meeting_business_days", "its being held", "N04"),
        DeadlineKind("N01_announced", "Ongoing certification report, as announced", "report_months",
            "its delivery", "N01"),
        DeadlineKind("N04_announced", "Quarterly review, as announced", "meeting_business_days",
            "its being held", "N04"),
        DeadlineKind("N23", "FedRAMP’s report is in the package", "fcr_days", "its being there", "N23"),
        DeadlineKind("N24", "FedRAMP is told of a denied access", "denial_days", "the notice to FedRAMP",
            topic="access"),
        DeadlineKind("N25", "Notice of a downgrade or an end", "ending_days", "the notice", "N25"),
        DeadlineKind("N28_progress", "Report of progress", "progress_months", "the report", "N28"),
        DeadlineKind("N28_scheduled", "Assessment is scheduled", "scheduled_months", "an announced day",
            "assessment_start"),
        DeadlineKind("A04", "Agency reviews the report", "report_review_months", "the review", "A04"),
        DeadlineKind("A05", "Senior official attends the quarterly review", "meeting_business_days",
            "the attendance", "A05"),
        DeadlineKind("A09", "Use of a class A offering ends", "class_a_months", "another class, or its end",
            topic="atos"),
        DeadlineKind("pipeline", "Offering of the Rev5 pipeline follows the updated rules", "pipeline_follow",
            "its being recorded", "pipeline"),
        DeadlineKind("rules_end", "Consolidated Rules for 2026 end", "rules_end", "the rules that follow them",
            is_public=True),
        DeadlineKind("ruleset_maintain", "Ruleset is needed by existing holders", "ruleset", "its adoption",
            is_public=True),
        DeadlineKind("ruleset_grace", "Certification is lost without the ruleset", "ruleset", "its adoption",
            is_public=True),
        DeadlineKind("contact", "Contact is confirmed", "contact_days", "a confirmation", topic="register"),
    )
}  # fmt: skip


def label_of(due: Deadline) -> str:
    """What is due, in words; of the rulesets, which one, and of the plan, which task."""
    label = KINDS[due.kind].label
    if due.name:
        return f"{due.name} (planned {due.detail})"
    return f"{label}: {due.detail}" if due.kind.startswith("ruleset") else label


Yielding = Callable[[Any, date], Iterator[Deadline]]
OF_CASES: tuple[Yielding, ...] = (
    case_deadlines.assessment_terms,
    case_deadlines.ato_terms,
    case_deadlines.official_changed,
    case_deadlines.report_age,
    case_deadlines.cutoff,
    case_deadlines.conversion,
    case_deadlines.decision,
    case_deadlines.delisting,
)
OF_TASKS: tuple[Yielding, ...] = (case_deadlines.planned,)
OF_ATOS: tuple[Yielding, ...] = (
    atos.letter,
    atos.end_notified,
    atos.expiry,
    atos.reevaluation,
    atos.forwarded,
    atos.class_a,
    atos.reports_read,
)
OF_CONDITIONS: tuple[Yielding, ...] = (atos.condition,)
OF_OFFERINGS: tuple[Yielding, ...] = (
    yearly.yearly_deliveries,
    offerings.reports,
    offerings.announced,
    offerings.report_of_fedramp,
    offerings.assessment_ahead,
    offerings.endings,
    offerings.progress,
    offerings.ready,
    offerings.rulesets,
    offerings.pipeline,
    offerings.rules_end,
)
OF_ACCESSES: tuple[Yielding, ...] = (
    access_and_contacts.access_end,
    access_and_contacts.leaver,
    access_and_contacts.denial,
)
OF_CONTACTS: tuple[Yielding, ...] = (access_and_contacts.contact,)


def compute(row: Any, functions: tuple[Yielding, ...], today: date, participation: Participation) -> Iterator[Deadline]:
    """The deadlines that functions yield of a row, each with since when the one who owes it keeps records here."""
    is_offering = isinstance(row, OfferingDeadlineRow)
    since: dict[DeadlineSide, date | None] = {}
    for each in functions:
        for due in each(row, today):
            if not participation.concerns(due):
                continue
            side = due.owed_by
            if side not in since:
                since[side] = participation.records_since(side, row)
            known = not is_offering or row.knows_of(due)
            yield due._replace(records_since=since[side], is_confirmed=known)
