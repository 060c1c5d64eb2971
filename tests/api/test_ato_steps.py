"""Steps of an ATO through the API: what is taken, what is refused and in which words."""

from datetime import date
from typing import Any

import pytest

from authorizations.models import Ato, Event, Notice
from tests.api.test_atos import actor_of
from tests.api.world import body_for, post, program_of, step_address
from tests.cast import Cast
from tests.lifecycle.golden.ato import GOLDEN, Row
from tests.lifecycle.world import make_ato, make_system, ready_for, take
from tests.samples import ends, first, sample


@pytest.mark.parametrize("row", first(GOLDEN), ids=lambda row: row.name)
def test_each_step_is_taken_and_answers_with_the_ato_as_it_stands(cast: Cast, row: Row) -> None:
    made = ready_for(row.name, cast)
    answer = post(program_of(actor_of(row, cast)), step_address(made, row.name), body_for(made, row.name, cast))
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert found["stage"] == (row.target or made.stage)
    assert found["revision"] == Ato.objects.get(pk=made.pk).revision
    assert (f"ato.{row.name}", "Because.") in [(act["verb"], act["reason"]) for act in found["history"]]


# Of the whole table `tests/doors` asks everybody at every door.
A_FEW = sample(GOLDEN, *(row for row in GOLDEN if row.name in {"record_notice", "revoke"}))


@pytest.mark.parametrize("row", A_FEW, ids=lambda row: row.name)
@pytest.mark.parametrize("person", first(["csp_lead", "viewer", "reviewer", "auditor"]))
def test_a_party_without_the_role_is_refused(cast: Cast, row: Row, person: str) -> None:
    made = ready_for(row.name, cast)
    program, before = program_of(cast.people[person]), Event.objects.count()
    answer = post(program, step_address(made, row.name), body_for(made, row.name, cast))
    assert answer.status_code == 403
    assert "Your role does not allow this step" in answer.json()["error"]
    assert Event.objects.filter(verb__startswith="ato.").count() == before - 1 or before == Event.objects.count()


@pytest.mark.parametrize("row", A_FEW, ids=lambda row: row.name)
@pytest.mark.parametrize("person", first(["stranger_agency", "stranger_csp", "assessor_member"]))
def test_for_strangers_no_step_exists(cast: Cast, row: Row, person: str) -> None:
    made = ready_for(row.name, cast)
    Ato.objects.filter(pk=made.pk).update(published_since=date(2026, 1, 1))
    answer = post(program_of(cast.people[person]), step_address(made, row.name), body_for(made, row.name, cast))
    assert answer.status_code == 404


@pytest.mark.parametrize("name", first(["supersede", "register", "nonsense", "%00", "sus/pend"]))
def test_a_step_that_nobody_takes_is_not_found(cast: Cast, name: str) -> None:
    answer = post(program_of(cast.pmo_lead), step_address(make_ato(cast), name), {"revision": 0})
    assert answer.status_code == 404
    assert answer.json()["problems"] == []


def test_a_step_that_is_not_open_answers_409(cast: Cast) -> None:
    made = make_ato(cast)
    answer = post(program_of(cast.official), step_address(made, "reinstate"), body_for(made, "reinstate", cast))
    assert answer.status_code == 409
    assert "This has already moved on" in answer.json()["error"]


def test_the_same_post_twice_is_one_act(cast: Cast) -> None:
    made = make_ato(cast)
    body, program = body_for(made, "revoke", cast), program_of(cast.official)
    assert [post(program, step_address(made, "revoke"), body).status_code for _ in range(2)] == [200, 409]
    assert Event.objects.filter(verb="ato.revoke").count() == 1


def test_an_old_revision_is_told_what_happened_even_where_its_facts_do_not_fit_any_more(cast: Cast) -> None:
    made = make_ato(cast)
    body = body_for(made, "suspend", cast, facts={"provider_notified_on": 7})
    take(made, "record_notice", cast.bureau_liaison)
    answer = post(program_of(cast.official), step_address(made, "suspend"), body)
    assert answer.status_code == 409
    assert answer.json()["error"].startswith("This was changed since")
    assert [(act["verb"], act["by"]) for act in answer.json()["since"]] == [("ato.record_notice", "Bo Bureau")]


def test_missing_facts_and_reason_are_each_named(cast: Cast) -> None:
    made = make_ato(cast)
    answer = post(program_of(cast.official), step_address(made, "suspend"), {"revision": made.revision})
    assert answer.status_code == 409
    assert {problem["where"] for problem in answer.json()["problems"]} == {
        "provider_notified_on",
        "provider_channel",
        "provider_reference",
        "exit_criteria",
        "reason",
    }
    assert not Notice.objects.exists()


def test_a_gate_that_is_not_met_names_its_fact(cast: Cast) -> None:
    made = make_ato(cast)
    body = body_for(made, "rescind", cast)
    body["facts"]["fedramp_notified_on"] = "2026-11-01"
    problem = post(program_of(cast.official), step_address(made, "rescind"), body).json()["problems"][0]
    assert (problem["gate"], problem["where"], problem["force"]) == (
        "provider_before_fedramp",
        "fedramp_notified_on",
        "must",
    )


