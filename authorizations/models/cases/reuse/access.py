"""From the need to access to the package, and what becomes of it (rows U1 to U10)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.gates.cases import waits_on
from authorizations.lifecycle.stages import MAY_EXPIRE, WITH_ACCESS
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import step
from authorizations.models.cases.step_mixins import AL, AR, CL, PMO, OfACase, who
from authorizations.vocabulary import Turn

GRANTOR = PMO | {CL}


class Access(OfACase):
    # fmt: off
    def share(self, act: CurrentAct) -> None:
        """From the request for access on, others than the agency and the auditor may know of the case (rule c)."""
        self.shared_at = self.shared_at or act.at

    @step(
        "U1", "Request access", "Access requested",
        "The holder of the package is asked for access. The provider and the PMO see the case from now on.",
        basis=("MD26 use/initial", "QG", "PARF7", "AGU-USE-CLA"), sources=(S.NEED_DEFINED,), target=S.ACCESS_REQUESTED,
        who=who(AL, AR), facts=asked.REQUEST, gates=(gates.offering_certified,),
        checks=(gates.no_duplicate_case,), locks_offering=True,
    )
    def request_access(self, act: CurrentAct, **facts: Any) -> None:
        self.share(act)
        self.set_fact("access_requested_on", act.as_of, act)

    @step(
        "U2", "Use existing access", "Existing access used",
        "Someone of the agency has access already; the review of the package can start.",
        basis=("our design", "QG", "PARF7"), sources=(S.NEED_DEFINED,), target=S.ACCESS_GRANTED, who=who(AL, AR),
        facts=asked.REQUEST, gates=(gates.offering_certified, gates.valid_access),
        checks=(gates.no_duplicate_case,), locks_offering=True,
    )
    def use_existing_access(self, act: CurrentAct, **facts: Any) -> None:
        self.share(act)

    grant_access = step(
        "U3", "Grant access", "Access granted",
        "The person who is named may open the package, until the day that is given.",
        basis=("PARF7", "QG", "CDS"), sources=(S.ACCESS_REQUESTED,), target=S.ACCESS_GRANTED, who=GRANTOR,
        party_filter=gates.grantor, facts=asked.GRANT, reads=(asked.PERSON, asked.APPROVER),
        gates=(gates.package_located,), checks=(gates.end_after_grant, gates.sixty_days), locks_offering=True,
    )
    return_access_request = step(
        "U4", "Return the request", "Request returned", "The agency corrects the request and sends it again.",
        basis=("PARF7",), sources=(S.ACCESS_REQUESTED,), who=GRANTOR, reason=True, party_filter=gates.grantor,
        next_turn=Turn.AGENCY, returns=True,
    )
    resubmit_access_request = step(
        "U5", "Resubmit the request", "Request resubmitted", "The corrected request is with the holder of the package.",
        basis=("PARF7",), sources=(S.ACCESS_REQUESTED,), who=who(AL, AR), offered=(waits_on(Turn.AGENCY),),
    )
    deny_access = step(
        "U6", "Deny access", "Access denied",
        "The package is not opened to the agency. A provider tells FedRAMP within five business days.",
        basis=("CDS-UTC-AAD",), sources=(S.ACCESS_REQUESTED,), target=S.ACCESS_DENIED, who=GRANTOR, reason=True,
        party_filter=gates.grantor, facts=(asked.DENIED,), reads=(asked.PERSON,), gates=(gates.package_located,),
        locks_offering=True, returns=True,
    )
    request_again = step(
        "U7", "Request again", "Access requested again", "A new request goes to the holder of the package.",
        basis=("PARF7", "QG"), sources=(S.ACCESS_DENIED,), target=S.ACCESS_REQUESTED, who=who(AL, AR), reason=True,
    )
    extend_access = step(
        "U8", "Extend access", "Access extended", "The access lasts until the new day.",
        basis=("QG", "PARF7"), sources=WITH_ACCESS, who=GRANTOR, party_filter=gates.grantor, facts=(asked.NEW_END,),
        gates=(gates.a_grant_has_a_last_day,), checks=(gates.thirty_days_more,), locks_offering=True,
    )

    @step(
        "U9", "Mark the access as expired", "Access marked as expired",
        "Every grant has ended. The agency asks for a renewal, or stops.",
        basis=("QG",), sources=MAY_EXPIRE, target=S.ACCESS_EXPIRED, who=who(AL, AR) | PMO,
        offered=(gates.ALL_ACCESS_ENDED,), clears_facts=("renewal_asked_on",),
    )
    def mark_access_expired(self, act: CurrentAct, **facts: Any) -> None:
        self.resumes_at = self.stage

    renew_access = step(
        "U10", "Renew access", "Access renewed", "The access is open again, and the case goes on where it was.",
        basis=("QG", "PARF7"), sources=(S.ACCESS_EXPIRED,), back_to="resumes_at", targets=MAY_EXPIRE, who=GRANTOR,
        party_filter=gates.grantor, facts=(asked.NEW_END,), reads=(asked.RENEWAL_ASKED,),
        gates=(gates.package_located,), checks=(gates.renewed_from_today,), locks_offering=True,
    )
