"""Sends the worker its task as soon as mail is due, so that nobody waits for the timer's next look.

The rows are what counts: a process that dies first, or finds the broker down, leaves rows that the timer finds.
"""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from threading import Lock, local
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction

from authorizations.models import Message

logger = logging.getLogger(__name__)

# By its name: tasks are on a floor above.
TASK = "authorizations.tasks.deliver_mail"
# Seconds between two looks of the timer: a task that no worker took until then says nothing new.
TIMER_SECONDS = 10
# Seconds. The act is done, and its person waits for the answer.
TIMEOUT = 0.5
ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "connect_retries_timeout": TIMEOUT}
BOUNDED: dict[str, Any] = {
    "connect_timeout": TIMEOUT,
    "transport_options": {"socket_connect_timeout": TIMEOUT, "socket_timeout": TIMEOUT, **ONCE},
}


class BrokerPause:
    """How long this process does not try the broker after one that did not answer."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + TIMER_SECONDS

    def is_over(self) -> bool:
        with self._lock:
            return time.monotonic() >= self._until


pause = BrokerPause()


class BrokerConnection(local):
    """A thread's connection to the broker, kept: connecting takes several times as long as sending."""

    def __init__(self) -> None:
        self._producer: Any = None

    def send(self) -> None:
        """Sends the task. Raises whatever the broker's library does, and disconnects then."""
        try:
            if self._producer is None:
                connection = current_app.connection_for_write(**BOUNDED)
                self._producer = current_app.amqp.Producer(connection, auto_declare=False)
            options: dict[str, Any] = {"retry": False, "ignore_result": True, "expires": TIMER_SECONDS}
            current_app.send_task(TASK, producer=self._producer, **options)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                producer.connection.release()


broker = BrokerConnection()


def trigger_delivery(messages: Iterable[Message], now: datetime) -> None:
    """Sends the task once when the open transaction is committed, if one of the messages may be mailed at once."""
    if not settings.SMTP or all(message.not_before > now for message in messages):
        return
    connection = transaction.get_connection()
    # Once for a transaction; a part of it that was rolled back took its own callback with it.
    if not any(callback is _send for _, callback, _ in connection.run_on_commit):
        transaction.on_commit(_send, robust=True)


def _send() -> None:
    """Sends within a second; while the broker does not answer, the timer's looks have to do."""
    if not pause.is_over():
        return
    try:
        broker.send()
    except Exception as problem:  # noqa: BLE001  # the act is done: whatever is wrong with the broker, the timer comes
        pause.begin()
        # Its own words may name an address with a password.
        logger.warning("the worker was not told of due mail: %s", type(problem).__name__)
