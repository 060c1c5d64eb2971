"""Mail that is due: sent once, put off, given up or skipped, and never somebody else's problem."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from authorizations.actions.messages import enter_outcomes
from authorizations.models import Bounce, Message
from authorizations.notifications.mail import delivery, smtp_backend
from authorizations.notifications.mail.delivery import claim, deliver
from authorizations.tasks import deliver_mail, find_due_mail
from tests.cast import Cast, make_cast
from tests.lifecycle.world import DAY, NOW
from tests.notifications.due_messages import message, outcome
from tests.notifications.mail_server import HANGS_UP, IS_SLOW, TAKES, TAKES_SLOWLY, Peer
from tests.own_services import wait_for

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def at(moment: datetime) -> Any:
    """A clock that goes on by a millisecond whenever it is asked."""
    ticks = count()
    return lambda: moment + timedelta(milliseconds=next(ticks))


def test_what_is_due_is_sent_once_and_says_when(cast: Cast) -> None:
    told = message(cast.viewer)
    assert deliver(at(NOW)) == {"sent": 1}
    assert deliver(at(NOW + MINUTE)) == {}
    assert [sent.to for sent in mail.outbox] == [[cast.viewer.email]]
    assert outcome(told) == ("sent", "", 1)
    assert told.sent_at is not None
    assert NOW <= told.sent_at <= NOW + SECOND
    # Kept until it is in the audit log.
    assert told.claim is not None
    assert enter_outcomes(NOW) == 1
    told.refresh_from_db()
    assert (told.claim, told.heartbeat_at) == (None, None)


def test_what_is_to_wait_waits(cast: Cast) -> None:
    told = message(cast.viewer, not_before=NOW + MINUTE)
    assert deliver(at(NOW)) == {}
    assert deliver(at(NOW + MINUTE)) == {"sent": 1}
    assert outcome(told)[0] == "sent"


def test_without_a_mail_server_messages_wait(cast: Cast, settings: Any) -> None:
    told = message(cast.viewer, now=timezone.now())
    settings.SMTP = ""
    find_due_mail()
    deliver_mail()
    assert outcome(told) == ("planned", "", 0)
    settings.SMTP = "smtp://localhost"
    deliver_mail()
    assert outcome(told) == ("sent", "", 1)


def test_two_workers_claim_different_messages(cast: Cast) -> None:
    for _ in range(3):
        message(cast.viewer)
    first, second, third = (claim(NOW, most=2) for _ in range(3))
    assert (len(first), len(second), third) == (2, 1, [])
    assert not {each.pk for each in first} & {each.pk for each in second}


def test_the_claim_of_a_worker_that_died_lapses(cast: Cast) -> None:
    message(cast.viewer)
    [left] = claim(NOW)
    assert deliver(at(NOW + Message.LAPSES_AFTER - SECOND)) == {}
    assert deliver(at(NOW + Message.LAPSES_AFTER + SECOND)) == {"sent": 1}
    # And should it wake up after all, it has nothing to say any more.
    delivery._mark(left, status="failed", failure="Too late.")
    assert outcome(left) == ("sent", "", 1)


def test_a_worker_that_was_held_up_sends_nothing_on_a_claim_that_may_have_lapsed(cast: Cast) -> None:
    message(cast.viewer), message(cast.viewer)
    # It was stopped once it had claimed them.
    clock = iter([NOW, NOW, NOW])
    assert deliver(lambda: next(clock, NOW + Message.LAPSES_AFTER / 2 + SECOND)) == {}
    assert mail.outbox == []
    # What it gave back need not wait for the claim to lapse.
    assert Message.objects.claimable(NOW + SECOND).count() == 2


def test_it_ends_in_time_and_leaves_the_rest_to_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "BATCH", 1)
    monkeypatch.setattr(delivery.claim, "__defaults__", (1,))
    for _ in range(3):
        message(cast.viewer)
    assert deliver(at(NOW), longest=timedelta(milliseconds=2)) == {"sent": 1}
    assert Message.objects.claimable(NOW + SECOND).count() == 2


# --- what a mail server may do ---


def test_one_that_is_refused_keeps_nobody_elses_mail(cast: Cast, peer: Peer) -> None:
    peer.answers[cast.liaison.email] = ["RCPT 550 no such user liaison@example.gov"]
    told = {who: message(cast.people[who]) for who in ("viewer", "liaison", "reviewer")}
    assert deliver(at(NOW)) == {"sent": 2, "failed": 1}
    assert peer.to() == [cast.viewer.email, cast.reviewer.email]
    # Without the server's own words, which may name the address.
    assert outcome(told["liaison"]) == ("failed", "The mail server refused the address (550).", 1)
    assert peer.connections == 1


@pytest.mark.parametrize(
    ("answer", "words", "connections"),
    [
        ("RCPT 450 try later", "The mail server refused the address (450).", 1),
        ("451 try later", "The mail server refused the message (451).", 1),
        (HANGS_UP, "The mail server closed the connection.", 2),
    ],
)
def test_what_is_put_off_is_tried_again_later(
    cast: Cast, peer: Peer, answer: str, words: str, connections: int
) -> None:
    peer.answers[cast.liaison.email] = [answer, TAKES]
    told, other = message(cast.liaison), message(cast.viewer)
    assert deliver(at(NOW)) == {"put off": 1, "sent": 1}
    assert outcome(told) == ("planned", words, 1)
    assert outcome(other)[0] == "sent"
    assert peer.connections == connections
    assert deliver(at(NOW + Message.RETRY_AFTER[0] - SECOND)) == {}
    assert deliver(at(NOW + Message.RETRY_AFTER[0] + SECOND)) == {"sent": 1}
    assert outcome(told) == ("sent", "", 2)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_that_takes_its_time_over_one_mail_gets_it_and_holds_up_no_other(
    peer: Peer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLOW", 0.05)
    monkeypatch.setattr(delivery, "HEARTBEAT", 0.05)
    settings.EMAIL_TIMEOUT, peer.slow = 0.2, 1.0
    cast = make_cast()
    peer.answers[cast.liaison.email] = [TAKES_SLOWLY]
    slow, other = message(cast.liaison), message(cast.viewer)

    def deliver_elsewhere() -> Counter[str]:
        try:
            return deliver(at(NOW + SECOND))
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(deliver_elsewhere)
        let_go = Message.objects.filter(pk=other.pk, claim=None)
        wait_for(lambda: peer.connections and let_go.exists(), "the other")
        assert deliver(at(NOW + SECOND)) == {"sent": 1}
        assert peer.to() == [cast.viewer.email]
        assert first.result() == {"sent": 1}
    assert outcome(slow) == ("sent", "", 1)


@pytest.mark.slow
def test_a_server_that_is_slower_than_any_may_be_is_not_waited_for(
    cast: Cast, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_backend, "DATA_SECONDS", 0.2)
    peer.slow = 0.5
    peer.answers[cast.liaison.email] = [IS_SLOW]
    told, other = message(cast.liaison), message(cast.viewer)
    assert deliver(at(NOW)) == {"put off": 1, "sent": 1}
    assert outcome(told) == ("planned", "The mail server did not answer in time.", 1)
    assert outcome(other)[0] == "sent"


@pytest.mark.slow
def test_it_is_given_up_in_the_end_and_at_once_where_trying_again_is_no_use(cast: Cast, peer: Peer) -> None:
    peer.answers = {cast.liaison.email: ["451 try later"], cast.viewer.email: ["554 no"]}
    told, refused = message(cast.liaison), message(cast.viewer)
    moment, attempts = NOW, 0
    while outcome(told)[0] == "planned":
        deliver(at(moment))
        attempts += 1
        moment = told.not_before if outcome(told)[0] == "planned" else moment
    assert outcome(told) == ("failed", "The mail server refused the message (451).", len(Message.RETRY_AFTER) + 1)
    assert attempts == len(Message.RETRY_AFTER) + 1
    assert outcome(refused) == ("failed", "The mail server refused the message (554).", 1)


def test_while_the_server_cannot_be_reached_all_wait_and_none_counts_an_attempt(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
    told = [message(cast.viewer), message(cast.liaison)]
    assert deliver(at(NOW)) == {}
    assert {outcome(each) for each in told} == {("planned", "The mail server cannot be reached.", 0)}
    # They stay due, so that anyone who watches over the portal is told how long.
    assert Message.objects.claimable(NOW + SECOND).count() == 2


def test_what_is_sent_again_carries_the_same_message_id(cast: Cast, peer: Peer) -> None:
    told = message(cast.viewer)
    # The worker dies when the server has said 250, and the mark is never made.
    peer.on_taken = lambda sent: None
    [held] = claim(NOW)
    line = delivery.MailConnection()
    assert line.send(delivery.mail_of(held, "")) is None
    line.close()
    assert deliver(at(NOW + Message.LAPSES_AFTER + SECOND)) == {"sent": 1}
    first, again = (str(sent["Message-ID"]) for sent in peer.took)
    assert first == again == f"<{told.public_id}@portal.example.gov>"


# --- who is passed over, and why ---


def reasons(cast: Cast) -> Iterator[tuple[str, Any]]:
    """What may have happened since a message was written, and the reason for which it is skipped then."""
    yield "inactive", lambda person: User.objects.filter(pk=person.pk).update(is_active=False)
    yield "address_fails", lambda person: Bounce.objects.create(address=person.email, reason="Full.")


def test_anyone_who_cannot_be_mailed_is_passed_over_and_the_row_says_why(cast: Cast) -> None:
    for reason, happens in reasons(cast):
        told = message(cast.viewer)
        happens(cast.viewer)
        assert deliver(at(NOW)) == {"skipped": 1}, reason
        assert outcome(told) == ("skipped", reason, 0)
        User.objects.filter(pk=cast.viewer.pk).update(is_active=True)
        Bounce.objects.update(cleared_on=DAY, failed_on=DAY)
    assert deliver(at(NOW)) == {}
    assert mail.outbox == []
    message(cast.viewer)
    assert deliver(at(NOW)) == {"sent": 1}


def test_what_is_a_month_old_is_not_mailed(cast: Cast) -> None:
    told = message(cast.viewer, now=NOW - timedelta(days=31))
    assert deliver(at(NOW)) == {"skipped": 1}
    assert outcome(told)[:2] == ("skipped", "late")


@pytest.mark.parametrize("allowed", ["viewer@example.gov", "@example.gov"])
def test_outside_production_nobody_is_mailed_but_who_is_on_the_list(cast: Cast, settings: Any, allowed: str) -> None:
    settings.MAIL_ALLOWED = {allowed}
    User.objects.filter(pk=cast.liaison.pk).update(email="liaison@example.com")
    cast.liaison.refresh_from_db()
    told, other = message(cast.viewer), message(cast.liaison)
    assert deliver(at(NOW)) == {"sent": 1, "skipped": 1}
    assert outcome(told)[0] == "sent"
    assert outcome(other)[:2] == ("skipped", "not_allowed")


def test_a_message_that_cannot_be_written_fails_alone(cast: Cast) -> None:
    told, other = message(cast.viewer, subject="Two\nlines"), message(cast.liaison)
    assert deliver(at(NOW)) == {"failed": 1, "sent": 1}
    assert outcome(told)[:2] == ("failed", "The mail could not be written.")
    assert outcome(other)[0] == "sent"


def test_claiming_reads_no_more_the_more_there_is(cast: Cast) -> None:
    asked = []
    for number in (1, 10):
        for _ in range(number):
            message(cast.viewer)
        with CaptureQueriesContext(connection) as queries:
            assert len(claim(NOW)) == number
        asked.append(len(queries))
        Message.objects.update(heartbeat_at=NOW)
    assert asked[0] == asked[1]


# --- digests ---


def test_a_digest_carries_what_is_still_meant_and_each_item_says_so(cast: Cast) -> None:
    digest = message(cast.viewer, event=None, key="digest:1:now", subject_type="", subject_id=None, link="/messages/")
    items = [message(cast.viewer, digest=digest, subject=f"Due {number}", link="/cases/") for number in (1, 2)]
    gone = message(cast.viewer, digest=digest, event=None, key="test:1", subject_type="case", subject_id=10**9)
    assert deliver(at(NOW)) == {"sent": 1}
    [sent] = mail.outbox
    assert "Due 1" in sent.body
    assert "Due 2" in str(sent.alternatives[0].content)
    assert sent.extra_headers["List-Unsubscribe"].startswith("<https://portal.example.gov/")
    assert {outcome(each)[0] for each in (digest, *items)} == {"sent"}
    assert outcome(gone)[:2] == ("skipped", "not_permitted")


def test_a_digest_with_nothing_left_to_say_is_not_mailed(cast: Cast) -> None:
    digest = message(cast.viewer, event=None, key="digest:1:now", subject_type="", subject_id=None)
    message(cast.viewer, digest=digest, status="skipped", skipped="satisfied")
    assert deliver(at(NOW)) == {"skipped": 1}
    assert outcome(digest)[:2] == ("skipped", "satisfied")
