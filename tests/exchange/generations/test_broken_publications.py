"""Publications that failed: each gets one sentence, nothing is changed, and errors cannot be accepted."""

import json
from typing import Any

import pytest

from authorizations.actions.imports.apply import OlderFeed, TooManyRemovals
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.exchange.imports.marketplace import feed_from_bytes
from tests.exchange.feeds import (
    MEGABYTE,
    NOW,
    Row,
    apply,
    feed,
    plan,
    product,
    product_of_2026,
    products_of_2026,
    row_counts,
)

pytestmark = pytest.mark.django_db


def offerings(number: int, **facts: Any) -> list[Row]:
    return [product(each, id=f"FR{each:010}", **facts) for each in range(number)]


def many(number: int = 40, as_of: str = "2026-01-01", **facts: Any) -> Row:
    return feed(as_of, Products=offerings(number, **facts), AtoMapping=[], ReuseMapping=[])


@pytest.mark.slow
def test_half_of_the_rows_gone_is_one_sentence_and_changes_nothing() -> None:
    apply(many())
    before = row_counts()
    with pytest.raises(TooManyRemovals) as refusal:
        apply(many(20, "2026-01-02"))
    assert "Products 20 of 40" in refusal.value.sentence
    assert row_counts() == before


@pytest.mark.slow
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!"])
@pytest.mark.parametrize("rows", [1, 40])
def test_spreadsheet_errors_everywhere_cannot_be_accepted(error: str, rows: int) -> None:
    apply(many())
    before = row_counts()
    broken = many(40, "2026-01-02")
    for row in broken["data"]["Products"][: 40 if rows == 40 else 12]:
        row.update(status=error, impact_level=error)
    with pytest.raises(Unreadable, match=r"is broken: .* rows of Products hold spreadsheet errors"):
        apply(broken, reason="It will be right.")
    assert row_counts() == before


def test_errors_in_every_cell_cannot_be_accepted() -> None:
    broken = many(3)
    broken["data"]["Products"] = [dict.fromkeys(row, "#REF!") for row in broken["data"]["Products"]]
    with pytest.raises(Unreadable, match="3 of 3 rows"):
        apply(broken)
    row = dict.fromkeys(product_of_2026(), "#REF!")
    with pytest.raises(Unreadable, match="2 of 2 rows"):
        apply(products_of_2026(row, {**row}))


def test_an_error_in_a_few_cells_is_noted_and_the_rest_is_taken() -> None:
    content = many()
    content["data"]["Products"][0]["status"] = "#REF!"
    assert [issue.kind for issue in plan(content).proposal.issues][:1] == ["spreadsheet_error"]


def test_blank_rows_that_a_spreadsheet_filled_up_are_no_errors() -> None:
    blank = {"id": "", "parent_agency_name": "", "auth_count_eq": "#N/A"}
    meta = {"export_timestamp": "2026-05-21T03:59:31.353Z", "total_entries": 20}
    content = json.dumps({"metadata": meta, "data": {"agencies": [blank] * 20}}).encode()
    read = feed_from_bytes(content, name="agencies.json", max_bytes=MEGABYTE, now=NOW)
    assert read.table("Agencies").set_aside == 20


@pytest.mark.slow
def test_an_older_publication_is_one_sentence_and_changes_nothing() -> None:
    apply(many())
    before = row_counts()
    with pytest.raises(OlderFeed, match="of 31 Dec 2025, but the feed of 1 Jan 2026"):
        apply(many(as_of="2025-12-31"), reason="It is right.")
    assert row_counts() == before
