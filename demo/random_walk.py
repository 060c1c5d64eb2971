"""A random walk over the three machines by random people, and what must hold after every step of it.

It needs an empty database and leaves its world there: a test rolls it back, the command makes a database for it.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.cases import ADOPTED_AT, adopt_case, open_case, record_facts, recordable, waive_gate
from authorizations.actions.refusals import Refused
from authorizations.actions.register.atos import register_ato
from authorizations.actions.register.designations import STEPS, set_designation
from authorizations.actions.steps import Offer, offer_of, offers, perform
from authorizations.lifecycle import durations
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.lifecycle.turns import whose_turn
from authorizations.models import AgencySystem, Ato, Case, Contact, Event, Message, Offering, Package
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind, ContactFunction, Designation, PackageLocation, Turn
from demo.random_walk_documents import Errands, summaries_hold

BEGINS = datetime(2025, 9, 1, 15, tzinfo=UTC)
# The cut-off of 2027-06-11 lies inside, so that the walk sees both sides of it.
LASTS = timedelta(days=760)
CASES_AT_MOST = 8  # at once, and one more for each 100 steps: more would each go less far
FORGOTTEN = 0.03

ORGANIZATIONS = (
    ("agency", OrganizationKind.AGENCY, ""),
    ("bureau", OrganizationKind.AGENCY, "agency"),
    ("other agency", OrganizationKind.AGENCY, ""),
    ("empty agency", OrganizationKind.AGENCY, ""),
    ("provider", OrganizationKind.PROVIDER, ""),
    ("other provider", OrganizationKind.PROVIDER, ""),
    ("assessor", OrganizationKind.ASSESSOR, ""),
    ("other assessor", OrganizationKind.ASSESSOR, ""),
    ("program office", OrganizationKind.PMO, ""),
)
PEOPLE = (
    ("agency", Role.AGENCY_LIAISON),
    ("agency", Role.AUTHORIZING_OFFICIAL),
    ("agency", Role.AGENCY_REVIEWER),
    ("agency", Role.AGENCY_VIEWER),
    ("bureau", Role.AGENCY_LIAISON),
    ("bureau", Role.AGENCY_REVIEWER),
    ("other agency", Role.AGENCY_LIAISON),
    ("other agency", Role.AGENCY_REVIEWER),
    ("other agency", Role.AUTHORIZING_OFFICIAL),
    ("provider", Role.CSP_LEAD),
    ("provider", Role.CSP_CONTRIBUTOR),
    ("other provider", Role.CSP_LEAD),
    ("assessor", Role.ASSESSOR_LEAD),
    ("other assessor", Role.ASSESSOR_MEMBER),
    ("program office", Role.PMO_LEAD),
    ("program office", Role.PMO_LEAD),
    ("program office", Role.PMO_REVIEWER),
    ("program office", Role.PMO_REVIEWER),
    ("program office", Role.AUDITOR),
)
OFFERINGS = (
    ("Certified at Connect", "provider", Designation.CERTIFIED, "W-1", PackageLocation.CONNECT),
    ("Certified in a trust center", "other provider", Designation.CERTIFIED, "W-2", PackageLocation.TRUST_CENTER),
    ("Not listed yet", "provider", Designation.UNKNOWN, "W-3", PackageLocation.CONNECT),
    ("Without an id", "other provider", Designation.UNKNOWN, None, None),
)


class Broken(AssertionError):
    """Something that must hold after every step does not."""


def _must(holds: object, sentence: str) -> None:
    if not holds:
        raise Broken(sentence)


@dataclass
class World:
    """The organizations, people and offerings of a walk."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    # Each with the roles that were read once: nobody's change while a walk lasts.
    people: list[User] = field(default_factory=list)
    offerings: list[Offering] = field(default_factory=list)

    def people_with(self, roles: Collection[Role]) -> list[User]:
        """Everybody who holds one of the roles; without any, all."""
        return [each for each in self.people if not roles or not each.roles.isdisjoint(roles)]

    @property
    def agencies(self) -> list[Organization]:
        """Those that may have cases."""
        return [each for each in self.organizations.values() if each.kind == OrganizationKind.AGENCY]


