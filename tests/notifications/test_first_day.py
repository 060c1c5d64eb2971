"""The first month of a portal that a feed has filled and five people use: nobody is accused who is not here."""

from datetime import date, time, timedelta

import pytest

from accounts.models import Membership, Organization, User
from accounts.roles import OrganizationKind, Role
from authorizations.deadlines import sweep
from authorizations.lifecycle.date_arithmetic import at_clock
from authorizations.models import Ato, Message, Offering
from authorizations.notifications.reminders.reminder_keys import Reminded, is_late
from authorizations.notifications.reminders.reminders import remind
from tests.exchange import feeds
from tests.samples import sample

pytestmark = pytest.mark.django_db
FIRST = date(2026, 11, 30)
# Signed three years before a day of the month or of the month before, which ask for another look; expired likewise.
SIGNED = ("2023-12-04", "2023-10-06", "2021-03-01", "2025-10-15")
EXPIRES = ("", "2026-10-05", "2026-12-11", "2027-01-04")
AGENCIES = (feeds.DUNES, feeds.CANALS, ("22-001", "(Legacy) JAB Authorization"), ("22-055", "Other"), ("", ""))
PROVIDERS = ("Quartz Cloud", "Slate Cloud")
PEOPLE = (
    ("Department of Dunes", Role.AGENCY_LIAISON),
    ("Department of Dunes", Role.AUTHORIZING_OFFICIAL),
    ("Quartz Cloud", Role.CSP_LEAD),
    ("FedRAMP PMO", Role.PMO_LEAD),
    ("FedRAMP PMO", Role.AUDITOR),
)


def first_day() -> None:
    """Of each provider two offerings, one with an ATO of the JAB; each used by every agency that the feed names."""
    numbers = range(1, 5)
    products = [
        feeds.product(number, csp=PROVIDERS[number % 2], name=PROVIDERS[number % 2], auth_date=feeds.at("2025-12-20"))
        for number in numbers
    ]
    products.append(feeds.product(5, csp="Slate Cloud", name="Slate Cloud", status="FedRAMP Ready"))
    feeds.apply(
        feeds.feed(
            Products=products,
            Agencies=[feeds.agency(*each) for each in AGENCIES[:4]],
            AtoMapping=[
                feeds.initial(number, *AGENCIES[number // 3], ato_date=feeds.at("2025-12-20")) for number in numbers
            ],
            ReuseMapping=[
                feeds.reuse(number, *agency, ato_date=feeds.at(SIGNED[place]), exp_date=expires and feeds.at(expires))
                for number in numbers
                for agency in AGENCIES
                for place, expires in enumerate(EXPIRES)
            ],
        )
    )
    Organization.objects.create(kind=OrganizationKind.PMO, name="FedRAMP PMO")
    for number, (name, role) in enumerate(PEOPLE):
        user = User.objects.create(email=f"{number}@example.gov", name=f"Person {number}")
        organization = Organization.objects.get(name=name)
        Membership.objects.create(user=user, organization=organization, role=role, started_on=FIRST)


def owed_by(message: Message) -> str:
    about = Reminded.read(str(message.key))
    if about.subject_type == "ato":
        return str(Ato.objects.get(pk=about.subject_id).agency)
    return str(Offering.objects.get(pk=about.subject_id).provider)


@pytest.mark.slow
@pytest.mark.parametrize("every", sample([10, 1], 10))
def test_nobody_hears_of_an_organization_that_is_not_here(every: int) -> None:
    first_day()
    assert len(list(sweep(FIRST, FIRST))) > len(AGENCIES)
    for number in range(0, 31, every):
        day = FIRST + timedelta(days=number)
        remind(day, at_clock(day, time(9)))
    told = list(Message.objects.filter(key__startswith="due:"))
    assert {owed_by(each) for each in told} == {"Department of Dunes", "Quartz Cloud"}
    late = [each for each in told if is_late(str(each.key))]
    # What fell due before the first day was nobody's here.
    assert late
    assert min(Reminded.read(str(each.key)).on for each in late) >= FIRST
    # The provider's like was never recorded here, and the agency has recorded nothing either.
    assert not [each.subject for each in told if "overdue since" in each.subject.lower() and "offering" in each.key]
    assert not [each.body for each in told if "told" in each.body]
