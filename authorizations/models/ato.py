"""An agency's authorization to operate a system that uses an offering: its facts, and the machine that moves it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import ConcurrentTransitionMixin, FSMField

from accounts.fields import PublicIdField
from accounts.models import Membership, Organization, Published, User
from accounts.roles import OrganizationKind, Role, Source
from authorizations.lifecycle import facts as asked
from authorizations.lifecycle import gates
from authorizations.lifecycle.machine import Machine, steps_of
from authorizations.lifecycle.step import Step, step
from authorizations.models.imports import ImportRun
from authorizations.models.offering import Offering
from authorizations.models.querysets import AtoQuerySet
from authorizations.models.system import AgencySystem
from authorizations.policy import Party, parties
from authorizations.vocabulary import LIVE_ATO_STAGES, AtoStage, AtoType, EndGround, ListingRole, Told

EVERY_STAGE = tuple(stage.value for stage in AtoStage)
LIVE = tuple(stage.value for stage in LIVE_ATO_STAGES)
AGENCY = frozenset({Party.AL, Party.AO})
OFFICIAL = frozenset({Party.AO})  # with recorded=True the liaison records what the official signed


class Ato(ConcurrentTransitionMixin, Published):
    """One ATO row: one agency, one offering, and (when made here) the agency's system.

    One letter may cover several rows. Feeds give no system and often no expiry: no expiry recorded is the normal case
    and never means a term of three years. ``logged_on`` is when FedRAMP logged the letter; for an initial row of the
    feed it is the date of the FedRAMP designation (tables AtoMapping and ReuseMapping, field auth_date).
    """

    # What the door sets for the act in hand: its day, who acts, when it happened and when it is recorded.
    as_of: date
    acting: frozenset[Party] = frozenset()
    actor_id: int | None = None
    at: datetime
    recorded_at: datetime
    # Keys of the ATOs whose place this one takes in the act in hand.
    succeeds: Collection[int] = ()

    public_id = PublicIdField()
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="atos", limit_choices_to={"kind": "agency"}
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="atos")
    system = models.ForeignKey(AgencySystem, null=True, blank=True, on_delete=models.PROTECT, related_name="atos")
    listing_role = models.CharField(max_length=10, choices=ListingRole.choices)
    ato_type = models.CharField("type", max_length=20, choices=AtoType.choices, default=AtoType.ATO)
    # Protected: only the transitions below can set it on a record, and the queryset refuses it too.
    stage = FSMField(max_length=20, choices=AtoStage.choices, default=AtoStage.ACTIVE, protected=True)
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts the changes; a form of an older one is refused."
    )
    authorizing_official = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="atos_to_decide",
        help_text="Who decides about this ATO; nobody else may sign for it here.",
    )
    signed_on = models.DateField(null=True, blank=True)
    logged_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    signer = models.CharField(max_length=200, blank=True)
    exit_criteria = models.TextField(blank=True, help_text="While suspended: what must be true to reinstate it.")
    recorded_on = models.DateField(
        null=True, blank=True, help_text="When the program recorded it here; from then on everyone may know of it."
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_ground = models.CharField(max_length=20, choices=EndGround.choices, blank=True)
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    import_run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Last run to change it."
    )

    objects = AtoQuerySet.as_manager()

    class Meta:
        verbose_name = "ATO"
        ordering = ["-signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="ato_one_live_initial_per_offering",
                fields=["offering"],
                condition=Q(listing_role=ListingRole.INITIAL, stage__in=[stage.value for stage in LIVE_ATO_STAGES]),
            ),
            models.CheckConstraint(name="ato_stage_known", condition=Q(stage__in=[s.value for s in AtoStage])),
            models.CheckConstraint(name="ato_type_known", condition=Q(ato_type__in=[t.value for t in AtoType])),
            models.CheckConstraint(
                name="ato_made_here_has_a_system", condition=Q(source=Source.FEED) | Q(system__isnull=False)
            ),
            models.CheckConstraint(
                name="ato_superseded_only_when_ended",
                condition=Q(superseded_by__isnull=True) | Q(stage=AtoStage.SUPERSEDED),
            ),
        ]
        indexes = [
            models.Index(fields=["-signed_on", "id"], name="ato_newest_first"),
            models.Index(fields=["offering", "listing_role"], name="ato_of_offering"),
        ]

    def __str__(self) -> str:
        return f"{self.get_ato_type_display()} of {self.agency} for {self.offering}"

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django's, but for the stage: cleaning would set it, which nothing may; a constraint knows the stages."""
        super().clean_fields({*(exclude or ()), "stage"})

    def clean(self) -> None:
        """Refuses a system of another agency.

        Raises:
            ValidationError: the system belongs to another agency.
        """
        if self.system and self.system.agency_id != self.agency_id:
            raise ValidationError({"system": "This system belongs to another agency. Choose one of the ATO's agency."})

    def get_absolute_url(self) -> str:
        """The ATO's page."""
        return reverse("ato", args=[self.public_id])

    # --- who, and what the gates ask ---

    @property
    def agency_line(self) -> list[int]:
        """Keys of the agency and its ancestors, the agency first."""
        return self.agency.line_up

    def parties_of(self, user: User) -> frozenset[Party]:
        """Who a person is for this ATO."""
        return parties(
            ((membership.role, membership.organization_id) for membership in user.current_memberships),
            agency_line=self.agency_line,
            provider=self.offering.provider_id,
            is_named_official=self.authorizing_official_id is not None and self.authorizing_official_id == user.pk,
        )

    @cached_property
    def unmanned(self) -> frozenset[str]:
        """The kinds of this ATO's organizations that have no active member; read once per record in hand."""
        return unmanned_of(self.agency_line, [self.offering.provider_id], [])

    def said(self, name: str) -> Any:
        """Nothing: each step of an ATO is told its facts anew."""
        return None

    waived: frozenset[str] = frozenset()

    def keep(self, step: Step, facts: Mapping[str, Any]) -> None:
        """Nothing beyond what the step itself sets."""

    def settle(self, before: str) -> None:
        """Nothing: an ATO keeps no turn."""

    @cached_property
    def rival(self) -> "Ato | None":
        """Another live initial ATO of the offering, where this one is initial too; read once per record in hand."""
        if self.listing_role != ListingRole.INITIAL:
            return None
        others = Ato.objects.filter(offering=self.offering_id, listing_role=ListingRole.INITIAL, stage__in=LIVE)
        found: Ato | None = others.exclude(pk__in={self.pk, *self.succeeds}).first()
        return found

    @property
    def has_rival(self) -> bool:
        """Whether another live initial ATO of the offering stands in the way of this one being live."""
        return self.rival is not None

    def options(self, fact: str) -> models.QuerySet[Any]:
        """The records that a fact may name.

        Raises:
            KeyError: no step asks for such a record.
        """
        if fact == "notice":
            return self.notices.filter(received_on__isnull=True)
        return {"system": systems_of, "authorizing_official": officials_of}[fact](self.agency_line)

    def notices_of(self, taken: Step, facts: Mapping[str, Any]) -> list[models.Model]:
        """The notices that a step leaves behind, not yet saved."""
        notice = self.notices.model
        if taken.name == "record_notice":
            return [_receipt(facts) or notice(ato=self, **{name: facts.get(name) for name in NOTICE_FACTS})]
        return [
            notice(
                ato=self,
                told=tells.whom,
                told_on=facts[tells.on],
                channel=facts[tells.channel],
                reference=facts[tells.reference],
            )
            for tells in taken.tells
        ]

    # --- the machine, row by row ---

    @step(
        row="A3",
        basis=("AGU-AGC-NAA", "ATO21"),
        label="Record a notice",
        done="Notice recorded",
        says="Keeps the proof that somebody was told of this ATO, or the day on which the receipt came.",
        sources=EVERY_STAGE,
        who=AGENCY | {Party.PR, Party.PL},
        facts=asked.OF_A_NOTICE,
        checks=(gates.notice_whole, gates.received_after_told),
    )
    def record_notice(self, **said: Any) -> None:
        """A3; the notice is a row of its own."""

    @step(
        row="A4",
        basis=("CMSG", "ATOL"),
        label="Extend",
        done="Extended",
        says="Sets a new expiry, or none, as the authorizing official signed it. The agency owes FedRAMP a notice.",
        sources=LIVE,
        who=OFFICIAL,
        recorded=True,
        facts=(asked.NEW_EXPIRY, asked.DECISION_SIGNED),
        conditions=(gates.KEPT_HERE,),
        gates=(gates.official_named,),
        checks=(gates.expiry_after_signing,),
        on_behalf=False,
    )
    def extend(self, *, expires_on: date | None = None, **said: Any) -> None:
        """A4."""
        self.expires_on = expires_on

    @step(
        row="A5",
        basis=("PMG3 §3",),
        label="Suspend",
        done="Suspended",
        says="The ATO stops until the exit criteria are met. FedRAMP must be told.",
        sources=(AtoStage.ACTIVE.value,),
        target=AtoStage.SUSPENDED.value,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        facts=(*asked.TO_PROVIDER, asked.EXIT_CRITERIA),
        tells=(asked.notice_to(Told.PROVIDER),),
        conditions=(gates.KEPT_HERE,),
        gates=(gates.official_named,),
        on_behalf=False,
    )
    def suspend(self, *, exit_criteria: str, **said: Any) -> None:
        """A5."""
        self.exit_criteria = exit_criteria

    @step(
        row="A6",
        basis=("PMG3 §3",),
        label="Reinstate",
        done="Reinstated",
        says="The exit criteria are met and the ATO is active again.",
        sources=(AtoStage.SUSPENDED.value,),
        target=AtoStage.ACTIVE.value,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        facts=(asked.RESOLVED, *asked.TO_FEDRAMP),
        tells=(asked.notice_to(Told.FEDRAMP),),
        conditions=(gates.KEPT_HERE,),
        gates=(gates.official_named,),
        on_behalf=False,
    )
    def reinstate(self, **said: Any) -> None:
        """A6."""
        self.exit_criteria = ""

    @step(
        row="A7",
        basis=("PMG3 §3",),
        label="Revoke",
        done="Revoked",
        says="The authorizing official takes the ATO back. FedRAMP must be told.",
        sources=LIVE,
        target=AtoStage.REVOKED.value,
        who=OFFICIAL,
        recorded=True,
        reason=True,
        facts=asked.TO_PROVIDER,
        tells=(asked.notice_to(Told.PROVIDER),),
        conditions=(gates.KEPT_HERE,),
        gates=(gates.official_named,),
        on_behalf=False,
    )
    def revoke(self, **said: Any) -> None:
        """A7."""
        self.ended_on = self.as_of

    @step(
        row="A8",
        basis=("FAQ25",),
        label="Rescind",
        done="Rescinded",
        says="The agency stops using the offering and ends the ATO. The provider is told first, then FedRAMP.",
        sources=LIVE,
        target=AtoStage.RESCINDED.value,
        who=AGENCY,
        reason=True,
        facts=(asked.RESCINDED, *asked.TO_PROVIDER, *asked.TO_FEDRAMP),
        tells=(asked.notice_to(Told.PROVIDER), asked.notice_to(Told.FEDRAMP)),
        conditions=(gates.KEPT_HERE,),
        checks=(gates.provider_before_fedramp,),
        on_behalf=False,
    )
    def rescind(self, *, rescinded_on: date, **said: Any) -> None:
        """A8."""
        self.ended_on = rescinded_on

    @step(
        row="A9",
        basis=("our design",),
        label="Mark as expired",
        done="Marked as expired",
        says="The recorded expiry has passed. The agency signs a new ATO or stops using the offering.",
        sources=LIVE,
        target=AtoStage.EXPIRED.value,
        who=AGENCY | {Party.PL},
        reason=True,
        conditions=(gates.KEPT_HERE, gates.EXPIRY_PASSED),
    )
    def expire(self, **said: Any) -> None:
        """A9."""
        self.ended_on = self.expires_on

    @step(
        row="A8",
        basis=("FAQ25",),
        label="Rescind, issued in error",
        done="Rescinded, issued in error",
        says="The decision is revised in the case: the ATO was issued in error.",
        sources=LIVE,
        target=AtoStage.RESCINDED.value,
        inside="the revision of the decision in its case",
    )
    def rescind_in_error(self, **said: Any) -> None:
        """A8, inside I27 and U21."""
        self.ended_on = self.as_of

    @step(
        row="A10",
        basis=("our design", "ATOS"),
        label="Supersede",
        done="Superseded",
        says="A newer ATO takes its place.",
        sources=(*LIVE, AtoStage.EXPIRED.value),
        target=AtoStage.SUPERSEDED.value,
        inside="the issue, registration or import of the ATO that follows it, or a change of the initial agency",
    )
    def supersede(self, **said: Any) -> None:
        """A10; its successor is named once that has a key."""

    @step(
        row="A11",
        basis=("ATOS",),
        label="End with the service",
        done="Ended with the service",
        says="The offering can no longer be used, so this ATO ends.",
        sources=LIVE,
        target=AtoStage.SERVICE_ENDED.value,
        who=AGENCY | {Party.PL},
        reason=True,
        facts=(asked.SERVICE_ENDED, asked.GROUND),
        conditions=(gates.KEPT_HERE,),
    )
    def end_service(self, *, service_ended_on: date, ground: str, **said: Any) -> None:
        """A11."""
        self.ended_on, self.ended_ground = service_ended_on, ground

    @step(
        row="A12",
        basis=("ATOS",),
        label="Become the initial ATO",
        done="Became the initial ATO",
        says="This agency's ATO takes the place of the offering's former initial one, which is superseded first.",
        sources=(AtoStage.ACTIVE.value,),
        who=frozenset({Party.PL}),
        reason=True,
        conditions=(gates.KEPT_HERE, gates.IS_REUSE),
        across=True,
    )
    def alternate_agency(self, **said: Any) -> None:
        """A12; the door supersedes the former one first."""
        self.listing_role = ListingRole.INITIAL.value

    @step(
        row="A13",
        basis=("our design",),
        label="Reverse the ending",
        done="Ending reversed",
        says="The ATO is active again, because its ending was recorded in error.",
        sources=tuple(
            stage.value for stage in (AtoStage.REVOKED, AtoStage.RESCINDED, AtoStage.EXPIRED, AtoStage.SERVICE_ENDED)
        ),
        target=AtoStage.ACTIVE.value,
        who=OFFICIAL | {Party.PL},
        reason=True,
        facts=(asked.IN_ERROR,),
        conditions=(gates.KEPT_HERE,),
        gates=(gates.no_rival,),
    )
    def reverse_ending(self, **said: Any) -> None:
        """A13."""
        self.ended_on, self.ended_ground, self.exit_criteria = None, "", ""

    @step(
        row="A14",
        basis=("our design",),
        label="Claim to the register",
        done="Claimed to the register",
        says="The agency keeps this ATO here from now on; feeds no longer change it.",
        sources=(AtoStage.ACTIVE.value,),
        who=frozenset({Party.AL, Party.PL}),
        reason=True,
        facts=(asked.SYSTEM, asked.OFFICIAL, asked.SIGNED),
        conditions=(gates.FROM_FEEDS,),
    )
    def claim_to_register(
        self, *, system: AgencySystem, authorizing_official: User, signed_on: date, **said: Any
    ) -> None:
        """A14."""
        self.source, self.system, self.signed_on = Source.PORTAL.value, system, signed_on
        self.authorizing_official = authorizing_official

    @classmethod
    def machine(cls) -> Machine:
        """The ATO machine as data."""
        return _machine()


