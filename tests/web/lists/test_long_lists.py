"""Lists of more rows than are counted: the same rows and filters, without counts and without filters by names."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from authorizations.vocabulary import ImpactLevel
from authorizations.web.lists import listing as lists
from tests.cast import Cast
from tests.samples import sample
from tests.web.cases.test_case_list import make_row
from tests.web.lists.test_lists import rows_of_export, rows_of_page, sentence
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings

HINT = re.compile(r'<p class="facet__hint">(.*?)</p>')


@pytest.fixture
def three(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Three cases, of which one is inside its agency, where three rows are counted."""
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    monkeypatch.setattr(lists, "MOST_NAMED", 6)
    make_row(cast, "One", days=9)
    make_row(cast, "Two", days=8, stage="assessment", waits_on="assessor")
    make_row(cast, "Inside", kind="reuse", stage="need_defined", shared_at=None)
    return cast


@pytest.fixture
def four(three: Cast) -> Cast:
    """One case more than are counted, for those who know of all."""
    make_row(three, "Four", days=7, stage="withdrawn", waits_on="nobody")
    return three


def counts(client: Client, address: str) -> dict[str, set[int | None]]:
    """The counts beside each filter of a list."""
    filters = client.get(address).context["state"].filters
    return {facet.key: {choice.count for choice in choices} for facet, choices in filters}


def hint(client: Client, address: str) -> str:
    found = HINT.search(body_of(client, address))
    return found[1] if found else ""


def test_as_many_rows_as_are_counted_have_counts_beside_every_filter(client: Client, three: Cast) -> None:
    client.force_login(three.viewer)
    beside = counts(client, reverse("cases"))
    assert {"csp", "department", "stage"} <= set(beside)
    assert beside["csp"] == {3}
    assert hint(client, reverse("cases")) == ""


@pytest.mark.slow
def test_one_row_more_has_the_words_to_choose_from_but_no_counts_and_no_names(client: Client, four: Cast) -> None:
    client.force_login(four.viewer)
    beside = counts(client, reverse("cases"))
    assert set(beside) == {"turn", "waiting", "state", "kind", "stage"}
    assert set().union(*beside.values()) == {None}
    assert 'class="facet__count"' not in body_of(client, reverse("cases"))
    assert hint(client, reverse("cases")) == (
        "Filters show counts for up to 3 rows. For one provider or department, search for its name."
    )


def test_the_cap_is_of_the_rows_this_person_may_know_of(client: Client, four: Cast) -> None:
    # One of the four is inside its agency: the provider's list is short enough, and nothing betrays the fourth.
    client.force_login(four.csp_viewer)
    beside = counts(client, reverse("cases"))
    assert beside["csp"] == {3}
    assert beside["kind"] == {3}
    assert "Inside" not in body_of(client, reverse("cases"))
    client.force_login(four.stranger_agency)
    assert "stage" not in counts(client, reverse("cases"))


def test_a_search_that_finds_few_of_many_is_counted(client: Client, four: Cast) -> None:
    client.force_login(four.viewer)
    assert counts(client, f"{reverse('cases')}?q=one")["csp"] == {1}


def test_names_are_left_out_of_lists_that_are_otherwise_counted(
    client: Client, three: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_NAMED", 2)
    client.force_login(three.viewer)
    beside = counts(client, reverse("cases"))
    assert beside["state"] == {3}
    assert {"csp", "department"}.isdisjoint(beside)
    assert hint(client, reverse("cases")) == "For one provider or department, search for its name."
    chosen = f"csp={three.organizations['nimbus'].public_id}&kind=initial"
    assert sentence(client, f"{reverse('cases')}?{chosen}") == "2 cases of 2 offerings at 1 agency"


QUERIES = ("", "turn=agency", "stage=ssp&stage=assessment", "state=ended&kind=initial", "q=harbors", "sort=-case")


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "person",
    sample(["viewer", "pmo_lead", "auditor", "csp_viewer", "stranger_csp"], "csp_viewer", lane=pytest.mark.nightly),
)
def test_rows_sentence_and_export_are_the_same_on_both_sides_of_the_cap(
    client: Client, four: Cast, monkeypatch: pytest.MonkeyPatch, person: str, query: str
) -> None:
    client.force_login(four.people[person])

    def seen() -> list[object]:
        page, export = f"{reverse('cases')}?{query}", f"{reverse('cases_csv')}?{query}"
        state = client.get(page).context["state"]
        return [rows_of_page(client, page), rows_of_export(client, export), sentence(client, page), state.paging.pages]

    monkeypatch.setattr(lists, "MOST_COUNTED", 10_000)
    monkeypatch.setattr(lists, "MOST_NAMED", 5_000)
    counted = seen()
    monkeypatch.setattr(lists, "MOST_COUNTED", 0)
    monkeypatch.setattr(lists, "MOST_NAMED", 0)
    assert seen() == counted


def test_a_name_chosen_before_the_list_grew_still_holds_and_can_be_removed(client: Client, four: Cast) -> None:
    make_row(four, "Meadow case", agency=four.organizations["meadows"])
    client.force_login(four.pmo_lead)
    harbors = four.organizations["harbors"].public_id
    address = f"{reverse('cases')}?department={harbors}"
    assert {row[0] for row in rows_of_page(client, address)} == {"One", "Two", "Four"}
    state = client.get(address).context["state"]
    assert ("Department: Department of Harbors", "?") in state.active


def test_a_name_chosen_by_a_stranger_is_not_told(client: Client, four: Cast) -> None:
    for place in range(4):
        make_row(four, f"Meadow {place}", agency=four.organizations["meadows"])
    client.force_login(four.stranger_agency)
    harbors = four.organizations["harbors"].public_id
    body = body_of(client, f"{reverse('cases')}?department={harbors}")
    assert "Department of Harbors" not in body
    assert "No row matches these filters" in body


@pytest.mark.slow
def test_pages_of_a_long_list_follow_one_another(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    for days in range(120):
        make_row(cast, f"Case {days:03}", days=days)
    client.force_login(cast.viewer)
    for sort, names in (("since", range(119, -1, -1)), ("-since", range(120)), ("-case", range(119, -1, -1))):
        address = f"{reverse('cases')}?sort={sort}&page="
        shown = [row[0] for page in (1, 2, 3) for row in rows_of_page(client, f"{address}{page}")]
        assert shown == [f"Case {days:03}" for days in names], sort
    assert client.get(f"{reverse('cases')}?page=99999").context["state"].paging.page == 3


def test_another_long_list_has_its_words_too(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 1)
    monkeypatch.setattr(lists, "MOST_NAMED", 1)
    offerings = make_offerings(cast.organizations["nimbus"], 2, impact_level="high")
    make_atos(offerings[0], cast.organizations["harbors"], 2)
    client.force_login(cast.viewer)
    filters = client.get(reverse("offerings")).context["state"].filters
    [impact] = [choices for facet, choices in filters if facet.key == "impact"]
    assert [choice.value for choice in impact] == [value for value, _ in ImpactLevel.choices]
    assert "department" not in counts(client, reverse("atos"))
    assert hint(client, reverse("atos")).endswith("For one department, search for its name.")


def test_a_long_list_makes_no_more_queries(
    client: Client, four: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(four.viewer)
    # session, person, what is below the agency, length, total, rows, what they are of
    with django_assert_num_queries(7):
        client.get(reverse("cases"))
