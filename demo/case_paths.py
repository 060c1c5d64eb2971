"""The ways of cases through the two machines, as data: which step leads on, by whom, after how many days, saying what.

The demo walks them (`walk_cases.py`) with the words of `cases.py`. A way says nothing of one agency or offering.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from typing import Any

from accounts.roles import Role
from authorizations.lifecycle.stages import InitialStage as I
from authorizations.lifecycle.stages import ReuseStage as U

LIAISON, REVIEWER, OFFICIAL = Role.AGENCY_LIAISON, Role.AGENCY_REVIEWER, Role.AUTHORIZING_OFFICIAL
CSP = Role.CSP_LEAD
ASSESSOR = Role.ASSESSOR_LEAD
PMO_REVIEWER, PMO_LEAD = Role.PMO_REVIEWER, Role.PMO_LEAD

# Not a step: facts that are recorded on the case's page, and a gate that the PMO waives there.
RECORD, WAIVE = "record facts", "waive a gate"
# Neither: what a step asks for is brought, and the step is left to anyone who looks at the demo.
PREPARE = "prepare a step"
# Nor these: the plan of the case comes in, and what has happened of it is entered (`wbs.py`).
PLAN_COMES_IN, REPORT = "bring in the plan", "report on the plan"


class Placeholder(Enum):
    """Records that a fact names: which one it is, the case says."""

    SYSTEM = "the case's system"
    OFFICIAL = "the agency's authorizing official"
    ASSESSOR = "the assessor"
    PERSON = "who is to open the package"
    APPROVER = "who approves that"
    NEW_AGENCY = "the agency that follows"
    TAKER = "the other reviewer of the PMO"


@dataclass(frozen=True, slots=True)
class Move:
    """One act on a case.

    In ``facts`` a `timedelta` is counted from the day of the act, a `Named` is the case's record, a role the name of
    the person who holds it; everything else is said as it is now.
    """

    name: str
    who: Role
    after: int  # days since the act before
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def but(self, **changed: Any) -> "Move":
        """The same act with something else."""
        return replace(self, **changed)


Way = tuple[Move, ...]


def ahead(days: int) -> timedelta:
    """So many days after the act."""
    return timedelta(days=days)


def ago(days: int) -> timedelta:
    """So many days before the act."""
    return timedelta(days=-days)


TODAY = ahead(0)


def _done(*names: str) -> dict[str, Any]:
    """Dates that all are the day of the act."""
    return {f"{name}_on": TODAY for name in names}


# --- initial: preparation ---

AGREE = Move("agree_partnership", LIAISON, 6)
START_PLANNING = Move(
    "start_planning", LIAISON, 7, {"marketplace_checked_on": ago(4), "agency_contact": LIAISON, "provider_contact": CSP}
)
NAME_OFFICIAL = Move(RECORD, LIAISON, 3, {"authorizing_official": Placeholder.OFFICIAL})
IMPORT_PLAN = Move(PLAN_COMES_IN, CSP, 9)
REPORT_ON_PLAN = Move(REPORT, CSP, 6)
PROVIDER_SIGNS, AGENCY_SIGNS = Move("sign_wbs", CSP, 17), Move("sign_wbs", LIAISON, 8)
REQUEST = Move(
    "request_in_process",
    OFFICIAL,
    6,
    {
        "technical_reviewer": REVIEWER,
        "assessor": Placeholder.ASSESSOR,
        "assessment_planned_on": ahead(110),
        "ato_planned_on": ahead(250),
        "in_production_declared_on": ago(20),
        "proof": "kickoff",
        "approach": "just_in_time",
    },
)
RETURN_REQUEST = Move("return_request", PMO_REVIEWER, 9, reason="The proof names another service than the request.")
LIST = Move(
    "list_in_process",
    PMO_REVIEWER,
    12,
    _done("request_confirmed", "wbs_confirmed", "operational_confirmed", "proof_confirmed", "listing_consented")
    | {"in_process_on": TODAY},
)

# --- initial: package and assessment ---

DELIVER_SSP = Move("deliver_ssp", CSP, 24, {"ssp_delivered_on": TODAY, "kickoff_held_on": ago(15)})
RETURN_SSP = Move("return_ssp", REVIEWER, 12, reason="The boundary diagram leaves out the mail relay.")
RESUBMIT_SSP = Move("resubmit_ssp", CSP, 10)
APPROVE_SSP = Move(
    "approve_ssp",
    REVIEWER,
    14,
    {
        "responsibilities_acknowledged_on": ago(1),
        "responsibilities_acknowledged_by": REVIEWER,
        "ssp_approved_on": TODAY,
    },
)
SUBMIT_SAP = Move("submit_sap", ASSESSOR, 12, {"sap_delivered_on": TODAY})
APPROVE_SAP = Move(
    "approve_sap",
    REVIEWER,
    9,
    {"sap_approved_on": TODAY, "sap_signed_by_provider_on": ago(2), "sap_signed_by_assessor_on": ago(3)},
)
DELIVER_SAR = Move(
    "deliver_sar",
    ASSESSOR,
    38,
    {
        "testing_finished_on": ago(9),
        "sar_delivered_on": TODAY,
        "poam_delivered_on": TODAY,
        "assessor_recommends": "yes",
        "contingency_tested_on": ago(20),
        "incident_response_tested_on": ago(19),
    },
)
CLOSE_DEBRIEF = Move("close_debrief", LIAISON, 18, {"debrief_held_on": TODAY})

# --- initial: review and decision ---

SEND_TO_REMEDIATION = Move(
    "send_to_remediation",
    REVIEWER,
    11,
    {"delta_test_wanted": "yes"},
    "Two findings of level High are open: old ciphers at the gateway, and accounts that are never closed.",
)
RECOMMEND = Move(
    "recommend",
    REVIEWER,
    16,
    {
        "recommendation": "Authorize. What remains open is of level Low and dated in the POA&M.",
        "sar_approved_on": ago(3),
        "pending_deviations": 0,
        "open_high": 0,
        "close_out_held_on": ago(1),
    },
)
IN_THE_FILES = "Letter of the authorizing official, in the agency's files"
ISSUE = Move(
    "issue_ato",
    OFFICIAL,
    12,
    {
        "system": Placeholder.SYSTEM,
        "ato_type": "ato",
        "signed_on": TODAY,
        "expires_on": ahead(3 * 365),
        "decision_letter": IN_THE_FILES,
    },
)
TOO_MUCH_RISK = "The risk of the shared administration accounts is more than this office accepts."
DENY = Move("deny_ato", OFFICIAL, 13, {"signed_on": TODAY, "decision_letter": IN_THE_FILES}, TOO_MUCH_RISK)
REPORT_LETTER = Move(
    "report_letter",
    LIAISON,
    4,
    {"fedramp_notified_on": TODAY, "fedramp_channel": "form", "fedramp_reference": "Letter and form of the agency"},
)
SUBMIT_PACKAGE = Move(
    "submit_package",
    CSP,
    6,
    {
        "package_uploaded_on": ago(1),
        "package_location": "Connect.gov, folder of the offering",
        "package_verified_on": TODAY,
        "application_id": "Application of the provider",
        "applied_on": TODAY,
    },
)

# --- initial: FedRAMP's review ---

ACCEPT = Move(
    "accept_package",
    PMO_REVIEWER,
    8,
    {"letter_received_on": ago(6), "completeness_checked_on": TODAY, "completeness_checked_by": PMO_REVIEWER},
)
CLAIM = Move("claim", PMO_REVIEWER, 7)
HAND_OVER = Move("hand_over", PMO_REVIEWER, 5, {"taker": Placeholder.TAKER})
ASK_REMEDIATION = Move(
    "request_pmo_remediation", PMO_REVIEWER, 15, reason="The inventory and the scans name different hosts."
)
RECOMMEND_CERTIFYING = Move(
    "recommend_to_lead",
    PMO_REVIEWER,
    18,
    {"pmo_recommendation": "certify", "pmo_recommendation_why": "Nothing High is open, and the report is complete."},
)
CERTIFY = Move(
    "certify",
    PMO_LEAD,
    5,
    {
        "certified_on": TODAY,
        "certification_type": "rev5",
        "certification_path": "agency",
        "certification_class": "C",
        "open_high_in_newest_report": 0,
    },
)
RECOMMEND_REJECTING = Move(
    "recommend_to_lead",
    PMO_REVIEWER,
    20,
    {"pmo_recommendation": "reject", "pmo_recommendation_why": "The encryption in use is not validated."},
)
REJECT = Move("reject", PMO_LEAD, 6, reason="The encryption in use is not validated, and no date for it is given.")
SEND_BACK = Move("send_back", PMO_LEAD, 14, reason="The SAR does not cover the tenant that the agency uses.")

# --- initial: endings ---

WARN = Move("warn", PMO_REVIEWER, 40, {"warning_ground": "no_progress", "warning_due_on": ahead(20)})
REMOVE = Move(
    "remove",
    PMO_LEAD,
    25,
    {"removal_ground": "no_progress", "removal_notice_sent_on": TODAY},
    "No SSP was delivered, and the warning was not answered.",
)
LOSE_PARTNER = Move(
    "lose_partner", LIAISON, 30, {"partner_notice_on": ago(1)}, "The program that was to use the service has ended."
)
SUCCEED = Move("succeed", CSP, 21, {"new_agency": Placeholder.NEW_AGENCY}, "Another agency wants to use the service.")
CONVERT = Move(
    "convert",
    CSP,
    14,
    {"target_path": "20x_program", "target_class": "B"},
    "No agency is in sight; the service goes on by the 20x Program path.",
)

TO_PLANNING = (AGREE, START_PLANNING)
TO_REQUEST = (*TO_PLANNING, NAME_OFFICIAL, PROVIDER_SIGNS, AGENCY_SIGNS, REQUEST)
PLANNED_TO_REQUEST = (*TO_PLANNING, NAME_OFFICIAL, IMPORT_PLAN, PROVIDER_SIGNS.but(after=8), AGENCY_SIGNS, REQUEST)
TO_IN_PROCESS = (*TO_REQUEST, LIST)
TO_SSP = (*TO_IN_PROCESS, DELIVER_SSP)
TO_SAP = (*TO_SSP, APPROVE_SSP)
TO_ASSESSMENT = (*TO_SAP, SUBMIT_SAP, APPROVE_SAP)
TO_DEBRIEF = (*TO_ASSESSMENT, DELIVER_SAR)
TO_AGENCY_REVIEW = (*TO_DEBRIEF, CLOSE_DEBRIEF)
TO_DECISION = (*TO_AGENCY_REVIEW, RECOMMEND)
TO_ATO = (*TO_DECISION, ISSUE)
TO_FEDRAMP = (*TO_ATO, REPORT_LETTER, SUBMIT_PACKAGE, ACCEPT)


def planned(stage: str) -> Way:
    """The plain way to a stage of a case whose plan came in while it was made, with a report on it at the end."""
    return (*PLANNED_TO_REQUEST, *INITIAL_WAYS[stage][len(TO_REQUEST) :], REPORT_ON_PLAN)


INITIAL_WAYS: dict[str, Way] = {
    I.PARTNERSHIP: (),
    I.PLANNING: TO_PLANNING,
    I.IN_PROCESS_REQUESTED: TO_REQUEST,
    I.IN_PROCESS: TO_IN_PROCESS,
    I.SSP: TO_SSP,
    I.SAP: TO_SAP,
    I.ASSESSMENT: TO_ASSESSMENT,
    I.SAR_DEBRIEF: TO_DEBRIEF,
    I.AGENCY_REVIEW: TO_AGENCY_REVIEW,
    I.REMEDIATION: (*TO_AGENCY_REVIEW, SEND_TO_REMEDIATION),
    I.AO_DECISION: TO_DECISION,
    I.ATO_ISSUED: TO_ATO,
    I.PMO_REVIEW: TO_FEDRAMP,
    I.PMO_REMEDIATION: (*TO_FEDRAMP, CLAIM, ASK_REMEDIATION),
    I.PARTNER_LOST: (*TO_IN_PROCESS, LOSE_PARTNER),
    I.CERTIFIED: (*TO_FEDRAMP, CLAIM, RECOMMEND_CERTIFYING, CERTIFY),
    I.REMOVED: (*TO_IN_PROCESS, WARN, REMOVE),
    I.WITHDRAWN: (*TO_IN_PROCESS, LOSE_PARTNER, SUCCEED),
    I.ATO_DENIED: (*TO_DECISION, DENY),
    I.CERTIFICATION_REJECTED: (*TO_FEDRAMP, CLAIM, RECOMMEND_REJECTING, REJECT),
    I.CONVERTED: (*TO_IN_PROCESS, LOSE_PARTNER, CONVERT),
}

# --- reuse ---

REQUEST_ACCESS = Move(
    "request_access",
    LIAISON,
    6,
    {
        "system": Placeholder.SYSTEM,
        "use_in_scope": True,
        "marketplace_checked_on": ago(5),
        "access_person": Placeholder.PERSON,
        "access_approver": Placeholder.APPROVER,
    },
)
USE_EXISTING = REQUEST_ACCESS.but(name="use_existing_access", who=REVIEWER)
RETURN_ACCESS_REQUEST = Move("return_access_request", CSP, 4, reason="The approver's signature is missing.")
RESUBMIT_ACCESS_REQUEST = Move("resubmit_access_request", LIAISON, 3)
DENY_ACCESS = Move("deny_access", CSP, 6, {"access_denied_on": TODAY}, "The request names a contractor without an NDA.")
# The provider opens what is in its trust center and sets no end; the PMO opens Connect.gov for 60 days.
GRANT = Move("grant_access", CSP, 5, {"access_granted_on": TODAY})
GRANT_AT_CONNECT = Move("grant_access", PMO_REVIEWER, 4, {"access_granted_on": TODAY, "access_until": ahead(60)})
MARK_EXPIRED = Move("mark_access_expired", LIAISON, 64)
START_REVIEW = Move("start_review", REVIEWER, 5)
FINISH_REVIEW = Move(
    "finish_review",
    REVIEWER,
    16,
    {"review_recorded_on": TODAY, "assessment_read_on": ago(2), "boundary_covers": "yes"},
)
IMPLEMENT = Move(
    "start_implementation", REVIEWER, 18, {"guide_reviewed_on": ago(4), "responsibilities_listed_on": TODAY}
)
SUBMIT_FOR_DECISION = Move(
    "submit_for_decision",
    REVIEWER,
    26,
    {
        "authorizing_official": Placeholder.OFFICIAL,
        "agency_tested_on": ago(5),
        "recommendation": "Authorize. Our own settings are tested; two items are dated in our POA&M.",
    },
)
RETURN_LETTER = Move("return_letter", PMO_REVIEWER, 5, reason="The letter names another system than the form.")
RECORD_ATO = Move("record", PMO_REVIEWER, 7, {"letter_received_on": ago(5), "logged_on": TODAY})
NOT_SUITABLE = Move(
    "not_suitable",
    REVIEWER,
    10,
    {"package_deficient": "no"},
    "The features needed lie outside of the boundary.",
)
WITHDRAW_REUSE = Move(
    "withdraw", LIAISON, 8, {"provider_notified_on": TODAY}, "The office keeps the system that it has for another year."
)

TO_ACCESS = (REQUEST_ACCESS, GRANT)
TO_REVIEW = (*TO_ACCESS, START_REVIEW)
TO_GAPS = (*TO_REVIEW, FINISH_REVIEW)
TO_IMPLEMENTATION = (*TO_GAPS, IMPLEMENT)
TO_RISK = (*TO_IMPLEMENTATION, SUBMIT_FOR_DECISION)
TO_REUSE_ATO = (*TO_RISK, ISSUE)

REUSE_WAYS: dict[str, Way] = {
    U.NEED_DEFINED: (),
    U.ACCESS_REQUESTED: (REQUEST_ACCESS,),
    U.ACCESS_GRANTED: TO_ACCESS,
    U.PACKAGE_REVIEW: TO_REVIEW,
    U.GAP_ANALYSIS: TO_GAPS,
    U.IMPLEMENTATION: TO_IMPLEMENTATION,
    U.RISK_DECISION: TO_RISK,
    U.ATO_ISSUED: TO_REUSE_ATO,
    U.ACCESS_DENIED: (REQUEST_ACCESS, DENY_ACCESS),
    U.ACCESS_EXPIRED: (REQUEST_ACCESS, GRANT_AT_CONNECT, MARK_EXPIRED),
    U.RECORDED: (*TO_REUSE_ATO, REPORT_LETTER, RECORD_ATO),
    U.NOT_SUITABLE: (*TO_REVIEW, NOT_SUITABLE),
    U.ATO_DENIED: (*TO_RISK, Move("deny_ato", OFFICIAL, 9, {"decision_letter": IN_THE_FILES}, TOO_MUCH_RISK)),
    U.WITHDRAWN: (REQUEST_ACCESS, WITHDRAW_REUSE),
}
