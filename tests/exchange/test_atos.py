"""ATO rows: matched in three passes, superseded by another initial agency, never ended otherwise."""

from datetime import date

import pytest

from accounts.models import Organization
from accounts.roles import OrganizationKind, RecordSource
from authorizations.models import AgencySystem, Ato, Event, Offering, ReviewItem
from tests.exchange.feeds import CANALS, DUNES, agency, apply, at, feed, initial, plan, product, reuse

pytestmark = pytest.mark.django_db
LATER, LATEST = "2026-02-01", "2026-03-01"


def reuses(*dates: tuple[str, str], as_of: str = "2026-01-01") -> dict[str, object]:
    rows = [reuse(1, *CANALS, ato_date=signed and at(signed), exp_date=ends and at(ends)) for signed, ends in dates]
    return feed(as_of, ReuseMapping=rows)


def ours() -> list[tuple[date | None, date | None]]:
    return list(Ato.objects.filter(listing_role="reuse").order_by("pk").values_list("signed_on", "expires_on"))


def test_rows_alike_in_both_dates_are_the_same_ato_in_whatever_order() -> None:
    apply(reuses(("2023-01-01", ""), ("2023-01-01", "2026-01-01"), ("2024-01-01", "")))
    planned = plan(reuses(("2024-01-01", ""), ("2023-01-01", "2026-01-01"), ("2023-01-01", ""), as_of=LATER))
    assert planned.proposal.is_empty
    assert planned.proposal.counts["ReuseMapping"].same == 3


def test_a_row_of_an_agencys_own_list_is_the_one_that_the_feed_publishes() -> None:
    apply(reuses(("2023-01-01", "")))
    Ato.objects.update(source=RecordSource.LIST, published_since=None)
    apply(reuses(("2023-01-01", ""), as_of=LATER))
    assert [(ato.source, ato.is_published) for ato in Ato.objects.filter(listing_role="reuse")] == [("list", True)]


def test_a_row_with_another_expiry_is_matched_in_the_second_pass_before_date_order_counts() -> None:
    apply(reuses(("2023-01-01", ""), ("2024-01-01", "2025-01-01")))
    apply(reuses(("2024-01-01", "2027-01-01"), ("2025-05-05", ""), as_of=LATER))
    assert ours() == [(date(2025, 5, 5), None), (date(2024, 1, 1), date(2027, 1, 1))]


def test_what_is_left_is_matched_in_date_order_in_the_third_pass() -> None:
    apply(reuses(("2023-01-01", ""), ("2020-01-01", "")))
    apply(reuses(("2024-05-05", ""), ("2021-05-05", ""), as_of=LATER))
    assert ours() == [(date(2024, 5, 5), None), (date(2021, 5, 5), None)]


def test_a_row_more_is_a_new_ato_and_a_row_less_is_one_no_longer_published() -> None:
    apply(reuses(("2023-01-01", "")))
    apply(reuses(("2023-01-01", ""), ("2024-01-01", ""), as_of=LATER))
    assert [ato.published_since.month for ato in Ato.objects.filter(listing_role="reuse").order_by("pk")] == [1, 2]
    apply(reuses(("2024-01-01", ""), as_of=LATEST), reason="half of two")
    gone = Ato.objects.get(signed_on=date(2023, 1, 1))
    assert (gone.not_published_since, gone.stage) == (date(2026, 3, 1), "active")


def test_a_row_that_returns_exactly_is_the_ato_it_was() -> None:
    apply(reuses(("2023-01-01", ""), ("2024-01-01", "")))
    apply(reuses(("2024-01-01", ""), as_of=LATER), reason="half of two")
    apply(reuses(("2023-01-01", ""), ("2024-01-01", ""), as_of=LATEST))
    assert [ato.is_published for ato in Ato.objects.filter(listing_role="reuse")] == [True, True]


def test_a_row_that_is_only_like_a_dropped_one_is_a_new_ato() -> None:
    apply(reuses(("2023-01-01", "")))
    apply(reuses(as_of=LATER), reason="the only one")
    apply(reuses(("2025-01-01", ""), as_of=LATEST))
    assert ours() == [(date(2023, 1, 1), None), (date(2025, 1, 1), None)]


def test_rows_alike_in_date_and_expiry_are_told_apart_by_the_day_they_were_logged() -> None:
    rows = [reuse(1, *CANALS, auth_date=logged) for logged in (at("2024-05-01"), at("2024-06-01"))]
    apply(feed(ReuseMapping=rows))
    assert plan(feed(LATER, ReuseMapping=rows[::-1])).proposal.is_empty
    apply(feed(LATER, ReuseMapping=rows[1:]), reason="half of two")
    assert [
        (ato.logged_on.month, ato.is_published) for ato in Ato.objects.filter(listing_role="reuse").order_by("pk")
    ] == [
        (5, False),
        (6, True),
    ]


