"""The agency's review, its decision, and what FedRAMP is sent (rows I21 to I30)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings, package
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AO, AR, CC, CL, PMO, OfACase, who


class InitialDecision(OfACase):
    # fmt: off
    send_to_remediation = step(
        "I21", "Send to remediation", "Sent to remediation",
        "The provider resolves the findings of the review; the assessor tests again where that is wanted.",
        basis=("PB4 §12.3",), sources=(S.AGENCY_REVIEW,), target=S.REMEDIATION, who=who(AR, AL), reason=True,
        facts=(asked.DELTA_WANTED,), gates=(findings.agency_has_findings,), clears_facts=("delta_test_done_on",),
        returns=True,
    )
    resubmit = step(
        "I22", "Resubmit", "Resubmitted", "The findings are resolved; the agency reviews again.",
        basis=("PB4 §12.3",), sources=(S.REMEDIATION,), target=S.AGENCY_REVIEW, who=who(CL, CC),
        facts=(asked.ANSWER, asked.DELTA_DONE), gates=(findings.provider_has_answered,),
        checks=(gates.delta_test_done,),
    )
    recommend = step(
        "I23", "Recommend to the AO", "Recommended to the AO", "The authorizing official decides next.",
        basis=("PB4 §12.3", "DOCS26"), sources=(S.AGENCY_REVIEW,), target=S.AO_DECISION, who=who(AR, AL),
        facts=asked.FOR_THE_AO, gates=(findings.no_open_finding,),
        checks=(gates.no_pending_deviations, gates.no_open_high),
    )
    return_from_ao = step(
        "I24", "Return to the review", "Returned to the review",
        "The authorizing official wants more before the decision.",
        basis=("PB4 §12.3",), sources=(S.AO_DECISION,), target=S.AGENCY_REVIEW, who=who(AO), recorded=True, reason=True,
        gates=(gates.official_named,), on_behalf=False, returns=True,
    )
    issue_ato = step(
        "I25", "Issue the ATO", "ATO issued",
        "The authorizing official has signed. The ATO enters the register as the offering's initial one; the agency "
        "owes FedRAMP the letter.",
        basis=("ATOL", "MKTPG24"), sources=(S.AO_DECISION,), target=S.ATO_ISSUED, who=who(AO), recorded=True,
        facts=(asked.SYSTEM, asked.INITIAL_TYPE, asked.SIGNED, asked.EXPIRES, *asked.WHERE),
        reads=asked.OFFICIAL_CHANGED, gates=(gates.official_named,),
        checks=(gates.expires_after_signing, gates.ato_in_time, gates.term_of_a_year),
        clears_facts=("fedramp_notified_on", "letter_received_on"), locks_offering=True, on_behalf=False,
    )
    deny_ato = step(
        "I26", "Deny the ATO", "ATO denied", "The authorizing official does not accept the risk. The case ends.",
        basis=("PB4 §12.3",), sources=(S.AO_DECISION,), target=S.ATO_DENIED, who=who(AO), recorded=True, reason=True,
        facts=asked.OF_DENIAL, gates=(gates.official_named,), on_behalf=False,
    )
    revise_decision = step(
        "I27", "Revise the decision", "Decision revised",
        "The ATO was issued in error: it is rescinded, and the authorizing official decides again.",
        sources=(S.ATO_ISSUED,), target=S.AO_DECISION, who=who(AO), reason=True, facts=(asked.IN_ERROR,),
        gates=(gates.package_not_accepted,),
        clears_facts=("signed_on", "expires_on", "fedramp_notified_on", "letter_received_on"), locks_offering=True,
        on_behalf=False,
    )
    report_letter = step(
        "I28", "Report the letter", "Letter reported",
        "FedRAMP was sent the signed letter. The notice enters the ATO register.",
        basis=("AGU-AGC-NAA", "PB4 §12.5"), sources=(S.ATO_ISSUED,), who=who(AL, AO), facts=asked.LETTER,
        gates=(findings.agency_has_answered,), locks_offering=True,
    )
    submit_package = step(
        "I29", "Submit the package", "Package submitted",
        "The package is uploaded and the application sent; FedRAMP checks whether it is complete.",
        basis=("CHK", "FRC-APP"), sources=(S.ATO_ISSUED,), who=who(CL), facts=asked.UPLOADED,
        gates=(
            findings.provider_has_answered, package.letter_sent_before_applying, package.listed_before_applying,
        ),
        checks=(package.verified_lately, package.assessment_fresh),
    )

    @step(
        "I30", "Return the package", "Package returned",
        "The letter or the package is not complete; the side that is named sends it again.",
        basis=("CHK", "PB4 §12.5"), sources=(S.ATO_ISSUED,), who=PMO, reason=True, facts=(asked.SIDE,),
        gates=(findings.pmo_has_findings,), returns=True,
    )
    def return_package(self, act: CurrentAct, *, side: str, **facts: Any) -> None:
        self.set_fact("fedramp_notified_on" if side == "agency" else "package_uploaded_on", None, act)
