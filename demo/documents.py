"""The documents and findings of the demo's cases: before a step, what it asks for is added by a person who may.

Most are references, as in life: confidential packages stay where they are. A few are small files of the demo's own.
"""

import io
from collections.abc import Iterator, Mapping
from datetime import date

from accounts.roles import Role
from authorizations.actions.documents.requirements import StoredFile
from authorizations.exchange.documents.file_store import store
from authorizations.lifecycle.gates import documents as document_gates
from authorizations.lifecycle.step import Step
from authorizations.models import Case
from authorizations.policy import Party
from authorizations.rules.documents import DocumentRule
from authorizations.vocabulary import Scan, Severity

ROLE_OF: Mapping[Party, Role] = {
    Party.AL: Role.AGENCY_LIAISON,
    Party.AR: Role.AGENCY_REVIEWER,
    Party.AO: Role.AUTHORIZING_OFFICIAL,
    Party.CL: Role.CSP_LEAD,
    Party.CC: Role.CSP_CONTRIBUTOR,
    Party.AS: Role.ASSESSOR_LEAD,
    Party.PR: Role.PMO_REVIEWER,
    Party.PL: Role.PMO_LEAD,
}
# Who of those who may adds a document, where it is not the first in the order of the parties.
ADDS = {
    "wbs": Party.CL,
    "ipr": Party.AL,
    "deviation_requests": Party.CL,
    "sap": Party.AS,
    "sar": Party.AS,
    "poam": Party.CL,
    "debrief_deck": Party.AS,
    "delta_test": Party.AS,
}
FILES = {
    "partner_statement": "We intend to work together towards an agency authorization of this offering.\n",
    "kickoff_minutes": "Shown: boundary, data flows, encryption. Agreed: the SSP comes within a month.\n",
    "deviation_requests": "There are no deviation requests.\n",
}
# What a return finds, by its step: how much it weighs, what it says, and the fact that it is about.
FINDS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "return_request": ((Severity.BLOCKING, "The proof names another service than the request.", "proof"),),
    "return_ssp": (
        (Severity.BLOCKING, "The boundary diagram leaves out the mail relay.", "ssp_delivered_on"),
        (Severity.MAJOR, "The backups are described, their restore is not.", "ssp_delivered_on"),
    ),
    "send_to_remediation": (
        (Severity.BLOCKING, "Old ciphers are offered at the gateway.", "sar_delivered_on"),
        (Severity.BLOCKING, "Accounts of people who left are never closed.", "poam_delivered_on"),
    ),
    "request_pmo_remediation": (
        (Severity.MAJOR, "The inventory and the scans name different hosts.", "package_uploaded_on"),
    ),
}
# The gates that ask for findings, for answers, and for what is settled.
FINDING = {"agency_has_findings", "pmo_has_findings"}
ANSWERING = {"agency_has_answered", "provider_has_answered", "assessor_has_answered"}
SETTLING = {"no_open_finding", "no_open_pmo_finding"}
ANSWER = "Done: the newest version of the document shows it."


def missing(case: Case, step: Step, who: Role, today: date) -> Iterator[tuple[DocumentRule, tuple[str, ...]]]:
    """The documents that a step asks for and that are not there as it asks, each with what is to be stated of it."""
    keys = [problem.where.removeprefix(document_gates.WHERE) for problem in document_gates.unmet(case, step.row, today)]
    for key in keys:
        rule = case.rules.documents[key]
        yield rule, tuple(rule.statements) if key != "wbs" else ("signed_by_provider",)
    if step.name == "sign_wbs" and who != Role.CSP_LEAD and "wbs" not in keys:
        yield case.rules.documents["wbs"], ("signed_by_provider", "signed_by_agency")


def in_order(rule: DocumentRule, stated: tuple[str, ...]) -> list[Role]:
    """The roles that may add a document, who adds it first."""
    first = Party.AL if "signed_by_agency" in stated else ADDS.get(rule.key)
    return [ROLE_OF[party] for party in sorted(rule.by, key=lambda each: (each is not first, list(Party).index(each)))]


def found(step: str, again: str) -> tuple[tuple[str, str, str], ...]:
    """What a return finds; the second one finds what it says ``again``."""
    first = FINDS[step]
    return ((Severity.MAJOR, again, first[0][2]),) if again else first


def content_of(rule: DocumentRule) -> StoredFile | None:
    """The demo's own small file of a document; None where a reference stands for it."""
    text = FILES.get(rule.key)
    if text is None:
        return None
    sha256, size = store(io.BytesIO(text.encode()))
    return StoredFile(f"{rule.key}.txt", size, sha256, "text/plain", Scan.UNSCANNED)


def location_of(rule: DocumentRule, case: Case) -> str:
    """Where the demo says that a document is."""
    place = "Connect.gov" if rule.confidential else "The agency's files"
    return f"{place}, folder {case.offering.name}, {rule.key.replace('_', ' ')}"
