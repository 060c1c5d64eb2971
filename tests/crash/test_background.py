"""The worker and the timer of the one-process portal, started as `serve` starts them."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from celery.worker import WorkController
from django.conf import settings
from django.core import mail
from django.db import connections
from django.utils import timezone
from django_guid.log_filters import CorrelationId

from authorizations.actions.messages import send_again
from authorizations.management.serving import WORKER_THREADS, finish, start_background
from authorizations.notifications.mail import delivery
from authorizations.tasks import deliver_mail, forget_ended_sessions
from tests.cast import Cast
from tests.notifications.due_messages import message
from tests.notifications.mail_server import TAKES_SLOWLY, Peer, running

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def background(transactional_db: None) -> Iterator[list[WorkController]]:
    workers = start_background()
    yield workers
    assert finish(workers)
    connections.close_all()


def wait_for_message(text: str, caplog: pytest.LogCaptureFixture, seconds: float = 10) -> logging.LogRecord:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for record in list(caplog.records):
            if text in record.getMessage():
                return record
        time.sleep(0.05)
    pytest.fail(f"“{text}” was not logged within {seconds} s")


@pytest.mark.sqlite
def test_a_task_sent_in_the_process_is_done_and_its_log_line_has_an_id(
    background: list[WorkController], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(CorrelationId())

    forget_ended_sessions.apply_async(queue="timer")

    record = wait_for_message("ended sessions forgotten", caplog)
    assert len(record.correlation_id or "") == 32


@pytest.mark.sqlite
def test_the_timer_ticks_beside_the_worker(background: list[WorkController]) -> None:
    alive = {thread.name for thread in threading.enumerate() if thread.is_alive()}

    assert {"worker", "timer"} <= alive


@pytest.mark.sqlite
def test_everything_on_the_timer_is_a_task_of_ours_and_what_is_short_takes_its_own_queue() -> None:
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        # What reads every deadline there is takes the worker's queue: the timer's must never wait.
        options = entry.get("options", {})
        assert options.get("queue") == (None if name == "remind-of-deadlines" else "timer"), name
        # What is sent again and again must not pile up while no worker takes it.
        assert ("expires" in options) is isinstance(entry["schedule"], timedelta), name


@pytest.fixture
def nothing_looks_for_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer that never has anybody look for mail that is due."""
    monkeypatch.delitem(current_app.conf.beat_schedule, "look-for-due-mail")


def test_anyone_who_acts_has_it_mailed_at_once_without_the_timer(
    nothing_looks_for_mail: None,
    background: list[WorkController],
    cast: Cast,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.SMTP, settings.MAIL_ALLOWED = "smtp://localhost", None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caplog.set_level(logging.INFO)
    told = message(cast.viewer, now=timezone.now(), status="failed", failure="The mailbox is full.")

    send_again(told.public_id, actor=cast.pmo_lead, now=timezone.now())

    wait_for_message("messages delivered: 1 sent", caplog)
    assert [each.to for each in mail.outbox] == [[cast.viewer.email]]


# Longer than the test waits for anything; the server closes its connections when the test is through.
SLOW_SECONDS = 30.0


@pytest.mark.sqlite
def test_more_slow_mails_than_there_are_threads_hold_no_other_work(
    nothing_looks_for_mail: None,
    background: list[WorkController],
    cast: Cast,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = settings.PATIENT, "127.0.0.1"
    settings.SMTP, settings.EMAIL_USE_TLS, settings.MAIL_ALLOWED = "smtp://127.0.0.1", False, None
    # Each delivery lets go of what it cannot send soon, so that the next begins with it.
    monkeypatch.setattr(delivery, "SLOW", 0.05)
    caplog.set_level(logging.INFO)
    with running(Peer({cast.viewer.email: [TAKES_SLOWLY]}, slow=SLOW_SECONDS)) as peer:
        settings.EMAIL_PORT = peer.port
        due = [message(cast.viewer, now=timezone.now()) for _ in range(WORKER_THREADS + 1)]
        for _ in due:
            deliver_mail.delay()
            # The broker of one process hands out one task a second.
            time.sleep(1.2)
        forget_ended_sessions.apply_async(queue="timer")
        wait_for_message("ended sessions forgotten", caplog)
        assert not peer.took
    wait_for_message("was not mailed: The mail server closed the connection", caplog)
