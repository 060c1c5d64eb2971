"""Who can open what: an agency sees its own, a provider those of its offerings, the PMO all, and the counts agree."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from authorizations.models import Contact, Offering, Package, PackageAccess
from authorizations.reports.base import Missing, NotForYou
from tests.cast import Cast
from tests.lifecycle.world import NOW
from tests.reports.contents import contents_of, everything, rows_of
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

TODAY = NOW.date()


@pytest.fixture
def accesses(cast: Cast) -> dict[str, PackageAccess]:
    """One of each state for the Department of Harbors, and one of another agency, at one provider; and a stranger's."""
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    package = Package.objects.create(offering=offering, location="trust_center")
    other = Offering.objects.create(name="Stratus Shelf", provider=cast.organizations["stratus"])
    elsewhere = Package.objects.create(offering=other, location="connect")

    def access(agency: str, name: str, of: Package, **more: object) -> PackageAccess:
        person = Contact.objects.create(
            organization=cast.organizations[agency], name=name, email=f"{name.lower()}@example.gov", function="isso"
        )
        return PackageAccess.objects.create(
            person=person, agency=cast.organizations[agency], package=of, approver=person, asked_on=TODAY, **more
        )

    return {
        "open": access("harbors", "Opal", package, granted_on=TODAY, permanent=True),
        "ending": access("lighthouses", "Ender", package, granted_on=TODAY, until=TODAY),
        "past": access("harbors", "Pastor", package, granted_on=date(2026, 1, 5), until=date(2026, 3, 5)),
        "asked": access("harbors", "Askel", package),
        "denied": access("harbors", "Denis", package, denied_on=TODAY, denied_reason="No need to know."),
        "meadows": access("meadows", "Medea", package, granted_on=TODAY, permanent=True),
        "stratus": access("harbors", "Straton", elsewhere, granted_on=TODAY, permanent=True),
    }


SEEN = {
    "liaison": {"open", "ending", "past", "asked", "denied", "stratus"},
    "bureau_liaison": {"ending"},
    "stranger_agency": {"meadows"},
    "csp_lead": {"open", "ending", "past", "asked", "denied", "meadows"},
    "stranger_csp": {"stratus"},
    "pmo_lead": {"open", "ending", "past", "asked", "denied", "meadows", "stratus"},
    "auditor": {"open", "ending", "past", "asked", "denied", "meadows", "stratus"},
}


@pytest.mark.parametrize("person", SEEN)
def test_each_side_sees_its_own(cast: Cast, accesses: dict[str, PackageAccess], person: str) -> None:
    text = everything("access-list", cast.people[person], NOW)
    for name, access in accesses.items():
        assert (access.person.name in text) is (name in SEEN[person]), name


def test_states_are_told_as_of_the_day(cast: Cast, accesses: dict[str, PackageAccess]) -> None:
    _, contents = contents_of("access-list", cast.pmo_lead, NOW)
    ends = {row["person"]: row["ends"] for row in rows_of(contents, "open")}
    assert ends == {"Opal": "Without an end", "Ender": "Today", "Medea": "Without an end", "Straton": "Without an end"}
    states = {row["person"]: (row["state"], row["reason"]) for row in rows_of(contents, "others")}
    assert states == {
        "Pastor": ("Past its end", "Its last day was 5 Mar 2026."),
        "Askel": ("Asked for", ""),
        "Denis": ("Denied", "No need to know."),
    }


def test_the_decisions_name_ends_and_denials(cast: Cast, accesses: dict[str, PackageAccess]) -> None:
    _, contents = contents_of("access-list", cast.csp_lead, NOW)
    words = " ".join(each.text for each in contents.decisions)
    assert "Ender of Bureau of Lighthouses" in words
    assert "FedRAMP is to be told that Department of Harbors was denied access" in words


def test_it_narrows_to_an_agency_with_its_bureaus_and_to_an_offering(
    cast: Cast, accesses: dict[str, PackageAccess]
) -> None:
    harbors, offering = cast.organizations["harbors"].public_id, accesses["stratus"].package.offering.public_id
    _, contents = contents_of("access-list", cast.pmo_lead, NOW, agency=harbors)
    assert {row["person"] for row in rows_of(contents, "open")} == {"Opal", "Ender", "Straton"}
    _, contents = contents_of("access-list", cast.pmo_lead, NOW, agency=harbors, offering=offering)
    assert {row["person"] for row in rows_of(contents, "open")} == {"Straton"}
    assert contents.title == "Who can open what at Department of Harbors: the package of Stratus Shelf"
    with pytest.raises(Missing):
        contents_of("access-list", cast.pmo_lead, NOW, offering="nothing")


@pytest.mark.usefixtures("accesses")
def test_the_figures_equal_the_list_behind_them(cast: Cast, client: Client) -> None:
    client.force_login(cast.pmo_lead)
    _, contents = contents_of("access-list", cast.pmo_lead, agency=cast.organizations["harbors"].public_id)
    assert len(rows_of(contents, "open")) == contents.figures[0].number
    for figure in contents.figures:
        assert f"{figure.number} package access" in body_of(client, figure.url), figure.label


def test_assessors_have_no_such_report(cast: Cast) -> None:
    with pytest.raises(NotForYou):
        contents_of("access-list", cast.assessor_lead)


@pytest.mark.slow
def test_queries_do_not_grow_with_the_rows(cast: Cast, accesses: dict[str, PackageAccess]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            everything("access-list", User.objects.get(pk=cast.pmo_lead.pk), NOW)
        return len(found)

    before = queries()
    for number in range(20):
        person = Contact.objects.create(
            organization=cast.organizations["harbors"],
            name=f"Person {number}",
            email=f"person{number}@example.gov",
            function="isso",
        )
        PackageAccess.objects.create(
            person=person, agency=cast.organizations["harbors"], package=accesses["open"].package, asked_on=TODAY
        )
    assert queries() == before


def test_the_page_of_an_access_leads_to_it(cast: Cast, client: Client, accesses: dict[str, PackageAccess]) -> None:
    client.force_login(cast.liaison)
    page = body_of(client, accesses["open"].get_absolute_url())
    address = f"/reports/access-list/?agency={cast.organizations['harbors'].public_id}"
    assert address in page
    assert "Opal" in body_of(client, address)
