"""Every answer below /api/ is JSON, whatever went wrong, and the API describes itself without leaving the portal."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.api import atos, errors
from authorizations.api.facts import READ, SHAPE
from authorizations.api.openapi import document
from authorizations.lifecycle.step import FactKind
from authorizations.models import Ato, Case
from tests.api.world import ATOS, program_of
from tests.cast import Cast
from tests.web.reading_pages import body_of
from tests.web.register.records import make_atos, make_offerings


def test_the_api_stands_where_its_errors_are_looked_for() -> None:
    assert reverse("api_page") == errors.PREFIX


@pytest.mark.parametrize("address", ["/api/nothing", "/api/atos/", "/api/atos/NOT-AN-ID", "/api/openapi.json/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_leads_nowhere_says_so_in_json(client: Client, db: None, address: str, method: str) -> None:
    answer = client.generic(method, address)
    assert (answer.status_code, answer.json()["error"]) == (404, errors.NOTHING_HERE)


def test_what_is_not_there_says_so_alike_everywhere(cast: Cast) -> None:
    program, paths = program_of(cast.viewer), document()["paths"]
    reading = [path for path, found in paths.items() if "get" in found and "{public_id}" in path]
    for path in reading:
        answer = program.get(path.replace("{public_id}", "2" * 14))
        assert answer.json().keys() == {"error", "problems"}, path
        assert answer.status_code == 403 or answer.json()["error"] == errors.NOTHING_HERE, path
    assert len(reading) > 20


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_in_json(cast: Cast, method: str) -> None:
    answer = program_of(cast.viewer).generic(method, ATOS)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json()["error"].startswith("This address does not take this method.")


def test_a_step_is_not_read(cast: Cast) -> None:
    answer = program_of(cast.viewer).get(f"{ATOS}/{'2' * 14}/suspend")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.json()["problems"] == []


def test_a_mistake_of_ours_is_a_sentence_in_json_with_the_id_to_quote(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atos, "beside", lambda ato: 1 / 0)
    make_atos(make_offerings(cast.organizations["nimbus"], 1)[0], cast.organizations["harbors"], 1)
    answer = program_of(cast.viewer).get(ATOS)
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("Something went wrong on our side.")
    assert answer.headers["X-Request-ID"]


def test_maintenance_is_said_in_json(client: Client, settings: object) -> None:
    settings.MAINTENANCE = "Back at 8 p.m. Eastern."  # type: ignore[attr-defined]
    answer = client.get(ATOS)
    assert (answer.status_code, answer.json()["error"]) == (503, "Back at 8 p.m. Eastern.")
    assert answer.headers["Retry-After"] == "600"


def test_a_foreign_host_is_refused_in_json(client: Client, db: None) -> None:
    answer = client.get(ATOS, headers={"host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["problems"]) == (400, [])


def test_the_pages_keep_their_own_errors(client: Client, cast: Cast) -> None:
    client.force_login(cast.viewer)
    assert client.get("/nothing/").headers["Content-Type"].startswith("text/html")


# --- the description ---


@pytest.mark.slow
def test_anybody_reads_the_description_and_each_step_is_in_it(client: Client, db: None) -> None:
    written = client.get("/api/openapi.json").json()
    assert written["openapi"].startswith("3.")
    assert written["components"]["securitySchemes"]["TokenAuth"] == {"type": "http", "scheme": "bearer"}
    steps = {path.rpartition("/")[2] for path in written["paths"] if path.startswith("/api/atos/{public_id}/")}
    assert steps - BESIDE_STEPS - {"deliveries", "withdraw"} == {
        step.name for step in Ato.machine().steps if step.sources and not step.inside
    }


def test_a_step_is_described_by_the_facts_it_asks_for() -> None:
    body = document()["paths"]["/api/atos/{public_id}/suspend"]["post"]["requestBody"]
    facts = body["content"]["application/json"]["schema"]["allOf"][0]["properties"]["facts"]
    step = Ato.machine().step("suspend")
    assert step is not None
    assert facts["required"] == [fact.name for fact in step.facts]
    assert facts["properties"]["provider_notified_on"] == {
        "type": "string",
        "format": "date",
        "description": "The provider told on.",
    }


# What is below a case beside its steps.
BESIDE_STEPS = {
    "comments",
    "documents",
    "file",
    "take_over",
    "guidance",
    "{tip}",
    "findings",
    "wbs",
    "deadlines",
    "co_signers",
}


def test_each_step_of_both_machines_of_a_case_is_described(client: Client, db: None) -> None:
    written = client.get("/api/openapi.json").json()
    steps = {path.rpartition("/")[2] for path in written["paths"] if path.startswith("/api/cases/{public_id}/")}
    machines = [record_type.machine() for record_type in Case.machines.values()]
    taken = [(machine, step) for machine in machines for step in machine.steps if step.sources and not step.inside]
    assert steps - BESIDE_STEPS == {step.name for _, step in taken}
    for machine, step in taken:
        assert step.description in written["paths"][f"/api/cases/{{public_id}}/{step.name}"]["post"]["description"]
        assert machine.stages


def test_a_fact_that_a_case_remembers_need_not_be_sent_again() -> None:
    body = document()["paths"]["/api/cases/{public_id}/request_access"]["post"]["requestBody"]
    facts = body["content"]["application/json"]["schema"]["allOf"][0]["properties"]["facts"]
    assert facts["required"] == []


def test_every_reference_of_the_description_leads_somewhere(client: Client, db: None) -> None:
    written = client.get("/api/openapi.json").json()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(written)))
    assert named <= set(written["components"]["schemas"])
    operations = [operation for methods in written["paths"].values() for operation in methods.values()]
    ids = [operation["operationId"] for operation in operations]
    assert len(ids) == len(set(ids))
    assert all({"401", "400"} <= set(operation["responses"]) for operation in operations)


def test_every_kind_of_fact_can_be_read_and_described() -> None:
    assert set(READ) == set(SHAPE) == set(FactKind)


def test_the_page_shows_each_operation_and_loads_nothing_from_elsewhere(client: Client, db: None) -> None:
    page = body_of(client, "/api/")
    for path, methods in document()["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', page) == []
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
