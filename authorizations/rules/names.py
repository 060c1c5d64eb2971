"""What a release may state, by name, in words. Nothing here reads anything else, so nothing else may be in one."""

from functools import cache

DATES = {
    "cutoff": "Last day for new Rev5 applications",
    "conversion_from": "First day on which a case without its partner may convert",
    "conversion_to": "Last day on which a case without its partner may convert",
    "evidence_from": "First day of the evidence for a conversion",
    "evidence_to": "Last day of the evidence for a conversion",
    "pipeline_follow": "Day by which an offering of the Rev5 Program pipeline follows the updated Rev5 rules",
    "rules_end": "Last day of the Consolidated Rules for 2026; a Rev5 certification stays active until then at least",
    "ready_conversion": "Day by which a Ready offering converts, or its annual assessment’s if that is later",
    "ready_removed": "Day on which Ready disappears from the Marketplace",
}
# The unit is at the end of the name.
LENGTHS = {
    "assessment_start_months": "From the request, and from the In Process date, to the start of the assessment",
    "ato_months": "From the request, and from the In Process date, to the ATO",
    "debrief_days": "From the delivery of SAR and POA&M to the debrief, at least",
    "ato_term_months": "Term of an ATO, at least",
    "letter_days": "From the signing of an ATO to its letter to FedRAMP",
    "access_days": "Access to a package at Connect.gov",
    "extension_days": "Extension of an access at Connect.gov",
    "denial_days": "From a denied access to FedRAMP’s being told",
    "temporary_months": "Term of a temporary ATO, at most",
    "verified_days": "From the verification of the package to the application, at most",
    "assessment_fresh_months": "From the assessment to the application, at most",
    "assessment_stale_months": "From the assessment to its freshening, at most",
    "class_a_months": "Term of an ATO of a class A offering, at most",
    "schedule_days": "From an authorization to the schedule of continuous monitoring",
    "schedule_months": "From one schedule of continuous monitoring to the next",
    "worksheet_business_days": "From an authorization to the worksheet of its deliverables",
    "ssp_to_assessor_days": "From the SSP’s being with the assessor to the start of the annual assessment, at least",
    "sap_before_days": "From the plan of the annual assessment to the ATO’s anniversary, at least",
    "annual_months": "From one annual assessment to the next",
    "reevaluation_months": "From an authorization to its re-evaluation by the authorizing official, at most",
    "forward_days": "From a new ATO to its being forwarded to FedRAMP by the provider",
    "ready_months": "FedRAMP Ready after its listing",
    "official_change_days": "From a change of the authorizing official to FedRAMP’s being told",
    "report_months": "From one ongoing certification report to the next",
    "meeting_business_days": "From an ongoing certification report to its quarterly review, at most",
    "report_review_months": "From an ongoing certification report to its review by an agency",
    "fcr_days": "From the certification to the certification report’s being in the package",
    "ending_days": "From the notice of a downgrade or an end to its day, at least",
    "progress_months": "From one report of progress to the next, in Initial Implementation",
    "scheduled_months": "From the listing as Initial Implementation to a scheduled assessment",
    "decision_days": "From the receipt of a package to FedRAMP’s decision, while its clock runs",
    "delisting_hours": "From the end of an In Process case to its being off the Marketplace",
    "end_told_days": "From a suspension or a revocation to FedRAMP’s being told",
    "contact_days": "From the confirmation of a contact to the next",
}
# Deadlines that follow from no length: somebody set the day.
SET_DAYS = {
    "access_end": "End of a package access",
    "leaver": "End of an access whose person has left",
    "ato_expiry": "Expiry of an ATO",
    "ato_condition": "Condition of an ATO",
    "planned_task": "Planned dates of the work breakdown structure",
    "ruleset": "From when a ruleset holds",
}
UNITS = ("business days", "days", "months", "hours")
# A name that was given before its unit had one of its own.
COUNTED_OTHERWISE = ("denial_days", "business days")
# The rulesets of the Consolidated Rules, and what an entry of theirs says, in the order of the years.
RULESETS = {
    "AFC": "Addressing FedRAMP communication",
    "AGU": "Agency use of certified services",
    "CCM": "Collaborative continuous monitoring",
    "CDS": "Certification data sharing",
    "CMU": "Cryptographic module use",
    "CPO": "Certification package overview",
    "FRC": "FedRAMP certification",
    "IEC": "Incidents and their communication",
    "IVV": "Independent verification and validation",
    "MAS": "Minimum assessment scope",
    "MKT": "Marketplace",
    "REC": "Recognition of assessors",
    "SCG": "Secure configuration guide",
    "SCN": "Significant change notifications",
    "SDR": "Security decision record",
    "VDR": "Vulnerability detection and response",
    "VER": "Vulnerability evaluation and reporting",
}
TYPES = {"rev5": "Rev5", "20x": "20x"}
EFFECTIVE = {
    "optional": "may be followed from",
    "obtain": "needed for a new certification from",
    "maintain": "needed by existing holders from",
    "grace": "certification lost without it from",
}
NEXT_ASSESSMENT = "next_assessment"
# On what a document may be asked for.
CONDITIONS = ("delta_test_wanted", "application_rules", "contractors_read", "with_conditions", "new_notice")
# The facts of steps that say where a document can be found.
LOCATION_FACTS = (
    "decision_letter",
    "conditions_reference",
    "letter",
    "notice_reference",
    "reference",
    "fedramp_reference",
    "provider_reference",
)
WAYS = {"form": "FedRAMP’s form", "mail": "Mail", "page": "Page"}


@cache
def unit_of(length: str) -> str:
    words = length.replace("_", " ")
    return next(unit for unit in UNITS if words.endswith(unit) or (length, unit) == COUNTED_OTHERWISE)
