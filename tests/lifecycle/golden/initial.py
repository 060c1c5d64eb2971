"""The table of the initial machine, written by hand from its specification; the code is held against it."""

from datetime import date

from tests.lifecycle.golden.table import Dated, Row

BEFORE_LISTING = "partnership planning in_process_requested"
TOWARDS_ATO = "in_process ssp sap assessment sar_debrief agency_review remediation ao_decision ato_issued"
LISTED = f"{TOWARDS_ATO} pmo_review pmo_remediation"
OPEN = f"{BEFORE_LISTING} {LISTED} partner_lost"  # partner_lost is open for the provider alone
ENDED = "certified removed withdrawn ato_denied certification_rejected converted closed_at_cutoff"
STAGES = f"{OPEN} {ENDED}"
ADOPTABLE = f"{BEFORE_LISTING} {LISTED}"
WITH_ATO = "ato_issued pmo_review pmo_remediation"  # adopted at one of these, a case names its ATO
CLOSABLE = f"{BEFORE_LISTING} {TOWARDS_ATO} partner_lost"  # the cut-off leaves what the PMO reviews
REOPENED = {"certified": "reopen_review", "removed": "reinstate"}  # the ended stages with a way out

ENTRIES = (
    Row(
        "I0",
        "open",
        "",
        "partnership",
        "AL CL",
        needs="agency offering",
        gates="no_private_cloud before_cutoff",
        after="side_not_agreed",
    ),
    Row(
        "I0a",
        "adopt",
        "",
        "*",
        "PL",
        reason=True,
        needs="evidence known_dates",
        gates="no_other_listed ato_on_file_from_ato_issued",  # asked where the chosen stage is in LISTED, in WITH_ATO
        after="rule_of_stage",
    ),
)

# What a lead of the own side records from evidence for whom, while that side has nobody here (rule 5a).
FOR_ABSENT = {
    "provider": "I1 I3 I8 I9 I11 I13 I18 I22 I29 I34",
    "assessor": "I13 I18",
    "pmo": "I5 I6 I30 I31 I33 I35 I37",
}
# Of these, what the provider's lead records, and only where the agency has nobody here: up to I22.
BY_PROVIDER = "I5 I6"
# Rows that each side takes for itself: the liaison records the provider's once the agency has said its own.
OF_EACH_SIDE = "I1 I3"

