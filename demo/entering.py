"""Enters the demo's world into an empty portal, through the same verbs as everyone else."""

from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.people.people import add_person, found_pmo
from authorizations.actions.register.atos import register_ato
from authorizations.actions.register.designations import set_designation
from authorizations.actions.register.package_access import grant_access
from authorizations.actions.register.records import add_record
from authorizations.models import (
    AgencySystem,
    Condition,
    Contact,
    Leverage,
    Message,
    Notice,
    Offering,
    Package,
)
from authorizations.presenters.demo_progress import set_demo_progress
from authorizations.vocabulary import Turn
from demo import world
from demo.cases import ENDS, STORIES
from demo.comments import talk
from demo.walk_cases import Cast, demo_today, end_ato, walk

M = TypeVar("M", bound=models.Model)
WALKS = len(ENDS) + len(STORIES)
REASON = "Part of the demo's fictional world."


class Demo:
    """One run: the person who enters everything, and what was entered so far, by name."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        # Who was told of what depends on who had which role then: the people are here since before the first case.
        self.founded = morning(world.FOUNDED_ON)
        name, email = world.PMO_LEAD
        self.lead = found_pmo(email=email, name=name, password=None, now=self.founded)
        self.organizations = {"FedRAMP PMO": Organization.objects.get(kind="pmo")}
        self.users: dict[str, User] = {}

    def add(self, record_type: type[M], **facts: Any) -> M:
        """Enters one record as the PMO lead; memberships as the portal, since they come by an organization's leads."""
        actor = None if record_type is Membership else self.lead
        return add_record(record_type, actor=actor, now=self.now, facts=facts, reason=REASON)

    def is_here(self, organization: str) -> bool:
        """Whether an organization has its people in this world."""
        return True

    def enter_organizations(self) -> None:
        """Organizations with their people and contacts."""
        for name, kind, abbreviation, parent in world.ORGANIZATIONS:
            if name in self.organizations or (kind == OrganizationKind.AGENCY and not self.is_here(name)):
                continue
            self.organizations[name] = self.add(
                Organization,
                name=name,
                kind=kind,
                abbreviation=abbreviation,
                parent=self.organizations[parent] if parent else None,
            )
        for name, email, organization, role in world.PEOPLE:
            if name in self.users or not self.is_here(organization):
                continue
            self.users[name] = add_person(actor=self.lead, name=name, email=email, now=self.founded)
            self.add(
                Membership,
                user=self.users[name],
                organization=self.organizations[organization],
                role=role,
                started_on=timezone.localdate(self.founded),
            )
        self.contacts = {
            name: self.add(
                Contact,
                organization=self.organizations[organization],
                name=name,
                email=email,
                function=function,
                user=self.users.get(name),
            )
            for organization, name, email, function in world.CONTACTS
            if self.is_here(organization)
        }

    def enter_offerings(self) -> None:
        """Offerings, what the Marketplace would say of them, and where their packages live."""
        self.offerings = {}
        offerings: list[dict[str, Any]] = [*world.OFFERINGS, *world.candidates()]
        for facts in offerings:
            named = {
                key: self.organizations[str(facts[key])]
                for key in ("provider", "assessor", "partner_agency")
                if key in facts
            }
            offering = self.add(Offering, **{**facts, **named})
            self.offerings[offering.name] = offering
        self.add(Leverage, offering=self.offerings["Nimbus Desk"], underlying=self.offerings["Nimbus Foundry"])
        for name, designation, day in world.DESIGNATIONS:
            set_designation(
                actor=self.lead,
                now=self.now,
                as_of=timezone.localdate(self.now),
                offering=self.offerings[name],
                designation=designation,
                effective_on=day,
                reason=REASON,
                reference="The demo's Marketplace",
            )
        self.enter_packages()

    def enter_packages(self) -> None:
        self.packages = {
            name: self.add(
                Package, offering=self.offerings[name], location=location, address=address, verified_on=verified
            )
            for name, location, address, verified in world.PACKAGES
        }

    def enter_systems(self) -> None:
        self.systems = {}
        for agency, name, abbreviation, *levels in world.SYSTEMS:
            if self.is_here(agency):
                facts = dict(zip(("confidentiality", "integrity", "availability"), levels, strict=True))
                named = {"agency": self.organizations[agency], "name": name, "abbreviation": abbreviation}
                self.systems[name] = self.add(AgencySystem, **named, **facts)

    def enter_atos(self) -> None:
        """The systems' ATOs with conditions and notices, and who may open which package."""
        systems = self.systems
        atos = {}
        for name, offering, role, kind, signed, expires, official in world.ATOS:
            atos[name] = register_ato(
                actor=self.lead,
                now=min(self.now, max(self.founded, morning(signed) + timedelta(days=7))),
                reason=REASON,
                agency=systems[name].agency,
                system=systems[name],
                offering=self.offerings[offering],
                listing_role=role,
                ato_type=kind,
                signed_on=signed,
                expires_on=expires,
                authorizing_official=self.users[official],
                letter=f"Letter of {signed:%d %b %Y}, in the agency's files",
            )
        for name, owner, text, due in world.CONDITIONS:
            self.add(Condition, ato=atos[name], owner=self.organizations[owner], text=text, due_on=due)
        for name, notice, notified_on, channel, reference, received in world.NOTICES:
            self.add(
                Notice,
                ato=atos[name],
                recipient=notice,
                notified_on=notified_on,
                channel=channel,
                reference=reference,
                received_on=received,
            )
        self._enter_accesses()

    def _enter_accesses(self) -> None:
        for person, agency, offering, approver, asked, granted, until in world.ACCESSES:
            package = self.packages[offering]
            grant_access(
                actor=self.lead if package.grantor is Turn.PMO else self.users[world.OPENS_ITS_PACKAGES],
                now=self.now,
                person=self.contacts[person],
                agency=self.organizations[agency],
                package=package,
                approver=self.contacts[approver],
                asked_on=asked,
                granted_on=granted,
                until=until,
            )

    def enter_cases(self) -> None:
        """Cases at every stage, and ATOs that have ended in every way, each walked there by its people."""
        cast, today = Cast(), demo_today(self.now)
        for number, end in enumerate(ENDS):
            set_demo_progress(100 * number // WALKS)
            end_ato(cast, end, today)
        for number, story in enumerate(STORIES, len(ENDS)):
            set_demo_progress(100 * number // WALKS)
            walk(cast, story, today)
        talk(self.users, self.now)


def morning(day: date) -> datetime:
    """Nine o'clock of a day."""
    return datetime.combine(day, time(9), timezone.get_default_timezone())


@transaction.atomic
def enter_demo(now: datetime) -> bool:
    """Enters the demo's world into an empty portal, whole or not at all; says whether it did."""
    if User.objects.exists():
        return False
    demo = Demo(now)
    demo.enter_organizations()
    demo.enter_offerings()
    demo.enter_systems()
    demo.enter_atos()
    demo.enter_cases()
    # Its people have been here for years, and read what is older than a week.
    Message.objects.filter(created_at__lt=now - timedelta(days=7)).update(read_at=now)
    return True
