"""The facts that the steps of cases ask for, grouped by the part of the path they belong to."""

from dataclasses import replace
from typing import Any

from authorizations.lifecycle.facts import LETTER_WHERE as LETTER_WHERE
from authorizations.lifecycle.facts import TO_FEDRAMP, TO_PROVIDER, choice, long_text, on, text, yes_no
from authorizations.lifecycle.problems import Force
from authorizations.lifecycle.step import Default, Fact, FactKind
from authorizations.policy import Party
from authorizations.vocabulary import AtoType

AGENCY = frozenset({Party.AL, Party.AR})
PROVIDER = frozenset({Party.CL, Party.CC})
ASSESSOR = frozenset({Party.AS})
PMO = frozenset({Party.PR, Party.PL})
LATER: dict[str, Any] = {"may_be_later": True}
TODAY: dict[str, Any] = {"default": Default.DAY}
BY_ACTOR: dict[str, Any] = {"default": Default.PERSON}


def _record(name: str, label: str, **data: Any) -> Fact:
    return Fact(name, label, FactKind.RECORD, is_record_column=True, **data)


OF_A_NEW_CASE = tuple(Fact(label.lower(), label, FactKind.RECORD, is_stored=False) for label in ("Agency", "Offering"))
ANSWER = long_text("answer", "Answer to what was returned", is_stored=False)
# --- who and what, on the record itself ---
SYSTEM = _record(
    "system", "System", help="The agency's information system, with its FIPS 199 levels.", waivable=False, by=AGENCY
)
OFFICIAL = _record(
    "authorizing_official",
    "Authorizing official",
    help="Who decides. The person may then act on this case.",
    waivable=False,
    by=AGENCY,
)
# Named on the case's page, before the official can act on it at all.
OFFICIAL_NAMED = replace(OFFICIAL, force=None)
ASSESSOR_NAMED = _record(
    "assessor", "Assessor", help="Its people may then read the case and deliver.", by=frozenset({Party.CL, Party.AL})
)

# While the case is listed FedRAMP is told of another official, with a new request (MKTPG24).
OFFICIAL_CHANGED = (
    on("official_changed", "Authorizing official changed", force=None, by=AGENCY),
    on("official_change_notified", "FedRAMP told of the new official", force=None, by=AGENCY),
)

# --- preparation ---
CHECKED = on("marketplace_checked", "Marketplace checked", **TODAY, help="Federal law asks for it before starting.")
CONTACTS = (
    text("agency_contact", "Contact of the agency", by=AGENCY),
    text("provider_contact", "Contact of the provider", by=PROVIDER),
)
REVIEWER = text("technical_reviewer", "Technical reviewer", help="Who reviews for the agency; one name or several.")
PLANNED = (
    on("assessment_planned", "Assessment planned to start", by=ASSESSOR | PROVIDER, **LATER),
    on("ato_planned", "ATO planned", **LATER),
)
IN_PRODUCTION = on("in_production_declared", "Declared to be in production", by=PROVIDER)
PROOF = choice(
    "proof",
    "Proof",
    (
        ("contract", "Proof of a contract award"),
        ("use", "Demonstrated or attested agency use"),
        ("ready", "Currently FedRAMP Ready"),
        ("kickoff", "Formal kickoff completed"),
    ),
    help="One of four is needed.",
)
APPROACH = choice(
    "approach",
    "Review approach",
    (("just_in_time", "Just in time: SSP, SAP and SAR one after the other"), ("all_at_once", "All at once")),
)
CONDITIONS = (
    on("request_confirmed", "Request by the AO confirmed", **TODAY, by=PMO),
    on("wbs_confirmed", "Signed WBS confirmed", **TODAY, by=PMO),
    on("operational_confirmed", "Fully operational confirmed", **TODAY, by=PMO),
    on("proof_confirmed", "Proof confirmed", **TODAY, by=PMO),
)
CONSENT = on("listing_consented", "Agency consented to the listing", by=AGENCY, waivable=False)
IN_PROCESS = on("in_process", "In Process", **TODAY, by=PMO, waivable=False)

