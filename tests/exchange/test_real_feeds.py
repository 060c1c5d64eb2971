"""The real feeds of 2024 and 2025, where they are at hand: counted against what they publish themselves."""

import time
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import Count, Q

from authorizations.actions.imports.apply import TooManyRemovals
from authorizations.exchange.imports.feed_rows import Feed
from authorizations.exchange.imports.marketplace import apply_feed, plan_feed
from authorizations.exchange.imports.plan import ImportPlan
from authorizations.models import ImportRun, Offering
from tests.exchange.feeds import NOW, feed_at, row_counts

pytestmark = pytest.mark.django_db

# What the feed states against the rows that are left once copies are set aside and ids stripped.
SEVEN = {
    "2024-07-01": {
        "F1603047866": (64, 61),
        "AGENCYAMAZONEW": (85, 82),
        "F1506076709": (9, 7),
        "F1511207635": (37, 36),
        "FR1812058188": (14, 15),
        "F1603087869": (60, 58),
        "F1403283529": (7, 6),
    },
    "2025-07-01": {
        "F1603047866": (94, 90),
        "AGENCYAMAZONEW": (109, 105),
        "F1212191840A": (42, 43),
        "FR2116544598": (6, 5),
        "F1603087869": (70, 67),
        "FR1719841002": (25, 26),
        "FR2108649352": (39, 38),
    },
}
UNKNOWN = {"2024-07-01": 1, "2025-07-01": 7}


@pytest.fixture(scope="module")
def feeds(shared_data: Path) -> dict[str, Feed]:
    folder = shared_data / "marketplace-v2"
    return {day: feed_at(folder / f"{day}.json") for day in SEVEN}


def apply(feed: Feed, reason: str = "") -> ImportPlan:
    return apply_feed(feed, actor=None, now=NOW, removals_reason=reason)[1]


def published_rows() -> dict[str, tuple[int, int]]:
    """By FedRAMP id: (what the feed states, how many ATO rows are published)."""
    rows = Offering.objects.filter(not_published_since=None).annotate(
        rows=Count("atos", filter=Q(atos__published_since__isnull=False, atos__not_published_since=None))
    )
    return {str(each.fedramp_id): (each.published_authorizations or 0, each.rows) for each in rows}


def assert_counts_add_up(plan: ImportPlan, feed: Feed) -> None:
    for table, counts in plan.proposal.counts.items():
        assert counts.rows == counts.create + counts.change + counts.same + counts.set_aside, table
        assert counts.rows == feed.tables[table].records if table in feed.tables else True, table


def assert_every_offering_follows_the_formula(plan: ImportPlan) -> None:
    kinds = {kind: Counter[str]() for kind in ("copy", "blanks")}
    for issue in plan.proposal.issues:
        if issue.kind in kinds:
            kinds[issue.kind][issue.record_id] += 1
    for fedramp_id, (stated, ours) in published_rows().items():
        assert stated == ours + kinds["copy"][fedramp_id] - kinds["blanks"][fedramp_id], fedramp_id


def assert_what_children_and_rows_still_name_stays_published(plan: ImportPlan) -> None:
    # 14 ids left the list; Defense is still named by its bureaus, and Argonne's id went to another agency.
    assert plan.proposal.counts["Agencies"].not_published == 14 - 1 + 1


@pytest.mark.slow  # A whole feed is read and applied: two seconds.
@pytest.mark.parametrize("day", SEVEN)
def test_our_rows_are_what_the_feed_states_but_for_seven_corrections(feeds: dict[str, Feed], day: str) -> None:
    plan = apply(feeds[day])
    differing = {name: pair for name, pair in published_rows().items() if pair[0] != pair[1]}
    assert differing == SEVEN[day]
    assert_every_offering_follows_the_formula(plan)
    assert_counts_add_up(plan, feeds[day])
    kinds = Counter(issue.kind for issue in plan.proposal.issues)
    assert kinds["unknown_offering"] == UNKNOWN[day]
    assert plan_feed(feeds[day], now=NOW).proposal.is_empty


@pytest.mark.nightly
def test_the_year_between_the_feeds_is_stopped_then_accepted_and_all_rows_are_accounted_for(
    feeds: dict[str, Feed],
) -> None:
    older, newer = feeds["2024-07-01"], feeds["2025-07-01"]
    apply(older)
    before = row_counts()
    with pytest.raises(TooManyRemovals) as stopped:
        apply(newer)
    assert row_counts() == before
    assert stopped.value.tables["Products"].not_published == 45
    plan = apply(newer, reason="A year lies between the two.")
    assert_counts_add_up(plan, newer)
    assert_every_offering_follows_the_formula(plan)
    assert_what_children_and_rows_still_name_stays_published(plan)
    assert plan_feed(newer, now=NOW).proposal.is_empty
    assert Offering.objects.count() == 482 + 567 - (482 - 45)
    assert ImportRun.objects.count() == 2


@pytest.mark.slow
def test_an_empty_register_takes_a_whole_feed_in_under_eight_seconds(shared_data: Path) -> None:
    started = time.process_time()
    path = shared_data / "marketplace-v2" / "2025-07-01.json"
    apply(feed_at(path))
    assert time.process_time() - started < 8
