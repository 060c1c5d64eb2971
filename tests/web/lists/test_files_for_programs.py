"""What a program gets at the address of a file: the file that it asked for, or a refusal that it can read."""

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from authorizations.models import Message
from tests.api.world import bearing, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.reports.newcomer import content

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _atos(cast: Cast) -> None:
    make_ato(cast)


UNREAD = [
    ("/atos.csv?standing=zz", "standing"),
    ("/atos.csv?standing=live&standing=zz", "standing"),
    ("/atos.json?foo=1", "foo"),
    ("/atos.csv?Standing=live", "Standing"),
    ("/atos.xlsx?sort=zz", "sort"),
    ("/atos.csv?page=2", "page"),
    ("/atos.json?shape=zz", "shape"),
    ("/atos.json?shape=zz&shape=whole", "shape"),
    ("/atos.csv?sort=zz&sort=signed", "sort"),
    ("/atos.csv?q=a&q=b", "q"),
    (f"/atos.csv?{'&'.join(['stage=active'] * 51)}", "stage"),
    (f"/atos.csv?{'&'.join(['agency=x'] * 51)}", "agency"),
    ("/atos.csv?expires_by=0", "expires_by"),
    ("/cases.csv?opened_in=2026-13", "opened_in"),
    ("/conditions.csv?due_by=1764547200", "due_by"),
    ("/feed-changes.csv?from=zz&from=start", "from"),
    ("/reports/dashboard/csv/?zz=1", "zz"),
    ("/reports/dashboard/csv/?table=zz", "table"),
    ("/reports/dashboard/csv/?table=zz&table=funnel", "table"),
    ("/reports/ato-register/json/?agency=zz&agency=", "agency"),
    ("/reports/dashboard/schema.json?as_of=0", "as_of"),
    ("/reports/case-status/json/", "case"),
]


@pytest.mark.parametrize(("address", "where"), UNREAD)
def test_a_file_refuses_by_name_what_it_would_pass_over(cast: Cast, address: str, where: str) -> None:
    answer = program_of(cast.liaison).get(address)
    told: Any = answer.json()
    assert (answer.status_code, told["problems"][0]["where"]) == (400, where)
    assert told["error"].startswith(f"{where}: ")


def test_a_person_reads_why_on_a_page(cast: Cast) -> None:
    client = Client(headers={"accept": "text/html"})
    client.force_login(cast.liaison)
    page = client.get("/atos.csv?standing=zz")
    assert page.status_code == 400
    assert "standing: choose one of live" in page.content.decode()


