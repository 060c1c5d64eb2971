"""The table of the reuse machine, written by hand from its specification; the code is held against it."""

from datetime import date

from tests.lifecycle.golden.table import Dated, Row

OPEN = (
    "need_defined access_requested access_granted package_review gap_analysis implementation risk_decision ato_issued "
    "access_denied access_expired"
)
RESTING = "recorded"  # neither open nor ended; can be re-opened
ENDED = "not_suitable ato_denied withdrawn"
STAGES = f"{OPEN} {RESTING} {ENDED}"
LISTED = ""  # a reuse case is no listing
ADOPTABLE = f"{OPEN} {RESTING}"
EXTENDABLE = "access_granted package_review gap_analysis implementation risk_decision"
WITH_ATO = "ato_issued recorded"  # adopted at one of these, a case names its ATO
REOPENED = {"recorded": "reassess"}

# Who the grantor is, by where the package is; the PMO while nobody has said so.
GRANTOR = {"": "PR PL", "connect": "PR PL", "repository": "CL", "trust_center": "CL"}

ENTRIES = (
    Row("U0", "open", "", "need_defined", "AL AR", needs="agency offering intended_use", after="agency"),
    Row(
        "U0a",
        "adopt",
        "",
        "*",
        "AL PL",
        reason=True,
        needs="evidence known_dates",
        gates="no_duplicate_case ato_on_file_from_ato_issued resumes_at_given_if_access_expired",  # no twin: rule 12
        after="rule_of_stage",
    ),
)

# What the agency's liaison records from evidence for whom, while that side has nobody here (rule 5a).
FOR_ABSENT = {"pmo": "U3 U4 U6 U8 U10 U23 U24", "provider": "U3 U4 U6 U8 U10"}
BY_PROVIDER, OF_EACH_SIDE = "", ""

