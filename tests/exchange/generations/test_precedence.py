"""Several generations of the feed in one register: the newer source of a field wins, whoever comes last."""

from typing import Any

import pytest

from authorizations.actions.imports.apply import NothingToChange, OlderFeed
from authorizations.models import Ato, Offering
from authorizations.vocabulary import Designation
from tests.exchange.feeds import CANALS, apply, feed, kinds, plan, product, product_of_2026, products_of_2026, reuse

# Two feeds are applied for each rule.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def offering(number: int = 1) -> Offering:
    return Offering.objects.get(fedramp_id=f"FR900000000{number}")


def test_what_a_newer_feed_of_another_generation_says_stays_when_the_older_one_comes_again() -> None:
    older = feed(Products=[product(website="old.example")])
    apply(older)
    apply(products_of_2026(product_of_2026(cso="Quartz Vault Plus", website="new.example")))
    assert plan(older).proposal.is_empty
    with pytest.raises(NothingToChange):
        apply(older)
    ours = offering()
    assert (ours.name, ours.website, ours.business_functions) == ("Quartz Vault Plus", "new.example", ["Storage"])
    assert ours.sources["name"] == ours.sources["website"] == "v3-products 2026-03-01"
    assert ours.sources["business_functions"] == "v2 2026-01-01"


def test_a_value_that_a_newer_feed_repeats_is_the_newer_feeds_own() -> None:
    apply(feed())
    apply(products_of_2026(product_of_2026()))
    apply(feed("2026-02-01", Products=[product(cso="Quartz Vault of February")]))
    assert offering().name == "Quartz Vault 1"


def test_the_older_generation_wins_again_where_its_feed_is_the_newer_one() -> None:
    apply(feed())
    apply(products_of_2026(product_of_2026(cso="Quartz Vault of March")))
    apply(feed("2026-04-01", Products=[product(cso="Quartz Vault of April")]))
    assert (offering().name, offering().sources["name"]) == ("Quartz Vault of April", "v2 2026-04-01")
    apply(products_of_2026(product_of_2026(cso="Quartz Vault of May"), as_of="2026-05-01"))
    assert offering().name == "Quartz Vault of May"


def test_an_empty_cell_of_another_generation_empties_nothing() -> None:
    apply(feed(Products=[product(sales_email="sales@quartz.example")]))
    apply(products_of_2026(product_of_2026(sales_email="")))
    assert offering().sales_email == "sales@quartz.example"
    apply(feed("2026-04-01", Products=[product(sales_email="")]))
    assert offering().sales_email == ""


GOOD = "Quartz’s vault – “minerals” in order."


@pytest.mark.parametrize(
    ("good", "spoiled"),
    [
        (GOOD, "Quartz?s vault ? ?minerals? in order."),
        ("Quartz™ Core keeps order.", "Quartz? Core keeps order and more."),
        ("Keeps order.\u202f", "Keeps order.?"),
        ("Keeps order.", "Quartz? is for order."),
    ],
)
def test_a_text_spoiled_by_question_marks_never_replaces_a_good_one(good: str, spoiled: str) -> None:
    apply(feed(Products=[product(service_desc=good)]))
    newer = products_of_2026(product_of_2026(description=spoiled))
    assert "spoiled_text" in kinds(newer)
    apply(newer)
    assert offering().description == good.strip()


@pytest.mark.parametrize("text", ["Is it in order? It is.", "See https://quartz.example/?a=b", "Why wait? Order now."])
def test_a_question_or_an_address_is_not_spoiled(text: str) -> None:
    apply(feed())
    apply(products_of_2026(product_of_2026(description=text)))
    assert offering().description == text


def test_a_good_text_of_an_older_feed_replaces_a_spoiled_one() -> None:
    apply(products_of_2026(product_of_2026(description="Quartz?s vault ? ?minerals? in order.")))
    apply(feed(Products=[product(service_desc=GOOD)]))
    assert offering().description == GOOD


def test_the_row_of_an_offering_that_was_taken_down_says_that_it_left() -> None:
    apply(feed(Products=[product(number) for number in range(1, 10)] * 1))
    gone = product_of_2026(1, public_status="No Status Found", internal_status="No Status Found")
    rest = [product_of_2026(number) for number in range(2, 10)]
    run = apply(products_of_2026(gone, *rest), reason="It was taken down.")
    assert (offering().designation, offering().is_published) == (Designation.DELISTED, False)
    assert run.counts["Products"]["not_published"] == 1
    assert plan(products_of_2026(gone, *rest)).proposal.is_empty


def test_an_offering_first_seen_when_it_was_taken_down_never_was_published_here() -> None:
    apply(products_of_2026(product_of_2026(public_status="No Status Found", internal_status="No Status Found")))
    assert not offering().is_published


@pytest.mark.parametrize(
    ("public", "internal", "meaning"),
    [
        ("FedRAMP Authorized", "Authorized", Designation.CERTIFIED),
        ("FedRAMP In Process", "PMO Review", Designation.IN_PROCESS_FEDRAMP),
        ("FedRAMP In Process", "Agency In Process", Designation.IN_PROCESS_AGENCY),
        ("FRR", "FRR", Designation.READY),
        ("FedRAMP Authorized", "No Status Found (Delisted)", Designation.DELISTED),
        ("#REF!", "#REF!", Designation.UNKNOWN),
    ],
)
def test_both_words_of_2026_together_are_one_designation(public: str, internal: str, meaning: str) -> None:
    apply(products_of_2026(product_of_2026(public_status=public, internal_status=internal)))
    assert offering().designation == meaning


def test_test_rows_are_set_aside() -> None:
    run = apply(products_of_2026(product_of_2026(), product_of_2026(id="FAKE-43C5958A")))
    assert (run.counts["Products"]["set_aside"], Offering.objects.count()) == (1, 1)


def test_a_generation_without_atos_leaves_them_as_they_are() -> None:
    apply(feed())
    run = apply(products_of_2026(product_of_2026()))
    assert {*run.counts} == {"Products", "Providers", "Assessors"}
    assert Ato.objects.filter(not_published_since=None).count() == 2


def test_an_older_feed_adds_no_atos_of_an_offering_that_a_newer_one_brought() -> None:
    older = feed(ReuseMapping=[reuse(1, *CANALS), reuse(7, *CANALS)])
    apply(older)
    apply(products_of_2026(product_of_2026(1), product_of_2026(7)))
    assert plan(older).proposal.is_empty


def test_what_only_the_older_feed_has_comes_in_as_gone() -> None:
    apply(products_of_2026(product_of_2026(1)))
    apply(feed(Products=[product(1), product(2)]))
    assert (offering(1).is_published, offering(2).is_published) == (True, False)
    assert str(offering(2).not_published_since) == "2026-03-01"


@pytest.mark.parametrize("again", [feed("2026-02-01"), products_of_2026(product_of_2026(), as_of="2026-02-28")])
def test_an_older_feed_of_the_same_generation_is_refused(again: dict[str, Any]) -> None:
    apply(feed("2026-02-02"))
    apply(products_of_2026(product_of_2026()))
    with pytest.raises(OlderFeed):
        apply(again)
