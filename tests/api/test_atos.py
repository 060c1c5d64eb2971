"""ATOs in JSON: who sees what, the list, the offers, steps with the pages' refusals, registering."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from authorizations.models import AgencySystem, Ato, Condition, Event, Notice
from authorizations.vocabulary import Channel, NoticeRecipient
from tests.api.world import ATOS, body_for, post, program_of, step_address
from tests.cast import PEOPLE, Cast
from tests.lifecycle.golden.ato import GOLDEN, Row
from tests.lifecycle.world import NOW, make_ato, make_system, ready_for, take
from tests.samples import ends, first, sample
from tests.web.register.records import FEED_DAY, make_atos, make_offerings
from tests.web.register.test_ato_page import OVERSIGHT, PARTIES, SECRETS, STRANGERS, ato

__all__ = ["ato"]


def read(client: Client, record: Ato) -> dict[str, Any]:
    answer = client.get(f"{ATOS}/{record.public_id}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def actor_of(row: Row, cast: Cast) -> Any:
    who = row.who.split()
    return cast.official if "AO" in who else cast.bureau_liaison if "AL" in who else cast.pmo_lead


# --- who sees what ---


@pytest.mark.parametrize("person", ends([*PARTIES, *OVERSIGHT]))
def test_the_parties_and_the_pmo_read_the_register_fields(cast: Cast, ato: Ato, person: str) -> None:
    answer = program_of(cast.people[person]).get(f"{ATOS}/{ato.public_id}").content.decode()
    assert [secret for secret in SECRETS if secret not in answer] == []


@pytest.mark.parametrize("person", STRANGERS)
def test_for_strangers_the_register_fields_are_not_there(cast: Cast, ato: Ato, person: str) -> None:
    answer = program_of(cast.people[person]).get(f"{ATOS}/{ato.public_id}")
    assert [secret for secret in SECRETS if secret in answer.content.decode()] == []
    found = answer.json()
    assert (found["revision"], found["register_fields"], found["offers"], found["history"]) == (None, None, [], [])
    assert found["agency"]["name"] == "Bureau of Lighthouses"


def test_a_hidden_ato_answers_exactly_like_a_missing_one(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    hidden = make_atos(offering, cast.organizations["harbors"], 1, published_since=None)[0]
    program = program_of(cast.stranger_agency)
    program.get(ATOS)
    for end in ("", "/suspend"):
        answers, asked = [], []
        for public_id in (hidden.public_id, "2" * 14):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                address = f"{ATOS}/{public_id}{end}"
                answers.append(post(program, address, {"revision": 0}) if end else program.get(address))
            asked.append([query["sql"].replace(public_id, "ID") for query in queries])
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert len(asked[0]) == len(asked[1])


# --- the list ---


def test_the_list_holds_what_the_person_may_see_newest_first(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    make_atos(offering, cast.organizations["harbors"], 2)
    make_atos(offering, cast.organizations["harbors"], 1, published_since=None, signed_on=None)
    stranger, party = (program_of(user).get(ATOS).json() for user in (cast.stranger_agency, cast.viewer))
    assert [row["signed_on"] for row in stranger["items"]] == ["2020-01-02", "2020-01-01"]
    assert [row["signed_on"] for row in party["items"]] == ["2020-01-02", "2020-01-01", None]
    assert (party["total"], party["page"], party["pages"], party["next"]) == (3, 1, 1, None)
    assert party["items"][0]["provider"]["name"] == "Nimbus Cloud"


@pytest.mark.parametrize(
    ("filters", "found"),
    ends(
        [
            ({"stage": "active"}, 3),
            ({"stage": "revoked"}, 0),
            ({"listing_role": "initial"}, 1),
            ({"ato_type": "ato", "source": "feed"}, 3),
            ({"source": "portal"}, 0),
            ({"published": "false"}, 1),
            ({"published": "true"}, 2),
            ({"agency": "harbors"}, 1),
            ({"within": "harbors"}, 2),
            ({"within": "lighthouses"}, 1),
            ({"provider": "nimbus"}, 3),
            ({"provider": "stratus"}, 0),
            ({"signed_from": "2020-01-02"}, 0),
            ({"signed_to": "2020-01-01", "agency": "meadows"}, 1),
            ({"offering": "\x00"}, 0),
        ]
    ),
)
def test_each_filter_narrows_the_list(cast: Cast, filters: dict[str, str], found: int) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    make_atos(offering, cast.organizations["harbors"], 1, listing_role="initial")
    make_atos(offering, cast.organizations["lighthouses"], 1)
    make_atos(offering, cast.organizations["meadows"], 1, not_published_since=FEED_DAY)
    sent = {
        name: cast.organizations[value].public_id if value in cast.organizations else value
        for name, value in filters.items()
    }
    assert program_of(cast.viewer).get(ATOS, sent).json()["total"] == found


@pytest.mark.parametrize(
    ("name", "value", "words"),
    ends(
        [
            ("stage", "nonsense", "stage: choose one of the values"),
            ("stages", "active", "stages: this is not known here."),
            ("signed_from", "yesterday", "signed_from: give a date as YYYY-MM-DD."),
            ("page", "0", "page: the number is too small."),
            ("page", "9" * 30, "page: the number is too large."),
            ("page", "one", "page: give a whole number."),
            ("per_page", "1000", "per_page: the number is too large."),
            ("published", "perhaps", "published: say true or false."),
        ]
    ),
)
def test_a_filter_that_cannot_be_read_is_refused_in_words(cast: Cast, name: str, value: str, words: str) -> None:
    answer = program_of(cast.viewer).get(ATOS, {name: value})
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert answer.json()["problems"][0]["where"] == name


def test_the_pages_of_a_list_hold_each_row_once(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    make_atos(offering, cast.organizations["harbors"], 5, signed_on=None)
    program, address, seen = program_of(cast.viewer), f"{ATOS}?per_page=2&stage=active", []
    while address:
        page = program.get(address).json()
        seen.append([row["id"] for row in page["items"]])
        address = page["next"]
    assert [len(ids) for ids in seen] == [2, 2, 1]
    assert len({one for ids in seen for one in ids}) == 5
    assert program.get(f"{ATOS}?page=99").json()["items"] == []


@pytest.mark.slow
def test_a_list_costs_the_same_whatever_its_length(cast: Cast) -> None:
    offering = make_offerings(cast.organizations["nimbus"], 1)[0]
    program, costs = program_of(cast.viewer), []
    program.get(ATOS)
    for more in (1, 9, 90):
        make_atos(offering, cast.organizations["harbors"], more)
        with CaptureQueriesContext(connection) as queries:
            rows = program.get(f"{ATOS}?per_page=100").json()["items"]
        assert len(rows) == Ato.objects.count()
        costs.append(len(queries))
    # The token with its person, the person's memberships, the count, the rows.
    assert costs == [5, 5, 5]


@pytest.mark.slow
def test_one_ato_costs_the_same_whatever_hangs_on_it(cast: Cast) -> None:
    made, costs = make_ato(cast), []
    program = program_of(cast.official)
    program.get(ATOS)
    for more in (1, 9, 90):
        for number in range(more):
            Notice.objects.create(
                ato=made, recipient=NoticeRecipient.FEDRAMP, notified_on=FEED_DAY, channel=Channel.FORM, reference="-"
            )
            Condition.objects.create(ato=made, owner=cast.organizations["nimbus"], text=f"Do {number}.")
        with CaptureQueriesContext(connection) as queries:
            read(program, made)
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs


# --- the offers ---


@pytest.mark.parametrize("person", first([key for key, *_ in PEOPLE]))
def test_the_offers_are_those_of_the_page(client: Client, cast: Cast, person: str) -> None:
    made = make_ato(cast)
    Ato.objects.filter(pk=made.pk).update(published_since=FEED_DAY)
    client.force_login(cast.people[person])
    page = client.get(made.get_absolute_url()).content.decode()
    offered = {offer["name"] for offer in read(client, made)["offers"]}
    assert offered == {step.name for step in Ato.machine().steps if f'{made.get_absolute_url()}{step.name}/"' in page}


def test_an_offer_says_what_it_asks_for_and_where_to_send_it(cast: Cast) -> None:
    made = make_ato(cast)
    notice = Notice.objects.create(
        ato=made, recipient=NoticeRecipient.FEDRAMP, notified_on=FEED_DAY, channel=Channel.FORM, reference="-"
    )
    offers = {offer["name"]: offer for offer in read(program_of(cast.bureau_liaison), made)["offers"]}
    suspend, notices = offers["suspend"], offers["record_notice"]
    assert (suspend["url"], suspend["recording"], suspend["reason_required"], suspend["blocked"]) == (
        step_address(made, "suspend"),
        True,
        True,
        False,
    )
    assert [(each["name"], each["kind"], each["required"]) for each in suspend["asks"]] == [
        ("provider_notified_on", "date", True),
        ("provider_channel", "choice", True),
        ("provider_reference", "text", True),
        ("exit_criteria", "long_text", True),
        ("decision_signed_on", "date", True),
        ("decision_letter", "text", True),
    ]
    assert {"value": "form", "label": Channel.FORM.label} in suspend["asks"][1]["choices"]
    assert [choice["value"] for choice in notices["asks"][0]["choices"]] == [notice.public_id]


def test_a_blocked_offer_carries_its_problems_and_answers_409_with_the_same_words(cast: Cast) -> None:
    made = make_ato(cast, listing_role="initial")
    take(made, "revoke", cast.official)
    make_ato(cast, offering=made.offering, listing_role="initial", signed_on=date(2026, 1, 4))
    program = program_of(cast.official)
    offer = next(each for each in read(program, made)["offers"] if each["name"] == "reverse_ending")
    answer = post(program, step_address(made, "reverse_ending"), body_for(made, "reverse_ending", cast))
    assert offer["blocked"]
    assert offer["problems"][0]["sentence"].startswith("Another initial ATO of this offering")
    assert answer.status_code == 409
    assert answer.json()["problems"] == offer["problems"]


# --- steps ---


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


# --- registering ---


def registration(cast: Cast, **changed: Any) -> dict[str, Any]:
    """A body that registers an ATO of the lighthouses."""
    facts = {
        "agency": cast.organizations["lighthouses"].public_id,
        "offering": make_offerings(cast.organizations["nimbus"], 1)[0].public_id,
        "system": make_system(cast).public_id,
        "listing_role": "reuse",
        "ato_type": "ato",
        "signed_on": "2026-01-05",
        "letter": "Letter 3",
        "authorizing_official": cast.official.public_id,
        **changed,
    }
    return {"reason": "Signed on paper.", "facts": facts}


@pytest.mark.parametrize("person", first(["bureau_liaison", "liaison", "pmo_lead"]))
def test_who_may_registers_an_ato_once(cast: Cast, person: str) -> None:
    program, body = program_of(cast.people[person]), registration(cast)
    first, second = (post(program, ATOS, body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 409)
    assert first.headers["Location"] == f"{ATOS}/{first.json()['id']}"
    assert program.get(first.headers["Location"]).json() == first.json()
    assert "is here already" in second.json()["error"]
    assert Event.objects.get(verb="ato.register").reason == "Signed on paper."


@pytest.mark.parametrize("person", ["csp_lead", "auditor", "reviewer", "assessor_lead"])
def test_nobody_else_registers_one(cast: Cast, person: str) -> None:
    answer = post(program_of(cast.people[person]), ATOS, registration(cast))
    assert answer.status_code == 403
    assert not Ato.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    ends(
        [
            ({"agency": None}, "Agency: choose one."),
            ({"agency": "2" * 14}, "Agency: choose one of those offered."),
            ({"offering": "2" * 14}, "Offering: choose one of those offered."),
            ({"system": "2" * 14}, "System: choose one of those offered."),
            ({"authorizing_official": ""}, "Authorizing official: choose one."),
            ({"listing_role": "first"}, "Role: choose one of the values offered."),
            ({"signed_on": "2090-01-01"}, "Signed on: this cannot be after"),
            ({"signed_on": "0001-01-01"}, "Signed on: this cannot be before"),
        ]
    ),
)
def test_each_mistake_of_a_registration_is_named(cast: Cast, changed: dict[str, Any], words: str) -> None:
    answer = post(program_of(cast.bureau_liaison), ATOS, registration(cast, **changed))
    assert answer.status_code == 409
    assert words in answer.json()["error"]
    assert not Ato.objects.exists()


def test_another_agencys_ato_is_not_registered_nor_its_systems_named(cast: Cast) -> None:
    program = program_of(cast.stranger_agency)
    assert post(program, ATOS, registration(cast)).json()["problems"][0]["where"] == "agency"
    asked = program.get(f"{ATOS}/register", {"agency": cast.organizations["lighthouses"].public_id}).json()
    assert next(each for each in asked if each["name"] == "system")["choices"] == []


def test_a_program_finds_out_what_registering_asks_for(cast: Cast) -> None:
    system = make_system(cast)
    agency = cast.organizations["lighthouses"].public_id
    asked = {each["name"]: each for each in program_of(cast.liaison).get(f"{ATOS}/register", {"agency": agency}).json()}
    assert [choice["label"] for choice in asked["agency"]["choices"]] == [
        "Buoy Office",
        "Bureau of Lighthouses",
        "Department of Harbors",
    ]
    assert asked["system"]["choices"] == [{"value": system.public_id, "label": "Lamp Records"}]
    assert asked["authorizing_official"]["choices"][0]["label"] == "Olu Official"
    assert asked["offering"]["choices"] == []
    assert AgencySystem.objects.count() == 1
    assert NOW.year == 2026