GOLDEN = (
    Row(
        "U1",
        "request_access",
        "need_defined",
        "access_requested",
        "AL AR",
        needs="system use_in_scope marketplace_checked_on access_person access_approver",
        gates="offering_certified no_duplicate_case",
        after="grantor",
    ),
    Row(
        "U2",
        "use_existing_access",
        "need_defined",
        "access_granted",
        "AL AR",
        needs="system use_in_scope marketplace_checked_on access_person access_approver",
        gates="offering_certified no_duplicate_case valid_access",
        after="agency",
    ),
    Row(
        "U3",
        "grant_access",
        "access_requested",
        "access_granted",
        "GRANTOR",
        needs="access_person access_approver access_granted_on",
        gates="sixty_days package_located end_after_grant",
        after="agency",
    ),
    Row("U4", "return_access_request", "access_requested", "", "GRANTOR", reason=True, after="agency"),
    Row("U5", "resubmit_access_request", "access_requested", "", "AL AR", turn="agency", after="grantor"),
    Row(
        "U6",
        "deny_access",
        "access_requested",
        "access_denied",
        "GRANTOR",
        reason=True,
        needs="access_person access_denied_on",
        gates="package_located",
        after="agency",
    ),
    Row("U7", "request_again", "access_denied", "access_requested", "AL AR", reason=True, after="grantor"),
    Row(
        "U8",
        "extend_access",
        EXTENDABLE,
        "",
        "GRANTOR",
        needs="new_end",
        gates="a_grant_has_a_last_day thirty_days_more",
        after="unchanged",
    ),
    # the passed date offers it and is its reason; access_expired is open
    Row(
        "U9",
        "mark_access_expired",
        "access_granted package_review gap_analysis",
        "access_expired",
        "AL AR PR PL",
        turn="grants_ended_without_ato",
        after="agency",
    ),
    Row(
        "U10",
        "renew_access",
        "access_expired",
        "*",
        "GRANTOR",
        needs="renewal_asked_on new_end",
        gates="package_located renewed_from_today",
        after="agency",
    ),
    Row(
        "U11",
        "start_review",
        "access_granted",
        "package_review",
        "AR",
        gates="valid_access",
        after="agency",
    ),
    Row(
        "U12",
        "finish_review",
        "package_review",
        "gap_analysis",
        "AR",
        needs="review_recorded_on assessment_read_on boundary_covers",
        after="agency",
    ),
    Row("U13", "review_again", "gap_analysis", "package_review", "AR", reason=True, after="agency"),
    Row(
        "U14",
        "start_implementation",
        "gap_analysis",
        "implementation",
        "AR",
        needs="guide_reviewed_on responsibilities_listed_on",
        asks="level_not_above",
        after="agency",
    ),
    Row("U15", "back_to_gap", "implementation", "gap_analysis", "AR", reason=True, after="agency"),
    Row(
        "U16",
        "submit_for_decision",
        "implementation",
        "risk_decision",
        "AR",
        needs="authorizing_official agency_tested_on recommendation",
        after="official",
    ),
    Row(
        "U17",
        "return_for_work",
        "risk_decision",
        "implementation",
        "AO",
        recorded=True,
        reason=True,
        gates="official_named",
        after="agency",
        on_behalf=False,
    ),
    Row(
        "U18",
        "return_to_gap",
        "risk_decision",
        "gap_analysis",
        "AO",
        recorded=True,
        reason=True,
        gates="official_named",
        after="agency",
        on_behalf=False,
    ),
    Row(
        "U19",
        "issue_ato",
        "risk_decision",
        "ato_issued",
        "AO",
        recorded=True,
        # the signer is the official of the case; a system has its levels; the types are in CHOICES
        needs="signed_on system ato_type",
        asks="class_a_for_a_year",
        gates="official_named no_duplicate_case expires_after_signing atu_needs_an_ato temporary_for_a_year",
        after="agency",
        on_behalf=False,
    ),
    Row(
        "U20",
        "deny_ato",
        "risk_decision",
        "ato_denied",
        "AO",
        recorded=True,
        reason=True,
        gates="official_named",
        after="nobody",
        on_behalf=False,
    ),
    Row(
        "U21",
        "revise_decision",
        "ato_issued",
        "risk_decision",
        "AO",
        reason=True,
        needs="in_error",
        after="official",
        on_behalf=False,
    ),
    Row(
        "U22",
        "report_letter",
        "ato_issued",
        "",
        "AL AO",
        needs="fedramp_notified_on fedramp_channel fedramp_reference",
        after="pmo",
    ),
    Row("U23", "return_letter", "ato_issued", "", "PR PL", reason=True, after="agency"),
    Row("U24", "record", "ato_issued", "recorded", "PR PL", needs="letter_received_on logged_on", after="nobody"),
    Row(
        "U25",
        "reassess",
        "recorded",
        "gap_analysis",
        "AL AR AO",
        reason=True,
        needs="reassessment_trigger",
        gates="no_duplicate_case",
        after="agency",
    ),
    Row(
        "U26",
        "not_suitable",
        "access_denied access_expired package_review gap_analysis",
        "not_suitable",
        "AL AR",
        reason=True,
        gates="deficiency_on_record",
        after="nobody",
    ),
    Row(
        "U27",
        "withdraw",
        OPEN,
        "withdrawn",
        "AL AO",
        reason=True,
        gates="provider_notified_of_withdrawal",
        after="nobody",
        alert=True,
    ),
)

NARROWED: dict[tuple[str, str], str] = {}
OWN_ONLY: dict[str, str] = {}
# No provider and no assessor withdraws, returns or decides an agency's reuse: the provider has but a grantor's rows.
PROVIDER_AS_GRANTOR = "grant_access return_access_request deny_access extend_access renew_access"

# The party each stage waits on when no turn says otherwise.
WAITS_ON = {
    "need_defined": "agency",
    "access_requested": "grantor",  # the agency after a return
    "access_granted": "agency",
    "package_review": "agency",
    "gap_analysis": "agency",
    "implementation": "agency",
    "risk_decision": "official",
    "ato_issued": "letter_then_pmo",
    "access_denied": "agency",
    "access_expired": "agency_until_renewal_asked",
    "recorded": "nobody",
    "not_suitable": "nobody",
    "ato_denied": "nobody",
    "withdrawn": "nobody",
}
COMPUTED = {
    "grantor": "the PMO or the provider, by the package's location",
    "letter_then_pmo": "the agency until the letter is reported, then the PMO",
    "agency_until_renewal_asked": "the agency; the grantor once renewal is asked",
    "rule_of_stage": "what `WAITS_ON` says of the stage it comes to",
    "unchanged": "as before the act",
}

