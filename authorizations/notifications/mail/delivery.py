"""Mailing due messages: claimed in a short transaction, sent outside of any, marked by the process that claimed.

A claim lapses after five minutes, so that what a worker left behind when it was killed is sent by another. What is
claimed is sent within half of that, or given back. Only a worker that dies, or loses the database, between the mail
server's "250" and the mark leaves a message that is sent again; it carries the same Message-ID then.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.db import DatabaseError, transaction
from django.db import connection as db_connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from authorizations.models import Bounce, Message
from authorizations.models.messages.message import PLANNED
from authorizations.notifications.mail import digests
from authorizations.notifications.mail.delivery_decision import DeliveryPolicy
from authorizations.notifications.mail.digests import PendingDigest
from authorizations.notifications.mail.mail_errors import MailProblem, Unreachable, problem_of
from authorizations.notifications.mail.notification_preferences import DeliveryDecision
from authorizations.notifications.mail.recipient_checks import address_of, why_not
from authorizations.notifications.mail.rendering import mail_of
from authorizations.notifications.mail.secret_links import is_secret, secret_link
from authorizations.notifications.reminders.reminder_keys import is_digest
from authorizations.vocabulary import MessageStatus, SkipReason

logger = logging.getLogger(__name__)

BATCH = 50
RUNS_FOR = timedelta(seconds=50)
# Seconds after which a mail server is slow over a message, and between two signs of life from then on.
SLOW, HEARTBEAT = 5.0, 60.0
RELEASED: dict[str, Any] = {"claim": None, "heartbeat_at": None}
UNWRITTEN = MailProblem("The mail could not be written.", is_final=True)
Clock = Callable[[], datetime]


def claim(now: datetime, most: int = BATCH) -> list[Message]:
    """Claims some of what is due, for this worker alone; several may ask at once."""
    claimed = list(
        Message.objects.claimable(now)
        .claim(now, most)
        .select_related("recipient", "event")
        .order_by("not_before", "pk")
    )
    # One object for each person, whose roles are then read once.
    people: dict[int, User] = {}
    for message in claimed:
        if message.recipient is not None:
            message.recipient = people.setdefault(message.recipient.pk, message.recipient)
    return claimed


def deliver(clock: Clock = timezone.now, longest: timedelta = RUNS_FOR) -> Counter[str]:
    """Mails what is due, and counts how each message ended. What fails for one touches nobody else.

    It ends when nothing is due, when time is up, or when the mail server cannot be reached.
    """
    found: Counter[str] = Counter()
    until = clock() + longest
    while clock() < until and (claimed := claim(clock())):
        try:
            _send_all(claimed, clock, found)
        except Unreachable as problem:
            # No message's fault: none counts it as an attempt, and all stay due, which /readyz tells after a while.
            _give_back(claimed, failure=str(problem))
            logger.warning("mail waits: %s", problem)
            break
        _give_back(claimed)
    return found


def _send_all(claimed: list[Message], clock: Clock, found: Counter[str]) -> None:
    addresses = {address_of(message).lower() for message in claimed}
    failing = set(Bounce.objects.all().failing().filter(address__in=addresses).values_list("address", flat=True))
    connection, policy = MailConnection(), DeliveryPolicy(claimed, clock())
    try:
        for number, message in enumerate(claimed, start=1):
            # Within half its time the claim is this worker's for sure, also after a slow answer.
            if clock() > (message.heartbeat_at or clock()) + Message.LAPSES_AFTER / 2:
                break
            with _holding_up_nobody(message, claimed[number:], clock) as is_slow:
                found[_deliver_one(message, connection, clock, failing, policy)] += 1
            if is_slow.is_set():
                break
    finally:
        connection.close()


@contextmanager
def _holding_up_nobody(message: Message, others: list[Message], clock: Clock) -> Iterator[Event]:
    """While a mail server takes its time over one message: the others go to other workers, and the claim is kept.

    Gives what is set once the others were let go.
    """
    is_over, is_slow = Event(), Event()

    def watch() -> None:
        if is_over.wait(SLOW):
            return
        is_slow.set()
        try:
            _give_back(others)
            while not is_over.wait(HEARTBEAT):
                Message.objects.held(message).update(heartbeat_at=clock())
        except DatabaseError:
            logger.exception("the claim of message %s could not be kept", message.public_id)
        finally:
            db_connection.close()

    watching = Thread(target=watch, name="slow mail", daemon=True)
    watching.start()
    try:
        yield is_slow
    finally:
        is_over.set()
        watching.join()


def _deliver_one(
    message: Message, connection: "MailConnection", clock: Clock, failing: set[str], policy: DeliveryPolicy
) -> str:
    try:
        made = _prepared(message, clock(), failing, policy)
    except DatabaseError:
        raise
    except Exception:
        # Whatever is wrong with it, the others wait behind it.
        logger.exception("message %s could not be written", message.public_id)
        return _failed(message, UNWRITTEN, clock())
    if isinstance(made, SkipReason):
        return _mark(message, status=MessageStatus.SKIPPED, skipped=made)
    if isinstance(made, DeliveryDecision):
        return _later(message, made)
    problem = connection.send(made)
    if problem is not None:
        return _failed(message, problem, clock())
    return _mark(message, status=MessageStatus.SENT, sent_at=clock(), attempts=F("attempts") + 1, failure="")


def _prepared(
    message: Message, now: datetime, failing: set[str], policy: DeliveryPolicy
) -> EmailMultiAlternatives | SkipReason | DeliveryDecision:
    """The mail of a message; why there is none; or what else becomes of it by its person's preferences."""
    reason = why_not(message, now, failing)
    if reason is not None:
        return reason
    decision = policy.decide(message)
    if decision.skipped:
        return SkipReason(decision.skipped)
    if decision.in_digest or decision.at > policy.now:
        return decision
    items = digests.recorders_of(message, now, failing) if is_digest(message) else []
    if is_digest(message) and not items and not message.body:
        return SkipReason.SATISFIED
    link = secret_link(message, now) if is_secret(message) else message.link
    return link if isinstance(link, SkipReason) else mail_of(message, link, items)