GOLDEN = (
    Row(
        "I1",
        "agree_partnership",
        "partnership",
        "",
        "AL CL",
        turn="own_side_not_agreed",
        after="side_not_agreed",
    ),
    Row(
        "I2",
        "start_planning",
        "partnership",
        "planning",
        "AL",
        needs="agency_agreed_on provider_agreed_on marketplace_checked_on agency_contact provider_contact",
        gates="fedramp_id_known",
        after="provider",
    ),
    Row(
        "I3",
        "sign_wbs",
        "planning",
        "",
        "CL AL AO",
        asks="provider_signs_first",
        turn="own_signature_missing",
        after="provider_until_signed",
        gates="wbs_signed_here",
    ),
    Row(
        "I4",
        "request_in_process",
        "planning",
        "in_process_requested",
        "AO",
        recorded=True,
        needs=(
            "technical_reviewer assessor wbs_signed_by_agency_on wbs_signed_by_provider_on "
            "assessment_planned_on ato_planned_on in_production_declared_on proof approach"
        ),
        asks="starts_in_time decides_in_time",
        gates="official_named agency_has_answered",
        after="pmo",
    ),
    # "what is missing" is the reason itself
    Row(
        "I5",
        "return_request",
        "in_process_requested",
        "planning",
        "PR PL",
        reason=True,
        after="agency",
        gates="pmo_has_findings",
    ),
    Row(
        "I6",
        "list_in_process",
        "in_process_requested",
        "in_process",
        "PR PL",
        # the first four are the conditions of a listing
        needs=(
            "request_confirmed_on wbs_confirmed_on operational_confirmed_on proof_confirmed_on "
            "listing_consented_on in_process_on"
        ),
        gates="no_other_listed repository_known",
        after="provider",
    ),
    Row("I7", "replan", "in_process", "planning", "AL AO", reason=True, after="provider"),
    Row(
        "I8",
        "deliver_ssp",
        "in_process",
        "ssp",
        "CL CC",
        needs="ssp_delivered_on",
        asks="kickoff_held",
        after="agency",
    ),
    Row(
        "I9",
        "deliver_all",
        "in_process",
        "sar_debrief",
        "CL",
        needs="ssp_delivered_on sap_delivered_on sar_delivered_on poam_delivered_on",
        gates="approach_all_at_once",
        after="agency",
    ),
    # its ground is the open findings, in the column of documents
    Row(
        "I10",
        "return_ssp",
        "ssp",
        "",
        "AR AL",
        reason=True,
        turn="agency",
        after="provider",
        gates="agency_has_findings",
    ),
    Row("I11", "resubmit_ssp", "ssp", "", "CL CC", turn="provider", after="agency", gates="provider_has_answered"),
    Row(
        "I12",
        "approve_ssp",
        "ssp",
        "sap",
        "AR AO",
        needs="responsibilities_acknowledged_on responsibilities_acknowledged_by ssp_approved_on",
        turn="agency",
        after="assessor_or_provider",
        gates="no_open_finding",
    ),
    Row(
        "I13",
        "submit_sap",
        "sap",
        "",
        "AS CL",
        needs="sap_delivered_on",
        turn="assessor provider",
        after="agency",
        gates="assessor_has_answered provider_has_answered",
    ),
    Row(
        "I14",
        "return_sap",
        "sap",
        "",
        "AR AL",
        reason=True,
        turn="agency",
        after="assessor",
        gates="agency_has_findings",
    ),
    Row(
        "I15",
        "approve_sap",
        "sap",
        "assessment",
        "AR AO",
        needs="sap_approved_on sap_signed_by_provider_on sap_signed_by_assessor_on",
        asks="assessment_in_time",
        turn="agency",
        after="assessor",
        gates="no_open_finding",
    ),
    Row("I16", "reopen_ssp", "sap", "ssp", "AR AL", reason=True, after="provider"),
    Row("I17", "amend_sap", "assessment", "sap", "AR AS", reason=True, after="assessor"),
    Row(
        "I18",
        "deliver_sar",
        "assessment",
        "sar_debrief",
        "AS CL",
        needs=(
            "testing_finished_on sar_delivered_on poam_delivered_on assessor_recommends "
            "contingency_tested_on incident_response_tested_on"
        ),
        after="agency",
    ),
    Row("I19", "reopen_assessment", "sar_debrief", "assessment", "AR AS", reason=True, after="assessor"),
    Row(
        "I20",
        "close_debrief",
        "sar_debrief",
        "agency_review",
        "AL AR",
        asks="debrief_after_two_weeks",
        gates="debrief_held",
        after="agency",
    ),
    Row(
        "I21",
        "send_to_remediation",
        "agency_review",
        "remediation",
        "AR AL",
        reason=True,
        needs="delta_test_wanted",
        after="provider_or_delta_test",
        gates="agency_has_findings",
    ),
    Row(
        "I22",
        "resubmit",
        "remediation",
        "agency_review",
        "CL CC",
        needs="answer",
        gates="delta_test_done provider_has_answered",
        after="agency",
    ),
    Row(
        "I23",
        "recommend",
        "agency_review",
        "ao_decision",
        "AR AL",
        needs="recommendation sar_approved_on pending_deviations open_high",
        asks="close_out_held_on",
        gates="no_pending_deviations no_open_high no_open_finding",
        after="official",
    ),
    Row(
        "I24",
        "return_from_ao",
        "ao_decision",
        "agency_review",
        "AO",
        recorded=True,
        reason=True,
        gates="official_named",
        after="agency",
        on_behalf=False,
    ),
    Row(
        "I25",
        "issue_ato",
        "ao_decision",
        "ato_issued",
        "AO",
        recorded=True,
        # the signer is the official of the case; a system has its levels; the types are in CHOICES
        needs="signed_on system ato_type",
        asks="ato_in_time term_of_a_year",
        gates="official_named expires_after_signing",
        after="agency",
        on_behalf=False,
    ),
    Row(
        "I26",
        "deny_ato",
        "ao_decision",
        "ato_denied",
        "AO",
        recorded=True,
        reason=True,
        needs="signed_on",
        gates="official_named",
        after="nobody",
        on_behalf=False,
    ),
    Row(
        "I27",
        "revise_decision",
        "ato_issued",
        "ao_decision",
        "AO",
        reason=True,
        needs="in_error",
        gates="package_not_accepted",
        after="official",
        on_behalf=False,
    ),
    Row(
        "I28",
        "report_letter",
        "ato_issued",
        "",
        "AL AO",
        needs="fedramp_notified_on fedramp_channel fedramp_reference",
        after="provider_or_pmo",
        gates="agency_has_answered",
    ),
    Row(
        "I29",
        "submit_package",
        "ato_issued",
        "",
        "CL",
        needs="package_uploaded_on package_location package_verified_on application_id applied_on",
        after="pmo_or_agency",
        gates=(
            "provider_has_answered letter_sent_before_applying listed_before_applying verified_lately assessment_fresh"
        ),
    ),
    Row(
        "I30",
        "return_package",
        "ato_issued",
        "",
        "PR PL",
        reason=True,
        needs="side",
        after="named_side",
        gates="pmo_has_findings",
    ),
    Row(
        "I31",
        "accept_package",
        "ato_issued",
        "pmo_review",
        "PR PL",
        needs="letter_received_on completeness_checked_on completeness_checked_by",
        gates="ato_active in_review_by_cutoff listed_before_applying verified_lately assessment_fresh",
        after="pmo",
    ),
    Row("I32", "claim", "pmo_review", "", "PR PL", turn="not_claimed", after="pmo"),
    Row("I32", "release_claim", "pmo_review", "", "PR PL", turn="claimed", after="pmo"),
    Row("I32", "hand_over", "pmo_review", "", "PR PL", needs="taker", turn="claimed", after="pmo"),
    # Rule 10, as a row of its own (ADR 24).
    Row(
        "I32a",
        "recommend_to_lead",
        "pmo_review pmo_remediation",
        "",
        "PR PL",
        needs="pmo_recommendation pmo_recommendation_why",
        after="unchanged",
    ),
    Row(
        "I33",
        "request_pmo_remediation",
        "pmo_review",
        "pmo_remediation",
        "PR PL",
        reason=True,
        after="provider",
        gates="pmo_has_findings",
    ),
    Row(
        "I34",
        "resubmit_to_pmo",
        "pmo_remediation",
        "pmo_review",
        "CL",
        needs="answer",
        after="pmo",
        gates="provider_has_answered",
    ),
    Row(
        "I35",
        "send_back",
        "pmo_review pmo_remediation",
        "agency_review",
        "PL",
        reason=True,
        after="agency",
        alert=True,
    ),
    Row(
        "I36",
        "certify",
        "pmo_review",
        "certified",
        "PL",
        needs=(
            "pmo_recommendation certified_on certification_type certification_path certification_class "
            "open_high_in_newest_report"
        ),
        gates=(
            "certify_recommended recommended_by_another ato_active no_open_pmo_finding certification_exists "
            "no_open_high_in_newest_report"
        ),
        after="nobody",
    ),
    Row(
        "I37",
        "certify_without_review",
        "ato_issued",
        "certified",
        "PL",
        reason=True,
        needs="evidence",
        gates="ato_active certified_by_a_source",
        after="nobody",
    ),
    Row(
        "I38",
        "reject",
        "pmo_review pmo_remediation",
        "certification_rejected",
        "PL",
        reason=True,
        needs="pmo_recommendation",
        gates="recommended_by_another",
        after="nobody",
        alert=True,
    ),
    Row("I39", "reopen_review", "certified", "pmo_review", "PL", reason=True, gates="no_other_listed", after="pmo"),
    Row(
        "I40",
        "withdraw",
        OPEN,
        "withdrawn",
        "AL AO CL",  # but see NARROWED
        reason=True,
        needs="stop_notice_on stopped_by other_side_notified_on",
        after="nobody",
        alert=True,
    ),
    Row("I41", "warn", LISTED, "", "PR PL", needs="warning_ground warning_due_on", after="unchanged"),
    Row(
        "I42",
        "remove",
        LISTED,
        "removed",
        "PL",
        reason=True,
        needs="removal_ground removal_notice_sent_on",
        gates="warned_before",
        after="nobody",
        alert=True,
    ),
    Row(
        "I43",
        "reinstate",
        "removed",
        "*",
        "PL",
        reason=True,
        needs="new_timeline timeline_agreed_by_agency_on timeline_agreed_by_provider_on",
        gates="no_other_listed",
        after="rule_of_stage",
    ),
    Row(
        "I44",
        "lose_partner",
        LISTED,
        "partner_lost",
        "AL AO CL PL",
        reason=True,
        needs="partner_notice_on",
        after="provider",
    ),
    Row(
        "I45",
        "succeed",
        "partner_lost",
        "withdrawn",
        "CL",
        reason=True,
        needs="new_agency",
        gates="another_agency before_cutoff",  # it opens a case, and I0 opens none after the cut-off
        after="nobody",
    ),
    Row(
        "I46",
        "convert",
        "partner_lost",
        "converted",
        "CL",
        reason=True,
        needs="target_path target_class",
        gates="conversion_open pipeline_conditions evidence_in_window",  # of the Rev5 Program pipeline alone
        after="nobody",
    ),
    Row(
        "I47",
        "close_at_cutoff",
        CLOSABLE,
        "closed_at_cutoff",
        "PL",
        reason=True,
        turn="after_cutoff",
        after="nobody",
    ),
)

