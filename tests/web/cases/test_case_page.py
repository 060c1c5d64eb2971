"""The page of a case: its turn, path, steps, facts and history, for those who may know of it and for nobody else."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from authorizations.actions.cases.waivers import waive_gate
from authorizations.lifecycle.durations import Span
from authorizations.models import Case, Event
from authorizations.presenters.cases.path import path_of
from authorizations.presenters.cases.usual import usual_stay
from authorizations.web.cases.views import LATEST
from tests.audit_log.entries import entered_all
from tests.cast import Cast
from tests.lifecycle.cases import WAYS, make_case, press, record, step_facts
from tests.samples import ends, first, sample
from tests.web.reading_pages import body_of, case_pages

RECOMMENDATION = "The risk is low; authorize."
INSIDE = ("liaison", "reviewer", "official", "viewer", "auditor")
PARTIES = (*INSIDE, "csp_lead", "csp_contributor", "csp_viewer", "assessor_lead", "assessor_member", "pmo_lead")
STRANGERS = ("stranger_agency", "stranger_csp", "bureau_liaison")


@pytest.mark.parametrize("person", ends([*PARTIES, "pmo_reviewer"]))
def test_the_parties_read_the_case(client: Client, cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    page = body_of(client, case.get_absolute_url())
    if person in {"reviewer", "official"}:
        assert "Your turn" in page
        assert "Approve the SSP" in page
    else:
        assert "Waiting on Department of Harbors (agency)" in page
        assert ": review the SSP" in page


@pytest.mark.parametrize("person", ends(STRANGERS))
@pytest.mark.parametrize("path", first(["", "facts/", "waive/", "approve_ssp/"]))
def test_for_strangers_the_case_is_not_there(client: Client, cast: Cast, person: str, path: str) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.people[person])
    assert client.get(f"{case.get_absolute_url()}{path}").status_code == 404


@pytest.mark.parametrize("person", first(["csp_lead", "assessor_lead", "pmo_lead", "pmo_reviewer"]))
def test_a_reuse_case_stays_inside_its_agency_until_access_is_asked_for(
    client: Client, cast: Cast, person: str
) -> None:
    case = make_case(cast, "reuse", "need_defined")
    client.force_login(cast.people[person])
    assert client.get(case.get_absolute_url()).status_code == 404
    press(case, "request_access", cast.liaison, **step_facts("request_access", cast, "reuse"))
    expected = 404 if person == "assessor_lead" else 200
    assert client.get(case.get_absolute_url()).status_code == expected


def test_the_page_says_who_can_see_a_case_that_is_not_shared(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    client.force_login(cast.liaison)
    assert "the agencies above it and the auditor can see this case until" in body_of(client, case.get_absolute_url())


@pytest.mark.slow
def test_the_next_step_of_another_role_is_named_to_its_own_side_alone(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    told = "Next: <strong>Approve the SSP</strong>, by the agency&#x27;s reviewer"
    for person, expected in (("liaison", True), ("reviewer", False), ("csp_lead", False), ("auditor", False)):
        client.force_login(cast.people[person])
        assert (told in body_of(client, case.get_absolute_url())) is expected, person


def test_what_leads_on_stands_before_what_ends_the_case(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    client.force_login(cast.reviewer)
    page = body_of(client, case.get_absolute_url())
    assert page.index("recommend/") < page.index("send_to_remediation/")


@pytest.mark.slow
def test_an_ancestor_reads_and_a_sibling_does_not(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    Case.objects.filter(pk=case.pk).update(agency=cast.organizations["lighthouses"])
    for person, status in (("liaison", 200), ("bureau_liaison", 200), ("stranger_agency", 404)):
        client.force_login(cast.people[person])
        assert client.get(case.get_absolute_url()).status_code == status


def test_a_missing_and_a_hidden_case_make_the_same_answer_in_the_same_queries(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.stranger_agency)
    for address in (case.get_absolute_url(), reverse("case", args=["2" * 14])):
        # session, person, the case, and three that count the refusal of this minute
        with django_assert_num_queries(6):
            assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", first(["initial", "reuse"]))
@pytest.mark.parametrize("person", first(INSIDE))
def test_the_agency_reads_its_recommendation(client: Client, cast: Cast, kind: str, person: str) -> None:
    case = _recommended(cast, kind)
    client.force_login(cast.people[person])
    # among the facts, and in the history
    assert case_pages(client, case).count("authorize.") >= 2


@pytest.mark.parametrize("kind", ends(["initial", "reuse"]))
@pytest.mark.parametrize("person", first(["csp_lead", "csp_contributor", "assessor_lead", "pmo_lead", "pmo_reviewer"]))
def test_the_recommendation_to_the_ao_stays_inside_the_agency(
    client: Client, cast: Cast, kind: str, person: str
) -> None:
    case = _recommended(cast, kind)
    client.force_login(cast.people[person])
    if kind == "reuse" and person == "assessor_lead":
        assert client.get(case.get_absolute_url()).status_code == 404
        return
    page = case_pages(client, case)
    # The PMO reads it once the agency has turned to it: in an initial case from the request for In Process on.
    reads = kind == "initial" and person.startswith("pmo")
    assert ("authorize." in page) is reads


def _recommended(cast: Cast, kind: str) -> Case:
    return make_case(cast, kind, "ao_decision" if kind == "initial" else "risk_decision")


@pytest.mark.slow
def test_an_act_that_recorded_only_what_stays_inside_is_not_told_to_others(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    record(case, cast.reviewer, recommendation=RECOMMENDATION)
    client.force_login(cast.csp_lead)
    page = case_pages(client, case)
    assert RECOMMENDATION not in page
    recorded = page.count("Facts recorded")
    client.force_login(cast.liaison)
    page = case_pages(client, case)
    assert RECOMMENDATION in page
    # last on the overview, and in the history
    assert page.count("Facts recorded") == recorded + 2


def test_a_blocked_step_says_why_and_leads_to_where_it_is_met(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.official)
    page = body_of(client, case.get_absolute_url())
    assert "Request In Process" in page
    assert f"{case.get_absolute_url()}request_in_process/" not in page
    client.force_login(cast.liaison)
    Case.objects.filter(pk=case.pk).update(authorizing_official=None)
    page = body_of(client, case.get_absolute_url())
    assert f'href="{reverse("case_facts", args=[case.public_id])}#fact-authorizing_official"' in page


def test_a_step_that_asks_for_a_reason_is_open_and_says_so(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.liaison)
    page = body_of(client, case.get_absolute_url())
    assert f'action="{case.get_absolute_url()}sign_wbs/"' in page
    assert "The provider has not signed the WBS yet" in page


def test_only_a_pmo_lead_is_led_to_waiving_a_gate_that_may_be_waived(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    press(case, "agree_partnership", cast.csp_lead)
    Membership.objects.filter(organization=cast.organizations["harbors"]).delete()
    case.offering.fedramp_id = None
    case.offering.save()
    waive = f"{case.get_absolute_url()}waive/?gate=fedramp_id_known"
    client.force_login(cast.pmo_lead)
    assert waive in body_of(client, case.get_absolute_url())
    client.force_login(cast.csp_lead)
    assert "/waive/" not in body_of(client, case.get_absolute_url())


@pytest.mark.slow
@pytest.mark.parametrize("person", first(PARTIES))
def test_everyone_on_the_case_sees_a_waiver_until_it_ends(client: Client, cast: Cast, person: str) -> None:
    case = make_case(cast, "initial", "ssp")
    now = timezone.now()
    waiver = waive_gate(
        case.public_id,
        actor=cast.pmo_lead,
        now=now,
        gate="ssp_approved_on",
        reason="Paper mail was lost.",
        until=timezone.localdate(now),
    )
    client.force_login(cast.people[person])
    page = case_pages(client, case)
    # beside the case, among what happened last, and in its history
    assert page.count("Paper mail was lost.") == 3
    assert ("End it" in page) is (person == "pmo_lead")
    waiver.until = date(2026, 1, 1)
    waiver.save()
    assert case_pages(client, case).count("Paper mail was lost.") == 2


@pytest.mark.slow
def test_the_next_agencys_case_stays_unknown_to_the_former_agency(client: Client, cast: Cast) -> None:
    former = make_case(cast, "initial", "partner_lost")
    press(former, "succeed", cast.csp_lead, new_agency=cast.organizations["meadows"])
    following = Case.objects.get(continues=former)
    for person, knows_former, knows_following in (
        ("liaison", True, False),
        ("stranger_agency", False, True),
        ("csp_lead", True, True),
    ):
        client.force_login(cast.people[person])
        if knows_former:
            page = case_pages(client, former)
            assert (following.public_id in page) is knows_following
            assert ("Meadow" in page) is knows_following
        if knows_following:
            page = case_pages(client, following)
            assert (former.public_id in page) is knows_former
            assert ("Harbors" in page) is knows_former


@pytest.mark.slow
def test_the_ato_is_linked_only_for_those_who_may_know_of_it(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    assert case.ato
    for person, sees in (("liaison", True), ("csp_lead", True), ("pmo_lead", True), ("assessor_lead", False)):
        client.force_login(cast.people[person])
        assert (case.ato.get_absolute_url() in body_of(client, case.get_absolute_url())) is sees, person


def test_where_two_sides_owe_the_second_is_named(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ato_issued")
    client.force_login(cast.liaison)
    assert "Nimbus Cloud owes the package too." in body_of(client, case.get_absolute_url())


@pytest.mark.slow
def test_a_stopped_clock_is_said(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_remediation")
    client.force_login(cast.csp_lead)
    page = body_of(client, case.get_absolute_url())
    assert "FedRAMP's clock stands still" in page


def test_a_way_back_is_drawn_and_each_stay_counted(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "sap")
    press(case, "reopen_ssp", cast.reviewer)
    client.force_login(cast.csp_lead)
    page = body_of(client, case.get_absolute_url())
    assert "Back from SAP to SSP on" in page
    assert "in 2 stays" in page


EVERY_STAGE = [(kind, stage) for kind, ways in WAYS.items() for stage in ways]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "stage"),
    sample(
        EVERY_STAGE,
        ("initial", "remediation"),
        ("reuse", "need_defined"),
        more=EVERY_STAGE[::4],
        lane=pytest.mark.nightly,
    ),
)
def test_the_page_of_a_case_at_any_stage_is_there_for_all_its_sides(
    client: Client, cast: Cast, kind: str, stage: str
) -> None:
    case = make_case(cast, kind, stage)
    for name in ("liaison", "csp_lead", "pmo_lead", "auditor"):
        client.force_login(cast.people[name])
        with CaptureQueriesContext(connection) as queries:
            status = client.get(case.get_absolute_url()).status_code
        assert status == 200 or case.shared_at is None, name
        assert len(queries) <= 9, name
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("case_history", args=[case.public_id]))
        assert len(queries) <= 9, name


# session, person; who of its parties is here; the case, whom it names with what is asked beside, its record, its
# waivers, the tasks of its plan
QUERIES = dict.fromkeys(("liaison", "csp_lead", "pmo_reviewer", "pmo_lead", "assessor_lead", "auditor"), 8)


@pytest.mark.parametrize("number", first([1, 10, 100]))
@pytest.mark.parametrize("person", sample(QUERIES, "liaison", more=["pmo_lead"], lane=pytest.mark.nightly))
def test_the_number_of_queries_does_not_grow_with_the_history(
    client: Client, cast: Cast, person: str, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = make_case(cast, "initial", "pmo_review")
    event = Event.objects.about(case).first()
    assert event
    entered_all(
        Event(
            verb="case.claim",
            subject_type="case",
            subject_id=case.pk,
            at=event.at,
            recorded_at=event.recorded_at,
            actor=event.actor,
            acted_as=event.acted_as,
            changes={"stage": ["pmo_review", "pmo_review"], "revision": [1, 2]},
        )
        for _ in range(number)
    )
    client.force_login(cast.people[person])
    # Counted once a day, for all cases of the kind.
    usual_stay(case, cast.people[person], timezone.localdate())
    with django_assert_num_queries(QUERIES[person]):
        body_of(client, case.get_absolute_url())


@pytest.mark.slow
def test_a_long_history_shows_its_newest_acts_and_a_way_to_the_rest(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "partnership")
    when = datetime(2026, 11, 24, 16, tzinfo=UTC)
    entered_all(
        Event(verb="case.warn", subject_type="case", subject_id=case.pk, at=when, recorded_at=when) for _ in range(120)
    )
    client.force_login(cast.liaison)
    page = body_of(client, case.get_absolute_url())
    assert page.count("<strong>Warned</strong>") == LATEST
    history = reverse("case_history", args=[case.public_id])
    assert history in page
    counted = [body_of(client, f"{history}?page={number}").count("<strong>Warned</strong>") for number in range(1, 7)]
    assert counted == [20] * 6
    assert body_of(client, f"{history}?kind=other").count("<strong>Warned</strong>") == 0


def test_markup_in_facts_and_reasons_is_shown_as_text(client: Client, cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    case = make_case(cast, "initial", "partnership")
    record(case, cast.liaison, agency_contact=script, reason=script)
    client.force_login(cast.liaison)
    page = case_pages(client, case)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("stages", [("ssp", "withdrawn"), ("ssp", "removed", "ssp")])
def test_no_stage_that_is_past_is_called_a_possible_next(cast: Cast, stages: tuple[str, ...]) -> None:
    case = make_case(cast, "initial", stages[-1])
    stays = [Span(stage, "agency", date(2026, 1, day), date(2026, 1, day + 1)) for day, stage in enumerate(stages, 1)]
    path = path_of(case, stays)
    drawn = [*path.beside, *(stage for part in path.parts for stage in part.stages)]
    assert all(stage.state != "possible next" for stage in drawn if stage.stays)