# --- package and assessment ---
SSP = on("ssp_delivered", "SSP draft delivered", **TODAY, by=PROVIDER)
SAP = on("sap_delivered", "SAP delivered", **TODAY, by=PROVIDER | ASSESSOR)
SAR = on("sar_delivered", "SAR delivered", **TODAY, by=PROVIDER | ASSESSOR)
POAM = on("poam_delivered", "POA&M delivered", **TODAY, by=PROVIDER | ASSESSOR)
RESPONSIBILITIES = (
    on("responsibilities_acknowledged", "Customer responsibilities acknowledged", **TODAY, by=AGENCY),
    text("responsibilities_acknowledged_by", "Customer responsibilities acknowledged by", **BY_ACTOR, by=AGENCY),
)
SSP_APPROVED = on("ssp_approved", "SSP approved", **TODAY, by=AGENCY)
SAP_APPROVED = on("sap_approved", "SAP approved", **TODAY, by=AGENCY)
SAP_SIGNED = (
    on("sap_signed_by_provider", "SAP signed by the provider", by=PROVIDER, waivable=False),
    on("sap_signed_by_assessor", "SAP signed by the assessor", by=ASSESSOR, waivable=False),
)
STARTED = on("assessment_started", "Assessment started", force=None, by=ASSESSOR | PROVIDER)
TESTED = (
    on("testing_finished", "Testing finished", by=ASSESSOR),
    SAR,
    POAM,
    yes_no("assessor_recommends", "The assessor recommends authorization", by=ASSESSOR),
    on("contingency_tested", "Contingency plan tested", by=PROVIDER),
    on("incident_response_tested", "Incident response tested", by=PROVIDER),
)
KICKOFF_HELD = on("kickoff_held", "Kickoff held", force=None, by=AGENCY | PROVIDER)
KICKOFF_SKIPPED = long_text("kickoff_skipped", "Why there was no kickoff", force=None, by=frozenset({Party.AL}))
DEBRIEF_HELD = on("debrief_held", "Debrief held", force=None, by=AGENCY)
DEBRIEF_SKIPPED = long_text("debrief_skipped", "Why there was no debrief", force=None, by=frozenset({Party.AL}))

# --- review and decision ---
DELTA_WANTED = yes_no("delta_test_wanted", "Delta test wanted", by=AGENCY)
DELTA_DONE = on("delta_test_done", "Delta test done", force=None, by=frozenset({Party.AS, Party.CL}))
CLOSE_OUT = on("close_out_held", "Close-out meeting held", force=Force.SHOULD, by=AGENCY)
FOR_THE_AO = (
    long_text("recommendation", "Recommendation to the AO", by=AGENCY, inside="agency"),
    on("sar_approved", "SAR approved", **TODAY, by=AGENCY),
    Fact("pending_deviations", "Pending deviation requests", FactKind.COUNT, by=AGENCY),
    Fact("open_high", "Open findings of level High", FactKind.COUNT, by=AGENCY),
    CLOSE_OUT,
)
SIGNED = on("signed", "Signed", default=Default.TODAY, waivable=False)
EXPIRES = Fact(
    "expires_on", "Expires on", FactKind.DATE, force=None, help="Leave it blank if the letter names none.", **LATER
)
CONDITIONS_WHERE = text(
    "conditions_reference",
    "Reference of the conditions",
    force=None,
    is_stored=False,
    help="Of an ATO with conditions: where they stand, unless they are under Documents already.",
)
WHERE = (LETTER_WHERE, CONDITIONS_WHERE)
OF_DENIAL = (SIGNED, LETTER_WHERE)


def _types(*types: AtoType) -> tuple[tuple[str, str], ...]:
    return tuple((each.value, str(each.label)) for each in types)


