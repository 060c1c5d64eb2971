"""The list of cases: what it counts and says, and that it betrays no case to anybody who may not know of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from authorizations.models import Case
from authorizations.rules import newest
from tests.cast import Cast
from tests.samples import ends, first
from tests.web.lists.test_lists import rows_of_export, rows_of_page, sentence
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

AGES = {"days": 12, "stage": "ssp", "waits_on": "agency", "kind": "initial"}


def make_row(cast: Cast, name: str = "Nimbus Desk", **facts: object) -> Case:
    """One case of the Harbors as a row of the list, without the way that led there."""
    given = {**AGES, **facts}
    kind, days = str(given["kind"]), int(str(given["days"]))
    # So many days ago by the calendar: an hour more or less in between is no day.
    since = timezone.localtime() - timedelta(days=days)
    row: Case = Case.machines[kind].objects.create(
        kind=kind,
        stage=given["stage"],
        waits_on=given["waits_on"],
        agency=given.get("agency", cast.organizations["harbors"]),
        offering=make_offerings(cast.organizations["nimbus"], 1, name=name)[0],
        assessor=given.get("assessor"),
        release=newest().id,
        opened_at=since,
        stage_since=since,
        waits_since=since,
        shared_at=given.get("shared_at", since),
        facts=given.get("facts", {}),
    )
    return row


@pytest.mark.slow
def test_a_row_says_whom_it_waits_on_since_when_and_for_what(client: Client, cast: Cast) -> None:
    make_row(cast)
    client.force_login(cast.viewer)
    [row] = rows_of_page(client, reverse("cases"))
    assert row[:8] == [
        "Nimbus Desk", "Initial", "Department of Harbors", "Nimbus Cloud", "SSP", "Agency", "12 days ago",
        "Review the SSP",
    ]  # fmt: skip


def test_the_agency_that_has_signed_is_asked_for_the_request(client: Client, cast: Cast) -> None:
    signed = {"wbs_signed_by_agency_on": ["2026-11-01", 1, "2026-11-01T12:00:00+00:00"]}
    make_row(cast, stage="planning", facts=signed)
    client.force_login(cast.viewer)
    assert rows_of_page(client, reverse("cases"))[0][7] == "Have the AO request In Process"


def test_the_oldest_turn_comes_first_and_ended_cases_last(client: Client, cast: Cast) -> None:
    make_row(cast, "Young", days=1)
    make_row(cast, "Ended", days=400, stage="withdrawn", waits_on="nobody")
    make_row(cast, "Old", days=90)
    client.force_login(cast.viewer)
    assert [row[0] for row in rows_of_page(client, reverse("cases"))] == ["Old", "Young", "Ended"]


@pytest.mark.parametrize(
    ("days", "band"), ends([(0, "week"), (7, "week"), (8, "month"), (30, "month"), (31, "quarter"), (91, "longer")])
)
def test_waiting_times_fall_into_bands_by_the_day(client: Client, cast: Cast, days: int, band: str) -> None:
    make_row(cast, days=days)
    client.force_login(cast.viewer)
    assert len(rows_of_page(client, f"{reverse('cases')}?waiting={band}")) == 1


def test_filters_narrow_and_the_sentence_counts(client: Client, cast: Cast) -> None:
    make_row(cast, "One")
    make_row(cast, "Two", stage="assessment", waits_on="assessor")
    make_row(cast, "Three", kind="reuse", stage="recorded", waits_on="nobody")
    client.force_login(cast.viewer)
    assert sentence(client, reverse("cases")) == "3 cases of 3 offerings at 1 agency"
    for query, found in (
        ("turn=assessor", 1),
        ("state=ended", 1),
        ("kind=initial", 2),
        ("stage=ssp&stage=recorded", 2),
    ):
        assert len(rows_of_page(client, f"{reverse('cases')}?{query}")) == found, query


@pytest.mark.parametrize(
    "words", ends(["nimbus desk", "harbors", "FR0000000000", "fedramp authorized", "Nimbus Cloud"])
)
def test_search_finds_offering_agency_id_provider_and_old_terms(client: Client, cast: Cast, words: str) -> None:
    make_row(cast)
    client.force_login(cast.viewer)
    assert len(rows_of_page(client, f"{reverse('cases')}?q={words}")) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("person", "sees"),
    first(
        [
            ("liaison", {"Shared", "Inside"}),
            ("viewer", {"Shared", "Inside"}),
            ("auditor", {"Shared", "Inside"}),
            ("bureau_liaison", set()),
            ("stranger_agency", set()),
            ("stranger_csp", set()),
            ("csp_viewer", {"Shared"}),
            ("pmo_reviewer", {"Shared"}),
            ("assessor_member", set()),
        ]
    ),
)
def test_nobody_learns_of_a_case_that_is_none_of_theirs(
    client: Client, cast: Cast, person: str, sees: set[str]
) -> None:
    make_row(cast, "Shared")
    make_row(cast, "Inside", kind="reuse", stage="need_defined", shared_at=None)
    client.force_login(cast.people[person])
    for query in ("", "?q=harbors", "?turn=agency", "?stage=ssp&stage=need_defined"):
        assert {row[0] for row in rows_of_page(client, f"{reverse('cases')}{query}")} == sees
        assert {row[0] for row in rows_of_export(client, f"{reverse('cases_csv')}{query}")[1:]} == sees
    counts = {choice.label: choice.count for _, choices in _filters(client) for choice in choices}
    assert counts.get("Open", 0) == len(sees)
    if not sees:
        assert {"Nimbus Cloud", "Department of Harbors"}.isdisjoint(counts)


@pytest.mark.slow
def test_the_last_page_holds_the_end_of_the_same_order(client: Client, cast: Cast) -> None:
    for days in range(120):
        make_row(cast, f"Case {days:03}", days=days)
    client.force_login(cast.viewer)
    pages = [[row[0] for row in rows_of_page(client, f"{reverse('cases')}?page={page}")] for page in (1, 2, 3)]
    assert [name for page in pages for name in page] == [f"Case {days:03}" for days in reversed(range(120))]


def _filters(client: Client) -> list[tuple[object, list[object]]]:
    return client.get(reverse("cases")).context["state"].filters  # type: ignore[no-any-return]


def test_an_assessor_sees_the_cases_it_is_assigned_to(client: Client, cast: Cast) -> None:
    make_row(cast, "Assigned", assessor=cast.organizations["plumb"])
    make_row(cast, "Other")
    client.force_login(cast.assessor_member)
    assert [row[0] for row in rows_of_page(client, reverse("cases"))] == ["Assigned"]


def test_a_stranger_who_narrows_to_the_agency_finds_nothing(client: Client, cast: Cast) -> None:
    row = make_row(cast)
    client.force_login(cast.stranger_agency)
    for query in (
        f"offering={row.offering.public_id}",
        f"agency={row.agency.public_id}",
        f"within={row.agency.public_id}",
    ):
        assert rows_of_page(client, f"{reverse('cases')}?{query}") == []


def test_an_empty_list_says_what_would_appear_and_how_to_start(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert "No cases yet." in body_of(client, reverse("cases"))


@pytest.mark.parametrize("number", first([1, 10, 100]))
@pytest.mark.parametrize("person", first(["viewer", "csp_lead", "pmo_lead", "auditor"]))
def test_the_list_makes_as_many_queries_however_many_cases(
    client: Client, cast: Cast, person: str, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        make_row(cast, f"Offering {place}", kind="reuse", stage="gap_analysis", facts={"large": ["x" * 100, 1, ""]})
    client.force_login(cast.people[person])
    # session, person, length, filter counts, rows, what they are of; of an agency, what is below it
    with django_assert_num_queries(7 if person == "viewer" else 6):
        client.get(reverse("cases"))
