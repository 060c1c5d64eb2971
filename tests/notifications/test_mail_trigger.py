"""The mail trigger: sent once for a transaction that leaves mail which may go at once, and never in an act's way."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from kombu.transport.memory import Channel

from authorizations.actions.messages import send_again
from authorizations.actions.steps import perform
from authorizations.models import Case, Message
from authorizations.notifications.mail import mail_trigger
from authorizations.notifications.mail.mail_trigger import TASK, trigger_delivery
from authorizations.tasks import deliver_mail
from benchmarks.cases import mute_redis
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import NOW
from tests.notifications.due_messages import message

Committing = Callable[..., AbstractContextManager[list[Any]]]


@pytest.fixture(autouse=True)
def _nothing_sent() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    """Leaves no task, no connection and no pause to another test."""
    Channel.queues.clear()
    mail_trigger.broker.close()
    mail_trigger.pause = mail_trigger.BrokerPause()


def sent() -> int:
    """How often the worker was told, in the broker of one process."""
    return Channel.queues["mail"].qsize() if "mail" in Channel.queues else 0


def claimed(cast: Cast) -> Case:
    """A case of whose claim others are told."""
    case = make_case(cast, "initial", "pmo_review")
    return perform(Case, case.public_id, "claim", actor=cast.pmo_reviewer, now=NOW, revision=case.revision)


def test_an_act_that_tells_somebody_sends_the_task_when_it_is_committed(
    cast: Cast, django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        claimed(cast)
        assert Message.objects.exists()
        assert sent() == 0
    assert sent() == 1


def test_acts_of_one_transaction_send_it_once(cast: Cast, django_capture_on_commit_callbacks: Committing) -> None:
    told = [message(cast.viewer, status="failed") for _ in range(3)]
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        for each in told:
            send_again(each.public_id, actor=cast.pmo_lead, now=NOW)
    assert sent() == 1


def test_what_was_undone_sends_nothing_and_what_follows_does(
    cast: Cast, django_capture_on_commit_callbacks: Committing
) -> None:
    told = message(cast.viewer)
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            trigger_delivery([told], NOW)
            transaction.set_rollback(True)
        trigger_delivery([told], NOW)
    assert sent() == 1


def test_nothing_is_sent_for_what_is_to_wait_for_nothing_or_without_a_mail_server(
    cast: Cast, django_capture_on_commit_callbacks: Committing, settings: Any
) -> None:
    told = message(cast.viewer, not_before=NOW + timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        trigger_delivery([told], NOW)
        trigger_delivery([], NOW)
        settings.SMTP = ""
        trigger_delivery([told], NOW + timedelta(seconds=1))
    assert callbacks == []


def test_it_names_a_task_that_exists() -> None:
    assert deliver_mail.name == TASK


@pytest.mark.slow
@pytest.mark.parametrize("how", ["mute", "gone"])
def test_a_broker_that_does_not_answer_holds_nobody_up_and_is_left_alone_for_a_while(
    how: str,
    cast: Cast,
    django_capture_on_commit_callbacks: Committing,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mute_redis() as address:
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", address if how == "mute" else "redis://127.0.0.1:1/0")
        for _ in range(5):
            with django_capture_on_commit_callbacks(execute=True):
                trigger_delivery([message(cast.viewer)], NOW)
    # Each would have waited for half a second.
    assert caplog.text.count("the worker was not told of due mail") == 1
    assert "127.0.0.1" not in caplog.text
