"""A portal that has no feed yet counts what was entered here: on pages of agencies and providers, homes and lists."""

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.reading_pages import body_of, figures, rows_behind
from tests.web.register.records import make_atos, make_offerings, make_run

# Each test draws pages before and after a feed.
pytestmark = pytest.mark.slow

# Who looks, where, and the numbers that the page then leads with.
PAGES = (
    ("liaison", "harbors", [2, 1]),
    ("stranger_csp", "harbors", [0, 0]),
    ("csp_lead", "nimbus", [1, 1, 3, 2]),
    ("liaison", "nimbus", [1, 1, 3, 2]),
    ("stranger_agency", "nimbus", [1, 1, 0, 0]),
    ("liaison", "", [3, 1, 0, 0, 0]),
    ("csp_lead", "", [1, 3, 2]),
)


@pytest.fixture
def register(cast: Cast) -> Cast:
    """Three rows that agencies made here, of an offering that its provider added."""
    desk = make_offerings(cast.organizations["nimbus"], 1, published_since=None)[0]
    make_atos(desk, cast.organizations["harbors"], 2, published_since=None)
    make_atos(desk, cast.organizations["lighthouses"], 1, published_since=None)
    return cast


def address(cast: Cast, name: str) -> str:
    return cast.organizations[name].get_absolute_url() if name else "/"


@pytest.mark.parametrize(("person", "name", "numbers"), PAGES)
def test_rows_made_here_are_counted_and_every_figure_leads_to_its_rows(
    client: Client, register: Cast, person: str, name: str, numbers: list[int]
) -> None:
    client.force_login(register.people[person])
    shown = figures(body_of(client, address(register, name)))
    assert [number for number, _ in shown.values()] == numbers
    assert {label: rows_behind(client, url) for label, (_, url) in shown.items()} == {
        label: number for label, (number, _) in shown.items()
    }
    assert not [label for label in shown if "published" in label]


def test_after_the_first_feed_what_was_made_here_still_counts(client: Client, register: Cast) -> None:
    make_run()
    client.force_login(register.csp_lead)
    assert [number for number, _ in figures(body_of(client, address(register, "nimbus"))).values()] == [1, 1, 3, 2]
    assert [number for number, _ in figures(body_of(client, "/")).values()] == [1, 3, 2]
