"""A hundred feeds in a row: what is on record grows with what changed, not with how often it was said."""

import pytest

from authorizations.models import Event
from tests.exchange.feeds import CANALS, Row, apply, feed, product, reuse, row_counts

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]

DAYS = [f"2026-{month:02}-{day:02}" for month in (1, 2, 3, 4) for day in range(1, 26)]


def of_day(day: str, number_changed: int) -> Row:
    """Forty offerings with an ATO each, a trouble that every feed repeats, and so many renamed since the first day."""
    rows = [product(1, id=f"FR{number:010}", cso=f"Vault {number}", status="Odd") for number in range(40)]
    for number in range(number_changed):
        rows[number % 40]["cso"] = f"Vault {number} of {day}"
    atos = [reuse(1, *CANALS, id=f"FR{number:010}") for number in range(40)]
    return feed(day, Products=rows, AtoMapping=[], ReuseMapping=atos)


def rows_of(changed_each_day: int) -> dict[str, int]:
    apply(of_day(DAYS[0], 0))
    before = row_counts()
    for day in DAYS[1:]:
        apply(of_day(day, changed_each_day))
    after = row_counts()
    return {table: after[table] - before[table] for table in after if after[table] != before[table]}


@pytest.mark.parametrize("changed", [0, 1, 3])
def test_a_hundred_feeds_add_an_entry_for_each_change_and_one_for_each_feed(changed: int) -> None:
    grown = rows_of(changed)
    feeds = len(DAYS) - 1
    assert grown == {"authorizations.ImportRun": feeds, "authorizations.Event": feeds * (1 + changed)}
    assert Event.objects.filter(verb="import.applied").count() == len(DAYS)
