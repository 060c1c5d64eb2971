"""The real files of all generations, where they are at hand: every row is accounted for, and newer knowledge stays."""

from pathlib import Path

import pytest

from authorizations.exchange.imports.marketplace import apply_feed, plan_feed
from authorizations.exchange.imports.precedence import SPOILED
from authorizations.models import Offering
from tests.exchange.feeds import NOW, feed_at

pytestmark = pytest.mark.django_db

# By table: rows = created + changed + same + set aside.
Sums = dict[str, tuple[int, int, int, int, int]]
V1, OLDER = "marketplace-v1/2021-01-01_v1.json", "marketplace-v2/2024-07-01.json"
CHANGES = "marketplace-v3/2026-04-14_fedramp-status-changelog.json"
SPLIT: dict[str, Sums] = {
    "agencies": {"Agencies": (34, 0, 2, 29, 3)},
    "assessor-clients": {"AssessorClients": (20, 0, 0, 20, 0)},
    "assessors": {"Assessors": (2, 0, 2, 0, 0)},
    "atos": {"AtoMapping": (19, 3, 12, 0, 4), "ReuseMapping": (16, 16, 0, 0, 0)},
    "product-included-services": {"IncludedServices": (12, 0, 8, 4, 0)},
    "products": {"Products": (3, 0, 3, 0, 0), "Providers": (3, 0, 0, 3, 0)},
}
V2, V3 = "marketplace-v2/2025-07-01.json", "marketplace-v3/2026-05-12_fedramp-products.json"


def sums(shared_data: Path, name: str) -> Sums:
    """Applies a file, and gives what it did to each table that it has."""
    feed = feed_at(shared_data / name)
    _, plan = apply_feed(feed, actor=None, now=NOW, removals_reason="Ten months lie between the two.")
    stated = {
        table: plan.proposal.counts[table] for table in (*feed.tables, "Providers") if table in plan.proposal.counts
    }
    for table, counts in stated.items():
        assert counts.rows == counts.create + counts.change + counts.same + counts.set_aside, table
    return {table: (each.rows, each.create, each.change, each.same, each.set_aside) for table, each in stated.items()}


@pytest.mark.slow  # Ten feeds are applied: a quarter of a minute.
def test_v2_then_all_feeds_of_2026_then_v2_again(shared_data: Path) -> None:
    assert sums(shared_data, V2) == {
        "Agencies": (234, 234, 0, 0, 0),
        "Assessors": (49, 49, 0, 0, 0),
        "Products": (567, 567, 0, 0, 0),
        "AtoMapping": (441, 441, 0, 0, 0),
        "ReuseMapping": (2615, 2594, 0, 0, 21),
        "Providers": (492, 489, 3, 0, 0),
    }
    good = dict(Offering.objects.values_list("fedramp_id", "description"))
    assert sums(shared_data, V3) == {"Products": (790, 203, 460, 107, 20), "Providers": (641, 155, 10, 476, 0)}
    assert sums(shared_data, CHANGES) == {"StatusChanges": (1894, 331, 9, 1538, 16)}
    for name, expected in SPLIT.items():
        [file] = (shared_data / "marketplace-v3-split").glob(f"fedramp-{name}.2026-06-21.*")
        assert sums(shared_data, f"marketplace-v3-split/{file.name}") == expected, name
    again = plan_feed(feed_at(shared_data / V2), now=NOW)
    assert again.proposal.is_empty
    assert not again.proposal.sources
    for fedramp_id, text in Offering.objects.values_list("fedramp_id", "description"):
        assert not (good.get(fedramp_id) and SPOILED.search(text.replace("?a=", ""))) or text == good[fedramp_id]


OF_V1 = {
    "Products": (302, 302, 0, 0, 0),
    "AtoMapping": (211, 211, 0, 0, 0),
    "ReuseMapping": (896, 895, 0, 0, 1),
    "Assessors": (49, 39, 0, 0, 10),
    "Providers": (242, 242, 0, 0, 0),
}


@pytest.mark.nightly
def test_v1_whole_then_v2_of_2024_then_v1_again(shared_data: Path) -> None:
    assert sums(shared_data, V1) == OF_V1
    same = plan_feed(feed_at(shared_data / V1), now=NOW)
    assert same.proposal.is_empty
    assert sums(shared_data, OLDER) == {
        "Agencies": (231, 77, 154, 0, 0),
        "Assessors": (43, 14, 29, 0, 0),
        "Products": (482, 225, 257, 0, 0),
        "AtoMapping": (337, 176, 94, 67, 0),
        "ReuseMapping": (2152, 1514, 379, 247, 12),
        "Providers": (401, 211, 190, 0, 0),
    }
    again = plan_feed(feed_at(shared_data / V1), now=NOW).proposal
    assert not [*again.create, *again.succession]