def _later(message: Message, decision: DeliveryDecision) -> str:
    if not decision.in_digest or message.recipient_id is None:
        _mark(message, not_before=decision.at)
        return "put off"
    with transaction.atomic():
        leaving = PendingDigest(message.recipient_id, decision.at)
        _mark(message, digest=digests.held([leaving])[leaving], not_before=decision.at)
    return "in a digest"


def _failed(message: Message, problem: MailProblem, now: datetime) -> str:
    logger.warning("message %s was not mailed: %s", message.public_id, problem.words)
    tried: dict[str, Any] = {"attempts": F("attempts") + 1, "failure": problem.words}
    later = None if problem.is_final else message.next_attempt(message.attempts + 1, now)
    if later is None:
        return _mark(message, status=MessageStatus.FAILED, **tried)
    _mark(message, not_before=later, **tried)
    return "put off"


def _mark(message: Message, **values: Any) -> str:
    """Notes what became of a message, and with it of what it carries, if it still is this worker's to say.

    One that has ended keeps its claim until that is in the audit log (`actions/messages.py`).
    """
    claimed = Message.objects.held(message)
    has_ended = "status" in values
    marks = values if has_ended else {**RELEASED, **values}
    if is_digest(message) and has_ended:
        with transaction.atomic():
            is_claimed_here = claimed.update(**marks)
            if is_claimed_here:
                digests.settle(message, values)
    else:
        # One statement is a transaction of its own: on SQLite, whose one lock all workers want, the shortest there is.
        is_claimed_here = claimed.update(**marks)
    if not is_claimed_here:
        logger.warning("message %s was claimed by another meanwhile", message.public_id)
    return str(values.get("status", ""))


def _give_back(claimed: list[Message], **values: Any) -> None:
    """Lets go of what is still claimed of these and has not ended, so that it need not wait until the claim lapses."""
    Message.objects.held(*claimed).filter(PLANNED).update(**RELEASED, **values)


class MailConnection:
    """One connection to the mail server, opened when it is needed, and again when it broke."""

    def __init__(self) -> None:
        self._connection: Any = None

    def send(self, mail: EmailMessage) -> MailProblem | None:
        """Sends one mail; what went wrong with it, if anything.

        Raises:
            Unreachable: there is no connection to be had, so that it is no use to try the next.
        """
        if self._connection is None:
            self._connection = _opened()
        try:
            self._connection.send_messages([mail])
        except Exception as error:  # noqa: BLE001  # the library raises its own, the system's and those of codecs
            problem = problem_of(error)
            if problem.is_broken:
                self.close()
            return problem
        return None

    def close(self) -> None:
        """Disconnects; a server that is gone already is no problem."""
        if self._connection is not None:
            with suppress(Exception):
                self._connection.close()
        self._connection = None


def _opened() -> Any:
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        raise Unreachable(problem_of(error).words) from error
    return connection
