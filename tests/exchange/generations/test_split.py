"""The feeds of 2026 that hold one table each, and the changes of status."""

from typing import Any

import pytest

from accounts.models import Organization
from accounts.roles import OrganizationKind
from authorizations.exchange.imports.feed_file import Unreadable
from authorizations.models import Ato, DesignationEvent, Offering
from authorizations.vocabulary import AtoStage, DesignationStep, ListingRole
from tests.exchange.feeds import CANALS, DUNES, Row, agency, apply, at, feed, initial, plan, product, reuse

pytestmark = pytest.mark.django_db
JAB = ("22-001", "Legacy JAB Authorization")


def split(table: str, *rows: Row, total: int | None = None, as_of: str = "2026-05-21") -> Row:
    meta = {"export_timestamp": f"{as_of}T03:59:31.353Z", "total_entries": len(rows) if total is None else total}
    return {"metadata": meta, "data": {table: [*rows]}}


def ato(uuid: str = "u-1", feed_id: str = CANALS[0], **facts: Any) -> Row:
    return {
        "uuid": uuid,
        "product_id": "FR9000000001",
        "agency_id": feed_id,
        "is_reuse": True,
        "ato_date": at("2024-02-01"),
        "log_date": at("2026-05-05"),
        "exp_date": "",
        "authorizing_official": "Olive Official",
        "is_active": True,
        "termination_date": "",
        "termination_reason": "",
        **facts,
    }


def first(uuid: str, feed_id: str, **facts: Any) -> Row:
    return ato(uuid, feed_id, is_reuse=False, **facts)


def test_a_split_feed_brings_uuid_and_official_and_leaves_the_day_of_logging() -> None:
    apply(feed(ReuseMapping=[reuse(1, *CANALS, auth_date=at("2024-03-03"))]))
    content = split("atos", ato(), total=5798)
    apply(content)
    ours = Ato.objects.get(listing_role=ListingRole.REUSE)
    assert (ours.feed_uuid, ours.signer, str(ours.logged_on)) == ("u-1", "Olive Official", "2024-03-03")
    assert plan(content).proposal.is_empty
    assert plan(feed(ReuseMapping=[reuse(1, *CANALS, auth_date=at("2024-03-03"))])).proposal.is_empty


def test_the_uuid_finds_an_ato_whose_dates_changed() -> None:
    apply(feed())
    apply(split("atos", ato(), total=9))
    apply(split("atos", ato(ato_date=at("2025-09-09"), exp_date=at("2028-09-09")), total=9, as_of="2026-05-22"))
    assert str(Ato.objects.get(listing_role=ListingRole.REUSE).signed_on) == "2025-09-09"


def test_what_is_not_active_is_no_longer_published_with_its_reason() -> None:
    apply(feed())
    over = ato(is_active=False, termination_date=at("2026-05-05"), termination_reason="CSP Sunset")
    run = apply(split("atos", over, total=9))
    ours = Ato.objects.get(feed_uuid="u-1")
    assert (ours.is_published, ours.ended_as_published) == (False, "CSP Sunset, 5 May 2026")
    assert run.counts["ReuseMapping"]["change"] == 1
    apply(split("atos", ato(), total=9, as_of="2026-05-22"))
    again = Ato.objects.get(feed_uuid="u-1")
    assert (again.is_published, again.ended_as_published) == (True, "")


def test_of_several_initial_atos_the_active_one_lives() -> None:
    older = feed(
        Agencies=[agency(*JAB), agency(*DUNES), agency(*CANALS)],
        AtoMapping=[initial(1, *JAB)],
        ReuseMapping=[reuse(1, *DUNES)],
    )
    apply(older)
    former = first("u-jab", JAB[0], is_active=False, authorizing_official="N/A (P-ATO)")
    gone = first("u-gone", CANALS[0], is_active=False, ato_date=at("2019-09-09"))
    content = split("atos", former, gone, first("u-now", DUNES[0]), total=9)
    apply(content)
    stages = dict(Ato.objects.filter(listing_role=ListingRole.INITIAL).values_list("feed_uuid", "stage"))
    assert stages == {"u-jab": AtoStage.SUPERSEDED, "u-gone": AtoStage.SUPERSEDED, "u-now": AtoStage.ACTIVE}
    assert Ato.objects.get(feed_uuid="u-jab").signer == ""
    assert plan(content).proposal.is_empty
    assert plan(older).proposal.is_empty


def test_an_inactive_initial_ato_takes_no_live_ones_place() -> None:
    apply(feed())
    apply(split("atos", first("u-x", CANALS[0], is_active=False), total=9))
    assert Ato.objects.get(listing_role=ListingRole.INITIAL).agency.name == DUNES[1]


def test_an_excerpt_takes_nothing_away_and_a_whole_table_does() -> None:
    apply(feed(ReuseMapping=[reuse(1, *CANALS), reuse(1, *DUNES)]))
    run = apply(split("atos", ato(), total=9))
    assert run.counts["ReuseMapping"] == {
        "rows": 1, "create": 0, "change": 1, "same": 0, "set_aside": 0, "implied": 0, "not_published": 0, "whole": 0
    }  # fmt: skip
    whole = split("atos", ato(), first("u-2", DUNES[0]), as_of="2026-05-22")
    apply(whole, reason="One ended.")
    published = Ato.objects.filter(listing_role=ListingRole.REUSE, not_published_since=None)
    assert [each.feed_uuid for each in published] == ["u-1"]


