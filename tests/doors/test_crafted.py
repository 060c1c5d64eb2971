"""What no form of ours sends: fields of the portal's own, pages of the future, records of others. Nothing moves."""

from typing import Any

import pytest
from django.urls import reverse

from authorizations.models import Case
from tests.doors.doors import ADMIN, API, DOORS, PAGE, Acted, Doors, address, state, words
from tests.doors.world import case_at
from tests.lifecycle.cases import make_system, record, step_facts
from tests.samples import ends, first
from tests.web.cases.test_case_facts import typed

OURS: dict[str, Any] = {
    "stage": "certified",
    "waits_on": "nobody",
    "claimed_by": "1",
    "claimed_by_id": "1",
    "handed_to": "pmo",
    "kind": "reuse",
    "ato": "1",
    "agency": "1",
    "offering": "1",
    "assessor": "1",
    "shared_at": "",
    "send_backs": "7",
    "public_id": "x",
    "id": "1",
    "facts": "{}",
    "wbs_signed_by_agency_on": "2026-01-01",
    "no_such_fact": "x",
    "actor": "1",
    "acting": "PMO lead",
    "source": "feed",
    "target": "certified",
}
WARNING = {"warning_ground": "no_reply", "warning_due_on": "2026-12-24"}


def columns(case: Case) -> dict[str, Any]:
    return Case.objects.filter(pk=case.pk).values().get()


@pytest.mark.slow
@pytest.mark.parametrize("door", first([PAGE, ADMIN]))
def test_fields_that_the_form_does_not_have_change_nothing(doors: Doors, door: str) -> None:
    """The step itself goes, and does what it does without them."""
    plain, crafted = (case_at(doors.cast, "initial", "ssp") for _ in range(2))
    for case, more in ((plain, {}), (crafted, OURS)):
        form = {**Acted(case, "warn", WARNING).form, **more}
        assert doors.browsers["pmo_reviewer"].post(address(door, case, "warn"), form).status_code == 302
    its_own = {"id", "public_id", "offering_id"}
    assert {name: value for name, value in columns(crafted).items() if name not in its_own} == {
        name: value for name, value in columns(plain).items() if name not in its_own
    }


@pytest.mark.parametrize("name", ends(OURS))
def test_a_program_that_sends_them_is_told(doors: Doors, name: str) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    before = state(case)
    act = Acted(case, "warn", {**WARNING, name: OURS[name]})
    answer = doors.send(API, "pmo_reviewer", act)
    assert (answer.status_code, answer.json()["error"]) == (400, f"This does not ask for '{name}'.")
    assert state(case) == before


@pytest.mark.parametrize("revision", ends(["999", "-1", "", "abc", "9" * 60, "3; drop", "\x00", "0x3", None]))
@pytest.mark.parametrize("door", first(DOORS))
def test_a_revision_that_never_was_moves_nothing(doors: Doors, revision: str | None, door: str) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    act, before, where = Acted(case, "warn", WARNING), state(case), address(door, case, "warn")
    if door == API:
        sent: Any = int(revision) if revision in {"999", "-1", "9" * 60} else revision
        answer = doors.programs["pmo_reviewer"].post(
            where, {**act.body, "revision": sent}, content_type="application/json"
        )
        assert answer.status_code == (409 if revision in {"999", "9" * 60} else 400)
    else:
        form = {**act.form, "revision": revision or ""}
        if revision is None:
            del form["revision"]
        assert doors.browsers["pmo_reviewer"].post(where, form).status_code == 409
    assert state(case) == before


# A fact that names a record, and a record of somebody else for it.
FOREIGN = (
    ("initial", "ao_decision", "issue_ato", "official", "system", lambda cast: make_system(cast, "Dikes", "meadows")),
    ("initial", "pmo_review", "hand_over", "pmo_lead", "taker", lambda cast: cast.liaison),
    ("initial", "partner_lost", "succeed", "csp_lead", "new_agency", lambda cast: cast.organizations["stratus"]),
    ("initial", "planning", "request_in_process", "official", "assessor", lambda cast: cast.organizations["nimbus"]),
    ("reuse", "need_defined", "request_access", "liaison", "system", lambda cast: make_system(cast, "D", "meadows")),
    (
        "reuse",
        "implementation",
        "submit_for_decision",
        "reviewer",
        "authorizing_official",
        lambda cast: cast.stranger_agency,
    ),
)
NO_ID = ("2" * 14, "x", "' or 1=1", "\x00", "9" * 5_000, "-1", "\N{PILE OF POO}")


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage", "name", "person", "fact", "other"), first(FOREIGN))
def test_a_record_of_somebody_else_is_not_taken(
    doors: Doors, kind: str, stage: str, name: str, person: str, fact: str, other: Any
) -> None:
    case = case_at(doors.cast, kind, stage, name)
    before = state(case)
    for sent in (other(doors.cast).public_id, *NO_ID):
        facts = {**step_facts(name, doors.cast, kind), fact: sent}
        answers = {door: doors.send(door, person, Acted(case, name, facts)) for door in doors.open_to(person)}
        codes = {door: answer.status_code for door, answer in answers.items()}
        assert codes.pop(API) in ({400} if "\x00" in sent else {409}), sent
        assert set(codes.values()) == {409}, sent
    assert state(case) == before


