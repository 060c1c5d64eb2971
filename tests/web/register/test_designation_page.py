"""Setting the designation of an offering: the PMO's page, and what everyone reads of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from authorizations.models import Case, DesignationEvent, Event, Offering
from tests.cast import Cast
from tests.samples import ends, first
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

SAID = {
    "idempotency_key": "a",
    "designation": "delisted",
    "effective_on": "2026-11-02",
    "reason": "The provider asked.",
    "reference": "Letter 7",
}


@pytest.fixture
def offering(cast: Cast) -> Offering:
    return make_offerings(cast.organizations["nimbus"], 1)[0]


def address(offering: Offering) -> str:
    return f"{offering.get_absolute_url()}designation/"


@pytest.mark.slow
@pytest.mark.parametrize("person", first(["pmo_lead", "pmo_reviewer"]))
def test_a_designation_is_set_with_its_day_and_everyone_reads_why(
    client: Client, cast: Cast, offering: Offering, person: str
) -> None:
    client.force_login(cast.people[person])
    page = client.post(address(offering), SAID, follow=True)
    assert page.redirect_chain == [(offering.get_absolute_url(), 302)]
    client.force_login(cast.viewer)
    shown = body_of(client, offering.get_absolute_url())
    for words in ("Delisted", "The provider asked.", "Stated in: Letter 7", "2 Nov 2026"):
        assert words in shown
    assert not Case.objects.exists()


def test_pressing_twice_leaves_one_step(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.pmo_lead)
    for _ in range(2):
        assert client.post(address(offering), SAID).headers["Location"] == offering.get_absolute_url()
    assert DesignationEvent.objects.count() == Event.objects.filter(verb="offering.designated").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "mistake"),
    ends(
        [
            ("designation", "", "Choose the designation."),
            ("designation", "certified", "The offering has this designation already."),
            ("designation", "unknown", "choose one of those offered."),
            ("effective_on", "", "Effective on: enter a date."),
            ("effective_on", str(timezone.localdate() + timedelta(days=1)), "Effective on: this cannot be after"),
            ("reason", "", "Say in a sentence why."),
            ("reference", "", "Say where it was stated."),
        ]
    ),
)
def test_each_mistake_is_named_twice_and_nothing_typed_is_lost(
    client: Client, cast: Cast, offering: Offering, field: str, value: str, mistake: str
) -> None:
    client.force_login(cast.pmo_lead)
    page = client.post(address(offering), {**SAID, field: value}).content.decode()
    assert page.count(mistake) == 2
    assert f'id="id_{field}_error"' in page
    assert all(typed in page for name, typed in SAID.items() if name not in {field, "idempotency_key"})
    assert not DesignationEvent.objects.exists()


def test_the_page_says_that_a_feed_states_it_too(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.pmo_lead)
    assert "The next import sets it" in body_of(client, address(offering))
    ours = make_offerings(cast.organizations["nimbus"], 1, source="portal", published_since=None)[0]
    assert "The next import sets it" not in body_of(client, address(ours))
