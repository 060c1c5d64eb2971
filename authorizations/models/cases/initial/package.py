"""SSP, SAP, tests and the debrief (rows I8 to I20)."""

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import plain_step
from authorizations.models.cases.step_mixins import AL, AO, AR, AS, CC, CL, OfACase, who
from authorizations.vocabulary import Turn

AT_AGENCY, AT_PROVIDER = gates.waits_on(Turn.AGENCY), gates.waits_on(Turn.PROVIDER)
OF_THE_SAP = gates.waits_on(Turn.ASSESSOR, Turn.PROVIDER)


class PackageAndAssessment(OfACase):
    deliver_ssp = plain_step(
        row="I8",
        basis=("KO", "WBS 3.1", "WBS 3.4"),
        label="Deliver the SSP",
        done="SSP delivered",
        description="The draft of the SSP is with the agency for its review.",
        sources=(S.IN_PROCESS,),
        target=S.SSP,
        who=who(CL, CC),
        facts=(asked.SSP, asked.KICKOFF_HELD),
        reads=(asked.KICKOFF_SKIPPED,),
        checks=(gates.kickoff_held,),
    )

    deliver_all = plain_step(
        row="I9",
        basis=("PB4 §10.2",),
        label="Deliver everything at once",
        done="Everything delivered at once",
        description="SSP, SAP, SAR and POA&M are all with the agency; the debrief is next.",
        sources=(S.IN_PROCESS,),
        target=S.SAR_DEBRIEF,
        who=who(CL),
        facts=(asked.SSP, asked.SAP, asked.SAR, asked.POAM),
        gates=(gates.approach_all_at_once,),
    )

    return_ssp = plain_step(
        row="I10",
        basis=("WBS 3.6",),
        label="Return the SSP",
        done="SSP returned",
        description="The provider corrects the SSP and delivers it again.",
        sources=(S.SSP,),
        who=who(AR, AL),
        reason=True,
        conditions=(AT_AGENCY,),
        gates=(findings.agency_has_findings,),
        next_turn=Turn.PROVIDER,
        returns=True,
    )

    resubmit_ssp = plain_step(
        row="I11",
        basis=("WBS 3.7",),
        label="Resubmit the SSP",
        done="SSP resubmitted",
        description="The corrected SSP is with the agency again.",
        sources=(S.SSP,),
        who=who(CL, CC),
        conditions=(AT_PROVIDER,),
        gates=(findings.provider_has_answered,),
        next_turn=Turn.AGENCY,
    )

    approve_ssp = plain_step(
        row="I12",
        basis=("WBS 3.8-3.9",),
        label="Approve the SSP",
        done="SSP approved",
        description="The assessor writes the SAP on the approved SSP.",
        sources=(S.SSP,),
        target=S.SAP,
        who=who(AR, AO),
        conditions=(AT_AGENCY,),
        gates=(findings.no_open_finding,),
        facts=(*asked.RESPONSIBILITIES, asked.SSP_APPROVED),
        next_turn=Turn.ASSESSOR,
    )

    submit_sap = plain_step(
        row="I13",
        basis=("WBS 4.1",),
        label="Submit the SAP",
        done="SAP submitted",
        description="The SAP is with the agency for its review.",
        sources=(S.SAP,),
        who=who(AS, CL),
        conditions=(OF_THE_SAP,),
        gates=(findings.assessor_has_answered, findings.provider_has_answered),
        facts=(asked.SAP,),
        next_turn=Turn.AGENCY,
    )

    return_sap = plain_step(
        row="I14",
        basis=("WBS 4.2-4.4",),
        label="Return the SAP",
        done="SAP returned",
        description="The assessor corrects the SAP and submits it again.",
        sources=(S.SAP,),
        who=who(AR, AL),
        reason=True,
        conditions=(AT_AGENCY,),
        gates=(findings.agency_has_findings,),
        next_turn=Turn.ASSESSOR,
        returns=True,
    )

    approve_sap = plain_step(
        row="I15",
        basis=("WBS 4.5", "WBS 5.1"),
        label="Approve the SAP",
        done="SAP approved",
        description="The assessor tests the offering by the approved plan.",
        sources=(S.SAP,),
        target=S.ASSESSMENT,
        who=who(AR, AO),
        conditions=(AT_AGENCY,),
        gates=(findings.no_open_finding,),
        facts=(asked.SAP_APPROVED, *asked.SAP_SIGNED),
        checks=(gates.assessment_in_time,),
        next_turn=Turn.ASSESSOR,
    )

    reopen_ssp = plain_step(
        row="I16",
        label="Reopen the SSP",
        done="SSP reopened",
        description="The SSP must change before the SAP can be approved; the provider delivers it again.",
        sources=(S.SAP,),
        target=S.SSP,
        who=who(AR, AL),
        reason=True,
        next_turn=Turn.PROVIDER,
        returns=True,
    )

    # --- assessment ---

    amend_sap = plain_step(
        row="I17",
        label="Amend the SAP",
        done="SAP to be amended",
        description="The plan of the assessment must change; the assessor submits it again.",
        sources=(S.ASSESSMENT,),
        target=S.SAP,
        who=who(AR, AS),
        reason=True,
        next_turn=Turn.ASSESSOR,
        returns=True,
    )

    deliver_sar = plain_step(
        row="I18",
        basis=("KO", "DOCS26"),
        label="Deliver the SAR",
        done="SAR delivered",
        description="Testing is finished; SAR and POA&M are with the agency.",
        sources=(S.ASSESSMENT,),
        target=S.SAR_DEBRIEF,
        who=who(AS, CL),
        facts=asked.TESTED,
        reads=(asked.STARTED,),
    )

    reopen_assessment = plain_step(
        row="I19",
        basis=("PB4 §12.2", "KO"),
        label="Reopen the assessment",
        done="Assessment reopened",
        description=(
            "More must be tested before the debrief, for example because the assessor cannot recommend authorization."
        ),
        sources=(S.SAR_DEBRIEF,),
        target=S.ASSESSMENT,
        who=who(AR, AS),
        reason=True,
        next_turn=Turn.ASSESSOR,
        returns=True,
    )

    close_debrief = plain_step(
        row="I20",
        basis=("PB4 §12.2",),
        label="Close the debrief",
        done="Debrief closed",
        description="The agency reviews quality and risk next.",
        sources=(S.SAR_DEBRIEF,),
        target=S.AGENCY_REVIEW,
        who=who(AL, AR),
        facts=(asked.DEBRIEF_HELD,),
        reads=(asked.DEBRIEF_SKIPPED,),
        checks=(gates.debrief_held, gates.debrief_after_two_weeks),
    )
