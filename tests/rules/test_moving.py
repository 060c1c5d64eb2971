"""Moving a case to another release: by a lead, with a reason, once; what changes is shown before, and told after."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.rules.case_release import Effect, effects_of_move, move_to_release, targets
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event, Message
from authorizations.rules import release
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.rules.documents import CR26, LEGACY, TEXT, document, imported

# Cases are walked under two releases of the rules.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHY = "The agency asked for the newest rules."


def at(cast: Cast, kind: str, stage: str, name: str) -> Case:
    """A case at a stage, pinned to a release."""
    case = make_case(cast, kind, stage)
    Case.objects.filter(pk=case.pk).update(release=name)
    found: Case = Case.objects.get(pk=case.pk)
    return found


def move(case: Case, actor: Any, **said: Any) -> Case:
    given = {"release": CR26, "revision": case.revision, "reason": WHY}
    return move_to_release(case.public_id, actor=actor, now=NOW, **{**given, **said})


def relabelled(name: str = "next") -> dict[str, Any]:
    """A release under which the SSP has another label."""
    stages = json.loads(TEXT)["stages"]
    stages["initial"]["ssp"] = ["Security plan", "WBS 3.1-3.9"]
    return document(name, stages=stages)


def test_a_lead_moves_a_case_and_its_parties_are_told_why(cast: Cast) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    moved = move(case, cast.pmo_lead)
    assert (moved.release, moved.revision, moved.stage) == (CR26, case.revision + 1, "ssp")
    assert Case.objects.get(pk=case.pk).release == CR26
    event = Event.objects.get(verb="case.moved_to_release")
    assert (event.changes["release"], event.reason) == ([LEGACY, CR26], WHY)
    told = {message.recipient: message.text for message in Message.objects.filter(event=event)}
    assert {cast.liaison, cast.csp_lead} <= set(told)
    assert "follows “Consolidated Rules for 2026, version 2026.07.14.01” now" in told[cast.liaison]
    assert WHY in told[cast.liaison]


@pytest.mark.parametrize("who", ["pmo_reviewer", "liaison", "reviewer", "csp_lead", "auditor"])
def test_nobody_else_moves_one(cast: Cast, who: str) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    with pytest.raises(NotPermitted):
        move(case, cast.people[who])
    assert Case.objects.get(pk=case.pk).release == LEGACY


def test_a_case_that_stays_inside_its_agency_is_not_there_for_the_lead(cast: Cast) -> None:
    case = at(cast, "reuse", "need_defined", LEGACY)
    with pytest.raises(Case.DoesNotExist):
        move(case, cast.pmo_lead)


def test_who_saw_an_older_state_is_told_what_happened(cast: Cast) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    with pytest.raises(StaleRevision):
        move(case, cast.pmo_lead, revision=case.revision + 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": "  "}, "Say in a sentence why"),
        ({"release": "nothing"}, "Choose one of the releases that are active now"),
        ({"release": "later"}, "Choose one of the releases that are active now"),
    ],
)
def test_a_move_needs_a_reason_and_a_release_that_is_active(cast: Cast, said: dict[str, str], words: str) -> None:
    imported(document("later", active_from="2099-01-01"), cast.pmo_lead)
    case = at(cast, "initial", "ssp", LEGACY)
    with pytest.raises(NotReady, match=words):
        move(case, cast.pmo_lead, **said)


def test_moving_to_where_it_is_and_moving_what_has_ended_come_too_late(cast: Cast) -> None:
    case = at(cast, "initial", "ssp", CR26)
    with pytest.raises(NoLongerPossible, match="follows this release already"):
        move(case, cast.pmo_lead)
    ended = at(cast, "initial", "withdrawn", LEGACY)
    with pytest.raises(NoLongerPossible, match="has ended"):
        move(ended, cast.pmo_lead)


def test_the_same_form_moves_once(cast: Cast) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    moved = move(case, cast.pmo_lead, idempotency_key="k" * 14)
    with pytest.raises(NoLongerPossible):
        move(moved, cast.pmo_lead, release=LEGACY, idempotency_key="k" * 14)
    assert Case.objects.get(pk=case.pk).release == CR26


def test_the_effects_name_the_label_and_leave_the_case_as_it_is(cast: Cast) -> None:
    imported(relabelled(), cast.pmo_lead)
    case = at(cast, "initial", "ssp", CR26)
    said = "The stage reads “Security plan” instead of “SSP”."
    assert effects_of_move(case, release("next"), cast.pmo_lead, NOW.date()) == [Effect("stage", said)]
    assert (case.release, case.considered, case.stage_label) == (CR26, None, "SSP")
    assert effects_of_move(case, release(LEGACY), cast.pmo_lead, NOW.date()) == []
    assert [each.id for each in targets(case)] == ["next", LEGACY]


def test_the_effects_name_the_gates_that_are_newly_asked_and_those_that_are_no_longer(cast: Cast) -> None:
    stated = document()
    by_key = {each["key"]: each for each in stated["documents"]}
    del by_key["ssp"]["asked"]["I12"]
    by_key["poam"]["asked"]["I12"] = {"force": "must"}
    stated["documents"] = list(by_key.values())
    imported(stated, cast.pmo_lead)
    case = at(cast, "initial", "ssp", CR26)
    case.document_summary = {}
    found = {
        (each.kind, each.sentence.split(": not added yet")[0])
        for each in effects_of_move(case, release("next"), cast.pmo_lead, NOW.date())
    }
    step = "“Approve the SSP”"
    poam, ssp = by_key["poam"]["label"], by_key["ssp"]["label"]
    assert found == {("asked", f"{step} newly asks: {poam}"), ("dropped", f"{step} no longer asks: {ssp}")}


@pytest.mark.parametrize(("who", "told"), [("pmo_lead", False), ("auditor", True)])
def test_the_effects_say_nothing_of_documents_that_stay_inside_the_agency(cast: Cast, who: str, told: bool) -> None:  # noqa: FBT001  # a column of the table
    stated = document()
    [risk] = [each for each in stated["documents"] if each["key"] == "residual_risk"]
    risk["statements"], risk["asked"]["U16"] = {"accepted": "Accepted"}, {"force": "must", "stated": ["accepted"]}
    imported(stated, cast.pmo_lead)
    add(at(cast, "reuse", "implementation", CR26), cast.reviewer, "residual_risk")
    case = Case.objects.get(kind="reuse")
    effects = effects_of_move(case, release("next"), cast.people[who], NOW.date())
    assert any("Version 1 of" in each.sentence for each in effects) is told


# --- pages ---


def test_the_page_of_a_case_names_its_release_with_a_link(client: Client, cast: Cast) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    url = reverse("move_to_release", args=[case.public_id])
    client.force_login(cast.liaison)
    page = client.get(case.get_absolute_url()).content.decode()
    assert f'<a href="{reverse("release", args=[LEGACY])}">' in page
    assert url not in page
    assert client.get(reverse("api_case", args=[case.public_id])).json()["release"] == LEGACY
    client.force_login(cast.pmo_lead)
    assert url in client.get(case.get_absolute_url()).content.decode()


def test_the_page_shows_what_would_change_and_moves(client: Client, cast: Cast) -> None:
    imported(relabelled(), cast.pmo_lead)
    case = at(cast, "initial", "ssp", CR26)
    client.force_login(cast.pmo_lead)
    url = reverse("move_to_release", args=[case.public_id])
    page = client.get(url, {"release": "next"})
    assert "The stage reads “Security plan” instead of “SSP”." in page.content.decode()
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"reason": WHY}
    answer = client.post(url, sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, case.get_absolute_url())
    assert Case.objects.get(pk=case.pk).release == "next"
    history = client.get(reverse("case_history", args=[case.public_id])).content.decode()
    assert "Follows other rules now" in history
    assert "Consolidated Rules for 2026, version 2026.07.14.01 → Release next" in history
    assert client.post(url, sent).status_code == 409


def test_a_form_without_a_reason_comes_back(client: Client, cast: Cast) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    client.force_login(cast.pmo_lead)
    url = reverse("move_to_release", args=[case.public_id])
    answer = client.post(url, {"release": CR26, "revision": case.revision, "reason": ""})
    assert answer.status_code == 409
    assert Case.objects.get(pk=case.pk).release == LEGACY


@pytest.mark.parametrize(("who", "status"), [("liaison", 403), ("pmo_reviewer", 403), ("stranger_agency", 404)])
def test_the_page_is_a_leads(client: Client, cast: Cast, who: str, status: int) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    client.force_login(cast.people[who])
    assert client.get(reverse("move_to_release", args=[case.public_id])).status_code == status


# --- the admin ---


def test_the_admin_moves_chosen_cases_with_a_result_for_each(client: Client, cast: Cast) -> None:
    here, there = at(cast, "initial", "ssp", LEGACY), at(cast, "reuse", "access_requested", CR26)
    client.force_login(cast.pmo_lead)
    url = reverse("admin:authorizations_case_move")
    assert url in client.get(reverse("admin:authorizations_case_changelist")).content.decode()
    rows = [f"{case.public_id}:{case.revision}" for case in (here, there)]
    page = client.post(url, {"row": rows})
    assert [row.is_good for row in page.context["rows"]] == [True, False]
    assert Case.objects.get(pk=here.pk).release == LEGACY
    done = client.post(url, {"row": [*rows, "2" * 14 + ":1"], "sure": "yes", "release": CR26, "reason": WHY})
    assert [row.is_good for row in done.context["rows"]] == [True, False, False]
    assert "1 moved, 2 refused." in done.content.decode()
    assert Case.objects.get(pk=here.pk).release == CR26
    stale = client.post(url, {"row": rows[:1], "sure": "yes", "release": LEGACY, "reason": WHY})
    assert not stale.context["rows"][0].is_good


@pytest.mark.parametrize("who", ["pmo_reviewer", "auditor"])
def test_the_admin_moves_for_leads_alone(client: Client, cast: Cast, who: str) -> None:
    case = at(cast, "initial", "ssp", LEGACY)
    client.force_login(cast.people[who])
    url = reverse("admin:authorizations_case_move")
    sent = {"row": f"{case.public_id}:{case.revision}", "sure": "yes", "release": CR26, "reason": WHY}
    assert client.post(url, sent).status_code == 403
    assert url not in client.get(reverse("admin:authorizations_case_changelist")).content.decode()