NOTICE_FACTS = tuple(fact.name for fact in asked.OF_A_NOTICE if fact.name != "notice")

REGISTER = Step(
    name="register",
    row="A1",
    basis=("our design",),
    label="Register an ATO",
    done="Registered",
    says="Brings in an ATO that was signed outside of the portal. The agency owes FedRAMP a notice with proof.",
    sources=(),
    target=AtoStage.ACTIVE.value,
    who=frozenset({Party.AL, Party.PL}),
    reason=True,
    facts=asked.OF_A_NEW_ATO,
    gates=(gates.no_rival,),
)
IMPORT = Step(
    name="import",
    row="A2",
    basis=("ATOS",),
    label="Import",
    done="Imported",
    says="A row of the Marketplace feed that names an ATO.",
    sources=(),
    target=AtoStage.ACTIVE.value,
    inside="an import of the Marketplace feed",
)
ISSUE = Step(
    name="issue",
    row="A0",
    basis=("ATOL", "A-130"),
    label="Issue",
    done="Issued",
    says="The authorizing official signed the ATO in its case.",
    sources=(),
    target=AtoStage.ACTIVE.value,
    inside="the issue of the ATO in its case",
)


@cache
def _machine() -> Machine:
    return Machine(
        name="ato",
        title="Lifecycle of an ATO",
        about=(
            "An ATO is an agency's authorization to operate its own system that uses an offering. Time alone never "
            "moves it: an expiry that has passed offers a step, which a person takes."
        ),
        stages=dict(AtoStage.choices),
        live=frozenset(LIVE),
        steps=tuple(sorted((*steps_of(Ato), ISSUE, REGISTER, IMPORT), key=lambda each: each.order)),
    )