# (step, stage) where fewer may take it than the row's roles.
NARROWED = {("withdraw", "partner_lost"): "CL"}
# Steps a PMO reviewer takes only for himself or for what he claimed; a lead takes them all.
OWN_ONLY = {"claim": "PR", "release_claim": "PR", "hand_over": "PR"}

# The party each stage waits on when no turn says otherwise.
WAITS_ON = {
    "partnership": "side_not_agreed",
    "planning": "provider_until_signed",
    "in_process_requested": "pmo",
    "in_process": "provider",
    "ssp": "agency",  # as the last turn; this one when adopted without a turn
    "sap": "assessor",  # likewise
    "assessment": "assessor",  # likewise
    "sar_debrief": "agency",
    "agency_review": "agency",
    "remediation": "provider_or_delta_test",
    "ao_decision": "official",
    "ato_issued": "letter_then_package",
    "pmo_review": "pmo",
    "pmo_remediation": "provider",
    "partner_lost": "provider",
    "certified": "nobody",
    "removed": "nobody",
    "withdrawn": "nobody",
    "ato_denied": "nobody",
    "certification_rejected": "nobody",
    "converted": "nobody",
    "closed_at_cutoff": "nobody",
}
COMPUTED = {
    "side_not_agreed": "the side that has not yet agreed; the agency once both have",
    "provider_until_signed": "the provider until its WBS signature stands, then the agency",
    "assessor_or_provider": "the assessor; the provider where the case has none",
    "provider_or_delta_test": "the assessor while a delta test is open that no fix comes before, else the provider",
    "letter_then_package": "the agency until the letter is reported, provider until the package is in, PMO after",
    "provider_or_pmo": "the provider; the PMO if the package is in",
    "pmo_or_agency": "the PMO if the letter is reported, else the agency",
    "named_side": "the side that the act names: agency or provider",
    "rule_of_stage": "what `WAITS_ON` says of the stage it comes to",
    "unchanged": "as before the act",
}

