"""The demo of one agency that has just begun: its list is in, its first case goes on alone, some things are missing.

Nobody of a provider is here, and nobody of FedRAMP: the liaison administers the portal too.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Organization, User
from authorizations.actions.people.people import found_pmo
from authorizations.actions.register.agency_lists import bring_list, decide_row
from authorizations.actions.register.designations import set_designation
from authorizations.actions.register.packages import locate_packages
from authorizations.actions.steps import perform
from authorizations.exchange.agency_lists.proposal import propose_list, read_columns
from authorizations.models import AgencyListRow, Ato, Condition, Message
from authorizations.presenters.demo_progress import set_demo_progress
from authorizations.vocabulary import CaseKind, Designation, ListRowState, PackageLocation, WhoTakesPart
from demo import case_paths as ways
from demo import world
from demo.cases import Story
from demo.entering import REASON, Demo, morning
from demo.walk_cases import Cast, demo_today, walk

AGENCY, LIAISON = "Department of Harbors", "Ann Alvarez"
OURS = (AGENCY, "Bureau of Lighthouses", "Harbor Pilots Service")
FILE = "Cloud ATOs of the Department of Harbors.csv"
USED = "Willow Library"
# Since this many days the agency is here.
BEGAN = 21
HEADINGS = "CSP,CSO,Package ID,Agency,Sub-Agency,ATO Date,ATO Expiration Date,Authorizing Official"
# Written as nobody else writes them, so that a person decides which offering they mean.
MISTYPED = {"Copper Chart": "Coper Charts for mariners", "Willow Relay": "Hotline relay"}
EVIDENCE = {"evidence_seen": "Mail of the provider, in the agency's files", "evidence_channel": "mail"}
WAY = (
    ways.REQUEST_ACCESS,
    ways.GRANT.but(who=ways.LIAISON, facts={**ways.GRANT.facts, **EVIDENCE, "evidence_dated_on": ways.TODAY}),
    ways.START_REVIEW,
)


class AgencyDemo(Demo):
    """One run, by the liaison who founded the portal and administers it."""

    def __init__(self, now: datetime) -> None:
        self.now, self.today = now, demo_today(now)
        self.founded = morning(self.today - timedelta(days=BEGAN))
        [email] = [email for name, email, *_ in world.PEOPLE if name == LIAISON]
        alone = WhoTakesPart.ONE_AGENCY
        self.lead = found_pmo(
            email=email, name=LIAISON, password=None, now=self.founded, participation=alone, agency=AGENCY
        )
        self.organizations = {each.name: each for each in Organization.objects.all()}
        self.users = {LIAISON: self.lead}

    def is_here(self, organization: str) -> bool:
        return organization in OURS

    def enter_packages(self) -> None:
        """Nobody here knows where packages are but for the case's own."""

    def enter_offerings(self) -> None:
        """What a feed would bring: offerings with what the Marketplace says of them."""
        super().enter_offerings()
        for name in (name for name, *_ in world.CANDIDATES):
            set_designation(
                actor=self.lead,
                now=self.founded,
                as_of=timezone.localdate(self.founded),
                offering=self.offerings[name],
                designation=Designation.CERTIFIED,
                effective_on=date(2024, 3, 4),
                reason=REASON,
                reference="The demo's Marketplace",
            )

    def bring_list(self) -> None:
        """The agency's own spreadsheet, with two names that nobody else writes and one service that is no offering."""
        content = "\n".join([HEADINGS, *self._lines()]).encode()
        agencies = [self.organizations[name] for name in OURS]
        bring_list(
            actor=self.lead,
            agency=agencies[0],
            file_name=FILE,
            sha256=hashlib.sha256(content).hexdigest(),
            propose=lambda: propose_list(
                read_columns(content), agency=agencies[0], agencies=agencies, today=self.today
            ),
            now=self.founded + timedelta(days=1),
        )
        toaster = AgencyListRow.objects.filter(state=ListRowState.WAITING, cells__offering__startswith="A toaster")
        for row in toaster:
            decide_row(actor=self.lead, public_id=row.public_id, offering=None, now=self.founded + timedelta(days=1))

    def _lines(self) -> Iterator[str]:
        for place, (name, provider, *_) in enumerate(world.CANDIDATES):
            if name != USED:
                signed = self.today - timedelta(days=200 + 37 * place)
                written = MISTYPED.get(name, name)
                known = "" if name in MISTYPED else f"DEMO-{name.upper().replace(' ', '-')}"
                bureau = "" if place % 3 == 0 else OURS[place % 3]
                # Some have passed, some end within 90 days, and every fourth names none.
                expires = "" if place % 4 == 3 else f"{self.today + timedelta(days=55 * place - 130):%m/%d/%Y}"
                yield f"{provider},{written},{known},{AGENCY},{bureau},{signed:%m/%d/%Y},{expires},Odette Okafor"
        yield f",A toaster of our own,,{AGENCY},,01/05/2024,,"

    def claim(self) -> None:
        """Two ATOs are kept here since a week: their letters are owed, and one has a condition."""
        [system, other] = [self.systems[name] for name in ("Harbor Office Automation", "Dredging Contracts")]
        rows = Ato.objects.filter(agency=self.organizations[AGENCY], expires_on__gt=self.today).order_by("expires_on")
        for ato, its_system in zip(rows[:2], (system, other), strict=True):
            perform(
                Ato,
                ato.public_id,
                "claim_to_register",
                actor=self.lead,
                now=self.now - timedelta(days=7),
                revision=ato.revision,
                reason="We keep it here from now on.",
                system=its_system,
                authorizing_official=self.users["Odette Okafor"],
                signed_on=ato.signed_on,
                letter=f"Letter of {ato.signed_on:%d %b %Y}, in the agency's files",
            )
        owner, due = self.organizations[AGENCY], self.today + timedelta(days=20)
        self.add(Condition, ato=rows[0], owner=owner, text="Turn on multi-factor sign-in for everyone.", due_on=due)

    def enter_case(self) -> None:
        """One reuse case, for which the liaison recorded from evidence what the provider did."""
        offering = self.offerings[USED]
        locate_packages(
            actor=self.lead,
            offerings=[offering],
            location=PackageLocation.TRUST_CENTER,
            address="https://trust.willow.example/library",
            verified_on=self.today,
            now=self.founded + timedelta(days=1),
        )
        story = Story(
            CaseKind.REUSE, "package_review", AGENCY, USED, 2, WAY, ways.LIAISON, "Berth Reservations", use="Lend maps."
        )
        walk(Cast(), story, self.today)


@transaction.atomic
def enter_agency(now: datetime) -> bool:
    """Enters the demo of one agency into an empty portal, whole or not at all; says whether it did."""
    if User.objects.exists():
        return False
    demo = AgencyDemo(now)
    for part, enter in enumerate(
        (
            demo.enter_organizations,
            demo.enter_offerings,
            demo.bring_list,
            demo.enter_systems,
            demo.claim,
            demo.enter_case,
        )
    ):
        set_demo_progress(100 * part // 6)
        enter()
    Message.objects.filter(created_at__lt=now - timedelta(days=7)).update(read_at=now)
    return True
