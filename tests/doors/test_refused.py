"""Every row of the three tables: whom it does not name is refused at each door, with one code and in the same words."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse

from authorizations.actions.steps import NOT_YOURS
from authorizations.models import Case
from tests.doors.doors import API, NOTHING, Acted, Doors, state, words
from tests.doors.world import EVERYBODY, TABLED, Tabled, in_turn, named, record_for, told

# An ended stage of each machine, from which none of the rows leads.
ENDED = {"initial": "withdrawn", "reuse": "withdrawn"}


def sentences(answer: HttpResponse) -> list[str]:
    """What the API says: each problem, or the one reason."""
    said = answer.json()
    return [problem["sentence"] for problem in said["problems"]] or [said["error"]]


def differing(doors: Doors, person: str, act: Acted, code: int) -> Iterator[tuple[Any, ...]]:
    """The doors that answer another code than the table says, or in other words than the API."""
    spoken = doors.send(API, person, act)
    said = [NOTHING] if code == 404 else sentences(spoken)
    if spoken.status_code != code or (code == 404 and NOTHING not in spoken.json()["error"]):
        yield person, API, spoken.status_code, spoken.content
    for door in doors.open_to(person):
        if door != API:
            answer = doors.send(door, person, act)
            page = words(answer)
            if answer.status_code != code or any(sentence not in page for sentence in said):
                yield person, door, answer.status_code, [sentence for sentence in said if sentence not in page], page


# Four fifths of the time of all tests of the doors.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("tabled", in_turn(TABLED), ids=named)
def test_everybody_else_is_refused_alike_at_every_door(doors: Doors, tabled: Tabled) -> None:
    """404 for strangers, 403 for those who know the record; what is sent is otherwise in order."""
    record = record_for(tabled, doors.cast)
    act, before = Acted(record, tabled.name, told(tabled, doors.cast)), state(record)
    others = [person for person in EVERYBODY if not tabled.allows(person)]
    wrong = [
        problem
        for person in others
        for problem in differing(doors, person, act, 403 if person in tabled.readers else 404)
    ]
    assert wrong == []
    assert state(record) == before
    if tabled.readers - set(tabled.let_through):
        assert sentences(doors.send(API, "auditor", act)) == [NOT_YOURS]


@pytest.mark.parametrize("tabled", in_turn(TABLED), ids=named)
def test_who_comes_too_late_is_told_so_alike_at_every_door(doors: Doors, tabled: Tabled) -> None:
    """409 for a page older than the record; those who may not take the step at all are told that even then."""
    record = record_for(tabled, doors.cast)
    # An ATO that nothing has happened to yet has no older page; one that says otherwise is no newer.
    late = 1 if record.revision else -1
    act, before = Acted(record, tabled.name, told(tabled, doors.cast), late=late), state(record)
    wrong = [problem for person in _one_of_each(tabled) for problem in differing(doors, person, act, 409)]
    wrong += [*differing(doors, "auditor", act, 403)]
    assert wrong == []
    assert sentences(doors.send(API, tabled.let_through[0], act))[0].startswith("This was changed since")
    assert state(record) == before


@pytest.mark.parametrize("tabled", in_turn([row for row in TABLED if row.kind != "ato"]), ids=named)
def test_a_step_from_another_stage_is_refused_alike_at_every_door(doors: Doors, tabled: Tabled) -> None:
    record = record_for(tabled, doors.cast, ENDED[tabled.kind])
    act, before = Acted(record, tabled.name, told(tabled, doors.cast)), state(record)
    wrong = [problem for person in _one_of_each(tabled) for problem in differing(doors, person, act, 409)]
    assert wrong == []
    assert sentences(doors.send(API, tabled.let_through[0], act))[0].startswith("This has already moved on")
    assert state(record) == before


@pytest.mark.parametrize("tabled", in_turn([row for row in TABLED if row.row.reason]), ids=named)
def test_a_reason_that_is_owed_is_asked_for_alike_at_every_door(doors: Doors, tabled: Tabled) -> None:
    record, person = record_for(tabled, doors.cast), tabled.let_through[0]
    act, before = Acted(record, tabled.name, told(tabled, doors.cast), reason=" "), state(record)
    assert [*differing(doors, person, act, 409)] == []
    assert "Say in a sentence why. It stays on record." in sentences(doors.send(API, person, act))
    assert state(record) == before


@pytest.mark.parametrize("tabled", in_turn([row for row in TABLED if getattr(row.row, "needs", "")]), ids=named)
def test_what_is_missing_is_named_alike_at_every_door(doors: Doors, tabled: Tabled) -> None:
    """Nothing is entered, though the step asks for something: each missing fact and unmet gate has its sentence."""
    record, person = record_for(tabled, doors.cast), tabled.let_through[0]
    if isinstance(record, Case):
        record.facts = {}
        record.save(update_fields=["facts"])
    act, before = Acted(record, tabled.name, {}, reason=""), state(record)
    assert [*differing(doors, person, act, 409)] == []
    assert state(record) == before


def _one_of_each(tabled: Tabled) -> list[str]:
    """One person of each side that takes the step."""
    return list({tabled.letter(person): person for person in tabled.let_through}.values())
