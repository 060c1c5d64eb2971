"""The ATO machine, row by row: the steps of an ATO, and how one comes in (machine tables 2.3)."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import atos as ato_gates
from authorizations.lifecycle.step import Step, plain_step, step
from authorizations.models.cases.step_mixins import AL, AO, PL, PMO, who
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato_facts import AtoFacts
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, ListingRole, NoticeRecipient

EVERY_STAGE = tuple(stage.value for stage in AtoStage)
LIVE = tuple(stage.value for stage in LIVE_ATO_STAGES)


class AtoSteps(AtoFacts):
    """What moves an ATO; where `recorded`, the liaison records what the official signed."""

    class Meta(AtoFacts.Meta):
        abstract = True

    record_notice = plain_step(
        row="A3",
        basis=("AGU-AGC-NAA", "ATO21"),
        label="Record a notice",
        done="Notice recorded",
        description="Keeps the proof that somebody was told of this ATO, or the day on which the receipt came.",
        sources=EVERY_STAGE,
        who=who(AL, AO) | PMO,
        facts=asked.OF_A_NOTICE,
        checks=(ato_gates.notice_whole, ato_gates.received_after_notified),
    )

    @step(
        row="A4",
        basis=("CMSG", "ATOL"),
        label="Extend",
        done="Extended",
        description=(
            "Sets a new expiry, or none, as the authorizing official signed it. The agency owes FedRAMP a notice."
        ),
        sources=LIVE,
        who=who(AO),
        recorded=True,
        facts=(asked.NEW_EXPIRY, asked.DECISION_SIGNED, asked.LETTER_WHERE),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.official_named,),
        checks=(ato_gates.expiry_after_signing,),
        on_behalf=False,
    )
    def extend(self, act: CurrentAct, *, expires_on: date | None = None, **said: Any) -> None:
        self.expires_on = expires_on

    @step(
        row="A5",
        basis=("PMG3 §3",),
        label="Suspend",
        done="Suspended",
        description="The ATO stops until the exit criteria are met. FedRAMP must be told.",
        sources=(AtoStage.ACTIVE.value,),
        target=AtoStage.SUSPENDED.value,
        who=who(AO),
        recorded=True,
        reason=True,
        facts=(*asked.TO_PROVIDER, asked.EXIT_CRITERIA),
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER),),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.official_named,),
        on_behalf=False,
    )
    def suspend(self, act: CurrentAct, *, exit_criteria: str, **said: Any) -> None:
        self.exit_criteria = exit_criteria

    @step(
        row="A6",
        basis=("PMG3 §3",),
        label="Reinstate",
        done="Reinstated",
        description="The exit criteria are met and the ATO is active again.",
        sources=(AtoStage.SUSPENDED.value,),
        target=AtoStage.ACTIVE.value,
        who=who(AO),
        recorded=True,
        reason=True,
        facts=(asked.RESOLVED, *asked.TO_FEDRAMP, asked.LETTER_WHERE),
        notice_specs=(asked.notice_to(NoticeRecipient.FEDRAMP),),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.official_named,),
        on_behalf=False,
    )
    def reinstate(self, act: CurrentAct, **said: Any) -> None:
        self.exit_criteria = ""

    @step(
        row="A7",
        basis=("PMG3 §3",),
        label="Revoke",
        done="Revoked",
        description="The authorizing official takes the ATO back. FedRAMP must be told.",
        sources=LIVE,
        target=AtoStage.REVOKED.value,
        who=who(AO),
        recorded=True,
        reason=True,
        facts=asked.TO_PROVIDER,
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER),),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.official_named,),
        on_behalf=False,
    )
    def revoke(self, act: CurrentAct, **said: Any) -> None:
        self.ended_on = act.as_of

    @step(
        row="A8",
        basis=("FAQ25",),
        label="Rescind",
        done="Rescinded",
        description="The agency stops using the offering and ends the ATO. The provider is told first, then FedRAMP.",
        sources=LIVE,
        target=AtoStage.RESCINDED.value,
        who=who(AL, AO),
        reason=True,
        facts=(asked.RESCINDED, *asked.TO_PROVIDER, *asked.TO_FEDRAMP),
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER), asked.notice_to(NoticeRecipient.FEDRAMP)),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        checks=(ato_gates.provider_before_fedramp,),
        on_behalf=False,
    )
    def rescind(self, act: CurrentAct, *, rescinded_on: date, **said: Any) -> None:
        self.ended_on = rescinded_on

    @step(
        row="A9",
        label="Mark as expired",
        done="Marked as expired",
        description="The recorded expiry has passed. The agency signs a new ATO or stops using the offering.",
        sources=LIVE,
        target=AtoStage.EXPIRED.value,
        who=who(AL, AO, PL),
        reason=True,
        conditions=(ato_gates.NO_IMPORT_ORIGIN, ato_gates.EXPIRY_PASSED),
    )
    def expire(self, act: CurrentAct, **said: Any) -> None:
        self.ended_on = self.expires_on

    @step(
        row="A8",
        basis=("FAQ25",),
        label="Rescind, issued in error",
        done="Rescinded, issued in error",
        description="The decision is revised in the case: the ATO was issued in error.",
        sources=LIVE,
        target=AtoStage.RESCINDED.value,
        inside="the revision of the decision in its case",
    )
    def rescind_in_error(self, act: CurrentAct, **said: Any) -> None:
        self.ended_on = act.as_of

    supersede = plain_step(
        row="A10",
        basis=("our design", "ATOS"),
        label="Supersede",
        done="Superseded",
        description="A newer ATO takes its place.",
        sources=(*LIVE, AtoStage.EXPIRED.value),
        target=AtoStage.SUPERSEDED.value,
        inside="the issue, registration or import of the ATO that follows it, or a change of the initial agency",
    )

    @step(
        row="A11",
        basis=("ATOS",),
        label="End with the service",
        done="Ended with the service",
        description="The offering can no longer be used, so this ATO ends.",
        sources=LIVE,
        target=AtoStage.SERVICE_ENDED.value,
        who=who(AL, AO, PL),
        reason=True,
        facts=(asked.SERVICE_ENDED, asked.GROUND, asked.NOTICE_WHERE),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
    )
    def end_service(self, act: CurrentAct, *, service_ended_on: date, ground: str, **said: Any) -> None:
        self.ended_on, self.ended_ground = service_ended_on, ground

    @step(
        row="A12",
        basis=("ATOS",),
        label="Become the initial ATO",
        done="Became the initial ATO",
        description=(
            "This agency's ATO takes the place of the offering's former initial one, which is superseded first."
        ),
        sources=(AtoStage.ACTIVE.value,),
        who=who(PL),
        reason=True,
        conditions=(ato_gates.NO_IMPORT_ORIGIN, ato_gates.IS_REUSE),
        locks_offering=True,
    )
    def alternate_agency(self, act: CurrentAct, **said: Any) -> None:
        self.listing_role = ListingRole.INITIAL.value

    @step(
        row="A13",
        label="Reverse the ending",
        done="Ending reversed",
        description="The ATO is active again, because its ending was recorded in error.",
        sources=tuple(
            stage.value for stage in (AtoStage.REVOKED, AtoStage.RESCINDED, AtoStage.EXPIRED, AtoStage.SERVICE_ENDED)
        ),
        target=AtoStage.ACTIVE.value,
        who=who(AO, PL),
        reason=True,
        facts=(asked.IN_ERROR,),
        conditions=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.no_live_initial_sibling,),
    )
    def reverse_ending(self, act: CurrentAct, **said: Any) -> None:
        self.ended_on, self.ended_ground, self.exit_criteria = None, "", ""

    @step(
        row="A14",
        label="Claim to the register",
        done="Claimed to the register",
        description="The agency keeps this ATO here from now on; feeds no longer change it.",
        sources=(AtoStage.ACTIVE.value,),
        who=who(AL, PL),
        reason=True,
        facts=(asked.SYSTEM, asked.OFFICIAL, asked.SIGNED, asked.LETTER),
        conditions=(ato_gates.FROM_FEEDS,),
    )
    def claim_to_register(
        self, act: CurrentAct, *, system: AgencySystem, authorizing_official: User, signed_on: date, **said: Any
    ) -> None:
        self.source, self.system, self.signed_on = RecordSource.PORTAL.value, system, signed_on
        self.authorizing_official = authorizing_official


REGISTER = Step(
    name="register",
    row="A1",
    label="Register an ATO",
    done="Registered",
    description="Brings in an ATO that was signed outside of the portal. The agency owes FedRAMP a notice with proof.",
    target=AtoStage.ACTIVE.value,
    who=who(AL, PL),
    reason=True,
    facts=asked.OF_A_NEW_ATO,
    gates=(ato_gates.no_live_initial_sibling,),
)
IMPORT = Step(
    name="import",
    row="A2",
    basis=("ATOS",),
    label="Import",
    done="Imported",
    description="A row of the Marketplace feed that names an ATO.",
    target=AtoStage.ACTIVE.value,
    inside="an import of the Marketplace feed",
)
ISSUE = Step(
    name="issue",
    row="A0",
    basis=("ATOL", "A-130"),
    label="Issue",
    done="Issued",
    description="The authorizing official signed the ATO in its case.",
    target=AtoStage.ACTIVE.value,
    inside="the issue of the ATO in its case",
)
