"""Home: what waits on each person, what came back, and the portfolio in one line."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, User
from accounts.roles import Role
from authorizations.actions.steps import perform
from authorizations.models import Case, Event, Offering, Package
from authorizations.models.cases.next_step import next_step
from authorizations.presenters.cached_counts import CacheStamp
from authorizations.presenters.cases.labels import also_waits_on
from authorizations.vocabulary import CaseKind, PackageLocation, Turn
from authorizations.web.home.cases import CaseWork, work
from tests.actions.register.accesses import make_case
from tests.admin.admin_pages import signed_in
from tests.admin.test_at_once import post_together
from tests.cached_rows import cached_rows
from tests.cast import PEOPLE, Cast, make_cast
from tests.samples import ends, first
from tests.web.reading_pages import body_of
from tests.web.register.records import make_offerings

INITIAL, REUSE = CaseKind.INITIAL, CaseKind.REUSE
ROWS = re.compile(r'<a href="(/cases/\?state=open&turn=(\w+))">')
SHARE = re.compile(r'<a href="[^"]*turn=(\w+)">([\d,]+) ([^<]+)</a>')


def make_offering(cast: Cast) -> Offering:
    return make_offerings(cast.organizations["nimbus"], 1)[0]


def case(cast: Cast, kind: str, stage: str, turn: str, days: int = 8, **facts: Any) -> Case:
    """A case of the harbors that has waited on a party for so many days."""
    since = timezone.now() - timedelta(days=days)
    named = {"authorizing_official": cast.official, "assessor": cast.organizations["plumb"], **facts}
    return make_case(cast, make_offering(cast), stage, kind, waits_on=turn, waits_since=since, **named)


def home_work(user: User, due: dict[int, date] | None = None) -> CaseWork:
    return work(user, timezone.localdate(), CacheStamp(len(due or {}), None), due or {})


def waiting(cast: Cast, person: str) -> list[str]:
    """The stages of what waits on a person, in the order shown, with the step that is offered first."""
    user = User.objects.get(pk=cast.people[person].pk)
    shown = home_work(user).waiting
    return [step for act in shown.acts for step in re.findall(r"/([a-z_]*)/$", act.url)]


WAITS: list[tuple[str, str, str, str, set[str]]] = [
    (INITIAL, "ssp", Turn.AGENCY, "approve_ssp", {"reviewer"}),
    (INITIAL, "agency_review", Turn.AGENCY, "recommend", {"liaison", "reviewer"}),
    (INITIAL, "ao_decision", Turn.OFFICIAL, "issue_ato", {"official"}),
    (INITIAL, "in_process", Turn.PROVIDER, "deliver_ssp", {"csp_lead", "csp_contributor"}),
    (INITIAL, "planning", Turn.PROVIDER, "sign_wbs", {"csp_lead"}),
    (INITIAL, "assessment", Turn.ASSESSOR, "deliver_sar", {"assessor_lead", "assessor_member"}),
    (INITIAL, "in_process_requested", Turn.PMO, "list_in_process", {"pmo_lead", "pmo_reviewer"}),
    (INITIAL, "ato_issued", Turn.AGENCY, "report_letter", {"liaison"}),
    (REUSE, "need_defined", Turn.AGENCY, "request_access", {"liaison", "reviewer"}),
    (REUSE, "access_requested", Turn.PMO, "grant_access", {"pmo_lead", "pmo_reviewer"}),
    (REUSE, "access_granted", Turn.AGENCY, "start_review", {"reviewer"}),
    (REUSE, "risk_decision", Turn.OFFICIAL, "issue_ato", {"official"}),
    (REUSE, "ato_issued", Turn.PMO, "record", {"pmo_lead", "pmo_reviewer"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage", "turn", "step", "people"), first(WAITS))
def test_a_case_waits_on_the_people_who_may_act_with_the_step_that_leads_on(
    cast: Cast, kind: str, stage: str, turn: str, step: str, people: set[str]
) -> None:
    case(cast, kind, stage, turn)
    assert {person for person, *_ in PEOPLE if step in waiting(cast, person)} == people


def test_nothing_waits_on_viewers_strangers_and_the_auditor(cast: Cast) -> None:
    for kind, stage, turn, *_ in WAITS:
        case(cast, kind, stage, turn)
    for person in ("viewer", "csp_viewer", "auditor", "stranger_agency", "stranger_csp", "bureau_liaison"):
        assert waiting(cast, person) == [], person


def test_a_liaison_of_the_department_acts_for_its_bureaus(cast: Cast) -> None:
    case(cast, REUSE, "need_defined", Turn.AGENCY, agency=cast.organizations["buoys"])
    assert [waiting(cast, person) for person in ("liaison", "bureau_liaison", "reviewer")] == [
        ["request_access"],
        ["request_access"],
        [],
    ]


@pytest.mark.slow
def test_an_official_signs_where_named_and_nowhere_else(client: Client, cast: Cast) -> None:
    other = User.objects.create(email="other@example.gov", name="Other")
    Membership.objects.create(user=other, organization=cast.organizations["harbors"], role=Role.AUTHORIZING_OFFICIAL)
    case(cast, REUSE, "risk_decision", Turn.OFFICIAL)
    client.force_login(cast.official)
    assert "Needs your signature (1)" in body_of(client, "/")
    client.force_login(other)
    assert "Needs your signature (0)" in body_of(client, "/")


@pytest.mark.slow
def test_the_oldest_turn_comes_first_and_the_rest_is_one_link_away(client: Client, cast: Cast) -> None:
    cases = [case(cast, INITIAL, "in_process", Turn.PROVIDER, days) for days in range(12)]
    client.force_login(cast.csp_lead)
    page = body_of(client, "/")
    assert "Waiting on you (12)" in page
    assert "The first 10 of 12, late ones first, then the oldest." in page
    shown = [each for each in reversed(cases) if f"{each.get_absolute_url()}deliver_ssp/" in page]
    assert shown == list(reversed(cases))[:10]
    places = [page.index(f"{each.get_absolute_url()}deliver_ssp/") for each in shown]
    assert places == sorted(places)


@pytest.mark.slow
def test_without_cases_home_says_what_would_appear_and_how_to_start(client: Client, cast: Cast) -> None:
    client.force_login(cast.liaison)
    page = body_of(client, "/")
    assert "Nothing waits on you." in page
    assert page.count('class="usa-button" href') == 1
    assert "it starts here, or on the page of an <a" in page
    assert 'href="/cases/open/initial/"' in page
    assert 'href="/cases/open/reuse/"' in page
    client.force_login(cast.viewer)
    assert "/cases/open/" not in body_of(client, "/")


def test_a_turn_that_a_fact_answers_leads_to_the_facts(client: Client, cast: Cast) -> None:
    wanted = {"delta_test_wanted": ["yes", cast.liaison.pk, timezone.now().isoformat()]}
    found = case(cast, INITIAL, "remediation", Turn.ASSESSOR)
    Case.objects.filter(pk=found.pk).update(facts=wanted)
    client.force_login(cast.assessor_lead)
    assert f'href="{found.get_absolute_url()}facts/"' in body_of(client, "/")


# --- what came back ---


def returned(cast: Cast) -> Case:
    """An SSP that the agency's reviewer has sent back to the provider."""
    found = case(cast, INITIAL, "ssp", Turn.AGENCY)
    reason = "Section 9 is empty.\nAnd more below."
    perform(Case, found.public_id, "return_ssp", actor=cast.reviewer, now=timezone.now(), revision=0, reason=reason)
    return found