def unmanned_of(agency: list[int], provider: list[int], assessor: list[int]) -> frozenset[str]:
    """The kinds of organization, among these of one record, that have no active member."""
    lines = {
        OrganizationKind.AGENCY: agency,
        OrganizationKind.PROVIDER: provider,
        OrganizationKind.ASSESSOR: assessor,
    }
    current = Membership.objects.current(timezone.localdate()).filter(user__is_active=True)
    manned = set(
        current.filter(organization__in=[*agency, *provider, *assessor]).values_list("organization", flat=True)
    )
    return frozenset(kind.value for kind, line in lines.items() if line and manned.isdisjoint(line))


def systems_of(agency_line: list[int]) -> models.QuerySet[AgencySystem]:
    """The agency's own systems."""
    return AgencySystem.objects.filter(agency=agency_line[0])


def officials_of(agency_line: list[int]) -> models.QuerySet[User]:
    """The people who are authorizing officials of the agency, or of one above it, now."""
    held = Membership.objects.current(timezone.localdate()).filter(
        role=Role.AUTHORIZING_OFFICIAL, organization__in=agency_line
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def _receipt(facts: Mapping[str, Any]) -> models.Model | None:
    """The notice that is known already, with the day of its receipt."""
    known: Any = facts.get("notice")
    if known:
        known.received_on = facts["received_on"]
    return known if isinstance(known, models.Model) else None
