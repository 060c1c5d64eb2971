"""From first interest to the listing as In Process (rows I1 to I7)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import findings, package
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AO, CL, PMO, OfACase, who


class Preparation(OfACase):
    # fmt: off
    def side_states(self, pattern: str, act: CurrentAct) -> None:
        """Notes on the day of the act what the side of the person states, such as its agreement."""
        self.set_fact(pattern.format(gates.owing_side(self, pattern, act.context)), act.as_of, act)

    @step(
        "I1", "Agree to the partnership", "Agreed to the partnership",
        "Your side agrees to work towards this authorization. Planning can start once both sides have.",
        basis=("PB4 §10.1",), sources=(S.PARTNERSHIP,), who=who(AL, CL), offered=(gates.OWN_SIDE_NOT_AGREED,),
    )
    def agree_partnership(self, act: CurrentAct, **facts: Any) -> None:
        self.side_states(gates.AGREEMENT, act)

    start_planning = step(
        "I2", "Start planning", "Planning started",
        "Both sides have agreed; the provider fills and signs the work breakdown structure (WBS) next.",
        basis=("PB4 §10.1", "DOCS26"), sources=(S.PARTNERSHIP,), target=S.PLANNING, who=who(AL),
        facts=(asked.CHECKED, *asked.CONTACTS), reads=asked.AGREED, gates=(gates.fedramp_id_known,),
    )

    @step(
        "I3", "Sign the WBS", "WBS signed",
        "Your side has signed the work breakdown structure. An unsigned one is not valid.",
        basis=("WBS 2.2",), sources=(S.PLANNING,), who=who(CL, AL, AO), offered=(gates.OWN_SIGNATURE_MISSING,),
        gates=(gates.provider_signs_first, package.wbs_signed_here),
    )
    def sign_wbs(self, act: CurrentAct, **facts: Any) -> None:
        self.side_states(gates.SIGNATURE, act)

    @step(
        "I4", "Request In Process", "In Process requested",
        "The authorizing official asks FedRAMP to list the offering as In Process. The PMO checks the request.",
        basis=("IPR", "WBS 2.2"), sources=(S.PLANNING,), target=S.IN_PROCESS_REQUESTED, who=who(AO), recorded=True,
        facts=(asked.REVIEWER, asked.ASSESSOR_NAMED, *asked.PLANNED, asked.IN_PRODUCTION, asked.PROOF, asked.APPROACH),
        reads=(asked.OFFICIAL_NAMED, *asked.WBS_SIGNED), gates=(gates.official_named, findings.agency_has_answered),
        checks=(gates.starts_in_time, gates.decides_in_time),
    )
    def request_in_process(self, act: CurrentAct, **facts: Any) -> None:
        self.set_fact("requested_on", act.as_of, act)

    return_request = step(
        "I5", "Return the request", "Request returned",
        "Something is missing. The agency completes it and asks again; the signatures stay.",
        basis=("MKTPG24", "WBS 3.5"), sources=(S.IN_PROCESS_REQUESTED,), target=S.PLANNING, who=PMO, reason=True,
        gates=(findings.pmo_has_findings,), returns=True,
    )
    list_in_process = step(
        "I6", "List as In Process", "Listed as In Process",
        "The offering is listed with the agency as its partner, and the twelve months begin.",
        basis=("MKTPG24", "WBS 3.5"), sources=(S.IN_PROCESS_REQUESTED,), target=S.IN_PROCESS, who=PMO,
        facts=(*asked.CONDITIONS, asked.CONSENT, asked.IN_PROCESS),
        gates=(gates.no_other_listed, package.repository_known), locks_offering=True,
    )
    replan = step(
        "I7", "Plan again", "Planned again", "The case goes back to planning. Both sides sign the WBS anew.",
        basis=("KO", "MKTPG24"), sources=(S.IN_PROCESS,), target=S.PLANNING, who=who(AL, AO), reason=True,
        clears_facts=("wbs_signed_by_agency_on", "wbs_signed_by_provider_on"), returns=True,
    )