INITIAL_TYPE = choice(
    "ato_type",
    "Type",
    _types(AtoType.ATO, AtoType.WITH_CONDITIONS),
    help="An interim ATO or an ATU is registered in the ATO register and leaves the case here.",
    waivable=False,
)
REUSE_TYPE = choice(
    "ato_type",
    "Type",
    _types(AtoType.ATO, AtoType.WITH_CONDITIONS, AtoType.ATU, AtoType.TEMPORARY),
    waivable=False,
)
IN_ERROR = Fact("in_error", "The ATO was issued in error", FactKind.BOOLEAN, is_stored=False, waivable=False)
LETTER = tuple(replace(fact, waivable=False) for fact in TO_FEDRAMP)
UPLOADED = (
    on("package_uploaded", "Package uploaded", **TODAY, by=PROVIDER),
    text("package_location", "Location of the package", by=PROVIDER),
    on("package_verified", "Verified by the provider", **TODAY, by=PROVIDER),
    text("application_id", "Id of the application form", by=PROVIDER),
    on("applied", "Applied", **TODAY, by=PROVIDER),
    on(
        "assessment_refreshed",
        "Assessment freshened",
        force=None,
        by=PROVIDER | ASSESSOR,
        help="When the assessor reviewed what has changed since an assessment that is more than three months old.",
    ),
)
SIDE = choice(
    "side", "Side", (("agency", "Agency: the letter"), ("provider", "Provider: the package")), is_stored=False
)
LETTER_RECEIVED = on("letter_received", "Letter received", **TODAY, by=PMO)
COMPLETE = (
    on("completeness_checked", "Completeness checked", **TODAY, by=PMO),
    text("completeness_checked_by", "Completeness checked by", **BY_ACTOR, by=PMO),
)

# --- FedRAMP's review ---
PMO_RECOMMENDATION = choice(
    "pmo_recommendation",
    "Recommendation of the PMO's reviewer",
    (("certify", "Certify"), ("remediate", "Remediate"), ("send_back", "Send back"), ("reject", "Reject")),
    by=PMO,
    waivable=False,
)
PMO_RECOMMENDED = (
    PMO_RECOMMENDATION,
    long_text(
        "pmo_recommendation_why",
        "Why the PMO's reviewer recommends it",
        by=PMO,
        waivable=False,
        help="One or two sentences for the lead who decides. Everyone on the case can read them.",
    ),
)
TAKER = Fact(
    "taker", "Hand over to", FactKind.RECORD, is_stored=False, waivable=False, help="A reviewer or a lead of the PMO."
)
CERTIFIED = (
    on("certified", "Certified", **TODAY),
    choice("certification_type", "Certification type", (("rev5", "Rev5"), ("20x", "20x"))),
    choice("certification_path", "Certification path", (("agency", "Agency"), ("program", "Program"))),
    choice("certification_class", "Class", tuple((each, f"Class {each}") for each in "ABCD")),
    # Of this act alone: what was counted before the agency's decision says nothing of a newer report.
    Fact(
        "open_high_in_newest_report",
        "Open findings of level High in the newest report",
        FactKind.COUNT,
        is_stored=False,
    ),
)
EVIDENCE = text("evidence", "Reference of the evidence", is_stored=False, waivable=False)

# --- endings and ladders ---
STOPPED = (
    on("stop_notice", "Notice given"),
    choice("stopped_by", "Who stopped", (("agency", "Agency"), ("provider", "Provider"))),
    on("other_side_notified", "Other side told"),
)
WARNING = (
    choice(
        "warning_ground",
        "Ground of the warning",
        (("over_12_months", "Over 12 months"), ("no_reply", "No reply"), ("no_progress", "No progress")),
    ),
    on("warning_due", "Answer due", **LATER),
)
REMOVAL = (
    choice(
        "removal_ground",
        "Ground",
        (
            ("over_12_months", "Over 12 months"),
            ("no_reply", "No reply"),
            ("no_progress", "No progress"),
            ("two_send_backs", "Sent back twice"),
            ("other", "Other"),
        ),
    ),
    yes_no("removal_urgent", "Urgent", force=None, help="Without a warning whose answer is overdue, say yes."),
    on("removal_notice_sent", "Notice sent"),
)
TIMELINE = (
    long_text("new_timeline", "New timeline"),
    on("timeline_agreed_by_agency", "Agreed by the agency", waivable=False),
    on("timeline_agreed_by_provider", "Agreed by the provider", waivable=False),
)
PARTNER_NOTICE = on("partner_notice", "Notice of the partner's end")
NEW_AGENCY = Fact("new_agency", "New agency", FactKind.RECORD, is_stored=False, waivable=False)
CONVERSION = (
    choice("target_path", "Target path", (("20x_program", "20x Program"), ("rev5_program", "Rev5 Program"))),
    choice("target_class", "Target class", tuple((each, f"Class {each}") for each in "ABC")),
    # The rest is asked where the target is the temporary Rev5 Program pipeline; 20x has none of these conditions.
    choice(
        "conversion_ground",
        "Ground of the Rev5 Program",
        (
            ("lost_sponsor", "It was In Process and lost its sponsor"),
            ("informal_assessment", "It has a full SAP and SAR under an informal agreement"),
        ),
        force=None,
    ),
    on("conversion_evidence", "Date of the evidence", force=None),
    on(
        "eligibility_confirmed",
        "Eligibility confirmed by FedRAMP",
        force=None,
        help="FedRAMP answers its form 52061181133979.",
    ),
    on(
        "rev5_update_agreed",
        "Updated Rev5 rules agreed to",
        force=None,
        help="The provider follows the updated Rev5 rules by 19 February 2027.",
    ),
)