# Facts that a step asks for and that may be left out; a gate may ask for one of them.
MAY_SAY = {
    "request_in_process": "authorizing_official",
    "deliver_ssp": "kickoff_held_on kickoff_skipped",
    "close_debrief": "debrief_held_on debrief_skipped",
    "resubmit": "delta_test_done_on",
    # Facts that deadlines ask for, recorded at any open stage (docs/adr/0013-deadlines.md).
    "deliver_sar": "assessment_started_on",
    "issue_ato": "expires_on decision_letter conditions_reference official_changed_on official_change_notified_on",
    "deny_ato": "decision_letter",
    "submit_package": "assessment_refreshed_on",
    "remove": "removal_urgent",
    # Of the Rev5 Program pipeline: its gate asks for each.
    "convert": "conversion_ground conversion_evidence_on eligibility_confirmed_on rev5_update_agreed_on",
}

# Steps that give work back to the side that did it before, and those that only settle who of the PMO does it.
RETURNS = (
    "return_request replan return_ssp return_sap reopen_ssp amend_sap reopen_assessment send_to_remediation "
    "return_from_ao return_package request_pmo_remediation send_back"
)
INWARDS = "claim release_claim hand_over recommend_to_lead"
# Steps that ask or write other records of the offering: its other cases, its ATOs, its designation.
ACROSS = (
    "adopt list_in_process issue_ato revise_decision report_letter accept_package certify certify_without_review "
    "reopen_review reinstate"
)

