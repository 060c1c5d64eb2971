"""Timers that look at one folder in the same moment: each feed is taken once, as one timer alone would take it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from authorizations.actions.imports.found_feeds import EnteredAlready
from authorizations.exchange.imports.marketplace import apply_feed
from authorizations.exchange.imports.watching import look_for_feeds
from authorizations.models import Event, FoundFeed, ImportRun, Message, Offering
from authorizations.models.feed_watch import FeedLimit, FeedOutcome
from fedramp_portal.feed_settings import FeedSources
from tests.cast import Cast, make_cast
from tests.exchange.feeds import NOW, apply, read
from tests.exchange.watching.test_watching import LATER, NEWEST, offerings, outcomes, put
from tests.lifecycle.test_cases_at_once import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def allowed(cast: Cast, folder: Path, settings: Any, most_changes: int) -> None:
    """A folder that the timers look at, beside a register that has thirty offerings."""
    settings.FEEDS = FeedSources(folder, None)
    apply(offerings(30, "2026-01-01"))
    FeedLimit.objects.create(most_changes=most_changes, reason="Agreed.", set_by=cast.pmo_lead, set_at=NOW)


def entries() -> Counter[str]:
    return Counter(Event.objects.filter(verb__regex="^(import|foundfeed)[.]").values_list("verb", flat=True))


@pytest.mark.parametrize("timers", [2, 4])
def test_timers_at_once_apply_one_feed_once_and_ask_nobody(tmp_path: Path, settings: Any, timers: int) -> None:
    allowed(make_cast(), tmp_path, settings, 5)
    before = Event.objects.filter(verb="offering.imported").count()
    put(tmp_path, "a.json", offerings(33, LATER))
    assert together([lambda: look_for_feeds(NOW)] * timers) == ["done"] * timers
    assert outcomes() == [("a.json", "applied")]
    assert ImportRun.objects.count() == 2
    assert entries() == {"import.applied": 2, "foundfeed.applied": 1}
    assert Event.objects.filter(verb="offering.imported").count() == before + 3
    assert not Message.objects.filter(event__verb__startswith="foundfeed.").exists()


def test_of_several_feeds_each_ends_as_with_one_timer(tmp_path: Path, settings: Any) -> None:
    cast = make_cast()
    allowed(cast, tmp_path, settings, 5)
    put(tmp_path, "a.json", offerings(31, LATER))
    put(tmp_path, "b.json", offerings(60, NEWEST))
    put(tmp_path, "c.json", offerings(33, "2026-02-02"))
    put(tmp_path, "d.json", "no feed")
    assert together([lambda: look_for_feeds(NOW)] * 3) == ["done"] * 3
    assert outcomes() == [("a.json", "applied"), ("b.json", "waits"), ("c.json", "applied"), ("d.json", "refused")]
    assert Offering.objects.count() == 33
    assert entries() == {
        "import.applied": 3, "foundfeed.applied": 2, "foundfeed.waits": 1, "foundfeed.refused": 1
    }  # fmt: skip
    told = Counter(Message.objects.filter(event__verb="foundfeed.waits").values_list("recipient", flat=True))
    assert told == {cast.pmo_lead.pk: 1}


def test_what_another_timer_left_to_a_person_meanwhile_is_not_applied(tmp_path: Path, settings: Any) -> None:
    """A lead lowered the limit between two looks: the entry and the import are one act, and the first entry counts."""
    cast = make_cast()
    allowed(cast, tmp_path, settings, 0)
    put(tmp_path, "a.json", offerings(33, LATER))
    look_for_feeds(NOW)
    waiting = FoundFeed.objects.get()
    late = FoundFeed(sha256=waiting.sha256, file_name="a.json", outcome=FeedOutcome.APPLIED, found_at=NOW)
    with pytest.raises(EnteredAlready):
        apply_feed(read(offerings(33, LATER)), actor=None, now=NOW, found=late)
    assert (Offering.objects.count(), ImportRun.objects.count(), outcomes()) == (30, 1, [("a.json", "waits")])
    assert entries() == {"import.applied": 1, "foundfeed.waits": 1}