CHOICES = {
    "ato_type": "ato ato_with_conditions atu temporary_ato",
    "boundary_covers": "yes no",
    "reassessment_trigger": ("significant_change class_change loss_of_certification scope_change re_evaluation other"),
    "package_deficient": "yes no",
    "higher_class_sought": "yes no",
    "fedramp_channel": "form email letter portal other",
}
# What belongs to one act alone; every other fact stays on record.
OF_THE_ACT = "new_end in_error decision_letter conditions_reference"
# The party that a fact speaks of; it records the fact beside the roles of the rows that ask for it (rule 3).
SPEAKS_OF = {
    "AL AR": (
        "system authorizing_official use_in_scope access_person access_approver renewal_asked_on review_recorded_on "
        "assessment_read_on boundary_covers guide_reviewed_on responsibilities_listed_on agency_tested_on "
        "higher_class_sought recommendation package_deficient deficiency_documented_on pmo_notified_on "
        "provider_notified_on"
    ),
    "CL CC": "access_granted_on access_denied_on",
    "PR PL": "access_granted_on access_denied_on letter_received_on logged_on",
}
STATED_BY_TURNS = ""

# Facts that a step asks for and that may be left out; a gate may ask for one of them.
MAY_SAY = {
    "grant_access": "access_until",
    "issue_ato": "expires_on higher_class_sought decision_letter conditions_reference",
    "deny_ato": "decision_letter",
    "not_suitable": "package_deficient deficiency_documented_on pmo_notified_on",
    "withdraw": "provider_notified_on",
}

# Steps that give work back to the side that did it before, and those that only settle who of one side does it.
RETURNS = "return_access_request deny_access return_for_work return_to_gap return_letter"
INWARDS = ""
# Steps that ask or write other records of the offering: the agency's other cases, its ATOs, its package accesses.
ACROSS = (
    "adopt request_access use_existing_access grant_access deny_access extend_access renew_access issue_ato "
    "revise_decision report_letter record reassess"
)

# Of facts and gates, rule 3; the rest may be waived.
NEVER_WAIVABLE = (
    "reason "
    "official_named authorizing_official signed_on expires_after_signing "  # signer and signed on
    "system ato_type in_error "  # what the decision is
    "no_duplicate_case "
    # without them there is nothing to write: the grant, the denial, the notice
    "access_person access_approver access_granted_on access_denied_on new_end package_located end_after_grant "
    "fedramp_notified_on fedramp_channel fedramp_reference"
)

VOIDED = {
    "return_letter": "fedramp_notified_on",
    # A new renewal and a new letter are owed: the former ones would answer for them.
    "mark_access_expired": "renewal_asked_on",
    "issue_ato": "fedramp_notified_on letter_received_on",
    "revise_decision": "signed_on expires_on fedramp_notified_on letter_received_on",
}

