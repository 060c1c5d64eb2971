"""What became of messages is entered once a run of the mail sender, and a row that says something else is named."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from authorizations import tasks
from authorizations.actions.messages import enter_outcomes, send_again
from authorizations.audit_log.verify import verify
from authorizations.models import Event, Message
from authorizations.notifications.mail.delivery import deliver
from tests.cast import Cast
from tests.lifecycle.world import NOW
from tests.notifications.due_messages import message

A_DAY = timedelta(days=1)


@pytest.fixture
def told(cast: Cast, settings: Any) -> dict[str, Message]:
    """One message that was sent, one that was given up, one that was skipped, and one that waits; not entered yet."""
    settings.MAIL_ALLOWED = ("@agency.example",)
    addresses = {"sent": "a@agency.example", "skipped": "a@elsewhere.example", "failed": "b@agency.example"}
    rows = {}
    for word, person in zip(addresses, (cast.viewer, cast.liaison, cast.reviewer), strict=True):
        type(person).objects.filter(pk=person.pk).update(email=addresses[word])
        rows[word] = message(person, subject="No\nheader" if word == "failed" else "Told")
    rows["planned"] = message(cast.viewer, not_before=NOW + 9 * A_DAY)
    assert deliver(lambda: NOW) == {"sent": 1, "skipped": 1, "failed": 1}
    return rows


def entries() -> list[dict[str, Any]]:
    return list(Event.objects.filter(verb="mail.ended").order_by("pk").values_list("changes", flat=True))


def test_a_run_leaves_one_entry_of_all_that_it_ended(told: dict[str, Message]) -> None:
    assert enter_outcomes(NOW) == 3
    assert entries() == [
        {
            "sent": [None, [told["sent"].public_id]],
            "skipped not_allowed": [None, [told["skipped"].public_id]],
            "failed": [None, [told["failed"].public_id]],
            "sent_between": [None, ["2026-11-24T15:00:00.000000+00:00", "2026-11-24T15:00:00.000000+00:00"]],
        }
    ]
    assert enter_outcomes(NOW) == 0
    assert verify().findings == []


@pytest.mark.parametrize(
    ("which", "columns", "words"),
    [
        ("sent", {"status": "planned", "sent_at": None}, "entered as sent, its row says planned"),
        ("sent", {"sent_at": NOW - A_DAY}, "its row says that it was sent at another time"),
        ("failed", {"status": "sent", "sent_at": NOW}, "entered as failed, its row says sent"),
        ("skipped", {"skipped": "muted"}, "entered as skipped not_allowed, its row says skipped muted"),
        ("planned", {"status": "sent", "sent_at": NOW}, "entered as planned, its row says sent"),
    ],
)
def test_an_outcome_that_was_changed_behind_the_portal_is_named(
    told: dict[str, Message], which: str, columns: dict[str, Any], words: str
) -> None:
    enter_outcomes(NOW)
    Message.objects.filter(pk=told[which].pk).update(**columns)
    assert verify().findings == [f"Rows: message {told[which].public_id}: {words}."]


def test_a_message_that_is_gone_is_named(told: dict[str, Message]) -> None:
    enter_outcomes(NOW)
    told["failed"].delete()
    gone = f"message {told['failed'].public_id}: its row is gone, and an entry about it is there"
    assert verify().findings == [f"Rows: {gone}."]


@pytest.mark.slow
def test_one_that_is_sent_again_is_as_it_was_last_entered(told: dict[str, Message], cast: Cast) -> None:
    enter_outcomes(NOW)
    send_again(told["skipped"].public_id, actor=cast.pmo_lead, now=NOW)
    assert verify().findings == []
    deliver(lambda: NOW)
    enter_outcomes(NOW)
    assert verify().findings == []
    Message.objects.filter(pk=told["skipped"].pk).update(status="planned", skipped="")
    assert len(verify().findings) == 1


def test_what_a_killed_worker_left_is_entered_by_the_timer(told: dict[str, Message]) -> None:
    assert verify().findings == []
    tasks.record_tallies()
    assert len(entries()) == 1
    assert verify().findings == []
    assert len(mail.outbox) == 1
