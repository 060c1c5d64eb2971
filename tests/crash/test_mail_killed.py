"""Workers that are killed while they mail, and several at once: all is sent, nothing twice but in one window."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from authorizations.models import Message
from authorizations.notifications.mail.delivery import deliver
from authorizations.tasks import find_due_mail
from tests.cast import Cast
from tests.notifications.due_messages import message
from tests.notifications.mail_server import Peer, running

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]
# More than each of them claims at once.
WORKERS, MESSAGES = 3, 300


@pytest.fixture
def peer(settings: Any) -> Iterator[Peer]:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_USE_TLS, settings.MAIL_ALLOWED = False, None
    with running(Peer()) as here:
        settings.EMAIL_PORT = here.port
        yield here


def worker(peer: Peer, until: str) -> subprocess.Popen[str]:
    return child_of("tests.crash.mailing", str(peer.port), until)


def child_of(module: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, str(connection.settings_dict["NAME"]), *words],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(child: subprocess.Popen[str]) -> None:
    """Waits until it has come as far as it was told, and kills it there."""
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "halfway\n"
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(timeout=30)
        child.stdout.close()


def after(lapse: timedelta) -> Any:
    return lambda: timezone.now() + lapse


def test_what_a_worker_claimed_before_it_was_killed_is_sent_once_by_another(cast: Cast, peer: Peer) -> None:
    told = message(cast.viewer, now=timezone.now())
    killed(worker(peer, "claimed"))
    assert deliver() == {}
    assert deliver(after(Message.LAPSES_AFTER)) == {"sent": 1}
    assert len(peer.took) == 1
    told.refresh_from_db()
    assert (told.status, told.attempts) == ("sent", 1)


@pytest.mark.sqlite
def test_what_was_taken_before_its_worker_was_killed_comes_once_more_under_the_same_id(cast: Cast, peer: Peer) -> None:
    message(cast.viewer, now=timezone.now())
    killed(worker(peer, "taken"))
    assert deliver(after(Message.LAPSES_AFTER)) == {"sent": 1}
    assert deliver(after(2 * Message.LAPSES_AFTER)) == {}
    assert len(peer.took) == 2
    assert len({str(each["Message-ID"]) for each in peer.took}) == 1


@pytest.mark.sqlite
def test_what_was_committed_before_its_process_could_ring_is_found_by_the_timer(
    cast: Cast, peer: Peer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = message(cast.viewer, now=timezone.now(), status="failed", failure="The mailbox is full.")
    killed(child_of("tests.crash.dying_act", told.public_id, str(cast.pmo_lead.pk)))
    settings.SMTP = f"smtp://127.0.0.1:{peer.port}"
    # What the timer hands to the worker is done here and now.
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)
    find_due_mail()
    assert [mail["To"] for mail in peer.took] == [cast.viewer.email]
    told.refresh_from_db()
    assert (told.status, told.attempts) == ("sent", 1)


def test_several_workers_send_each_message_once(cast: Cast, peer: Peer) -> None:
    first = message(cast.viewer, now=timezone.now())
    facts = {
        "topic": "people",
        "subject_type": "user",
        "subject_id": cast.viewer.pk,
        "subject": "Told",
        "body": "Told.",
    }
    rows = [
        Message(
            key=f"told:{n}", recipient=cast.viewer, created_at=first.created_at, not_before=first.created_at, **facts
        )
        for n in range(MESSAGES - 1)
    ]
    Message.objects.bulk_create(rows)
    children = [worker(peer, "all") for _ in range(WORKERS)]
    for child in children:
        child.communicate(timeout=300)
        assert child.returncode == 0
    assert set(Message.objects.values_list("status", "attempts")) == {("sent", 1)}
    times = Counter(str(each["Message-ID"]) for each in peer.took)
    assert (len(times), set(times.values())) == (MESSAGES, {1})
    # More than one of them had a part in it.
    assert peer.connections > WORKERS
