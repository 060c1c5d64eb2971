"""The cast of the tests: a small fictional world with a person for every role, and strangers beside them."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from tests.cached_rows import cached_rows


@dataclass
class Cast:
    """Organizations and people by the name the tests call them."""

    organizations: dict[str, Organization]
    people: dict[str, User]
    # Who is in it follows from the rows of the database.
    remembered_as = "the cast"

    def __getattr__(self, name: str) -> User:
        if name.startswith("__"):  # asked for by anyone who copies it, before it has people
            raise AttributeError(name)
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None


ORGANIZATIONS = (
    ("harbors", OrganizationKind.AGENCY, "Department of Harbors", None),
    ("lighthouses", OrganizationKind.AGENCY, "Bureau of Lighthouses", "harbors"),
    ("buoys", OrganizationKind.AGENCY, "Buoy Office", "lighthouses"),
    ("meadows", OrganizationKind.AGENCY, "Meadow Commission", None),
    ("nimbus", OrganizationKind.PROVIDER, "Nimbus Cloud", None),
    ("stratus", OrganizationKind.PROVIDER, "Stratus Works", None),
    ("plumb", OrganizationKind.ASSESSOR, "Plumb Line Assessments", None),
    ("pmo", OrganizationKind.PMO, "FedRAMP PMO", None),
)

PEOPLE = (
    ("liaison", "Lena Liaison", "harbors", Role.AGENCY_LIAISON),
    ("reviewer", "Rae Reviewer", "harbors", Role.AGENCY_REVIEWER),
    ("official", "Olu Official", "harbors", Role.AUTHORIZING_OFFICIAL),
    ("viewer", "Vic Viewer", "harbors", Role.AGENCY_VIEWER),
    ("bureau_liaison", "Bo Bureau", "lighthouses", Role.AGENCY_LIAISON),
    ("stranger_agency", "Sam Stranger", "meadows", Role.AGENCY_LIAISON),
    ("csp_lead", "Cleo Lead", "nimbus", Role.CSP_LEAD),
    ("csp_contributor", "Con Tributor", "nimbus", Role.CSP_CONTRIBUTOR),
    ("csp_viewer", "Casey View", "nimbus", Role.CSP_VIEWER),
    ("stranger_csp", "Stan Stratus", "stratus", Role.CSP_LEAD),
    ("assessor_lead", "Asa Lead", "plumb", Role.ASSESSOR_LEAD),
    ("assessor_member", "Amy Member", "plumb", Role.ASSESSOR_MEMBER),
    ("pmo_lead", "Pia Lead", "pmo", Role.PMO_LEAD),
    ("pmo_reviewer", "Per Reviewer", "pmo", Role.PMO_REVIEWER),
    ("auditor", "Audrey Auditor", "pmo", Role.AUDITOR),
)


# Long before every day that a test plays on.
SINCE = date(2020, 1, 1)


@cached_rows
def make_cast() -> Cast:
    """The whole world, in the database."""
    organizations: dict[str, Organization] = {}
    waiting = list(ORGANIZATIONS)
    # Parents before their bureaus, a level at a time: few statements, since nearly every test makes the whole world.
    while waiting:
        level = [row for row in waiting if row[3] is None or row[3] in organizations]
        made = Organization.objects.bulk_create(
            Organization(kind=kind, name=name, parent=organizations[parent] if parent else None)
            for _, kind, name, parent in level
        )
        organizations |= {key: organization for (key, *_), organization in zip(level, made, strict=True)}
        waiting = [row for row in waiting if row not in level]
    users = User.objects.bulk_create(User(email=f"{key}@example.gov", name=name) for key, name, *_ in PEOPLE)
    people = {key: user for (key, *_), user in zip(PEOPLE, users, strict=True)}
    Membership.objects.bulk_create(
        Membership(user=people[key], organization=organizations[organization], role=role, started_on=SINCE)
        for key, _, organization, role in PEOPLE
    )
    return Cast(organizations, people)
