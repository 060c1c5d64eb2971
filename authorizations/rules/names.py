"""What a release may state, by name, in words. Nothing here reads anything else, so nothing else may stand in one."""

DATES = {
    "cutoff": "Last day for new Rev5 applications",
    "conversion_from": "First day on which a case without its partner may convert",
    "conversion_to": "Last day on which a case without its partner may convert",
    "evidence_from": "First day of the evidence for a conversion",
    "evidence_to": "Last day of the evidence for a conversion",
}
# The unit stands at the end of the name.
LENGTHS = {
    "assessment_start_months": "From the request, and from the In Process date, to the start of the assessment",
    "ato_months": "From the request, and from the In Process date, to the ATO",
    "debrief_days": "From the delivery of SAR and POA&M to the debrief, at least",
    "ato_term_months": "Term of an ATO, at least",
    "letter_days": "From the signing of an ATO to its letter to FedRAMP",
    "access_days": "Access to a package at Connect.gov",
    "extension_days": "Extension of an access at Connect.gov",
    "denial_days": "From a denied access to FedRAMP’s being told, in business days",
    "temporary_months": "Term of a temporary ATO, at most",
    "verified_days": "From the verification of the package to the application, at most",
    "assessment_fresh_months": "From the assessment to the application, at most",
    "assessment_stale_months": "From the assessment to its freshening, at most",
    "class_a_months": "Use of a class A offering after its certification, at most",
}
UNITS = ("days", "months")
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
# On what an artifact may be asked for.
CONDITIONS = ("delta_test_wanted", "application_rules", "contractors_read", "with_conditions", "new_notice")
# The facts of steps that say where an artifact can be found.
TOLD = (
    "decision_letter",
    "conditions_reference",
    "letter",
    "notice_reference",
    "reference",
    "fedramp_reference",
    "provider_reference",
)
WAYS = {"form": "FedRAMP’s form", "mail": "Mail", "page": "Page"}


def unit_of(length: str) -> str:
    """The unit of a length, by the end of its name."""
    return length.rpartition("_")[2]
