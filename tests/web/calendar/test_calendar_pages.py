"""The calendar's pages: a month, an agenda, whose deadlines and which, and no more queries for more of them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authorizations.deadlines import deadlines_for
from authorizations.models import Ato
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.samples import ends
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings

TODAY = timezone.localdate()
AGENDA, MONTH = "/calendar/?view=agenda", "/calendar/?view=month"
TAG = re.compile(r"<[^>]+>\s*")


def words_of(page: str) -> str:
    return " ".join(TAG.sub(" ", page.partition("<main")[2].partition("</main>")[0]).split())


@pytest.fixture
def ato(cast: Cast) -> Ato:
    return make_ato(cast, expires_on=TODAY)


def test_a_month_is_a_table_with_a_caption_whose_entries_lead_to_their_records(
    client: Client, cast: Cast, ato: Ato
) -> None:
    client.force_login(cast.bureau_liaison)
    page = body_of(client, MONTH)
    assert f"<caption>{TODAY:%B} {TODAY.year}</caption>" in page
    assert page.count('<th scope="col">') == 7
    cell = page.partition("month__day--today")[2].partition("</td>")[0]
    assert f'<a href="{ato.get_absolute_url()}">' in cell
    assert "ATO expires Bureau of Lighthouses uses Offering 0000" in " ".join(TAG.sub(" ", cell).split())


def test_without_a_month_it_opens_as_the_agenda_from_today(client: Client, cast: Cast, ato: Ato) -> None:
    Ato.objects.filter(pk=ato.pk).update(expires_on=TODAY + timedelta(days=40))
    client.force_login(cast.bureau_liaison)
    page = body_of(client, "/calendar/")
    assert f'href="{ato.get_absolute_url()}"' in page
    assert "<caption>" not in page
    assert f"<caption>{TODAY:%B} {TODAY.year}</caption>" in body_of(client, f"/calendar/?from={TODAY:%Y-%m}-01")


@pytest.mark.slow
def test_earlier_today_and_later_lead_from_month_to_month_and_keep_the_filters(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    page = body_of(client, "/calendar/?from=2026-12-24&whose=all&kind=L28")
    for way, month in (("Earlier", "2026-11-01"), ("Later", "2027-01-01"), ("Today", f"{TODAY:%Y-%m}-01")):
        assert re.search(rf'href="/calendar/\?whose=all&amp;kind=L28&amp;from={month}">{way}', page), way
    assert "January 2027" in body_of(client, "/calendar/?whose=all&kind=L28&from=2027-01-01")


def test_the_agenda_says_whose_a_deadline_is_and_by_which_rule(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.bureau_liaison)
    said = words_of(body_of(client, AGENDA))
    assert "Bureau of Lighthouses owes this to FedRAMP. Rule: A-130; M-24-15 IV." in said
    assert f"{TODAY.day} {TODAY:%b %Y} to " in said


@pytest.mark.slow
def test_what_is_overdue_stands_first_in_the_agenda_and_is_counted_above_the_month(
    client: Client, cast: Cast, ato: Ato
) -> None:
    passed = TODAY - timedelta(days=100)
    Ato.objects.filter(pk=ato.pk).update(expires_on=passed)
    client.force_login(cast.bureau_liaison)
    assert "1 deadline from before" in words_of(body_of(client, MONTH))
    said = words_of(body_of(client, AGENDA))
    assert "Overdue " in said
    assert f"{passed.day} {passed:%b %Y} ATO expires" in said
    assert "Overdue" not in words_of(body_of(client, f"{AGENDA}&from={TODAY + timedelta(days=1)}"))


@pytest.mark.slow
def test_mine_is_what_my_side_owes_and_all_is_what_i_may_see(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.csp_lead)
    assert "ATO expires" not in body_of(client, AGENDA)
    assert "ATO expires" in body_of(client, f"{AGENDA}&whose=all")
    client.force_login(cast.stranger_agency)
    assert "ATO expires" not in body_of(client, f"{AGENDA}&whose=all")


@pytest.mark.parametrize(
    ("filtered", "there"),
    ends(
        [
            ("kind=ato_expiry", True),
            ("kind=condition", False),
            ("organization={lighthouses}", True),
            ("organization={meadows}", False),
            ("offering={offering}", True),
            ("offering=22222222222222", False),
            ("organization={lighthouses}&offering={offering}&kind=ato_expiry", True),
        ]
    ),
)
def test_filters_leave_what_passes_all_of_them(
    client: Client, cast: Cast, ato: Ato, filtered: str, *, there: bool
) -> None:
    ids = {name: cast.organizations[name].public_id for name in ("lighthouses", "meadows")}
    client.force_login(cast.bureau_liaison)
    address = f"{AGENDA}&{filtered.format(offering=ato.offering.public_id, **ids)}"
    page = body_of(client, address)
    assert (f'href="{ato.get_absolute_url()}"' in page) is there
    assert ("Nothing that passes these filters is due" in page) is not there


def test_an_empty_calendar_says_what_would_stand_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.stranger_agency)
    assert "Neither you nor your side owes anything in these weeks." in body_of(client, "/calendar/?from=2026-11-01")
    assert "Nothing that you may see is due in these days." in body_of(client, f"{AGENDA}&whose=all")


@pytest.mark.slow
def test_a_case_of_others_is_in_no_view_and_no_filter(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    first = next(due.on for due in deadlines_for(cast.csp_lead, TODAY, TODAY) if due.subject_type == "case")
    views = [
        f"{view}&whose=all&from={first}{of}"
        for view in (AGENDA, MONTH)
        for of in ("", f"&offering={case.offering.public_id}")
    ]
    client.force_login(cast.csp_lead)
    assert all(case.public_id in body_of(client, address) for address in views)
    client.force_login(cast.stranger_csp)
    for address in views:
        page = body_of(client, address)
        assert case.public_id not in page
        assert "Department of Harbors" not in page


@pytest.mark.slow
@pytest.mark.parametrize("address", [f"{MONTH}&whose=all", f"{AGENDA}&whose=all", MONTH])
def test_more_deadlines_cost_no_more_queries(client: Client, cast: Cast, address: str) -> None:
    client.force_login(cast.liaison)
    counts = []
    for _ in range(2):
        for offering in make_offerings(cast.organizations["nimbus"], 5):
            make_atos(offering, cast.organizations["harbors"], 1, expires_on=TODAY + timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            body_of(client, address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


@pytest.mark.slow
def test_home_the_menu_and_an_offering_lead_to_the_calendar(client: Client, cast: Cast, ato: Ato) -> None:
    client.force_login(cast.viewer)
    assert body_of(client, "/").count('href="/calendar/"') == 2
    page = body_of(client, ato.offering.get_absolute_url())
    assert f'href="/calendar/?whose=all&amp;offering={ato.offering.public_id}"' in page
