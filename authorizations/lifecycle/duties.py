"""The duties that are met by a delivery, and the days that are announced by one: what each is, whose, of which record.

A delivery names its duty and its period: the day from which the duty counts, such as an anniversary or the day of an
event. Where to find what was delivered is in it as a reference; the portal never holds the thing itself.
"""

from dataclasses import dataclass

from accounts.roles import OrganizationKind
from authorizations.policy import SIDES, Party
from authorizations.rules.names import RULESETS

AGENCY, PROVIDER = SIDES[OrganizationKind.AGENCY], SIDES[OrganizationKind.PROVIDER]
ADOPTED = "adopted_"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: on the page of which record (``ato`` or ``offering``) it is met, by whom, and what its period is."""

    key: str
    label: str
    of: str
    by: frozenset[Party]
    period: str
    source: str
    also_ahead: bool = False  # the period may be a day to come

    @property
    def is_of_the_provider(self) -> bool:
        return self.by == PROVIDER


def adoption_of(ruleset: str) -> str:
    return f"{ADOPTED}{ruleset}"


_ANNIVERSARY = "Authorization or anniversary from which it counts"
_REPORT = "Period of the report"
DUTIES: dict[str, Duty] = {
    duty.key: duty
    for duty in (
        Duty("L13", "Schedule of continuous monitoring", "offering", PROVIDER, _ANNIVERSARY, "CMSG"),
        Duty("L14", "Worksheet of continuous monitoring deliverables", "offering", PROVIDER, _ANNIVERSARY, "CMD"),
        Duty("L16", "Plan of the annual assessment (SAP)", "offering", PROVIDER, _ANNIVERSARY, "PMG3"),
        Duty("L17", "Package of the annual assessment", "offering", PROVIDER, _ANNIVERSARY, "PMG3; CMSG"),
        Duty("L28", "Re-evaluation of the authorization", "ato", AGENCY, "Day of the re-evaluation", "CMSG; ATOL"),
        Duty("L34", "New ATO forwarded to FedRAMP", "ato", PROVIDER, "Signing of the ATO", "DOCS26"),
        Duty("A04", "Review of an ongoing certification report", "ato", AGENCY, _REPORT, "AGU-USE-ROR; CCM-AGM-ROR"),
        Duty("A05", "Attendance of a quarterly review", "ato", AGENCY, _REPORT, "AGU-USE-DSO"),
        Duty("L15", "SSP with the assessor", "offering", PROVIDER, "First day of the assessment", "CMD", True),
        Duty("N01", "Ongoing certification report", "offering", PROVIDER, "Day of the report", "CCM-OCR-AVL"),
        Duty("N04", "Quarterly review", "offering", PROVIDER, _REPORT, "CCM-QTR-MTG"),
        Duty("N23", "FedRAMP’s report in the package", "offering", PROVIDER, "Certification", "CDS-CSO-FRC"),
        Duty("N25", "Notice of a downgrade or an end", "offering", PROVIDER, "Its day", "FRC-CCL-DNP", True),
        Duty("pipeline", "Follows the updated Rev5 rules", "offering", PROVIDER, "From", "MD26 providers/start/path"),
        Duty("N28", "Report of progress", "offering", PROVIDER, "Day of the report", "MKT-IIP-DCP"),
        Duty("listed", "Listed as Initial Implementation", "offering", PROVIDER, "Day of the listing", "MKT-CSO-PML"),
        Duty(
            "assessment_start", "Assessment scheduled", "offering", PROVIDER, "First day of the assessment",
            "MKT-IIP-DLA; CMD", True,
        ),
        *(
            Duty(adoption_of(key), f"Follows {key}, {label}", "offering", PROVIDER, "From", f"{key}-")
            for key, label in RULESETS.items()
            if key not in ("AGU", "REC")
        ),
    )
}  # fmt: skip


def duties_of(record_type: str) -> list[Duty]:
    return [duty for duty in DUTIES.values() if duty.of == record_type]
