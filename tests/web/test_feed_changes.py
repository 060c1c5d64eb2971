"""What changed between two imports: the page, its files, and what each organization is told in its digest."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization
from authorizations.exchange.imports.marketplace import apply_feed
from authorizations.models import ImportRun, Message, Mute, Offering
from authorizations.models.feed_changes.facts import ImportEntry, facts_of
from authorizations.notifications.mail.digests import digest_text
from authorizations.vocabulary import Designation, Topic
from tests.cast import Cast
from tests.exchange.feeds import (
    CANALS,
    DUNES,
    NOW,
    agency,
    at,
    feed,
    initial,
    product,
    product_of_2026,
    products_of_2026,
    read,
    reuse,
)
from tests.web.reading_pages import body_of

pytestmark = pytest.mark.django_db
READY = Designation.READY.label
NIMBUS, HARBORS = "nimbus", "harbors"


@pytest.fixture
def runs(cast: Cast) -> list[ImportRun]:
    """Four imports: the second changes much, the third some of it back, the fourth is another generation."""
    nimbus, harbors = cast.organizations[NIMBUS].name, cast.organizations[HARBORS].name
    agencies = {"Agencies": [agency(*DUNES), agency(*CANALS), agency("22-103", harbors)]}
    ours = {"csp": nimbus, "cso": "Quartz Vault 1"}
    feeds: list[Any] = [
        feed("2026-01-01", Products=[product(**ours), product(2)], **agencies),
        feed(
            "2026-02-01",
            Products=[product(**ours, impact_level="High", status="FedRAMP Ready"), product(3, name="Ziggurat")],
            AtoMapping=[initial(1, *DUNES, exp_date=at("2027-02-01"))],
            ReuseMapping=[reuse(1, "22-103", harbors)],
            **agencies,
        ),
        feed(
            "2026-02-02",
            Products=[product(**ours, impact_level="High"), product(3)],
            AtoMapping=[initial(1, *DUNES, exp_date=at("2027-02-01"))],
            ReuseMapping=[reuse(1, "22-103", harbors)],
            **agencies,
        ),
        products_of_2026(product_of_2026(1, csp=nimbus), product_of_2026(3, csp="Quartz Holding")),
    ]
    return [
        apply_feed(read(each), actor=None, now=NOW + timedelta(hours=number), removals_reason="Known.")[0]
        for number, each in enumerate(feeds)
    ]


def rows_of_file(client: Client, earlier: ImportRun, later: ImportRun, **more: str) -> set[tuple[str, ...]]:
    asked = {"from": earlier.public_id, "to": later.public_id, **more}
    answer = client.get("/feed-changes.csv", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    names = ("Record", "Kind of fact", "Fact", "Before", "After", "Import")
    return {tuple(row[name] for name in names) for row in csv.DictReader(io.StringIO(text))}


def test_facts_of_several_imports_are_summed_up(client: Client, cast: Cast, runs: list[ImportRun]) -> None:
    client.force_login(cast.people["viewer"])
    first = rows_of_file(client, runs[0], runs[1])
    vault, left = "Quartz Vault 1", "Department of Canals: Quartz Vault 1"
    expected = {
        (vault, "Status", "Designation", "FedRAMP Certified", READY, "1 Feb 2026"),
        (vault, "Level", "Impact level", "Moderate", "High", "1 Feb 2026"),
        ("Department of Dunes: Quartz Vault 1", "Dates", "Expiry", "", "1 Feb 2027", "1 Feb 2026"),
        (left, "Left", "In the Marketplace", "Published", "", "1 Feb 2026"),
        (f"{cast.organizations[HARBORS]}: {vault}", "Came", "In the Marketplace", "", "Published", "1 Feb 2026"),
        ("Quartz Vault 2", "Left", "In the Marketplace", "Published", "", "1 Feb 2026"),
        ("Quartz Vault 3", "Came", "In the Marketplace", "", "Published", "1 Feb 2026"),
    }
    assert expected <= first
    both = rows_of_file(client, runs[0], runs[2])
    # The status changed back, and that is no line; all else is.
    assert both == first - {(vault, "Status", "Designation", "FedRAMP Certified", READY, "1 Feb 2026")}
    moved = ("Quartz Vault 3", "Provider", "Provider", "Quartz Cloud", "Quartz Holding", "1 Mar 2026")
    assert moved in rows_of_file(client, runs[2], runs[3])


@pytest.mark.parametrize(
    ("asked", "number"),
    [({"kind": "level"}, 1), ({"record_type": "ATO"}, 3), ({"q": "vault 3"}, 1), ({"q": "none"}, 0)],
)
def test_facts_are_filtered_and_lead_to_their_records(
    client: Client, cast: Cast, runs: list[ImportRun], asked: dict[str, str], number: int
) -> None:
    client.force_login(cast.people["liaison"])
    page = body_of(client, f"/feed-changes/?from={runs[0].public_id}&to={runs[1].public_id}&{_query(asked)}")
    assert f"{number} changed fact" in page
    if "level" in asked.values():
        assert Offering.objects.get(name="Quartz Vault 1").get_absolute_url() in page
    # Who may not open imports is led to none.
    assert runs[1].get_absolute_url() not in page


def _query(asked: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in asked.items())


def test_the_page_begins_with_the_newest_import_and_the_one_before(
    client: Client, cast: Cast, runs: list[ImportRun], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(cast.people["pmo_lead"])
    with django_assert_max_num_queries(8):
        page = body_of(client, "/feed-changes/")
    assert f'<option value="{runs[2].public_id}" selected>' in page
    assert f'<option value="{runs[3].public_id}" selected>' in page
    both = "2 imports are summed up"
    turned = body_of(client, f"/feed-changes/?from={runs[3].public_id}&to={runs[1].public_id}")
    straight = body_of(client, f"/feed-changes/?from={runs[1].public_id}&to={runs[3].public_id}")
    assert [both in page for page in (turned, straight)] == [True, True]
    assert ["chosen the other way round" in page for page in (turned, straight)] == [True, False]
    assert f"?to={runs[1].public_id}" in body_of(client, runs[1].get_absolute_url())


def test_before_any_import_the_page_says_so(client: Client, cast: Cast) -> None:
    client.force_login(cast.people["viewer"])
    assert "Where none was imported yet" in body_of(client, "/feed-changes/")


def test_an_organization_reads_in_its_digest_what_changed_of_its_own(
    client: Client, cast: Cast, runs: list[ImportRun]
) -> None:
    told = Message.objects.filter(topic=Topic.FEED)
    # The first feed changes nothing; dunes and canals have nobody here.
    assert not told.filter(event__subject_id=runs[0].pk).exists()
    of_second = told.filter(event__subject_id=runs[1].pk)
    names = set(Organization.objects.filter(pk__in=of_second.values("subject_id")).values_list("name", flat=True))
    assert names == {cast.organizations[NIMBUS].name, cast.organizations[HARBORS].name}
    message = of_second.get(subject_id=cast.organizations[NIMBUS].pk, recipient=cast.people["csp_lead"])
    assert "Quartz Vault 1: Impact level, Moderate → High" in message.body
    assert "Vault 2" not in message.body
    assert "  Quartz Vault 1: Impact level, Moderate → High\n" in digest_text([message])
    client.force_login(cast.people["csp_lead"])
    page = body_of(client, message.link)
    assert "Quartz Vault 3" not in page
    assert "Moderate" in page


def test_who_mutes_a_record_hears_nothing_of_it(cast: Cast) -> None:
    lead, nimbus = cast.people["csp_lead"], cast.organizations[NIMBUS]
    of_nimbus = {"csp": nimbus.name}
    none: dict[str, list[Any]] = {"AtoMapping": [], "ReuseMapping": []}
    apply_feed(read(feed("2026-01-01", Products=[product(**of_nimbus)], **none)), actor=None, now=NOW)
    Mute.objects.create(
        user=lead, subject_type="offering", subject_id=Offering.objects.get(name="Quartz Vault 1").pk, label="It",
        link="/", until=date(2030, 1, 1), reason="Known.", made_at=NOW,
    )  # fmt: skip
    changed = feed("2026-02-01", Products=[product(**of_nimbus, impact_level="High")], **none)
    apply_feed(read(changed), actor=None, now=NOW + timedelta(hours=1))
    assert not Message.objects.filter(topic=Topic.FEED, recipient=lead).exists()


def test_a_count_of_none_after_no_count_is_no_change() -> None:
    def facts(after: int | None) -> list[str]:
        changes = {"published_authorizations": [None, after], "designation": ["ready", "certified"]}
        return [fact.field for fact in facts_of([ImportEntry("offering", 1, changes, NOW)])]

    assert facts(0) == ["designation"]
    assert sorted(facts(3)) == ["designation", "published_authorizations"]