def came_back(user: User) -> list[str]:
    return [act.came_back for act in home_work(user).waiting.acts]


def test_what_was_returned_is_marked_on_its_row_with_the_first_line_of_why(client: Client, cast: Cast) -> None:
    returned(cast)
    assert came_back(cast.csp_contributor) == ["SSP returned: Section 9 is empty."]
    client.force_login(cast.csp_contributor)
    page = body_of(client, "/")
    assert page.count(">Came back<") == 1
    assert page.count("Section 9 is empty.") == 1
    assert came_back(cast.reviewer) == []


def test_who_gave_something_back_does_not_hear_that_it_came_back(cast: Cast) -> None:
    found = returned(cast)
    Case.objects.filter(pk=found.pk).update(came_back_by=cast.csp_lead)
    assert came_back(cast.csp_lead) == [""]


def test_what_is_late_comes_first_and_then_the_oldest(cast: Cast) -> None:
    cases = [case(cast, INITIAL, "ssp", Turn.PROVIDER, days + 1) for days in range(12)]
    today = timezone.localdate()
    due = {cases[0].pk: today - timedelta(days=1), cases[1].pk: today - timedelta(days=3), cases[11].pk: today}
    # With nothing late PostgreSQL once sorted by the key.
    calm = home_work(cast.csp_lead).waiting
    assert [act.case for act in calm.acts] == [each.offering.name for each in cases[:1:-1]]
    shown = home_work(cast.csp_lead, due).waiting
    assert shown.number == 12
    assert [act.case for act in shown.acts] == [each.offering.name for each in (cases[1], cases[0], *cases[:3:-1])]
    assert [act.late for act in shown.acts] == ["overdue by 3 days", "overdue by 1 day", *[""] * 8]
    assert [act.due for act in shown.acts[2:4]] == [today, None]


