"""From first interest to the listing as In Process (rows I1 to I7)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings, package
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import plain_step, step
from authorizations.models.cases.step_mixins import AL, AO, CL, PMO, OfACase, who


class Preparation(OfACase):
    def side_states(self, pattern: str, act: CurrentAct) -> None:
        """Notes on the day of the act what the side of the person states, such as its agreement."""
        self.set_fact(pattern.format(gates.owing_side(self, pattern, act.context)), act.as_of, act)

    @step(
        row="I1",
        basis=("PB4 §10.1",),
        label="Agree to the partnership",
        done="Agreed to the partnership",
        description="Your side agrees to work towards this authorization. Planning can start once both sides have.",
        sources=(S.PARTNERSHIP,),
        who=who(AL, CL),
        conditions=(gates.OWN_SIDE_NOT_AGREED,),
    )
    def agree_partnership(self, act: CurrentAct, **said: Any) -> None:
        self.side_states(gates.AGREEMENT, act)

    start_planning = plain_step(
        row="I2",
        basis=("PB4 §10.1", "DOCS26"),
        label="Start planning",
        done="Planning started",
        description="Both sides have agreed; the provider fills and signs the work breakdown structure (WBS) next.",
        sources=(S.PARTNERSHIP,),
        target=S.PLANNING,
        who=who(AL),
        facts=(asked.CHECKED, *asked.CONTACTS),
        reads=asked.AGREED,
        gates=(gates.fedramp_id_known,),
    )

    @step(
        row="I3",
        basis=("WBS 2.2",),
        label="Sign the WBS",
        done="WBS signed",
        description="Your side has signed the work breakdown structure. An unsigned one is not valid.",
        sources=(S.PLANNING,),
        who=who(CL, AL, AO),
        conditions=(gates.OWN_SIGNATURE_MISSING,),
        gates=(gates.provider_signs_first, package.wbs_signed_here),
    )
    def sign_wbs(self, act: CurrentAct, **said: Any) -> None:
        self.side_states(gates.SIGNATURE, act)

    @step(
        row="I4",
        basis=("IPR", "WBS 2.2"),
        label="Request In Process",
        done="In Process requested",
        description=(
            "The authorizing official asks FedRAMP to list the offering as In Process. The PMO checks the request."
        ),
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
        gates=(gates.official_named, findings.agency_has_answered),
        checks=(gates.starts_in_time, gates.decides_in_time),
    )
    def request_in_process(self, act: CurrentAct, **said: Any) -> None:
        self.set_fact("requested_on", act.as_of, act)

    return_request = plain_step(
        row="I5",
        basis=("MKTPG24", "WBS 3.5"),
        label="Return the request",
        done="Request returned",
        description="Something is missing. The agency completes it and asks again; the signatures stay.",
        sources=(S.IN_PROCESS_REQUESTED,),
        target=S.PLANNING,
        who=PMO,
        reason=True,
        gates=(findings.pmo_has_findings,),
        returns=True,
    )

    list_in_process = plain_step(
        row="I6",
        basis=("MKTPG24", "WBS 3.5"),
        label="List as In Process",
        done="Listed as In Process",
        description="The offering is listed with the agency as its partner, and the twelve months begin.",
        sources=(S.IN_PROCESS_REQUESTED,),
        target=S.IN_PROCESS,
        who=PMO,
        facts=(*asked.CONDITIONS, asked.CONSENT, asked.IN_PROCESS),
        gates=(gates.no_other_listed, package.repository_known),
        locks_offering=True,
    )

    replan = plain_step(
        row="I7",
        basis=("KO", "MKTPG24"),
        label="Plan again",
        done="Planned again",
        description="The case goes back to planning. Both sides sign the WBS anew.",
        sources=(S.IN_PROCESS,),
        target=S.PLANNING,
        who=who(AL, AO),
        reason=True,
        clears_facts=("wbs_signed_by_agency_on", "wbs_signed_by_provider_on"),
        returns=True,
    )