# --- reuse; what a grant, a denial or a notice consists of cannot be waived, because nothing could be written ---
USE = long_text("intended_use", "Intended use", by=AGENCY)
IN_SCOPE = Fact(
    "use_in_scope",
    "The use is in FedRAMP's scope",
    FactKind.BOOLEAN,
    help=(
        "A class A offering is authorized for twelve months at most, and only where class B, C or D is sought "
        "(AGU-USE-CLA)."
    ),
    by=AGENCY,
)
HIGHER_CLASS = yes_no(
    "higher_class_sought", "Class B, C or D is sought", force=None, help="Of a class A offering alone.", by=AGENCY
)
PERSON = _record(
    "access_person", "Who is to open the package", help="A contact of the agency.", by=AGENCY, waivable=False
)
APPROVER = _record("access_approver", "Approver", help="The agency's CIO, CISO or designee.", by=AGENCY, waivable=False)
REQUEST = (SYSTEM, IN_SCOPE, CHECKED, PERSON, APPROVER)
GRANT = (
    on("access_granted", "Access granted", **TODAY, by=PMO | PROVIDER, waivable=False),
    Fact(
        "access_until",
        "Until",
        FactKind.DATE,
        force=None,
        help="Connect.gov: 60 days from the grant. Leave it blank where the provider sets no end.",
        **LATER,
    ),
)
DENIED = on("access_denied", "Access denied", **TODAY, by=PMO | PROVIDER, waivable=False)
NEW_END = Fact(
    "new_end", "New end", FactKind.DATE, help="Connect.gov: 30 days more.", is_stored=False, waivable=False, **LATER
)
RENEWAL_ASKED = on("renewal_asked", "Renewal asked", by=AGENCY)
REVIEWED = (
    on("review_recorded", "Review record", **TODAY, by=AGENCY),
    on("assessment_read", "SAR read; assessment dated", by=AGENCY),
    yes_no("boundary_covers", "The boundary covers the features wanted", by=AGENCY),
)
GAPS = (
    on("guide_reviewed", "Secure configuration guide reviewed", **TODAY, by=AGENCY),
    on("responsibilities_listed", "Customer responsibilities listed", **TODAY, by=AGENCY),
)
FOR_DECISION = (
    OFFICIAL,
    on("agency_tested", "Agency side tested", **TODAY, by=AGENCY),
    long_text("recommendation", "Recommendation to the AO", by=AGENCY, inside="agency"),
)
LOGGED = on("logged", "Logged", **TODAY, by=PMO)
TRIGGER = choice(
    "reassessment_trigger",
    "Trigger",
    (
        ("significant_change", "Significant change"),
        ("class_change", "Class change"),
        ("loss_of_certification", "Loss of certification"),
        ("scope_change", "Scope change"),
        ("re_evaluation", "Re-evaluation date"),
        ("other", "Other"),
    ),
)
UNSUITABLE = (
    yes_no("package_deficient", "The package is deficient", force=None, by=AGENCY),
    on("deficiency_documented", "Deficiency documented", force=None, by=AGENCY),
    on("pmo_notified", "PMO told", force=None, by=AGENCY),
)
PROVIDER_NOTIFIED = Fact("provider_notified_on", TO_PROVIDER[0].label, FactKind.DATE, force=None, by=AGENCY)
# --- agreements and signatures, stated by each side in a turn of its own ---
AGREED = (
    on("agency_agreed", "Agency agreed", waivable=False),
    on("provider_agreed", "Provider agreed", waivable=False),
)
WBS_SIGNED = (
    on("wbs_signed_by_agency", "WBS signed by the agency", waivable=False),
    on("wbs_signed_by_provider", "WBS signed by the provider", waivable=False),
)
