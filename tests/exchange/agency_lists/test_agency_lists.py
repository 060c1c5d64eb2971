"""Reading agencies' lists of any layout: sheet, headings, dates, merged and hidden cells; nothing is lost silently."""

import json
from datetime import date

import pytest

from authorizations.exchange.agency_lists.columns import meaning_of
from authorizations.exchange.agency_lists.matching import KnownOffering, OfferingMatcher
from authorizations.exchange.dates import day_of
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.vocabulary import AtoType
from tests.exchange.agency_lists.lists import read, saved, workbook

pytestmark = pytest.mark.sqlite


def test_sheet_and_headings_are_found_below_titles() -> None:
    columns, lines = read(
        saved(workbook([("Nimbus", "Nimbus Drive", "FR1", "Buoys", date(2025, 3, 1), None, "O. Fficial")]))
    )
    assert (columns.sheet.title, columns.heading_row) == ("Cloud ATOs", 3)
    assert columns.meaning == dict(
        zip(
            ("provider", "offering", "fedramp_id", "bureau", "signed_on", "expires_on", "official"),
            range(1, 8),
            strict=True,
        )
    )
    assert (lines[0].number, lines[0].text("offering"), lines[0].signed_on) == (4, "Nimbus Drive", date(2025, 3, 1))


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("CSO", "offering"), ("Sub-Agency", "bureau"), ("ATO_Date (mm/dd/yyyy)", "signed_on"), ("systemName", "system"),
        ("authorizationTerminationDate", "expires_on"), ("Authorization Termination Date", "expires_on"),
        ("authorizationStatus", "status"), ("Package ID", "fedramp_id"), ("Authorising Official", "official"),
        ("Favourite colour", ""), ("", ""),
    ],
)  # fmt: skip
def test_headings_mean_what_agencies_call_them(heading: str, meaning: str) -> None:
    assert meaning_of(heading)[0] == meaning


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2/29/2023", None), ("2/28/2023", date(2023, 2, 28)), ("03-Mar-25", date(2025, 3, 3)),
        (1741564800, date(2025, 3, 10)), (1741564800000, date(2025, 3, 10)), ("1741564800", date(2025, 3, 10)),
        (45726, date(2025, 3, 10)), ("20250310", date(2025, 3, 10)), ("2025-03-10T20:00:00.000Z", date(2025, 3, 10)),
        ("March 10, 2025", date(2025, 3, 10)), ("soon", None), (7, None),
    ],
)  # fmt: skip
def test_days_as_lists_hold_them(value: object, day: date | None) -> None:
    assert day_of(value) == day


def test_merged_and_hidden_cells_are_read() -> None:
    book = workbook([("Nimbus", "Drive", "", "", "2/29/2023", "ongoing", ""), (None, "Mail", "", "", "n/a", "", "")])
    sheet = book["Cloud ATOs"]
    sheet.merge_cells("A4:A5")
    sheet.row_dimensions[5].hidden = True
    lines = read(saved(book))[1]
    assert [(line.text("provider"), line.is_hidden) for line in lines] == [("Nimbus", False), ("Nimbus", True)]
    assert [(issue.place, issue.raw) for line in lines for issue in line.issues] == [("E4", "2/29/2023")]


def test_a_formula_that_was_never_computed_is_named_and_an_error_too() -> None:
    book = workbook([("Nimbus", '="Dr"&"ive"', "FR1", "", "#REF!", "", "")])
    book["Cloud ATOs"]["E4"].data_type = "e"
    line = read(saved(book))[1][0]
    assert (line.text("offering"), line.text("fedramp_id")) == ("", "FR1")
    assert [issue.place for issue in line.issues] == ["B4", "E4"]


def test_an_emass_export_is_a_list() -> None:
    records = [
        {
            "systemId": 7,
            "systemName": "Drive",
            "authorizationStatus": "ATO with Conditions",
            "authorizationDate": 1741564800,
            "tags": [],
        }
    ]
    line = read(json.dumps({"data": records}).encode())[1][0]
    assert (line.text("system"), line.text("system_id"), line.signed_on, line.text("ato_type")) == (
        "Drive",
        "7",
        date(2025, 3, 10),
        AtoType.WITH_CONDITIONS,
    )


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_with_columns_is_a_list(encoding: str, separator: str) -> None:
    text = f"CSP{separator}CSO{separator}ATO Date\nNimbus{separator}Drivé{separator}3/10/2025\n"
    line = read(text.encode(encoding))[1][0]
    assert (line.text("offering"), line.signed_on) == ("Drivé", date(2025, 3, 10))


@pytest.mark.parametrize(
    "content", [b"", b"\0\0", b"PK\x03\x04 no workbook", b"only words", b"[1, 2]", b'{"a": 1', b"\xff\xfe\0"]
)
def test_no_list_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(content)


OFFERINGS = OfferingMatcher(
    [
        KnownOffering(1, "FR2105737236", "Drive for Government", ("Nimbus Cloud, Inc.", "Nimbus")),
        KnownOffering(2, "FR2105737237", "Drive", ("Stratus Works LLC",), ("Cirrus Box",)),
        KnownOffering(3, "", "Payroll Cloud (Moderate)", ("Meadow Pay",)),
        KnownOffering(4, "", "Payroll Cloud (High)", ("Meadow Pay",)),
    ]
)


@pytest.mark.parametrize(
    ("fedramp_id", "name", "provider", "offering"),
    [
        ("fr 2105737236 ", "Anything", "", 1),
        ("", "Nimbus - Drive for Goverment", "", 1),
        ("", "DRIVE", "Stratus Works", 2),
        ("", "Drive", "Nimbus Cloud", None),
        ("", "Cirrus Box", "", 2),
        ("", "Drive for Government (FR2105737236)", "", 1),
        ("FR2105737236", "Drive", "Stratus Works", None),
        ("", "Payroll Cloud", "Meadow Pay", None),
        ("", "Toaster", "", None),
        ("", "", "", None),
    ],
)
def test_offerings_are_found_and_in_doubt_a_person_is_asked(
    fedramp_id: str, name: str, provider: str, offering: int | None
) -> None:
    assert OFFERINGS.find(fedramp_id, name, provider).offering == offering
