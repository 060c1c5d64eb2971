"""Providers' package overviews: found by their content, kept as facts with a source of their own (ADR 32)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from authorizations.actions.imports.apply import NothingToChange, TooManyRemovals
from authorizations.exchange.imports.feed_files import feeds_of
from authorizations.exchange.imports.marketplace import apply_feed, plan_feed
from authorizations.models import Event, ImportIssue, Offering, PackageOverview, ReviewItem
from authorizations.models.feed_changes.facts import ChangeKind
from authorizations.models.feed_changes.lines import FeedChange, changes_of, entries_between
from authorizations.vocabulary import ClashKind
from tests.exchange.feeds import MEGABYTE, NOW, Row, apply, feed, feed_at, kinds, plan, product, read

pytestmark = pytest.mark.django_db
ID = "FR9000000001"
TABLE = "PackageOverviews"
AUTUMN = datetime(2026, 10, 1, 16, tzinfo=UTC)
SEPTEMBER = ["FR2628650874", "FR2628647233", "FR2629068832", "FR2630354495", "FR2631747327", "FR2632558735"]
SEPTEMBER += ["FR2632755834", "FR2634659079", "FR2634659083", "FR2635447609"]


def overview(assigned: str = ID, stated: str | None = None, **facts: Any) -> Row:
    """One record; ``identity`` and ``properties`` are added to those parts, and anything else to itself."""
    identity = {"fedRampPackageId": assigned if stated is None else stated, "providerName": "Quartz Cloud, Inc."}
    return {
        "serviceIdentification": {**identity, "serviceName": "Vault", **facts.pop("identity", {})},
        "serviceProperties": {
            "trustCenter": {
                "url": "https://trust.quartz.example",
                "repositoryDescription": "All of it.",
                "authenticationRequired": True,
                "accessRequestInstructions": "Write to trust@quartz.example.",
            },
            "nextOngoingCertificationReportDate": "2027-01-06",
            "nextQuarterlyReview": {
                "date": "2027-01-13",
                "startTime": "14:00:00-05:00",
                "registrationUrl": "mailto:trust@quartz.example?subject=Review",
                "calendarUrl": "https://trust.quartz.example/review.ics",
            },
            "ongoingCertificationReportFeedbackUrl": "https://trust.quartz.example/feedback",
            **facts.pop("properties", {}),
        },
        "thirdPartyInformationResources": {
            "certified": [{"fedRampCertifiedThirdPartyInformationResource": each} for each in ("FR9000000002", "F1")]
        },
        "ZD_frid_retro": assigned,
        "id_matches_expected": True,
        "last_fetched_timestamp": "2026-05-20T17:38:28Z",
        **facts,
    }


def file(*rows: Row, total: int | None = None, as_of: str = "2026-05-20") -> Row:
    meta = {"export_timestamp": f"{as_of}T17:39:20.164Z", "total_entries": len(rows) if total is None else total}
    return {"metadata": meta, "data": {"frc-cso-pkg": [*rows]}}


def counted(content: Row) -> tuple[int, int, int, int, int]:
    counts = plan(content).proposal.counts[TABLE]
    assert counts.rows == counts.create + counts.change + counts.same + counts.set_aside
    return counts.rows, counts.create, counts.change, counts.same, counts.set_aside


@pytest.fixture
def offering(db: None) -> Offering:
    apply(feed(Products=[product(), product(2)]))
    return Offering.objects.get(fedramp_id=ID)


def test_a_file_of_overviews_is_a_generation_of_its_own() -> None:
    found = read(file(overview()))
    assert (found.file.version, found.file.as_of, [*found.tables]) == (
        "marketplace-cso-pkg",
        date(2026, 5, 20),
        [TABLE],
    )


def test_an_overview_is_kept_beside_its_offering_with_its_source(offering: Offering) -> None:
    before = Offering.objects.values().get(pk=offering.pk)
    run = apply(file(overview()))
    kept = offering.overview
    assert (kept.trust_center, kept.access_needed) == ("https://trust.quartz.example", True)
    assert (kept.access_instructions, kept.trust_center_about) == ("Write to trust@quartz.example.", "All of it.")
    assert (kept.next_report_on, kept.next_review_on) == (date(2027, 1, 6), date(2027, 1, 13))
    assert kept.next_review_time == "14:00:00-05:00"
    assert kept.review_registration.startswith("mailto:")
    assert (kept.builds_on, kept.import_run) == (["FR9000000002", "F1"], run)
    assert kept.fetched_at == datetime(2026, 5, 20, 17, 38, 28, tzinfo=UTC)
    assert (kept.published_since, kept.sources["next_report_on"]) == (date(2026, 5, 20), "cso-pkg 2026-05-20")
    # What the Marketplace says of the offering is another source's, and stays.
    assert Offering.objects.values().get(pk=offering.pk) == before
    assert Event.objects.filter(verb="packageoverview.imported").count() == 1


def test_the_same_file_again_changes_nothing(offering: Offering) -> None:
    content = file(overview(), overview("FR1", stated="TBD"))
    apply(content)
    assert counted(content) == (2, 0, 0, 1, 1)
    assert plan(content).proposal.is_empty
    with pytest.raises(NothingToChange):
        apply(content)


def test_what_was_only_read_again_is_younger_and_no_change(offering: Offering) -> None:
    apply(file(overview()))
    again = file(overview(last_fetched_timestamp="2026-05-27T08:00:00Z"), as_of="2026-05-27")
    assert counted(again) == (1, 0, 0, 1, 0)
    run = apply(again)
    kept = PackageOverview.objects.get()
    assert (kept.fetched_at, kept.import_run) == (datetime(2026, 5, 27, 8, tzinfo=UTC), run)
    assert Event.objects.filter(verb="packageoverview.imported").count() == 1


def test_a_change_of_the_provider_is_a_change(offering: Offering) -> None:
    apply(file(overview()))
    later = {"nextOngoingCertificationReportDate": "2027-04-06", "nextQuarterlyReview": {}}
    assert counted(file(overview(properties=later), as_of="2026-05-27")) == (1, 0, 1, 0, 0)
    apply(file(overview(properties=later), as_of="2026-05-27"))
    kept = PackageOverview.objects.get()
    assert (kept.next_report_on, kept.next_review_on, kept.review_calendar) == (date(2027, 4, 6), None, "")


@pytest.mark.parametrize("stated", ["Quartz (Vault)", "TBD", "000000", "FR9000000002", ""])
def test_the_id_that_fedramp_assigned_counts_and_another_stated_one_is_for_a_person(
    offering: Offering, stated: str
) -> None:
    apply(file(overview(stated=stated, id_matches_expected=False)))
    assert PackageOverview.objects.get().offering == offering
    item = ReviewItem.objects.get()
    assert (item.clash, item.offering, item.ours) == (ClashKind.OVERVIEW_ID, offering, ID)
    # Asked once, whatever comes later.
    assert not plan(file(overview(stated=stated, id_matches_expected="FALSE"), as_of="2026-05-25")).proposal.review


@pytest.mark.parametrize(
    ("facts", "kept", "asked"),
    [
        ({"id_matches_expected": True}, True, False),
        ({"id_matches_expected": ""}, True, False),
        # FedRAMP says that it is not the one, or the names are somebody else's.
        ({"id_matches_expected": "FALSE"}, False, True),
        ({"identity": {"providerName": "Advent Company", "serviceName": "Enable"}}, False, False),
        ({"identity": {"fedRampPackageId": "ADVENT-ENB", "fedRampId": ID}}, True, False),
    ],
)
def test_without_an_assigned_id_the_stated_one_counts_where_nothing_contradicts(
    offering: Offering, facts: Row, *, kept: bool, asked: bool
) -> None:
    identity = {"fedRampPackageId": ID, **facts.pop("identity", {})}
    content = file(overview("", identity=identity, **facts))
    assert counted(content)[1:] == ((1, 0, 0, 0) if kept else (0, 0, 0, 1))
    apply(content)
    assert (PackageOverview.objects.exists(), ReviewItem.objects.exists()) == (kept, asked)
    assert ImportIssue.objects.filter(kind="unsure_id").exists() != kept


def test_what_matches_no_offering_is_set_aside_with_a_row(offering: Offering) -> None:
    apply(file(overview("FR1", stated="FR9000000002", id_matches_expected=False)))
    assert not PackageOverview.objects.exists()
    assert ImportIssue.objects.get(kind="unknown_offering").record_id == "FR1"


def test_two_overviews_of_one_offering_are_one_and_a_row(offering: Offering) -> None:
    content = file(overview(), overview(identity={"serviceName": "Another"}))
    assert counted(content) == (2, 1, 0, 0, 1)
    assert "id_twice" in kinds(content)


@pytest.mark.parametrize(
    "row",
    [
        overview("FAKE-12345678"),
        overview("", stated="FAKE-12345678"),
        {"ZD_frid_retro": ""},
        overview("", "", identity={"providerName": ""}),
    ],
)
def test_test_rows_and_nameless_ones_are_refused(offering: Offering, row: Row) -> None:
    assert counted(file(row)) == (1, 0, 0, 0, 1)


def test_odd_values_are_read_and_unknown_keys_left(offering: Offering) -> None:
    odd = overview(
        informationFlows=["x"],
        somethingNew={"a": 1},
        nextOngoingCertificationReportDate="2027-02-02",
        properties={
            "trustCenter": {"url": "NA", "accessRequestInstructions": ["One.", "Two."], "authenticationRequired": "?"},
            "nextOngoingCertificationReportDate": "",
            "nextQuarterlyReview": {"date": "soon"},
            "ongoingCertificationReportFeedbackUrl": "Denial Process.pdf",
        },
        thirdPartyInformationResources={"certified": ["NA", {"fedRampCertifiedThirdPartyInformationResource": "000"}]},
        last_fetched_timestamp="yesterday",
    )
    assert {"unknown_field", "date"} <= {*kinds(file(odd))}
    apply(file(odd))
    kept = PackageOverview.objects.get()
    assert (kept.trust_center, kept.access_needed, kept.access_instructions) == ("", None, "One.\nTwo.")
    assert (kept.next_report_on, kept.next_review_on) == (date(2027, 2, 2), None)
    assert (kept.feedback, kept.builds_on, kept.fetched_at) == ("Denial Process.pdf", [], None)


@pytest.mark.parametrize("part", ["serviceIdentification", "serviceProperties", "thirdPartyInformationResources"])
@pytest.mark.parametrize("value", [None, "text", ["list"], 7, {"trustCenter": "text", "certified": {"a": 1}}])
def test_a_part_that_is_something_else_never_fails(offering: Offering, part: str, value: Any) -> None:
    assert counted(file(overview(**{part: value})))[0] == 1


def test_a_spoiled_text_replaces_no_good_one_and_is_no_change(offering: Offering) -> None:
    def said(text: str) -> Row:
        return overview(properties={"trustCenter": {"url": "", "repositoryDescription": text}})

    apply(file(said("The provider’s “center” – all of it.")))
    assert counted(file(said("The provider?s ?center? ? all of it."), as_of="2026-05-25")) == (1, 0, 0, 1, 0)
    apply(file(said("The provider?s ?center? ? all of it."), as_of="2026-05-25"))
    assert PackageOverview.objects.get().trust_center_about == "The provider’s “center” – all of it."


def test_an_address_with_a_query_is_no_spoiled_text(offering: Offering) -> None:
    apply(file(overview(properties={"ongoingCertificationReportFeedbackUrl": "mailto:a@quartz.example"})))
    asked = "mailto:a@quartz.example?subject=Report"
    apply(file(overview(properties={"ongoingCertificationReportFeedbackUrl": asked}), as_of="2026-05-25"))
    assert PackageOverview.objects.get().feedback == asked


def test_what_a_provider_changed_is_among_the_changes_between_two_feeds(offering: Offering) -> None:
    def changed(content: Row, hours: int) -> list[FeedChange]:
        apply_feed(read(content), actor=None, now=NOW + timedelta(hours=hours))
        return changes_of(None, entries_between(NOW + timedelta(hours=hours - 1), NOW + timedelta(hours=hours)))

    [came] = changed(file(overview()), 1)
    assert (came.record, came.kind, came.fact) == (offering.name, ChangeKind.CAME, "Package overview")
    later = {"nextOngoingCertificationReportDate": "2027-04-06"}
    [line] = changed(file(overview(properties=later), as_of="2026-05-25"), 2)
    assert (line.kind, line.fact) == (ChangeKind.DATES, "Next ongoing certification report")
    assert (line.before, line.after) == ("6 Jan 2027", "6 Apr 2027")


def test_an_excerpt_takes_nothing_away_and_a_whole_file_asks(offering: Offering) -> None:
    apply(file(overview(), overview("FR9000000002")))
    apply(file(overview(), total=93, as_of="2026-05-21"))
    assert PackageOverview.objects.filter(not_published_since=None).count() == 2
    with pytest.raises(TooManyRemovals):
        apply(file(overview(), as_of="2026-05-22"))
    apply(file(overview(), as_of="2026-05-22"), reason="One ended.")
    assert PackageOverview.objects.get(not_published_since=None).offering == offering


def test_the_files_of_an_archive_are_taken_by_their_days() -> None:
    files = [("a.json", json.dumps(file(overview())).encode()), ("b.json", json.dumps(feed()).encode())]
    assert [each.file.version for each in feeds_of(files, max_bytes=MEGABYTE, now=NOW)] == [
        "marketplace-v2",
        "marketplace-cso-pkg",
    ]


@pytest.mark.slow  # A feed of eight hundred offerings is applied first.
def test_the_real_files(shared_data: Path) -> None:
    def taken(name: str) -> tuple[int, int, int, int, int]:
        real = feed_at(shared_data / name, now=AUTUMN)
        apply_feed(real, actor=None, now=AUTUMN)
        counts = plan_feed(real, now=AUTUMN).proposal.counts[TABLE]
        assert counts.rows == counts.create + counts.change + counts.same + counts.set_aside
        assert plan_feed(real, now=AUTUMN).proposal.is_empty
        return counts.rows, counts.create, counts.change, counts.same, counts.set_aside

    apply_feed(
        feed_at(shared_data / "marketplace-v3/2026-05-12_fedramp-products.json", now=AUTUMN),
        actor=None,
        now=AUTUMN,
    )
    assert taken("cso-packages/fedramp-frc-cso-pkg.2026-07-17.complete.json") == (5, 0, 0, 0, 5)
    made = [Offering(fedramp_id=fr, name=fr, provider=Offering.objects.all()[0].provider) for fr in SEPTEMBER]
    Offering.objects.bulk_create(made)
    assert taken("cso-packages/fedramp-frc-cso-pkg.2026-09-28.excerpt-10-of-93.json") == (10, 0, 0, 10, 0)
    assert ReviewItem.objects.filter(clash=ClashKind.OVERVIEW_ID).count() == 6
    tarly = PackageOverview.objects.get(offering__fedramp_id="FR2628650874")
    assert (str(tarly.next_report_on), str(tarly.next_review_on)) == ("2026-10-06", "2026-10-13")
    assert "Tarly Trust Center — FedRAMP" in tarly.trust_center_about
