"""The world of a random walk: organizations, people and offerings, written straight into an empty database."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.models import AgencySystem, Contact, Offering, Package
from authorizations.vocabulary import ContactFunction, Designation, PackageLocation

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
