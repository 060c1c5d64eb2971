"""The section “From the provider” on the page of an offering."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from authorizations.models import ImportRun, Offering, PackageOverview
from authorizations.models.register.overview import OVERVIEW_FEED
from authorizations.presenters.provenance import federal_data
from authorizations.web.register.overviews import contact_link
from tests.cast import Cast
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings, make_run

HEADING = "From the provider"


@pytest.fixture
def desk(cast: Cast) -> Offering:
    return make_offerings(cast.organizations["nimbus"], 1, name="Nimbus Desk", fedramp_id="FR7000000001")[0]


def publish(offering: Offering, **facts: Any) -> PackageOverview:
    standard = {
        "stated_id": offering.fedramp_id,
        "provider_as_published": "Nimbus Inc",
        "fetched_at": datetime(2026, 5, 20, 17, tzinfo=UTC),
        "import_run": make_run(),
    }
    return PackageOverview.objects.create(offering=offering, **{**standard, **facts})


def section(client: Client, offering: Offering) -> str:
    page = body_of(client, offering.get_absolute_url())
    return page.partition('id="from-provider"')[2].partition("</section>")[0]


def test_without_an_overview_there_is_no_section(client: Client, cast: Cast, desk: Offering) -> None:
    client.force_login(cast.viewer)
    assert HEADING not in body_of(client, desk.get_absolute_url())


def test_the_facts_are_there_with_their_source_and_age(client: Client, cast: Cast, desk: Offering) -> None:
    base = make_offerings(cast.organizations["nimbus"], 1, name="Nimbus Base", fedramp_id="FR7000000002")[0]
    publish(
        desk,
        trust_center="https://trust.nimbus.example/",
        access_needed=True,
        access_instructions="Write to us.\nThen wait.",
        next_report_on=date(2020, 2, 1),
        next_review_on=date(2120, 2, 9),
        next_review_time="14:00:00-05:00",
        review_registration="mailto:trust@nimbus.example?subject=Review",
        review_calendar="https://trust.nimbus.example/review.ics",
        feedback="trust@nimbus.example",
        builds_on=["FR7000000002", "F1603047324"],
    )
    client.force_login(cast.viewer)
    shown = section(client, desk)
    for words in (
        "Nimbus Inc publishes this",
        "FedRAMP read it on 20 May 2026 (",
        "1 Feb 2020",
        "This day has passed.",
    ):
        assert words in shown
    assert "Access must be asked for." in shown
    assert "9 Feb 2120" in shown
    for link in (
        "https://trust.nimbus.example/",
        "mailto:trust@nimbus.example?subject=Review",
        "https://trust.nimbus.example/review.ics",
        "mailto:trust@nimbus.example",
        base.get_absolute_url(),
    ):
        assert f'href="{link}"' in shown
    assert "F1603047324 (not known here)" in shown
    assert "Id that the provider states" not in shown


def test_a_link_says_where_it_leads_and_a_long_text_is_folded(client: Client, cast: Cast, desk: Offering) -> None:
    publish(
        desk,
        next_review_on=date(2120, 2, 9),
        review_registration="mailto:trust@nimbus.example?subject=Review",
        review_calendar="https://calendar.elsewhere.example/review.ics",
        access_instructions="Write to us. " * 4_000,
    )
    client.force_login(cast.viewer)
    shown = section(client, desk)
    assert "Register (trust@nimbus.example)" in shown
    assert "Calendar file (calendar.elsewhere.example)" in shown
    folded, _, _ = shown.partition("<details")[2].partition("</summary>")
    assert "(all 52,000 letters)" in folded
    assert len(folded) < 400


def test_odd_values_are_no_links(client: Client, cast: Cast, desk: Offering) -> None:
    publish(
        desk,
        stated_id="OATI-TEMPId",
        trust_center="Denial Process.pdf",
        feedback="javascript:alert(1)",
        next_review_on=date(2120, 2, 9),
        review_registration="<script>alert(2)</script>",
        not_published_since=date(2026, 6, 1),
    )
    client.force_login(cast.viewer)
    shown = section(client, desk)
    assert "href" not in shown
    assert "Denial Process.pdf" in shown
    assert "OATI-TEMPId" in shown
    assert "&lt;script&gt;" in shown
    assert "The file of 1 Jun 2026 no longer has it." in shown


def test_overviews_do_not_make_the_federal_data_of_a_report_newer(db: None) -> None:
    make_run(OVERVIEW_FEED, date(2026, 10, 5))
    assert federal_data() == "None imported yet"
    make_run(day=date(2026, 5, 12))
    assert federal_data() == "Marketplace of 12 May 2026"
    older = make_run(day=date(2025, 7, 1))
    ImportRun.objects.filter(pk=older.pk).update(counts={"ReuseMapping": {"rows": 3}, "AtoMapping": {"rows": 0}})
    assert federal_data() == "Marketplace of 12 May 2026; ATO rows of 1 Jul 2025"


@pytest.mark.parametrize(
    ("stated", "link"),
    [
        ("https://trust.example.com/a?b=c", "https://trust.example.com/a?b=c"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("a@example.com", "mailto:a@example.com"),
        ("mailto:a@example.com?subject=Q4%20review", "mailto:a@example.com?subject=Q4%20review"),
        ("mailto:a@example.com?bcc=b@evil.example&body=x&subject=Hi", "mailto:a@example.com?subject=Hi"),
        ("mailto:a@example.com?subject=Hi%0d%0aBcc:b", "mailto:a@example.com?subject=Hi%20Bcc%3Ab"),
        *((odd, "") for odd in ("mailto:a@b.com%0d%0aBcc:c%40d.com", "mailto:a@b.com,c%40d.com", "a@b.com;c")),
        ("https://fedramp.gov@evil.example/", ""),
        (" https://example.com ", "https://example.com"),
        *(
            (odd, "")
            for odd in ("", "NA", "TBD", "https://TBD", "https://", "a.pdf", "mailto:", "mailto:NA", "@", "a@b")
        ),
        *((odd, "") for odd in ("ftp://example.com", "javascript:a@example.com", "data:text/html,a", "//example.com")),
        *((odd, "") for odd in ("https://exa mple.com", "https://[", "www.example.com", "a@b.com, c@d.com")),
    ],
)
def test_an_address_is_a_link_only_where_it_can_work(stated: str, link: str) -> None:
    assert contact_link(stated) == link
