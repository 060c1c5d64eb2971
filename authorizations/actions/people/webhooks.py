"""Webhooks: set, given a new secret and removed by leads; what happened is queued for them by the timer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from accounts.models import Organization, User
from accounts.roles import OrganizationKind
from authorizations.actions.door import Changes, action, insert, update
from authorizations.actions.people.memberships import hold_people, leads
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.display import address as page_of
from authorizations.lifecycle.problems import Problem
from authorizations.models import Ato, AuditLogHead, Case, Event, PackageAccess, Webhook, WebhookDelivery
from authorizations.models.querysets import INSIDE, reads_everything
from authorizations.models.webhook import WebhookTopic, new_salt
from authorizations.policy import Capability
from authorizations.vocabulary import AuditLog, JobStatus

# What an event is about, each with the name of its page; of everything else nobody outside is told.
RECORDS: dict[str, tuple[Any, str]] = {
    "case": (Case, "case"),
    "ato": (Ato, "ato"),
    "packageaccess": (PackageAccess, "access"),
}
# So many entries are looked at in one go, and none that is older: nobody's receiver is flooded after a pause.
AT_ONCE, NEWER_THAN = 200, timedelta(days=1)
# How long a delivery is listed after its end.
KEPT = timedelta(days=30)
OFF = "Webhooks are off here. Who runs this site can allow hosts."
NONE_THERE = "This webhook was removed meanwhile."


def set_webhook(
    *, actor: User, organization: Organization, address: str, topics: Sequence[str], now: datetime
) -> Webhook:
    """Sets the webhook of an organization, or changes it: its secret stays.

    Raises:
        NotReady: the address is none that may be told.
    """
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        hold_people(actor, organization, leads)
        _refuse_address(address)
        facts: dict[str, Any] = {"address": address, "topics": sorted(topics), "set_by": actor, "set_at": now}
        kept: Webhook | None = _rows(actor).filter(organization=organization).first()
        # Of an address the log has the host: what follows may be a secret of the receiver's.
        said: Changes = {"host": [None, urlsplit(address).hostname], "topics": [None, facts["topics"]]}
        if kept is None:
            kept = Webhook(organization=organization, secret_since=now, read_to=_end_of_log(), **facts)
            insert(kept)
            act.record("webhook.set", kept, changes=said)
        else:
            update(kept, **facts)
            act.record("webhook.changed", kept, changes=said)
    return kept


def renew_secret(*, actor: User, organization: Organization, now: datetime) -> Webhook:
    """Gives it a new secret, with which everything is signed from now on, also what waits."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        kept = _held(actor, organization)
        update(kept, salt=new_salt(), secret_since=now)
        act.record("webhook.secret_renewed", kept)
    return kept


