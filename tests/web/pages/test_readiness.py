"""`/healthz` answers for the process alone; `/readyz` tells the truth about all that the portal is on."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event as Signal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from authorizations import triggers
from authorizations.actions.heartbeat import note_heartbeat
from authorizations.models import Message
from authorizations.tasks import note_heartbeat as sent_by_the_timer
from authorizations.web.pages.readiness import ReadinessCheck
from tests.cast import make_cast
from tests.lifecycle.cases import make_case
from tests.outages.full_disk import room_for
from tests.own_services import free_port


@pytest.fixture
def ready(transactional_db: None) -> None:
    """The threads that ask have connections of their own, and see only what is committed."""
    sent_by_the_timer()


def ask(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.content.decode().splitlines()


def test_health_is_asked_without_the_database_under_any_name_and_in_maintenance(client: Client, settings: Any) -> None:
    settings.MAINTENANCE = "Back at noon."
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content) == (200, b"Alive.\n")


def test_a_portal_that_has_all_it_needs_is_ready(client: Client, ready: None) -> None:
    assert ask(client) == (
        200,
        [
            "Ready.",
            "ok     database: answers",
            "ok     migrations: all applied",
            "ok     audit_log: guarded",
            "ok     broker: in this process",
            "ok     timer: runs",
            "ok     messages: nothing is mailed",
            "ok     files: can be asked for",
            "ok     disk: has room",
        ],
    )


def test_a_missing_guard_of_the_audit_log_is_named(client: Client, ready: None) -> None:
    triggers.remove(connection)
    try:
        status, lines = ask(client)
    finally:
        triggers.install(connection)
    assert (status, lines[0]) == (503, "Not ready.")
    assert lines[3].startswith("FAILED audit_log: not guarded, record_no_")


@pytest.mark.parametrize("silent", [None, timedelta(minutes=7)])
def test_a_timer_or_worker_that_gives_no_sign_of_life_is_noticed(
    client: Client, transactional_db: None, silent: timedelta | None
) -> None:
    if silent:
        note_heartbeat(timezone.now() - silent)
    said = "nothing that it sends was done for 7 minutes" if silent else "nothing that it sends was ever done"
    status, lines = ask(client)
    assert (status, lines[5]) == (503, f"FAILED timer: {said}")


def test_a_sign_of_life_from_ahead_of_the_clock_is_none(client: Client, transactional_db: None) -> None:
    note_heartbeat(timezone.now() + timedelta(minutes=7, seconds=5))
    status, lines = ask(client)
    assert (status, lines[5]) == (503, "FAILED timer: its last sign of life is 7 minutes ahead of the clock")


@pytest.mark.slow
def test_a_message_that_nobody_mails_is_noticed_where_mail_is_sent(client: Client, ready: None, settings: Any) -> None:
    settings.SMTP = "smtp://localhost"
    assert ask(client)[1][6] == "ok     messages: none waits too long"
    make_case(make_cast(), "initial", "planning")
    Message.objects.update(not_before=timezone.now() - timedelta(minutes=40))
    status, lines = ask(client)
    assert (status, lines[6]) == (503, "FAILED messages: the oldest that may be mailed waits for 40 minutes")


def test_a_disk_that_is_full_or_nearly_so_is_noticed(
    client: Client, ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=40 * 1024 * 1024))
    assert ask(client)[1][8] == "FAILED disk: only 40 MB are free"
    with room_for(1000):
        status, lines = ask(client)
    assert (status, lines[8]) == (503, "FAILED disk: nothing can be written (File too large)")


def test_a_migration_that_was_not_applied_is_noticed(client: Client, ready: None) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="authorizations").latest("name")
    newest.delete()
    try:
        status, lines = ask(client)
    finally:
        newest.save()
    assert (status, lines[2]) == (503, "FAILED migrations: not all applied, of authorizations")


def test_a_broker_that_is_not_there_is_noticed_and_its_address_stays_here(
    client: Client, ready: None, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.REDIS_URL = f"redis://:secret@127.0.0.1:{free_port()}/0"
    status, lines = ask(client)
    assert (status, lines[4]) == (503, "FAILED broker: cannot be reached")
    assert "secret" not in caplog.text


@pytest.fixture
def mute() -> Iterator[tuple[ReadinessCheck, list[int]]]:
    """A question that nobody answers before the test ends, and how often it was asked."""
    over, asked = Signal(), []

    def ask_it() -> str:
        asked.append(1)
        over.wait(20)
        return "answers"

    yield ReadinessCheck("database", 0.05, ask_it), asked
    over.set()


@pytest.mark.slow
def test_who_falls_silent_costs_its_own_time_and_one_thread(mute: tuple[ReadinessCheck, list[int]]) -> None:
    question, asked = mute
    for _ in range(3):
        answer = question.answer(question.begin())
        assert (answer.is_well, answer.words) == (False, "did not answer within 0 seconds")
    assert asked == [1]


def test_the_words_of_a_failure_stay_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> str:
        raise OperationalError("connection to server at db.example.gov, user portal failed")

    question = ReadinessCheck("database", 1.0, refused)
    assert question.answer(question.begin()).line == "FAILED database: cannot be reached"
    assert "db.example.gov" in caplog.text
