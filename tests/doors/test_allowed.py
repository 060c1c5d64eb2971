"""Every row of the three tables: each role that it names takes the step through each of its doors."""

from typing import Any

import pytest

from authorizations.models import Event
from tests.doors.doors import DONE, Acted, Doors
from tests.doors.world import TABLED, Tabled, in_turn, named, record_for, told, undone

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("tabled", in_turn(TABLED), ids=named)
def test_each_role_of_the_row_takes_the_step_through_each_door(doors: Doors, tabled: Tabled) -> None:
    record = record_for(tabled, doors.cast)
    assert tabled.let_through
    wrong = [
        (person, door, found)
        for person in tabled.let_through
        for door in doors.open_to(person)
        if (found := taken(doors, door, person, tabled, record)) != (DONE[door], tabled.target, 1)
    ]
    assert wrong == []


def taken(doors: Doors, door: str, person: str, tabled: Tabled, record: Any) -> tuple[Any, ...]:
    """The code, the stage then, and how many entries say so; where it was refused, in which words."""
    act = Acted(record, tabled.name, told(tabled, doors.cast, person))
    kind = "ato" if tabled.kind == "ato" else "case"
    with undone():
        answer = doors.send(door, person, act)
        after = type(record)._base_manager.get(pk=record.pk)
        entries = Event.objects.about(record).filter(verb=f"{kind}.{tabled.name}", actor=doors.cast.people[person])
        entered = [entry for entry in entries if entry.changes["revision"][1] == record.revision + 1]
        found = (answer.status_code, after.stage, len(entered))
        return found if answer.status_code == DONE[door] else (*found, answer.content.decode()[:4000])


def test_every_row_lets_somebody_of_each_of_its_roles_through() -> None:
    for tabled in TABLED:
        assert {tabled.letter(person) for person in tabled.let_through} >= tabled.takers, tabled.id