def remove_webhook(*, actor: User, organization: Organization, now: datetime) -> Webhook:
    """Ends it; what waits is not sent."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        kept = _held(actor, organization)
        update(kept, removed_at=now)
        act.record("webhook.removed", kept)
    return kept


def send_again(*, actor: User, organization: Organization, public_id: str, now: datetime) -> WebhookDelivery:
    """Sends once more what was sent or given up: the same event, as a delivery of its own."""
    with action(actor, Capability.LEAD_PEOPLE, now=now) as act:
        kept = _held(actor, organization)
        if not settings.WEBHOOK_HOSTS:
            raise Blocked(OFF)
        first = WebhookDelivery.objects.visible_to(actor).filter(webhook=kept).get(public_id=public_id)
        if not first.is_over:
            raise NoLongerPossible("This is still being sent.")
        names = ("event_id", "record_type", "record_id", "path")
        again = WebhookDelivery(
            webhook=kept, asked_at=now, not_before=now, **{name: getattr(first, name) for name in names}
        )
        insert(again)
        act.record("webhookdelivery.sent_again", again)
    return again


def _refuse_address(address: str) -> None:
    if not settings.WEBHOOK_HOSTS:
        raise Blocked(OFF)
    words = ""
    try:
        place = urlsplit(address)
        plain = place.username is None and place.port in {None, 443}
    except ValueError:
        place, plain = urlsplit(""), False
    if not (plain and place.scheme == "https" and place.hostname and address.isascii() and " " not in address):
        words = "Enter an address that begins with https://, without a port or a user."
    elif place.hostname not in settings.WEBHOOK_HOSTS:
        words = "This host is not among those that who runs this site allows."
    if words:
        raise NotReady([Problem("address", words, "address")])


def _rows(actor: User) -> Any:
    return Webhook.objects.visible_to(actor).select_for_update()


def _held(actor: User, organization: Organization) -> Webhook:
    hold_people(actor, organization, leads)
    kept: Webhook | None = _rows(actor).filter(organization=organization).first()
    if kept is None:
        raise NoLongerPossible(NONE_THERE)
    return kept


def _end_of_log() -> int:
    return AuditLogHead.objects.filter(audit_log=AuditLog.ACTS).values_list("position", flat=True).first() or 0


# --- what the timer does ---


def queue_deliveries(now: datetime) -> int:
    """Queues what happened since the last look for every webhook that may know of it; returns how many.

    No act of a person: each delivery's end is an entry, its beginning is not.
    """
    keys = Webhook.objects.filter(removed_at__isnull=True).values_list("pk", flat=True)
    return sum(_queue(key, now) for key in list(keys))


@transaction.atomic
def _queue(key: int, now: datetime) -> int:
    held = Webhook.objects.filter(pk=key, removed_at__isnull=True).select_for_update(of=("self",))
    webhook = held.select_related("set_by", "organization").first()
    if webhook is None:
        return 0
    entries = Event.objects.acts().filter(position__gt=webhook.read_to).order_by("position")
    found = list(entries.defer("text")[:AT_ONCE])
    if not found:
        return 0
    Webhook.objects.filter(pk=key).update(read_to=found[-1].position)
    made = [each for event in found if event.recorded_at > now - NEWER_THAN for each in _told(webhook, event, now)]
    WebhookDelivery.objects.bulk_create(made)
    return len(made)


def _told(webhook: Webhook, event: Event, now: datetime) -> list[WebhookDelivery]:
    record = told_record(webhook, event)
    if record is None or topic_of(event, record) not in webhook.topics:
        return []
    path = page_of(RECORDS[event.subject_type][1], record.public_id)
    named = {"record_type": event.subject_type, "record_id": record.public_id, "path": path}
    return [WebhookDelivery(webhook=webhook, event=event, asked_at=now, not_before=now, **named)]


def told_record(webhook: Webhook, event: Event) -> Any:
    """The record of an event of which the organization may know now, as its lead would; else None."""
    reader = webhook.reader
    if reader is None or event.subject_type not in RECORDS:
        return None
    if INSIDE in event.changes and webhook.organization.kind != OrganizationKind.AGENCY:
        return None
    rows = RECORDS[event.subject_type][0].objects.visible_to(reader)
    if event.subject_type == "ato":
        # Of what the Marketplace publishes of others nobody needs to be told one by one.
        rows = rows.register_visible_to(reader)
    record = rows.filter(pk=event.subject_id).first()
    if record is None:
        return None
    readable = Event.objects.readable_history(record, reader)
    if reads_everything(reader):
        readable = readable & Event.objects.visible_to(reader)
    return record if readable.filter(pk=event.pk).exists() else None


def topic_of(event: Event, record: Any) -> WebhookTopic:
    """Which of the topics an event is of."""
    if event.subject_type != "case":
        return WebhookTopic(event.subject_type)
    name = event.verb.rpartition(".")[2]
    if name in {"open", "adopt"} or record.machine().step(name) is not None:
        return WebhookTopic.STEPS
    return WebhookTopic.DOCUMENTS if name.startswith(("document", "finding")) else WebhookTopic.OTHER


def note_answer(delivery: WebhookDelivery, sentence: str) -> None:
    """Notes what an attempt met with. NoLongerPossible: it is no longer this worker's."""
    if not WebhookDelivery.objects.held(delivery).update(answer=sentence[:300]):
        raise NoLongerPossible("This was taken by another worker.")
    delivery.answer = sentence[:300]


def forget_deliveries(now: datetime) -> int:
    """Removes the deliveries that ended longer ago than they are kept; returns how many. Their ends stay entries."""
    over = WebhookDelivery.objects.filter(status__in=[JobStatus.DONE, JobStatus.FAILED], ended_at__lt=now - KEPT)
    return int(over.delete()[0])


def put_off(webhook: Webhook, until: datetime) -> None:
    """Has what else waits for a receiver that did not answer wait too, so that it holds nobody else up."""
    waiting = WebhookDelivery.objects.filter(webhook=webhook, status=JobStatus.WAITING, not_before__lt=until)
    waiting.update(not_before=until)
