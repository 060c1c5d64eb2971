"""Every list of the API alike: filters, words, what changed since, cursors, tags of content, and refusals by name."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.models import Ato, Case, Offering, ReportJob
from authorizations.reports.jobs.render_job import render
from authorizations.vocabulary import Turn
from tests.api.world import bearing, body_for, post, program_of, step_address, token_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, step_facts
from tests.lifecycle.world import make_ato
from tests.reports.newcomer import content
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db
LISTS = (
    *("offerings", "agencies", "providers", "assessors", "organizations", "atos", "cases", "documents", "findings"),
    *("deadlines", "messages", "imports", "reports", "systems", "contacts"),
)
# Days that are over the edge of what a computer counts, in UTC.
BEYOND_THE_EDGE = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")
WITH_CURSOR = [name for name in LISTS if name != "deadlines"]


@pytest.fixture
def world(cast: Cast) -> Cast:
    make_case(cast, "initial", "agency_review")
    make_ato(cast)
    make_offerings(cast.organizations["nimbus"], 7)
    return cast


def of(client: Client, name: str, **query: Any) -> Any:
    answer = client.get(f"/api/{name}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("name", WITH_CURSOR)
def test_a_cursor_walks_all_rows_once(world: Cast, name: str) -> None:
    program = program_of(world.pmo_lead)
    whole = of(program, name, per_page=1_000)
    address, ids = f"/api/{name}?cursor=start&per_page=2", []
    while address:
        page = program.get(address).json()
        assert (page["total"], page["page"]) == (None, None)
        assert len(page["items"]) <= 2
        ids += [each["id"] for each in page["items"]]
        address = page["next"]
    assert sorted(ids) == sorted(each["id"] for each in whole["items"])
    assert len(ids) == len(set(ids)) == whole["total"]


def test_a_cursor_is_its_persons_and_its_lists_alone(world: Cast) -> None:
    page = of(program_of(world.pmo_lead), "offerings", cursor="start", per_page=2)
    for client, address in (
        (program_of(world.viewer), page["next"]),
        (program_of(world.pmo_lead), page["next"].replace("offerings", "providers")),
        (program_of(world.pmo_lead), f"/api/offerings?cursor={Offering.objects.all()[0].public_id}"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["problems"][0]["where"]) == (400, "cursor")


def test_a_cursor_at_a_record_that_is_gone_says_so(world: Cast) -> None:
    program = program_of(world.pmo_lead)
    page = of(program, "offerings", cursor="start", per_page=1)
    assert page["next"]
    Offering.objects.filter(public_id=page["items"][0]["id"]).update(public_id="gone")
    answer = program.get(page["next"])
    assert (answer.status_code, "walk anew" in answer.json()["error"]) == (400, True)


@pytest.mark.parametrize("name", LISTS)
def test_what_no_list_knows_is_refused_by_its_name(world: Cast, name: str) -> None:
    answer = program_of(world.pmo_lead).get(f"/api/{name}", {"pro_page": "2"})
    assert (answer.status_code, answer.json()["error"]) == (400, "pro_page: this is not known here.")


def test_no_reading_takes_what_it_does_not_know(world: Cast) -> None:
    case = Case.objects.get()
    for path in (reverse("api_case", args=[case.public_id]), reverse("api_register_ato"), reverse("api_report_kinds")):
        assert program_of(world.pmo_lead).get(path, {"when": "now"}).status_code == 400, path


@pytest.mark.parametrize("name", WITH_CURSOR)
@pytest.mark.parametrize("value", ["0", "1", "yesterday", "2026-13-01", "20261124", *BEYOND_THE_EDGE])
def test_a_number_is_no_time(world: Cast, name: str, value: str) -> None:
    answer = program_of(world.pmo_lead).get(f"/api/{name}", {"changed_since": value})
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (400, "changed_since")


def test_a_number_is_no_day(world: Cast) -> None:
    program = program_of(world.pmo_lead)
    for path, name in (("/api/atos", "signed_from"), ("/api/deadlines", "since"), ("/api/imports", "since")):
        assert program.get(path, {name: "0"}).json()["problems"][0]["where"] == name
    ato = Ato.objects.get()
    body = {"revision": ato.revision, "happened_on": 0, "facts": {}}
    answer = post(program_of(world.official), reverse("api_ato_step", args=[ato.public_id, "suspend"]), body)
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (400, "happened_on")  # type: ignore[attr-defined]


def test_words_find_what_they_find_in_the_lists_of_the_portal(world: Cast) -> None:
    program = program_of(world.pmo_lead)
    offering = Offering.objects.order_by("pk").last()
    assert offering is not None
    assert [each["id"] for each in of(program, "offerings", q=offering.name)["items"]] == [offering.public_id]
    harbors = world.organizations["harbors"]
    assert harbors.public_id in [each["id"] for each in of(program, "agencies", q=harbors.name)["items"]]
    for name in LISTS:
        assert of(program, name, q="nothing is called so")["items"] == [], name


def test_only_what_changed_since_is_there(world: Cast) -> None:
    case = Case.objects.get()
    program = program_of(world.pmo_lead)
    before = timezone.now().isoformat()
    assert of(program, "cases", changed_since=before)["items"] == []
    press(case, "withdraw", world.liaison, now=timezone.now(), **step_facts("withdraw", world))
    assert [each["id"] for each in of(program, "cases", changed_since=before)["items"]] == [case.public_id]
    ato = Ato.objects.get()
    assert of(program, "atos", changed_since=before)["items"] == []
    taken = post(program_of(world.official), step_address(ato, "suspend"), body_for(ato, "suspend", world))
    assert taken.status_code == 200, taken.content
    for person in (world.pmo_lead, world.viewer):
        found = of(program_of(person, name="Since"), "atos", changed_since=before)["items"]
        assert [each["id"] for each in found] == [ato.public_id]


def test_the_same_content_is_not_sent_twice(world: Cast) -> None:
    program = program_of(world.viewer)
    first = program.get("/api/offerings")
    again = program.get("/api/offerings", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make_offerings(world.organizations["nimbus"], 1)
    anew = program.get("/api/offerings", headers={"if-none-match": first.headers["ETag"]})
    assert (anew.status_code, anew.headers["ETag"] != first.headers["ETag"]) == (200, True)


@pytest.mark.parametrize("name", LISTS)
def test_a_token_shows_what_its_person_sees_and_no_more(world: Cast, name: str) -> None:
    for person in (world.viewer, world.liaison, world.pmo_lead):
        page = Client()
        page.force_login(person)
        by_token = of(bearing(token_of(person, name=f"{name} {person.pk}")), name, per_page=1_000)
        assert by_token["items"] == of(page, name, per_page=1_000)["items"]


def test_whoever_has_no_role_sees_public_facts_alone(world: Cast) -> None:
    program = program_of(User.objects.create(email="nobody@nowhere.example", name="Nobody"))
    for name in ("cases", "documents", "findings", "deadlines", "imports", "systems", "contacts", "reports"):
        assert of(program, name)["items"] == [], name
    assert {each["source"] for each in of(program, "offerings")["items"]} <= {"feed", "portal"}


@pytest.mark.parametrize("name", ["offerings", "agencies", "providers", "assessors", "atos", "cases", "documents"])
def test_each_row_is_read_by_its_id(world: Cast, name: str) -> None:
    program = program_of(world.pmo_lead)
    for row in of(program, name)["items"][:2]:
        answer = program.get(f"/api/{name}/{row['id']}")
        assert (answer.status_code, answer.json()["id"]) == (200, row["id"])


def test_a_value_that_is_none_is_refused_with_those_there_are(world: Cast) -> None:
    answer = program_of(world.liaison).get("/api/deadlines?owed_by=zz")
    assert answer.status_code == 400
    assert answer.json()["error"] == f"owed_by: choose one of {', '.join(Turn.values[:-1])} or {Turn.values[-1]}."


def test_a_filter_that_comes_twice_is_refused(world: Cast) -> None:
    answer = program_of(world.liaison).get("/api/offerings?designation=ready&designation=certified")
    assert (answer.status_code, answer.json()["error"]) == (400, "designation: give it once.")


def test_times_have_one_form(world: Cast) -> None:
    program = program_of(world.pmo_lead)
    case = of(program, "cases")["items"][0]["id"]
    texts = [
        program.get(f"/api/{each}").content.decode() for each in ("messages", "cases", f"cases/{case}", "documents")
    ]
    found = [each for text in texts for each in re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^\"]*", text)]
    assert found
    assert not [each for each in found if not re.fullmatch(r".{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", each)]


# --- reports ---


def test_a_report_is_asked_for_read_and_listed(world: Cast) -> None:
    program = program_of(world.liaison)
    kinds = {each["name"]: each for each in program.get("/api/reports/kinds").json()}
    assert "ato-register" in kinds
    asked = post(program, "/api/reports", {"report": "ato-register", "format": "csv", "idempotency_key": "k" * 10})
    assert asked.status_code == 202
    row = asked.json()  # type: ignore[attr-defined]
    assert (row["status"], row["file"]) == ("waiting", "")
    assert program.get(f"/api/reports/{row['id']}").json() == row
    assert [each["id"] for each in of(program, "reports", status="waiting")["items"]] == [row["id"]]
    assert program.get(f"/api/reports/{row['id']}/file").status_code == 409
    assert program_of(world.pmo_lead).get(f"/api/reports/{row['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        ({"report": "none"}, 409, "report"),
        ({"report": "ato-register", "format": "doc"}, 409, "format"),
        ({"report": "ato-register", "given": {"agnecy": "x"}}, 400, "agnecy"),
        ({"report": "ato-register", "table": "none"}, 409, "table"),
        ({"report": "case-status", "given": {"case": "2" * 14}}, 409, "case"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(world: Cast, body: Any, status: int, where: str) -> None:
    answer = post(program_of(world.liaison), "/api/reports", body)
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (status, where)  # type: ignore[attr-defined]


def test_one_table_of_a_report_is_made_alone(world: Cast, tmp_path: Path) -> None:
    program = program_of(world.pmo_lead)
    whole = post(program, "/api/reports", {"report": "program", "idempotency_key": "w" * 10}).json()  # type: ignore[attr-defined]
    asked = {"report": "program", "table": "at-risk", "idempotency_key": "k" * 10}
    said: list[dict[str, Any]] = []
    row = post(program, "/api/reports", asked).json()  # type: ignore[attr-defined]
    for number, each in enumerate((whole, row)):
        render(ReportJob.objects.get(public_id=each["id"]).pk, tmp_path / str(number), said.append)
    assert isinstance(json.loads((tmp_path / "0").read_text()), dict)
    assert isinstance(json.loads((tmp_path / "1").read_text()), list)
    assert "-at-risk-" in said[-1]["made"]["file_name"]


def test_deadlines_have_no_time_of_a_change_and_say_so(world: Cast) -> None:
    answer = program_of(world.liaison).get("/api/deadlines?changed_since=2026-11-24")
    assert (answer.status_code, answer.json()["problems"][0]["where"]) == (400, "changed_since")


# --- files ---


@pytest.mark.parametrize("path", ["/atos.csv", "/cases.json", "/reports/ato-register/csv/"])
def test_a_file_is_given_to_a_program_as_to_its_person(world: Cast, path: str) -> None:
    for person in (world.viewer, world.liaison, User.objects.create(email="nobody@nowhere.example", name="Nobody")):
        page = Client()
        page.force_login(person)
        given, shown = program_of(person).get(path), page.get(path)
        assert given.status_code == shown.status_code
        assert shown.status_code != 200 or content(given) == content(shown)


def test_a_token_that_opens_nothing_gets_no_file_even_in_a_session(world: Cast) -> None:
    page = Client()
    page.force_login(world.liaison)
    answer = page.get("/atos.csv", headers={"authorization": "Bearer nothing"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"][:6]) == (401, "Bearer")
    for _ in range(10):
        answer = page.get("/atos.csv", headers={"authorization": "Bearer nothing"})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


def test_a_token_opens_no_page(world: Cast) -> None:
    for path in ("/atos/", "/cases/", "/tokens/", "/reports/"):
        assert program_of(world.liaison).get(path).headers["Location"].startswith("/sign-in")
