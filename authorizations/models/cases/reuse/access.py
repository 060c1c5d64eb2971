"""From the need to access to the package, and what becomes of it (rows U1 to U10)."""

from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import reuse as gates
from authorizations.lifecycle.gates.cases import waits_on
from authorizations.lifecycle.stages import MAY_EXPIRE, WITH_ACCESS
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import plain_step, step
from authorizations.models.cases.step_mixins import AL, AR, CL, PMO, OfACase, who
from authorizations.vocabulary import Turn

GRANTOR = PMO | {CL}


class Access(OfACase):
    def share(self, act: CurrentAct) -> None:
        """From the request for access on, others than the agency and the auditor may know of the case (rule c)."""
        self.shared_at = self.shared_at or act.at

    @step(
        row="U1",
        basis=("MD26 use/initial", "QG", "PARF7", "AGU-USE-CLA"),
        label="Request access",
        done="Access requested",
        description="Whoever keeps the package is asked to open it. The provider and the PMO see the case from now on.",
        sources=(S.NEED_DEFINED,),
        target=S.ACCESS_REQUESTED,
        who=who(AL, AR),
        facts=asked.REQUEST,
        gates=(gates.offering_certified, gates.class_a_for_a_year),
        checks=(gates.no_duplicate_case,),
        locks_offering=True,
    )
    def request_access(self, act: CurrentAct, **said: Any) -> None:
        self.share(act)
        self.set_fact("access_requested_on", act.as_of, act)

    @step(
        row="U2",
        basis=("our design", "QG", "PARF7"),
        label="Use existing access",
        done="Existing access used",
        description="Someone of the agency has access already; the review of the package can start.",
        sources=(S.NEED_DEFINED,),
        target=S.ACCESS_GRANTED,
        who=who(AL, AR),
        facts=asked.REQUEST,
        gates=(gates.offering_certified, gates.class_a_for_a_year, gates.valid_access),
        checks=(gates.no_duplicate_case,),
        locks_offering=True,
    )
    def use_existing_access(self, act: CurrentAct, **said: Any) -> None:
        self.share(act)

    grant_access = plain_step(
        row="U3",
        basis=("PARF7", "QG", "CDS"),
        label="Grant access",
        done="Access granted",
        description="The person who is named may open the package, until the day that is given.",
        sources=(S.ACCESS_REQUESTED,),
        target=S.ACCESS_GRANTED,
        who=GRANTOR,
        party_filter=gates.grantor,
        facts=asked.GRANT,
        reads=(asked.PERSON, asked.APPROVER),
        gates=(gates.package_located,),
        checks=(gates.end_after_grant, gates.sixty_days),
        locks_offering=True,
    )

    return_access_request = plain_step(
        row="U4",
        basis=("PARF7",),
        label="Return the request",
        done="Request returned",
        description="The agency corrects the request and sends it again.",
        sources=(S.ACCESS_REQUESTED,),
        who=GRANTOR,
        reason=True,
        party_filter=gates.grantor,
        next_turn=Turn.AGENCY,
        returns=True,
    )

    resubmit_access_request = plain_step(
        row="U5",
        basis=("PARF7",),
        label="Resubmit the request",
        done="Request resubmitted",
        description="The corrected request is with whoever keeps the package.",
        sources=(S.ACCESS_REQUESTED,),
        who=who(AL, AR),
        conditions=(waits_on(Turn.AGENCY),),
    )

    deny_access = plain_step(
        row="U6",
        basis=("CDS-UTC-AAD",),
        label="Deny access",
        done="Access denied",
        description="The package is not opened to the agency. A provider tells FedRAMP within five business days.",
        sources=(S.ACCESS_REQUESTED,),
        target=S.ACCESS_DENIED,
        who=GRANTOR,
        reason=True,
        party_filter=gates.grantor,
        facts=(asked.DENIED,),
        reads=(asked.PERSON,),
        gates=(gates.package_located,),
        locks_offering=True,
        returns=True,
    )

    request_again = plain_step(
        row="U7",
        basis=("PARF7", "QG"),
        label="Request again",
        done="Access requested again",
        description="A new request goes to whoever keeps the package.",
        sources=(S.ACCESS_DENIED,),
        target=S.ACCESS_REQUESTED,
        who=who(AL, AR),
        reason=True,
    )

    extend_access = plain_step(
        row="U8",
        basis=("QG", "PARF7"),
        label="Extend access",
        done="Access extended",
        description="The access lasts until the new day.",
        sources=WITH_ACCESS,
        who=GRANTOR,
        party_filter=gates.grantor,
        facts=(asked.NEW_END,),
        checks=(gates.thirty_days_more,),
        locks_offering=True,
    )

    @step(
        row="U9",
        basis=("QG",),
        label="Mark the access as expired",
        done="Access marked as expired",
        description="Every grant has ended. The agency asks for a renewal, or stops.",
        sources=MAY_EXPIRE,
        target=S.ACCESS_EXPIRED,
        who=who(AL, AR) | PMO,
        conditions=(gates.ALL_ACCESS_ENDED,),
        clears_facts=("renewal_asked_on",),
    )
    def mark_access_expired(self, act: CurrentAct, **said: Any) -> None:
        self.resumes_at = self.stage

    renew_access = plain_step(
        row="U10",
        basis=("QG", "PARF7"),
        label="Renew access",
        done="Access renewed",
        description="The access is open again, and the case goes on where it was.",
        sources=(S.ACCESS_EXPIRED,),
        back_to="resumes_at",
        targets=MAY_EXPIRE,
        who=GRANTOR,
        party_filter=gates.grantor,
        facts=(asked.NEW_END,),
        reads=(asked.RENEWAL_ASKED,),
        gates=(gates.package_located,),
        checks=(gates.renewed_from_today,),
        locks_offering=True,
    )
