"""The initial machine: from first interest to FedRAMP's certification, row by row (machine tables 2.1)."""

from functools import cache
from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle import case_gates as gates
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.stages import BEFORE_REVIEW, LISTED, OPEN_INITIAL
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import Fact, Kind, Step, step
from authorizations.models.case import Case
from authorizations.policy import Party
from authorizations.rules import newest
from authorizations.vocabulary import CaseKind, Turn

AL, AR, AO, CL, CC, AS = Party.AL, Party.AR, Party.AO, Party.CL, Party.CC, Party.AS
PMO = frozenset({Party.PR, Party.PL})
PL = frozenset({Party.PL})
AT_AGENCY, AT_PROVIDER = gates.waits_on(Turn.AGENCY), gates.waits_on(Turn.PROVIDER)
OF_THE_SAP = gates.waits_on(Turn.ASSESSOR, Turn.PROVIDER)


def who(*parties: Party) -> frozenset[Party]:
    """A row's cell "who"."""
    return frozenset(parties)


class InitialCase(Case, kind=CaseKind.INITIAL):
    """A case of the agency that sponsors the offering's initial authorization."""

    class Meta:
        proxy = True

    @classmethod
    def machine(cls) -> Machine:
        """The initial machine as data."""
        return _machine()

    def side_states(self, pattern: str) -> None:
        """Notes on the day of the act what the side of the person states, such as its agreement."""
        self.note(pattern.format(gates.owing_side(self, pattern)), self.as_of)

    def receive(self) -> None:
        """The case joins the queue of FedRAMP's review; the first time counts where the cut-off asks for it (I31)."""
        self.received_at = self.at
        if not self.said("pmo_review_since_on"):
            self.note("pmo_review_since_on", self.as_of)

    # --- preparation ---

    @step(
        row="I1",
        basis=("PB4 §10.1",),
        label="Agree to the partnership",
        done="Agreed to the partnership",
        says="Your side agrees to work towards this authorization. Planning can start once both sides have.",
        sources=(S.PARTNERSHIP,),
        who=who(AL, CL),
        conditions=(gates.OWN_SIDE_NOT_AGREED,),
    )
    def agree_partnership(self, **said: Any) -> None:
        """I1."""
        self.side_states(gates.AGREEMENT)

    @step(
        row="I2",
        basis=("PB4 §10.1", "DOCS26"),
        label="Start planning",
        done="Planning started",
        says="Both sides have agreed; the provider fills and signs the work breakdown structure (WBS) next.",
        sources=(S.PARTNERSHIP,),
        target=S.PLANNING,
        who=who(AL),
        facts=(asked.CHECKED, *asked.CONTACTS),
        reads=asked.AGREED,
        gates=(gates.fedramp_id_known,),
    )
    def start_planning(self, **said: Any) -> None:
        """I2."""

    @step(
        row="I3",
        basis=("WBS 2.2",),
        label="Sign the WBS",
        done="WBS signed",
        says="Your side has signed the work breakdown structure. An unsigned one is not valid.",
        sources=(S.PLANNING,),
        who=who(CL, AL, AO),
        conditions=(gates.OWN_SIGNATURE_MISSING,),
        gates=(gates.provider_signs_first,),
    )
    def sign_wbs(self, **said: Any) -> None:
        """I3."""
        self.side_states(gates.SIGNATURE)

    @step(
        row="I4",
        basis=("IPR", "WBS 2.2"),
        label="Request In Process",
        done="In Process requested",
        says="The authorizing official asks FedRAMP to list the offering as In Process. The PMO checks the request.",
        sources=(S.PLANNING,),
        target=S.IN_PROCESS_REQUESTED,
        who=who(AO),
        recorded=True,
        facts=(
            asked.REVIEWER,
            asked.ASSESSOR_NAMED,
            *asked.PLANNED,
            asked.IN_PRODUCTION,
            asked.PROOF,
            asked.APPROACH,
        ),
        reads=(asked.OFFICIAL_NAMED, *asked.WBS_SIGNED),
        gates=(gates.official_named,),
        checks=(gates.starts_in_time, gates.decides_in_time),
    )
    def request_in_process(self, **said: Any) -> None:
        """I4."""
        self.note("requested_on", self.as_of)

    @step(
        row="I5",
        basis=("MKTPG24", "WBS 3.5"),
        label="Return the request",
        done="Request returned",
        says="Something is missing. The agency completes it and asks again; the signatures stay.",
        sources=(S.IN_PROCESS_REQUESTED,),
        target=S.PLANNING,
        who=PMO,
        reason=True,
        returns=True,
    )
    def return_request(self, **said: Any) -> None:
        """I5; what is missing is the reason."""

    @step(
        row="I6",
        basis=("MKTPG24", "WBS 3.5"),
        label="List as In Process",
        done="Listed as In Process",
        says="The offering is listed with the agency as its partner, and the twelve months begin.",
        sources=(S.IN_PROCESS_REQUESTED,),
        target=S.IN_PROCESS,
        who=PMO,
        facts=(*asked.CONDITIONS, asked.CONSENT, asked.IN_PROCESS),
        gates=(gates.no_other_listed,),
        across=True,
    )
    def list_in_process(self, **said: Any) -> None:
        """I6; writes the designation."""

    @step(
        row="I7",
        basis=("KO", "MKTPG24"),
        label="Plan again",
        done="Planned again",
        says="The case goes back to planning. Both sides sign the WBS anew.",
        sources=(S.IN_PROCESS,),
        target=S.PLANNING,
        who=who(AL, AO),
        reason=True,
        voids=("wbs_signed_by_agency_on", "wbs_signed_by_provider_on"),
        returns=True,
    )
    def replan(self, **said: Any) -> None:
        """I7."""

    # --- package ---

    @step(
        row="I8",
        basis=("KO", "WBS 3.1", "WBS 3.4"),
        label="Deliver the SSP",
        done="SSP delivered",
        says="The draft of the SSP is with the agency for its review.",
        sources=(S.IN_PROCESS,),
        target=S.SSP,
        who=who(CL, CC),
        facts=(asked.SSP, asked.KICKOFF_HELD),
        reads=(asked.KICKOFF_SKIPPED,),
        checks=(gates.kickoff_held,),
    )
    def deliver_ssp(self, **said: Any) -> None:
        """I8."""

    @step(
        row="I9",
        basis=("PB4 §10.2",),
        label="Deliver everything at once",
        done="Everything delivered at once",
        says="SSP, SAP, SAR and POA&M are all with the agency; the debrief is next.",
        sources=(S.IN_PROCESS,),
        target=S.SAR_DEBRIEF,
        who=who(CL),
        facts=(asked.SSP, asked.SAP, asked.SAR, asked.POAM),
        gates=(gates.approach_all_at_once,),
    )
    def deliver_all(self, **said: Any) -> None:
        """I9."""

    @step(
        row="I10",
        basis=("WBS 3.6",),
        label="Return the SSP",
        done="SSP returned",
        says="The provider corrects the SSP and delivers it again.",
        sources=(S.SSP,),
        who=who(AR, AL),
        reason=True,
        conditions=(AT_AGENCY,),
        hands_to=Turn.PROVIDER,
        returns=True,
    )
    def return_ssp(self, **said: Any) -> None:
        """I10."""

    @step(
        row="I11",
        basis=("WBS 3.7",),
        label="Resubmit the SSP",
        done="SSP resubmitted",
        says="The corrected SSP is with the agency again.",
        sources=(S.SSP,),
        who=who(CL, CC),
        conditions=(AT_PROVIDER,),
        hands_to=Turn.AGENCY,
    )
    def resubmit_ssp(self, **said: Any) -> None:
        """I11."""

    @step(
        row="I12",
        basis=("WBS 3.8-3.9",),
        label="Approve the SSP",
        done="SSP approved",
        says="The assessor writes the SAP on the approved SSP.",
        sources=(S.SSP,),
        target=S.SAP,
        who=who(AR, AO),
        conditions=(AT_AGENCY,),
        facts=(*asked.RESPONSIBILITIES, asked.SSP_APPROVED),
        hands_to=Turn.ASSESSOR,
    )
    def approve_ssp(self, **said: Any) -> None:
        """I12."""

    @step(
        row="I13",
        basis=("WBS 4.1",),
        label="Submit the SAP",
        done="SAP submitted",
        says="The SAP is with the agency for its review.",
        sources=(S.SAP,),
        who=who(AS, CL),
        conditions=(OF_THE_SAP,),
        facts=(asked.SAP,),
        hands_to=Turn.AGENCY,
    )
    def submit_sap(self, **said: Any) -> None:
        """I13."""

    @step(
        row="I14",
        basis=("WBS 4.2-4.4",),
        label="Return the SAP",
        done="SAP returned",
        says="The assessor corrects the SAP and submits it again.",
        sources=(S.SAP,),
        who=who(AR, AL),
        reason=True,
        conditions=(AT_AGENCY,),
        hands_to=Turn.ASSESSOR,
        returns=True,
    )
    def return_sap(self, **said: Any) -> None:
        """I14."""

    @step(
        row="I15",
        basis=("WBS 4.5", "WBS 5.1"),
        label="Approve the SAP",
        done="SAP approved",
        says="The assessor tests the offering by the approved plan.",
        sources=(S.SAP,),
        target=S.ASSESSMENT,
        who=who(AR, AO),
        conditions=(AT_AGENCY,),
        facts=(asked.SAP_APPROVED, *asked.SAP_SIGNED),
        checks=(gates.assessment_in_time,),
        hands_to=Turn.ASSESSOR,
    )
    def approve_sap(self, **said: Any) -> None:
        """I15."""

    @step(
        row="I16",
        basis=("our design",),
        label="Reopen the SSP",
        done="SSP reopened",
        says="The SSP must change before the SAP can be approved; the provider delivers it again.",
        sources=(S.SAP,),
        target=S.SSP,
        who=who(AR, AL),
        reason=True,
        hands_to=Turn.PROVIDER,
        returns=True,
    )
    def reopen_ssp(self, **said: Any) -> None:
        """I16."""

    # --- assessment ---

    @step(
        row="I17",
        basis=("our design",),
        label="Amend the SAP",
        done="SAP to be amended",
        says="The plan of the assessment must change; the assessor submits it again.",
        sources=(S.ASSESSMENT,),
        target=S.SAP,
        who=who(AR, AS),
        reason=True,
        hands_to=Turn.ASSESSOR,
        returns=True,
    )
    def amend_sap(self, **said: Any) -> None:
        """I17."""

    @step(
        row="I18",
        basis=("KO", "DOCS26"),
        label="Deliver the SAR",
        done="SAR delivered",
        says="Testing is finished; SAR and POA&M are with the agency.",
        sources=(S.ASSESSMENT,),
        target=S.SAR_DEBRIEF,
        who=who(AS, CL),
        facts=asked.TESTED,
    )
    def deliver_sar(self, **said: Any) -> None:
        """I18."""

    @step(
        row="I19",
        basis=("PB4 §12.2", "KO"),
        label="Reopen the assessment",
        done="Assessment reopened",
        says="More must be tested before the debrief, for example because the assessor cannot recommend authorization.",
        sources=(S.SAR_DEBRIEF,),
        target=S.ASSESSMENT,
        who=who(AR, AS),
        reason=True,
        hands_to=Turn.ASSESSOR,
        returns=True,
    )
    def reopen_assessment(self, **said: Any) -> None:
        """I19."""

    @step(
        row="I20",
        basis=("PB4 §12.2",),
        label="Close the debrief",
        done="Debrief closed",
        says="The agency reviews quality and risk next.",
        sources=(S.SAR_DEBRIEF,),
        target=S.AGENCY_REVIEW,
        who=who(AL, AR),
        facts=(asked.DEBRIEF_HELD,),
        reads=(asked.DEBRIEF_SKIPPED,),
        checks=(gates.debrief_held, gates.debrief_after_two_weeks),
    )
    def close_debrief(self, **said: Any) -> None:
        """I20."""

    # --- decision ---

    @step(
        row="I21",
        basis=("PB4 §12.3",),
        label="Send to remediation",
        done="Sent to remediation",
        says="The provider mends what the review found; the assessor tests again where that is wanted.",
        sources=(S.AGENCY_REVIEW,),
        target=S.REMEDIATION,
        who=who(AR, AL),
        reason=True,
        facts=(asked.DELTA_WANTED,),
        voids=("delta_test_done_on",),
        returns=True,
    )
    def send_to_remediation(self, **said: Any) -> None:
        """I21."""

    @step(
        row="I22",
        basis=("PB4 §12.3",),
        label="Resubmit",
        done="Resubmitted",
        says="What was found is mended; the agency reviews again.",
        sources=(S.REMEDIATION,),
        target=S.AGENCY_REVIEW,
        who=who(CL, CC),
        facts=(asked.ANSWER, asked.DELTA_DONE),
        checks=(gates.delta_test_done,),
    )
    def resubmit(self, **said: Any) -> None:
        """I22."""

    @step(
        row="I23",
        basis=("PB4 §12.3", "DOCS26"),
        label="Recommend to the AO",
        done="Recommended to the AO",
        says="The authorizing official decides next.",
        sources=(S.AGENCY_REVIEW,),
        target=S.AO_DECISION,
        who=who(AR, AL),
        facts=asked.FOR_THE_AO,
        checks=(gates.no_pending_deviations, gates.no_open_high),
    )
    def recommend(self, **said: Any) -> None:
        """I23."""

    @step(
        row="I24",
        basis=("PB4 §12.3",),
        label="Return to the review",
        done="Returned to the review",
        says="The authorizing official wants more before the decision.",
        sources=(S.AO_DECISION,),
        target=S.AGENCY_REVIEW,
        who=who(AO),
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
        returns=True,
    )
    def return_from_ao(self, **said: Any) -> None:
        """I24."""

    @step(
        row="I25",
        basis=("ATOL", "MKTPG24"),
        label="Issue the ATO",
        done="ATO issued",
        says=(
            "The authorizing official has signed. The ATO enters the register as the offering's initial one; "
            "the agency owes FedRAMP the letter."
        ),
        sources=(S.AO_DECISION,),
        target=S.ATO_ISSUED,
        who=who(AO),
        recorded=True,
        facts=(asked.SYSTEM, asked.INITIAL_TYPE, asked.SIGNED, asked.EXPIRES),
        gates=(gates.official_named,),
        checks=(gates.expires_after_signing, gates.ato_in_time, gates.term_of_a_year),
        voids=("fedramp_told_on", "letter_received_on"),
        across=True,
        on_behalf=False,
    )
    def issue_ato(self, **said: Any) -> None:
        """I25; makes the ATO."""

    @step(
        row="I26",
        basis=("PB4 §12.3",),
        label="Deny the ATO",
        done="ATO denied",
        says="The authorizing official does not accept the risk. The case ends.",
        sources=(S.AO_DECISION,),
        target=S.ATO_DENIED,
        who=who(AO),
        recorded=True,
        reason=True,
        facts=asked.OF_DENIAL,
        gates=(gates.official_named,),
        on_behalf=False,
    )
    def deny_ato(self, **said: Any) -> None:
        """I26."""

    @step(
        row="I27",
        basis=("our design",),
        label="Revise the decision",
        done="Decision revised",
        says="The ATO was issued in error: it is rescinded, and the authorizing official decides again.",
        sources=(S.ATO_ISSUED,),
        target=S.AO_DECISION,
        who=who(AO),
        reason=True,
        facts=(asked.IN_ERROR,),
        gates=(gates.package_not_accepted,),
        voids=("signed_on", "expires_on", "fedramp_told_on", "letter_received_on"),
        across=True,
        on_behalf=False,
    )
    def revise_decision(self, **said: Any) -> None:
        """I27; rescinds the ATO."""

    @step(
        row="I28",
        basis=("AGU-AGC-NAA", "PB4 §12.5"),
        label="Report the letter",
        done="Letter reported",
        says="FedRAMP was sent the signed letter. The notice enters the ATO register.",
        sources=(S.ATO_ISSUED,),
        who=who(AL, AO),
        facts=asked.LETTER,
        across=True,
    )
    def report_letter(self, **said: Any) -> None:
        """I28; leaves a notice on the ATO."""

    @step(
        row="I29",
        basis=("CHK", "FRC-APP"),
        label="Submit the package",
        done="Package submitted",
        says="The package is uploaded and the application sent; FedRAMP checks whether it is complete.",
        sources=(S.ATO_ISSUED,),
        who=who(CL),
        facts=asked.UPLOADED,
    )
    def submit_package(self, **said: Any) -> None:
        """I29."""

    @step(
        row="I30",
        basis=("CHK", "PB4 §12.5"),
        label="Return the package",
        done="Package returned",
        says="The letter or the package is not complete; the side that is named sends it again.",
        sources=(S.ATO_ISSUED,),
        who=PMO,
        reason=True,
        facts=(asked.SIDE,),
        returns=True,
    )
    def return_package(self, *, side: str, **said: Any) -> None:
        """I30; makes void what that side had sent."""
        self.note("fedramp_told_on" if side == "agency" else "package_uploaded_on", None)

    # --- FedRAMP's review ---

    @step(
        row="I31",
        basis=("PB4 §12.5", "FRC-APP"),
        label="Accept the package",
        done="Package accepted",
        says="Letter and package are complete; the case joins the queue of FedRAMP's review.",
        sources=(S.ATO_ISSUED,),
        target=S.PMO_REVIEW,
        who=PMO,
        facts=(asked.LETTER_RECEIVED, *asked.COMPLETE),
        gates=(gates.ato_active, gates.in_review_by_cutoff),
        across=True,
    )
    def accept_package(self, **said: Any) -> None:
        """I31."""
        self.receive()

    @step(
        row="I32",
        inwards=True,
        basis=("our design", "PB4 §12.5"),
        label="Claim",
        done="Claimed",
        says="You review this case.",
        sources=(S.PMO_REVIEW,),
        who=PMO,
        conditions=(gates.NOT_CLAIMED,),
    )
    def claim(self, **said: Any) -> None:
        """I32."""
        self.claimed_by_id, self.claimed_at = self.actor_id, self.at

    @step(
        row="I32",
        inwards=True,
        basis=("our design", "PB4 §12.5"),
        label="Release",
        done="Released",
        says="The case goes back to the queue, at its old place.",
        sources=(S.PMO_REVIEW,),
        who=PMO,
        conditions=(gates.CLAIMED,),
    )
    def release_claim(self, **said: Any) -> None:
        """I32."""
        self.claimed_by, self.claimed_at = None, None

    @step(
        row="I32",
        inwards=True,
        basis=("our design", "PB4 §12.5"),
        label="Hand over",
        done="Handed over",
        says="Another person of the PMO reviews this case.",
        sources=(S.PMO_REVIEW,),
        who=PMO,
        conditions=(gates.CLAIMED,),
        facts=(asked.TAKER,),
    )
    def hand_over(self, *, taker: Any, **said: Any) -> None:
        """I32."""
        self.claimed_by, self.claimed_at = taker, self.at

    @step(
        row="I33",
        basis=("PB4 §12.5", "MD26 get-certified"),
        label="Ask for remediation",
        done="Remediation asked for",
        says="The provider answers FedRAMP's findings. FedRAMP's clock stops.",
        sources=(S.PMO_REVIEW,),
        target=S.PMO_REMEDIATION,
        who=PMO,
        reason=True,
        returns=True,
    )
    def request_pmo_remediation(self, **said: Any) -> None:
        """I33."""

    @step(
        row="I34",
        basis=("PB4 §12.5", "MD26 get-certified"),
        label="Resubmit to FedRAMP",
        done="Resubmitted to FedRAMP",
        says="FedRAMP's findings are answered. FedRAMP's clock runs again.",
        sources=(S.PMO_REMEDIATION,),
        target=S.PMO_REVIEW,
        who=who(CL),
        facts=(asked.ANSWER,),
    )
    def resubmit_to_pmo(self, **said: Any) -> None:
        """I34."""

    @step(
        row="I35",
        basis=("IP4", "MKDATA"),
        label="Send back to the agency",
        done="Sent back to the agency",
        says="The agency reviews again. The ATO stays as it is. Being sent back twice is a ground for removal.",
        sources=(S.PMO_REVIEW, S.PMO_REMEDIATION),
        target=S.AGENCY_REVIEW,
        who=PL,
        reason=True,
        alerts=True,
        voids=("pmo_recommendation",),
        returns=True,
    )
    def send_back(self, **said: Any) -> None:
        """I35."""
        self.send_backs += 1
        self.received_at, self.claimed_by, self.claimed_at = None, None, None

    @step(
        row="I36",
        basis=("PB4 §12.5", "DOCS26"),
        label="Certify",
        done="Certified",
        says="FedRAMP certifies the offering. Its designation changes, and the ATO is public from now on.",
        sources=(S.PMO_REVIEW,),
        target=S.CERTIFIED,
        who=PL,
        facts=asked.CERTIFIED,
        reads=(asked.PMO_RECOMMENDATION,),
        gates=(gates.certify_recommended, gates.recommended_by_another, gates.ato_active),
        across=True,
    )
    def certify(self, **said: Any) -> None:
        """I36; writes the designation."""

    @step(
        row="I37",
        basis=("MKDATA",),
        label="Certify without a review",
        done="Certified without a review",
        says="FedRAMP certified the offering without a review on record. Its designation changes.",
        sources=(S.ATO_ISSUED,),
        target=S.CERTIFIED,
        who=PL,
        reason=True,
        facts=(asked.EVIDENCE,),
        gates=(gates.ato_active,),
        across=True,
    )
    def certify_without_review(self, **said: Any) -> None:
        """I37; writes the designation."""

    @step(
        row="I38",
        basis=("MD26 get-certified",),
        label="Reject",
        done="Certification rejected",
        says="FedRAMP does not certify the offering. The ATO stays as it is.",
        sources=(S.PMO_REVIEW, S.PMO_REMEDIATION),
        target=S.CERTIFICATION_REJECTED,
        who=PL,
        reason=True,
        reads=(asked.PMO_RECOMMENDATION,),
        gates=(gates.recommended_by_another,),
        alerts=True,
    )
    def reject(self, **said: Any) -> None:
        """I38."""

    @step(
        row="I39",
        basis=("MKDATA",),
        label="Reopen the review",
        done="Review reopened",
        says="FedRAMP reviews again. The designation stays as it is.",
        sources=(S.CERTIFIED,),
        target=S.PMO_REVIEW,
        who=PL,
        reason=True,
        gates=(gates.no_other_listed,),
        voids=("pmo_recommendation",),
        across=True,
    )
    def reopen_review(self, **said: Any) -> None:
        """I39."""
        self.receive()
        self.claimed_by, self.claimed_at = None, None

    # --- endings and ladders ---

    @step(
        row="I40",
        basis=("IP4", "MKTPG24"),
        label="Withdraw",
        done="Withdrawn",
        says="The case ends. The ATO, if there is one, stays as it is. The PMO delists a listed offering within a day.",
        sources=OPEN_INITIAL,
        target=S.WITHDRAWN,
        who=who(AL, AO, CL),
        reason=True,
        narrows=gates.provider_once_alone,
        facts=asked.STOPPED,
        alerts=True,
    )
    def withdraw(self, **said: Any) -> None:
        """I40."""

    @step(
        row="I41",
        basis=("our design",),
        label="Warn",
        done="Warned",
        says="The parties are warned that the offering may be removed, and by when to answer.",
        sources=LISTED,
        who=PMO,
        facts=asked.WARNING,
    )
    def warn(self, **said: Any) -> None:
        """I41."""

    @step(
        row="I42",
        basis=("IP4", "MKTPG24", "MKT-IIP-DLA"),
        label="Remove",
        done="Removed",
        says="The offering leaves the list of those In Process. A PMO lead can reinstate the case.",
        sources=LISTED,
        target=S.REMOVED,
        who=PL,
        reason=True,
        facts=asked.REMOVAL,
        checks=(gates.warned_before,),
        alerts=True,
    )
    def remove(self, **said: Any) -> None:
        """I42."""
        self.left_stage = self.stage

    @step(
        row="I43",
        basis=("IP4 §2.3",),
        label="Reinstate",
        done="Reinstated",
        says="A new timeline is agreed; the case goes on where it was.",
        sources=(S.REMOVED,),
        back_to="left_stage",
        targets=LISTED,
        who=PL,
        reason=True,
        facts=asked.TIMELINE,
        gates=(gates.no_other_listed,),
        across=True,
    )
    def reinstate(self, **said: Any) -> None:
        """I43."""

    @step(
        row="I44",
        basis=("MKTPG24",),
        label="Lose the partner",
        done="Partner lost",
        says="The agency no longer partners. The provider finds another agency, converts or withdraws.",
        sources=LISTED,
        target=S.PARTNER_LOST,
        who=who(AL, AO, CL, Party.PL),
        reason=True,
        facts=(asked.PARTNER_NOTICE,),
    )
    def lose_partner(self, **said: Any) -> None:
        """I44."""

    @step(
        row="I45",
        basis=("MKTPG24", "our design"),
        label="Go on with another agency",
        done="Gone on with another agency",
        says="A new case opens with that agency, which sees nothing of this one. This case ends.",
        sources=(S.PARTNER_LOST,),
        target=S.WITHDRAWN,
        who=who(CL),
        reason=True,
        facts=(asked.NEW_AGENCY,),
        gates=(gates.before_cutoff,),
        checks=(gates.another_agency,),
    )
    def succeed(self, **said: Any) -> None:
        """I45; opens the next case."""

    @step(
        row="I46",
        basis=("MD26 providers/start/path",),
        label="Convert",
        done="Converted",
        says="The offering goes on without an agency, by a program path. This case ends.",
        sources=(S.PARTNER_LOST,),
        target=S.CONVERTED,
        who=who(CL),
        reason=True,
        facts=asked.CONVERSION,
        gates=(gates.conversion_open,),
        checks=(gates.evidence_in_window,),
    )
    def convert(self, **said: Any) -> None:
        """I46."""

    @step(
        row="I47",
        basis=("MD26", "COMM#156"),
        label="Close at the cut-off",
        done="Closed at the cut-off",
        says="The day for new Rev5 applications has passed. The case ends; the ATO stays as it is.",
        sources=BEFORE_REVIEW,
        target=S.CLOSED_AT_CUTOFF,
        who=PL,
        reason=True,
        conditions=(gates.AFTER_CUTOFF,),
    )
    def close_at_cutoff(self, **said: Any) -> None:
        """I47."""