@pytest.mark.parametrize(
    ("stage", "turn", "person", "facts", "words"),
    [
        ("ao_decision", Turn.OFFICIAL, "official", {}, "Decide on the ATO"),
        ("assessment", Turn.ASSESSOR, "assessor_lead", {}, "Test and deliver the SAR"),
        ("remediation", Turn.PROVIDER, "csp_lead", {"unanswered": {"provider": 3}}, "Answer 3 findings"),
        ("pmo_remediation", Turn.PROVIDER, "csp_lead", {"unanswered": {"provider": 1}}, "Answer 1 finding"),
    ],
)
def test_what_waits_is_an_act_in_words(
    cast: Cast, stage: str, turn: str, person: str, facts: dict[str, Any], words: str
) -> None:
    found = case(cast, INITIAL, stage, turn)
    Case.objects.filter(pk=found.pk).update(finding_counts=facts)
    [act] = home_work(cast.people[person]).waiting.acts
    assert act.what == words
    assert act.url.endswith("/findings/") is bool(facts)


@pytest.mark.slow
def test_a_warning_leaves_it_returned_and_a_resubmission_ends_it(client: Client, cast: Cast) -> None:
    found = returned(cast)
    warned = {"warning_ground": "no_reply", "warning_due_on": timezone.localdate() + timedelta(days=9)}
    for actor, name, facts in ((cast.pmo_lead, "warn", warned), (cast.csp_lead, "resubmit_ssp", {})):
        client.force_login(cast.csp_lead)
        assert ">Came back<" in body_of(client, "/")
        revision = Case.objects.get(pk=found.pk).revision
        perform(Case, found.public_id, name, actor=actor, now=timezone.now(), revision=revision, reason="Yes.", **facts)
    for person in ("csp_lead", "reviewer"):
        client.force_login(cast.people[person])
        assert ">Came back<" not in body_of(client, "/")


def test_every_return_is_a_step_that_needs_a_reason() -> None:
    returns = [step for record_type in Case.machines.values() for step in record_type.machine().steps if step.returns]
    assert returns
    assert [step.name for step in returns if not step.reason or not step.changes_turn] == []


# --- the sides ---


