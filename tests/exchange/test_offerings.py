"""Offerings: what the feed says of them, the dated steps of their designation, and what they build on."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Organization
from accounts.roles import RecordSource
from authorizations.models import DesignationEvent, Leverage, Offering, ReviewItem
from tests.cast import Cast
from tests.exchange.feeds import DUNES, apply, at, feed, initial, kinds, plan, product

pytestmark = pytest.mark.django_db
LATER = "2026-02-01"


def imported(**facts: Any) -> Offering:
    apply(feed(Products=[product(**facts)]))
    return Offering.objects.get()


@pytest.mark.parametrize(
    ("facts", "designation"),
    [
        ({"status": "FedRAMP Authorized"}, "certified"),
        ({"status": "FedRAMP Ready"}, "ready"),
        ({"status": "FedRAMP In Process"}, "in_process_agency"),
        ({"status": "FedRAMP In Process", "ip_pmo_status": at("2025-05-05")}, "in_process_fedramp"),
        ({"status": "FedRAMP In Process", "ip_jab_status": at("2025-05-05")}, "in_process_fedramp"),
        ({"status": "FedRAMP In Process", "ip_prog_status": at("2025-05-05")}, "in_process_fedramp"),
        ({"status": "FedRAMP In Process", "ip_agency_status": at("2025-05-05")}, "in_process_agency"),
        ({"status": "FedRAMP Certified (In Remediation)"}, "in_remediation"),
        ({"status": "Initial Implementation"}, "initial_implementation"),
        ({"status": "Agency Authorization In Process"}, "in_process_agency"),
        ({"status": "Legacy FedRAMP Ready"}, "ready"),
        ({"status": "Delisted"}, "delisted"),
        ({"status": ""}, "unknown"),
        ({"status": "FedRAMP Considered"}, "unknown"),
    ],
)
def test_a_status_becomes_a_designation(facts: dict[str, str], designation: str) -> None:
    offering = imported(**facts)
    assert (offering.designation, offering.designation_as_published) == (designation, facts["status"])


@pytest.mark.parametrize(
    ("published", "certification_type", "level"),
    [
        ("Moderate", "rev5", "moderate"),
        ("Li-SaaS", "rev5", "li_saas"),
        ("20x Low", "20x", "low"),
        ("Moderate (High In Process)", "rev5", "moderate"),
        ("", "rev5", ""),
    ],
)
def test_an_impact_level_says_the_type_too(published: str, certification_type: str, level: str) -> None:
    offering = imported(impact_level=published)
    assert (offering.certification_type, offering.impact_level) == (certification_type, level)
    assert offering.impact_level_as_published == published


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"status": "FedRAMP Considered"}, "unknown_word"),
        ({"impact_level": "Enormous"}, "unknown_word"),
        ({"auth_type": "Lottery"}, "unknown_word"),
        ({"deployment_model": "Basement"}, "unknown_word"),
        ({"service_model": ["XaaS"]}, "unknown_word"),
        ({"small_business": "Perhaps"}, "unknown_word"),
        ({"auth_date": "#REF!"}, "date"),
        ({"impact_level": "#REF!"}, "spreadsheet_error"),
        ({"partnering_agency": "Ministry of Silence"}, "unknown_agency"),
        ({"independent_assessor": "Square Auditors"}, "unlisted_assessor"),
        ({"leveraged_systems": [{"id": "FR0"}]}, "unknown_offering"),
        ({"leveraged_systems": ["FR0"]}, "wrong_type"),
        ({"authorization": "many"}, "wrong_type"),
        ({"cso": "", "service_offering": ""}, "blank"),
        ({"colour": "green"}, "unknown_field"),
        ({"cso": "x" * 400}, "too_long"),
        ({"service_desc": "a\x00b"}, "characters"),
    ],
)
def test_an_oddity_is_noted_and_the_offering_is_taken(facts: dict[str, Any], kind: str) -> None:
    content = feed(Products=[product(**facts)])
    assert kinds(content) == [kind]
    apply(content)
    assert Offering.objects.get().is_published


def test_an_unknown_field_is_noted_once_for_the_table() -> None:
    assert kinds(feed(Products=[product(1, colour="green"), product(2, colour="blue")])) == ["unknown_field"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({}, "blank"),
        ({"id": "", "csp": "", "leveraged_systems": [""]}, "blank"),
        (product(id="FAKE-00000001"), "test_row"),
        (product(id=""), "no_key"),
        (product(id="F" * 40), "no_key"),
        (product(csp="", name=""), "no_key"),
        (product(), "copy"),
        (product(cso="Another Vault"), "id_twice"),
        ("FR9000000001", "wrong_type"),
    ],
)
def test_a_row_that_is_no_offering_is_set_aside_with_an_issue(row: Any, kind: str) -> None:
    planned = plan(feed(Products=[product(), row]))
    assert [issue.kind for issue in planned.proposal.issues] == [kind]
    counts = planned.proposal.counts["Products"]
    assert (counts.rows, counts.create, counts.set_aside) == (2, 1, 1)


def test_a_script_in_a_name_is_kept_as_text_and_nothing_else() -> None:
    offering = imported(cso="<script>alert(1)</script>")
    assert offering.name == "<script>alert(1)</script>"


def test_service_models_stand_in_their_own_order() -> None:
    assert imported(service_model=["SaaS, PaaS", " IaaS "]).service_models == "IaaS, PaaS, SaaS"


def test_the_initial_row_states_the_annual_assessment_where_the_offering_does_not() -> None:
    apply(feed(Products=[product(annual_assessment="")], AtoMapping=[initial(1, *DUNES, assessment_date="1031")]))
    assert Offering.objects.get().annual_assessment == "10-31"


def test_each_dated_field_is_one_step_of_the_designation() -> None:
    dates = {field: at(f"2024-0{n}-01") for n, field in enumerate(FIELDS, 1)}
    offering = imported(**dates)
    steps = offering.designation_events.values_list("source_field", "step", "effective_on")
    assert {(field, step): on.month for field, step, on in steps} == {
        (field, step): n for n, (field, step) in enumerate(FIELDS.items(), 1)
    }


FIELDS = {
    "ready_date": "ready",
    "ip_jab_date": "in_process_jab",
    "ip_prog_date": "initial_program_review",
    "ip_prog_date2": "final_program_review",
    "ip_agency_date": "agency_review",
    "ip_pmo_date": "pmo_review",
    "auth_date": "certified",
}


@pytest.mark.parametrize(
    ("later", "on", "published"),
    [
        (at("2024-04-04"), date(2024, 4, 4), True),
        ("Not Active", date(2024, 3, 1), False),
        ("#REF!", date(2024, 3, 1), True),
    ],
)
def test_a_later_feed_corrects_a_step_in_place_and_an_unreadable_date_changes_nothing(
    later: str,
    on: date,
    published: bool,  # noqa: FBT001
) -> None:
    imported(auth_date=at("2024-03-01"))
    apply(feed(LATER, Products=[product(auth_date=later)]))
    step = DesignationEvent.objects.get()
    assert (step.effective_on, step.is_published) == (on, published)


def test_what_the_feed_lists_on_an_offering_builds_on_that_offering() -> None:
    content = feed(Products=[product(1, leveraged_systems=[{"id": "FR9000000002"}]), product(2)])
    apply(content)
    assert [str(offering.fedramp_id) for offering in Offering.objects.get(name="Quartz Vault 2").builds_on.all()] == [
        "FR9000000001"
    ]
    apply(feed(LATER, Products=[product(1), product(2)]))
    assert Leverage.objects.get().not_published_since == date(2026, 2, 1)
    apply({**content, "meta": {"last_change": at("2026-03-01")}})
    assert Leverage.objects.get().is_published


def test_an_offering_that_leaves_and_returns_keeps_everything() -> None:
    apply(feed(Products=[product(1), product(2)]))
    apply(feed(LATER, Products=[product(1)]), reason="one left")
    assert Offering.objects.get(name="Quartz Vault 2").not_published_since == date(2026, 2, 1)
    apply(feed("2026-03-01", Products=[product(1), product(2)]))
    back = Offering.objects.get(name="Quartz Vault 2")
    assert (back.published_since, back.not_published_since) == (date(2026, 1, 1), None)


def test_an_offering_entered_here_is_adopted_and_keeps_its_name_and_provider(cast: Cast) -> None:
    nimbus = cast.organizations["nimbus"]
    Offering.objects.create(
        fedramp_id="FR9000000001", name="Nimbus Vault", provider=nimbus, website="https://n.example"
    )
    content = feed()
    apply(content)
    offering = Offering.objects.get()
    assert (offering.name, offering.provider, offering.source) == ("Nimbus Vault", nimbus, RecordSource.PORTAL)
    assert (offering.designation, offering.website, offering.is_published) == ("certified", "https://n.example", True)
    assert sorted(item.clash for item in ReviewItem.objects.all()) == ["name_changed", "provider_changed"]
    assert plan(content).proposal.is_empty


def test_what_most_offerings_say_of_their_provider_counts() -> None:
    apply(feed(Products=[product(1, uei="A"), product(2, uei="B", small_business="Yes"), product(3, uei="B")]))
    provider = Organization.objects.get(kind="provider")
    assert (provider.uei, provider.small_business) == ("B", False)
