"""Which document a file is, by its name: those of FedRAMP's own templates, and what people call theirs."""

import pytest

from authorizations.exchange.documents.kind_by_name import guess_kind, title_by_name
from authorizations.rules import newest

RULES = newest().documents


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("FedRAMP-ATO-Letter-Template.docx", "ato_letter"),
        ("FedRAMP-Agency-Authorization-In-Process-Request-Template.docx", "ipr"),
        ("FedRAMP-Agency-Authorization-WBS-Template.xlsx", "wbs"),
        ("FedRAMP-Initial-Authorization-Package-Checklist.xlsx", "package_checklist"),
        ("FedRAMP-POAM-Template.xlsx", "poam"),
        ("Nimbus POA&M 2026-11.xlsx", "poam"),
        ("Agency_POAM.xlsx", "agency_poam"),
        ("SSP_Appendix_J_CIS-CRM_Workbook.xlsx", "cis_crm"),
        ("SSP v3 final (2).docx", "ssp"),
        ("2026-03-03 kickoff minutes.pdf", "kickoff_minutes"),
        ("AtoLetterSigned.pdf", "ato_letter"),
        ("Statement of residual risk.pdf", "residual_risk"),
        ("FedRAMP-Continuous-Monitoring-Deliverables-Template.xlsx", ""),
        ("IMG_0007.jpg", ""),
        ("report.pdf", ""),
        (".pdf", ""),
    ],
)
def test_a_name_tells_the_document_that_most_of_it_speaks_of(name: str, key: str) -> None:
    assert guess_kind(name, RULES, ()) == key


def test_of_what_is_asked_for_now_less_needs_to_be_said() -> None:
    assert guess_kind("report.pdf", RULES, {"review_report"}) == "review_report"
    assert guess_kind("letter.pdf", RULES, {"extension_letter"}) == "extension_letter"
    # What says more still wins.
    assert guess_kind("ATO letter.pdf", RULES, {"extension_letter"}) == "ato_letter"


def test_a_title_is_the_name_without_its_ending() -> None:
    assert title_by_name("Notes_of__the call.pdf", 120) == "Notes of the call"
    assert len(title_by_name("n" * 200 + ".pdf", 120)) == 120
