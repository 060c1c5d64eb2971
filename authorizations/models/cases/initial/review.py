"""FedRAMP's review, from the accepted package on (rows I31 to I39)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings, package, review
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import (
    CL,
    PL,
    PMO,
    RECOMMENDATION,
    OfACase,
    void_recommendation_to_certify,
    who,
)


class InitialReview(OfACase):
    # fmt: off
    def receive(self, act: CurrentAct) -> None:
        """The case joins the queue of FedRAMP's review; the first time counts where the cut-off asks for it (I31)."""
        self.received_at, self.stopped_days = act.at, 0
        if not self.fact_value("pmo_review_since_on"):
            self.set_fact("pmo_review_since_on", act.as_of, act)
        void_recommendation_to_certify(self, act)

    @step(
        "I31", "Accept the package", "Package accepted",
        "Letter and package are complete; the case joins the queue of FedRAMP's review.",
        basis=("PB4 §12.5", "FRC-APP"), sources=(S.ATO_ISSUED,), target=S.PMO_REVIEW, who=PMO,
        facts=(asked.LETTER_RECEIVED, *asked.COMPLETE),
        gates=(
            review.ato_active, review.in_review_by_cutoff, package.listed_before_applying, package.verified_lately,
            package.assessment_fresh,
        ),
        locks_offering=True,
    )
    def accept_package(self, act: CurrentAct, **facts: Any) -> None:
        self.receive(act)

    @step(
        "I32", "Claim", "Claimed", "You review this case.",
        basis=("our design", "PB4 §12.5"), sources=(S.PMO_REVIEW,), who=PMO, within_side=True,
        offered=(gates.NOT_CLAIMED,),
    )
    def claim(self, act: CurrentAct, **facts: Any) -> None:
        # Who reviews for a colleague claims it for the colleague: it stays there when the delegation ends.
        self.claimed_by_id, self.claimed_at = act.context.user.pk, act.at

    @step(
        "I32", "Release", "Released", "The case goes back to the queue, at its old place.",
        basis=("our design", "PB4 §12.5"), sources=(S.PMO_REVIEW,), who=PMO, within_side=True, offered=(gates.CLAIMED,),
    )
    def release_claim(self, act: CurrentAct, **facts: Any) -> None:
        self.claimed_by, self.claimed_at = None, None

    @step(
        "I32", "Hand over", "Handed over", "Another person of the PMO reviews this case.",
        basis=("our design", "PB4 §12.5"), sources=(S.PMO_REVIEW,), who=PMO, within_side=True, facts=(asked.TAKER,),
        offered=(gates.CLAIMED,),
    )
    def hand_over(self, act: CurrentAct, *, taker: Any, **facts: Any) -> None:
        self.claimed_by, self.claimed_at = taker, act.at

    @step(
        "I32a", "Recommend", "Recommended to the lead",
        "Say what the PMO should do, and why. A lead of the PMO who did not recommend it decides.",
        sources=(S.PMO_REVIEW, S.PMO_REMEDIATION), who=PMO, within_side=True, facts=asked.PMO_RECOMMENDED,
    )
    def recommend_to_lead(self, act: CurrentAct, **facts: Any) -> None:
        # Also who recommends what a colleague did answers for it: the fact is theirs from now on.
        recommended = facts.get("pmo_recommendation") or self.fact_value("pmo_recommendation")
        self.set_fact("pmo_recommendation", None, act)
        self.set_fact("pmo_recommendation", recommended, act)

    request_pmo_remediation = step(
        "I33", "Ask for remediation", "Remediation asked for",
        "The provider answers FedRAMP's findings. FedRAMP's clock stops.",
        basis=("PB4 §12.5", "MD26 get-certified"), sources=(S.PMO_REVIEW,), target=S.PMO_REMEDIATION, who=PMO,
        reason=True, gates=(findings.pmo_has_findings,), clears_facts=RECOMMENDATION, returns=True,
    )

    @step(
        "I34", "Resubmit to FedRAMP", "Resubmitted to FedRAMP",
        "FedRAMP's findings are answered. FedRAMP's clock runs again.",
        basis=("PB4 §12.5", "MD26 get-certified"), sources=(S.PMO_REMEDIATION,), target=S.PMO_REVIEW, who=who(CL),
        facts=(asked.ANSWER,), gates=(findings.provider_has_answered,),
    )
    def resubmit_to_pmo(self, act: CurrentAct, **facts: Any) -> None:
        void_recommendation_to_certify(self, act)

    @step(
        "I35", "Send back to the agency", "Sent back to the agency",
        "The agency reviews again. The ATO stays as it is. Being sent back twice is a ground for removal.",
        basis=("IP4", "MKDATA"), sources=(S.PMO_REVIEW, S.PMO_REMEDIATION), target=S.AGENCY_REVIEW, who=who(PL),
        reason=True, clears_facts=RECOMMENDATION, returns=True, alerts=True,
    )
    def send_back(self, act: CurrentAct, **facts: Any) -> None:
        self.send_backs += 1
        self.received_at, self.claimed_by, self.claimed_at = None, None, None

    certify = step(
        "I36", "Certify", "Certified",
        "FedRAMP certifies the offering. Its designation changes, and the ATO is public from now on.",
        basis=("PB4 §12.5", "DOCS26"), sources=(S.PMO_REVIEW,), target=S.CERTIFIED, who=who(PL), facts=asked.CERTIFIED,
        reads=(asked.PMO_RECOMMENDATION,),
        gates=(
            review.certify_recommended, review.recommended_by_another, review.ato_active, findings.no_open_pmo_finding,
        ),
        checks=(review.certification_exists, review.no_open_high_in_newest_report),
        locks_offering=True,
    )
    certify_without_review = step(
        "I37", "Certify without a review", "Certified without a review",
        "FedRAMP certified the offering without a review on record. Its designation changes.",
        basis=("MKDATA",), sources=(S.ATO_ISSUED,), target=S.CERTIFIED, who=who(PL), reason=True,
        facts=(asked.EVIDENCE,), gates=(review.ato_active, review.certified_by_a_source), locks_offering=True,
    )
    reject = step(
        "I38", "Reject", "Certification rejected", "FedRAMP does not certify the offering. The ATO stays as it is.",
        basis=("MD26 get-certified",), sources=(S.PMO_REVIEW, S.PMO_REMEDIATION), target=S.CERTIFICATION_REJECTED,
        who=who(PL), reason=True, reads=(asked.PMO_RECOMMENDATION,), gates=(review.recommended_by_another,),
        alerts=True,
    )

    @step(
        "I39", "Reopen the review", "Review reopened", "FedRAMP reviews again. The designation stays as it is.",
        basis=("MKDATA",), sources=(S.CERTIFIED,), target=S.PMO_REVIEW, who=who(PL), reason=True,
        gates=(gates.no_other_listed,), clears_facts=RECOMMENDATION, locks_offering=True,
    )
    def reopen_review(self, act: CurrentAct, **facts: Any) -> None:
        self.receive(act)
        self.claimed_by, self.claimed_at = None, None