def review(cast: Cast, days: int, **facts: Any) -> Case:
    received = timezone.now() - timedelta(days=days)
    return case(cast, INITIAL, "pmo_review", Turn.PMO, received_at=received, **facts)


def post(client: Client, found: Case, act: str, revision: int = 0) -> Any:
    return client.post(f"/queue/{found.public_id}/{act}/", {"revision": revision})


@pytest.mark.slow
def test_reviews_stand_in_order_of_receipt_by_who_claimed_them(client: Client, cast: Cast) -> None:
    young, old = review(cast, 3), review(cast, 30)
    mine = review(cast, 9, claimed_by=cast.pmo_reviewer, claimed_at=timezone.now())
    client.force_login(cast.pmo_reviewer)
    page = body_of(client, "/")
    assert page.index(f"/queue/{old.public_id}/claim/") < page.index(f"/queue/{young.public_id}/claim/")
    for words in ("Unclaimed (2)", "Mine (1)", "All (3)"):
        assert words in page
    page = body_of(client, "/?queue=mine")
    assert f"/queue/{mine.public_id}/release/" in page
    assert f"{mine.get_absolute_url()}hand_over/" in page
    assert f"/queue/{old.public_id}/" not in page


def test_a_review_is_claimed_once_and_released_again(client: Client, cast: Cast) -> None:
    found = review(cast, 3)
    client.force_login(cast.pmo_reviewer)
    assert [post(client, found, "claim").status_code for _ in range(2)] == [302, 409]
    assert Case.objects.get(pk=found.pk).claimed_by == cast.pmo_reviewer
    assert post(client, found, "release", 1).status_code == 302
    assert Case.objects.get(pk=found.pk).claimed_by is None
    assert Event.objects.filter(subject_type="case").count() == 2


@pytest.mark.parametrize(
    ("person", "status"), ends([("stranger_csp", 404), ("stranger_agency", 404), ("auditor", 403), ("csp_lead", 403)])
)
def test_nobody_else_claims_a_review(client: Client, cast: Cast, person: str, status: int) -> None:
    found = review(cast, 3)
    client.force_login(cast.people[person])
    assert post(client, found, "claim").status_code == status
    assert Case.objects.get(pk=found.pk).claimed_by is None


@pytest.mark.parametrize(("act", "revision"), [("claim", "x"), ("claim", ""), ("claim", "9" * 12), ("certify", "0")])
def test_what_no_form_of_the_queue_sends_is_not_found(client: Client, cast: Cast, act: str, revision: str) -> None:
    found = review(cast, 3)
    client.force_login(cast.pmo_lead)
    assert client.post(f"/queue/{found.public_id}/{act}/", {"revision": revision}).status_code == 404


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_people_who_claim_one_review_make_one_claim() -> None:
    cast = make_cast()
    found = review(cast, 3)
    people = [cast.pmo_lead, cast.pmo_reviewer] * 4
    clicks = [(signed_in(Client(), person), f"/queue/{found.public_id}/claim/", {"revision": 0}) for person in people]
    assert post_together(clicks) == [302, *[409] * 7]
    assert Event.objects.filter(verb="case.claim").count() == 1


@pytest.mark.slow
def test_the_pmo_sees_who_owes_a_letter(client: Client, cast: Cast) -> None:
    case(cast, INITIAL, "ato_issued", Turn.AGENCY)
    case(cast, REUSE, "ato_issued", Turn.AGENCY)
    case(cast, REUSE, "ato_issued", Turn.PMO)
    client.force_login(cast.pmo_reviewer)
    assert "Letters owed (2)" in body_of(client, "/")


def test_a_provider_sees_who_asks_for_access_to_a_package_it_keeps(client: Client, cast: Cast) -> None:
    found = case(cast, REUSE, "access_requested", Turn.PROVIDER)
    Package.objects.create(offering=found.offering, location=PackageLocation.TRUST_CENTER)
    case(cast, REUSE, "access_requested", Turn.PMO)
    client.force_login(cast.csp_lead)
    page = body_of(client, "/")
    assert "Requests for access (1)" in page
    assert f"{found.get_absolute_url()}grant_access/" in page


