"""A page older than its record: told so in words, with what happened since, and nothing lost of what was typed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from authorizations.actions.cases.waivers import waive_gate
from authorizations.models import Case, Event
from tests.cast import Cast
from tests.doors.doors import ADMIN, API, DOORS, PAGE, Acted, Doors, address, state, words
from tests.doors.world import case_at
from tests.lifecycle.cases import make_offering, press, record, step_facts
from tests.lifecycle.world import DAY, NOW
from tests.samples import first
from tests.web.cases.test_case_facts import typed

STALE = "This was changed since you opened the page. Nothing of yours was done yet."
TYPED = "<b>Typed</b> & kept"


def forward_and_back(case: Case, cast: Cast) -> None:
    press(case, "return_ssp", cast.reviewer)
    press(case, "resubmit_ssp", cast.csp_lead)


# What others did since: the act, the words that tell it, whether the step can still be taken.
SINCE: dict[str, tuple[Callable[[Case, Cast], Any], str, bool]] = {
    "the stage moved": (
        lambda case, cast: press(case, "approve_ssp", cast.reviewer, **step_facts("approve_ssp", cast)),
        "SSP approved",
        True,
    ),
    "the turn came back two steps later": (forward_and_back, "SSP resubmitted", True),
    "a field was edited": (
        lambda case, cast: record(case, cast.liaison, agency_contact="Someone new"),
        "Someone new",
        True,
    ),
    "a gate was waived": (
        lambda case, cast: waive_gate(
            case.public_id, actor=cast.pmo_lead, now=NOW, gate="ssp_approved_on", reason="Lost.", until=NOW.date()
        ),
        "waived",
        True,
    ),
    "the case ended": (
        lambda case, cast: press(case, "withdraw", cast.liaison, **step_facts("withdraw", cast)),
        "Withdrawn",
        False,
    ),
}
WARNING = {"warning_ground": "no_reply", "warning_due_on": date(2026, 12, 24)}


@pytest.mark.slow
@pytest.mark.parametrize("door", first(DOORS))
@pytest.mark.parametrize("since", first(SINCE))
def test_an_old_page_is_refused_with_what_happened_and_keeps_what_was_typed(
    doors: Doors, since: str, door: str
) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    act = Acted(case, "warn", WARNING, reason=TYPED)
    change, told, is_open = SINCE[since]
    change(case, doors.cast)
    before = state(case)
    answer = doors.send(door, "pmo_reviewer", act)
    assert answer.status_code == 409
    assert state(case) == before
    if door == API:
        happened = [each["verb"] for each in answer.json()["since"]]
        assert answer.json()["error"] == STALE
        assert happened == [event.verb for event in Event.objects.about(case).order_by("-pk")]
        return
    page = answer.content.decode()
    assert STALE in words(answer)
    assert told in words(answer)
    assert "&lt;b&gt;Typed&lt;/b&gt; &amp; kept" in page
    assert 'value="2026-12-24"' in page
    again = {**act.form, "revision": answer.context["form"]["revision"].value()}
    where = address(door, case, "warn")
    assert doors.browsers["pmo_reviewer"].post(where, again).status_code == (302 if is_open else 409)


@pytest.mark.slow
def test_a_step_that_is_offered_again_does_not_revive_the_page_of_the_first_time(doors: Doors) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    act = Acted(case, "return_ssp", {}, reason=TYPED)
    forward_and_back(case, doors.cast)
    before = state(case)
    for door in (PAGE, API):
        assert doors.send(door, "liaison", act).status_code == 409
    assert state(case) == before


@pytest.mark.slow
def test_an_old_page_that_is_filled_in_badly_is_told_that_it_is_old(doors: Doors) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    record(case, doors.cast.liaison, agency_contact="Someone new")
    act = Acted(case, "warn", {"warning_ground": "no_reply"}, reason=TYPED)
    for door in DOORS:
        assert STALE in words(doors.send(door, "pmo_reviewer", act)), door


@pytest.mark.slow
def test_who_lost_the_step_meanwhile_is_told_what_happened_first(doors: Doors) -> None:
    case, cast = case_at(doors.cast, "initial", "ssp"), doors.cast
    stop = Acted(case, "withdraw", step_facts("withdraw", cast), reason=TYPED)
    press(case, "lose_partner", cast.csp_lead, **step_facts("lose_partner", cast))
    page, answer = doors.send(PAGE, "liaison", stop), doors.send(API, "liaison", stop)
    assert (page.status_code, answer.status_code) == (409, 409)
    assert "&lt;b&gt;Typed" in page.content.decode()
    newest = Acted(Case.objects.get(pk=case.pk), "withdraw", stop.facts)
    assert [doors.send(door, "liaison", newest).status_code for door in (PAGE, API)] == [403, 403]


@pytest.mark.parametrize("door", first([PAGE, ADMIN]))
@pytest.mark.parametrize("is_late", first([False, True]))
def test_what_was_typed_is_kept_where_something_must_now_be_met_first(doors: Doors, door: str, is_late: object) -> None:
    cast = doors.cast
    case = case_at(cast, "initial", "in_process_requested")
    act = Acted(case, "list_in_process", step_facts("list_in_process", cast), reason=TYPED)
    sibling = case_at(cast, "initial", "in_process")
    sibling.offering = case.offering
    sibling.save(update_fields=["offering"])
    if is_late:
        record(case, cast.liaison, agency_contact="Someone new")
    answer = doors.send(door, "pmo_reviewer", act)
    assert answer.status_code == 409
    assert "Another initial case of this offering is listed" in words(answer)
    assert "&lt;b&gt;Typed" in answer.content.decode()
    assert (STALE in words(answer)) is bool(is_late)


# --- the page of the facts ---


@pytest.mark.slow
@pytest.mark.parametrize("since", first(SINCE))
@pytest.mark.parametrize("value", first([DAY.isoformat(), "no day"]))
def test_an_old_page_of_facts_is_refused_with_what_happened_and_keeps_what_was_typed(
    doors: Doors, since: str, value: str
) -> None:
    case = case_at(doors.cast, "initial", "ssp")
    client, where = doors.browsers["csp_lead"], f"{case.get_absolute_url()}facts/"
    form = typed(client, case, contingency_tested_on=value, provider_contact=TYPED)
    change, told, is_open = SINCE[since]
    change(case, doors.cast)
    before = state(case)
    answer = client.post(where, form)
    assert answer.status_code == 409
    assert state(case) == before
    assert STALE in words(answer)
    assert told in words(answer)
    assert "&lt;b&gt;Typed&lt;/b&gt; &amp; kept" in answer.content.decode()
    assert f'value="{value}"' in answer.content.decode()
    assert ("What you typed is still below, to copy." in words(answer)) is not is_open


# --- opening a case ---


def test_what_was_typed_is_kept_where_a_case_cannot_be_opened_any_more(doors: Doors) -> None:
    cast = doors.cast
    offering = make_offering(cast, "reuse")
    where = f"/cases/open/reuse/?offering={offering.public_id}&agency={cast.organizations['harbors'].public_id}"
    answer = doors.browsers["liaison"].post(where, {"idempotency_key": "a", "intended_use": " "})
    assert answer.status_code == 409
    assert not Case.objects.filter(offering=offering).exists()
