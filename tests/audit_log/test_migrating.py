"""What was recorded before there were chains gets its place in one."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from authorizations import triggers
from authorizations.audit_log.verify import verify
from authorizations.models import AuditLogHead, Event
from tests.audit_log.conftest import NOW, Tamper
from tests.audit_log.entries import entered

MIGRATION = import_module("authorizations.migrations.0009_chain_what_was_recorded")


def test_entries_from_before_are_chained_as_new_ones_are(entries: list[Event], tamper: Tamper) -> None:
    entered(Event(at=NOW, recorded_at=NOW, verb="membership.added", subject_type="membership", subject_id=1))
    before = list(Event.objects.order_by("pk").values())
    tamper("UPDATE authorizations_event SET position = position + 1000, previous = '', hash = '', text = ''")
    AuditLogHead.objects.all().delete()
    assert not verify().is_whole
    # The triggers come with the migration after this one.
    triggers.remove(connection)
    MIGRATION.chain_what_was_recorded(apps, SimpleNamespace(connection=connection))
    assert verify().is_whole
    assert list(Event.objects.order_by("pk").values()) == before
