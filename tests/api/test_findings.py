"""Findings in JSON: drafting, answering, settling and asking again, in the same words and with the same refusals."""

from typing import Any

import pytest
from django.test import Client

from authorizations.models import Case, Finding
from tests.actions.findings.findings import answer, draft, fresh, returned, revision
from tests.api.world import post, program_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.samples import first

TEXT = "The boundary misses the backup site."


def of_case(case: Case) -> str:
    return f"/api/cases/{case.public_id}/findings"


def of_finding(finding: Finding, act: str) -> str:
    return f"/api/findings/{finding.public_id}/{act}"


def listed(client: Client, case: Case) -> list[dict[str, Any]]:
    answered = client.get(of_case(case))
    assert answered.status_code == 200, answered.content
    found: list[dict[str, Any]] = answered.json()["items"]
    return found


@pytest.mark.slow
def test_a_finding_is_drafted_once_and_is_there_for_its_side_alone(cast: Cast) -> None:
    case, program = make_case(cast), program_of(cast.reviewer)
    body = {"severity": "major", "text": TEXT, "fact": "ssp_delivered_on", "idempotency_key": "one of mine"}
    made = post(program, of_case(case), body)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["about"], row["side"], row["owed_by"]) == (
        "draft",
        "SSP draft delivered on",
        "agency",
        None,
    )
    again = post(program, of_case(case), body)
    assert (again.status_code, again.json()["record"]["id"]) == (409, row["id"])
    assert [each["id"] for each in listed(program_of(cast.liaison), case)] == [row["id"]]
    for who in ("csp_lead", "assessor_lead", "pmo_lead"):
        assert listed(program_of(cast.people[who]), case) == []


def test_what_cannot_be_drafted_is_refused_in_the_words_of_the_page(cast: Cast) -> None:
    case = make_case(cast)
    body = {"severity": "major", "text": TEXT}
    refused = post(program_of(cast.reviewer), of_case(case), body)
    assert refused.status_code == 409
    assert [problem["where"] for problem in refused.json()["problems"]] == ["about"]
    assert post(program_of(cast.reviewer), of_case(case), {**body, "severity": "awful"}).status_code == 400
    assert post(program_of(cast.csp_lead), of_case(case), {**body, "fact": "ssp_delivered_on"}).status_code == 403
    assert post(program_of(cast.stranger_agency), of_case(case), body).status_code == 404
    assert not Finding.objects.exists()


@pytest.mark.slow
def test_a_finding_is_answered_asked_again_and_settled(cast: Cast) -> None:
    case, [one] = returned(cast)
    provider, agency = program_of(cast.csp_lead), program_of(cast.reviewer)
    answered = post(provider, of_finding(one, "answer"), {"revision": revision(case), "answer": "It is there."})
    assert (answered.status_code, answered.json()["state"], answered.json()["may_answer"]) == (200, "answered", True)
    asked = post(agency, of_finding(one, "ask-again"), {"revision": revision(case), "reason": "Not in the diagram."})
    assert (asked.json()["state"], asked.json()["rounds"][0]["answer"]) == ("unanswered", "It is there.")
    early = post(agency, of_finding(one, "settle"), {"revision": revision(case)})
    assert (early.status_code, early.json()["problems"][0]["where"]) == (409, "reason")
    post(provider, of_finding(one, "answer"), {"revision": revision(case), "answer": "Now it is."})
    settled = post(agency, of_finding(one, "settle"), {"revision": revision(case)})
    assert (settled.json()["state"], settled.json()["settled_by"]) == ("settled", "Rae Reviewer")
    late = post(provider, of_finding(one, "answer"), {"revision": revision(case), "answer": "Too late."})
    assert late.status_code == 409


def test_an_older_revision_is_told_what_happened_since(cast: Cast) -> None:
    case, [one, two] = returned(cast, TEXT, "Control AC-2 names no owner.")
    seen = revision(case)
    answer(one, cast.csp_contributor)
    stale = post(program_of(cast.csp_lead), of_finding(two, "answer"), {"revision": seen, "answer": "Mended."})
    assert (stale.status_code, [act["verb"] for act in stale.json()["since"]]) == (409, ["case.findings_answered"])
    assert fresh([two])[0].is_unanswered


@pytest.mark.parametrize("act", first(["answer", "settle", "ask-again"]))
def test_a_draft_is_no_finding_to_answer_for_anybody(cast: Cast, act: str) -> None:
    finding = draft(make_case(cast), cast.reviewer)
    body = {"revision": 0, "reason": "Because.", "answer": "Mended."}
    body = {name: body[name] for name in ("revision", "answer" if act == "answer" else "reason")}
    for who in ("reviewer", "csp_lead", "pmo_lead", "stranger_csp"):
        assert post(program_of(cast.people[who]), of_finding(finding, act), body).status_code == 404


def test_no_letter_that_a_database_refuses_gets_to_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    said = {"severity": "major", "text": "Mend it.", "version": "a\x00b"}
    assert post(program_of(cast.reviewer), of_case(case), said).status_code == 400
