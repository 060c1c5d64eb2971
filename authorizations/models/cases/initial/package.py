"""SSP, SAP, tests and the debrief (rows I8 to I20)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AO, AR, AS, CC, CL, OfACase, who
from authorizations.vocabulary import Turn

AT_AGENCY, AT_PROVIDER = gates.waits_on(Turn.AGENCY), gates.waits_on(Turn.PROVIDER)
OF_THE_SAP = gates.waits_on(Turn.ASSESSOR, Turn.PROVIDER)


class PackageAndAssessment(OfACase):
    # fmt: off
    deliver_ssp = step(
        "I8", "Deliver the SSP", "SSP delivered", "The draft of the SSP is with the agency for its review.",
        basis=("KO", "WBS 3.1", "WBS 3.4"), sources=(S.IN_PROCESS,), target=S.SSP, who=who(CL, CC),
        facts=(asked.SSP, asked.KICKOFF_HELD), reads=(asked.KICKOFF_SKIPPED,), checks=(gates.kickoff_held,),
    )
    deliver_all = step(
        "I9", "Deliver everything at once", "Everything delivered at once",
        "SSP, SAP, SAR and POA&M are all with the agency; the debrief is next.",
        basis=("PB4 §10.2",), sources=(S.IN_PROCESS,), target=S.SAR_DEBRIEF, who=who(CL),
        facts=(asked.SSP, asked.SAP, asked.SAR, asked.POAM), gates=(gates.approach_all_at_once,),
    )
    return_ssp = step(
        "I10", "Return the SSP", "SSP returned", "The provider corrects the SSP and delivers it again.",
        basis=("WBS 3.6",), sources=(S.SSP,), who=who(AR, AL), reason=True, offered=(AT_AGENCY,),
        gates=(findings.agency_has_findings,), next_turn=Turn.PROVIDER, returns=True,
    )
    resubmit_ssp = step(
        "I11", "Resubmit the SSP", "SSP resubmitted", "The corrected SSP is with the agency again.",
        basis=("WBS 3.7",), sources=(S.SSP,), who=who(CL, CC), offered=(AT_PROVIDER,),
        gates=(findings.provider_has_answered,), next_turn=Turn.AGENCY,
    )
    approve_ssp = step(
        "I12", "Approve the SSP", "SSP approved", "The assessor writes the SAP on the approved SSP.",
        basis=("WBS 3.8-3.9",), sources=(S.SSP,), target=S.SAP, who=who(AR, AO),
        facts=(*asked.RESPONSIBILITIES, asked.SSP_APPROVED), offered=(AT_AGENCY,), gates=(findings.no_open_finding,),
        next_turn=Turn.ASSESSOR,
    )
    submit_sap = step(
        "I13", "Submit the SAP", "SAP submitted", "The SAP is with the agency for its review.",
        basis=("WBS 4.1",), sources=(S.SAP,), who=who(AS, CL), facts=(asked.SAP,), offered=(OF_THE_SAP,),
        gates=(findings.assessor_has_answered, findings.provider_has_answered), next_turn=Turn.AGENCY,
    )
    return_sap = step(
        "I14", "Return the SAP", "SAP returned", "The assessor corrects the SAP and submits it again.",
        basis=("WBS 4.2-4.4",), sources=(S.SAP,), who=who(AR, AL), reason=True, offered=(AT_AGENCY,),
        gates=(findings.agency_has_findings,), next_turn=Turn.ASSESSOR, returns=True,
    )
    approve_sap = step(
        "I15", "Approve the SAP", "SAP approved", "The assessor tests the offering by the approved plan.",
        basis=("WBS 4.5", "WBS 5.1"), sources=(S.SAP,), target=S.ASSESSMENT, who=who(AR, AO),
        facts=(asked.SAP_APPROVED, *asked.SAP_SIGNED), offered=(AT_AGENCY,), gates=(findings.no_open_finding,),
        checks=(gates.assessment_in_time,), next_turn=Turn.ASSESSOR,
    )
    reopen_ssp = step(
        "I16", "Reopen the SSP", "SSP reopened",
        "The SSP must change before the SAP can be approved; the provider delivers it again.",
        sources=(S.SAP,), target=S.SSP, who=who(AR, AL), reason=True, next_turn=Turn.PROVIDER, returns=True,
    )

    # --- assessment ---

    amend_sap = step(
        "I17", "Amend the SAP", "SAP to be amended",
        "The plan of the assessment must change; the assessor submits it again.",
        sources=(S.ASSESSMENT,), target=S.SAP, who=who(AR, AS), reason=True, next_turn=Turn.ASSESSOR, returns=True,
    )
    deliver_sar = step(
        "I18", "Deliver the SAR", "SAR delivered", "Testing is finished; SAR and POA&M are with the agency.",
        basis=("KO", "DOCS26"), sources=(S.ASSESSMENT,), target=S.SAR_DEBRIEF, who=who(AS, CL), facts=asked.TESTED,
        reads=(asked.STARTED,),
    )
    reopen_assessment = step(
        "I19", "Reopen the assessment", "Assessment reopened",
        "More must be tested before the debrief, for example because the assessor cannot recommend authorization.",
        basis=("PB4 §12.2", "KO"), sources=(S.SAR_DEBRIEF,), target=S.ASSESSMENT, who=who(AR, AS), reason=True,
        next_turn=Turn.ASSESSOR, returns=True,
    )
    close_debrief = step(
        "I20", "Close the debrief", "Debrief closed", "The agency reviews quality and risk next.",
        basis=("PB4 §12.2",), sources=(S.SAR_DEBRIEF,), target=S.AGENCY_REVIEW, who=who(AL, AR),
        facts=(asked.DEBRIEF_HELD,), reads=(asked.DEBRIEF_SKIPPED,),
        checks=(gates.debrief_held, gates.debrief_after_two_weeks),
    )