def make_world() -> World:
    """Fills an empty database; the verbs have their own tests, so these rows are written straight."""
    world = World()
    for name, kind, parent in ORGANIZATIONS:
        above = world.organizations.get(parent)
        world.organizations[name] = Organization.objects.create(name=name.capitalize(), kind=kind, parent=above)
    for number, (organization, role) in enumerate(PEOPLE):
        user = User.objects.create(email=f"walker{number}@walk.example", name=f"Walker {number}")
        place = world.organizations[organization]
        Membership.objects.create(user=user, organization=place, role=role, started_on=date(2020, 1, 1))
        world.people.append(User.objects.get(pk=user.pk))
    for name, provider, designation, fedramp_id, location in OFFERINGS:
        offering = Offering.objects.create(
            name=name, provider=world.organizations[provider], designation=designation, fedramp_id=fedramp_id
        )
        if location:
            Package.objects.create(offering=offering, location=location)
        world.offerings.append(offering)
    levels = dict.fromkeys(("confidentiality", "integrity", "availability"), "low")
    for agency in world.agencies:
        for name in ("Records", "Permits"):
            AgencySystem.objects.create(agency=agency, name=name, **levels)
        address = f"{agency.pk}@walk.example"
        Contact.objects.create(
            organization=agency, name=f"Contact of {agency}", email=address, function=ContactFunction.APPROVER
        )
    return world