# Seconds: the form is drawn anew for each odd revision and assessor.
@pytest.mark.slow
def test_the_page_of_facts_takes_no_fact_of_another_side_and_no_column(doors: Doors) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    client, before = doors.browsers["csp_lead"], state(case)
    where = f"{case.get_absolute_url()}facts/"
    crafted = {
        **OURS,
        "recommendation": "Authorize.",
        "ssp_approved_on": "2026-11-01",
        "agency_agreed_on": "2026-11-01",
    }
    sent = {**typed(client, case), **{name: value for name, value in crafted.items() if name != "assessor"}}
    assert "Nothing was changed" in words(client.post(where, sent))  # type: ignore[arg-type]
    for revision in ("999", "-1", "abc", "9" * 60, ""):
        answer = client.post(where, typed(client, case, contingency_tested_on="2026-10-05", revision=revision))
        assert answer.status_code in {200, 409}
    for assessor in (doors.cast.organizations["stratus"].public_id, *NO_ID):
        assert client.post(where, typed(client, case, assessor=assessor)).status_code == 200
    assert state(case) == before


@pytest.mark.parametrize(
    "name", first(["open", "adopt", "certified", "stage", "facts_recorded", "settle", "save", "__init__"])
)
def test_what_is_no_step_is_not_there(doors: Doors, name: str) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    act, before = Acted(case, name, {}), state(case)
    assert {doors.send(door, "pmo_lead", act).status_code for door in DOORS} == {404}
    assert state(case) == before


def test_reading_the_page_of_a_step_takes_no_step(doors: Doors) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    before = state(case)
    for door in DOORS:
        where = f"{address(door, case, 'warn')}?revision=3&reason=x&warning_ground=no_reply"
        client = doors.programs["pmo_reviewer"] if door == API else doors.browsers["pmo_reviewer"]
        assert client.get(where).status_code == (405 if door == API else 200)
        for verb in (client.put, client.patch, client.delete):
            assert verb(where).status_code == 405
    assert state(case) == before


# --- the admin ---


@pytest.mark.slow
def test_the_admin_has_no_field_of_a_stage(doors: Doors) -> None:
    """Neither for reading nor for saving: a form that is sent there all the same is refused."""
    case, client = case_at(doors.cast, "initial", "pmo_review"), doors.browsers["pmo_lead"]
    before = state(case)
    page = reverse("admin:authorizations_case_change", args=[case.public_id])
    inputs = ("stage", "waits_on", "claimed_by", "left_stage", "resumes_at", "facts")
    assert [name for name in inputs if f'name="{name}"' in client.get(page).content.decode()] == []
    for where in (page, reverse("admin:authorizations_case_add"), reverse("admin:authorizations_case_changelist")):
        sent = {**OURS, "action": "delete_selected", "_selected_action": case.public_id, "_save": "Save", "why": "x"}
        assert client.post(where, sent).status_code in {403, 302, 200}
        assert state(case) == before


@pytest.mark.parametrize("name", first(["certify", "withdraw", "send_back", "reject", "nonsense"]))
def test_only_claims_are_made_for_many_cases_at_once(doors: Doors, name: str) -> None:
    case = case_at(doors.cast, "initial", "pmo_review", name)
    before = state(case)
    sent = {"row": f"{case.public_id}:3", "sure": "yes", "reason": "Because."}
    where = f"{reverse('admin:authorizations_case_changelist')}steps/{name}/"
    assert doors.browsers["pmo_lead"].post(where, sent).status_code == 404
    assert state(case) == before


@pytest.mark.parametrize("name", first(["claim", "release_claim", "hand_over"]))
def test_of_many_rows_each_is_asked_by_itself(doors: Doors, name: str) -> None:
    """An old row, one of another stage and one that is not there are refused; the one that is in order goes."""
    cast = doors.cast
    good, old = (case_at(cast, "initial", "pmo_review", name) for _ in range(2))
    elsewhere, hidden = case_at(cast, "initial", "ssp"), case_at(cast, "reuse", "need_defined")
    record(old, cast.csp_lead, application_id="APP-7")
    rows = [f"{case.public_id}:3" for case in (good, old, elsewhere, hidden)]
    before = [state(case)[0] for case in (old, elsewhere, hidden)]
    crafted = [*rows, f"{'2' * 14}:3", "x", "1:-1", f"{good.public_id}:{'9' * 40}"]
    sent = {"row": crafted, "sure": "yes", "reason": "Because.", "taker": cast.pmo_lead.public_id, **OURS}
    where = reverse("admin:authorizations_case_bulk", args=[name])
    answer = doors.browsers["pmo_lead"].post(where, sent)
    assert [row.is_good for row in answer.context["rows"]] == [True, False, False, False, False]
    assert [state(case)[0] for case in (old, elsewhere, hidden)] == before
    after = Case.objects.get(pk=good.pk)
    holder = {"claim": cast.pmo_lead, "release_claim": None, "hand_over": cast.pmo_lead}[name]
    assert (after.stage, after.claimed_by, after.revision) == ("pmo_review", holder, 4)
