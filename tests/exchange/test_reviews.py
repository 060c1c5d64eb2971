"""Deciding clashes: what each decision writes, who may decide, and that the next import agrees."""

from typing import Any

import pytest

from accounts.models import FeedId, Membership, Organization
from accounts.roles import Role
from authorizations.actions.imports.review_items import decisions, resolve_review_item
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotPermitted
from authorizations.models import AgencySystem, Ato, Event, Message, Offering, ReviewItem
from authorizations.vocabulary import ClashKind, Resolution
from tests.cast import Cast
from tests.exchange.feeds import CANALS, DUNES, NOW, agency, apply, assessor, feed, plan, product, reuse

# A feed is applied for each decision.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = "2026-02-01"


def org(name: str) -> Organization:
    return Organization.objects.get(name=name)


def decide(cast: Cast, resolution: Resolution, **facts: Any) -> ReviewItem:
    item = facts.pop("item", None) or ReviewItem.objects.get()
    return resolve_review_item(
        actor=facts.pop("actor", cast.pmo_reviewer), item=item, resolution=resolution, note="Looked it up.", now=NOW
    )


def renamed() -> dict[str, Any]:
    apply(feed())
    content = feed(LATER, Agencies=[agency("22-101", "Legacy Department of Dunes"), agency(*CANALS)])
    apply(content)
    return content


def test_adopting_a_name_keeps_the_former_one_as_an_alias(cast: Cast) -> None:
    content = renamed()
    item = decide(cast, Resolution.ADOPTED)
    assert [alias.name for alias in org("Legacy Department of Dunes").aliases.all()] == ["Department of Dunes"]
    assert (item.resolved_by, item.resolution, item.resolution_note) == (cast.pmo_reviewer, "adopted", "Looked it up.")
    assert plan(content).proposal.is_empty


def test_a_decision_stands_in_the_record_with_before_and_after(cast: Cast) -> None:
    renamed()
    decide(cast, Resolution.ADOPTED)
    change = Event.objects.get(verb="organization.corrected")
    assert change.changes == {"name": ["Department of Dunes", "Legacy Department of Dunes"]}
    assert Event.objects.get(verb="reviewitem.resolved").changes["resolution"] == ["", "adopted"]


def test_keeping_ours_changes_nothing_and_is_not_asked_again(cast: Cast) -> None:
    content = renamed()
    decide(cast, Resolution.KEPT)
    assert org("Department of Dunes")
    apply({**content, "meta": {"last_change": "2026-03-01"}})
    assert ReviewItem.objects.count() == 1


def test_members_do_not_stand_in_the_way_of_a_persons_decision(cast: Cast) -> None:
    renamed()
    Membership.objects.create(user=cast.liaison, organization=org("Department of Dunes"), role=Role.AGENCY_LIAISON)
    decide(cast, Resolution.ADOPTED)
    assert org("Legacy Department of Dunes").memberships.count() == 1


def test_what_was_decided_is_decided(cast: Cast) -> None:
    renamed()
    decide(cast, Resolution.KEPT)
    with pytest.raises(NoLongerPossible):
        decide(cast, Resolution.ADOPTED)


@pytest.mark.parametrize("person", ["auditor", "liaison", "csp_lead", "assessor_lead"])
def test_only_the_pmo_decides(cast: Cast, person: str) -> None:
    renamed()
    with pytest.raises(NotPermitted):
        decide(cast, Resolution.KEPT, actor=getattr(cast, person))


FITTING = {
    ClashKind.NAME_CHANGED: {Resolution.ADOPTED, Resolution.KEPT},
    ClashKind.ID_REUSED: {Resolution.KEPT, Resolution.MERGED},
    ClashKind.PARENT_CHANGED: {Resolution.ADOPTED, Resolution.KEPT},
    ClashKind.PROVIDER_CHANGED: {Resolution.ADOPTED, Resolution.KEPT},
    ClashKind.INITIAL_MADE_HERE: {Resolution.KEPT},
    ClashKind.OVERVIEW_ID: {Resolution.KEPT},
}
FOR_LEADS = {
    ClashKind.ID_REUSED: {Resolution.MERGED},
    ClashKind.PARENT_CHANGED: {Resolution.ADOPTED},
    ClashKind.PROVIDER_CHANGED: {Resolution.ADOPTED},
}


@pytest.mark.parametrize("clash", ClashKind)
@pytest.mark.parametrize("resolution", Resolution)
def test_a_decision_that_does_not_fit_the_clash_is_blocked(
    cast: Cast, clash: ClashKind, resolution: Resolution
) -> None:
    renamed()
    ReviewItem.objects.update(clash=clash)
    item = ReviewItem.objects.get()
    assert set(decisions(item, cast.pmo_lead)) == FITTING[clash]
    assert set(decisions(item, cast.pmo_reviewer)) == FITTING[clash] - FOR_LEADS.get(clash, set())
    if resolution not in FITTING[clash]:
        with pytest.raises(Blocked, match="does not fit"):
            decide(cast, resolution)


@pytest.mark.parametrize("clash", FOR_LEADS)
def test_who_sees_whose_cases_is_no_reviewers_decision(cast: Cast, clash: ClashKind) -> None:
    renamed()
    ReviewItem.objects.update(clash=clash)
    with pytest.raises(NotPermitted):
        decide(cast, *FOR_LEADS[clash], actor=cast.pmo_reviewer)


