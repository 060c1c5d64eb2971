"""A random walk over the three machines by random people, and what must hold after every step of it.

It needs an empty database and leaves its world there: a test rolls it back, the command makes a database for it.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from authorizations.actions.acting_capacity import acting_context
from authorizations.actions.cases.cases import ADOPTED_AT, adopt_case, open_case, record_facts, recordable
from authorizations.actions.cases.waivers import waive_gate
from authorizations.actions.refusals import Refused
from authorizations.actions.register.atos import register_ato
from authorizations.actions.register.designations import STEPS, set_designation
from authorizations.actions.steps import Offer, offer_of, offers, perform
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.lifecycle.step import Fact, FactKind
from authorizations.models import AgencySystem, Ato, Case, Event, Message
from authorizations.vocabulary import LIVE_ATO_STAGES, CaseKind
from demo.random_walk_checks import check_days, check_exits, check_record, must
from demo.random_walk_documents import Errands
from demo.random_world import make_world

BEGINS = datetime(2025, 9, 1, 15, tzinfo=UTC)
# The cut-off of 2027-06-11 lies inside, so that the walk sees both sides of it.
LASTS = timedelta(days=760)
CASES_AT_MOST = 8  # at once, and one more for each 100 steps: more would each go less far
FORGOTTEN = 0.03


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
            must(_newest_entry() == self._newest, f"{name}: refused, and yet recorded")
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
            # What blocks it is brought first.
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
        check_record(now)
        self.reached[(now.machine().name, now.stage)] += 1

    def _check_messages(self) -> None:
        new = Message.objects.filter(pk__gt=self._reported_up_to).select_related("event").order_by("pk")
        people = {each.pk: each for each in self.world.people}
        for message in new:
            self._reported_up_to = message.pk
            record_type: Any = {"case": Case, "ato": Ato}.get(message.event.subject_type)
            if record_type is not None:
                recipient = people[message.recipient_id]
                seen = record_type.objects.acting_for(recipient).filter(pk=message.event.subject_id)
                must(seen.exists(), f"{recipient} was told of what they may not see: {message.subject}")

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
