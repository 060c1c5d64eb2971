"""What an ATO counts as: one rule for rows read, for conditions of counts, for tags, filters, the API and reports."""

from collections import Counter
from datetime import date, timedelta
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.models import Ato
from authorizations.models.register.standing import ato_standing, standing, where
from authorizations.vocabulary import LIVE_MEANS, AtoStage, AtoStanding, AtoType
from tests.cast import Cast
from tests.web.reading_pages import body_of
from tests.web.register.records import FEED_DAY, make_atos, make_offerings

TODAY = date(2026, 7, 1)
STAGES, TYPES = (AtoStage.ACTIVE, AtoStage.SUSPENDED, AtoStage.EXPIRED), (AtoType.ATO, AtoType.P_ATO)
EXPIRIES = (None, TODAY - timedelta(days=1), TODAY)
# What a row of each kind counts as, and what its tag says; all are active in stage.
KINDS = {
    "good": ({}, AtoStanding.LIVE, "Active"),
    "past": ({"expires_on": date(2021, 1, 1)}, AtoStanding.PASSED, "Expiry passed"),
    "gone": ({"not_published_since": FEED_DAY}, AtoStanding.LEFT, "Left the feed"),
    "jab": ({"ato_type": AtoType.P_ATO}, AtoStanding.JAB, "JAB P-ATO"),
    "here": ({"published_since": None, "recorded_on": FEED_DAY}, AtoStanding.LIVE, "Active"),
    "late": ({"stage": "suspended", "expires_on": date(2021, 1, 1)}, AtoStanding.PASSED, "Suspended, expiry passed"),
    "over": ({"stage": "revoked"}, AtoStanding.ENDED, "Revoked"),
}


def placeholder() -> Organization:
    return Organization.objects.create(name="Other Entity", kind=OrganizationKind.AGENCY, is_pseudo=True)


@pytest.fixture
def rows(cast: Cast) -> dict[str, Ato]:
    offerings = make_offerings(cast.organizations["nimbus"], len(KINDS))
    made = {
        key: make_atos(offering, cast.organizations["harbors"], 1, **facts)[0]
        for (key, (facts, *_)), offering in zip(KINDS.items(), offerings, strict=True)
    }
    return {**made, "unnamed": make_atos(offerings[0], placeholder(), 1)[0]}


def test_every_row_is_in_exactly_one_class_however_it_is_asked(cast: Cast) -> None:
    [offering] = make_offerings(cast.organizations["nimbus"], 1)
    agencies = (cast.organizations["harbors"], placeholder())
    for stage, kind, left, expires, agency in product(STAGES, TYPES, (None, FEED_DAY), EXPIRIES, agencies):
        make_atos(offering, agency, 1, stage=stage, ato_type=kind, not_published_since=left, expires_on=expires)
    read = Ato.objects.select_related("agency").annotate(standing=standing(TODAY))
    assert all(each.standing == ato_standing(each, TODAY) for each in read)
    counts = Counter(each.standing for each in read)
    assert counts == {AtoStanding.ENDED: 24, AtoStanding.JAB: 24, AtoStanding.LEFT: 12, AtoStanding.PASSED: 4,
                      AtoStanding.UNNAMED: 4, AtoStanding.LIVE: 4}  # fmt: skip
    for key, condition in where(TODAY).items():
        found = set(Ato.objects.filter(condition).values_list("pk", flat=True))
        assert found == {each.pk for each in read if each.standing == key}, key
    assert Ato.objects.live(TODAY).count() == 4


def test_the_register_filters_by_it_and_calls_nothing_else_active(
    client: Client, cast: Cast, rows: dict[str, Ato]
) -> None:
    client.force_login(cast.viewer)
    state = client.get(reverse("atos")).context["state"]
    [choices] = [choices for facet, choices in state.filters if facet.key == "standing"]
    counts = Counter(each for _, each, _ in KINDS.values()) + Counter([AtoStanding.UNNAMED])
    assert {each.value: each.count for each in choices} == counts
    for choice in choices:
        assert client.get(reverse("atos"), {"standing": choice.value}).context["state"].total == choice.count
    for key, (_, _, words) in KINDS.items():
        page = body_of(client, rows[key].get_absolute_url())
        tag = page.partition("</h1>")[0].rpartition("<span")[2]
        assert f">{words}" in tag, key


def test_the_glossary_and_the_register_say_what_live_means(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert LIVE_MEANS in body_of(client, reverse("atos"))
    assert "not past its recorded expiry" in body_of(client, reverse("glossary"))


DAYS = {"passed": -1, "in30": 20, "in90": 80, "in180": 170, "later": 400}


@pytest.mark.parametrize(("listing", "person"), [("atos", "viewer"), ("desk", "liaison")])
def test_rows_are_filtered_by_their_recorded_expiry(client: Client, cast: Cast, listing: str, person: str) -> None:
    today, harbors = timezone.localdate(), cast.organizations["harbors"]
    offerings = iter(make_offerings(cast.organizations["nimbus"], 8))
    for days in DAYS.values():
        make_atos(next(offerings), harbors, 1, expires_on=today + timedelta(days=days))
    make_atos(next(offerings), harbors, 1)
    make_atos(next(offerings), harbors, 1, stage="revoked")
    make_atos(next(offerings), harbors, 1, signed_on=date(2025, 7, 1), expires_on=date(2025, 7, 1))
    client.force_login(cast.people[person])
    expected = {"passed": 2, "in30": 1, "in90": 2, "in180": 3, "later": 1, "none": 1, "over": 1, "same": 1}
    [choices] = [c for facet, c in client.get(reverse(listing)).context["state"].filters if facet.key == "expiry"]
    assert {each.value: each.count for each in choices} == expected
    for value, number in expected.items():
        assert client.get(reverse(listing), {"expiry": value}).context["state"].total == number, value


def test_the_api_says_and_filters_it(client: Client, cast: Cast, rows: dict[str, Ato]) -> None:
    client.force_login(cast.viewer)
    address = "/api/atos"
    assert {each["id"] for each in client.get(address, {"standing": "live"}).json()["items"]} == {
        rows[key].public_id for key in ("good", "here")
    }
    assert client.get(f"{address}/{rows['jab'].public_id}").json()["standing"] == "jab"
    assert client.get(address, {"expires_to": "2021-12-31"}).json()["total"] == 2