@pytest.mark.parametrize(
    ("fact", "value", "words"),
    ends(
        [
            ("provider_notified_on", 20261120, "The provider told on: give a date as YYYY-MM-DD."),
            ("provider_notified_on", "20261120", "The provider told on: give a date as YYYY-MM-DD."),
            ("provider_notified_on", "2026-02-30", "The provider told on: give a date as YYYY-MM-DD."),
            ("provider_channel", ["form"], "Channel of the notice to the provider: choose one of the values offered."),
            ("provider_reference", 7, "Reference of the notice to the provider: give it in words."),
            ("provider_reference", "x" * 201, "Reference of the notice to the provider: use at most 200 characters."),
            ("exit_criteria", "a\x00b", "Exit criteria: this holds a character that cannot be stored."),
            ("exit_criteria", {"$ne": ""}, "Exit criteria: give it in words."),
            ("stage", "revoked", "This does not ask for 'stage'."),
            ("actor", "me", "This does not ask for 'actor'."),
        ]
    ),
)
def test_a_fact_of_another_kind_is_refused_in_words(cast: Cast, fact: str, value: Any, words: str) -> None:
    made = make_ato(cast)
    body = body_for(made, "suspend", cast)
    body["facts"][fact] = value
    answer = post(program_of(cast.official), step_address(made, "suspend"), body)
    assert (answer.status_code, answer.json()["error"]) == (400, words)
    assert Ato.objects.get(pk=made.pk).stage == "active"


@pytest.mark.slow
def test_a_flag_is_true_or_false(cast: Cast) -> None:
    made = ready_for("reverse_ending", cast)
    program, address = program_of(cast.official), step_address(made, "reverse_ending")
    answers = [
        post(program, address, body_for(made, "reverse_ending", cast, facts={"in_error": flag}))
        for flag in ("yes", False, True)
    ]
    assert [answer.status_code for answer in answers] == [400, 409, 200]


def test_a_fact_names_only_records_that_are_offered(cast: Cast) -> None:
    made = ready_for("claim_to_register", cast)
    body = body_for(made, "claim_to_register", cast)
    foreign = make_system(cast, "meadows", "Hay Records")
    program, address = program_of(cast.bureau_liaison), step_address(made, "claim_to_register")
    for unknown in (foreign.public_id, "nonsense", "x" * 60_000):
        body["facts"]["system"] = unknown
        answer = post(program, address, body)
        assert answer.status_code == 409
        assert answer.json()["error"] == "System: choose one of those offered."


@pytest.mark.parametrize(
    ("body", "words"),
    ends(
        [
            ({}, "revision: this is needed."),
            ({"revision": "1"}, "revision: give a whole number."),
            ({"revision": -1}, "revision: the number is too small."),
            ({"revision": 1, "stage": "revoked"}, "stage: this is not known here."),
            ({"revision": 1, "reason": "x" * 2001}, "reason: this is too long."),
            ({"revision": 1, "reason": "a\x00"}, "reason: this holds a character that cannot be stored."),
            ({"revision": 1, "happened_on": "soon"}, "happened_on: give a date as YYYY-MM-DD."),
            ({"revision": 1, "facts": []}, "facts: give an object: names with their values."),
            ([], "The body cannot be read."),
            ("nonsense", "The body cannot be read."),
        ]
    ),
)
def test_a_body_of_another_shape_is_refused_in_words(cast: Cast, body: Any, words: str) -> None:
    answer = post(program_of(cast.official), step_address(make_ato(cast), "suspend"), body)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    first([b"", b"{", b"\xff", b"null", b"[" * 100_000, b'{"revision": NaN}', b'{"reason": "\\ud800", "revision": 1}']),
    ids=["nothing", "half", "no UTF-8", "null", "deep", "NaN", "half a character"],
)
def test_what_is_no_json_object_is_refused(cast: Cast, body: bytes) -> None:
    answer = post(program_of(cast.official), step_address(make_ato(cast), "suspend"), body)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_body_that_is_too_large_is_refused(cast: Cast) -> None:
    body = b'{"reason": "' + b"x" * 3_000_000 + b'"}'
    answer = post(program_of(cast.official), step_address(make_ato(cast), "suspend"), body)
    assert answer.status_code in {400, 413}
    assert "at most 2.5 MB" in answer.json()["error"]


@pytest.mark.slow
def test_what_is_recorded_late_keeps_both_times(cast: Cast) -> None:
    made = make_ato(cast)
    body = body_for(made, "record_notice", cast, happened_on="2026-11-21")
    act = post(program_of(cast.official), step_address(made, "record_notice"), body).json()["history"][0]
    assert act["at"].startswith("2026-11-21T")
    assert not act["recorded_at"].startswith("2026-11-21T")
