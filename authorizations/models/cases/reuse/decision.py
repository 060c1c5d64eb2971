"""The agency's decision, its record, and how a case ends (rows U16 to U27)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import reuse
from authorizations.lifecycle.stages import OPEN_REUSE
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import plain_step
from authorizations.models.cases.step_mixins import AL, AO, AR, PMO, OfACase, who


class ReuseDecision(OfACase):
    submit_for_decision = plain_step(
        row="U16",
        basis=("MD26 use/initial",),
        label="Submit for the decision",
        done="Submitted for the decision",
        description="The authorizing official decides next.",
        sources=(S.IMPLEMENTATION,),
        target=S.RISK_DECISION,
        who=who(AR),
        facts=asked.FOR_DECISION,
    )

    return_for_work = plain_step(
        row="U17",
        basis=("A-130", "D1"),
        label="Return for work",
        done="Returned for work",
        description="The authorizing official wants more work on the agency's side.",
        sources=(S.RISK_DECISION,),
        target=S.IMPLEMENTATION,
        who=who(AO),
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
        returns=True,
    )

    return_to_gap = plain_step(
        row="U18",
        basis=("A-130", "D1"),
        label="Return to the gap analysis",
        done="Returned to the gap analysis",
        description="The authorizing official wants the gaps looked at again.",
        sources=(S.RISK_DECISION,),
        target=S.GAP_ANALYSIS,
        who=who(AO),
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
        returns=True,
    )

    issue_ato = plain_step(
        row="U19",
        basis=("A-130", "FAQ25", "M-24-15 IV"),
        label="Issue the ATO",
        done="ATO issued",
        description=(
            "The authorizing official has signed. The ATO enters the register; the agency owes FedRAMP the letter."
        ),
        sources=(S.RISK_DECISION,),
        target=S.ATO_ISSUED,
        who=who(AO),
        recorded=True,
        facts=(asked.SYSTEM, asked.REUSE_TYPE, asked.SIGNED, asked.EXPIRES, *asked.WHERE),
        gates=(gates.official_named,),
        checks=(
            reuse.no_duplicate_case,
            gates.expires_after_signing,
            reuse.atu_needs_an_ato,
            reuse.temporary_for_a_year,
        ),
        clears_facts=("fedramp_notified_on", "letter_received_on"),
        locks_offering=True,
        on_behalf=False,
    )

    deny_ato = plain_step(
        row="U20",
        basis=("A-130", "D1"),
        label="Deny the ATO",
        done="ATO denied",
        description="The authorizing official does not accept the risk. The case ends.",
        sources=(S.RISK_DECISION,),
        target=S.ATO_DENIED,
        who=who(AO),
        recorded=True,
        reason=True,
        facts=(asked.LETTER_WHERE,),
        gates=(gates.official_named,),
        on_behalf=False,
    )

    revise_decision = plain_step(
        row="U21",
        label="Revise the decision",
        done="Decision revised",
        description="The ATO was issued in error: it is rescinded, and the authorizing official decides again.",
        sources=(S.ATO_ISSUED,),
        target=S.RISK_DECISION,
        who=who(AO),
        reason=True,
        facts=(asked.IN_ERROR,),
        clears_facts=("signed_on", "expires_on", "fedramp_notified_on", "letter_received_on"),
        locks_offering=True,
        on_behalf=False,
    )

    report_letter = plain_step(
        row="U22",
        basis=("AGU-AGC-NAA",),
        label="Report the letter",
        done="Letter reported",
        description="FedRAMP was sent the signed letter. The notice enters the ATO register.",
        sources=(S.ATO_ISSUED,),
        who=who(AL, AO),
        facts=asked.LETTER,
        locks_offering=True,
    )

    return_letter = plain_step(
        row="U23",
        label="Return the letter",
        done="Letter returned",
        description="The letter cannot be recorded as it is; the agency sends it again.",
        sources=(S.ATO_ISSUED,),
        who=PMO,
        reason=True,
        clears_facts=("fedramp_notified_on",),
        returns=True,
    )

    record = plain_step(
        row="U24",
        basis=("AGU-AGC-NAA", "D1", "QG"),
        label="Record the ATO",
        done="ATO recorded",
        description="FedRAMP has the letter. The ATO is public from now on, and the agency's access is permanent.",
        sources=(S.ATO_ISSUED,),
        target=S.RECORDED,
        who=PMO,
        facts=(asked.LETTER_RECEIVED, asked.LOGGED),
        locks_offering=True,
    )

    # --- after it, and endings ---

    reassess = plain_step(
        row="U25",
        basis=("MD26 use/initial",),
        label="Reassess",
        done="Reassessment started",
        description="Something has changed; the agency looks at the gaps again. The ATO stays active.",
        sources=(S.RECORDED,),
        target=S.GAP_ANALYSIS,
        who=who(AL, AR, AO),
        reason=True,
        facts=(asked.TRIGGER,),
        gates=(reuse.no_duplicate_case,),
        locks_offering=True,
    )

    not_suitable = plain_step(
        row="U26",
        basis=("D1", "M-24-15 IV"),
        label="Find it not suitable",
        done="Found not suitable",
        description="The offering does not fit the use. The case ends.",
        sources=(S.ACCESS_DENIED, S.ACCESS_EXPIRED, S.PACKAGE_REVIEW, S.GAP_ANALYSIS),
        target=S.NOT_SUITABLE,
        who=who(AL, AR),
        reason=True,
        facts=asked.UNSUITABLE,
        checks=(reuse.deficiency_on_record,),
    )

    withdraw = plain_step(
        row="U27",
        label="Withdraw",
        done="Withdrawn",
        description="The agency does not go on. The case ends; an ATO, if there is one, stays as it is.",
        sources=OPEN_REUSE,
        target=S.WITHDRAWN,
        who=who(AL, AO),
        reason=True,
        facts=(asked.PROVIDER_NOTIFIED,),
        checks=(reuse.provider_notified_of_withdrawal,),
        alerts=True,
    )