@pytest.mark.slow
def test_an_open_delta_test_is_named_beside_the_provider_on_home_list_page_and_report(
    client: Client, cast: Cast
) -> None:
    found = case(cast, INITIAL, "remediation", Turn.PROVIDER)
    facts = {"delta_test_wanted": ["yes", cast.liaison.pk, timezone.now().isoformat()]}
    counts = {"unanswered": {"provider": 2}}
    Case.objects.filter(pk=found.pk).update(facts=facts, finding_counts=counts, assessor=cast.organizations["plumb"])
    for person in (cast.csp_lead, cast.assessor_lead):
        client.force_login(person)
        for place in ("/", "/cases/"):
            assert " (and the assessor: the delta test)" in body_of(client, place), (person, place)
        assert "Plumb Line Assessments owes the delta test too." in body_of(client, found.get_absolute_url())
    found.refresh_from_db()
    assert also_waits_on(found) == "Plumb Line Assessments owes the delta test too."
    Case.objects.filter(pk=found.pk).update(facts={**facts, "delta_test_done_on": ["2026-11-20", None, ""]})
    assert "delta test)" not in body_of(client, "/cases/")


def test_an_assessor_does_not_hear_that_it_answers_the_provider_s_findings(client: Client, cast: Cast) -> None:
    found = case(cast, INITIAL, "remediation", Turn.ASSESSOR)
    counts = {"unanswered": {"provider": 3}}
    Case.objects.filter(pk=found.pk).update(finding_counts=counts, came_back_step="send_to_remediation")
    client.force_login(cast.assessor_member)
    assert "3 findings for others to answer" in body_of(client, "/")


@pytest.mark.slow
def test_an_assessor_sees_the_cases_it_is_assigned_to(client: Client, cast: Cast) -> None:
    case(cast, INITIAL, "sap", Turn.AGENCY)
    case(cast, INITIAL, "sap", Turn.AGENCY, assessor=None)
    client.force_login(cast.assessor_member)
    assert "Cases you are assigned to (1)" in body_of(client, "/")


def test_the_auditors_newest_acts_lead_to_their_case(client: Client, cast: Cast) -> None:
    found = returned(cast)
    client.force_login(cast.auditor)
    page = body_of(client, "/")
    assert "SSP returned" in page
    assert f'<a href="{found.get_absolute_url()}">{found}</a>' in page


# --- the cost ---


@cached_rows
def some_of_everything(cast: Cast, number: int) -> None:
    for place in range(number):
        for kind, stage, turn, *_ in WAITS:
            case(cast, kind, stage, turn, place)
        review(cast, place)
        returned(cast)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize(
    ("person", "queries"),
    [("liaison", 25), ("reviewer", 20), ("official", 21), ("csp_lead", 26), ("assessor_lead", 21), ("pmo_lead", 26)],
)
def test_the_number_of_queries_does_not_grow_with_the_cases(
    client: Client,
    cast: Cast,
    person: str,
    queries: int,
    number: int,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    # The first look notes which news it showed; a second one has no such query.
    some_of_everything(cast, number)
    client.force_login(cast.people[person])
    with django_assert_max_num_queries(queries):
        body_of(client, "/")


@pytest.mark.parametrize("person", first(["liaison", "reviewer", "official", "csp_lead", "assessor_lead", "pmo_lead"]))
def test_the_next_step_asks_the_database_nothing(
    cast: Cast, person: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    some_of_everything(cast, 1)
    user = User.objects.get(pk=cast.people[person].pk)
    assert user.roles
    beside = ("agency__parent__parent", "offering__provider", "offering__package")
    cases = list(Case.objects.select_related(*beside))
    with django_assert_num_queries(0):
        for each in cases:
            next_step(each, user, timezone.localdate())
