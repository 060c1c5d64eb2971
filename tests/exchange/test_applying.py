"""Applying a feed: all or nothing, once, on the record, and never against a person's will."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Organization
from authorizations.actions.imports.apply import NothingToChange, OlderFeed, TooManyRemovals
from authorizations.actions.refusals import NoLongerPossible, NotPermitted
from authorizations.models import Event, ImportIssue, ImportRun, Message, Offering
from tests.cast import Cast
from tests.exchange.feeds import CANALS, DUNES, NOW, agency, apply, feed, plan, product, row_counts

pytestmark = pytest.mark.django_db
LATER = "2026-02-01"


def offerings(number: int, as_of: str = "2026-01-01") -> dict[str, Any]:
    rows = [product(n, id=f"FR{n:010}") for n in range(number)]
    return feed(as_of, Products=rows, AtoMapping=[], ReuseMapping=[])


def test_the_same_file_twice_changes_nothing_and_writes_nothing() -> None:
    apply(feed())
    before = row_counts()
    assert plan(feed()).proposal.is_empty
    with pytest.raises(NothingToChange):
        apply(feed())
    assert row_counts() == before


def test_a_newer_file_without_news_is_a_run_without_changes() -> None:
    apply(feed())
    apply(feed(LATER))
    runs = ImportRun.objects.order_by("feed_as_of")
    assert [run.counts["Products"]["same"] for run in runs] == [0, 1]
    assert Event.objects.filter(verb="import.applied").count() == 2


def test_an_older_feed_than_the_newest_applied_one_is_refused() -> None:
    apply(feed(LATER))
    before = row_counts()
    with pytest.raises(OlderFeed, match=r"1 Jan 2026.*1 Feb 2026.*Nothing was changed"):
        apply(feed())
    assert row_counts() == before


def test_five_percent_may_go_without_a_word() -> None:
    apply(offerings(20))
    apply(offerings(19, as_of=LATER))
    assert Offering.objects.exclude(not_published_since=None).count() == 1


def test_more_than_five_percent_changes_nothing_without_a_reason() -> None:
    apply(offerings(19))
    before = row_counts()
    with pytest.raises(TooManyRemovals, match="Products 1 of 19") as refusal:
        apply(offerings(18, as_of=LATER))
    assert row_counts() == before
    assert Offering.objects.filter(not_published_since=None).count() == 19
    assert refusal.value.tables["Products"].not_published == 1


def test_many_new_records_do_not_hide_removals() -> None:
    agencies = [agency(f"22-{n}", f"Agency of Number {n} and {n * n}") for n in range(301, 400)]
    apply(feed(Agencies=agencies[:10], AtoMapping=[], ReuseMapping=[]))
    with pytest.raises(TooManyRemovals, match="Agencies 2 of 10"):
        apply(feed(LATER, Agencies=agencies[2:], AtoMapping=[], ReuseMapping=[]))


@pytest.mark.parametrize("stated", ["2026-07-01", "2099-01-01", "2019", None, "#REF!"])
def test_a_feed_without_a_usable_date_counts_as_of_today_and_blocks_no_later_one(stated: str | None) -> None:
    content = feed()
    content["meta"] = {"last_change": stated}
    assert [issue.field for issue in plan(content).proposal.issues][-1] == "last_change"
    assert apply(content).feed_as_of == NOW.date()


def test_a_reason_lets_removals_through_and_stands_in_the_record() -> None:
    apply(offerings(19))
    with pytest.raises(TooManyRemovals):
        apply(offerings(18, as_of=LATER), reason="   ")
    run = apply(offerings(18, as_of=LATER), reason="One was delisted.")
    assert run.removals_reason == "One was delisted."
    assert Event.objects.filter(verb="import.applied", reason="One was delisted.").count() == 1


def test_a_broken_publication_without_rows_is_stopped() -> None:
    apply(offerings(3))
    with pytest.raises(TooManyRemovals):
        apply(offerings(0, as_of=LATER))


def test_every_record_created_or_changed_has_an_entry_and_the_run_has_the_files_hash() -> None:
    run = apply(feed())
    created = {name: number for name, number in row_counts().items() if number}
    for kept_elsewhere in ("Event", "AuditLogHead", "ImportRun", "ImportIssue"):
        created.pop(f"authorizations.{kept_elsewhere}", None)
    assert Event.objects.exclude(verb="import.applied").count() == sum(created.values())
    assert Event.objects.get(verb="import.applied").changes == {"sha256": [None, run.sha256]}


def test_a_change_stands_in_the_record_with_before_and_after() -> None:
    apply(feed())
    apply(feed(LATER, Products=[product(impact_level="High")]))
    changes = Event.objects.filter(verb="offering.imported").latest("pk").changes
    assert changes == {
        "impact_level": ["moderate", "high"],
        "impact_level_as_published": ["Moderate", "High"],
    }


def test_each_issue_is_a_row_of_the_run() -> None:
    run = apply(feed(Products=[product(impact_level="Enormous")]))
    issue = ImportIssue.objects.get(run=run)
    assert (issue.table, issue.record_id, issue.field, issue.raw) == (
        "Products",
        "FR9000000001",
        "impact_level",
        "Enormous",
    )


def test_the_pmo_is_told_of_clashes_and_of_nothing_else(cast: Cast) -> None:
    apply(feed())
    assert not Message.objects.exists()
    apply(feed(LATER, Agencies=[agency("22-101", "Bureau of Weather"), agency(*CANALS)]), reason="few rows")
    told = set(Message.objects.values_list("recipient__email", flat=True))
    assert told == {cast.pmo_lead.email, cast.pmo_reviewer.email}


@pytest.mark.parametrize("person", ["pmo_reviewer", "auditor", "liaison", "csp_lead", "assessor_lead"])
def test_only_the_pmo_lead_applies_imports(cast: Cast, person: str) -> None:
    before = row_counts()
    with pytest.raises(NotPermitted):
        apply(feed(), actor=getattr(cast, person))
    assert row_counts() == before
    assert apply(feed(), actor=cast.pmo_lead).actor == cast.pmo_lead


def test_members_stay_with_an_agency_whatever_the_feed_says(cast: Cast) -> None:
    before = Organization.objects.filter(kind="agency").values_list("name", "parent", "kind", "memberships")
    known = list(before.order_by("pk"))
    rows = [agency("22-201", "Harbors Department"), agency("22-202", "Bureau of Lighthouses"), agency(*DUNES)]
    apply(feed(Agencies=rows, ReuseMapping=[]))
    assert set(known) <= set(before)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_applies_and_the_other_finds_nothing_to_change() -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def run() -> None:
        gate.wait()
        try:
            outcomes.append(apply(offerings(60)).status)
        except NothingToChange:
            outcomes.append("nothing to change")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "nothing to change"]
    assert (ImportRun.objects.count(), Offering.objects.count()) == (1, 60)


@pytest.mark.django_db(transaction=True)
def test_of_two_feeds_at_once_the_newer_one_has_the_last_word() -> None:
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def run(as_of: str, level: str) -> None:
        gate.wait()
        try:
            outcomes.append(apply(feed(as_of, Products=[product(impact_level=level)])).status)
        except OlderFeed:
            outcomes.append("older")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in (("2026-01-01", "Low"), (LATER, "High"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) in (["applied", "applied"], ["applied", "older"])
    assert Offering.objects.get().impact_level == "high"


@pytest.mark.django_db(transaction=True)
def test_an_import_that_waits_too_long_for_another_gives_up_in_one_sentence() -> None:
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            run = ImportRun.objects.create(feed_as_of=NOW, started_at=NOW, size=0)
            begun.set()
            over.wait()
            run.delete()
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    begun.wait()
    impatience = {"sqlite": "PRAGMA busy_timeout = 20", "postgresql": "SET lock_timeout = '20ms'"}
    with connection.cursor() as cursor:
        cursor.execute(impatience[connection.vendor])
    try:
        with pytest.raises(NoLongerPossible, match="Another import or a long change is under way"):
            apply(feed())
    finally:
        over.set()
        other.join()
        connection.close()
    assert not ImportRun.objects.exists()
