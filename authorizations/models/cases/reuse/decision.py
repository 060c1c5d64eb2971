"""The agency's decision, its record, and how a case ends (rows U16 to U27)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import reuse
from authorizations.lifecycle.stages import OPEN_REUSE
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AO, AR, PMO, OfACase, who


class ReuseDecision(OfACase):
    # fmt: off
    submit_for_decision = step(
        "U16", "Submit for the decision", "Submitted for the decision", "The authorizing official decides next.",
        basis=("MD26 use/initial",), sources=(S.IMPLEMENTATION,), target=S.RISK_DECISION, who=who(AR),
        facts=asked.FOR_DECISION,
    )
    return_for_work = step(
        "U17", "Return for work", "Returned for work", "The authorizing official wants more work on the agency's side.",
        basis=("A-130", "D1"), sources=(S.RISK_DECISION,), target=S.IMPLEMENTATION, who=who(AO), recorded=True,
        reason=True, gates=(gates.official_named,), on_behalf=False, returns=True,
    )
    return_to_gap = step(
        "U18", "Return to the gap analysis", "Returned to the gap analysis",
        "The authorizing official wants the gaps looked at again.",
        basis=("A-130", "D1"), sources=(S.RISK_DECISION,), target=S.GAP_ANALYSIS, who=who(AO), recorded=True,
        reason=True, gates=(gates.official_named,), on_behalf=False, returns=True,
    )
    issue_ato = step(
        "U19", "Issue the ATO", "ATO issued",
        "The authorizing official has signed. The ATO enters the register; the agency owes FedRAMP the letter.",
        basis=("A-130", "FAQ25", "M-24-15 IV"), sources=(S.RISK_DECISION,), target=S.ATO_ISSUED, who=who(AO),
        recorded=True,
        facts=(asked.SYSTEM, asked.REUSE_TYPE, asked.SIGNED, asked.EXPIRES, asked.HIGHER_CLASS, *asked.WHERE),
        gates=(gates.official_named,),
        checks=(reuse.no_duplicate_case, gates.expires_after_signing, reuse.atu_needs_an_ato,
            reuse.temporary_for_a_year, reuse.class_a_for_a_year),
        clears_facts=("fedramp_notified_on", "letter_received_on"), locks_offering=True, on_behalf=False,
    )
    deny_ato = step(
        "U20", "Deny the ATO", "ATO denied", "The authorizing official does not accept the risk. The case ends.",
        basis=("A-130", "D1"), sources=(S.RISK_DECISION,), target=S.ATO_DENIED, who=who(AO), recorded=True, reason=True,
        facts=(asked.LETTER_WHERE,), gates=(gates.official_named,), on_behalf=False,
    )
    revise_decision = step(
        "U21", "Revise the decision", "Decision revised",
        "The ATO was issued in error: it is rescinded, and the authorizing official decides again.",
        sources=(S.ATO_ISSUED,), target=S.RISK_DECISION, who=who(AO), reason=True, facts=(asked.IN_ERROR,),
        clears_facts=("signed_on", "expires_on", "fedramp_notified_on", "letter_received_on"), locks_offering=True,
        on_behalf=False,
    )
    report_letter = step(
        "U22", "Report the letter", "Letter reported",
        "FedRAMP was sent the signed letter. The notice enters the ATO register.",
        basis=("AGU-AGC-NAA",), sources=(S.ATO_ISSUED,), who=who(AL, AO), facts=asked.LETTER, locks_offering=True,
    )
    return_letter = step(
        "U23", "Return the letter", "Letter returned",
        "The letter cannot be recorded as it is; the agency sends it again.",
        sources=(S.ATO_ISSUED,), who=PMO, reason=True, clears_facts=("fedramp_notified_on",), returns=True,
    )
    record = step(
        "U24", "Record the ATO", "ATO recorded",
        "FedRAMP has the letter. The ATO is public from now on, and the agency's access is permanent.",
        basis=("AGU-AGC-NAA", "D1", "QG"), sources=(S.ATO_ISSUED,), target=S.RECORDED, who=PMO,
        facts=(asked.LETTER_RECEIVED, asked.LOGGED), locks_offering=True,
    )

    # --- after it, and endings ---

    reassess = step(
        "U25", "Reassess", "Reassessment started",
        "Something has changed; the agency looks at the gaps again. The ATO stays active.",
        basis=("MD26 use/initial",), sources=(S.RECORDED,), target=S.GAP_ANALYSIS, who=who(AL, AR, AO), reason=True,
        facts=(asked.TRIGGER,), gates=(reuse.no_duplicate_case,), locks_offering=True,
    )
    not_suitable = step(
        "U26", "Find it not suitable", "Found not suitable", "The offering does not fit the use. The case ends.",
        basis=("D1", "M-24-15 IV"), sources=(S.ACCESS_DENIED, S.ACCESS_EXPIRED, S.PACKAGE_REVIEW, S.GAP_ANALYSIS),
        target=S.NOT_SUITABLE, who=who(AL, AR), reason=True, facts=asked.UNSUITABLE,
        checks=(reuse.deficiency_on_record,),
    )
    withdraw = step(
        "U27", "Withdraw", "Withdrawn",
        "The agency does not go on. The case ends; an ATO, if there is one, stays as it is.",
        sources=OPEN_REUSE, target=S.WITHDRAWN, who=who(AL, AO), reason=True, facts=(asked.PROVIDER_NOTIFIED,),
        checks=(reuse.provider_notified_of_withdrawal,), alerts=True,
    )
