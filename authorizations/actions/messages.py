"""What people do about messages: having one mailed again that failed or was skipped, and saying what they read.

And what became of them in the audit log: one entry for each run of the mail sender, because delivery comes in floods.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from authorizations.actions.audit_log.append import append
from authorizations.actions.audit_log.security_events import PORTAL
from authorizations.actions.door import Changes, action, update
from authorizations.actions.refusals import NoLongerPossible
from authorizations.audit_log_format import moment
from authorizations.models import Event, Message
from authorizations.notifications.mail.mail_trigger import trigger_delivery
from authorizations.vocabulary import AuditLog, MessageStatus

SENT_AGAIN, ENDED, SENT_BETWEEN = "message.sent_again", "mail.ended", "sent_between"
AT_ONCE = 1000
MAY_BE_SENT_AGAIN = frozenset({MessageStatus.FAILED, MessageStatus.SKIPPED})
NOTHING_FAILED = "This message was mailed, or will be. Only one that failed or was skipped can be sent again."


def send_again(public_id: str, *, actor: User, now: datetime) -> Message:
    """Plans a message once more. Whether it may be mailed is asked again when it is."""
    with action(actor, now=now) as act:
        message: Message = Message.objects.held_by(actor).get(public_id=public_id)
        if message.status not in MAY_BE_SENT_AGAIN:
            raise NoLongerPossible(NOTHING_FAILED)
        act.record(SENT_AGAIN, message, changes={"status": [message.status, MessageStatus.PLANNED.value]})
        planned = {"status": MessageStatus.PLANNED, "skipped": "", "failure": "", "attempts": 0}
        update(message, **planned, not_before=now, digest=None, claim=None)
        trigger_delivery([message], now)
    return message


def mark_read(public_ids: Iterable[str] | None, *, actor: User, now: datetime) -> int:
    """Notes that a person read some of their own messages, or all. No act: reading changes nothing for anybody else."""
    chosen = Q() if public_ids is None else Q(public_id__in=public_ids)
    return int(Message.objects.addressed_to(actor).filter(chosen, read_at__isnull=True).update(read_at=now))


def enter_outcomes(now: datetime) -> int:
    """Enters which messages ended how since the last run; returns how many. What has ended keeps its claim until then.

    An entry names messages by their public ids, which are the Message-IDs of their mails.
    """
    entered = 0
    ended = Message.objects.filter(claim__isnull=False).exclude(status=MessageStatus.PLANNED).order_by("pk")
    while ended.exists():
        with transaction.atomic():
            rows = list(ended.select_for_update(skip_locked=True)[:AT_ONCE])
            if not rows:
                break
            append([_entry_of(rows, now)])
            Message.objects.filter(pk__in=[row.pk for row in rows]).update(claim=None, heartbeat_at=None)
        entered += len(rows)
    return entered


def _entry_of(rows: list[Message], now: datetime) -> Event:
    by_outcome: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_outcome[outcome_of(row.status, row.skipped)].append(row.public_id)
    changes: Changes = {outcome: [None, public_ids] for outcome, public_ids in by_outcome.items()}
    times = sorted(row.sent_at for row in rows if row.sent_at is not None)
    if times:
        changes[SENT_BETWEEN] = [None, [moment(times[0]), moment(times[-1])]]
    kind, key = PORTAL
    about = {"subject_type": kind, "subject_id": key, "verb": ENDED, "audit_log": AuditLog.SECURITY}
    return Event(at=now, recorded_at=now, changes=changes, **about)


def outcome_of(status: str, skipped: str) -> str:
    """What became of a message, in the words of the audit log: its status, and why it was skipped."""
    return f"{status} {skipped}".rstrip()
