"""What a decision rests on, beside its form: facts, documents and findings of the case that the reader may know of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from authorizations.lifecycle.step import Fact
from authorizations.models import Case
from authorizations.presenters.audit_log.history import value_words
from authorizations.presenters.cases.labels import finding_words
from authorizations.presenters.document_links import document_row
from authorizations.presenters.documents import readable

# By step: the facts and the documents that whoever decides wants to see, in this order.
_PACKAGE = ("ssp", "sar", "poam")
_DECISION = (
    ("recommendation", "assessor_recommends", "open_high", "pending_deviations", "testing_finished_on"),
    (
        *_PACKAGE,
        "deviation_requests",
        "residual_risk",
        "use_conditions",
        "assessment_report",
        "agency_poam",
        "ato_letter",
    ),
)
_LISTING = (
    ("technical_reviewer", "proof", "approach", "in_production_declared_on", "assessment_planned_on", "ato_planned_on"),
    ("ipr", "wbs", "in_process_proof", "partner_statement"),
)
_ACCESS = (
    ("access_person", "access_approver", "intended_use", "use_in_scope", "marketplace_checked_on"),
    ("access_form", "nda"),
)
_CERTIFICATION = (
    (
        "pmo_recommendation",
        "pmo_recommendation_why",
        "letter_received_on",
        "completeness_checked_on",
        "application_id",
        "package_location",
    ),
    ("review_report", "ato_letter", "package_checklist", *_PACKAGE),
)
EVIDENCE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "issue_ato": _DECISION,
    "deny_ato": _DECISION,
    "return_from_ao": _DECISION,
    "list_in_process": _LISTING,
    "return_request": _LISTING,
    "grant_access": _ACCESS,
    "deny_access": _ACCESS,
    "certify": _CERTIFICATION,
    "reject": _CERTIFICATION,
}


@dataclass(frozen=True, slots=True)
class EvidenceDocument:
    label: str
    number: int
    day: date
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """``facts``: label and value; ``findings``: in words, blank for none; ``missing``: labels of absent documents."""

    facts: list[tuple[str, str]]
    documents: list[EvidenceDocument]
    missing: list[str]
    findings: str


def evidence_for(case: Case, step: str, user: User) -> Evidence | None:
    """What a step's decision rests on, without a query; None for a step that decides nothing."""
    if step not in EVIDENCE:
        return None
    names, keys = EVIDENCE[step]
    known, facts = case.readable_facts(user), case.machine().facts
    rules = {key: rule for key, rule in readable(case, user).items() if key in keys}
    here = case.document_summary
    return Evidence(
        [(facts[name].label, words) for name in names if name in facts and (words := _words(case, facts[name], known))],
        [
            EvidenceDocument(
                rule.label, here[key]["number"], date.fromisoformat(here[key]["at"][:10]), document_row(case, key)
            )
            for key, rule in rules.items()
            if key in here
        ],
        [rule.label for key, rule in rules.items() if key not in here and case.stage in rule.stages],
        finding_words(case, user),
    )


def _words(case: Case, fact: Fact, known: Mapping[str, list[Any]]) -> str:
    """The value of a fact; blank where it is not known, or not to this reader."""
    if fact.is_record_column:
        return str(getattr(case, fact.name, None) or "")
    return value_words(fact, known[fact.name][0]) if fact.name in known else ""