OPEN = Step(
    name="open",
    row="I0",
    basis=("PB4 §10.1",),
    label="Open an initial case",
    done="Opened",
    says="An agency and a provider set out for the offering's initial authorization. Who opens it invites the other.",
    sources=(),
    target=S.PARTNERSHIP,
    who=who(AL, CL),
    facts=(Fact("agency", "Agency", Kind.RECORD, kept=False), Fact("offering", "Offering", Kind.RECORD, kept=False)),
    gates=(gates.no_private_cloud, gates.before_cutoff),
)
ADOPT = Step(
    name="adopt",
    row="I0a",
    basis=("our design",),
    label="Adopt an initial case",
    done="Adopted",
    says="A case that is already under way comes in, at its stage and with the known dates of what came before.",
    sources=(),
    target="",
    who=PL,
    reason=True,
    facts=(*OPEN.facts, asked.EVIDENCE),
    gates=(gates.no_other_listed,),
    across=True,
)
ADOPTED_AT = tuple(stage for stage in OPEN_INITIAL if stage != S.PARTNER_LOST)


@cache
def _machine() -> Machine:
    return Machine(
        name=CaseKind.INITIAL,
        title="Lifecycle of an initial case",
        about=(
            "An initial case is one agency's path to the first ATO of an offering, and from there to FedRAMP's "
            "certification. It moves by these steps alone; time never moves it."
        ),
        stages={stage: named.label for stage, named in newest().stages[CaseKind.INITIAL].items()},
        live=frozenset(OPEN_INITIAL),
        steps=tuple(sorted((OPEN, ADOPT, *steps_of(InitialCase)), key=lambda each: each.order)),
    )
