"""Beginning a case in the browser: choosing, opening, adopting, and what is refused."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership, Organization
from accounts.roles import OrganizationKind
from authorizations.models import AgencySystem, Ato, Case, Event, Offering
from authorizations.vocabulary import CaseKind, DeploymentModel
from tests.cast import Cast
from tests.lifecycle.world import make_ato, make_system
from tests.samples import first
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

# Each test fills in and sends the form of a new case.
pytestmark = pytest.mark.slow

OPEN, ADOPT = "/cases/open/", "/cases/adopt/"


@pytest.fixture
def offering(cast: Cast) -> Offering:
    return make_offerings(cast.organizations["nimbus"], 1, designation="ready")[0]


def at(route: str, offering: Offering, agency: Organization, stage: str = "") -> str:
    """The address of the form, everything chosen."""
    where = f"{route}?offering={offering.public_id}&agency={agency.public_id}"
    return f"{where}&stage={stage}" if stage else where


def key_of(page: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_liaison_opens_an_initial_case_and_the_provider_is_invited(
    client: Client, cast: Cast, offering: Offering
) -> None:
    client.force_login(cast.bureau_liaison)
    page = client.post(
        at(f"{OPEN}initial/", offering, cast.organizations["buoys"]), {"idempotency_key": "a"}, follow=True
    )
    case = Case.objects.get()
    assert page.redirect_chain == [(case.get_absolute_url(), 302)]
    assert "Nimbus Cloud must agree before planning starts." in page.content.decode()
    assert (case.kind, case.stage, case.agency.name) == (CaseKind.INITIAL, "partnership", "Buoy Office")
    assert case.fact_value("agency_agreed_on")
    assert not case.fact_value("provider_agreed_on")


def test_an_initial_case_of_a_certified_offering_proposes_to_use_it_and_else_owes_a_reason(
    client: Client, cast: Cast
) -> None:
    certified = make_offerings(cast.organizations["nimbus"], 1, designation="in_remediation")[0]
    where, harbors = at(f"{OPEN}initial/", certified, cast.organizations["harbors"]), cast.organizations["harbors"]
    client.force_login(cast.liaison)
    page = body_of(client, where)
    reuse = at(f"{OPEN}reuse/", certified, harbors).replace("&", "&amp;")
    assert f'<a class="usa-button" href="{reuse}">Use this offering</a>' in page
    assert client.post(where, {"idempotency_key": "a"}).status_code == 409
    assert not Case.objects.exists()
    client.post(where, {"idempotency_key": "a", "reason": "Its boundary leaves out the pier."})
    assert Event.objects.get(verb="case.open").reason == "Its boundary leaves out the pier."
    client.force_login(cast.csp_lead)
    page = body_of(client, where)
    assert "is already certified" in page
    assert "Use this offering" not in page


def test_a_provider_names_the_agency_and_chooses_among_its_own_offerings(client: Client, cast: Cast) -> None:
    mine = make_offerings(cast.organizations["nimbus"], 2, designation="ready")
    other = make_offerings(cast.organizations["stratus"], 1)[0]
    client.force_login(cast.csp_lead)
    page = body_of(client, f"{OPEN}initial/")
    assert mine[0].name in page
    assert mine[1].name in page
    assert other.name not in page
    assert "Meadow Commission" in body_of(client, f"{OPEN}initial/?offering={mine[0].public_id}")
    client.post(at(f"{OPEN}initial/", mine[0], cast.organizations["meadows"]), {"idempotency_key": "a"})
    assert Case.objects.get().fact_value("provider_agreed_on")


def test_searching_keeps_what_was_chosen_and_needs_no_script(client: Client, cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 30)[3]
    client.force_login(cast.csp_lead)
    page = body_of(client, f"{OPEN}initial/")
    assert "There are more than these 20." in page
    assert "Offering 0029" in body_of(client, f"{OPEN}initial/?q=0029")
    page = body_of(client, f"{OPEN}initial/?offering={offering.public_id}&q=lighthouses")
    assert f'name="offering" value="{offering.public_id}"' in page
    assert "Bureau of Lighthouses" in page
    assert "Meadow Commission" not in page


def test_the_only_agency_of_a_reviewer_needs_no_choosing(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.reviewer)
    page = body_of(client, f"{OPEN}reuse/?offering={offering.public_id}")
    assert "Intended use" in page
    said = {"idempotency_key": key_of(page), "intended_use": "Tides."}
    client.post(f"{OPEN}reuse/?offering={offering.public_id}", said)
    case = Case.objects.get()
    assert (case.kind, case.agency.name, case.fact_value("intended_use")) == (
        "reuse",
        "Department of Harbors",
        "Tides.",
    )


def test_what_is_missing_is_named_at_its_field_and_nothing_typed_is_lost(
    client: Client, cast: Cast, offering: Offering
) -> None:
    client.force_login(cast.reviewer)
    where = at(f"{OPEN}reuse/", offering, cast.organizations["harbors"])
    page = client.post(where, {"idempotency_key": "the-key", "intended_use": ""}).content.decode()
    assert page.count("Intended use: say it in words.") == 2
    assert key_of(page.replace("the-key", "thekey")) == "thekey"
    assert not Case.objects.exists()


def test_pressing_twice_leads_to_the_one_case_that_was_opened(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.liaison)
    where = at(f"{OPEN}initial/", offering, cast.organizations["harbors"])
    first, second = (client.post(where, {"idempotency_key": "same"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == Case.objects.get().get_absolute_url()


def test_an_organization_without_members_is_said_to_have_none(client: Client, cast: Cast, offering: Offering) -> None:
    empty = Organization.objects.create(kind=OrganizationKind.AGENCY, name="Ice Patrol")
    client.force_login(cast.csp_lead)
    page = body_of(client, at(f"{OPEN}initial/", offering, empty))
    assert "Ice Patrol has no active member here." in page
    assert "Nimbus Cloud has no active member" not in page


def test_a_pmo_lead_stands_in_only_where_nobody_is_and_says_why(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.pmo_lead)
    where = at(f"{OPEN}initial/", offering, cast.organizations["harbors"])
    assert client.get(where).status_code == 403
    Membership.objects.filter(organization=cast.organizations["nimbus"]).delete()
    page = client.post(where, {"idempotency_key": "a"}).content.decode()
    assert "Evidence for standing in: say it in words." in page
    said = {"idempotency_key": "a", "standing_in_evidence": "Letter 5", "reason": "It asked us to."}
    assert client.post(where, said).status_code == 302
    assert Event.objects.get(verb="case.open").reason == "It asked us to."


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["initial", "reuse"])
def test_a_pmo_lead_is_offered_the_agencies_that_have_nobody_or_all_where_the_provider_has_nobody(
    client: Client, cast: Cast, offering: Offering, kind: str
) -> None:
    Organization.objects.create(kind=OrganizationKind.AGENCY, name="Ice Patrol")
    client.force_login(cast.pmo_lead)

    def offered() -> set[str]:
        page = client.get(f"{OPEN}{kind}/?offering={offering.public_id}")
        return {option.name for option in page.context["question"].options}

    # Above the office stand the bureau and the department, whose people act for it.
    assert offered() == {"Ice Patrol"}
    Membership.objects.filter(organization=cast.organizations["nimbus"]).delete()
    everyone = {"Ice Patrol", "Department of Harbors", "Bureau of Lighthouses", "Buoy Office", "Meadow Commission"}
    assert offered() == (everyone if kind == "initial" else {"Ice Patrol"})


@pytest.mark.parametrize("kind", ["initial", "reuse"])
def test_a_strangers_agency_cannot_be_named(client: Client, cast: Cast, offering: Offering, kind: str) -> None:
    client.force_login(cast.bureau_liaison)
    page = body_of(client, at(f"{OPEN}{kind}/", offering, cast.organizations["harbors"]))
    assert "Choose the agency" in page
    client.post(
        at(f"{OPEN}{kind}/", offering, cast.organizations["harbors"]), {"idempotency_key": "a", "intended_use": "x"}
    )
    assert not Case.objects.exists()


def test_a_private_cloud_is_refused_before_anything_is_typed(client: Client, cast: Cast) -> None:
    private = make_offerings(cast.organizations["nimbus"], 1, deployment_model=DeploymentModel.PRIVATE)[0]
    client.force_login(cast.liaison)
    page = body_of(client, at(f"{OPEN}initial/", private, cast.organizations["harbors"]))
    assert "FedRAMP neither reviews nor lists a private cloud." in page
    assert 'method="post" class="form"' not in page


def test_the_advice_names_the_cut_off_and_the_sponsors_duty(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.liaison)
    for page in (
        body_of(client, f"{OPEN}initial/"),
        body_of(client, at(f"{OPEN}initial/", offering, cast.organizations["harbors"])),
    ):
        assert "11 Jun 2027" in page
        assert "AGU-SPN-MRC" in page
        # The rule speaks of initiating an authorization, not of its whole course.
        assert "initiates an authorization" in page
        assert "while the case goes on" not in page
        assert "20x" in page


def test_a_case_is_adopted_at_its_stage_with_what_is_known(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.pmo_lead)
    where = at(f"{ADOPT}initial/", offering, cast.organizations["harbors"])
    assert "SAR debrief" in body_of(client, where)
    page = body_of(client, f"{where}&stage=agency_review")
    assert "In Process on" in page
    # The recommendation stays inside the agency; the ATO comes later.
    assert "Recommendation to the AO" not in page
    assert "ATO on file" not in page
    facts = {
        "idempotency_key": "a",
        "in_process_on": "2026-02-03",
        "evidence": "Folder 9",
        "reason": "It began on paper.",
    }
    client.post(f"{where}&stage=agency_review", facts)
    case = Case.objects.get()
    assert (case.stage, case.adopted_at_stage) == ("agency_review", "agency_review")
    assert case.fact_value("in_process_on") == date(2026, 2, 3)


def test_zero_open_findings_are_a_fact_too(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.pmo_lead)
    where = at(f"{ADOPT}initial/", offering, cast.organizations["harbors"], "ao_decision")
    client.post(
        where, {"idempotency_key": "a", "open_high": "0", "evidence": "Folder 9", "reason": "It began on paper."}
    )
    assert Case.objects.get().fact_value("open_high") == 0


@pytest.mark.slow
def test_an_ato_on_file_carries_an_adopted_case(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.bureau_liaison)
    where = at(f"{ADOPT}reuse/", ato.offering, cast.organizations["lighthouses"], "recorded")
    said = {"idempotency_key": "a", "evidence": "Folder 9", "reason": "It was done on paper."}
    assert "name the agency&#x27;s ATO in the register" in client.post(where, said).content.decode()
    client.post(where, {**said, "ato": ato.public_id})
    assert Case.objects.get().ato == ato


def registering(cast: Cast, system: AgencySystem, **changed: Any) -> dict[str, Any]:
    """What is typed to adopt a case and to register its ATO in the same act."""
    return {
        "idempotency_key": "a",
        "evidence": "Folder 9",
        "reason": "It was done on paper.",
        "register_system": system.public_id,
        "register_listing_role": "reuse",
        "register_ato_type": "ato",
        "register_signed_on": "2026-01-05",
        "register_letter": "Letter 3",
        "register_authorizing_official": cast.official.public_id,
        **changed,
    }


@pytest.mark.slow
def test_the_ato_is_registered_in_the_same_act_and_only_once(client: Client, cast: Cast, offering: Offering) -> None:
    system = make_system(cast)
    client.force_login(cast.bureau_liaison)
    where = at(f"{ADOPT}reuse/", offering, cast.organizations["lighthouses"], "ato_issued")
    first, second = (client.post(where, registering(cast, system)) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == Case.objects.get().get_absolute_url()
    case = Case.objects.get()
    assert case.ato == Ato.objects.get()
    # What the ATO states is not asked again, and the case knows it.
    assert (case.system, case.fact_value("signed_on")) == (system, date(2026, 1, 5))


def test_what_the_ato_misses_is_named_at_the_atos_field(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.bureau_liaison)
    where = at(f"{ADOPT}reuse/", offering, cast.organizations["lighthouses"], "ato_issued")
    page = client.post(where, registering(cast, make_system(cast), register_signed_on="")).content.decode()
    assert 'id="id_register_signed_on_error"' in page
    assert 'id="id_signed_on"' not in page
    assert not Case.objects.exists()
    assert not Ato.objects.exists()


def test_an_expired_access_says_where_the_case_goes_on(client: Client, cast: Cast, offering: Offering) -> None:
    client.force_login(cast.liaison)
    where = at(f"{ADOPT}reuse/", offering, cast.organizations["harbors"], "access_expired")
    said = {"idempotency_key": "a", "evidence": "Folder 9", "reason": "It was done on paper."}
    assert "Choose the stage at which the case goes on." in client.post(where, said).content.decode()
    client.post(where, {**said, "resumes_at": "gap_analysis"})
    assert Case.objects.get().resumes_at == "gap_analysis"


@pytest.mark.parametrize(
    ("person", "buttons"),
    first(
        [
            ("liaison", {"Use this offering", "Adopt a reuse case"}),
            ("reviewer", {"Use this offering"}),
            ("csp_lead", set()),
            ("pmo_lead", {"Adopt a reuse case", "Record where the package is", "Set the designation"}),
            ("pmo_reviewer", {"Record where the package is", "Set the designation"}),
            ("auditor", set()),
        ]
    ),
)
def test_a_certified_offering_offers_its_use_to_those_who_may(
    client: Client, cast: Cast, person: str, buttons: set[str]
) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    client.force_login(cast.people[person])
    assert offered(body_of(client, offering.get_absolute_url())) == buttons


@pytest.mark.parametrize(
    ("person", "buttons"),
    first(
        [
            ("liaison", {"Start an initial case", "Use this offering", "Adopt a reuse case"}),
            ("csp_lead", {"Start an initial case"}),
            ("stranger_csp", set()),
            (
                "pmo_lead",
                {"Adopt an initial case", "Adopt a reuse case", "Record where the package is", "Set the designation"},
            ),
        ]
    ),
)
def test_an_offering_that_is_not_certified_offers_an_initial_case(
    client: Client, cast: Cast, person: str, buttons: set[str]
) -> None:
    ready = make_offerings(cast.organizations["nimbus"], 1, designation="ready")[0]
    client.force_login(cast.people[person])
    assert offered(body_of(client, ready.get_absolute_url())) == buttons


def offered(page: str) -> set[str]:
    """The words of the buttons in the head of an offering's page."""
    return set(re.findall(r'usa-button--outline" href="/(?:cases|offerings)/[^"]*">([^<]+)</a>', page))


