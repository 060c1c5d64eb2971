"""Security events: a log of their own, one entry at once, and floods counted by the minute."""

from datetime import timedelta

import pytest

from authorizations.actions.audit_log.security_events import enter_tallies, note, tally
from authorizations.actions.people.people import make_token
from authorizations.actions.register.records import add_record
from authorizations.models import AuditLogHead, Event, Offering, Tally
from authorizations.vocabulary import AuditLog
from tests.audit_log.conftest import NOW
from tests.cast import Cast

LATER = NOW + timedelta(minutes=3)


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