def test_the_leads_of_both_sides_are_told_who_sees_an_agencys_cases_by_a_decision(cast: Cast) -> None:
    moved_bureau()
    for name, person in (("Department of Canals", cast.liaison), ("Sand Office", cast.bureau_liaison)):
        held = {"organization": org(name), "role": Role.AGENCY_LIAISON, "started_on": NOW.date()}
        Membership.objects.create(user=person, **held)
    decide(cast, Resolution.ADOPTED, actor=cast.pmo_lead)
    moved = Message.objects.filter(event__verb="organization.corrected").order_by("pk")
    assert [each.recipient for each in moved] == [cast.liaison, cast.bureau_liaison]
    assert moved[0].subject == "Moved: Sand Office"
    assert "now part of Department of Canals, and was part of Department of Dunes" in moved[0].body
    assert moved[0].detail == "Reason: Looked it up."


def moved_bureau() -> dict[str, Any]:
    bureau = agency("22-101-01", DUNES[1], "Sand Office")
    apply(feed(Agencies=[agency(*DUNES), agency(*CANALS), bureau]))
    content = feed(LATER, Agencies=[agency(*DUNES), agency(*CANALS), {**bureau, "parent": CANALS[1]}])
    apply(content)
    return content


def test_adopting_a_parent_moves_the_bureau(cast: Cast) -> None:
    content = moved_bureau()
    decide(cast, Resolution.ADOPTED, actor=cast.pmo_lead)
    assert org("Sand Office").parent == org("Department of Canals")
    assert plan(content).proposal.is_empty


def test_a_bureau_never_comes_to_stand_under_itself_or_too_deep(cast: Cast) -> None:
    moved_bureau()
    Organization.objects.filter(name="Department of Canals").update(parent=org("Sand Office"))
    with pytest.raises(Blocked, match="part of it"):
        decide(cast, Resolution.ADOPTED, actor=cast.pmo_lead)
    office = Organization.objects.create(kind="agency", name="Canal Office", parent=org("Department of Dunes"))
    Organization.objects.filter(name="Department of Canals").update(parent=office)
    with pytest.raises(Blocked, match="3 levels"):
        decide(cast, Resolution.ADOPTED, actor=cast.pmo_lead)


def test_adopting_a_provider_moves_the_offering(cast: Cast) -> None:
    apply(feed())
    Membership.objects.create(user=cast.csp_lead, organization=org("Quartz Cloud"), role=Role.CSP_LEAD)
    content = feed(LATER, Products=[product(csp="Basalt Systems")])
    apply(content, reason="sold")
    decide(cast, Resolution.ADOPTED, actor=cast.pmo_lead)
    assert Offering.objects.get().provider == org("Basalt Systems")
    assert plan(content).proposal.is_empty


def test_adopting_the_name_of_an_offering_entered_here(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    Offering.objects.create(fedramp_id="FR9000000001", name="Nimbus Vault", provider=nimbus)
    apply(feed())
    decide(cast, Resolution.ADOPTED, item=ReviewItem.objects.get(clash="name_changed"))
    assert Offering.objects.get().name == "Quartz Vault 1"


def reused_id() -> dict[str, Any]:
    """The Department of Canals comes back as “Inland Water Agency” under the same id."""
    apply(feed())
    inland = ("22-102", "Inland Water Agency")
    agencies = [agency(*DUNES), agency(*inland), agency("22-102-01", inland[1], "Lock Office")]
    content = feed(LATER, Agencies=agencies, ReuseMapping=[reuse(1, *inland)])
    apply(content, reason="small feed")
    return content


def test_joining_two_records_moves_all_that_feeds_said_to_the_older_one(cast: Cast) -> None:
    content = reused_id()
    decide(cast, Resolution.MERGED, actor=cast.pmo_lead)
    older, emptied = org("Department of Canals"), org("Inland Water Agency")
    assert FeedId.objects.get(feed_id="22-102", valid_to=None).organization == older
    assert {ato.agency for ato in Ato.objects.filter(listing_role="reuse")} == {older}
    assert org("Lock Office").parent == older
    assert (older.is_published, emptied.is_published, emptied.atos.count()) == (True, False, 0)
    assert older.aliases.get().name == "Inland Water Agency"
    assert plan(content).proposal.counts["Agencies"].same == 3
    assert not plan(content).proposal.review


def test_joining_two_assessors_moves_their_offerings(cast: Cast) -> None:
    apply(feed())
    content = feed(
        LATER,
        Assessors=[assessor(700001, "Square Auditors")],
        Products=[product(independent_assessor="Square Auditors")],
    )
    apply(content, reason="small feed")
    decide(cast, Resolution.MERGED, actor=cast.pmo_lead)
    assert Offering.objects.get().assessor == org("Level Assessments")
    assert plan(content).proposal.is_empty


def test_a_record_under_which_people_work_is_not_emptied(cast: Cast) -> None:
    reused_id()
    AgencySystem.objects.create(
        agency=org("Inland Water Agency"), name="Locks", confidentiality="low", integrity="low", availability="low"
    )
    with pytest.raises(Blocked, match="cannot be joined"):
        decide(cast, Resolution.MERGED, actor=cast.pmo_lead)
    assert ReviewItem.objects.get().resolved_at is None


def test_joining_two_records_makes_no_ring(cast: Cast) -> None:
    reused_id()
    Organization.objects.filter(name="Department of Canals").update(parent=org("Lock Office"))
    with pytest.raises(Blocked, match="part of it"):
        decide(cast, Resolution.MERGED, actor=cast.pmo_lead)
    assert org("Lock Office").parent == org("Inland Water Agency")
