"""Corrections of published fields: proposed, decided by the PMO, closed by the feed that agrees."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from authorizations.exchange.imports.marketplace import apply_feed
from authorizations.models import Ato, Correction, Event, Message, Offering
from authorizations.models.register.correction import CorrectionState
from tests.cast import Cast
from tests.exchange.feeds import NOW, agency, at, feed, product, read, reuse
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db
EVIDENCE = {"evidence": "The letter of 3 March says so.", "evidence_link": "https://www.example.gov/letter"}


@pytest.fixture
def publish(cast: Cast) -> Any:
    """Imports a feed of one offering of Nimbus with an ATO of Harbors; the next one an hour later."""
    nimbus, harbors = cast.organizations["nimbus"].name, cast.organizations["harbors"].name
    hours = iter(range(100))

    def publish(day: str, level: str = "Moderate", expires: str = "2027-02-01") -> Offering:
        content = feed(
            day,
            Products=[product(csp=nimbus, impact_level=level)],
            Agencies=[agency("22-103", harbors)],
            AtoMapping=[],
            ReuseMapping=[reuse(1, "22-103", harbors, exp_date=at(expires))],
        )
        apply_feed(read(content), actor=None, now=NOW + timedelta(hours=next(hours)), removals_reason="Known.")
        return Offering.objects.get(name="Quartz Vault 1")

    return publish


def proposed(client: Client, cast: Cast, offering: Offering, value: str = "high") -> Correction:
    client.force_login(cast.people["csp_lead"])
    page = body_of(client, offering.get_absolute_url())
    address = f"/offerings/{offering.public_id}/corrections/impact_level/"
    assert f'href="{address}"' in page
    client.post(address, {"value": value, **EVIDENCE})
    return Correction.objects.get()


def decide(client: Client, cast: Cast, found: Correction, accepts: str = "yes", person: str = "pmo_reviewer") -> Any:
    client.force_login(cast.people[person])
    return client.post(found.get_absolute_url(), {"accepts": accepts, "reason": "The letter says so."})


def test_an_accepted_value_is_ours_until_a_feed_agrees(client: Client, cast: Cast, publish: Any) -> None:
    offering = publish("2026-01-01")
    found = proposed(client, cast, offering)
    assert Message.objects.filter(recipient=cast.people["pmo_reviewer"], subject__startswith="Correction proposed")
    page = body_of(client, found.get_absolute_url())
    assert [
        word for word in ("Moderate", "High", "Please correct one field", "Field: Impact level") if word not in page
    ] == []
    decide(client, cast, found)
    offering.refresh_from_db()
    assert (offering.impact_level, offering.sources["impact_level"]) == ("high", "correction v2 2026-01-01")
    assert Event.objects.get(verb="offering.corrected").changes == {"impact_level": ["moderate", "high"]}
    # The next feed says the same as before, and undoes nothing; nobody reads that FedRAMP publishes it.
    offering = publish("2026-02-01")
    assert offering.impact_level == "high"
    client.force_login(cast.people["viewer"])
    assert "is our correction. FedRAMP does not publish it yet." in body_of(client, offering.get_absolute_url())
    assert "Our correction, not published by FedRAMP" in body_of(client, offering.get_absolute_url())
    offering = publish("2026-03-01", level="High")
    found.refresh_from_db()
    assert (found.state, offering.sources["impact_level"]) == (CorrectionState.PUBLISHED, "v2 2026-03-01")
    assert "is our correction" not in body_of(client, offering.get_absolute_url())
    # From then on it is FedRAMP's again.
    assert publish("2026-04-01", level="Low").impact_level == "low"
    told = Message.objects.filter(recipient=cast.people["csp_lead"], subject_type="correction")
    assert sorted(told.values_list("subject", flat=True)) == [
        "Accepted: correction of Impact level of Quartz Vault 1",
        "The Marketplace agrees: correction of Impact level of Quartz Vault 1",
    ]


def test_a_declined_one_changes_nothing_and_a_feed_closes_others(client: Client, cast: Cast, publish: Any) -> None:
    offering = publish("2026-01-01")
    found = proposed(client, cast, offering)
    decide(client, cast, found, "no")
    found.refresh_from_db()
    assert found.state == CorrectionState.DECLINED
    assert decide(client, cast, found).status_code == 409
    assert Offering.objects.get().impact_level == "moderate"
    client.force_login(cast.people["csp_lead"])
    client.post(f"/offerings/{offering.public_id}/corrections/impact_level/", {"value": "low", **EVIDENCE})
    publish("2026-02-01", level="Low")
    assert Correction.objects.get(value="low").state == CorrectionState.PUBLISHED


def test_an_agency_corrects_the_expiry_of_its_ato(client: Client, cast: Cast, publish: Any) -> None:
    publish("2026-01-01")
    ato = Ato.objects.get()
    client.force_login(cast.people["liaison"])
    address = reverse("correct_ato", args=[ato.public_id, "expires_on"])
    assert address in body_of(client, ato.get_absolute_url())
    assert "has this value already" in client.post(address, {"value": "2027-02-01", **EVIDENCE}).content.decode()
    client.post(address, {"value": "2028-02-01", **EVIDENCE})
    decide(client, cast, Correction.objects.get())
    publish("2026-02-01")
    ato.refresh_from_db()
    assert str(ato.expires_on) == "2028-02-01"
    client.force_login(cast.people["liaison"])
    twice = client.post(address, {"value": "2029-02-01", **EVIDENCE}).content.decode()
    assert "Somebody proposed a correction of this field already" in twice


@pytest.mark.parametrize(("person", "code"), [("stranger_csp", 403), ("viewer", 403), ("pmo_lead", 403)])
def test_nobody_else_proposes(client: Client, cast: Cast, publish: Any, person: str, code: int) -> None:
    offering = publish("2026-01-01")
    client.force_login(cast.people[person])
    assert (
        client.post(f"/offerings/{offering.public_id}/corrections/website/", {"value": "x", **EVIDENCE}).status_code
        == code
    )
    assert not Correction.objects.exists()


def test_what_no_feed_follows_shows_up(
    client: Client, cast: Cast, publish: Any, settings: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.CORRECTION_DAYS = 10
    found = proposed(client, cast, publish("2026-01-01"))
    decide(client, cast, found)
    late = "1 accepted correction that no feed follows yet"
    client.force_login(cast.people["csp_lead"])
    assert late not in body_of(client, "/")
    caches["counts"].clear()
    Correction.objects.update(decided_at=timezone.now() - timedelta(days=11))
    for person in ("csp_lead", "pmo_reviewer"):
        client.force_login(cast.people[person])
        assert late in body_of(client, "/")
        with django_assert_max_num_queries(8):
            assert "Quartz Vault 1" in body_of(client, "/corrections/?late=yes")
    client.force_login(cast.people["stranger_csp"])
    assert "Quartz Vault 1" not in body_of(client, "/corrections/")