def test_a_date_that_becomes_unreadable_leaves_ours() -> None:
    apply(reuses(("2023-01-01", "2026-01-01")))
    rows = [reuse(1, *CANALS, ato_date=at("2023-01-01"), exp_date="1/11/20266")]
    apply(feed(LATER, ReuseMapping=rows))
    assert ours() == [(date(2023, 1, 1), date(2026, 1, 1))]


def test_ids_are_stripped_and_copies_set_aside() -> None:
    rows = [reuse(1, *CANALS), reuse(1, *CANALS), reuse(1, *CANALS, ato_date=at("2025-05-05"), id=" FR9000000001 ")]
    planned = plan(feed(ReuseMapping=rows))
    assert [issue.kind for issue in planned.proposal.issues] == ["copy", "blanks"]
    counts = planned.proposal.counts["ReuseMapping"]
    assert (counts.rows, counts.create, counts.set_aside) == (3, 2, 1)


def test_a_row_that_names_no_known_offering_is_set_aside() -> None:
    planned = plan(feed(ReuseMapping=[reuse(1, *CANALS, id=1606097904)]))
    assert [(t.kind, t.record_id) for t in planned.proposal.issues] == [("unknown_offering", "1606097904")]
    assert planned.proposal.counts["ReuseMapping"].set_aside == 1


def test_of_two_initial_rows_the_first_counts() -> None:
    content = feed(AtoMapping=[initial(1, *DUNES), initial(1, *CANALS)])
    apply(content)
    assert Ato.objects.get(listing_role="initial").agency.name == "Department of Dunes"
    assert [t.kind for t in plan(content).proposal.issues] == ["second_initial"]


def test_a_new_initial_agency_supersedes_the_former_one() -> None:
    apply(feed(ReuseMapping=[]))
    moved = feed(LATER, AtoMapping=[initial(1, *CANALS)], ReuseMapping=[])
    apply(moved, reason="the only one")
    former, successor = Ato.objects.order_by("pk")
    assert (former.stage, former.superseded_by, former.is_published) == ("superseded", successor, False)
    assert (successor.agency.name, successor.stage) == ("Department of Canals", "active")
    assert Event.objects.filter(verb="ato.superseded", subject_id=former.pk).count() == 1
    assert plan(moved).proposal.is_empty


def test_an_initial_ato_that_left_the_feed_before_is_superseded_all_the_same() -> None:
    apply(feed(ReuseMapping=[]))
    apply(feed(LATER, AtoMapping=[], ReuseMapping=[]), reason="the only one")
    apply(feed(LATEST, AtoMapping=[initial(1, *CANALS)], ReuseMapping=[]))
    assert [ato.stage for ato in Ato.objects.order_by("pk")] == ["superseded", "active"]


def test_an_initial_agency_that_comes_back_gets_a_new_ato() -> None:
    apply(feed(ReuseMapping=[]))
    apply(feed(LATER, AtoMapping=[initial(1, *CANALS)], ReuseMapping=[]), reason="the only one")
    back = feed(LATEST, ReuseMapping=[])
    apply(back, reason="the only one")
    assert [ato.stage for ato in Ato.objects.order_by("pk")] == ["superseded", "superseded", "active"]
    assert plan(back).proposal.is_empty


def test_a_reuse_that_becomes_the_initial_authorization_stays_one_ato() -> None:
    apply(feed())
    promoted = feed(LATER, AtoMapping=[initial(1, *CANALS, auth_date="")], ReuseMapping=[])
    apply(promoted, reason="the only one")
    ato = Ato.objects.get(agency__name="Department of Canals")
    assert (ato.listing_role, ato.stage) == ("initial", "active")
    assert Ato.objects.get(agency__name="Department of Dunes").superseded_by == ato
    assert plan(promoted).proposal.is_empty


def test_a_renewed_initial_ato_of_the_same_agency_is_corrected_in_place() -> None:
    apply(feed())
    apply(feed(LATER, AtoMapping=[initial(1, *DUNES, ato_date=at("2025-12-01"))]))
    assert Ato.objects.get(listing_role="initial").signed_on == date(2025, 12, 1)


def test_rows_of_the_jab_are_p_atos() -> None:
    board = ("22-001", "JAB Authorization")
    apply(feed(Agencies=[agency(*board), agency(*CANALS)], AtoMapping=[initial(1, *board)]))
    assert Ato.objects.get(listing_role="initial").ato_type == "p_ato"
    assert Organization.objects.get(name="JAB Authorization").is_pseudo


