"""The ATO machine, row by row: the steps of an ATO, and how one comes in (machine tables 2.3)."""

from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import RecordSource
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.gates import atos as ato_gates
from authorizations.lifecycle.step import Step, step
from authorizations.models.cases.step_mixins import AL, AO, PL, PMO, who
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato_facts import AtoFacts
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, ListingRole, NoticeRecipient

EVERY_STAGE = tuple(stage.value for stage in AtoStage)
LIVE = tuple(stage.value for stage in LIVE_ATO_STAGES)
REVERSIBLE = tuple(stage for stage in EVERY_STAGE if stage not in (*LIVE, AtoStage.SUPERSEDED))


class AtoSteps(AtoFacts):
    """What moves an ATO; where `recorded`, the liaison records what the official signed."""

    # fmt: off
    class Meta(AtoFacts.Meta):
        abstract = True

    record_notice = step(
        "A3", "Record a notice", "Notice recorded",
        "Keeps the proof that somebody was told of this ATO, or the day on which the receipt came.",
        basis=("AGU-AGC-NAA", "ATO21"), sources=EVERY_STAGE, who=who(AL, AO) | PMO, facts=asked.OF_A_NOTICE,
        checks=(ato_gates.notice_whole, ato_gates.received_after_notified),
    )

    @step(
        "A4", "Extend", "Extended",
        "Sets a new expiry, or none, as the authorizing official signed it. The agency owes FedRAMP a notice.",
        basis=("CMSG", "ATOL"), sources=LIVE, who=who(AO), recorded=True,
        facts=(asked.NEW_EXPIRY, asked.DECISION_SIGNED, asked.LETTER_WHERE), offered=(ato_gates.NO_IMPORT_ORIGIN,),
        gates=(ato_gates.official_named,), checks=(ato_gates.expiry_after_signing,), on_behalf=False,
    )
    def extend(self, act: CurrentAct, *, expires_on: date | None = None, **facts: Any) -> None:
        self.expires_on = expires_on

    @step(
        "A5", "Suspend", "Suspended", "The ATO stops until the exit criteria are met. FedRAMP must be told.",
        basis=("PMG3 §3",), sources=(AtoStage.ACTIVE.value,), target=AtoStage.SUSPENDED.value, who=who(AO),
        recorded=True, reason=True, facts=(*asked.TO_PROVIDER, asked.EXIT_CRITERIA),
        offered=(ato_gates.NO_IMPORT_ORIGIN,), gates=(ato_gates.official_named,),
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER),), on_behalf=False,
    )
    def suspend(self, act: CurrentAct, *, exit_criteria: str, **facts: Any) -> None:
        self.exit_criteria = exit_criteria

    @step(
        "A6", "Reinstate", "Reinstated", "The exit criteria are met and the ATO is active again.",
        basis=("PMG3 §3",), sources=(AtoStage.SUSPENDED.value,), target=AtoStage.ACTIVE.value, who=who(AO),
        recorded=True, reason=True, facts=(asked.RESOLVED, *asked.TO_FEDRAMP, asked.LETTER_WHERE),
        offered=(ato_gates.NO_IMPORT_ORIGIN,), gates=(ato_gates.official_named,),
        notice_specs=(asked.notice_to(NoticeRecipient.FEDRAMP),), on_behalf=False,
    )
    def reinstate(self, act: CurrentAct, **facts: Any) -> None:
        self.exit_criteria = ""

    @step(
        "A7", "Revoke", "Revoked", "The authorizing official takes the ATO back. FedRAMP must be told.",
        basis=("PMG3 §3",), sources=LIVE, target=AtoStage.REVOKED.value, who=who(AO), recorded=True, reason=True,
        facts=asked.TO_PROVIDER, offered=(ato_gates.NO_IMPORT_ORIGIN,), gates=(ato_gates.official_named,),
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER),), on_behalf=False,
    )
    def revoke(self, act: CurrentAct, **facts: Any) -> None:
        self.ended_on = act.as_of

    @step(
        "A8", "Rescind", "Rescinded",
        "The agency stops using the offering and ends the ATO. The provider is told first, then FedRAMP.",
        basis=("FAQ25",), sources=LIVE, target=AtoStage.RESCINDED.value, who=who(AL, AO), reason=True,
        facts=(asked.RESCINDED, *asked.TO_PROVIDER, *asked.TO_FEDRAMP), offered=(ato_gates.NO_IMPORT_ORIGIN,),
        checks=(ato_gates.provider_before_fedramp,),
        notice_specs=(asked.notice_to(NoticeRecipient.PROVIDER), asked.notice_to(NoticeRecipient.FEDRAMP)),
        on_behalf=False,
    )
    def rescind(self, act: CurrentAct, *, rescinded_on: date, **facts: Any) -> None:
        self.ended_on = rescinded_on

    @step(
        "A9", "Mark as expired", "Marked as expired",
        "The recorded expiry has passed. The agency signs a new ATO or stops using the offering.",
        sources=LIVE, target=AtoStage.EXPIRED.value, who=who(AL, AO, PL), reason=True,
        offered=(ato_gates.NO_IMPORT_ORIGIN, ato_gates.EXPIRY_PASSED),
    )
    def expire(self, act: CurrentAct, **facts: Any) -> None:
        self.ended_on = self.expires_on

    @step(
        "A8", "Rescind, issued in error", "Rescinded, issued in error",
        "The decision is revised in the case: the ATO was issued in error.",
        basis=("FAQ25",), sources=LIVE, target=AtoStage.RESCINDED.value,
        inside="the revision of the decision in its case",
    )
    def rescind_in_error(self, act: CurrentAct, **facts: Any) -> None:
        self.ended_on = act.as_of

    supersede = step(
        "A10", "Supersede", "Superseded", "A newer ATO takes its place.",
        basis=("our design", "ATOS"), sources=(*LIVE, AtoStage.EXPIRED.value), target=AtoStage.SUPERSEDED.value,
        inside="the issue, registration or import of the ATO that follows it, or a change of the initial agency",
    )

    @step(
        "A11", "End with the service", "Ended with the service",
        "The offering can no longer be used, so this ATO ends.",
        basis=("ATOS",), sources=LIVE, target=AtoStage.SERVICE_ENDED.value, who=who(AL, AO, PL), reason=True,
        facts=(asked.SERVICE_ENDED, asked.GROUND, asked.NOTICE_WHERE), offered=(ato_gates.NO_IMPORT_ORIGIN,),
    )
    def end_service(self, act: CurrentAct, *, service_ended_on: date, ground: str, **facts: Any) -> None:
        self.ended_on, self.ended_ground = service_ended_on, ground

    @step(
        "A12", "Become the initial ATO", "Became the initial ATO",
        "This agency's ATO takes the place of the offering's former initial one, which is superseded first.",
        basis=("ATOS",), sources=(AtoStage.ACTIVE.value,), who=who(PL), reason=True,
        offered=(ato_gates.NO_IMPORT_ORIGIN, ato_gates.IS_REUSE), locks_offering=True,
    )
    def alternate_agency(self, act: CurrentAct, **facts: Any) -> None:
        self.listing_role = ListingRole.INITIAL.value

    @step(
        "A13", "Reverse the ending", "Ending reversed",
        "The ATO is active again, because its ending was recorded in error.",
        sources=REVERSIBLE, target=AtoStage.ACTIVE.value, who=who(AO, PL), reason=True, facts=(asked.IN_ERROR,),
        offered=(ato_gates.NO_IMPORT_ORIGIN,), gates=(ato_gates.no_live_initial_sibling,),
    )
    def reverse_ending(self, act: CurrentAct, **facts: Any) -> None:
        self.ended_on, self.ended_ground, self.exit_criteria = None, "", ""

    @step(
        "A14", "Claim to the register", "Claimed to the register",
        "The agency keeps this ATO here from now on; feeds no longer change it.",
        sources=(AtoStage.ACTIVE.value,), who=who(AL, PL), reason=True,
        facts=(asked.SYSTEM, asked.OFFICIAL, asked.SIGNED, asked.LETTER),
        offered=(ato_gates.FROM_FEEDS, ato_gates.OF_AN_AGENCY),
        checks=(ato_gates.signed_before_expiry,),
    )
    def claim_to_register(
        self, act: CurrentAct, *, system: AgencySystem, authorizing_official: User, signed_on: date, **facts: Any
    ) -> None:
        if self.source == RecordSource.FEED and self.is_published:
            # From here on feeds say what differs, and change nothing.
            self.as_published = self.said_by_feed()
        self.source, self.system, self.signed_on = RecordSource.PORTAL.value, system, signed_on
        self.authorizing_official = authorizing_official
        self.registered_on = timezone.localdate(act.recorded_at)


REGISTER = Step(
    "register", "A1", "Register an ATO", "Registered",
    "Brings in an ATO that was signed outside of the portal. The agency owes FedRAMP a notice with proof.",
    target=AtoStage.ACTIVE.value, who=who(AL, PL), reason=True, facts=asked.OF_A_NEW_ATO,
    gates=(ato_gates.no_live_initial_sibling,), checks=(ato_gates.expiry_after_signing,),
)  # fmt: skip
IMPORT = Step(
    "import", "A2", "Import", "Imported", "A row of the Marketplace feed that names an ATO.",
    basis=("ATOS",), target=AtoStage.ACTIVE.value, inside="an import of the Marketplace feed",
)  # fmt: skip
ISSUE = Step(
    "issue", "A0", "Issue", "Issued", "The authorizing official signed the ATO in its case.",
    basis=("ATOL", "A-130"), target=AtoStage.ACTIVE.value, inside="the issue of the ATO in its case",
)  # fmt: skip