@pytest.mark.slow
def test_the_pages_of_offering_and_agency_list_a_case_for_its_parties_alone(
    client: Client, cast: Cast, offering: Offering
) -> None:
    harbors = cast.organizations["harbors"]
    client.force_login(cast.liaison)
    client.post(at(f"{OPEN}reuse/", offering, harbors), {"idempotency_key": "a", "intended_use": "Tides."})
    case = Case.objects.get()
    for page in (offering, harbors):
        # Until access is asked for, a reuse case stays inside its agency.
        for person, sees in (("viewer", True), ("auditor", True), ("csp_lead", False), ("stranger_agency", False)):
            client.force_login(cast.people[person])
            shown = body_of(client, page.get_absolute_url())
            assert (case.get_absolute_url() in shown, 'id="cases"' in shown) == (sees, sees), (str(page), person)


@pytest.mark.slow
def test_the_list_of_cases_offers_each_beginning_to_those_who_may(client: Client, cast: Cast) -> None:
    begun = {"liaison": 3, "reviewer": 1, "csp_lead": 1, "pmo_lead": 4, "auditor": 0, "viewer": 0}
    for person, number in begun.items():
        client.force_login(cast.people[person])
        assert len(re.findall(r'href="/cases/(?:open|adopt)/', body_of(client, "/cases/"))) == number, person
