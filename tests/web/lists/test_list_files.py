"""A list as a workbook and as JSON: the rows of its page, typed, with each column explained."""

import json
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.models import Ato, Offering
from authorizations.web.imports.listings import FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS
from authorizations.web.lists import registry as listings
from authorizations.web.lists.listing import Listing
from authorizations.web.messages.listing import MESSAGES
from authorizations.web.register.listing_obligations import ACCESSES, CONDITIONS
from tests.attacks.scene import signed_in
from tests.cast import Cast
from tests.reports.newcomer import content

pytestmark = pytest.mark.django_db
ALL = (*listings.LISTINGS, CONDITIONS, ACCESSES, MESSAGES, FOUND_FEEDS, IMPORT_RUNS, ISSUE_ROWS, REVIEW_ITEMS)


@pytest.fixture
def atos(cast: Cast) -> list[Ato]:
    harbors, nimbus = cast.organizations["harbors"], cast.organizations["nimbus"]
    return [
        Ato.objects.create(
            agency=harbors,
            offering=_offering(nimbus, name),
            signed_on=date(2025, 2, day),
            source=RecordSource.FEED,
            published_since=date(2025, 7, 1),
        )
        for day, name in ((28, "=1+1"), (1, "Zebra"), (2, "Ash"))
    ]


def _offering(provider: Organization, name: str) -> Offering:
    return Offering.objects.create(provider=provider, name=name, source=RecordSource.FEED)


@pytest.mark.parametrize("listing", ALL, ids=lambda listing: listing.name)
def test_each_column_of_each_list_is_explained(listing: Listing) -> None:
    assert all(column.meaning for column in listing.columns)


def test_a_workbook_holds_the_rows_of_the_page_typed_and_harmless(cast: Cast, atos: list[Ato]) -> None:
    client: Any = signed_in(cast.viewer)
    book = load_workbook(BytesIO(content(client.get("/atos.xlsx?sort=signed"))))
    head, *rows = book["ATO register"].iter_rows()
    assert [each.value for each in head][:2] == ["Agency", "Offering"]
    assert [row[1].value for row in rows] == ["Zebra", "Ash", "=1+1"]
    assert [row[1].data_type for row in rows] == ["s", "s", "s"]
    assert rows[0][4].is_date
    assert rows[0][4].value.date() == date(2025, 2, 1)
    sheet = book["ATO register"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:N4")
    assert [each.value for each in head][-4:] == ["Agency id", "Offering id", "FedRAMP id", "ATO id"]
    assert rows[0][-1].value == atos[1].public_id
    explained = {row[1]: row[4] for row in book["Columns"].iter_rows(values_only=True)}
    assert explained["Signed"] == "The day of the letter."


def test_json_holds_the_same_rows(cast: Cast, atos: list[Ato]) -> None:
    [row] = json.loads(content(signed_in(cast.viewer).get("/atos.json?q=Zebra")))
    assert (row["offering"], row["signed"], row["ato_id"]) == ("Zebra", "2025-02-01", atos[1].public_id)


def test_the_whole_json_says_what_was_asked_for_and_what_the_columns_mean(cast: Cast, atos: list[Ato]) -> None:
    told = json.loads(content(signed_in(cast.viewer).get("/atos.json?q=Zebra&shape=whole")))
    [table] = told["tables"]
    assert [each["key"] for each in table["columns"]] == list(table["rows"][0])
    assert [(row["offering"], row["signed"]) for row in table["rows"]] == [("Zebra", "2025-02-01")]
    assert "Search: Zebra" in told["summary"]
