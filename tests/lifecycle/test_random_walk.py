"""A random walk over the machines by random people: whatever they try, the audit log and the stages agree."""

import pytest
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from authorizations import triggers
from authorizations.lifecycle.step import Step
from authorizations.models import Case, Event, InitialCase, RecordedForAbsent
from demo.random_walk import Walk
from demo.random_walk_checks import Broken, check_exits, replayed
from tests.actions.cases.absent import absent
from tests.lifecycle.golden.unsaved import TABLES, letters


def count_rows() -> None:
    """PostgreSQL plans as if every table were empty until it has counted, and counts nothing within a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@pytest.mark.slow
def test_whatever_people_try_everything_holds(db: None) -> None:
    walk = Walk(2026, 1000)
    for _ in range(50):
        walk.step()
    walk.check_all()

    assert sum(walk.done.values()) > 15
    assert {"NotPermitted", "NotReady"} <= walk.refused.keys()
    assert len(walk.reached) > 5


# Some ten seconds: what is tried late in a case, and every kind of refusal, takes a thousand steps to come.
@pytest.mark.slow
def test_a_walk_of_a_thousand_steps_meets_every_refusal(db: None) -> None:
    walk = Walk(2026, 1000)
    for number in range(1000):
        walk.step()
        if number == 250:
            count_rows()
    walk.check_all()

    assert sum(walk.done.values()) > 250
    assert {"NoLongerPossible", "NotPermitted", "NotReady", "StaleRevision", "DoesNotExist"} <= walk.refused.keys()
    assert len(walk.reached) > 20


# Committed step by step: within one transaction PostgreSQL reads through every former version of the heads.
@pytest.mark.django_db(transaction=True)
@pytest.mark.nightly
@pytest.mark.parametrize("steps", [10_000, 100_000])
def test_a_long_walk_reaches_nearly_every_stage(steps: int) -> None:
    walk = Walk(411, steps)
    for number in range(steps):
        walk.step()
        if number % 1000 == 250:
            count_rows()
        if number % (steps // 10) == 250:
            walk.check_all()
    walk.check_all()

    assert len(walk.reached) > 32


def test_the_walk_notices_a_stage_that_the_record_does_not_say(db: None) -> None:
    walk = Walk(1, 1000)
    while not walk.done["open"]:
        walk.step()
    case = Case.objects.first()
    assert case is not None
    triggers.remove(connection)  # they refuse every change of the audit log
    Event.objects.filter(subject_type="case").update(changes={"stage": [None, "ssp"]})

    with pytest.raises(Broken, match="the audit log says another stage"):
        walk.check_all()


def test_the_walk_notices_an_entry_that_begins_elsewhere(db: None) -> None:
    walk = Walk(1, 1000)
    while not walk.done["open"]:
        walk.step()
    case = Case.objects.first()
    assert case is not None
    triggers.remove(connection)  # they refuse every change of the audit log
    Event.objects.filter(subject_type="case").update(changes={"stage": ["sap", case.stage]})

    with pytest.raises(Broken, match="an entry begins at sap"):
        replayed(case)


def test_the_walk_notices_a_stage_without_an_exit() -> None:
    machine = InitialCase.machine()
    turns: tuple[Step, ...] = tuple(step for step in machine.steps if not step.target)

    with pytest.raises(Broken, match="no step leads out of"):
        check_exits(type(machine)(machine.name, machine.title, "", machine.stages, machine.live, turns))


class WalkOfAgencies(Walk):
    """Where nobody holds the role that a try asks for, anybody tries."""

    def _anyone(self, *roles: Role) -> User:
        return self.dice.choice(self.world.people_with(roles) or self.world.people_with(()))


def walk_alone(steps: int) -> Walk:
    """A walk in which agencies alone have people; what they take for others is in the tables of rule 5a."""
    walk = WalkOfAgencies(16, 1000)
    absent("pmo", "provider", "assessor")
    for _ in range(steps):
        walk.step()
    walk.check_all()
    own = letters("AL AR AO")
    for event in Event.objects.filter(subject_type="case").iterator():
        case = Case.objects.get(pk=event.subject_id)
        step = case.machine().step(event.verb.removeprefix("case."))
        if step is not None and step.sources:
            whom = (event.changes.get("recorded_for") or [None, ""])[1]
            assert bool(whom) or not step.who.isdisjoint(own) or step.recorded, event.verb
            assert not whom or step.row in TABLES[case.kind].FOR_ABSENT[whom].split(), event.verb
    return walk


@pytest.mark.slow  # Three hundred steps.
def test_agencies_alone_take_no_row_beyond_the_tables(db: None) -> None:
    assert walk_alone(60).done["case"]


@pytest.mark.nightly
def test_agencies_alone_take_no_row_beyond_the_tables_for_long(db: None) -> None:
    walk_alone(3000)
    assert RecordedForAbsent.objects.values("step").distinct().count() > 5
