"""The sources that steps, stages and dates name, by the key that they are named by."""

import re
from dataclasses import dataclass

OUR_DESIGN = "our design"


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document: the beginnings of what names it, its title with its date, and who published it."""

    keys: tuple[str, ...]
    title: str
    publisher: str

    @property
    def anchor(self) -> str:
        """Where a page that lists sources names it."""
        return "source-" + re.sub("[^a-z0-9]+", "-", self.keys[0].lower()).strip("-")


FEDRAMP_SITE = "FedRAMP’s site until 2026 (repository GSA/fedramp-gov)"
# In the order of authority: law and memo first, then the rules, guidance, templates, and what the data show.
SOURCES: tuple[SourceDocument, ...] = (
    SourceDocument(
        ("44 USC 36",), "FedRAMP Authorization Act, 44 USC 3607 to 3616, Dec 2022", "Congress of the United States"
    ),
    SourceDocument(
        ("M-24-15",), "OMB memorandum M-24-15, Modernizing FedRAMP, 25 Jul 2024", "Office of Management and Budget"
    ),
    SourceDocument(
        ("A-130",),
        "OMB Circular A-130, Managing Information as a Strategic Resource",
        "Office of Management and Budget",
    ),
    SourceDocument(
        (
            *("AFC-", "AGU-", "CCM-", "CDS", "CMU-", "CPO-", "FRC-", "FRD-", "IEC-", "IVV-", "KSI-", "MAS-"),
            *("MKT-", "REC-", "SCG-", "SCN", "SDR-", "VDR-", "VER-", "RULES"),
        ),
        "FedRAMP Consolidated Rules, version 2026.07.14.01; the key is the rule’s id, or begins the ids of several",
        "FedRAMP (repository FedRAMP/rules)",
    ),
    SourceDocument(
        ("MD26",),
        "FedRAMP’s guidance of 2026, as of 13 Aug 2026; the key names the page",
        "FedRAMP (repository FedRAMP/2026-markdown)",
    ),
    SourceDocument(
        ("DOCS26",),
        "FedRAMP’s Rev5 playbooks for agencies and providers, as of 8 Apr 2026",
        "FedRAMP (repository FedRAMP/docs)",
    ),
    SourceDocument(("PB4",), "Agency Authorization Playbook, version 4.0, 6 Dec 2024", FEDRAMP_SITE),
    SourceDocument(("MKTPG24",), "About the FedRAMP Marketplace, page of 15 Oct 2024", FEDRAMP_SITE),
    SourceDocument(("FAQ25",), "FedRAMP’s frequently asked questions, page of 13 Mar 2025", FEDRAMP_SITE),
    SourceDocument(("IP4",), "Requirements for the In Process Designation, version 4.0, 5 Dec 2017", FEDRAMP_SITE),
    SourceDocument(("D1",), "Agency Authorization: Roles and Responsibilities, 5 Dec 2017", FEDRAMP_SITE),
    SourceDocument(("D2",), "Agency Authorization: Best Practices for Agencies, 12 Oct 2017", FEDRAMP_SITE),
    SourceDocument(("D3",), "Agency Authorization: Best Practices for CSPs, announced on 12 Oct 2017", FEDRAMP_SITE),
    SourceDocument(
        ("REUSE2",), "How to Functionally Reuse an Existing Authorization, version 2.0, 7 Dec 2017", FEDRAMP_SITE
    ),
    SourceDocument(
        ("ENG22",), "Engaging with FedRAMP, three blogs of Nov 2022 on intake, kickoff and debrief", FEDRAMP_SITE
    ),
    SourceDocument(("CCQG",), "Collaborative Continuous Monitoring, quick guide", FEDRAMP_SITE),
    SourceDocument(("QG",), "Reusing Authorizations for Cloud Products, quick guide, 26 Jul 2022", FEDRAMP_SITE),
    SourceDocument(("PARF7",), "Package Access Request Form, version 7.0, 30 Apr 2024", FEDRAMP_SITE),
    SourceDocument(
        ("PMG3",), "Continuous Monitoring Performance Management Guide, version 3.0, 30 Aug 2023", FEDRAMP_SITE
    ),
    SourceDocument(("CMD",), "Continuous Monitoring Deliverables, a template, version 3.1, 4 Dec 2024", FEDRAMP_SITE),
    SourceDocument(("ICP",), "Incident Communications Procedures, 30 Sep 2024", FEDRAMP_SITE),
    SourceDocument(("CMSG",), "Continuous Monitoring Strategy Guide, version 3.2, 4 Apr 2018", FEDRAMP_SITE),
    SourceDocument(("ATO21",), "The Importance of ATO Letter Submission, blog of 22 Sep 2021", FEDRAMP_SITE),
    SourceDocument(("KO",), "Kickoff and SAR Debrief Guidance, 19 Jul 2024", FEDRAMP_SITE),
    SourceDocument(
        ("WBS",), "Agency Authorization work breakdown structure, a template; the key names the task", FEDRAMP_SITE
    ),
    SourceDocument(("IPR",), "In Process Request, a template", FEDRAMP_SITE),
    SourceDocument(("ATOL",), "ATO letter, a template", FEDRAMP_SITE),
    SourceDocument(("CHK",), "Initial Authorization Package Checklist, 30 Jun 2023", FEDRAMP_SITE),
    SourceDocument(
        ("COMM#",),
        "FedRAMP’s community discussions; the key names the discussion",
        "FedRAMP (repository FedRAMP/community)",
    ),
    SourceDocument(
        ("MKDATA",),
        "Marketplace status changelog, export of 30 May 2026: that the step has happened",
        "FedRAMP’s Marketplace",
    ),
    SourceDocument(
        ("ATOS",), "ATO records of the Marketplace, of 21 Jun 2026, with their reasons", "FedRAMP’s Marketplace"
    ),
    SourceDocument((OUR_DESIGN,), "No source says it: it is how this portal decided", "This project"),
)


def source_of(name: str) -> SourceDocument | None:
    """The source that a name such as "PB4 §10.1" or "AGU-AGC-NAA" stands for."""
    fitting = [source for source in SOURCES if name.startswith(source.keys)]
    return fitting[0] if fitting else None


def sources_of(names: set[str]) -> list[SourceDocument]:
    """The sources of these names, in the order of authority."""
    found = [source_of(name) for name in names]
    return [source for source in SOURCES if source in found]
