"""The reuse machine: from an agency's need to its own ATO on record, row by row (machine tables 2.2)."""

from functools import cache
from typing import Any

from authorizations.lifecycle import case_facts as asked
from authorizations.lifecycle import case_gates as gates
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.stages import MAY_EXPIRE, OPEN_REUSE, WITH_ACCESS
from authorizations.lifecycle.stages import ReuseStage as S
from authorizations.lifecycle.step import Fact, Kind, Step, step
from authorizations.models.case import Case
from authorizations.policy import Party
from authorizations.rules import newest
from authorizations.vocabulary import CaseKind, Turn

AL, AR, AO, CL = Party.AL, Party.AR, Party.AO, Party.CL
PMO = frozenset({Party.PR, Party.PL})
AGENCY = frozenset({AL, AR})
REVIEWER = frozenset({AR})
OFFICIAL = frozenset({AO})
GRANTOR = PMO | {CL}


class ReuseCase(Case, kind=CaseKind.REUSE):
    """A case of a later agency that uses the package of a certified offering."""

    class Meta:
        proxy = True

    @classmethod
    def machine(cls) -> Machine:
        """The reuse machine as data."""
        return _machine()

    def share(self) -> None:
        """From the request for access on, others than the agency and the auditor may know of the case (rule c)."""
        self.shared_at = self.shared_at or self.at

    # --- access ---

    @step(
        row="U1",
        basis=("MD26 use/initial", "QG", "PARF7", "AGU-USE-CLA"),
        label="Request access",
        done="Access requested",
        says="Whoever keeps the package is asked to open it. The provider and the PMO see the case from now on.",
        sources=(S.NEED_DEFINED,),
        target=S.ACCESS_REQUESTED,
        who=AGENCY,
        facts=asked.REQUEST,
        gates=(gates.offering_certified, gates.class_a_for_a_year),
        checks=(gates.no_twin,),
        across=True,
    )
    def request_access(self, **said: Any) -> None:
        """U1."""
        self.share()
        self.note("access_requested_on", self.as_of)

    @step(
        row="U2",
        basis=("our design", "QG", "PARF7"),
        label="Use existing access",
        done="Existing access used",
        says="Someone of the agency has access already; the review of the package can start.",
        sources=(S.NEED_DEFINED,),
        target=S.ACCESS_GRANTED,
        who=AGENCY,
        facts=asked.REQUEST,
        gates=(gates.offering_certified, gates.class_a_for_a_year, gates.valid_access),
        checks=(gates.no_twin,),
        across=True,
    )
    def use_existing_access(self, **said: Any) -> None:
        """U2."""
        self.share()

    @step(
        row="U3",
        basis=("PARF7", "QG", "CDS"),
        label="Grant access",
        done="Access granted",
        says="The person who is named may open the package, until the day that is given.",
        sources=(S.ACCESS_REQUESTED,),
        target=S.ACCESS_GRANTED,
        who=GRANTOR,
        narrows=gates.grantor,
        facts=asked.GRANT,
        reads=(asked.PERSON, asked.APPROVER),
        gates=(gates.package_located,),
        checks=(gates.end_after_grant, gates.sixty_days),
        across=True,
    )
    def grant_access(self, **said: Any) -> None:
        """U3; makes the package access."""

    @step(
        row="U4",
        basis=("PARF7",),
        label="Return the request",
        done="Request returned",
        says="The agency corrects the request and sends it again.",
        sources=(S.ACCESS_REQUESTED,),
        who=GRANTOR,
        reason=True,
        narrows=gates.grantor,
        hands_to=Turn.AGENCY,
        returns=True,
    )
    def return_access_request(self, **said: Any) -> None:
        """U4."""

    @step(
        row="U5",
        basis=("PARF7",),
        label="Resubmit the request",
        done="Request resubmitted",
        says="The corrected request is with whoever keeps the package.",
        sources=(S.ACCESS_REQUESTED,),
        who=AGENCY,
        conditions=(gates.waits_on(Turn.AGENCY),),
    )
    def resubmit_access_request(self, **said: Any) -> None:
        """U5."""

    @step(
        row="U6",
        basis=("CDS-UTC-AAD",),
        label="Deny access",
        done="Access denied",
        says="The package is not opened to the agency. A provider tells FedRAMP within five business days.",
        sources=(S.ACCESS_REQUESTED,),
        target=S.ACCESS_DENIED,
        who=GRANTOR,
        reason=True,
        narrows=gates.grantor,
        facts=(asked.DENIED,),
        reads=(asked.PERSON,),
        gates=(gates.package_located,),
        across=True,
        returns=True,
    )
    def deny_access(self, **said: Any) -> None:
        """U6; keeps the denial among the package accesses."""

    @step(
        row="U7",
        basis=("PARF7", "QG"),
        label="Request again",
        done="Access requested again",
        says="A new request goes to whoever keeps the package.",
        sources=(S.ACCESS_DENIED,),
        target=S.ACCESS_REQUESTED,
        who=AGENCY,
        reason=True,
    )
    def request_again(self, **said: Any) -> None:
        """U7."""

    @step(
        row="U8",
        basis=("QG", "PARF7"),
        label="Extend access",
        done="Access extended",
        says="The access lasts until the new day.",
        sources=WITH_ACCESS,
        who=GRANTOR,
        narrows=gates.grantor,
        facts=(asked.NEW_END,),
        checks=(gates.thirty_days_more,),
        across=True,
    )
    def extend_access(self, **said: Any) -> None:
        """U8; moves the end of the package access."""

    @step(
        row="U9",
        basis=("QG",),
        label="Mark the access as expired",
        done="Access marked as expired",
        says="Every grant has ended. The agency asks for a renewal, or stops.",
        sources=MAY_EXPIRE,
        target=S.ACCESS_EXPIRED,
        who=AGENCY | PMO,
        conditions=(gates.ALL_ACCESS_ENDED,),
        voids=("renewal_asked_on",),
    )
    def mark_access_expired(self, **said: Any) -> None:
        """U9."""
        self.resumes_at = self.stage

    @step(
        row="U10",
        basis=("QG", "PARF7"),
        label="Renew access",
        done="Access renewed",
        says="The access is open again, and the case goes on where it was.",
        sources=(S.ACCESS_EXPIRED,),
        back_to="resumes_at",
        targets=MAY_EXPIRE,
        who=GRANTOR,
        narrows=gates.grantor,
        facts=(asked.NEW_END,),
        reads=(asked.RENEWAL_ASKED,),
        gates=(gates.package_located,),
        checks=(gates.renewed_from_today,),
        across=True,
    )
    def renew_access(self, **said: Any) -> None:
        """U10; moves the end of the package access."""

    # --- review ---

    @step(
        row="U11",
        basis=("QG",),
        label="Start the review",
        done="Review started",
        says="The agency reads the package.",
        sources=(S.ACCESS_GRANTED,),
        target=S.PACKAGE_REVIEW,
        who=REVIEWER,
        gates=(gates.valid_access,),
    )
    def start_review(self, **said: Any) -> None:
        """U11."""

    @step(
        row="U12",
        basis=("QG",),
        label="Finish the review",
        done="Review finished",
        says="The review is on record; the agency compares the package with what its system needs.",
        sources=(S.PACKAGE_REVIEW,),
        target=S.GAP_ANALYSIS,
        who=REVIEWER,
        facts=asked.REVIEWED,
    )
    def finish_review(self, **said: Any) -> None:
        """U12."""

    @step(
        row="U13",
        basis=("our design",),
        label="Review again",
        done="Review to be done again",
        says="The package has changed; the agency reads it again.",
        sources=(S.GAP_ANALYSIS,),
        target=S.PACKAGE_REVIEW,
        who=REVIEWER,
        reason=True,
    )
    def review_again(self, **said: Any) -> None:
        """U13."""

    @step(
        row="U14",
        basis=("AGU-USE-RSG", "M-24-15 IV"),
        label="Start the implementation",
        done="Implementation started",
        says="The agency configures and tests its own side.",
        sources=(S.GAP_ANALYSIS,),
        target=S.IMPLEMENTATION,
        who=REVIEWER,
        facts=asked.GAPS,
        gates=(gates.level_not_above,),
    )
    def start_implementation(self, **said: Any) -> None:
        """U14."""

    @step(
        row="U15",
        basis=("our design",),
        label="Back to the gap analysis",
        done="Back at the gap analysis",
        says="The gaps must be looked at again.",
        sources=(S.IMPLEMENTATION,),
        target=S.GAP_ANALYSIS,
        who=REVIEWER,
        reason=True,
    )
    def back_to_gap(self, **said: Any) -> None:
        """U15."""

    # --- decision ---

    @step(
        row="U16",
        basis=("MD26 use/initial",),
        label="Submit for the decision",
        done="Submitted for the decision",
        says="The authorizing official decides next.",
        sources=(S.IMPLEMENTATION,),
        target=S.RISK_DECISION,
        who=REVIEWER,
        facts=asked.FOR_DECISION,
    )
    def submit_for_decision(self, **said: Any) -> None:
        """U16."""

    @step(
        row="U17",
        basis=("A-130", "D1"),
        label="Return for work",
        done="Returned for work",
        says="The authorizing official wants more work on the agency's side.",
        sources=(S.RISK_DECISION,),
        target=S.IMPLEMENTATION,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
        returns=True,
    )
    def return_for_work(self, **said: Any) -> None:
        """U17."""

    @step(
        row="U18",
        basis=("A-130", "D1"),
        label="Return to the gap analysis",
        done="Returned to the gap analysis",
        says="The authorizing official wants the gaps looked at again.",
        sources=(S.RISK_DECISION,),
        target=S.GAP_ANALYSIS,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
        returns=True,
    )
    def return_to_gap(self, **said: Any) -> None:
        """U18."""

    @step(
        row="U19",
        basis=("A-130", "FAQ25", "M-24-15 IV"),
        label="Issue the ATO",
        done="ATO issued",
        says=("The authorizing official has signed. The ATO enters the register; the agency owes FedRAMP the letter."),
        sources=(S.RISK_DECISION,),
        target=S.ATO_ISSUED,
        who=OFFICIAL,
        recorded=True,
        facts=(asked.SYSTEM, asked.REUSE_TYPE, asked.SIGNED, asked.EXPIRES),
        gates=(gates.official_named,),
        checks=(gates.no_twin, gates.expires_after_signing, gates.atu_needs_an_ato, gates.temporary_for_a_year),
        voids=("fedramp_told_on", "letter_received_on"),
        across=True,
        on_behalf=False,
    )
    def issue_ato(self, **said: Any) -> None:
        """U19; makes the ATO."""

    @step(
        row="U20",
        basis=("A-130", "D1"),
        label="Deny the ATO",
        done="ATO denied",
        says="The authorizing official does not accept the risk. The case ends.",
        sources=(S.RISK_DECISION,),
        target=S.ATO_DENIED,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        gates=(gates.official_named,),
        on_behalf=False,
    )
    def deny_ato(self, **said: Any) -> None:
        """U20."""

    @step(
        row="U21",
        basis=("our design",),
        label="Revise the decision",
        done="Decision revised",
        says="The ATO was issued in error: it is rescinded, and the authorizing official decides again.",
        sources=(S.ATO_ISSUED,),
        target=S.RISK_DECISION,
        who=OFFICIAL,
        reason=True,
        facts=(asked.IN_ERROR,),
        voids=("signed_on", "expires_on", "fedramp_told_on", "letter_received_on"),
        across=True,
        on_behalf=False,
    )
    def revise_decision(self, **said: Any) -> None:
        """U21; rescinds the ATO."""

    @step(
        row="U22",
        basis=("AGU-AGC-NAA",),
        label="Report the letter",
        done="Letter reported",
        says="FedRAMP was sent the signed letter. The notice enters the ATO register.",
        sources=(S.ATO_ISSUED,),
        who=frozenset({AL, AO}),
        facts=asked.LETTER,
        across=True,
    )
    def report_letter(self, **said: Any) -> None:
        """U22; leaves a notice on the ATO."""

    @step(
        row="U23",
        basis=("our design",),
        label="Return the letter",
        done="Letter returned",
        says="The letter cannot be recorded as it is; the agency sends it again.",
        sources=(S.ATO_ISSUED,),
        who=PMO,
        reason=True,
        voids=("fedramp_told_on",),
        returns=True,
    )
    def return_letter(self, **said: Any) -> None:
        """U23."""

    @step(
        row="U24",
        basis=("AGU-AGC-NAA", "D1", "QG"),
        label="Record the ATO",
        done="ATO recorded",
        says="FedRAMP has the letter. The ATO is public from now on, and the agency's access is permanent.",
        sources=(S.ATO_ISSUED,),
        target=S.RECORDED,
        who=PMO,
        facts=(asked.LETTER_RECEIVED, asked.LOGGED),
        across=True,
    )
    def record(self, **said: Any) -> None:
        """U24; makes the access permanent."""

    # --- after it, and endings ---

    @step(
        row="U25",
        basis=("MD26 use/initial",),
        label="Reassess",
        done="Reassessment started",
        says="Something has changed; the agency looks at the gaps again. The ATO stays active.",
        sources=(S.RECORDED,),
        target=S.GAP_ANALYSIS,
        who=frozenset({AL, AR, AO}),
        reason=True,
        facts=(asked.TRIGGER,),
        gates=(gates.no_twin,),
        across=True,
    )
    def reassess(self, **said: Any) -> None:
        """U25."""

    @step(
        row="U26",
        basis=("D1", "M-24-15 IV"),
        label="Find it not suitable",
        done="Found not suitable",
        says="The offering does not fit the use. The case ends.",
        sources=(S.ACCESS_DENIED, S.ACCESS_EXPIRED, S.PACKAGE_REVIEW, S.GAP_ANALYSIS),
        target=S.NOT_SUITABLE,
        who=AGENCY,
        reason=True,
        facts=asked.UNSUITABLE,
        checks=(gates.deficiency_on_record,),
    )
    def not_suitable(self, **said: Any) -> None:
        """U26."""

    @step(
        row="U27",
        basis=("our design",),
        label="Withdraw",
        done="Withdrawn",
        says="The agency does not go on. The case ends; an ATO, if there is one, stays as it is.",
        sources=OPEN_REUSE,
        target=S.WITHDRAWN,
        who=frozenset({AL, AO}),
        reason=True,
        facts=(asked.PROVIDER_TOLD,),
        checks=(gates.provider_told_of_withdrawal,),
        alerts=True,
    )
    def withdraw(self, **said: Any) -> None:
        """U27."""


