"""Counts of many rows are made once between two acts, for each person, and never shown after the next act."""

from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from authorizations.actions.steps import perform
from authorizations.models import Case
from authorizations.presenters import cached_counts
from authorizations.vocabulary import Turn
from tests.cast import Cast
from tests.web.cases.test_case_list import make_row
from tests.web.lists.test_lists import sentence
from tests.web.register.records import make_atos

CASES = "/cases/"


@pytest.fixture(autouse=True)
def _two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached_counts, "LONG", 2)
    caches["counts"].clear()


@pytest.fixture
def two(cast: Cast) -> Cast:
    make_row(cast, "One", stage="ssp", waits_on=Turn.AGENCY)
    make_row(cast, "Two", stage="ssp", waits_on=Turn.AGENCY)
    return cast


def unrecorded(cast: Cast) -> None:
    """A row that no act made: who counts anew counts it, who remembers does not."""
    make_row(cast, "Behind the door", stage="ssp", waits_on=Turn.AGENCY)


def act(cast: Cast) -> None:
    """Any act at all, on any case."""
    case = Case.objects.order_by("pk")[0]
    now, due = timezone.now(), timezone.localdate() + timedelta(days=9)
    facts = {"warning_ground": "no_reply", "warning_due_on": due}
    perform(Case, case.public_id, "warn", actor=cast.pmo_lead, now=now, revision=case.revision, reason="Yes.", **facts)


def waiting(client: Client) -> int:
    return client.get("/").context["cases"].waiting.number


def test_a_list_is_counted_once_until_the_next_act(client: Client, two: Cast) -> None:
    client.force_login(two.liaison)
    assert sentence(client, CASES).startswith("2 cases")
    unrecorded(two)
    assert sentence(client, CASES).startswith("2 cases")
    act(two)
    assert sentence(client, CASES).startswith("3 cases")


def test_the_rows_are_never_remembered(client: Client, two: Cast) -> None:
    client.force_login(two.liaison)
    before = client.get(CASES).content.decode()
    Case.objects.filter(offering__name="One").update(waits_on=Turn.PROVIDER)
    assert "Provider</td>" not in before
    assert "Provider</td>" in client.get(CASES).content.decode()


@pytest.mark.slow
def test_each_filter_search_and_person_is_counted_apart(client: Client, two: Cast) -> None:
    for person, query, said in (
        ("liaison", "", "2 cases"),
        ("liaison", "?turn=provider", "0 cases"),
        ("liaison", "?q=One", "1 case "),
        ("stranger_agency", "", "0 cases"),
        ("liaison", "", "2 cases"),
    ):
        client.force_login(two.people[person])
        assert sentence(client, f"{CASES}{query}").startswith(said), (person, query)


def test_a_role_that_ends_counts_from_the_next_page_on(client: Client, two: Cast) -> None:
    client.force_login(two.liaison)
    assert sentence(client, CASES).startswith("2 cases")
    Membership.objects.filter(user=two.liaison).update(ended_on=timezone.localdate())
    assert sentence(client, CASES).startswith("0 cases")


@pytest.mark.slow
def test_a_home_counts_once_until_the_next_act(client: Client, two: Cast) -> None:
    client.force_login(two.liaison)
    assert waiting(client) == 2
    unrecorded(two)
    assert waiting(client) == 2
    act(two)
    assert waiting(client) == 3


@pytest.mark.slow
def test_an_offering_is_reckoned_once_until_the_next_act(
    client: Client, two: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = Case.objects.order_by("pk")[0]
    make_atos(case.offering, case.agency, 2)
    client.force_login(two.liaison)
    used = client.get(case.offering.get_absolute_url()).context["usage"].total
    make_atos(case.offering, case.agency, 1)
    # session, person; the offering, its history, its ATOs and cases, and the offerings on either side of it
    with django_assert_num_queries(8):
        assert client.get(case.offering.get_absolute_url()).context["usage"].total == used
    act(two)
    assert client.get(case.offering.get_absolute_url()).context["usage"].total == used + 1


def test_what_follows_from_the_day_is_counted_anew_each_day(two: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, counted = cached_counts.CacheStamp(7, None), iter(range(2, 9))

    def count() -> int:
        return cached_counts.cached_counts(asked, two.liaison, "days", lambda: next(counted), rows=int)

    assert (count(), count()) == (2, 2)
    monkeypatch.setattr(timezone, "localdate", lambda *_: date(2030, 1, 1))
    assert count() == 3


def test_few_rows_are_counted_each_time(client: Client, cast: Cast) -> None:
    make_row(cast, "One")
    client.force_login(cast.liaison)
    assert sentence(client, CASES).startswith("1 case")
    unrecorded(cast)
    assert sentence(client, reverse("cases")).startswith("2 cases")
