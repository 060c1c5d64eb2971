"""What the steps of a case say of its plan: the facts that are the actual dates of tasks. Pure.

They follow from the case as it stands. A step back, after which a fact no longer holds, takes its date with it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from authorizations.lifecycle.stages import PATH_INITIAL
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.wbs import Planned
from authorizations.vocabulary import WbsKind

# What stands in the place of a step where a person took a date back that a step had filled in: it stays blank.
BY_A_PERSON = "person"
# How far along the path a stage is. At other stages a case has ended, or looks for a partner: its plan stays as it is.
ORDER = {stage: place for place, stage in enumerate(stage for _, stages in PATH_INITIAL for stage in stages)}


class FilledCase(Protocol):
    """What the rule asks of a case."""

    stage: Any

    def fact_value(self, name: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Filling:
    """One date of a task that a step knows.

    Attributes:
        step: the step that states it; words: the task, by the titles that the sheets of the workbook give it.
        facts: whose last day it is, once all are known; since: from which stage on they hold, blank for always.
    """

    step: str
    words: re.Pattern[str]
    facts: tuple[str, ...]
    column: str = "actual_finish"
    since: str = ""


def _by(step: str, words: str, *facts: str, column: str = "actual_finish", since: str = "") -> Filling:
    return Filling(step, re.compile(words, re.IGNORECASE), facts, column, since)


# The first that fits a task counts (WBS, sheets "LowModerateHigh WBS" and "Li-SaaS WBS").
FILLINGS = (
    _by("request_in_process", r"\bin[- ]process request\b", "requested_on", since=S.IN_PROCESS_REQUESTED),
    _by(
        "sign_wbs",
        r"\bprovide\b.*\bwbs\b|\bsign\b.*\bplan\b",
        "wbs_signed_by_agency_on",
        "wbs_signed_by_provider_on",
    ),
    _by("deliver_ssp", r"\bssp\b.*\bdeliver|\bdeliver\b.*\bssp\b", "ssp_delivered_on", since=S.SSP),
    _by("deliver_ssp", r"\bhold\b.*\bkick-?off\b", "kickoff_held_on"),
    _by("list_in_process", r"\blisted as in[- ]process\b", "in_process_on", since=S.IN_PROCESS),
    _by("approve_ssp", r"\bapprove\b.*\bssp\b", "ssp_approved_on", since=S.SAP),
    _by(
        "approve_ssp",
        r"\bawareness of customer responsib|\backnowledge customer responsib",
        "responsibilities_acknowledged_on",
        since=S.SAP,
    ),
    _by("submit_sap", r"\bsap\b.*\bdeliver|\bdeliver\b.*\bsap\b", "sap_delivered_on", since=S.SAP),
    _by("approve_sap", r"\bapprove\b.*\bsap\b", "sap_approved_on", since=S.ASSESSMENT),
    _by(
        "deliver_sar",
        r"^\s*(conduct|perform)\b.*\bassessment",
        "assessment_started_on",
        column="actual_start",
        since=S.ASSESSMENT,
    ),
    _by("deliver_sar", r"^\s*(conduct|perform)\b.*\bassessment", "testing_finished_on", since=S.SAR_DEBRIEF),
    _by("deliver_sar", r"\bdeliver\b.*\bsar\b", "sar_delivered_on", since=S.SAR_DEBRIEF),
    _by("deliver_sar", r"\bdeliver\b.*\bpoa&m", "poam_delivered_on", since=S.SAR_DEBRIEF),
    _by("close_debrief", r"\bhold\b.*\bdebrief", "debrief_held_on", since=S.AGENCY_REVIEW),
    _by("recommend", r"\bapprove\b.*\bsar\b", "sar_approved_on", since=S.AO_DECISION),
    # Sent back to the agency, the ATO stays as it is; a decision in error takes its day back by itself.
    _by("issue_ato", r"^\s*issue ato\b", "signed_on"),
    _by("submit_package", r"^\s*upload\b.*\bpackage\b", "package_uploaded_on"),
    _by("certify", r"\bauthorization designation has been achieved", "certified_on", since=S.CERTIFIED),
)


def days_by_steps(case: FilledCase, rows: Iterable[Planned]) -> Mapping[str, Mapping[str, tuple[date, str]]] | None:
    """By the number of a task and the column: the day, and the step that states it; None where the plan stays as it is.

    Each date goes to the first task that fits.
    """
    place = ORDER.get(str(case.stage))
    if place is None:
        return None
    found: dict[str, dict[str, tuple[date, str]]] = {}
    tasks = [row for row in rows if row.kind == WbsKind.TASK]
    for filling in FILLINGS:
        days = [case.fact_value(name) for name in filling.facts]
        if not all(days) or (filling.since and place < ORDER[filling.since]):
            continue
        task = next((row for row in tasks if filling.words.search(row.title)), None)
        if task is not None:
            found.setdefault(task.number, {}).setdefault(filling.column, (max(days), filling.step))
    return found
