"""Feeds that come by themselves: what is applied, what waits for a person, and what a person does about it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.exchange import fetching
from authorizations.exchange.imports import previewed_files
from authorizations.exchange.imports.watching import look_for_feeds
from authorizations.models import Event, FoundFeed, ImportRun, Message, Offering, PackageOverview
from authorizations.models.feed_watch import FeedLimit
from authorizations.tasks import forget_previewed_feeds
from fedramp_portal.feed_settings import FeedSources
from tests.cast import Cast
from tests.conftest import sign_in
from tests.exchange.feeds import NOW, apply, feed, product
from tests.exchange.generations.test_overviews import file, overview

pytestmark = pytest.mark.django_db
LATER, NEWEST = "2026-02-01", "2026-03-01"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.FEEDS = FeedSources(tmp_path, None)
    return tmp_path


def put(folder: Path, name: str, document: Any, *, age: int = 3600) -> None:
    """Puts a file that was written to ``age`` seconds ago."""
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    ago = path.stat().st_mtime - age
    os.utime(path, (ago, ago))


def offerings(number: int, as_of: str) -> dict[str, Any]:
    return feed(as_of, Products=[product(n, id=f"FR{n:010}") for n in range(number)], AtoMapping=[], ReuseMapping=[])


def outcomes() -> list[tuple[str, str]]:
    return list(FoundFeed.objects.order_by("file_name").values_list("file_name", "outcome"))


def test_without_a_limit_each_feed_waits_and_the_leads_are_told(folder: Path, cast: Cast) -> None:
    put(folder, "a.json", feed(LATER))
    put(folder, "half.json", "{", age=0)
    put(folder, "notes.txt", "no feed")
    assert look_for_feeds(NOW) == 1
    assert outcomes() == [("a.json", "waits")]
    assert not ImportRun.objects.exists()
    (told,) = Message.objects.filter(event__verb="foundfeed.waits")
    assert told.recipient == cast.pmo_lead
    assert "Without a person 0 may change" in told.detail
    assert look_for_feeds(NOW) == 0


def test_a_feed_that_changes_little_is_applied_and_one_that_changes_much_waits(folder: Path, cast: Cast) -> None:
    apply(offerings(30, "2026-01-01"))
    FeedLimit.objects.create(most_changes=5, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)
    put(folder, "a.json", offerings(31, LATER))
    put(folder, "b.json", offerings(60, NEWEST))
    put(folder, "c.json", offerings(31, "2026-02-02"))
    assert look_for_feeds(NOW) == 3
    assert outcomes() == [("a.json", "applied"), ("b.json", "waits"), ("c.json", "same")]
    assert Offering.objects.count() == 31
    assert Event.objects.get(verb="import.applied", actor=None, subject_id=ImportRun.objects.latest("pk").pk)


def test_a_feed_that_drops_much_waits_however_high_the_limit(folder: Path, cast: Cast) -> None:
    apply(offerings(30, "2026-01-01"))
    FeedLimit.objects.create(most_changes=1000, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)
    put(folder, "a.json", offerings(20, LATER))
    look_for_feeds(NOW)
    assert outcomes() == [("a.json", "waits")]
    assert Offering.objects.filter(not_published_since=None).count() == 30


def test_what_is_no_feed_or_an_older_one_is_named_and_changes_nothing(folder: Path, cast: Cast) -> None:
    apply(offerings(3, LATER))
    put(folder, "a.json", offerings(2, "2026-01-01"))
    put(folder, "b.json", "no JSON at all")
    look_for_feeds(NOW)
    assert outcomes() == [("a.json", "refused"), ("b.json", "refused")]
    assert ImportRun.objects.count() == 1
    assert Message.objects.filter(event__verb="foundfeed.refused").count() == 2


def test_an_address_that_leads_inside_is_refused_and_the_page_says_so(
    settings: Any, client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    settings.FEEDS = FeedSources(None, "https://feeds.example/data.json")
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("169.254.169.254", 443))])
    assert look_for_feeds(NOW) == 0
    assert "feeds.example is not on the public internet" in caplog.text
    sign_in(client, cast.pmo_lead)
    page = client.get(reverse("found_feeds")).content.decode()
    assert "The host feeds.example is not on the public internet." in page


def test_a_lead_looks_at_the_plan_and_applies_it(folder: Path, client: Client, cast: Cast) -> None:
    put(folder, "a.json", feed(LATER))
    look_for_feeds(NOW)
    found = FoundFeed.objects.get()
    forget_previewed_feeds()  # what waits is kept, however old it is
    assert previewed_files.reopen(found.sha256)
    sign_in(client, cast.pmo_lead)
    assert client.get(reverse("found_feeds")).context["state"].total == 1
    shown = client.get(reverse("found_feed_plan", args=[found.public_id]), follow=True)
    assert shown.status_code == 200
    token = shown.context["token"]
    client.post(reverse("admin:authorizations_importrun_apply"), {"token": token})
    found.refresh_from_db()
    assert (found.outcome, found.decided_by) == ("applied", cast.pmo_lead)
    assert ImportRun.objects.get().actor == cast.pmo_lead


def test_a_lead_leaves_it_aside_with_a_reason_once(folder: Path, client: Client, cast: Cast) -> None:
    put(folder, "a.json", feed(LATER))
    look_for_feeds(NOW)
    found = FoundFeed.objects.get()
    sign_in(client, cast.pmo_lead)
    assert client.post(found.get_absolute_url(), {"reason": " "}).status_code == 200
    assert client.post(found.get_absolute_url(), {"reason": "A trial."}).status_code == 302
    assert client.post(found.get_absolute_url(), {"reason": "A trial."}).status_code == 409
    found.refresh_from_db()
    assert (found.outcome, found.decided_by) == ("left", cast.pmo_lead)
    assert look_for_feeds(NOW) == 0


def test_the_limit_is_set_with_a_reason_and_the_page_says_by_whom(client: Client, cast: Cast) -> None:
    sign_in(client, cast.pmo_lead)
    for refused in ("", "-1", "x", "1000001"):
        assert client.post(reverse("feed_limit"), {"most_changes_now": refused, "reason": "Agreed."}).status_code == 200
    client.post(reverse("feed_limit"), {"most_changes_now": "40", "reason": "Agreed."})
    assert FeedLimit.objects.get().most_changes == 40
    page = client.get(reverse("found_feeds")).content.decode()
    assert f"at most 40 records is applied by itself, as {cast.pmo_lead.name} decided" in page


@pytest.mark.parametrize(("limit", "outcome"), [(0, "same"), (5, "applied")])
def test_overviews_that_were_only_read_again_get_younger_where_a_lead_allows_changes(
    folder: Path, cast: Cast, limit: int, outcome: str
) -> None:
    apply(feed("2026-01-01"))
    apply(file(overview()))
    FeedLimit.objects.create(most_changes=limit, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)
    again = "2026-05-27T08:00:00+00:00"
    put(folder, "a.json", file(overview(last_fetched_timestamp=again), as_of="2026-05-27"))
    assert look_for_feeds(NOW) == 1
    assert outcomes() == [("a.json", outcome)]
    assert PackageOverview.objects.filter(fetched_at=again).exists() == (outcome == "applied")
