"""The search of the whole portal: what it finds, best first, and that it betrays nothing to whom it is not there."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.models import Offering
from authorizations.presenters.search import named
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.isolation.fetching import signed_in
from tests.lifecycle.cases import make_case
from tests.web.cases.test_case_list import make_row
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

# Each search reads every kind of record that there is.
pytestmark = pytest.mark.slow


def found(cast: Cast, who: str, words: str) -> str:
    return body_of(signed_in(cast.people[who]), f"{reverse('search')}?q={words}")


def suggested(cast: Cast, who: str, words: str) -> list[str]:
    page = signed_in(cast.people[who]).get(reverse("search_suggestions"), {"q": words}).content.decode()
    return re.findall(r'data-url="([^"]+)"', page)


@pytest.mark.parametrize("words", ["Nimbus", "Harbors", "nimbus harbors", "the id"])
def test_a_case_is_found_by_its_offering_its_agency_and_its_id(cast: Cast, words: str) -> None:
    case = make_row(cast)
    words = case.public_id if words == "the id" else words
    assert case.get_absolute_url() in found(cast, "viewer", words)
    assert case.get_absolute_url() in suggested(cast, "viewer", words)
    assert case.get_absolute_url() not in found(cast, "stranger_agency", words)
    assert case.get_absolute_url() not in suggested(cast, "stranger_agency", words)


def test_people_are_found_where_their_colleagues_may_look_them_up(cast: Cast) -> None:
    harbors = reverse("people_of", args=[cast.organizations["harbors"].public_id])
    told = {who for who in cast.people if harbors in found(cast, who, "Rae+Rev")}
    assert told == {"liaison", "reviewer", "official", "viewer", "pmo_lead", "pmo_reviewer", "auditor"}
    assert suggested(cast, "stranger_csp", "Rae Rev") == []
    assert suggested(cast, "viewer", "reviewer@ex") == [harbors]


def test_documents_are_found_by_name_title_and_file_and_no_draft_of_others_is(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    add(case, cast.csp_lead, "other", title="Chart of the pier")
    add(case, cast.csp_lead, "other", title="Plan of the pier", draft=True)
    add(case, cast.csp_lead)
    page = reverse("case_documents", args=[case.public_id])
    for who, seen in (("csp_lead", (1, 1)), ("liaison", (1, 0)), ("stranger_csp", (0, 0))):
        both = tuple(page in found(cast, who, words) for words in ("Chart+of", "Plan+of+the+p"))
        assert both == seen, who
    assert suggested(cast, "liaison", "of the pier") == [f"{page}?at=other#document-other"]
    assert f"{page}?at=wbs#document-wbs" in suggested(cast, "liaison", "wbs")


def test_a_document_that_stays_inside_the_agency_is_found_by_nobody_else(cast: Cast) -> None:
    case = make_case(cast, "reuse", "implementation")
    add(case, cast.reviewer, "residual_risk")
    page = reverse("case_documents", args=[case.public_id])
    told = {who for who in ("reviewer", "csp_lead", "pmo_lead", "auditor") if page in found(cast, who, "residual")}
    assert told == {"reviewer", "auditor"}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("AGU-AGC-NAA", "/rules/AGU-AGC-NAA/"),
        ("agu-agc-naa", "/rules/AGU-AGC-NAA/"),
        ("MKTPG24", "/guide/words/#source-mktpg24"),
        ("pb4 §12.3", "/guide/words/#source-pb4"),
    ],
)
def test_the_id_of_a_rule_or_a_source_leads_to_its_page(client: Client, cast: Cast, words: str, place: str) -> None:
    assert suggested(cast, "viewer", words)[0] == place
    page, _, anchor = place.partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode() if anchor else client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("HHS", "Department of Health and Human Services"),
        ("dhs", "Department of Homeland Security"),
        ("DOJ", "Department of Justice"),
        ("VA", "Department of Veterans Affairs"),
        ("USCIS", "U.S. Citizenship and Immigration Services"),
        ("CBP", "U.S. Customs and Border Protection"),
        ("USDA", "Department of Agriculture"),
        ("CMS", "Centers for Medicare & Medicaid Services"),
        ("NIST", "National Institute of Standards and Technology"),
        ("DOHA", "Skyways"),
    ],
)
def test_an_agency_is_found_by_its_abbreviation(db: None, short: str, name: str) -> None:
    for other in ("Department of Harbors and Hay", "Department of Hay", "Health Service", "Homes", name):
        given = short if other == "Skyways" else ""
        Organization.objects.create(kind=OrganizationKind.AGENCY, name=other, abbreviation=given)
    Organization.objects.create(kind=OrganizationKind.PROVIDER, name="Huge Hay Stacks Dot Company")
    assert [each.name for each in Organization.objects.filter(named("", short))] == [name]


def test_what_is_called_so_stands_before_what_begins_so_and_what_holds_it(cast: Cast) -> None:
    for name in ("A Tide Table", "Tide Works", "Tide"):
        make_offerings(cast.organizations["stratus"], 1, name=name)
    by_name = {each.get_absolute_url(): each.name for each in Offering.objects.all()}
    assert [by_name[each] for each in suggested(cast, "viewer", "tide")] == ["Tide", "Tide Works", "A Tide Table"]


def test_suggestions_take_the_same_few_queries_whatever_is_there(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = signed_in(cast.viewer), reverse("search_suggestions")
    for number in range(4):
        add(make_row(cast, f"Harbor {number}"), cast.liaison, "other", title=f"Harbor chart {number}")
    client.get(address, {"q": "Harbor"})
    with django_assert_max_num_queries(12):
        client.get(address, {"q": "Harbor"})
    with django_assert_max_num_queries(3):
        assert "option" not in client.get(address, {"q": "H"}).content.decode()
