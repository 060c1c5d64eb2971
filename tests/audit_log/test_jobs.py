"""What the worker and the timer do for the audit log: verifications that people ask for, anchors, counted events."""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations import tasks
from authorizations.actions.audit_log.security_events import tally
from authorizations.actions.audit_log.verifications import ask_verification
from authorizations.actions.jobs import fail_abandoned
from authorizations.audit_log.anchors import read_anchors
from authorizations.models import Event, Message, Verification
from tests.audit_log.conftest import NOW, Tamper
from tests.cast import Cast


@pytest.fixture(autouse=True)
def anchors(settings: object, tmp_path: Path) -> Path:
    settings.ANCHOR_FILE = tmp_path / "record" / "anchors.jsonl"  # type: ignore[attr-defined]
    return tmp_path / "record" / "anchors.jsonl"


def taken(now: datetime) -> Any:
    return Verification.objects.take(now)


def test_who_presses_verify_finds_the_result_on_its_page(client: Client, cast: Cast, entries: list[Event]) -> None:
    client.force_login(cast.auditor)
    page = client.post(reverse("verify_audit_log"), follow=True).content.decode()
    assert "It begins within a few seconds" in page
    assert 'hx-trigger="every 2s"' in page
    tasks.verify_audit_log()
    job = Verification.objects.get()
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Every entry is as it was recorded, and none is missing." in page
    assert "hx-trigger" not in page
    # The thirty, and that it was asked for.
    assert (job.progress, job.total, job.is_whole) == (31, 31, True)
    assert list(
        Event.objects.filter(subject_type="verification").order_by("position").values_list("verb", "actor")
    ) == [
        ("verification.requested", cast.auditor.pk),
        ("verification.finished", None),
    ]


def test_what_was_changed_stands_on_the_page_and_in_the_log(
    client: Client, cast: Cast, entries: list[Event], tamper: Tamper, caplog: pytest.LogCaptureFixture
) -> None:
    tamper("UPDATE authorizations_event SET verb = 'other' WHERE id = %s", entries[4].pk)
    job = ask_verification(actor=cast.pmo_lead, now=NOW)
    tasks.verify_audit_log()
    client.force_login(cast.pmo_lead)
    finding = f"Acts, entry 5 ({entries[4].public_id}): its columns say something else than its text: verb."
    assert finding in client.get(job.get_absolute_url()).content.decode()
    assert ("CRITICAL", f"audit log changed: {finding}") in [
        (line.levelname, line.getMessage()) for line in caplog.records
    ]
    assert Event.objects.get(verb="verification.finished").changes["findings"] == [None, [finding]]
    told = Message.objects.filter(subject="The audit log was changed").values_list("recipient", flat=True)
    assert set(told) == {cast.pmo_lead.pk, cast.auditor.pk}


def test_the_button_pressed_again_leads_to_the_verification_that_is_under_way(cast: Cast) -> None:
    first = ask_verification(actor=cast.auditor, now=NOW)
    assert ask_verification(actor=cast.pmo_lead, now=NOW) == first
    assert Verification.objects.count() == 1


def test_a_verification_is_taken_by_one_and_taken_up_again_when_that_one_has_died(cast: Cast) -> None:
    job = ask_verification(actor=cast.auditor, now=NOW)
    silence, second = Verification.LAPSES_AFTER, timedelta(seconds=1)
    assert taken(NOW) == job
    assert taken(NOW + silence) is None
    assert taken(NOW + silence + second) == job


def test_a_verification_that_workers_die_of_again_and_again_fails_in_words(client: Client, cast: Cast) -> None:
    job = ask_verification(actor=cast.auditor, now=NOW)
    later = NOW + timedelta(days=1)
    while taken(later):
        assert fail_abandoned(Verification, later) == 0
        later += timedelta(days=1)
    assert fail_abandoned(Verification, later) == 1
    client.force_login(cast.auditor)
    page = client.get(job.get_absolute_url()).content.decode()
    assert Verification.GIVEN_UP in page
    assert "hx-trigger" not in page
    assert ask_verification(actor=cast.auditor, now=later) != job


def test_progress_is_seen_while_it_runs(client: Client, cast: Cast) -> None:
    job = ask_verification(actor=cast.auditor, now=NOW)
    assert taken(NOW) == job
    Verification.objects.update(progress=2000, total=8000)
    client.force_login(cast.auditor)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "2,000 of 8,000 entries checked" in page
    assert 'value="25"' in page


@pytest.fixture
def handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a task hands to another worker is done here and now."""
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)


def test_anchors_are_written_once_a_day_to_the_file_the_log_and_by_mail(
    entries: list[Event], anchors: Path, handed_on: None, settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ANCHOR_MAIL = ["auditor@elsewhere.example"]  # type: ignore[attr-defined]
    caplog.set_level(logging.INFO)
    tasks.anchor_record()
    tasks.anchor_record()
    (anchor,) = read_anchors(anchors.read_text())
    assert (anchor.audit_log, anchor.position, anchor.hash) == ("acts", 30, entries[-1].hash)
    assert [line.getMessage() for line in caplog.records].count(f"record anchored: {anchor.line}") == 1
    (sent,) = mail.outbox
    assert sent.to == ["auditor@elsewhere.example"]
    assert read_anchors(str(sent.body)) == [anchor]


def test_one_address_that_fails_keeps_the_mail_from_nobody_else(
    entries: list[Event],
    handed_on: None,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.ANCHOR_MAIL = ["gone@elsewhere.example", "auditor@elsewhere.example"]  # type: ignore[attr-defined]
    send = EmailMessage.send

    def failing(message: EmailMessage, *args: object) -> int:
        if message.to == ["gone@elsewhere.example"]:
            raise TimeoutError
        return send(message)

    monkeypatch.setattr(EmailMessage, "send", failing)
    tasks.anchor_record()
    assert [message.to for message in mail.outbox] == [["auditor@elsewhere.example"]]
    failures = [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]
    assert failures == ["anchors were not mailed to address 1: TimeoutError"]


def test_a_record_without_entries_needs_no_anchor(db: None, anchors: Path) -> None:
    tasks.anchor_record()
    assert anchors.read_text() == ""
    assert not mail.outbox


def test_the_timer_enters_what_was_counted(cast: Cast) -> None:
    tally("access.refused", actor=cast.liaison, now=timezone.now() - timedelta(minutes=5))
    tasks.record_tallies()
    assert Event.objects.get().verb == "access.refused"


def test_the_timer_hands_a_verification_to_the_worker_only_when_one_waits(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed: list[bool] = []
    monkeypatch.setattr(tasks.verify_audit_log, "apply_async", lambda **options: handed.append(True))
    tasks.find_waiting_jobs()
    assert not handed
    ask_verification(actor=cast.auditor, now=timezone.now())
    tasks.find_waiting_jobs()
    assert handed == [True]
