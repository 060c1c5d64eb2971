"""How a case ends early, is warned, and comes back (rows I40 to I47)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import cases as gates
from authorizations.lifecycle.gates import review
from authorizations.lifecycle.stages import BEFORE_REVIEW, LISTED, OPEN_INITIAL
from authorizations.lifecycle.stages import InitialStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AO, CL, PL, PMO, OfACase, void_recommendation_to_certify, who


class Endings(OfACase):
    # fmt: off
    withdraw = step(
        "I40", "Withdraw", "Withdrawn",
        "The case ends. The ATO, if there is one, stays as it is. The PMO delists a listed offering within a day.",
        basis=("IP4", "MKTPG24"), sources=OPEN_INITIAL, target=S.WITHDRAWN, who=who(AL, AO, CL), reason=True,
        party_filter=gates.provider_once_alone, facts=asked.STOPPED, alerts=True,
    )
    warn = step(
        "I41", "Warn", "Warned", "The parties are warned that the offering may be removed, and by when to answer.",
        sources=LISTED, who=PMO, facts=asked.WARNING,
    )

    @step(
        "I42", "Remove", "Removed",
        "The offering leaves the list of those In Process. A PMO lead can reinstate the case.",
        basis=("IP4", "MKTPG24", "MKT-IIP-DLA"), sources=LISTED, target=S.REMOVED, who=who(PL), reason=True,
        facts=asked.REMOVAL, checks=(review.warned_before,), alerts=True,
    )
    def remove(self, act: CurrentAct, **facts: Any) -> None:
        self.left_stage = self.stage

    @step(
        "I43", "Reinstate", "Reinstated", "A new timeline is agreed; the case goes on where it was.",
        basis=("IP4 §2.3",), sources=(S.REMOVED,), back_to="left_stage", targets=LISTED, who=who(PL), reason=True,
        facts=asked.TIMELINE, gates=(gates.no_other_listed,), locks_offering=True,
    )
    def reinstate(self, act: CurrentAct, **facts: Any) -> None:
        void_recommendation_to_certify(self, act)

    lose_partner = step(
        "I44", "Lose the partner", "Partner lost",
        "The agency no longer partners. The provider finds another agency, converts or withdraws.",
        basis=("MKTPG24",), sources=LISTED, target=S.PARTNER_LOST, who=who(AL, AO, CL, PL), reason=True,
        facts=(asked.PARTNER_NOTICE,),
    )
    succeed = step(
        "I45", "Go on with another agency", "Gone on with another agency",
        "A new case opens with that agency, which sees nothing of this one. This case ends.",
        basis=("MKTPG24", "our design"), sources=(S.PARTNER_LOST,), target=S.WITHDRAWN, who=who(CL), reason=True,
        facts=(asked.NEW_AGENCY,), gates=(gates.before_cutoff,), checks=(review.another_agency,),
    )
    convert = step(
        "I46", "Convert", "Converted", "The offering goes on without an agency, by a program path. This case ends.",
        basis=("MD26 providers/start/path",), sources=(S.PARTNER_LOST,), target=S.CONVERTED, who=who(CL), reason=True,
        facts=asked.CONVERSION, checks=(review.conversion_open, review.pipeline_conditions, review.evidence_in_window),
    )
    close_at_cutoff = step(
        "I47", "Close at the cut-off", "Closed at the cut-off",
        "The day for new Rev5 applications has passed. The case ends; the ATO stays as it is.",
        basis=("MD26", "COMM#156"), sources=BEFORE_REVIEW, target=S.CLOSED_AT_CUTOFF, who=who(PL), reason=True,
        offered=(gates.AFTER_CUTOFF,),
    )
