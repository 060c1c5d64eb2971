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
from tests.lifecycle.golden.ato import Row
from tests.lifecycle.world import NOW, make_ato, make_system, take
from tests.samples import ends, first
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


def test_who_looks_after_an_ato_is_read_by_its_parties_alone(cast: Cast, ato: Ato) -> None:
    assert read(program_of(cast.liaison), ato)["register_fields"]["owner"] is None
    Ato.objects.filter(pk=ato.pk).update(owner=cast.bureau_liaison)
    named = {"id": cast.bureau_liaison.public_id, "name": "Bo Bureau"}
    assert read(program_of(cast.liaison), ato)["register_fields"]["owner"] == named
    assert "Bo Bureau" not in str(read(program_of(cast.stranger_agency), ato))


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
            ("stage", "nonsense", "stage: choose one of active, suspended"),
            ("stages", "active", "stages: this is not known here."),
            ("signed_from", "yesterday", "signed_from: give a date as YYYY-MM-DD."),
            ("page", "0", "page: the number is too small."),
            ("page", "9" * 30, "page: the number is too large."),
            ("page", "one", "page: give a whole number."),
            ("per_page", "1001", "per_page: the number is too large."),
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


@pytest.mark.slow
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


@pytest.mark.slow
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