# Of facts and gates, rule 3; the rest may be waived.
NEVER_WAIVABLE = (
    "certified_by_a_source "
    "reason "
    "official_named signed_on expires_after_signing "  # signer and signed on
    "system ato_type in_error "  # what the decision is
    "agency_agreed_on provider_agreed_on wbs_signed_by_agency_on wbs_signed_by_provider_on "
    "sap_signed_by_provider_on sap_signed_by_assessor_on "
    "timeline_agreed_by_agency_on timeline_agreed_by_provider_on "
    "listing_consented_on "
    "ato_active "
    "pmo_recommendation pmo_recommendation_why certify_recommended recommended_by_another "
    "before_cutoff in_review_by_cutoff conversion_open "
    "no_other_listed "
    "wbs_signed_here "
    # without them there is nothing to write: who takes over, the next agency, where the proof is, the listing's day,
    # the notice
    "taker new_agency another_agency evidence in_process_on fedramp_notified_on fedramp_channel fedramp_reference"
)

# Facts an act makes void; of `return_package` those of the side it names.
VOIDED = {
    "replan": "wbs_signed_by_agency_on wbs_signed_by_provider_on",
    "return_package": {"agency": "fedramp_notified_on", "provider": "package_uploaded_on"},
    # A new delta test, a new recommendation and a new letter are owed: the former ones would answer for them.
    "send_to_remediation": "delta_test_done_on",
    "request_pmo_remediation": "pmo_recommendation pmo_recommendation_why",
    "send_back": "pmo_recommendation pmo_recommendation_why",
    # I36: a recommendation to certify, with why, counts only since the case last entered the review.
    **{name: {"certify": "pmo_recommendation"} for name in ("accept_package", "resubmit_to_pmo", "reinstate")},
    "reopen_review": "pmo_recommendation pmo_recommendation_why",
    "issue_ato": "fedramp_notified_on letter_received_on",
    "revise_decision": "signed_on expires_on fedramp_notified_on letter_received_on",
}
# The steps that write a designation of the offering.
DESIGNATING = "list_in_process certify certify_without_review"
CHOICES = {
    "proof": "contract use ready kickoff",  # a request names at least one
    "approach": "just_in_time all_at_once",
    "ato_type": "ato ato_with_conditions",
    "assessor_recommends": "yes no",
    "delta_test_wanted": "yes no",
    "side": "agency provider",
    "pmo_recommendation": "certify remediate send_back reject",
    "stopped_by": "agency provider",
    "removal_ground": "over_12_months no_reply no_progress two_send_backs other",
    "target_class": "A B C",  # of 20x any that exists: D does not
    "certification_type": "rev5 20x",
    "certification_path": "agency program",
    "certification_class": "A B C D",
    "warning_ground": "over_12_months no_reply no_progress",
    "removal_urgent": "yes no",
    "target_path": "20x_program rev5_program",
    "conversion_ground": "lost_sponsor informal_assessment",
    "fedramp_channel": "form email letter portal other",
}
# What belongs to one act alone; every other fact stays on record.
OF_THE_ACT = (
    "side answer in_error taker evidence new_agency decision_letter conditions_reference open_high_in_newest_report"
)
# The party that a fact speaks of; it records the fact beside the roles of the rows that ask for it (rule 3).
SPEAKS_OF = {
    "AL AR": (
        "agency_contact authorizing_official listing_consented_on kickoff_held_on responsibilities_acknowledged_on "
        "responsibilities_acknowledged_by ssp_approved_on sap_approved_on debrief_held_on delta_test_wanted "
        "close_out_held_on recommendation sar_approved_on pending_deviations open_high system "
        "official_changed_on official_change_notified_on"
    ),
    "AL": "kickoff_skipped debrief_skipped assessor",  # "AL, reason"; who assesses is for both sides to say
    "CL": "assessor delta_test_done_on",  # "AS, CL"
    "AS": (
        "assessment_refreshed_on delta_test_done_on sap_delivered_on sar_delivered_on poam_delivered_on "
        "assessment_started_on testing_finished_on "
        "assessor_recommends sap_signed_by_assessor_on assessment_planned_on"
    ),
    "CL CC": (
        "provider_contact in_production_declared_on ssp_delivered_on sap_delivered_on sar_delivered_on "
        "poam_delivered_on kickoff_held_on sap_signed_by_provider_on contingency_tested_on incident_response_tested_on "
        "package_uploaded_on package_location package_verified_on application_id applied_on assessment_planned_on "
        "assessment_refreshed_on assessment_started_on"
    ),
    "PR PL": (
        "request_confirmed_on wbs_confirmed_on operational_confirmed_on proof_confirmed_on in_process_on "
        "letter_received_on completeness_checked_on completeness_checked_by pmo_recommendation "
        "pmo_recommendation_why"
    ),
}
# Stated by each side in a turn of its own, and by nothing else.
STATED_BY_TURNS = "agency_agreed_on provider_agreed_on wbs_signed_by_agency_on wbs_signed_by_provider_on"


