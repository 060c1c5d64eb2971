"""The portfolio on the home page of an agency and of a provider, and what a home asks the database for."""

import html

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from authorizations.vocabulary import Turn
from tests.cast import Cast
from tests.samples import first
from tests.web.reading_pages import body_of, rows_behind
from tests.web.test_home_cases import INITIAL, REUSE, ROWS, SHARE, case, home_work, some_of_everything


def shares(client: Client, user: User) -> dict[str, tuple[int, str]]:
    client.force_login(user)
    return {turn: (int(number), words) for turn, number, words in SHARE.findall(body_of(client, "/"))}


@pytest.mark.slow
@pytest.mark.parametrize(("person", "own"), [("viewer", Turn.AGENCY), ("csp_viewer", Turn.PROVIDER), ("auditor", None)])
def test_the_portfolio_counts_open_cases_by_the_party_they_wait_on(
    client: Client, cast: Cast, person: str, own: Turn | None
) -> None:
    for number, turn in enumerate((Turn.AGENCY, Turn.PROVIDER, Turn.ASSESSOR), start=1):
        for _ in range(number):
            case(cast, INITIAL, "sap", turn)
    case(cast, INITIAL, "withdrawn", Turn.NOBODY)
    shown = shares(client, cast.people[person])
    assert {turn: number for turn, (number, _) in shown.items()} == {"agency": 1, "provider": 2, "assessor": 3}
    ours = [turn for turn, (_, words) in shown.items() if words.startswith("your ")]
    assert ours == ([own] if own else [])
    page = body_of(client, "/")
    assert "6 open cases" in page
    assert {turn: rows_behind(client, url) for url, turn in ROWS.findall(html.unescape(page))} == {
        turn: number for turn, (number, _) in shown.items()
    }


def test_no_part_of_an_agency_is_called_its_whole_side(client: Client, cast: Cast) -> None:
    case(cast, INITIAL, "agency_review", Turn.AGENCY)
    case(cast, INITIAL, "ao_decision", Turn.OFFICIAL)
    for person in (cast.liaison, cast.official):
        shown = shares(client, person)
        assert {turn: html.unescape(words) for turn, (_, words) in shown.items()} == {
            "agency": "your agency",
            "official": "your agency's AO",
        }


@pytest.mark.slow
def test_an_unshared_reuse_case_is_in_nobodys_portfolio_but_the_agencys(client: Client, cast: Cast) -> None:
    case(cast, REUSE, "need_defined", Turn.AGENCY, shared_at=None)
    assert shares(client, cast.viewer) == {"agency": (1, "your agency")}
    for person in ("csp_lead", "assessor_lead", "pmo_lead", "stranger_agency"):
        assert shares(client, cast.people[person]) == {}


@pytest.mark.parametrize(("days", "median"), [((3, 9, 20), 9), ((1, 2, 3, 40), 3), ((5,), 5)])
def test_the_pmo_sees_the_median_of_the_days_that_cases_wait(cast: Cast, days: tuple[int, ...], median: int) -> None:
    for each in days:
        case(cast, INITIAL, "in_process", Turn.PROVIDER, each)
    share = home_work(User.objects.get(pk=cast.pmo_lead.pk)).shares[0]
    assert (share.number, share.days) == (len(days), median)


@pytest.mark.parametrize("person", first(["auditor", "official", "liaison", "csp_lead", "assessor_lead", "pmo_lead"]))
def test_a_home_asks_eight_queries_at_most_until_the_next_act(
    client: Client, cast: Cast, person: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    some_of_everything(cast, 1)
    client.force_login(cast.people[person])
    body_of(client, "/")
    with django_assert_max_num_queries(8):
        body_of(client, "/")
