"""Telling the worker that mail is due as soon as it is on record, so that nobody waits for the timer's next look.

The rows are the mailbox, and the broker no more than a doorbell: whoever dies before ringing, or finds the broker down
or mute, leaves rows that the timer finds.
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

# By its name: tasks stand on a floor above.
TASK = "authorizations.tasks.deliver_mail"
# The timer looks as often: a bell that nobody heard until then says nothing new.
EVERY = 10
# The act is done, and its person waits for the answer.
PATIENCE = 0.5
ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "connect_retries_timeout": PATIENCE}
BOUNDED: dict[str, Any] = {
    "connect_timeout": PATIENCE,
    "transport_options": {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, **ONCE},
}


class Quiet:
    """Until when this process leaves the bell alone, because the broker did not answer."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = Lock()

    def begins_now(self) -> None:
        """Not before the timer has looked itself."""
        with self._lock:
            self._until = time.monotonic() + EVERY

    def is_over(self) -> bool:
        """Whether to ring again."""
        with self._lock:
            return time.monotonic() >= self._until


quiet = Quiet()


class Line(local):
    """The way to the broker that a thread keeps: laying it takes several times as long as ringing."""

    def __init__(self) -> None:
        self._producer: Any = None

    def ring(self) -> None:
        """Sends the task. Raises whatever the broker's library does, and hangs up then."""
        try:
            if self._producer is None:
                broker = current_app.connection_for_write(**BOUNDED)
                self._producer = current_app.amqp.Producer(broker, auto_declare=False)
            current_app.send_task(TASK, producer=self._producer, retry=False, ignore_result=True, expires=EVERY)
        except Exception:
            self.hang_up()
            raise

    def hang_up(self) -> None:
        """Leaves the broker; the next ring lays another line."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                producer.connection.release()


line = Line()


def ring_for(messages: Iterable[Message], now: datetime) -> None:
    """Rings when the transaction in hand is committed, once for all of it, if one of the messages may leave at once."""
    if not settings.SMTP or all(message.not_before > now for message in messages):
        return
    connection = transaction.get_connection()
    # What rings already was asked for in this transaction, or in a part of it that was not given up.
    if not any(callback is _ring for _, callback, _ in connection.run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    """Rings, within a second; without an answer the timer's looks have to do for a while."""
    if not quiet.is_over():
        return
    try:
        line.ring()
    except Exception as problem:  # noqa: BLE001  # the act is done: whatever is wrong with the broker, the timer comes
        quiet.begins_now()
        # Its own words may name an address with a password.
        logger.warning("the worker was not told of due mail: %s", type(problem).__name__)
