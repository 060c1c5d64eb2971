"""What people do about messages: having one mailed again that failed or was skipped, and saying what they read."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accounts.models import User
from authorizations.actions.door import action, update
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models import Message
from authorizations.notifications.mail.mail_trigger import trigger_delivery
from authorizations.vocabulary import MessageStatus

SENT_AGAIN = "message.sent_again"
MAY_BE_SENT_AGAIN = frozenset({MessageStatus.FAILED, MessageStatus.SKIPPED})
NOTHING_FAILED = "This message was mailed, or will be. Only one that failed or was skipped can be sent again."


def send_again(public_id: str, *, actor: User, now: datetime) -> Message:
    """Plans a message once more. Whether it may be mailed is asked again when it is."""
    with action(actor, now=now) as act:
        message: Message = Message.objects.held_by(actor).get(public_id=public_id)
        if message.status not in MAY_BE_SENT_AGAIN:
            raise NoLongerPossible(NOTHING_FAILED)
        act.record(SENT_AGAIN, message, changes={"status": [message.status, MessageStatus.PLANNED.value]})
        update(message, status=MessageStatus.PLANNED, skipped="", failure="", attempts=0, not_before=now, digest=None)
        trigger_delivery([message], now)
    return message


def mark_read(public_ids: Iterable[str] | None, *, actor: User, now: datetime) -> int:
    """Notes that a person read some of their own messages, or all. No act: reading changes nothing for anybody else."""
    chosen = Q() if public_ids is None else Q(public_id__in=public_ids)
    return int(Message.objects.addressed_to(actor).filter(chosen, read_at__isnull=True).update(read_at=now))
