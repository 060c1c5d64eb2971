"""The feeds of 2016 to 2023: every shape they had, and how they stand to the newer ones."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Organization
from authorizations.models import Ato, DesignationEvent, Leverage, Offering
from authorizations.vocabulary import AtoType, CertificationPath, Designation, DesignationStep, ListingRole
from tests.exchange.feeds import CANALS, DUNES, Row, agency, apply, at, feed, initial, kinds, plan, product, reuse

# A feed is applied for each shape.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def letter(parent: str = CANALS[1], **facts: Any) -> Row:
    return {"Letter_Date": at("2020-02-01"), "Authorizing_Agency": parent, "Include_In_Marketplace": "Y", **facts}


def provider(number: int = 1, *letters: Row, **facts: Any) -> Row:
    return {
        "Cloud_Service_Provider_Name": "Quartz Cloud",
        "Cloud_Service_Provider_Package": f"Quartz Vault {number}",
        "Path": "Agency",
        "Designation": "Compliant",
        "Package_ID": f"FR900000000{number}",
        "Service_Model": ["IaaS ", " PaaS"],
        "Deployment_Model": "Public Cloud",
        "Impact_Level": "Moderate (High In Process)",
        "Original_Authorization_Date": at("2018-03-01"),
        "Announcement_Date": at("2018-04-01"),
        "Sponsoring_Agency": DUNES[1],
        "Independent_Assessor": "Level Assessments",
        "Leveraged_ATO_Letters": [*letters],
        **facts,
    }


def v1(*providers: Row, as_of: str = "2021-01-01") -> Row:
    assessors = [{"Name": "Level Assessments (In Remediation)", "Accreditation_Date": at("2015-05-05")}, {"Name": ""}]
    meta = {"Created_At": f"{as_of}T05:40:50.327Z"}
    return {"meta": meta, "data": {"Providers": [*providers], "Assessors": assessors}}


def v0b(*providers: Row) -> list[Row]:
    return [
        {"Clould_Service_Provider_Name": row["Cloud_Service_Provider_Name"], **_without_name(row)} for row in providers
    ]


def _without_name(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "Cloud_Service_Provider_Name"}


def v0c(*providers: Row) -> Row:
    return {"meta": {"Created_At": "2016-07-08T16:23:33.395Z"}, "data": [*providers]}


SHAPES = {
    "v0b": (v0b, "2016-06-16"),
    "v0b, spelled right": (lambda *rows: [*rows], "2016-06-16"),
    "v0c": (v0c, "2016-07-08"),
    "v1": (v1, "2021-01-01"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_provider_is_an_offering_with_its_atos(shape: str) -> None:
    make, day = SHAPES[shape]
    run = apply(make(provider(1, letter(), letter(Letter_Date="", Authorizing_Letter_Last_Sign_Date=at("2020-05-05")))))
    assert str(run.feed_as_of) == day
    ours = Offering.objects.get()
    assert (ours.designation, ours.impact_level, ours.service_models) == (
        Designation.CERTIFIED,
        "moderate",
        "IaaS, PaaS",
    )
    first = Ato.objects.get(listing_role=ListingRole.INITIAL)
    assert (first.agency.name, str(first.signed_on), str(first.logged_on)) == (DUNES[1], "2018-03-01", "2018-04-01")
    signed = (
        Ato.objects.filter(listing_role=ListingRole.REUSE).order_by("signed_on").values_list("signed_on", flat=True)
    )
    assert [*signed] == [date(2020, 2, 1), date(2020, 5, 5)]
    assert plan(make(provider(1, letter(), letter(Letter_Date=at("2020-05-05"))))).proposal.is_empty


def test_letters_without_an_offering_are_all_set_aside() -> None:
    run = apply([{"Designation": "Compliant", "ATO_Letters": [{"Leter_Date": 41508}]}, {"ATO_Letters": [{}]}])
    assert (run.feed_as_of, run.counts["Products"]["set_aside"]) == (date(2016, 6, 7), 2)


def test_a_day_counted_by_a_spreadsheet_is_that_day() -> None:
    apply(v1(provider(1, letter(Letter_Date=41508), letter(Letter_Date="41509"))))
    signed = (
        Ato.objects.filter(listing_role=ListingRole.REUSE).order_by("signed_on").values_list("signed_on", flat=True)
    )
    assert [*signed] == [date(2013, 8, 22), date(2013, 8, 23)]


def test_the_jab_is_no_agency_and_its_letter_a_provisional_ato() -> None:
    apply(v1(provider(Sponsoring_Agency="JAB Authorization", Path="JAB", Authorizing_Subagency="JAB Authorization")))
    ours = Ato.objects.get()
    assert (ours.agency.is_pseudo, ours.ato_type, ours.offering.certification_path) == (
        True,
        AtoType.P_ATO,
        CertificationPath.JAB,
    )
    jab = agency("22-001", "Legacy JAB Authorization")
    apply(feed(Agencies=[jab], AtoMapping=[initial(1, "22-001", "Legacy JAB Authorization")], ReuseMapping=[]))
    assert Organization.objects.filter(is_pseudo=True).count() == 1


def test_a_bureau_stands_under_its_agency_and_an_agency_named_twice_is_one() -> None:
    apply(v1(provider(1, letter(Authorizing_Subagency="Office of Locks"), letter(Authorizing_Subagency=CANALS[1]))))
    bureau = Organization.objects.get(name="Office of Locks")
    assert (bureau.parent.name if bureau.parent else "", Organization.objects.filter(name=CANALS[1]).count()) == (
        CANALS[1],
        1,
    )


def test_a_letter_that_is_withdrawn_is_on_record_as_not_published() -> None:
    apply(v0b(provider(1, letter(Active="Inactive"), letter(Letter_Date=at("2020-07-07"), Active="Active"))))
    published = Ato.objects.filter(listing_role=ListingRole.REUSE, not_published_since=None)
    assert [str(each.signed_on) for each in published] == ["2020-07-07"]
    assert Ato.objects.get(signed_on="2020-02-01").ended_as_published == "Not active"


def test_underlying_packages_are_what_an_offering_builds_on() -> None:
    apply(v1(provider(1), provider(2, Underlying_CSP_Package_ID=["FR9000000001", "FR9"])))
    link = Leverage.objects.get()
    assert (link.offering.fedramp_id, link.underlying.fedramp_id) == ("FR9000000002", "FR9000000001")
    again = feed(Products=[product(1, leveraged_systems=[{"id": "FR9000000002"}]), product(2)])
    apply(again, reason="Years lie between the two.")
    assert Leverage.objects.get().is_published


@pytest.mark.parametrize(
    ("words", "path", "meaning", "step"),
    [
        ("In Process", "Agency", Designation.IN_PROCESS_AGENCY, DesignationStep.AGENCY_REVIEW),
        ("In-Process", "JAB", Designation.IN_PROCESS_FEDRAMP, DesignationStep.IN_PROCESS_JAB),
        ("In PMO Review", "Agency", Designation.IN_PROCESS_FEDRAMP, DesignationStep.AGENCY_REVIEW),
        ("Fedramp Ready", "Agency", Designation.READY, DesignationStep.AGENCY_REVIEW),
        ("TBD", "Agency", Designation.UNKNOWN, DesignationStep.AGENCY_REVIEW),
    ],
)
def test_designations_of_2021(words: str, path: str, meaning: str, step: str) -> None:
    dates = {"Original_Authorization_Date": "", "Announcement_Date": "", "FedRAMP_In-Process_Date": at("2017-07-07")}
    apply(v1(provider(Designation=words, Path=path, **dates)))
    assert (Offering.objects.get().designation, DesignationEvent.objects.get().step) == (meaning, step)
    assert not Ato.objects.exists()


def test_a_newer_feed_corrects_what_the_old_one_said_and_keeps_its_atos() -> None:
    apply(v1(provider(1, letter(), Original_Expiration_Date=at("2021-03-01"))))
    newer = feed(
        AtoMapping=[initial(1, *DUNES, exp_date="")], ReuseMapping=[reuse(1, *CANALS, ato_date=at("2020-02-01"))]
    )
    run = apply(newer)
    assert (Offering.objects.count(), Ato.objects.count(), Organization.objects.filter(kind="agency").count()) == (
        1,
        2,
        2,
    )
    assert run.counts["AtoMapping"]["change"] == run.counts["ReuseMapping"]["same"] == 1
    # No expiry is recorded for the letter of 2024: that of the letter before it was another's.
    assert Ato.objects.get(listing_role=ListingRole.INITIAL).expires_on is None
    assert plan(v1(provider(1, letter()))).proposal.is_empty


def test_an_old_feed_after_a_newer_one_adds_what_has_left_since() -> None:
    apply(feed(AtoMapping=[initial(1, *DUNES)], ReuseMapping=[]))
    apply(v1(provider(1, letter()), provider(2)))
    gone = Offering.objects.get(fedramp_id="FR9000000002")
    assert (gone.is_published, str(gone.published_since), str(gone.not_published_since)) == (
        False,
        "2021-01-01",
        "2026-01-01",
    )
    assert not Ato.objects.get(listing_role=ListingRole.REUSE).is_published
    assert Offering.objects.get(fedramp_id="FR9000000001").is_published


def test_an_old_feed_does_not_take_the_place_of_a_newer_initial_ato() -> None:
    apply(feed(AtoMapping=[initial(1, *CANALS)]))
    run = apply(v1(provider(1)))
    assert run.counts["AtoMapping"]["set_aside"] == 1
    assert Ato.objects.get(listing_role=ListingRole.INITIAL).agency.name == CANALS[1]


def test_blank_rows_and_what_is_no_record_are_set_aside() -> None:
    content = v1(provider(1), {}, provider(3, Package_ID=""))
    content["data"]["Providers"] += ["text", None]
    assert sorted(set(kinds(content))) == ["blank", "no_key", "unknown_offering", "unlisted_agency", "wrong_type"]
    run = apply(content)
    for table, counts in run.counts.items():
        assert counts["rows"] == counts["create"] + counts["change"] + counts["same"] + counts["set_aside"], table
    assert run.counts["Products"]["set_aside"] == 4
