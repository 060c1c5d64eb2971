"""Cases in JSON: who sees which, the list by turn, the offers, steps of both machines, opening and adopting."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from authorizations.actions.cases.cases import open_case, record_facts
from authorizations.actions.steps import offers
from authorizations.models import Ato, Case, Event
from authorizations.models.register.offering import Offering
from tests.api.world import post, program_of
from tests.cast import PEOPLE, Cast
from tests.lifecycle.cases import RECORDED, WAYS, looked_up, record, step_facts
from tests.lifecycle.cases import make_case as walked
from tests.lifecycle.documents import furnish
from tests.lifecycle.world import as_entered, make_system
from tests.samples import ends, first, sample
from tests.web.register.records import make_offerings

CASES = "/api/cases"
# Early on the day, so that no step of a test is older than the opening.
OPENED = datetime(2026, 11, 24, 0, 5, tzinfo=UTC)


def make_case(cast: Cast, kind: str = "initial", offering: Offering | None = None, actor: str = "liaison") -> Case:
    """A case of the Department of Harbors, opened by its liaison; its offering is certified."""
    facts = {"intended_use": "Keeping the lamps."} if kind == "reuse" else {"reason": "Its boundary is another."}
    opened = open_case(
        kind,
        actor=cast.people[actor],
        now=OPENED,
        agency=cast.organizations["harbors"],
        offering=offering or make_offerings(cast.organizations["nimbus"], 1)[0],
        **facts,
    )
    return furnish(opened)


def address(case: Case, step: str = "") -> str:
    return f"{CASES}/{case.public_id}{'/' if step else ''}{step}"


def read(client: Client, case: Case) -> dict[str, Any]:
    answer = client.get(address(case))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def entry(cast: Cast, **changed: Any) -> dict[str, Any]:
    """A body that opens a reuse case."""
    facts = {
        "agency": cast.organizations["harbors"].public_id,
        "offering": make_offerings(cast.organizations["nimbus"], 1)[0].public_id,
        "intended_use": "Keeping the lamps.",
    }
    return {"step": "open", "kind": "reuse", "idempotency_key": "a key of mine", "facts": facts, **changed}


# --- who sees which ---


@pytest.mark.parametrize("person", first([key for key, *_ in PEOPLE]))
@pytest.mark.parametrize("kind", first(["initial", "reuse"]))
def test_list_and_detail_show_the_same_people_the_same_cases(cast: Cast, person: str, kind: str) -> None:
    case = make_case(cast, kind)
    program = program_of(cast.people[person])
    sees = Case.objects.visible_to(cast.people[person]).exists()
    assert program.get(address(case)).status_code == (200 if sees else 404)
    assert program.get(CASES).json()["total"] == int(sees)


def test_a_reuse_case_stays_inside_its_agency_until_it_is_shared(cast: Cast) -> None:
    case = make_case(cast, "reuse")
    seen = {
        person: program_of(cast.people[person]).get(address(case)).status_code
        for person in ("viewer", "auditor", "csp_lead", "pmo_lead")
    }
    assert seen == {"viewer": 200, "auditor": 200, "csp_lead": 404, "pmo_lead": 404}


@pytest.mark.slow
def test_a_hidden_case_answers_exactly_like_a_missing_one(cast: Cast) -> None:
    case = make_case(cast, "reuse")
    program = program_of(cast.csp_lead)
    program.get(CASES)
    for step in ("", "/withdraw"):
        answers, asked = [], []
        for public_id in (case.public_id, "2" * 14):
            with CaptureQueriesContext(connection) as queries:
                there = f"{CASES}/{public_id}{step}"
                answers.append(post(program, there, {"revision": 0}) if step else program.get(there))
            asked.append(len(queries))
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert asked[0] == asked[1]


def test_what_stays_inside_the_agency_is_not_in_the_facts(cast: Cast) -> None:
    case = make_case(cast)
    found = Case.objects.get(pk=case.pk)
    found.facts = {**found.facts, "recommendation": ["Sign it.", cast.liaison.pk, OPENED.isoformat()]}
    found.save(update_fields=["facts"])
    inside, outside = (program_of(user).get(address(case)).content.decode() for user in (cast.viewer, cast.csp_lead))
    assert "Sign it." in inside
    assert "Sign it." not in outside


# --- the list ---


@pytest.mark.parametrize(
    ("filters", "found"),
    first(
        [
            ({"kind": "initial"}, 1),
            ({"kind": "reuse", "stage": "need_defined"}, 1),
            ({"stage": "withdrawn"}, 0),
            ({"is_open": "true"}, 2),
            ({"is_open": "false"}, 0),
            ({"waits_on": "provider"}, 1),
            ({"waits_on": "nobody"}, 0),
            ({"agency": "harbors"}, 2),
            ({"within": "lighthouses"}, 0),
            ({"provider": "nimbus"}, 2),
            ({"assessor": "plumb"}, 0),
        ]
    ),
)
def test_each_filter_narrows_the_list(cast: Cast, filters: dict[str, str], found: int) -> None:
    make_case(cast)
    make_case(cast, "reuse")
    names = cast.organizations
    sent = {name: names[value].public_id if value in names else value for name, value in filters.items()}
    assert program_of(cast.viewer).get(CASES, sent).json()["total"] == found


@pytest.mark.parametrize(("name", "value"), [("stage", "nonsense"), ("kind", "x"), ("waits_on", "me"), ("qq", "x")])
def test_a_filter_that_cannot_be_read_is_refused(cast: Cast, name: str, value: str) -> None:
    answer = program_of(cast.viewer).get(CASES, {name: value})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"{name}: ")


# Seconds: a hundred cases are made first.
@pytest.mark.slow
def test_a_list_costs_the_same_whatever_its_length(cast: Cast) -> None:
    program, costs = program_of(cast.viewer), []
    program.get(CASES)
    for more in (1, 9, 90):
        for _ in range(more):
            make_case(cast)
        with CaptureQueriesContext(connection) as queries:
            rows = program.get(f"{CASES}?per_page=100").json()["items"]
        assert len(rows) == Case.objects.count()
        costs.append(len(queries))
    assert costs == [5, 5, 5]


# --- steps ---


@pytest.mark.parametrize("person", first(["liaison", "csp_lead", "pmo_lead", "viewer", "auditor", "reviewer"]))
@pytest.mark.parametrize("kind", first(["initial", "reuse"]))
def test_the_offers_are_those_of_the_machine(cast: Cast, person: str, kind: str) -> None:
    case = make_case(cast, kind)
    user = cast.people[person]
    seen = Case.objects.acting_for(user).filter(pk=case.pk).first()
    if seen is None:
        return
    expected = [
        (offer.step.name, offer.is_blocked, [problem.sentence for problem in offer.problems])
        for offer in offers(seen, user, timezone.localdate())
    ]
    found = read(program_of(user), case)["offers"]
    assert [
        (each["name"], each["blocked"], [one["sentence"] for one in each["problems"]]) for each in found
    ] == expected


def test_a_step_is_taken_once_and_answers_with_the_case_as_it_stands(cast: Cast) -> None:
    case = make_case(cast)
    program, body = program_of(cast.csp_lead), {"revision": case.revision}
    first, second = (post(program, address(case, "agree_partnership"), body) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 409)
    found = first.json()
    assert found["revision"] == case.revision + 1
    assert {"provider_agreed_on", "agency_agreed_on"} <= {fact["name"] for fact in found["facts"]}
    assert second.json()["since"][0]["verb"].endswith(".agree_partnership")
    assert Event.objects.filter(verb__endswith=".agree_partnership").count() == 1


@pytest.mark.parametrize(("kind", "stage"), [("initial", "pmo_review"), ("reuse", "package_review")])
def test_every_fact_has_a_name_for_people(cast: Cast, kind: str, stage: str) -> None:
    found = read(program_of(cast.pmo_lead), walked(cast, kind, stage))["facts"]
    assert [fact["name"] for fact in found if fact["label"] == fact["name"]] == []
    assert {"requested_on", "access_requested_on"} & {fact["name"] for fact in found}


BY_HAND = [
    (kind, stage) for kind, ways in WAYS.items() for stage, (_, moves) in ways.items() if stage != "closed_at_cutoff"
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "stage"),
    sample(BY_HAND, ("reuse", "access_expired"), more=BY_HAND[::3], lane=pytest.mark.nightly),
)
def test_every_stage_is_reached_through_the_api_and_every_party_reads_it(cast: Cast, kind: str, stage: str) -> None:
    before, moves = WAYS[kind][stage]
    case = walked(cast, kind, before or stage)
    for name, who, *changed in moves:
        if name in RECORDED:
            # What a program did before is of this very hour.
            record(case, cast.people[who], now=timezone.now(), **looked_up(RECORDED[name], cast))
            continue
        facts = as_entered({**step_facts(name, cast, kind), **dict(*changed)})
        reason = str(facts.pop("reason", "Because."))
        body = {"revision": Case.objects.get(pk=case.pk).revision, "reason": reason, "facts": facts}
        answer = post(program_of(cast.people[who], name=name), address(case, name), body)
        assert answer.status_code == 200, answer.content
    assert Case.objects.get(pk=case.pk).stage == stage
    for person in ("liaison", "viewer", "csp_lead", "assessor_lead", "pmo_lead", "auditor"):
        user = cast.people[person]
        sees = Case.objects.visible_to(user).exists()
        assert program_of(user, name="reading").get(address(case)).status_code == (200 if sees else 404), person


def test_a_blocked_step_answers_409_with_the_words_of_its_offer(cast: Cast) -> None:
    case = make_case(cast)
    program = program_of(cast.liaison)
    offer = next(each for each in read(program, case)["offers"] if each["name"] == "start_planning")
    answer = post(program, offer["url"], {"revision": case.revision})
    assert offer["blocked"]
    assert answer.status_code == 409
    said = {problem["sentence"] for problem in answer.json()["problems"]}
    assert {problem["sentence"] for problem in offer["problems"]} <= said


@pytest.mark.slow
def test_a_step_of_another_party_is_refused_and_for_strangers_not_there(cast: Cast) -> None:
    case, body = make_case(cast), {"revision": 0}
    codes = {
        person: post(program_of(cast.people[person]), address(case, "start_planning"), body).status_code
        for person in ("csp_lead", "viewer", "auditor", "stranger_agency", "assessor_lead")
    }
    assert codes == {"csp_lead": 403, "viewer": 403, "auditor": 403, "stranger_agency": 404, "assessor_lead": 404}


def test_a_fact_on_record_is_shown_and_counts_where_it_is_left_out(cast: Cast) -> None:
    case, system = make_case(cast, "reuse"), make_system(cast, "harbors")
    record_facts(case.public_id, actor=cast.liaison, now=OPENED, revision=case.revision, system=system)
    program = program_of(cast.liaison)
    found = read(program, case)
    offer = next(each for each in found["offers"] if each["name"] == "request_access")
    assert next(each for each in offer["asks"] if each["name"] == "system")["on_record"] == system.public_id
    answer = post(program, offer["url"], {"revision": found["revision"], "facts": {}})
    assert answer.status_code == 409
    missing = {each["where"] for each in answer.json()["problems"]}
    assert "use_in_scope" in missing
    assert "system" not in missing


# --- coming in ---


def test_the_same_opening_sent_twice_opens_one_case(cast: Cast) -> None:
    program, body = program_of(cast.liaison), entry(cast)
    first, second = (post(program, CASES, body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409), first.content
    assert first.headers["Location"] == f"{CASES}/{first.json()['id']}"
    assert first.json()["stage"] == "need_defined"
    assert second.json()["record"]["id"] == first.json()["id"]
    assert Case.objects.count() == 1


@pytest.mark.slow
def test_the_key_of_one_person_is_none_of_another(cast: Cast) -> None:
    body = entry(cast)
    answers = [post(program_of(user), CASES, body).status_code for user in (cast.liaison, cast.reviewer)]
    assert answers == [201, 201]


@pytest.mark.parametrize(
    ("person", "kind", "code"),
    ends(
        [
            ("liaison", "initial", 201),
            ("csp_lead", "initial", 201),
            ("csp_lead", "reuse", 403),
            ("stranger_csp", "initial", 403),
            ("stranger_agency", "reuse", 403),
            ("viewer", "reuse", 403),
            ("auditor", "initial", 403),
        ]
    ),
)
def test_only_the_parties_open_a_case(cast: Cast, person: str, kind: str, code: int) -> None:
    body = entry(cast, kind=kind)
    if kind == "initial":
        del body["facts"]["intended_use"]
        body["reason"] = "Its boundary is another."
    assert post(program_of(cast.people[person]), CASES, body).status_code == code


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    ends(
        [
            ({"idempotency_key": ""}, 400, "idempotency_key: "),
            ({"kind": "other"}, 400, "kind: choose one of initial or reuse"),
            ({"step": "close"}, 400, "step: choose one of open or adopt"),
            ({"stage": "nonsense"}, 400, "stage: choose a stage of one of the two machines."),
            ({"facts": {}}, 409, "Agency: choose one. Offering: choose one."),
            ({"facts": {"agency": "2" * 14}}, 409, "Agency: choose one of those offered."),
            ({"facts": {"stage": "recorded"}}, 400, "This does not ask for 'stage'."),
        ]
    ),
)
def test_each_mistake_of_an_opening_is_named(cast: Cast, changed: dict[str, Any], status: int, words: str) -> None:
    answer = post(program_of(cast.liaison), CASES, entry(cast, **changed))
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert not Case.objects.exists()


def test_an_initial_case_of_a_certified_offering_owes_a_reason_by_every_door(cast: Cast) -> None:
    certified = make_offerings(cast.organizations["nimbus"], 1, designation="certified")[0]
    facts = {"agency": cast.organizations["harbors"].public_id, "offering": certified.public_id}
    body = entry(cast, kind="initial", facts=facts)
    refused = post(program_of(cast.liaison), CASES, body)
    assert (refused.status_code, refused.json()["problems"][0]["where"]) == (409, "reason")
    assert not Case.objects.exists()
    assert (
        post(program_of(cast.liaison), CASES, {**body, "reason": "Its boundary leaves out the pier."}).status_code
        == 201
    )


def adoption(cast: Cast, stage: str, **changed: Any) -> dict[str, Any]:
    facts = {**entry(cast)["facts"], "evidence": "Minutes 12", "system": make_system(cast, "harbors").public_id}
    return entry(cast, step="adopt", stage=stage, reason="It began on paper.", facts=facts, **changed)


def test_a_case_that_is_under_way_is_adopted_at_its_stage(cast: Cast) -> None:
    answer = post(program_of(cast.liaison), CASES, adoption(cast, "package_review"))
    assert answer.status_code == 201, answer.content
    found = answer.json()
    assert (found["stage"], found["adopted_at_stage"]) == ("package_review", "package_review")
    assert found["system"]["name"] == "Lamp Records"


@pytest.mark.slow
def test_a_case_with_its_ato_is_adopted_together_with_it(cast: Cast) -> None:
    body = adoption(cast, "ato_issued")
    system = body["facts"]["system"]
    program = program_of(cast.liaison)
    assert "name the agency's ATO" in post(program, CASES, body).json()["error"]
    body["ato"] = {
        "system": system,
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": "2026-01-05",
        "letter": "Letter 3",
        "authorizing_official": cast.official.public_id,
    }
    answer = post(program, CASES, body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["ato"] == Ato.objects.get().public_id


def test_only_who_may_adopts_and_foreign_systems_are_not_looked_for(cast: Cast) -> None:
    codes = {
        person: post(program_of(cast.people[person]), CASES, adoption(cast, "package_review")).status_code
        for person in ("stranger_agency",)
    }
    assert codes == {"stranger_agency": 403}
    assert not Case.objects.exists()


@pytest.mark.slow
def test_the_second_party_that_owes_something_is_named_beside_the_first(cast: Cast) -> None:
    case = walked(cast, "initial", "remediation", delta_test_wanted="yes")
    rows, program = Case.objects.filter(pk=case.pk), program_of(cast.csp_lead)
    rows.update(waits_on="provider")
    for found in (program.get(address(case)).json(), *program.get(CASES).json()["items"]):
        named = (found["waits_on"], found["also_waits_on"], found["also_for"])
        assert named == ("provider", "assessor", "the delta test")
    # Without an assessor the provider has the test done.
    rows.update(assessor=None)
    found = program.get(address(case)).json()
    assert (found["also_waits_on"], found["also_for"]) == (None, "")