class Walk:
    """One walk: `step()` makes one try by one person and checks what must hold."""

    def __init__(self, seed: int, steps: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311  # a walk, no secret
        self.world = make_world()
        self.now = BEGINS
        self.pace = LASTS / steps
        self.cases_at_most = CASES_AT_MOST + steps // 100
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.reached: Counter[tuple[str, str]] = Counter()
        self._reported_up_to = 0
        self._newest = _newest_entry()

    # --- trying ---

    def step(self) -> None:
        """One try."""
        self.now += self.pace * self.dice.random() * 2
        name, attempt = self._choose()
        try:
            touched = attempt()
        except (Refused, ObjectDoesNotExist) as refusal:
            _must(_newest_entry() == self._newest, f"{name}: refused, and yet recorded")
            self.refused[type(refusal).__name__] += 1
            return
        self.done[name] += 1
        self._newest = _newest_entry()
        if touched is not None:
            self._check(touched)
        self._check_messages()

    def _choose(self) -> tuple[str, Callable[[], Case | Ato | None]]:
        cases, atos = Case.objects.filter(stage__in=GOING_ON).count(), Ato.objects.count()
        dice = self.dice.random()
        if cases < self.cases_at_most and (cases < 4 or dice < 0.06):
            return "open", self._open
        if cases < self.cases_at_most and dice < 0.08:
            return "adopt", self._adopt
        if dice < 0.15:
            return "facts", self._record
        if dice < 0.16:
            return "waive", self._waive
        if dice < 0.17:
            return "designation", self._designate
        if atos < 3 or dice < 0.18:
            return "register", self._register
        if dice < 0.24:
            return "document", self._attach
        if dice < 0.29:
            return "finding", self._review
        if atos and dice < 0.36:
            return "ato", lambda: self._move(Ato)
        return "case", lambda: self._move(Case)

    def _anyone(self, *roles: Role) -> User:
        return self.dice.choice(self.world.people_with(roles))

    def _open(self) -> Case:
        kind = self.dice.choice(CaseKind.values)
        facts = {"intended_use": "Office work."} if kind == CaseKind.REUSE else {}
        return open_case(
            kind,
            actor=self._anyone(Role.AGENCY_LIAISON, Role.CSP_LEAD, Role.PMO_LEAD, Role.AUDITOR),
            now=self.now,
            agency=self.dice.choice(self.world.agencies),
            offering=self.dice.choice(self.world.offerings),
            reason="They asked by letter.",
            evidence="Letter 3",
            **facts,
        )

    def _adopt(self) -> Case:
        kind = self.dice.choice(CaseKind.values)
        agency, offering = self.dice.choice(self.world.agencies), self.dice.choice(self.world.offerings)
        system = self.dice.choice(AgencySystem.objects.filter(agency=agency).order_by("pk"))
        facts: dict[str, Any] = {"system": system} if kind == CaseKind.REUSE else {}
        return adopt_case(
            kind,
            actor=self._anyone(Role.PMO_LEAD, Role.AGENCY_LIAISON),
            now=self.now,
            agency=agency,
            offering=offering,
            stage=self.dice.choice(ADOPTED_AT[kind]),
            reason="It was under way.",
            evidence="File 8",
            ato=Ato.objects.filter(agency=agency, offering=offering).first(),
            resumes_at="package_review",
            **facts,
        )

    def _register(self) -> Ato:
        agency = self.dice.choice(self.world.agencies)
        official = next(each for each in self.world.people if Role.AUTHORIZING_OFFICIAL in each.roles)
        return register_ato(
            actor=self._anyone(Role.AGENCY_LIAISON, Role.PMO_LEAD),
            now=self.now,
            reason="Signed on paper.",
            agency=agency,
            offering=self.dice.choice(self.world.offerings),
            system=self.dice.choice(AgencySystem.objects.filter(agency=agency).order_by("pk")),
            listing_role=self.dice.choice(["initial", "reuse"]),
            ato_type="ato",
            signed_on=self._day(),
            authorizing_official=official,
            expires_on=self.dice.choice([None, self._day() + timedelta(days=90)]),
            letter="Letter 3",
        )

    def _record(self) -> Case:
        case, person = self._some(Case), self._anyone()
        if self.dice.random() < 0.9:
            person = self.dice.choice([each for each in self.world.people if case.parties_of(each)])
        yours = (
            recordable(case, case.parties_of(person))
            if self.dice.random() < 0.8
            else list(case.machine().facts.values())
        )
        chosen = self.dice.sample(yours, min(len(yours), 4))
        facts = {fact.name: self._value(case, fact) for fact in chosen}
        return record_facts(
            case.public_id, actor=person, now=self.now, revision=case.revision, reason="As told.", **facts
        )

    def _waive(self) -> Case:
        case: Case = self._some(Case)
        gate = self.dice.choice([*case.machine().gates(case.rules), "nonsense"])
        person, until = self._anyone(Role.PMO_LEAD, Role.PMO_REVIEWER), self._day() + timedelta(days=20)
        waive_gate(case.public_id, actor=person, now=self.now, gate=gate, reason="Agreed.", until=until)
        return case

    @property
    def _errands(self) -> Errands:
        return Errands(self.dice, self.world.people, self.now)

    def _attach(self) -> Case | Ato:
        subject: Case | Ato = self._some(Case if self.dice.random() < 0.9 else Ato)
        self._errands.attach_documents(subject)
        return subject

    def _review(self) -> Case:
        case: Case = self._some(Case)
        self._errands.review(case)
        return case

    def _designate(self) -> None:
        set_designation(
            actor=self._anyone(Role.PMO_LEAD, Role.PMO_REVIEWER, Role.CSP_LEAD),
            now=self.now,
            as_of=timezone.localdate(self.now),
            offering=self.dice.choice(self.world.offerings),
            designation=self.dice.choice(list(STEPS)),
            effective_on=self._day(),
            reason="The Marketplace says so.",
            reference="Marketplace page",
        )

    def _some(self, record_type: type[Case] | type[Ato]) -> Any:
        rows = record_type.objects.order_by("pk")
        if self.dice.random() < 0.93:
            rows = rows.filter(stage__in=GOING_ON)
        keys = list(rows.values_list("pk", flat=True)) or list(
            record_type.objects.order_by("pk").values_list("pk", flat=True)
        )
        beside = record_type.objects.acting_for(self._anyone(Role.AUDITOR))
        return beside.get(pk=self.dice.choice(keys))

    def _move(self, record_type: type[Case] | type[Ato]) -> Case | Ato:
        subject = self._some(record_type)
        person = self._anyone()
        if self.dice.random() < 0.85:
            person, offer = self._someone_with_an_offer(subject, person)
        else:
            offer = self._any_step(subject, person)
        if offer is None:
            # What stands in the way is brought first.
            self._errands.help_on(subject)
            helped: Case | Ato = subject
            return helped
        facts = {
            fact.name: value for fact in offer.requested_facts if (value := self._value(subject, fact)) is not None
        }
        at = self.now - timedelta(days=self.dice.choice([0, 0, 0, 0, 1, 9]))
        revision = subject.revision - (self.dice.random() < 0.04)
        reason = "Because." if self.dice.random() < 0.9 else ""
        given: dict[str, Any] = {"now": self.now, "at": at, "revision": revision, "reason": reason}
        moved: Case | Ato = perform(record_type, subject.public_id, offer.step.name, actor=person, **given, **facts)
        return moved

    def _someone_with_an_offer(self, subject: Case | Ato, first: User) -> tuple[User, Offer | None]:
        concerned = [each for each in self.world.people if subject.parties_of(each)]
        for person in self.dice.sample(concerned, len(concerned)):
            found = offers(subject, person, timezone.localdate(self.now))
            # Going on is what a walk is for; the many ways to end a case would end it soon.
            onward = [each for each in found if self._goes_on(each)]
            if onward:
                return person, self.dice.choice(onward)
        return first, None

    def _goes_on(self, offer: Offer) -> bool:
        wanted = 0.05 if offer.step.name in ENDINGS or offer.is_blocked else 1 if offer.step.target else 0.5
        return self.dice.random() < wanted

    def _any_step(self, subject: Case | Ato, person: User) -> Offer | None:
        step = self.dice.choice([each for each in subject.machine().steps if each.sources and not each.inside])
        context = acting_context(subject, person, timezone.localdate(self.now))
        return offer_of(subject, step, context) or Offer(step, context, ())

    # --- what is entered ---

    def _day(self) -> date:
        return timezone.localdate(self.now) - timedelta(days=self.dice.choice([0, 0, 1, 5, 30]))

    def _value(self, subject: Case | Ato, fact: Fact) -> Any:
        if self.dice.random() < FORGOTTEN * (4 if fact.force is None else 1):
            return None
        if fact.kind is FactKind.RECORD:
            return self._record_of(subject, fact)
        if fact.kind is FactKind.DATE:
            return self._day() + timedelta(days=60 if fact.may_be_later else 0)
        if fact.kind is FactKind.CHOICE:
            return self.dice.choice(fact.choices)[0]
        if fact.kind is FactKind.COUNT:
            return self.dice.choice([0, 0, 0, 2])
        return True if fact.kind is FactKind.BOOLEAN else "Said in words."

    def _record_of(self, subject: Case | Ato, fact: Fact) -> Any:
        options = list(subject.options(fact.name).order_by("pk")[:5])
        return self.dice.choice(options) if options else None

    # --- what must hold ---

    def _check(self, touched: Case | Ato) -> None:
        now = type(touched).objects.get(pk=touched.pk)
        machine = now.machine()
        _must(now.stage in machine.stages, f"{now}: no stage is called {now.stage}")
        _must(now.stage == replayed(now), f"{now}: the record says another stage than {now.stage}")
        self.reached[(machine.name, now.stage)] += 1
        _must(summaries_hold(now), f"{now}: its summaries of documents and findings are not what their rows say")
        if isinstance(now, Case):
            _must(now.waits_on == whose_turn(now), f"{now}: waits on {now.waits_on}, not on {whose_turn(now)}")
            _must(now.waits_on != Turn.NOBODY or not now.is_open, f"{now}: open, and waits on nobody")

    def _check_messages(self) -> None:
        new = Message.objects.filter(pk__gt=self._reported_up_to).select_related("event").order_by("pk")
        people = {each.pk: each for each in self.world.people}
        for message in new:
            self._reported_up_to = message.pk
            record_type: Any = {"case": Case, "ato": Ato}.get(message.event.subject_type)
            if record_type is not None:
                recipient = people[message.recipient_id]
                seen = record_type.objects.acting_for(recipient).filter(pk=message.event.subject_id)
                _must(seen.exists(), f"{recipient} was told of what they may not see: {message.subject}")

    def check_all(self) -> None:
        """Everything that must hold of the whole database."""
        for record_type in (Case, Ato):
            for each in record_type.objects.order_by("pk"):
                self._check(each)
        for case in Case.objects.order_by("pk"):
            check_days(case, timezone.localdate(self.now))
        for machine in {
            record_type.machine().name: record_type.machine() for record_type in (*Case.machines.values(), Ato)
        }.values():
            check_exits(machine)


# Stages from which much can happen still.
GOING_ON = {*OPEN_INITIAL, *OPEN_REUSE, "certified", "recorded", *LIVE_ATO_STAGES}
ENDINGS = {
    "withdraw",
    "deny_ato",
    "remove",
    "reject",
    "lose_partner",
    "not_suitable",
    "close_at_cutoff",
    "revoke",
    "rescind",
    "expire",
    "end_service",
}


def _newest_entry() -> int | None:
    """The key of the newest entry: an index knows it, however many there are."""
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first()


def check_exits(machine: Machine) -> None:
    """Every stage that is still open has a way out.

    Raises:
        Broken: one has none.
    """
    for stage in machine.live:
        _must(machine.exits(stage), f"{machine.title}: no step leads out of {stage}")


def check_days(case: Case, today: date) -> None:
    """The days by party and the days by stage each add up to the case's age.

    Raises:
        Broken: they do not.
    """
    acts = Event.objects.about(case).order_by("pk").values_list("at", "changes")
    found = durations.spans(durations.moves((timezone.localdate(at), changes) for at, changes in acts), today)
    age = (today - timezone.localdate(case.opened_at)).days
    for counted in (durations.days_by_turn(found), durations.days_by_stage(found)):
        _must(sum(counted.values()) == age, f"{case}: its days add up to {sum(counted.values())}, not {age}")
    _must(found[-1].turn == case.waits_on, f"{case}: the record says {found[-1].turn}, the row {case.waits_on}")


def replayed(subject: Case | Ato) -> str:
    """The stage that the record says, each entry beginning where the one before ended.

    Raises:
        Broken: an entry begins elsewhere, or two have one revision.
    """
    stage, revision = None, -1
    for changes in Event.objects.about(subject).order_by("pk").values_list("changes", flat=True):
        before, after = changes.get("stage") or [stage, stage]
        _must(before == stage, f"{subject}: an entry begins at {before}, but the one before ended at {stage}")
        stage = after
        counted = (changes.get("revision") or [0, revision + 1])[1]
        _must(counted == revision + 1, f"{subject}: revision {counted} after {revision}")
        revision = counted
    _must(revision == subject.revision, f"{subject}: the record counts {revision}, the row {subject.revision}")
    return str(stage)
