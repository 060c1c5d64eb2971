"""Security events: a log of their own, one entry at once, and floods counted by the minute."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from authorizations.actions.audit_log.security_events import enter_tallies, note, tally
from authorizations.actions.cases.comments import readers
from authorizations.actions.door import Action, subject_type
from authorizations.actions.people.people import make_token
from authorizations.actions.register.records import add_record
from authorizations.actions.steps import happened_since, problems_of_time
from authorizations.admin.history import entries_of
from authorizations.lifecycle.problems import Problem
from authorizations.models import AuditLogHead, Case, Event, Offering, Tally
from authorizations.presenters.audit_log.history import history
from authorizations.reports.audit_log_integrity import entries_of as entries_in_report
from authorizations.vocabulary import AuditLog
from tests.audit_log.conftest import NOW
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato

LATER = NOW + timedelta(minutes=3)
AFTER = NOW + timedelta(days=2)


def test_a_note_is_an_entry_of_the_security_log_alone(cast: Cast) -> None:
    event = note("session.started", actor=cast.liaison, now=NOW, subject=cast.liaison, details={"by": "password"})
    assert (event.audit_log, event.position, event.subject_type) == (AuditLog.SECURITY, 1, "user")
    assert Event.objects.get().changes == {"by": [None, "password"]}
    assert not AuditLogHead.objects.filter(audit_log=AuditLog.ACTS, position__gt=0).exists()


def test_what_changes_permissions_is_a_security_event_and_other_acts_are_not(cast: Cast) -> None:
    make_token(actor=cast.liaison, name="Nightly", expires_on=NOW.date(), read_only=True, now=NOW)
    add_record(Offering, actor=cast.pmo_lead, now=NOW, facts={"name": "N", "provider": cast.organizations["nimbus"]})
    assert dict(Event.objects.values_list("verb", "audit_log")) == {
        "accesstoken.made": "security",
        "offering.added": "acts",
    }


def test_a_flood_is_one_entry_for_each_person_object_and_minute(cast: Cast) -> None:
    nimbus, stratus = (cast.organizations[name] for name in ("nimbus", "stratus"))
    for subject in (nimbus, nimbus, nimbus, stratus):
        tally("access.refused", actor=cast.liaison, now=NOW, subject=("organization", subject.public_id))
    tally("access.refused", actor=cast.viewer, now=NOW, subject=("organization", nimbus.public_id))
    tally(
        "access.refused", actor=cast.liaison, now=NOW + timedelta(minutes=1), subject=("organization", nimbus.public_id)
    )
    assert enter_tallies(LATER) == 4
    counted = Event.objects.filter(actor=cast.liaison, subject_id=nimbus.pk).order_by("at").values_list("at", "changes")
    minute = NOW.replace(second=0)
    assert list(counted) == [(minute, {"count": [None, 3]}), (minute + timedelta(minutes=1), {"count": [None, 1]})]
    assert not Tally.objects.exists()


def test_a_minute_that_may_still_be_counted_in_is_left_alone(cast: Cast) -> None:
    tally("access.refused", actor=cast.liaison, now=NOW)
    assert enter_tallies(NOW + timedelta(minutes=1)) == 0
    assert Tally.objects.get().count == 1


def test_who_asks_for_what_is_not_there_is_counted_alike(cast: Cast) -> None:
    tally("access.refused", actor=cast.liaison, now=NOW, subject=("case", "2" * 14))
    enter_tallies(LATER)
    event = Event.objects.get()
    assert (event.subject_type, event.subject_id) == ("portal", 0)
    assert event.changes == {"count": [None, 1], "asked_for": [None, "case 22222222222222"]}


@pytest.mark.parametrize("person", ["pmo_lead", "auditor", "pmo_reviewer", "liaison"])
def test_only_the_auditor_and_leads_of_the_pmo_read_security_events(cast: Cast, person: str) -> None:
    note("session.started", actor=cast.liaison, now=NOW, subject=cast.liaison)
    assert Event.objects.visible_to(cast.people[person]).exists() == (person in {"pmo_lead", "auditor"})


@pytest.mark.slow
@pytest.mark.parametrize("person", ["liaison", "csp_lead", "assessor_lead", "pmo_lead", "auditor"])
def test_refusals_and_exports_are_no_part_of_what_was_done_to_a_record(cast: Cast, person: str) -> None:
    """No history, stale form, late entry or list of people to mention knows of who asked for a record in vain."""
    reader, records = cast.people[person], (make_case(cast), make_ato(cast))
    read = [[reads(record, reader) for reads in READ] for record in records]
    for record in records:
        tally("access.refused", actor=cast.stranger_csp, now=AFTER, subject=(subject_type(record), record.public_id))
        note("list.exported", actor=cast.stranger_agency, now=AFTER, subject=record, details={"list": "wbs"})
    assert enter_tallies(AFTER + timedelta(minutes=3)) == 2
    assert [[reads(record, reader) for reads in READ] for record in records] == read


def late(record: Any, reader: User) -> list[Problem]:
    """What is said about an act that came before they asked, and is recorded after it."""
    return problems_of_time(Action(reader, AFTER - timedelta(days=1), AFTER, ""), record)


def to_mention(record: Any, reader: User) -> list[str]:
    return [each.label for each in readers(record, reader, AFTER.date())] if isinstance(record, Case) else []


READ: tuple[Callable[[Any, User], Any], ...] = (
    history,
    entries_of,
    late,
    to_mention,
    lambda record, reader: happened_since(record, -1, reader),
    lambda record, reader: list(entries_in_report([("it", record)], reader).rows()),
)