def _applied(on: date, *, verified: date | None = None, sar: date | None = None) -> dict[str, date]:
    """An application of a day, with a package that was verified and a SAR that was delivered."""
    return {"applied_on": on, "package_verified_on": verified or on, "sar_delivered_on": sar or on}


DATES = (
    Dated("before_cutoff", {}, date(2026, 11, 24), True),
    Dated("before_cutoff", {}, date(2027, 6, 11), True),
    Dated("before_cutoff", {}, date(2027, 6, 12), False),
    # I4: counted from the day of the request; a month without that day ends on its last
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 5, 24)}, date(2026, 11, 24), True),
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 5, 25)}, date(2026, 11, 24), False),
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 2, 28)}, date(2026, 8, 31), True),
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 3, 1)}, date(2026, 8, 31), False),
    Dated("starts_in_time", {"assessment_planned_on": date(2028, 2, 29)}, date(2027, 8, 31), True),
    Dated("starts_in_time", {"assessment_planned_on": date(2028, 3, 1)}, date(2027, 8, 31), False),
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 8, 28)}, date(2027, 2, 28), True),
    Dated("starts_in_time", {"assessment_planned_on": date(2027, 8, 29)}, date(2027, 2, 28), False),
    Dated("decides_in_time", {"ato_planned_on": date(2027, 11, 24)}, date(2026, 11, 24), True),
    Dated("decides_in_time", {"ato_planned_on": date(2027, 11, 25)}, date(2026, 11, 24), False),
    Dated("decides_in_time", {"ato_planned_on": date(2029, 2, 28)}, date(2028, 2, 29), True),
    Dated("decides_in_time", {"ato_planned_on": date(2029, 3, 1)}, date(2028, 2, 29), False),
    # I6
    Dated("in_process_on", {"in_process_on": date(2026, 11, 24)}, date(2026, 11, 24), True),
    Dated("in_process_on", {"in_process_on": date(2026, 11, 25)}, date(2026, 11, 24), False),
    # I15: the assessment starts with the act; the earlier anchor decides; from 30 September to 30 March, not the 31st
    Dated(
        "assessment_in_time",
        {"requested_on": date(2026, 8, 31), "in_process_on": date(2026, 10, 15)},
        date(2027, 2, 28),
        True,
    ),
    Dated(
        "assessment_in_time",
        {"requested_on": date(2026, 8, 31), "in_process_on": date(2026, 10, 15)},
        date(2027, 3, 1),
        False,
    ),
    Dated(
        "assessment_in_time",
        {"requested_on": date(2026, 10, 15), "in_process_on": date(2026, 9, 30)},
        date(2027, 3, 30),
        True,
    ),
    Dated(
        "assessment_in_time",
        {"requested_on": date(2026, 10, 15), "in_process_on": date(2026, 9, 30)},
        date(2027, 3, 31),
        False,
    ),
    # I20: from the later of the two deliveries; nothing to ask where none was held
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2026, 11, 2),
            "poam_delivered_on": date(2026, 11, 2),
            "debrief_held_on": date(2026, 11, 16),
        },
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2026, 11, 2),
            "poam_delivered_on": date(2026, 11, 2),
            "debrief_held_on": date(2026, 11, 15),
        },
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2026, 11, 2),
            "poam_delivered_on": date(2026, 11, 5),
            "debrief_held_on": date(2026, 11, 18),
        },
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2027, 2, 20),
            "poam_delivered_on": date(2027, 2, 20),
            "debrief_held_on": date(2027, 3, 6),
        },
        date(2027, 3, 8),
        True,
    ),
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2027, 2, 20),
            "poam_delivered_on": date(2027, 2, 20),
            "debrief_held_on": date(2027, 3, 5),
        },
        date(2027, 3, 8),
        False,
    ),
    Dated(
        "debrief_after_two_weeks",
        {
            "sar_delivered_on": date(2026, 11, 20),
            "poam_delivered_on": date(2026, 11, 20),
            "debrief_skipped": "The kickoff was combined with it.",
        },
        date(2026, 11, 24),
        True,
    ),
    # I25: the day of the signature counts, not the day of its entry
    Dated(
        "ato_in_time",
        {"in_process_on": date(2025, 11, 20), "signed_on": date(2026, 11, 20)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "ato_in_time",
        {"in_process_on": date(2025, 11, 20), "signed_on": date(2026, 11, 21)},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "ato_in_time",
        {"in_process_on": date(2024, 2, 29), "signed_on": date(2025, 2, 28)},
        date(2025, 3, 3),
        True,
    ),
    Dated(
        "ato_in_time",
        {"in_process_on": date(2024, 2, 29), "signed_on": date(2025, 3, 1)},
        date(2025, 3, 3),
        False,
    ),
    Dated(
        "ato_in_time",
        {"in_process_on": date(2027, 2, 28), "signed_on": date(2028, 2, 29)},
        date(2028, 3, 1),
        False,
    ),
    Dated("signed_on", {"signed_on": date(2026, 11, 24)}, date(2026, 11, 24), True),
    Dated("signed_on", {"signed_on": date(2026, 11, 25)}, date(2026, 11, 24), False),
    Dated(
        "term_of_a_year",
        {"signed_on": date(2026, 11, 20), "expires_on": date(2027, 11, 20)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "term_of_a_year",
        {"signed_on": date(2026, 11, 20), "expires_on": date(2027, 11, 19)},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "term_of_a_year",
        {"signed_on": date(2028, 2, 29), "expires_on": date(2029, 2, 28)},
        date(2028, 3, 1),
        True,
    ),
    Dated("term_of_a_year", {"signed_on": date(2026, 11, 20), "expires_on": None}, date(2026, 11, 24), True),
    # I29, I31: from 1 Jan 2027, when FRC binds Rev5; counted up to the application
    Dated("verified_lately", _applied(date(2027, 1, 1), verified=date(2026, 12, 25)), date(2027, 1, 1), True),
    Dated("verified_lately", _applied(date(2027, 1, 1), verified=date(2026, 12, 24)), date(2027, 1, 1), False),
    Dated("verified_lately", _applied(date(2027, 1, 1), verified=date(2026, 12, 25)), date(2027, 2, 1), True),
    Dated("verified_lately", _applied(date(2026, 12, 31), verified=date(2026, 11, 1)), date(2026, 12, 31), True),
    Dated("assessment_fresh", _applied(date(2027, 1, 1), sar=date(2026, 10, 1)), date(2027, 1, 1), True),
    Dated("assessment_fresh", _applied(date(2027, 1, 1), sar=date(2026, 9, 30)), date(2027, 1, 1), False),
    Dated("assessment_fresh", _applied(date(2027, 1, 1), sar=date(2026, 10, 1)), date(2027, 3, 1), True),
    Dated("assessment_fresh", _applied(date(2026, 12, 31), sar=date(2026, 1, 5)), date(2026, 12, 31), True),
    # freshened, while it was at most nine months old
    Dated(
        "assessment_fresh",
        {**_applied(date(2027, 1, 5), sar=date(2026, 3, 1)), "assessment_refreshed_on": date(2026, 12, 1)},
        date(2027, 1, 5),
        True,
    ),
    Dated(
        "assessment_fresh",
        {**_applied(date(2027, 1, 5), sar=date(2026, 3, 1)), "assessment_refreshed_on": date(2026, 12, 2)},
        date(2027, 1, 5),
        False,
    ),
    Dated(
        "assessment_fresh",
        {**_applied(date(2027, 1, 2), sar=date(2026, 7, 1)), "assessment_refreshed_on": date(2026, 10, 1)},
        date(2027, 1, 2),
        False,
    ),
    # class A may supply one; the others must
    Dated(
        "assessment_fresh",
        {**_applied(date(2027, 1, 1), sar=date(2026, 1, 5)), "certification_class": "A"},
        date(2027, 1, 1),
        True,
    ),
    # I31
    Dated(
        "in_review_by_cutoff",
        {"pmo_review_since_on": None},
        date(2027, 6, 11),
        True,
    ),
    Dated(
        "in_review_by_cutoff",
        {"pmo_review_since_on": None},
        date(2027, 6, 12),
        False,
    ),
    Dated(
        "in_review_by_cutoff",
        {"pmo_review_since_on": date(2027, 6, 1)},
        date(2027, 6, 12),
        True,
    ),
    # I42: on its due day a warning can still be answered
    Dated("warned_before", {"warning_due_on": date(2026, 11, 23)}, date(2026, 11, 24), True),
    Dated("warned_before", {"warning_due_on": date(2026, 11, 24)}, date(2026, 11, 24), False),
    Dated("warned_before", {"warning_due_on": None}, date(2026, 11, 24), False),
    Dated("warned_before", {"warning_due_on": None, "removal_urgent": "yes"}, date(2026, 11, 24), True),
    # I46: both ends belong to the windows
    Dated("conversion_open", {"target_path": "rev5_program"}, date(2026, 8, 9), False),
    Dated("conversion_open", {"target_path": "rev5_program"}, date(2026, 8, 10), True),
    Dated("conversion_open", {"target_path": "rev5_program"}, date(2027, 6, 11), True),
    Dated("conversion_open", {"target_path": "rev5_program"}, date(2027, 6, 12), False),
    Dated(
        "evidence_in_window",
        {"target_path": "rev5_program", "conversion_evidence_on": date(2024, 12, 31)},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "evidence_in_window",
        {"target_path": "rev5_program", "conversion_evidence_on": date(2025, 1, 1)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "evidence_in_window",
        {"target_path": "rev5_program", "conversion_evidence_on": date(2026, 3, 31)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "evidence_in_window",
        {"target_path": "rev5_program", "conversion_evidence_on": date(2026, 4, 1)},
        date(2026, 11, 24),
        False,
    ),
    # 20x has neither window
    Dated("conversion_open", {"target_path": "20x_program"}, date(2027, 6, 12), True),
    Dated("evidence_in_window", {"conversion_evidence_on": date(2024, 12, 31)}, date(2026, 11, 24), True),
    # I47
    Dated("after_cutoff", {}, date(2027, 6, 11), False),
    Dated("after_cutoff", {}, date(2027, 6, 12), True),
)