def make_initial_here(**facts: object) -> Ato:
    """An initial ATO of the Ministry of Moss, entered here, for the offering of the standard feed."""
    moss = Organization.objects.create(kind=OrganizationKind.AGENCY, name="Ministry of Moss")
    system = AgencySystem.objects.create(
        agency=moss, name="Moss Map", confidentiality="low", integrity="low", availability="low"
    )
    return Ato.objects.create(
        agency=moss, offering=Offering.objects.get(), system=system, listing_role="initial", **facts
    )


def test_an_initial_ato_made_here_is_never_superseded_by_a_feed() -> None:
    apply(feed(AtoMapping=[]))
    made_here = make_initial_here()
    content = feed(LATER)
    apply(content)
    made_here = Ato.objects.get(pk=made_here.pk)
    assert (made_here.stage, Ato.objects.filter(listing_role="initial").count()) == ("active", 1)
    item = ReviewItem.objects.get()
    assert (item.clash, item.ours, item.theirs) == ("initial_made_here", "Ministry of Moss", "Department of Dunes")
    assert plan(content).proposal.is_empty
    assert plan(content).proposal.counts["AtoMapping"].set_aside == 1


def test_an_initial_ato_recorded_here_and_listed_by_the_feed_is_one_ato() -> None:
    apply(feed(AtoMapping=[]))
    make_initial_here(published_since=date(2026, 1, 15), signed_on=date(2025, 1, 1))
    listed = feed(LATER, AtoMapping=[initial(1, "", "Ministry of Moss")])
    apply(listed)
    ato = Ato.objects.get(listing_role="initial")
    assert (ato.signed_on, ato.source, ReviewItem.objects.count()) == (date(2025, 1, 1), "portal", 0)


def test_an_initial_ato_made_here_is_the_one_that_the_feed_names_for_the_same_agency() -> None:
    apply(feed(AtoMapping=[]))
    make_initial_here(signed_on=date(2025, 1, 1))
    apply(feed(LATER, AtoMapping=[initial(1, "", "Ministry of Moss")]))
    ato = Ato.objects.get(listing_role="initial")
    assert (ato.signed_on, ato.source, ato.is_published) == (date(2025, 1, 1), "portal", True)
    assert ato.as_published["signed_on"] == "2024-02-01"
    assert not ReviewItem.objects.exists()


def test_a_reuse_made_here_is_the_feeds_row_of_that_day_and_no_other() -> None:
    apply(reuses(("2023-01-01", "")))
    canals = Ato.objects.get(listing_role="reuse").agency
    levels = {"confidentiality": "low", "integrity": "low", "availability": "low"}
    system = AgencySystem.objects.create(agency=canals, name="Locks", **levels)
    given = {"agency": canals, "offering": Offering.objects.get(), "listing_role": "reuse", "system": system}
    made_here = [Ato.objects.create(signed_on=day, **given) for day in (date(2025, 3, 3), date(2025, 4, 4))]
    apply(reuses(("2023-01-01", ""), ("2025-03-03", "2028-01-01"), ("2025-05-05", ""), as_of=LATER))
    for ato in made_here:
        ato.refresh_from_db()
    assert [ato.is_published for ato in made_here] == [True, False]
    assert (made_here[0].source, made_here[0].expires_on) == ("portal", None)
    assert Ato.objects.filter(listing_role="reuse").count() == 4
    assert plan(
        reuses(("2023-01-01", ""), ("2025-03-03", "2028-01-01"), ("2025-05-05", ""), as_of=LATER)
    ).proposal.is_empty


@pytest.mark.parametrize("table", ["AtoMapping", "ReuseMapping"])
def test_a_table_that_the_file_lacks_changes_nothing_of_what_is_known(table: str) -> None:
    apply(feed())
    content = feed(LATER)
    del content["data"][table]
    planned = plan(content)
    assert planned.proposal.is_empty
    assert [issue.kind for issue in planned.proposal.issues] == ["missing_table"]


def test_a_row_of_an_offering_that_left_the_feed_is_taken_and_noted() -> None:
    apply(feed(Products=[product(1), product(2)], ReuseMapping=[reuse(2, *CANALS)]))
    planned = plan(feed(LATER, ReuseMapping=[reuse(2, *CANALS)]))
    assert [issue.kind for issue in planned.proposal.issues] == ["unlisted_offering"]
    assert planned.proposal.counts["ReuseMapping"].same == 1


def test_an_ato_recorded_here_after_the_feeds_date_is_not_yet_expected_in_it() -> None:
    apply(feed(AtoMapping=[]))
    make_initial_here(published_since=date(2026, 2, 2))
    apply(feed(LATER, AtoMapping=[]))
    assert Ato.objects.get(listing_role="initial").is_published
    apply(feed(LATEST, AtoMapping=[]), reason="the only one")
    assert not Ato.objects.get(listing_role="initial").is_published
