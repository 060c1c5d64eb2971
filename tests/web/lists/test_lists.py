"""The list pages: what they find, count, sort, page and export."""

import csv
import html
import io
import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization
from authorizations.models import Offering
from authorizations.vocabulary import Designation, ListingRole
from authorizations.web.lists.registry import LISTINGS
from tests.cast import Cast
from tests.samples import ends, first
from tests.web.register.records import make_atos, make_offerings

# Each list is drawn, sorted and written for each test.
pytestmark = pytest.mark.slow

NAMES = [listing.name for listing in LISTINGS]


def rows_of_page(client: Client, address: str) -> list[list[str]]:
    """The texts of a list page's cells, as a reader sees them."""
    body = client.get(address).content.decode().split("<tbody")
    if len(body) == 1:
        return []
    cells = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
    # Notes below a cell and the words for screen readers are beside the value, not in it.
    extras = re.compile(r'<span class="(?:cell-note|usa-sr-only)">.*?</span>|<span aria-hidden="true">–</span>')
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", extras.sub("", cell))) for cell in cells.findall(row)]
        for row in body[1].split("</tr>")[:-1]
    ]


def rows_of_export(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def sentence(client: Client, address: str) -> str:
    found = re.search(r'role="status">(.*?)</p>', client.get(address).content.decode())
    assert found
    return found[1]


@pytest.fixture
def register(cast: Cast) -> Cast:
    nimbus, stratus = cast.organizations["nimbus"], cast.organizations["stratus"]
    desk = make_offerings(nimbus, 1, name="Nimbus Desk", impact_level="moderate", service_models="SaaS")[0]
    make_offerings(nimbus, 1, name="Nimbus Core", impact_level="high", service_models="IaaS, PaaS")
    make_offerings(stratus, 1, name="Stratus Ready", designation=Designation.READY, impact_level="moderate")
    make_atos(desk, cast.organizations["meadows"], 1, listing_role=ListingRole.INITIAL)
    make_atos(desk, cast.organizations["lighthouses"], 2)
    return cast


@pytest.mark.parametrize("name", ends(NAMES))
def test_an_empty_list_says_what_would_appear_there(client: Client, cast: Cast, name: str) -> None:
    client.force_login(cast.viewer)
    page = client.get(reverse(name), {"q": "no such thing"}).content.decode()
    assert "No row matches these filters" in page


def test_a_portal_without_offerings_says_how_to_start(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert "first import of the Marketplace feed" in client.get(reverse("offerings")).content.decode()


@pytest.mark.parametrize("name", first(NAMES))
def test_every_column_can_be_sorted_both_ways_and_the_export_follows(client: Client, register: Cast, name: str) -> None:
    client.force_login(register.viewer)
    listing = next(one for one in LISTINGS if one.name == name)
    for column in (column for column in listing.columns if column.sort):
        for sort in (column.key, f"-{column.key}"):
            shown = rows_of_page(client, f"{reverse(name)}?sort={sort}")
            exported = rows_of_export(client, f"{reverse(listing.export_name('csv'))}?sort={sort}")
            assert [row[0] for row in exported[1:]] == [row[0] for row in shown], sort


def test_the_export_holds_exactly_what_the_page_shows(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    shown = rows_of_page(client, reverse("offerings") + "?impact=moderate&sort=-name")
    exported = rows_of_export(client, reverse("offerings_csv") + "?impact=moderate&sort=-name")
    labels = [column.label for column in LISTINGS[0].columns]
    assert exported[0] == [*labels, "Offering id", "Provider id"]
    assert [row[: len(labels)] for row in exported[1:]] == shown
    assert [row[0] for row in shown] == ["Stratus Ready", "Nimbus Desk"]


@pytest.mark.slow
def test_a_filters_counts_are_what_choosing_it_would_show(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    page = client.get(reverse("offerings"), {"impact": "moderate"})
    for facet, choices in page.context["state"].filters:
        for choice in (one for one in choices if not one.chosen):
            query = {"impact": ["moderate"]} | ({facet.key: [choice.value]} if facet.key != "impact" else {})
            if facet.key == "impact":
                query = {"impact": [choice.value]}
            assert client.get(reverse("offerings"), query).context["state"].total == choice.count, (facet, choice)


@pytest.mark.slow
def test_a_list_of_service_models_is_found_under_each_of_them(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    for model in ("IaaS", "PaaS"):
        assert [row[0] for row in rows_of_page(client, f"{reverse('offerings')}?model={model}")] == ["Nimbus Core"]


@pytest.mark.parametrize("term", ends(["FedRAMP Authorized", "fedramp certified", "Compliant"]))
def test_search_knows_old_and_new_terms(client: Client, register: Cast, term: str) -> None:
    client.force_login(register.viewer)
    found = {row[0] for row in rows_of_page(client, f"{reverse('offerings')}?q={term}")}
    assert found == {"Nimbus Desk", "Nimbus Core"}


@pytest.mark.parametrize(
    ("words", "found"), ends([("moderate", 2), ("HIGH", 1), ("li-saas", 0), ("20x", 0), ("class c", 1)])
)
def test_search_knows_the_published_facts_by_their_names(
    client: Client, register: Cast, words: str, found: int
) -> None:
    Offering.objects.filter(name="Nimbus Core").update(certification_class="C")
    client.force_login(register.viewer)
    assert len(rows_of_page(client, f"{reverse('offerings')}?q={words}")) == found


def test_an_organization_that_had_an_id_twice_is_listed_once(client: Client, register: Cast) -> None:
    meadows = register.organizations["meadows"]
    for start, end in ((date(2024, 1, 1), date(2025, 1, 1)), (date(2025, 1, 1), None)):
        meadows.feed_ids.create(
            feed="marketplace_agencies", feed_id="22-900", name="Meadows", valid_from=start, valid_to=end
        )
    client.force_login(register.viewer)
    assert [row[0] for row in rows_of_page(client, f"{reverse('agencies')}?q=22-900")] == ["Meadow Commission"]


def test_a_row_whose_recorded_expiry_passed_says_so_and_not_that_it_is_active(client: Client, register: Cast) -> None:
    offering = make_offerings(register.organizations["nimbus"], 1, name="Old")[0]
    make_atos(offering, register.organizations["harbors"], 1, expires_on=date(2021, 1, 1))
    client.force_login(register.viewer)
    assert rows_of_page(client, f"{reverse('atos')}?q=Old")[0][-1] == "Expiry passed"


def test_a_placeholder_of_the_feed_is_not_counted_as_an_agency(client: Client, register: Cast) -> None:
    Organization.objects.filter(pk=register.organizations["meadows"].pk).update(is_pseudo=True)
    client.force_login(register.viewer)
    assert sentence(client, reverse("atos")) == "3 ATO rows of 1 offering held by 1 agency"


def test_search_finds_an_organization_by_its_other_names(client: Client, register: Cast) -> None:
    register.organizations["nimbus"].aliases.create(name="Cumulus Inc.")
    client.force_login(register.viewer)
    assert len(rows_of_page(client, reverse("offerings") + "?q=cumulus")) == 2
    assert [row[0] for row in rows_of_page(client, reverse("providers") + "?q=cumulus")] == ["Nimbus Cloud"]


def test_the_sentence_says_what_is_counted(client: Client, register: Cast) -> None:
    client.force_login(register.viewer)
    assert sentence(client, reverse("atos")) == "3 ATO rows of 1 offering held by 2 agencies"
    assert sentence(client, reverse("atos") + "?role=initial") == "1 ATO row of 1 offering held by 1 agency"


def test_absent_dates_come_last_whichever_way_the_list_is_sorted(client: Client, register: Cast) -> None:
    offering = make_offerings(register.organizations["nimbus"], 1)[0]
    make_atos(offering, register.organizations["harbors"], 1, signed_on=None)
    client.force_login(register.viewer)
    for sort in ("signed", "-signed"):
        assert rows_of_page(client, f"{reverse('atos')}?sort={sort}")[-1][0] == "Department of Harbors"


def test_pages_hold_fifty_rows_and_keep_the_filters(client: Client, register: Cast) -> None:
    make_offerings(register.organizations["nimbus"], 120, impact_level="low")
    client.force_login(register.viewer)
    last = client.get(reverse("offerings"), {"impact": "low", "page": "3"})
    assert len(last.context["state"].rows) == 20
    assert "impact=low" in last.context["state"].paging.previous_url
    assert last.context["state"].paging.next_url == ""


@pytest.mark.parametrize("page", ends(["0", "-1", "99", "x", "1e9", "9" * 40, "²"]))
def test_a_page_that_is_not_there_shows_one_that_is(client: Client, register: Cast, page: str) -> None:
    client.force_login(register.viewer)
    response = client.get(reverse("offerings"), {"page": page})
    assert response.status_code == 200
    assert response.context["state"].rows


@pytest.mark.parametrize("query", ends(["sort=nothing", "impact=%00", "sort=-", "q=%F0%9F%92%A9", "impact=x&impact=y"]))
def test_a_mistyped_address_is_no_error(client: Client, register: Cast, query: str) -> None:
    client.force_login(register.viewer)
    assert client.get(f"{reverse('offerings')}?{query}").status_code == 200


def test_script_in_a_name_stays_text(client: Client, cast: Cast) -> None:
    make_offerings(cast.organizations["nimbus"], 1, name="<script>alert(1)</script>")
    client.force_login(cast.viewer)
    page = client.get(reverse("offerings"), {"q": "<script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("start", ends(["=1+1", "+1", "-1", "@x", "\t=1"]))
def test_an_export_never_begins_a_cell_with_a_formula(client: Client, cast: Cast, start: str) -> None:
    make_offerings(cast.organizations["nimbus"], 1, name=start)
    client.force_login(cast.viewer)
    assert rows_of_export(client, reverse("offerings_csv"))[1][0] == f"'{start}"


@pytest.mark.parametrize("number", first([1, 10, 100]))
@pytest.mark.parametrize("name", first(NAMES))
def test_a_page_makes_the_same_queries_however_many_rows(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, name: str, number: int
) -> None:
    offering = make_offerings(cast.organizations["nimbus"], number)[0]
    make_atos(offering, cast.organizations["harbors"], number)
    client.force_login(cast.viewer)
    # session, person, length, filter counts, rows; two lists also what they are of; of ATOs, what is below the agency
    expected = {"atos": 7, "cases": 6, "offerings": 6}.get(name, 5)
    with django_assert_num_queries(expected):
        client.get(reverse(name))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 3000])
@pytest.mark.parametrize("name", ["offerings", "atos"])
def test_an_export_makes_the_same_queries_however_many_rows(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, name: str, number: int
) -> None:
    offerings = make_offerings(cast.organizations["nimbus"], number if name == "offerings" else 1)
    make_atos(offerings[0], cast.organizations["harbors"], number if name == "atos" else 1)
    client.force_login(cast.viewer)
    # session, person, rows, the newest feed; and five that note it: the transaction, the head of the chain, the entry.
    # PostgreSQL settles one thing more before it locks the head.
    with django_assert_num_queries(9 if connection.vendor == "sqlite" else 10):
        rows = rows_of_export(client, reverse(f"{name}_csv"))
    assert len(rows) == number + 1


@pytest.mark.slow
def test_another_agency_never_sees_an_ato_that_is_not_published(client: Client, register: Cast) -> None:
    offering = make_offerings(register.organizations["nimbus"], 1, name="Quiet")[0]
    make_atos(offering, register.organizations["lighthouses"], 1, published_since=None)
    for person, sees in (
        ("bureau_liaison", 1),
        ("liaison", 1),
        ("csp_lead", 1),
        ("auditor", 1),
        ("stranger_agency", 0),
    ):
        client.force_login(register.people[person])
        assert len(rows_of_page(client, reverse("atos") + "?q=Quiet")) == sees, person


@pytest.mark.parametrize("address", ["/cases/?q=zzzzzz", "/imports/"])
def test_a_filter_without_choices_is_not_drawn(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.pmo_lead)
    page = client.get(address).content.decode()
    assert ("<summary>Filters" in page, "facet__legend" in page) == (False, False)
    assert 'list__apply" type="submit">Search<' in page
