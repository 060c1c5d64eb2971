"""The field's terms: old and new names of the same thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from authorizations.vocabulary import AtoType, CertificationPath, Designation


@dataclass(frozen=True, slots=True)
class Term:
    """One thing under its name of 2026 and its names until then, in a sentence, with the source of the renaming."""

    name: str
    formerly: tuple[str, ...]
    meaning: str
    source: str
    short: str = ""
    designation: str = ""
    path: str = ""
    ato_type: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Every name the thing has or had, in lower case."""
        return tuple(word.lower() for word in (self.name, self.short, *self.formerly) if word)


# fmt: off
TERMS: tuple[Term, ...] = (
    Term(
        "FedRAMP Certified",
        ("FedRAMP Authorized", "Authorized", "Compliant", "Certified", "FedRAMP authorization",
         "FedRAMP Certification"),
        "FedRAMP certifies a cloud service offering. A certification is not an agency's ATO.",
        "FRD-FCT; 2026 changes page", designation=Designation.CERTIFIED,
    ),
    Term(
        "FedRAMP Certified (In Remediation)", (),
        "A certified offering that remedies what was found. It stays certified.", "Marketplace statuses of 2026",
        designation=Designation.IN_REMEDIATION,
    ),
    Term(
        "Legacy FedRAMP Ready", ("FedRAMP Ready", "Ready", "FRR"),
        "An assessor attested that the offering could be certified. No submissions after 28 Jul 2026.", "FRC-CSF-RDY",
        designation=Designation.READY,
    ),
    Term(
        "Agency authorization in process", ("FedRAMP In Process", "In Process", "Agency Review", "Agency In Process"),
        "An agency works with the provider towards an initial ATO.", "MKT-IIP; Marketplace statuses of 2026",
        designation=Designation.IN_PROCESS_AGENCY,
    ),
    Term(
        "FedRAMP in process",
        ("In Process", "PMO Review", "JAB Review", "Initial Program Review", "Final Program Review"),
        "The package is with FedRAMP for its review.", "Marketplace statuses of 2026",
        designation=Designation.IN_PROCESS_FEDRAMP,
    ),
    Term(
        "Initial implementation", ("Initial Implementation listing",),
        "A listing before certification that needs no agency.", "MKT-IIP",
        designation=Designation.INITIAL_IMPLEMENTATION,
    ),
    Term(
        "Delisted", ("Removed", "No Status Found (Delisted)", "No Status Found"),
        "The Marketplace no longer lists the offering.", "MKT-IIP-DLA", designation=Designation.DELISTED,
    ),
    Term(
        "JAB P-ATO", ("P-ATO", "Provisional ATO", "JAB authorization", "Legacy JAB Authorization"),
        "A provisional authorization by the Joint Authorization Board, ended in 2024. It bound no agency.",
        "OMB M-24-15, rescissions", path=CertificationPath.JAB, ato_type=AtoType.P_ATO,
    ),
    Term(
        "Independent assessor", ("3PAO", "Third-party assessment organization"),
        "The organization that tests an offering and reports the results.", "FRD-ASR",
    ),
    Term(
        "Agency sponsor", ("Initial agency partner", "Partnering agency"),
        "The agency that grants an offering its initial ATO.", "FRC-APS-ATO",
    ),
    Term(
        "Certification class", ("Impact level of the offering",),
        "How much assurance information the provider commits to supply, from A to D. It is no FIPS 199 impact level.",
        "FRC-CSF-BSL",
    ),
    Term(
        "Certification path", ("Authorization path", "Authorization type"),
        "Program or Agency; JAB is history.", "FRD-CPH",
    ),
    Term(
        "Certification package", ("Authorization package", "Security package"),
        "What an agency reads before it decides. It stays where the provider keeps it.", "FRD-CRP",
    ),
    Term(
        "Ongoing certification", ("Continuous monitoring", "ConMon"),
        "The provider's duties after certification.", "2026 changes page",
    ),
    Term(
        "Trust center", ("Secure repository", "OMB MAX", "Connect.gov"),
        "Where agencies get the package.", "CDS ruleset",
    ),
    Term(
        "ATO", ("Authority to operate", "Authorization to operate", "Authorized to operate", "Agency authorization"),
        "An agency authorizes its own information system, which uses the offering. It binds that agency alone.",
        "OMB M-24-15; A-130",
    ),
    Term(
        "ATU", ("Authority to use", "Authorization to use"),
        "An agency's decision to use an offering that another agency already authorized.", "OMB M-24-15 IV",
        ato_type=AtoType.ATU,
    ),
)
# fmt: on


def terms_named(text: str) -> Iterator[Term]:
    """The terms one of whose names, old or new, contains ``text`` (at least three letters, case ignored)."""
    wanted = " ".join(text.lower().split())
    if len(wanted) < 3:
        return
    for term in TERMS:
        if any(wanted in word for word in term.words):
            yield term
