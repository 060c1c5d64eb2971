"""Agencies, assessors and providers: found by id and name together, never renamed by a feed."""

import pytest

from accounts.models import Alias, FeedId, Membership, Organization
from accounts.roles import RecordSource, Role
from authorizations.models import Offering, ReviewItem
from tests.cast import Cast
from tests.exchange.feeds import CANALS, DUNES, agency, apply, assessor, feed, initial, kinds, plan, product, reuse

pytestmark = pytest.mark.django_db
LATER = "2026-02-01"


def with_agencies(*rows: dict[str, object], as_of: str = "2026-01-01", **tables: list[object]) -> dict[str, object]:
    standard = {"AtoMapping": [], "ReuseMapping": []}
    return feed(as_of, **{"Agencies": list(rows), **standard, **tables})


def org(name: str) -> Organization:
    return Organization.objects.get(name=name)


def test_bureaus_stand_under_their_parent_even_when_they_come_first() -> None:
    content = with_agencies(agency("22-101-01", "Department of Dunes", "Sand Office"), agency(*DUNES))
    assert kinds(content) == []
    apply(content)
    assert org("Sand Office").parent == org("Department of Dunes")
    assert FeedId.objects.get(feed_id="22-101-01").organization == org("Sand Office")


def test_a_missing_parent_is_implied_by_its_bureaus_with_one_issue() -> None:
    rows = [agency(f"22-101-0{n}", "Department of Dunes", f"Sand Office {n}") for n in (1, 2)]
    planned = plan(with_agencies(*rows))
    assert [issue.kind for issue in planned.proposal.issues] == ["missing_parent"]
    assert planned.proposal.counts["Agencies"].implied == 1
    apply(with_agencies(*rows))
    assert org("Sand Office 2").parent == org("Department of Dunes")
    assert FeedId.objects.get(feed_id="22-101").organization == org("Department of Dunes")


def test_an_agency_that_a_child_or_a_mapping_row_still_names_stays_published() -> None:
    apply(with_agencies(agency(*DUNES), agency("22-101-01", DUNES[1], "Sand Office"), agency(*CANALS)))
    apply(with_agencies(agency("22-101-01", DUNES[1], "Sand Office"), as_of=LATER, ReuseMapping=[reuse(1, *CANALS)]))
    assert org("Department of Dunes").is_published
    assert org("Department of Canals").is_published


def test_the_parents_of_an_agency_that_a_mapping_row_names_stay_published_too() -> None:
    apply(with_agencies(agency(*DUNES), agency("22-101-01", DUNES[1], "Sand Office")))
    row = reuse(1, "22-101", DUNES[1], "Sand Office", sub_id="22-101-01")
    apply(with_agencies(as_of=LATER, ReuseMapping=[row]))
    assert org("Sand Office").is_published
    assert org("Department of Dunes").is_published


def test_of_two_rows_that_mean_one_agency_the_last_one_counts_every_time() -> None:
    content = with_agencies(agency(*DUNES, website="a.gov"), agency("22-109", DUNES[1], website="b.gov"))
    apply(content)
    assert org("Department of Dunes").website == "b.gov"
    assert plan(content).proposal.is_empty


def test_a_renamed_agency_keeps_our_name_and_a_person_is_asked_once() -> None:
    apply(with_agencies(agency(*DUNES)))
    for day in (LATER, "2026-03-01"):
        apply(with_agencies(agency("22-101", "Legacy Department of Dunes"), as_of=day))
    assert [alias.name for alias in org("Department of Dunes").aliases.all()] == ["Legacy Department of Dunes"]
    assert [item.clash for item in ReviewItem.objects.all()] == ["name_changed"]


def test_an_id_given_to_another_agency_makes_a_new_one_and_asks() -> None:
    apply(with_agencies(agency(*DUNES), agency(*CANALS)))
    apply(with_agencies(agency("22-101", "Bureau of Weather"), agency(*CANALS), as_of=LATER), reason="few rows")
    held = FeedId.objects.filter(feed_id="22-101").order_by("valid_from")
    assert [(each.organization.name, each.valid_to is None) for each in held] == [
        ("Department of Dunes", False),
        ("Bureau of Weather", True),
    ]
    assert not org("Department of Dunes").is_published
    item = ReviewItem.objects.get()
    assert (item.clash, item.ours, item.theirs) == ("id_reused", "Department of Dunes", "Bureau of Weather")


def test_two_agencies_that_swap_their_ids_swap_nothing_else() -> None:
    apply(with_agencies(agency(*DUNES), agency(*CANALS)))
    swapped = with_agencies(agency("22-102", DUNES[1]), agency("22-101", CANALS[1]), as_of=LATER)
    apply(swapped)
    assert Organization.objects.filter(kind="agency").count() == 2
    assert FeedId.objects.get(feed_id="22-101", valid_to=None).organization == org("Department of Canals")
    assert sorted(item.clash for item in ReviewItem.objects.all()) == ["id_reused", "id_reused"]
    assert plan(swapped).proposal.is_empty


