"""Which certified offerings hang on one ATO, or have none: the real feed of July 2025, reckoned from its file."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from authorizations.exchange.imports.marketplace import apply_feed
from authorizations.reports.program import Program
from authorizations.reports.scope import ReportScope
from authorizations.tables.columns import Link
from authorizations.tables.contents import ReportSpec
from tests.cast import Cast
from tests.exchange.feeds import NOW, feed_at

pytestmark = pytest.mark.slow  # The whole feed is applied.

V2, THE_JAB = "marketplace-v2/2025-07-01.json", "22-001"
JULY, DECEMBER = datetime(2025, 7, 1, 17, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC)


def reckoned(path: Path, day: str) -> tuple[int, int, int]:
    """Certified products with one ATO that holds on a day, with none, and with none but the JAB's; an exact copy of a
    row counts once."""
    data = json.loads(path.read_text())["data"]
    certified = {each["id"] for each in data["Products"] if each["status"] == "FedRAMP Authorized"}
    rows = {
        (
            table,
            row["id"].strip() if isinstance(row["id"], str) else str(row["id"]),
            *map(str, (row[key] for key in KEYS)),
        )
        for table in ("AtoMapping", "ReuseMapping")
        for row in data[table]
    }
    held = Counter(each[1] for each in rows if each[2] != THE_JAB and (not each[-1] or each[-1][:10] >= day))
    of_the_jab = {each[1] for each in rows if each[2] == THE_JAB}
    numbers = Counter(min(held[each], 2) for each in certified)
    return numbers[1], numbers[0], sum(not held[each] for each in certified & of_the_jab)


KEYS = ("agency_id", "parent", "sub", "ato_date", "exp_date")


def test_single_points_of_failure_are_counted_by_agency_atos_alone(shared_data: Path, cast: Cast) -> None:
    feed = feed_at(shared_data / V2)
    apply_feed(feed, actor=None, now=NOW)
    for moment, expected in ((DECEMBER, (138, 82)), (JULY, (155, 26))):
        scope = ReportScope.of(ReportSpec(cast.pmo_lead, moment, {}))
        single, none = Program().single(scope), Program().unvouched(scope)
        assert (single.total, none.total) == expected
        assert reckoned(shared_data / V2, moment.date().isoformat())[:2] == expected
        assert {row[-1].text for row in single.rows() if isinstance(row[-1], Link)} == {1}
        assert "too, 166 hang on one, and 7 have none but the JAB’s." in single.note
    ever = reckoned(shared_data / V2, "")
    assert (ever[0], ever[2]) == (166, 7)