def test_agencies_of_2026_with_parents_blank_and_test_rows() -> None:
    apply(feed())
    bureau = {"id": "22-102-01", "parent_agency_name": CANALS[1], "sub_agency_name": "Office of Locks"}
    blank = {"id": "", "parent_agency_name": "", "auth_count_eq": "#N/A"}
    canals = {"id": CANALS[0], "parent_agency_name": CANALS[1], "website": "https://canals.example"}
    run = apply(split("agencies", bureau, blank, canals, total=999))
    counts = run.counts["Agencies"]
    assert (counts["create"], counts["change"], counts["set_aside"]) == (1, 1, 1)
    locks = Organization.objects.get(name="Office of Locks")
    assert locks.parent is not None
    assert locks.parent.website == "https://canals.example"


def test_assessors_and_whom_they_assess() -> None:
    apply(feed(Products=[product(independent_assessor="")]))
    apply(split("assessors", {"id": 700001, "name": "Level Assessments", "in_remediation": True}, total=50))
    apply(split("mkt-ias-web", {"assessorName": "Plumb Line", "a2laId": "7", "a2laAccreditationDate": "2025-07-07"}))
    assert Organization.objects.get(name="Level Assessments").in_remediation
    now = {"assessor_id": 700001, "product_id": "FR9000000001", "is_current_assessor": True}
    run = apply(split("assessorclients", now, {**now, "assessor_id": 9}))
    assert Offering.objects.get().assessor == Organization.objects.get(name="Level Assessments")
    assert (run.counts["AssessorClients"]["change"], run.counts["AssessorClients"]["set_aside"]) == (1, 1)
    plumb = Organization.objects.get(kind=OrganizationKind.ASSESSOR, name="Plumb Line")
    assert str(plumb.accredited_on) == "2025-07-07"


def test_services_of_an_excerpt_are_added_and_those_of_a_whole_table_replace() -> None:
    apply(feed(Products=[product(all_others=["Old vault"])]))
    new = {"id": "FR9000000001", "service_name": "New vault", "is_active": True}
    apply(split("productincludedservices", new, total=9))
    assert Offering.objects.get().services == ["Old vault", "New vault"]
    apply(split("productincludedservices", new, as_of="2026-05-22"))
    apply(split("productbusinessfunctions", {"id": "FR9000000001", "category_name": "Research"}, as_of="2026-05-22"))
    ours = Offering.objects.get()
    assert (ours.services, ours.business_functions) == (["New vault"], ["Research"])


def changes(**by_product: Any) -> Row:
    return {"metadata": {"export_timestamp": "2026-04-14T15:29:08.292Z"}, "products": by_product}


def status(name: str, day: str) -> Row:
    return {"status_name": name, "start_date": at(day)}


def test_changes_of_status_correct_and_add_dated_steps() -> None:
    apply(feed())
    statuses = [status("Agency Review", "2022-02-02"), status("Authorized", "2024-03-05"), status("Odd", "2024-03-05")]
    content = changes(
        FR9000000001={"current_status": "Authorized", "statuses": statuses}, FR7={"statuses": statuses[:1]}
    )
    content["products"]["FAKE-1"] = {"statuses": statuses[:1]}
    run = apply(content)
    counts = run.counts["StatusChanges"]
    assert [counts[each] for each in ("rows", "create", "change", "same", "set_aside")] == [5, 1, 1, 0, 3]
    steps = {str(each.effective_on): each.step for each in DesignationEvent.objects.all()}
    assert steps == {"2022-02-02": DesignationStep.AGENCY_REVIEW, "2024-03-05": DesignationStep.CERTIFIED}
    assert plan(content).proposal.is_empty
    assert plan(feed()).proposal.is_empty


def test_the_second_review_of_a_kind_is_a_step_of_its_own() -> None:
    apply(feed())
    rows = [
        {"product_id": "FR9000000001", "to_status": "PMO Review", "transition_date": at(day)}
        for day in ("2025-05-05", "2023-03-03")
    ]
    apply(split("certprocessstatuschangelog", *rows))
    days = DesignationEvent.objects.filter(step=DesignationStep.PMO_REVIEW).values_list("source_field", "effective_on")
    assert {field: str(day) for field, day in days} == {"ip_pmo_date": "2023-03-03", "ip_pmo_date 2": "2025-05-05"}


@pytest.mark.parametrize("table", ["metrics", "mkt-ics-web", "mkt-cas-web"])
def test_a_table_of_which_nothing_is_kept_is_refused_alone_and_set_aside_beside_others(table: str) -> None:
    apply(feed())
    content = split(table, {"id": 1}, {"id": 2})
    with pytest.raises(Unreadable, match=rf"kept here \(tables: {table}\)"):
        apply(content)
    content["data"]["agencies"] = []
    assert apply(content).counts[table]["set_aside"] == 2
