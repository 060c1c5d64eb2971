"""Documents in the API: reading, adding references and files, hostile ones, acts, copies, and whose they are."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from authorizations.models import Case, DocumentVersion, Tally
from tests.actions.documents.documents import THERE, add
from tests.api.world import documents_of, post, program_of, send
from tests.cast import Cast
from tests.exchange.documents import HOSTILE, PDF, bomb
from tests.hostile import HOSTILE as HOSTILE_TEXT
from tests.hostile import WORDS
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato
from tests.samples import sample


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


def test_a_program_reads_which_documents_there_are_and_who_asks_for_them(cast: Cast, case: Case) -> None:
    add(case, cast.liaison, stated=["signed_by_agency"])
    read = program_of(cast.csp_lead).get(documents_of(case)).json()
    found = {each["key"]: each for each in read["items"]}
    assert read["revision"] == case.revision + 1
    assert (found["wbs"]["adds"], found["ssp"]["confidential"], found["intended_use"]["adds"]) == (True, True, False)
    assert found["wbs"]["versions"][0]["stated"] == ["signed_by_agency"]
    assert "Needed by" in found["wbs"]["asked_for_by"]


def test_a_reference_is_added_once_and_a_stale_revision_refused(cast: Cast, case: Case) -> None:
    client = program_of(cast.csp_lead)
    body = {"key": "wbs", "location": THERE, "verified_on": "2026-11-20", "idempotency_key": "my-own-key"}
    made = post(client, documents_of(case), body)
    assert (made.status_code, made.json()["counts"]) == (201, True)
    twice = post(client, documents_of(case), body)
    assert (twice.status_code, twice.json()["record"]["id"]) == (409, made.json()["id"])
    stale = post(client, documents_of(case), {"key": "wbs", "location": THERE, "revision": case.revision})
    assert (stale.status_code, stale.json()["since"][0]["verb"]) == (409, "case.document_added")


def test_a_file_is_sent_as_a_form_and_copied_by_anyone_who_sees_it(cast: Cast, case: Case) -> None:
    made = send(program_of(cast.csp_lead), case, stated=["signed_by_provider"], note="Ours.")
    assert made.status_code == 201, made.content
    answer = program_of(cast.liaison).get(made.json()["file"])
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert Tally.objects.filter(verb="documentversion.downloaded").count() == 1


OPENABLE = [each for each in HOSTILE if "\u202e" not in HOSTILE[each][0]]


# `tests/exchange/test_documents.py` has all of them refused below the page.
@pytest.mark.slow
@pytest.mark.parametrize("what", sample(OPENABLE, more=OPENABLE[::6], lane=pytest.mark.nightly))
def test_a_hostile_file_is_refused_in_the_same_words_as_on_the_page(
    cast: Cast, case: Case, tmp_path: Path, what: str
) -> None:
    name, content, words = HOSTILE[what]
    answer = send(program_of(cast.csp_lead), case, name, content)
    assert answer.status_code == 409, answer.content
    assert words in answer.json()["error"]
    assert [problem["where"] for problem in answer.json()["problems"]] == ["upload"]
    assert not DocumentVersion.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_bomb_a_file_over_the_limit_and_none_at_all_are_refused(cast: Cast, case: Case, settings: Any) -> None:
    client = program_of(cast.csp_lead)
    assert "far larger than any honest one" in send(client, case, "plan.xlsx", bomb()).json()["error"]
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    assert "more than 1 megabytes" in send(client, case, content=PDF + b" " * 2**20).json()["error"]
    assert send(client, case, stage="ssp").json()["problems"][0]["where"] == "stage"
    missing = client.post(f"{documents_of(case)}/file", {"key": "wbs"})
    assert (missing.status_code, missing.json()["problems"][0]["where"]) == (409, "upload")


@pytest.mark.slow
def test_a_file_of_somebody_who_may_not_add_it_is_not_kept(cast: Cast, case: Case, tmp_path: Path) -> None:
    answers = [
        send(program_of(cast.viewer), case),
        send(program_of(cast.csp_lead), case, key="ssp"),
        send(program_of(cast.csp_lead), case, key="nothing"),
        send(program_of(cast.stranger_csp), case),
        send(program_of(cast.csp_lead, read_only=True), case),
    ]
    assert [answer.status_code for answer in answers] == [403, 409, 409, 404, 403]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_version_is_shared_verified_and_withdrawn(cast: Cast, case: Case) -> None:
    client = program_of(cast.csp_lead)
    draft = post(client, documents_of(case), {"key": "wbs", "location": THERE, "draft": True}).json()
    assert draft["acts"] == ["share", "verify", "withdraw"]
    address = f"/api/documents/{draft['id']}"
    assert post(program_of(cast.liaison), f"{address}/share", {}).status_code == 404
    assert post(client, f"{address}/share", {}).json()["is_draft"] is False
    assert post(client, f"{address}/verify", {}).json()["problems"][0]["where"] == "verified_on"
    today = timezone.localdate().isoformat()
    assert post(client, f"{address}/verify", {"verified_on": today}).json()["verified_on"] == today
    assert post(client, f"{address}/state", {}).json()["problems"][0]["where"] == "stated_on"
    signed = {"stated": ["signed_by_provider"], "stated_on": today}
    assert post(client, f"{address}/state", signed).json()["stated"] == ["signed_by_provider"]
    assert post(program_of(cast.liaison), f"{address}/withdraw", {"reason": "No."}).status_code == 403
    assert post(client, f"{address}/withdraw", {"reason": "Wrong."}).json()["withdrawn_reason"] == "Wrong."
    assert post(client, f"{address}/withdraw", {"reason": "Wrong."}).status_code == 409


@pytest.mark.slow
def test_what_stays_inside_a_side_is_not_there_for_others(cast: Cast) -> None:
    case = make_case(cast, "reuse", "implementation")
    add(case, cast.reviewer, "agency_poam", note="Ours alone.")
    add(case, cast.csp_lead, "other", title="Our sketch", draft=True)
    for who, inside, sketch in (
        ("liaison", True, False),
        ("csp_lead", False, True),
        ("pmo_lead", False, False),
        ("auditor", True, True),
    ):
        text = program_of(cast.people[who]).get(documents_of(case)).content.decode()
        assert ("agency_poam" in text, "Our sketch" in text) == (inside, sketch), who


@pytest.mark.slow
def test_an_ato_has_documents_for_its_parties(cast: Cast) -> None:
    ato = make_ato(cast)
    address = f"/api/atos/{ato.public_id}/documents"
    made = post(program_of(cast.bureau_liaison), address, {"key": "ato_letter", "location": THERE})
    assert made.status_code == 201
    assert program_of(cast.stranger_csp).get(address).status_code == 404
    assert THERE in program_of(cast.csp_lead).get(address).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("kind", WORDS)
def test_no_word_of_a_body_breaks_anything(cast: Cast, case: Case, kind: str) -> None:
    text = HOSTILE_TEXT[kind] if isinstance(HOSTILE_TEXT[kind], str) else "\ud800"
    client = program_of(cast.csp_lead)
    whole = {"key": "other", "title": "Notes", "location": THERE}
    for name in ("key", "title", "location", "note", "verified_on", "idempotency_key", "revision"):
        assert post(client, documents_of(case), {**whole, name: text}).status_code in {201, 400, 409}, name
    assert post(client, documents_of(case), {**whole, "key": "wbs", "stated": [text]}).status_code in {400, 409}
    for name in ("key", "note", "stated", "idempotency_key"):
        file = SimpleUploadedFile("plan.pdf", PDF)
        sent = {"key": "wbs", "upload": file, name: HOSTILE_TEXT[kind]}
        assert client.post(f"{documents_of(case)}/file", sent).status_code in {201, 400, 409}, name
    version = add(case, cast.csp_lead)
    for act in ("withdraw", "verify", "state"):
        body = {"reason": text, "verified_on": text, "stated": [text], "stated_on": text}
        assert post(client, f"/api/documents/{version.public_id}/{act}", body).status_code in {400, 409}
