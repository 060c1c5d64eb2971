"""Sending an event to the address of an organization: ids alone, signed, only to hosts that are allowed."""

import hashlib
import hmac
import json
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from authorizations.actions import jobs
from authorizations.actions.people.webhooks import note_answer, put_off, told_record
from authorizations.display import utc_text
from authorizations.exchange.fetching import Fetcher, NotFetched
from authorizations.models import WebhookDelivery

# In seconds: the longest that a receiver may take, and from when on it lets the others go first.
SECONDS, SLOW = 10, 1.0
# A receiver that failed is left alone for so long; what is older than three days is no news.
PAUSE, LONGEST = timedelta(minutes=1), timedelta(days=3)
NOT_TOLD = "It was not sent: the webhook ended, or the organization may no longer know of the record."
TOO_OLD = "It was not sent within three days, because its receiver did not answer."


def send(job: WebhookDelivery, fetcher: Fetcher | None = None) -> None:
    """Sends one delivery, or puts it off; what may no longer be known is not sent."""
    now, webhook = timezone.now(), job.webhook
    if webhook.removed_at or told_record(webhook, job.event) is None:
        jobs.fail(job, NOT_TOLD, now)
        return
    if now - job.asked_at > LONGEST:
        jobs.fail(job, TOO_OLD, now)
        return
    body = body_of(job)
    asked = fetcher or Fetcher(hosts=settings.WEBHOOK_HOSTS, most_bytes=0, seconds=SECONDS)
    began = time.monotonic()
    try:
        status = asked.post(webhook.address, body, headers_of(job, body, now))
    except NotFetched as problem:
        note_answer(job, problem.sentence)
        jobs.retry_or_fail(job, timezone.now())
        put_off(webhook, timezone.now() + PAUSE)
    else:
        jobs.finish(job, "sent", {"status": [None, status]}, timezone.now(), answer=f"It answered {status}.")
        if time.monotonic() - began > SLOW:
            # What else waits for it goes behind what waits for others.
            put_off(webhook, timezone.now())


def body_of(job: WebhookDelivery) -> bytes:
    """What is sent: JSON of ids and a time, no name and no text of anybody's."""
    event = job.event
    said = {
        "event": event.public_id,
        "type": event.verb,
        "record_type": job.record_type,
        "record": job.record_id,
        "address": f"{settings.OWN_ADDRESS}{job.path}",
        "at": utc_text(event.at),
    }
    return json.dumps(said, separators=(",", ":")).encode()


def headers_of(job: WebhookDelivery, body: bytes, now: datetime) -> dict[str, str]:
    """The id of the delivery, the time in seconds since 1970, and the signature over that time, a dot and the body."""
    stamp = str(int(now.timestamp()))
    signature = hmac.new(job.webhook.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "Portal-Delivery": job.public_id,
        "Portal-Timestamp": stamp,
        "Portal-Signature": f"sha256={signature}",
    }
