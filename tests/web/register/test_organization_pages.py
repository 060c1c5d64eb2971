"""The pages of agencies, providers and assessors."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Alias, FeedId, Organization
from accounts.roles import FeedList, OrganizationKind
from authorizations.models import AgencySystem, Contact
from authorizations.vocabulary import ContactFunction, Designation
from tests.cast import Cast
from tests.samples import first
from tests.web.reading_pages import body_of, differing, figures
from tests.web.register.records import FEED_DAY, make_atos, make_offerings, make_run


@pytest.fixture
def register(cast: Cast) -> Cast:
    """Rows of a department, its bureau and its office; one offering assessed, one delisted."""
    make_run()
    nimbus, plumb = cast.organizations["nimbus"], cast.organizations["plumb"]
    desk = make_offerings(nimbus, 1, name="Nimbus Desk", assessor=plumb)[0]
    make_offerings(nimbus, 1, name="Nimbus Past", designation=Designation.DELISTED, assessor=plumb)
    make_atos(desk, cast.organizations["harbors"], 2)
    make_atos(desk, cast.organizations["lighthouses"], 3)
    make_atos(desk, cast.organizations["buoys"], 4)
    make_atos(desk, cast.organizations["harbors"], 1, not_published_since=FEED_DAY)
    return cast


def address(cast: Cast, name: str) -> str:
    return cast.organizations[name].get_absolute_url()


def test_an_agency_counts_its_own_rows_apart_from_those_of_its_bureaus(client: Client, register: Cast) -> None:
    client.force_login(register.stranger_agency)
    shown = figures(body_of(client, address(register, "harbors")))
    assert [number for number, _ in shown.values()] == [2, 7, 1]


@pytest.mark.parametrize("name", first(["harbors", "lighthouses", "buoys", "nimbus", "stratus", "plumb"]))
def test_each_figure_equals_the_rows_behind_it(client: Client, register: Cast, name: str) -> None:
    client.force_login(register.viewer)
    assert differing(client, address(register, name)) == {}


@pytest.mark.slow
def test_an_office_stands_below_its_bureau_and_department(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    crumbs = body_of(client, address(register, "buoys")).split("</nav>")[1]
    above = [crumbs.index(name) for name in ("Department of Harbors", "Bureau of Lighthouses", "Buoy Office")]
    assert above == sorted(above)


@pytest.mark.slow
def test_a_department_lists_bureaus_and_offices_with_their_counts(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    page = body_of(client, address(register, "harbors")).split("Bureaus and offices")[1]
    listed = re.findall(r'">([^<]+)</a>.*?<span>(\d+)</span></li>', page)
    assert listed == [("Buoy Office", "4"), ("Bureau of Lighthouses", "3")]


@pytest.mark.parametrize(("person", "sees"), first([("viewer", True), ("auditor", True), ("bureau_liaison", False)]))
def test_systems_and_contacts_are_for_the_agencys_own_people(
    client: Client, register: Cast, *, person: str, sees: bool
) -> None:
    harbors = register.organizations["harbors"]
    levels = {"confidentiality": "low", "integrity": "low", "availability": "low"}
    AgencySystem.objects.create(agency=harbors, name="Harbor Office Automation", **levels)
    Contact.objects.create(
        organization=harbors, name="Bela Brandt", email="bela@example.gov", function=ContactFunction.APPROVER
    )
    client.force_login(register.people[person])
    page = body_of(client, address(register, "harbors"))
    assert [word in page for word in ("Harbor Office Automation", "Bela Brandt", "bela@example.gov")] == [sees] * 3


def test_other_names_and_feed_ids_stand_with_their_validity(client: Client, register: Cast) -> None:
    harbors = register.organizations["harbors"]
    Alias.objects.create(organization=harbors, name="Harbor Department")
    FeedId.objects.create(
        organization=harbors, feed=FeedList.AGENCIES, feed_id="22-001", name="Old Harbors", valid_from=FEED_DAY
    )
    client.force_login(register.viewer)
    page = body_of(client, address(register, "harbors"))
    assert [word for word in ("Harbor Department", "22-001", "Old Harbors", "1 Jul 2025") if word not in page] == []


@pytest.mark.parametrize("name", first(["harbors", "nimbus", "plumb"]))
def test_an_organization_that_left_the_feed_says_since_when(client: Client, register: Cast, name: str) -> None:
    Organization.objects.filter(pk=register.organizations[name].pk).update(
        published_since=FEED_DAY, not_published_since=FEED_DAY
    )
    client.force_login(register.viewer)
    assert "Not in the Marketplace feed since" in body_of(client, address(register, name))


def test_an_assessor_in_remediation_says_so(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    assert "In remediation" not in body_of(client, address(register, "plumb"))
    Organization.objects.filter(pk=register.organizations["plumb"].pk).update(in_remediation=True)
    assert "In remediation" in body_of(client, address(register, "plumb"))


@pytest.mark.parametrize("name", ["meadows", "stratus"])
def test_an_organization_without_rows_says_what_would_appear(client: Client, register: Cast, name: str) -> None:
    client.force_login(register.viewer)
    assert "with the Marketplace feed" in body_of(client, address(register, name))


def test_markup_in_a_name_is_shown_as_text(client: Client, register: Cast) -> None:
    Organization.objects.filter(kind=OrganizationKind.AGENCY).update(name="<script>alert(1)</script>")
    client.force_login(register.viewer)
    page = body_of(client, address(register, "lighthouses"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 10, 100])
@pytest.mark.parametrize(("name", "queries"), [("harbors", 24), ("nimbus", 11), ("plumb", 10)])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    client: Client,
    cast: Cast,
    name: str,
    queries: int,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    harbors, nimbus = cast.organizations["harbors"], cast.organizations["nimbus"]
    offerings = make_offerings(nimbus, number, assessor=cast.organizations["plumb"])
    bureaus = Organization.objects.bulk_create(
        Organization(kind=OrganizationKind.AGENCY, name=f"Bureau {place}", parent=harbors) for place in range(number)
    )
    make_atos(offerings[0], harbors, number)
    make_atos(offerings[0], bureaus[0], number)
    Alias.objects.bulk_create(Alias(organization=harbors, name=f"Name {place}") for place in range(number))
    client.force_login(cast.viewer)
    with django_assert_max_num_queries(queries):
        body_of(client, address(cast, name))