def test_another_parent_is_asked_about_and_ours_kept() -> None:
    apply(with_agencies(agency(*DUNES), agency(*CANALS), agency("22-101-01", DUNES[1], "Sand Office")))
    moved = with_agencies(agency(*DUNES), agency(*CANALS), agency("22-101-01", CANALS[1], "Sand Office"), as_of=LATER)
    apply(moved)
    assert org("Sand Office").parent == org("Department of Dunes")
    assert ReviewItem.objects.get().clash == "parent_changed"
    assert plan(moved).proposal.is_empty


def test_bureaus_of_one_name_are_told_apart_by_their_parent() -> None:
    inspectors = [agency(f"{parent[0]}-01", parent[1], "Office of Inspector General") for parent in (DUNES, CANALS)]
    apply(with_agencies(agency(*DUNES), agency(*CANALS), *inspectors))
    parents = Organization.objects.filter(name="Office of Inspector General").values_list("parent__name", flat=True)
    assert set(parents) == {"Department of Dunes", "Department of Canals"}


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"id": "", "parent": " ", "sub": ""}, "blank"),
        ({"id": "22-777", "parent": "N/A", "sub": ""}, "blank"),
        (agency("FAKE-1234ABCD", "Nowhere"), "test_row"),
        (agency(*DUNES), "copy"),
        (agency("22-101", "Department of Other Dunes", website="x"), "id_twice"),
        (["22-101"], "wrong_type"),
        (None, "wrong_type"),
    ],
)
def test_a_row_that_is_no_agency_is_set_aside_with_an_issue(row: object, kind: str) -> None:
    planned = plan(with_agencies(agency(*DUNES), row))
    assert [issue.kind for issue in planned.proposal.issues] == [kind]
    counts = planned.proposal.counts["Agencies"]
    assert (counts.rows, counts.create, counts.set_aside) == (2, 1, 1)


def test_a_mapping_row_without_ids_finds_its_agency_by_name() -> None:
    bureau = agency("22-101-01", DUNES[1], "Sand Office")
    rows = [reuse(1, "", DUNES[1], "Sand Office"), reuse(1, "", "department of DUNES")]
    apply(with_agencies(agency(*DUNES), bureau, ReuseMapping=rows))
    agencies = Offering.objects.get().atos.values_list("agency__name", flat=True)
    assert set(agencies) == {"Sand Office", "Department of Dunes"}


def test_a_bureau_named_beside_its_parents_id_is_meant_and_not_the_parent() -> None:
    bureau = agency("22-101-01", DUNES[1], "Sand Office")
    apply(with_agencies(agency(*DUNES), bureau, ReuseMapping=[reuse(1, "22-101", DUNES[1], "Sand Office")]))
    assert Offering.objects.get().atos.get().agency == org("Sand Office")


def test_a_bureau_without_an_id_never_gets_its_parents() -> None:
    apply(with_agencies(agency(*CANALS), ReuseMapping=[reuse(1, "22-101", DUNES[1], "Sand Office")]))
    assert org("Sand Office").parent == org("Department of Dunes")
    assert not org("Sand Office").feed_ids.exists()


def test_where_id_and_name_of_a_mapping_row_disagree_the_id_counts_and_it_is_noted() -> None:
    bureau = agency("22-101-01", DUNES[1], "Sand Office")
    rows = [reuse(1, "22-101", DUNES[1], "Lock Office", sub_id="22-101-01"), reuse(1, "22-102", DUNES[1])]
    content = with_agencies(agency(*DUNES), agency(*CANALS), bureau, ReuseMapping=rows)
    assert kinds(content) == ["name_differs", "name_differs"]
    apply(content)
    agencies = Offering.objects.get().atos.values_list("agency__name", flat=True)
    assert set(agencies) == {"Sand Office", "Department of Canals"}


def test_a_mapping_row_that_names_nobody_stands_under_no_agency_named() -> None:
    content = with_agencies(agency(*DUNES), AtoMapping=[initial(1, "22-000", "")])
    assert kinds(content) == ["no_agency"]
    apply(content)
    assert org("No agency named").is_pseudo
    assert plan(content).proposal.is_empty


def test_an_agency_that_only_a_mapping_row_names_is_implied() -> None:
    content = with_agencies(
        agency(*DUNES), ReuseMapping=[reuse(1, "22-101", DUNES[1], "Sand Office", sub_id="22-101-09")]
    )
    assert kinds(content) == ["unlisted_agency"]
    apply(content)
    assert org("Sand Office").parent == org("Department of Dunes")
    assert plan(content).proposal.is_empty