OPEN = Step(
    name="open",
    row="U0",
    basis=("MD26 use/initial",),
    label="Open a reuse case",
    done="Opened",
    says="The agency sets out to use the offering. The case stays inside the agency until it asks for access.",
    sources=(),
    target=S.NEED_DEFINED,
    who=AGENCY,
    facts=(
        Fact("agency", "Agency", Kind.RECORD, kept=False),
        Fact("offering", "Offering", Kind.RECORD, kept=False),
        asked.USE,
    ),
)
ADOPT = Step(
    name="adopt",
    row="U0a",
    basis=("our design",),
    label="Adopt a reuse case",
    done="Adopted",
    says="A case that is already under way comes in, at its stage and with the known dates of what came before.",
    sources=(),
    target="",
    who=frozenset({AL, Party.PL}),
    reason=True,
    facts=(*OPEN.facts[:2], asked.EVIDENCE),
    gates=(gates.no_twin,),
    across=True,
)
ADOPTED_AT = (*OPEN_REUSE, S.RECORDED.value)


@cache
def _machine() -> Machine:
    return Machine(
        name=CaseKind.REUSE,
        title="Lifecycle of a reuse case",
        about=(
            "A reuse case is the path of a later agency to its own ATO, on the package of an offering that is "
            "certified already. It moves by these steps alone; time never moves it."
        ),
        stages={stage: named.label for stage, named in newest().stages[CaseKind.REUSE].items()},
        live=frozenset(OPEN_REUSE),
        steps=tuple(sorted((OPEN, ADOPT, *steps_of(ReuseCase)), key=lambda each: each.order)),
    )
