"""A case: one agency's path to one ATO for one offering. One table; a proxy for each of the two machines."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar, Self, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case as Either
from django.db.models import F, Q, When
from django.urls import reverse
from django_fsm import ConcurrentTransitionMixin, FSMField

from accounts.fields import PublicIdField, optional_key
from accounts.models import Organization, User
from accounts.roles import Role
from authorizations.display import local_day
from authorizations.lifecycle.context import CurrentAct
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.stages import (
    BEFORE_THE_REQUEST,
    CLOCK_STOPPED,
    LISTED,
    OPEN_INITIAL,
    OPEN_REUSE,
    InitialStage,
    ReuseStage,
)
from authorizations.lifecycle.step import Step
from authorizations.lifecycle.turns import whose_turn
from authorizations.models.cases.fact_options import OPTIONS
from authorizations.models.querysets import CaseQuerySet
from authorizations.models.register.agency_system import AgencySystem
from authorizations.models.register.ato import Ato, officials_of, without_active_members
from authorizations.models.register.contact import Contact
from authorizations.models.register.members import MemberRow, members_of
from authorizations.models.register.offering import Offering
from authorizations.models.register.package import PackageAccess
from authorizations.policy import OF_THE_PMO, Party, parties
from authorizations.rules import Release, newest, release
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind, Turn

# The cases that still go on.
OPEN = Q(kind=CaseKind.INITIAL, stage__in=OPEN_INITIAL) | Q(kind=CaseKind.REUSE, stage__in=OPEN_REUSE)


class Case(ConcurrentTransitionMixin, models.Model):
    """One agency's path to one ATO for one offering; `kind` says which machine moves it.

    What comes out of the database is of the class of its kind, so that it has its transitions. ``facts`` maps a
    fact's name to ``[value, key of who recorded it, when (ISO 8601)]``, and a fourth, for whom, where that was by
    delegation; facts that name other records are columns.
    """

    machines: ClassVar[dict[str, type["Case"]]] = {}

    # Another release than its own, under which a copy is looked at and never saved.
    considered: Release | None = None
    # Whether who claimed its review still reviews for the PMO; `with_reviewer_status` reads it.
    reviewer_serves: bool = True

    public_id = PublicIdField()
    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    # Protected: only transitions set it on a record, and the queryset refuses it too.
    stage = FSMField(max_length=30, protected=True)
    revision = models.PositiveIntegerField(
        default=0, help_text="Counts the changes; a form of an older one is refused."
    )
    agency = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", limit_choices_to={"kind": "agency"}
    )
    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="cases")
    assessor = optional_key(Organization, related_name="+", limit_choices_to={"kind": "assessor"})
    system = optional_key(AgencySystem, related_name="cases")
    authorizing_official = optional_key(User, related_name="cases_to_decide")
    access_person = optional_key(Contact, related_name="+")
    access_approver = optional_key(Contact, related_name="+")
    ato = optional_key(Ato, related_name="cases")
    release = models.CharField(max_length=40, help_text="The rules that the case is pinned to.")
    facts = models.JSONField(default=dict, blank=True, editable=False)
    # Summaries of the rows of documents and findings, kept by the verbs under the lock, so that gates cost no query.
    document_summary = models.JSONField(default=dict, blank=True, editable=False)
    finding_counts = models.JSONField(default=dict, blank=True, editable=False)
    opened_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    waits_on = models.CharField(max_length=10, choices=Turn.choices, default=Turn.NOBODY)
    waits_since = models.DateTimeField()
    turn_since = models.GeneratedField(
        expression=Either(When(~Q(waits_on=Turn.NOBODY), then=F("waits_since"))),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
        help_text="The same, but nothing where it waits on nobody: what lists are sorted by.",
    )
    handed_to = models.CharField(max_length=10, choices=Turn.choices, blank=True, help_text="Whom the last turn named.")
    came_back_by = optional_key(User, related_name="+", help_text="Who gave the work back.")
    came_back_step = models.CharField(
        max_length=40, blank=True, help_text="The step that gave it back; blank again once it is handed on."
    )
    claimed_by = optional_key(User, related_name="reviews")
    claimed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True, help_text="When FedRAMP's review received it.")
    stopped_days = models.PositiveIntegerField(
        default=0, help_text="Whole days for which FedRAMP's clock stood still since then, without those of now."
    )
    resumes_at = models.CharField(max_length=30, blank=True, help_text="The stage that a renewed access returns to.")
    left_stage = models.CharField(max_length=30, blank=True, help_text="The stage that a removal left.")
    send_backs = models.PositiveSmallIntegerField(default=0)
    shared_at = models.DateTimeField(
        null=True, blank=True, help_text="From when on others than the agency and the auditor may know of it."
    )
    adopted_at_stage = models.CharField(max_length=30, blank=True, help_text="Gates before it were not checked here.")
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continued_by")

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="case_stage_of_its_kind",
                condition=Q(kind=CaseKind.INITIAL, stage__in=[each.value for each in InitialStage])
                | Q(kind=CaseKind.REUSE, stage__in=[each.value for each in ReuseStage]),
            ),
            models.UniqueConstraint(
                name="case_one_listed_per_offering",
                fields=["offering"],
                condition=Q(kind=CaseKind.INITIAL, stage__in=LISTED),
            ),
            models.UniqueConstraint(
                name="case_one_open_reuse_per_system",
                fields=["agency", "offering", "system"],
                condition=Q(kind=CaseKind.REUSE, stage__in=OPEN_REUSE),
            ),
        ]
        indexes = [
            models.Index(fields=["waits_on", "waits_since"], name="case_oldest_turn"),
            # Orders of the list, each read from one of its ends.
            models.Index(fields=["turn_since", "id"], name="case_by_turn"),
            models.Index(fields=["waits_on", "turn_since", "id"], name="case_by_turn_of_one"),
            models.Index(fields=["opened_at", "id"], name="case_by_opening"),
            # What its filters and its search count, without reading a row.
            models.Index(fields=["offering", "agency", "shared_at"], name="case_found"),
            models.Index(fields=["kind", "stage", "waits_on", "waits_since", "shared_at"], name="case_counted"),
            models.Index(fields=["agency", "kind", "stage"], name="case_of_agency"),
            models.Index(fields=["offering", "kind"], name="case_of_offering"),
            models.Index(fields=["stage", "received_at"], name="case_queue"),
            # What stays inside an agency: few, and asked for wherever the PMO reads the record.
            models.Index(fields=["id"], condition=Q(shared_at__isnull=True), name="case_inside"),
        ]

    def __str__(self) -> str:
        return f"{self.offering.name} for {self.agency.name}"

    def __init_subclass__(cls, kind: CaseKind | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if kind is not None:
            Case.machines[kind.value] = cls

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.public_id])

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Django's, but of the class of the row's kind: the base has no transitions."""
        kind = list(values)[list(field_names).index("kind")]
        # The proxies share this very table, so a row of one class is as good as a row of the other.
        return cast(Self, super(Case, cls.machines[kind]).from_db(db, field_names, values))

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django's, but for the stage: cleaning would set it, which nothing may; a constraint knows the stages."""
        super().clean_fields({*(exclude or ()), "stage"})

    def clean(self) -> None:
        if self.system and self.system.agency_id != self.agency_id:
            raise ValidationError({"system": "This system belongs to another agency."})

    @classmethod
    def machine(cls) -> Machine:
        raise NotImplementedError

    # --- what it says of itself ---

    @property
    def stage_label(self) -> str:
        return self.rules.label(self.kind, self.stage)

    @property
    def is_open(self) -> bool:
        return self.stage in (OPEN_INITIAL if self.kind == CaseKind.INITIAL else OPEN_REUSE)

    @property
    def rules(self) -> Release:
        return self.considered or release(self.release)

    @property
    def current_rules(self) -> Release:
        """The newest release, whose effective dates hold for every case (machine tables, rule 11)."""
        return newest()

    # --- who ---

    @property
    def agency_line(self) -> list[int]:
        line: list[int] = self.agency.line_up
        return line

    def parties_of(self, user: User) -> frozenset[Party]:
        return parties(
            ((membership.role, membership.organization_id) for membership in user.current_memberships),
            agency_line=self.agency_line,
            provider=self.offering.provider_id,
            is_named_official=self.authorizing_official_id is not None and self.authorizing_official_id == user.pk,
            assessor=self.assessor_id,
        )

    @property
    def ao_is_vacant(self) -> bool:
        return self.is_open and self.authorizing_official_id is not None and not self.official_serves

    @cached_property
    def official_serves(self) -> bool:
        """Whether the official who is named still is one; `with_ao_status` reads it for many."""
        key = self.authorizing_official_id
        return key is None or officials_of(self.agency_line).filter(pk=key).exists()

    @cached_property
    def without_active_members(self) -> frozenset[str]:
        lines = self.agency_line, [self.offering.provider_id], [self.assessor_id] if self.assessor_id else []
        return without_active_members(*lines, self.members)

    @cached_property
    def members(self) -> list[MemberRow]:
        """Those of its organizations and of the PMO: read once for whoever asks who is here."""
        return members_of([*self.agency_line, self.offering.provider_id, self.assessor_id or 0])

    # --- facts ---

    def fact_value(self, name: str) -> Any:
        """The recorded value of a fact: a date, a text, a number or another record; None where there is none."""
        if name in OURS:
            return getattr(self, name)
        value = (self.facts.get(name) or [None])[0]
        return date.fromisoformat(value) if value and name.endswith(DATES) else value

    def recorders_of(self, name: str) -> frozenset[int]:
        """Keys of the persons who recorded a fact: who did, and for whom where that was by delegation."""
        entry = self.facts.get(name) or [None, None, None]
        return frozenset(key for key in (entry[1], *entry[3:]) if key is not None)

    def set_fact(self, name: str, value: Any, act: CurrentAct) -> None:
        """Sets a fact, with who records it and when; None takes it back."""
        if name in OURS:
            if name == "authorizing_official":
                self._note_another_official(value, act)
            setattr(self, name, value)
        elif value is None or value == "":
            self.facts = {other: entry for other, entry in self.facts.items() if other != name}
        else:
            stored = value.isoformat() if isinstance(value, date) else value
            if self.facts.get(name, [None])[0] != stored:
                user, delegator = act.context.user, act.context.acting_for
                entry = [stored, user and user.pk, act.recorded_at.isoformat(), *([delegator.pk] if delegator else [])]
                self.facts = {**self.facts, name: entry}

    def _note_another_official(self, official: User | None, act: CurrentAct) -> None:
        """While the case is listed, FedRAMP is told of another official than the one it knows of (MKTPG24)."""
        known = self.authorizing_official_id
        if known is not None and official is not None and official.pk != known and self.stage in LISTED:
            self.set_fact("official_changed_on", act.as_of, act)
            self.set_fact("official_change_notified_on", None, act)

    def store_facts(self, step: Step, facts: Mapping[str, Any], act: CurrentAct) -> None:
        """What every step does: voids what it makes void, keeps what was said, and hands the case on."""
        if step.changes_turn:
            self.handed_to = step.next_turn
            self.came_back_by_id, self.came_back_step = (act.context.user.pk, step.name) if step.returns else (None, "")
        for name in step.clears_facts:
            self.set_fact(name, None, act)
        for fact in step.facts:
            if fact.is_stored and facts.get(fact.name) is not None:
                self.set_fact(fact.name, facts[fact.name], act)

    def settle(self, before: str, at: datetime) -> None:
        """After the stage has moved from ``before``: since when it is there, and whose turn it is since when."""
        turn = whose_turn(self)
        if before != self.stage:
            if before in CLOCK_STOPPED:
                self.stopped_days += max((local_day(at) - local_day(self.stage_since)).days, 0)
            self.stage_since = at
        if before != self.stage or turn != self.waits_on:
            self.waits_on, self.waits_since = turn, at

    def reads_inside_agency(self, user: User) -> bool:
        """Whether a person may read what stays inside the agency: recommendation, residual risk, the system's boundary.

        Its own people and those above it, the auditor, and the PMO once the agency has turned to it (rule c).
        """
        if any(one.organization_id in self.agency_line for one in user.current_memberships):
            return True
        return Role.AUDITOR in user.roles or (
            self.has_turned_to_the_pmo and any(role in user.roles for role in OF_THE_PMO)
        )

    @property
    def has_turned_to_the_pmo(self) -> bool:
        """Whether the agency has turned to FedRAMP: with its request, or by its ATO; not by withdrawing before."""
        if self.kind == CaseKind.REUSE:
            return self.ato_id is not None
        adopted_later = self.adopted_at_stage not in ("", *BEFORE_THE_REQUEST)
        return bool(self.facts.get("requested_on")) or adopted_later

    @classmethod
    def inside_facts(cls) -> frozenset[str]:
        return frozenset(name for name, fact in cls.machine().facts.items() if fact.inside)

    def hidden_facts(self, user: User) -> frozenset[str]:
        return frozenset() if self.reads_inside_agency(user) else self.inside_facts()

    def readable_facts(self, user: User) -> dict[str, list[Any]]:
        hidden = self.hidden_facts(user)
        return {name: entry for name, entry in self.facts.items() if name not in hidden}

    def suggestions(self, day: date) -> dict[str, Any]:
        """Values of facts that a form fills in on a day, by name: what the rules or the offering say already."""
        return {}

    # --- what the gates ask; each is read once per record in hand ---

    @property
    def grantor(self) -> Turn:
        package = getattr(self.offering, "package", None)
        return package.grantor if package else Turn.PMO

    @property
    def package_is_located(self) -> bool:
        return getattr(self.offering, "package", None) is not None

    @cached_property
    def has_listed_sibling(self) -> bool:
        others = Case.objects.filter(offering=self.offering_id, kind=CaseKind.INITIAL, stage__in=LISTED)
        return bool(others.exclude(pk=self.pk).exists())

    @cached_property
    def duplicate_cases(self) -> frozenset[int]:
        """Keys of the systems for which the agency has another open reuse case of the offering."""
        return frozenset(self._twins().values_list("system", flat=True))

    @cached_property
    def unshared_duplicates(self) -> frozenset[int]:
        """Of these, those whose case the agency has shared with nobody."""
        return frozenset(self._twins().filter(shared_at__isnull=True).values_list("system", flat=True))

    def _twins(self) -> Any:
        others = Case.objects.filter(agency=self.agency_id, offering=self.offering_id, kind=CaseKind.REUSE)
        return others.filter(system__isnull=False, stage__in=OPEN_REUSE).exclude(pk=self.pk)

    @cached_property
    def accesses(self) -> list[PackageAccess]:
        """The agency's grants to this package, also those that were ended early."""
        granted = PackageAccess.objects.filter(agency=self.agency_id, package__offering=self.offering_id)
        return list(granted.filter(granted_on__isnull=False).select_related("person"))

    @property
    def access_ends(self) -> list[date | None]:
        """The last day of each of those grants; None is an open end."""
        return [each.ended_on or each.until for each in self.accesses]

    @property
    def open_access_ends(self) -> list[date | None]:
        return [each.until for each in self.accesses if each.ended_on is None]

    def has_valid_access(self, day: date) -> bool:
        return any(end is None or end >= day for end in self.open_access_ends)

    @cached_property
    def offering_has_ato(self) -> bool:
        return bool(Ato.objects.filter(offering=self.offering_id, stage__in=LIVE_ATO_STAGES).exists())

    @cached_property
    def waivers(self) -> list[Any]:
        if self.pk is None:
            return []
        return list(self.waiver_set.filter(ended_at__isnull=True).select_related("granted_by"))

    def waived_on(self, day: date) -> frozenset[str]:
        return frozenset(waiver.gate for waiver in self.waivers if waiver.until >= day)

    def options(self, fact: str) -> models.QuerySet[Any]:
        """The records that a fact may name. Raises KeyError."""
        return OPTIONS[fact](self)

    def notices_of(self, taken: Step, facts: Mapping[str, Any]) -> list[models.Model]:
        """None: what follows in other records is in `actions/cases/side_effects.py`."""
        return []


OURS = ("system", "authorizing_official", "assessor", "access_person", "access_approver")
DATES = ("_on", "_until")