@pytest.mark.parametrize(
    ("published", "remediation"),
    [
        ("Level Assessments (In Remediation)", True),
        ("Level Assessments (In-Remediation)", True),
        ("Level Assessments (In-Remeditation)", True),
        ("Level Assessments (Advisory Focused)  ", False),
        (" Level  Assessments ", False),
    ],
)
def test_remarks_are_taken_off_an_assessors_name(published: str, remediation: bool) -> None:  # noqa: FBT001
    apply(feed())
    apply(feed(LATER, Assessors=[assessor(700001, published)], Products=[product(independent_assessor=published)]))
    found = Organization.objects.get(kind="assessor")
    assert (found.name, found.in_remediation) == ("Level Assessments", remediation)
    assert Offering.objects.get().assessor == found
    assert not ReviewItem.objects.exists()


def test_an_assessor_in_no_list_is_taken_from_the_offering() -> None:
    content = feed(Products=[product(independent_assessor="Square Auditors")])
    assert "unlisted_assessor" in kinds(content)
    apply(content)
    assert Offering.objects.get().assessor == org("Square Auditors")
    assert plan(content).proposal.is_empty


def test_spellings_of_a_provider_are_one_provider_with_aliases() -> None:
    names = ["Quartz Cloud, Inc.", "Quartz Cloud Inc", "QUARTZ CLOUD INC."]
    content = feed(Products=[product(n, csp=name) for n, name in enumerate(names, 1)])
    apply(content)
    provider = Organization.objects.get(kind="provider")
    assert {provider.name, *provider.aliases.values_list("name", flat=True)} == set(names)
    assert plan(content).proposal.counts["Providers"].same == 3


def test_an_offering_moves_to_the_provider_the_feed_names() -> None:
    apply(feed())
    apply(feed(LATER, Products=[product(csp="Basalt Systems")]), reason="one provider was sold")
    assert Offering.objects.get().provider == org("Basalt Systems")
    assert not org("Quartz Cloud").is_published


def test_a_new_legal_form_of_the_provider_is_an_alias() -> None:
    apply(feed())
    apply(feed(LATER, Products=[product(csp="Quartz Cloud Corporation")]))
    assert Alias.objects.get().name == "Quartz Cloud Corporation"
    assert Offering.objects.get().provider == org("Quartz Cloud")


def test_an_offering_stays_with_a_provider_that_has_members(cast: Cast) -> None:
    apply(feed())
    Membership.objects.create(user=cast.csp_lead, organization=org("Quartz Cloud"), role=Role.CSP_LEAD)
    moved = feed(LATER, Products=[product(csp="Basalt Systems")])
    apply(moved, reason="one provider was sold")
    offering = Offering.objects.get()
    assert (offering.provider, offering.provider_as_published) == (org("Quartz Cloud"), "Basalt Systems")
    assert ReviewItem.objects.get().clash == "provider_changed"
    assert plan(moved).proposal.is_empty


def test_an_organization_entered_here_is_recognised_and_keeps_what_was_entered(cast: Cast) -> None:
    harbors = cast.organizations["harbors"]
    Organization.objects.filter(pk=harbors.pk).update(website="https://harbors.example.gov")
    apply(
        with_agencies(agency("22-300", "DEPARTMENT OF HARBORS", website="https://other.example.gov", email="a@b.gov"))
    )
    harbors = Organization.objects.get(pk=harbors.pk)
    assert (harbors.name, harbors.website, harbors.email) == (
        "Department of Harbors",
        "https://harbors.example.gov",
        "a@b.gov",
    )
    assert (harbors.source, harbors.is_published) == (RecordSource.PORTAL, True)
    assert not ReviewItem.objects.exists()


def test_an_import_ends_even_where_agencies_stand_in_a_ring() -> None:
    content = with_agencies(agency(*DUNES), agency("22-101-01", DUNES[1], "Sand Office"))
    apply(content)
    Organization.objects.filter(name="Department of Dunes").update(parent=org("Sand Office"))
    assert plan(content).proposal.counts["Agencies"].rows == 2


def test_an_id_that_names_an_organization_of_another_kind_is_taken_over() -> None:
    content = with_agencies(agency(*DUNES))
    apply(content)
    Organization.objects.filter(name="Department of Dunes").update(kind="provider")
    apply({**content, "meta": {"last_change": LATER}}, reason="the kind was wrong")
    assert FeedId.objects.get(feed_id="22-101", valid_to=None).organization.kind == "agency"


def test_a_new_bureau_never_stands_more_than_three_levels_deep() -> None:
    apply(with_agencies(agency(*DUNES)))
    top = Organization.objects.create(kind="agency", name="Department of Land")
    middle = Organization.objects.create(kind="agency", name="Land Survey", parent=top)
    Organization.objects.filter(name=DUNES[1]).update(parent=middle)
    content = with_agencies(agency(*DUNES), agency("22-101-01", DUNES[1], "Sand Office"), as_of=LATER)
    apply(content)
    assert org("Sand Office").parent == middle