def test_a_page_passes_over_what_it_does_not_know_and_its_links_to_files_leave_that_out(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.liaison)
    page = client.get("/atos/?stage=active&utm_source=mail&page=1&sort=-signed&q=Nimbus")
    assert page.status_code == 200
    links = re.findall(r'href="(/atos\.[a-z]+\?[^"]*)"', page.content.decode())
    assert len(links) == 3
    for link in links:
        link = link.replace("&amp;", "&")
        assert "utm_source" not in link
        assert {"stage=active", "sort=-signed", "q=Nimbus"} <= set(link.partition("?")[2].split("&"))
        assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/reports/zz/csv/", 404),
        ("/reports/case-status/csv/?case=zz", 404),
        ("/reports/program/json/", 403),
        ("/reports/program/schema.json", 403),
        ("/desk.csv", 403),
    ],
)
def test_a_refusal_to_a_program_is_json(cast: Cast, address: str, status: int) -> None:
    answer = program_of(cast.csp_lead).get(address)
    assert answer.status_code == status
    told: Any = answer.json()
    assert told.keys() == {"error", "problems"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_words_of_the_refusal_reach_the_program(cast: Cast) -> None:
    told: Any = program_of(cast.csp_lead).get("/reports/program/json/").json()
    assert told["error"].startswith("Your side has no such report.")


@pytest.mark.parametrize("address", ["/feed-changes.csv", "/reconciliation.csv?agency={agency}"])
def test_files_beside_the_lists_are_there_for_programs_too(cast: Cast, address: str) -> None:
    answer = program_of(cast.liaison).get(address.format(agency=cast.liaison.own_memberships[0].organization.public_id))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")


@pytest.mark.parametrize(
    "address", ["/atos.csv", "/reports/dashboard/json/", "/feed-changes.csv", "/reconciliation.csv"]
)
def test_a_program_without_a_good_token_gets_no_page_to_sign_in(cast: Cast, address: str) -> None:
    for program in (Client(), Client(headers={"accept": "*/*"}), bearing("portal_none")):
        answer = program.get(address)
        told: Any = answer.json()
        assert answer.status_code == 401
        assert "/tokens/" in told["error"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    browser = Client(headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert browser.get(address).status_code == 302


def test_the_head_of_a_file_and_of_the_api_can_be_asked_for(cast: Cast) -> None:
    program = program_of(cast.liaison, read_only=True)
    for address, kind in (("/atos.csv", "text/csv"), ("/api/atos", "application/json")):
        answer = program.head(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
    assert program.head("/api/atos").headers["ETag"] == program.get("/api/atos").headers["ETag"]


def test_whoever_lost_all_roles_reads_by_token_what_the_list_shows_and_no_more(cast: Cast) -> None:
    now, about = timezone.now(), make_case(cast, "initial", "ssp")
    for each in (cast.liaison, cast.reviewer):
        facts = {"subject": "Nimbus Desk", "link": about.get_absolute_url(), "topic": "cases", "created_at": now}
        Message.objects.create(recipient=each, key=f"a:{each.pk}", **facts)
    cast.liaison.memberships.update(ended_on=timezone.localdate(now) - timedelta(days=1))
    person = User.objects.get(pk=cast.liaison.pk)
    program, page = program_of(person), Client()
    page.force_login(person)
    for suffix in ("csv", "json"):
        assert content(program.get(f"/messages.{suffix}")) == content(page.get(f"/messages.{suffix}"))
    shown = json.loads(content(page.get("/messages.json")))
    told: Any = program.get("/api/messages").json()
    assert {each["message_id"] for each in shown} == {each["id"] for each in told["items"]}
    assert {each["to"] for each in shown} == {person.name}
    for address in ("/api/cases", "/api/documents", "/api/deadlines"):
        rows: Any = program.get(address).json()
        assert rows["items"] == []


@pytest.mark.parametrize("address", ["/atos.csv?standing=live", "/atos.json", "/reports/ato-register/csv/"])
def test_the_headers_of_a_table_say_what_its_file_has_no_place_for(cast: Cast, address: str) -> None:
    program = program_of(cast.liaison)
    headers = program.get(address).headers
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", headers["Portal-As-Of"])
    assert headers["Portal-Federal-Data"] == "none"
    [path] = re.findall(r'<http://testserver(/[^>]+)>; rel="describedby"', headers["Link"])
    told = json.loads(content(program.get(path)))
    [table] = told["tables"] if "tables" in told else told["properties"]["tables"]["prefixItems"]
    assert table["columns" if "tables" in told else "properties"]
    if "standing" in address:
        assert "Counts as: Live" in told["summary"]


def test_a_list_s_workbook_names_the_address_at_which_the_portal_was_reached(cast: Cast) -> None:
    book = load_workbook(BytesIO(content(program_of(cast.liaison).get("/atos.xlsx"))))
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("http://testserver" in text for text in texts)


def test_a_file_of_feed_changes_refuses_imports_that_are_none(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.pmo_lead)
    assert client.get("/feed-changes.csv").status_code == 200
    assert client.get("/feed-changes.csv?from=zz").status_code == 400
    assert client.get("/feed-changes.csv?kind=zz").status_code == 400


@pytest.mark.parametrize(("name", "ids"), [("messages", "Message"), ("conditions", "Condition"), ("cases", "Offering")])
def test_each_row_names_its_record_and_can_be_joined(cast: Cast, name: str, ids: str) -> None:
    head = content(program_of(cast.liaison).get(f"/{name}.csv")).decode("utf-8-sig").splitlines()[0].split(",")
    assert f"{ids} id" in head
    assert len(set(head)) == len(head)


def test_a_long_address_makes_no_long_header(cast: Cast) -> None:
    answer = program_of(cast.liaison).get("/atos.csv?" + "&".join(f"agency={number:014}" for number in range(50)))
    assert answer.status_code == 200
    assert "Link" not in answer.headers


def test_a_program_is_told_of_maintenance_in_json(cast: Cast, settings: Any) -> None:
    program, settings.MAINTENANCE = program_of(cast.liaison), "Back at noon."
    answer = program.get("/atos.csv")
    told: Any = answer.json()
    assert (answer.status_code, told["error"]) == (503, "Back at noon.")


@pytest.mark.parametrize("address", ["/api/atos", "/atos.csv", "/atos.xlsx", "/healthz", "/sign-in/"])
def test_nothing_follows_the_head(cast: Cast, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    # The client of the tests leaves the content out, which servers do not.
    monkeypatch.setattr("django.test.client.conditional_content_removal", lambda request, response: response)
    program = program_of(cast.liaison)
    head, whole = program.head(address), program.get(address)
    assert (head.status_code, whole.status_code) == (200, 200)
    assert content(head) == b""
    assert content(whole)
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