DATES = (
    # U2: an access holds on its last day
    Dated("valid_access", {"access_ends_on": [date(2026, 11, 24)]}, date(2026, 11, 24), True),
    Dated("valid_access", {"access_ends_on": [date(2026, 11, 23)]}, date(2026, 11, 24), False),
    Dated("valid_access", {"access_ends_on": [date(2026, 11, 23), None]}, date(2026, 11, 24), True),
    Dated("valid_access", {"access_ends_on": []}, date(2026, 11, 24), False),
    # U3: sixty days at Connect, never open there
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2026, 11, 24), "access_until": date(2027, 1, 23)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2026, 11, 24), "access_until": date(2027, 1, 24)},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2026, 12, 31), "access_until": date(2027, 3, 1)},
        date(2026, 12, 31),
        True,
    ),
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2027, 12, 31), "access_until": date(2028, 2, 29)},
        date(2028, 1, 3),
        True,
    ),
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2027, 12, 31), "access_until": date(2028, 3, 1)},
        date(2028, 1, 3),
        False,
    ),
    Dated(
        "sixty_days",
        {"package_location": "connect", "access_granted_on": date(2026, 11, 24), "access_until": None},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "sixty_days",
        {"package_location": "repository", "access_granted_on": date(2026, 11, 24), "access_until": None},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "sixty_days",
        {
            "package_location": "trust_center",
            "access_granted_on": date(2026, 11, 24),
            "access_until": date(2027, 11, 24),
        },
        date(2026, 11, 24),
        True,
    ),
    # U8: thirty days from the end that stood, not from the day of the act
    Dated(
        "thirty_days_more",
        {"package_location": "connect", "former_ends_on": date(2027, 1, 23), "new_end": date(2027, 2, 22)},
        date(2027, 1, 11),
        True,
    ),
    Dated(
        "thirty_days_more",
        {"package_location": "connect", "former_ends_on": date(2027, 1, 23), "new_end": date(2027, 2, 23)},
        date(2027, 1, 11),
        False,
    ),
    Dated(
        "thirty_days_more",
        {"package_location": "connect", "former_ends_on": date(2027, 1, 31), "new_end": date(2027, 3, 2)},
        date(2027, 1, 11),
        True,
    ),
    Dated(
        "thirty_days_more",
        {"package_location": "connect", "former_ends_on": date(2027, 1, 31), "new_end": date(2027, 3, 3)},
        date(2027, 1, 11),
        False,
    ),
    Dated(
        "thirty_days_more",
        {"package_location": "repository", "former_ends_on": date(2027, 1, 23), "new_end": date(2027, 6, 30)},
        date(2027, 1, 11),
        True,
    ),
    # U10: the access has ended, so it is counted from the day of the act
    Dated(
        "renewed_from_today", {"package_location": "connect", "new_end": date(2026, 12, 24)}, date(2026, 11, 24), True
    ),
    Dated(
        "renewed_from_today", {"package_location": "connect", "new_end": date(2026, 12, 25)}, date(2026, 11, 24), False
    ),
    Dated(
        "renewed_from_today", {"package_location": "connect", "new_end": date(2026, 11, 24)}, date(2026, 11, 24), False
    ),
    Dated(
        "renewed_from_today", {"package_location": "repository", "new_end": date(2027, 12, 1)}, date(2026, 11, 24), True
    ),
    # U9: every grant, and before today
    Dated("grants_ended_without_ato", {"access_ends_on": [date(2026, 11, 23)]}, date(2026, 11, 24), True),
    Dated("grants_ended_without_ato", {"access_ends_on": [date(2026, 11, 24)]}, date(2026, 11, 24), False),
    Dated(
        "grants_ended_without_ato",
        {"access_ends_on": [date(2026, 10, 31), date(2026, 11, 23)]},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "grants_ended_without_ato",
        {"access_ends_on": [date(2026, 10, 31), date(2026, 11, 24)]},
        date(2026, 11, 24),
        False,
    ),
    Dated("grants_ended_without_ato", {"access_ends_on": [date(2026, 10, 31), None]}, date(2026, 11, 24), False),
    # U19: counted from the signature; of class A, where another class is sought
    *(
        Dated("class_a_for_a_year", {"signed_on": date(2026, 11, 20), **said}, date(2026, 11, 24), is_met)
        for said, is_met in (
            ({"certification_class": "A", "higher_class_sought": "yes", "expires_on": date(2027, 11, 20)}, True),
            ({"certification_class": "A", "higher_class_sought": "yes", "expires_on": date(2027, 11, 21)}, False),
            ({"certification_class": "A", "higher_class_sought": "yes", "expires_on": None}, False),
            ({"certification_class": "A", "higher_class_sought": "no", "expires_on": date(2027, 11, 20)}, False),
            ({"certification_class": "A", "higher_class_sought": None, "expires_on": date(2027, 11, 20)}, False),
            ({"certification_class": "B", "higher_class_sought": None, "expires_on": None}, True),
        )
    ),
    Dated("signed_on", {"signed_on": date(2026, 11, 24)}, date(2026, 11, 24), True),
    Dated("signed_on", {"signed_on": date(2026, 11, 25)}, date(2026, 11, 24), False),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "temporary_ato", "signed_on": date(2026, 11, 20), "expires_on": date(2027, 11, 20)},
        date(2026, 11, 24),
        True,
    ),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "temporary_ato", "signed_on": date(2026, 11, 20), "expires_on": date(2027, 11, 21)},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "temporary_ato", "signed_on": date(2028, 2, 29), "expires_on": date(2029, 2, 28)},
        date(2028, 3, 1),
        True,
    ),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "temporary_ato", "signed_on": date(2028, 2, 29), "expires_on": date(2029, 3, 1)},
        date(2028, 3, 1),
        False,
    ),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "temporary_ato", "signed_on": date(2026, 11, 20), "expires_on": None},
        date(2026, 11, 24),
        False,
    ),
    Dated(
        "temporary_for_a_year",
        {"ato_type": "ato", "signed_on": date(2026, 11, 20), "expires_on": date(2029, 11, 20)},
        date(2026, 11, 24),
        True,
    ),
)
