"""Very many messages at once: every text comes back as it was, and what is on record is left alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from authorizations.models import Message
from authorizations.notifications.mail.digests import PendingDigest, held
from authorizations.notifications.reminders import bulk_insert
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 15, 0, 0, 250, tzinfo=UTC)
ODD = ("a\tb", "a\nb\r\n", "\\N", "\\", "", "“é” 漢 🚢", "'; DROP TABLE x; --", '"a",b')


def row(cast: Cast, key: str, **columns: Any) -> bulk_insert.BulkMessage:
    given = {"subject": "Told", "body": "So.", "link": "/", "status": "planned", "skipped": "", "digest_id": None}
    about = {"subject_type": "case", "subject_id": 7, "mandatory": True, "not_before": NOW, "read_at": None}
    return bulk_insert.BulkMessage(**{"key": key, "recipient_id": cast.liaison.pk, **about, **given, **columns})


def test_every_text_comes_back_as_it_was(cast: Cast) -> None:
    with bulk_insert.tuned_for_bulk():
        bulk_insert.write((row(cast, f"k{place}", body=text) for place, text in enumerate(ODD)), "deadlines", NOW)
    found = Message.objects.filter(key__startswith="k").order_by("key")
    assert tuple(each.body for each in found) == ODD
    assert {(each.created_at, each.not_before, each.topic, each.mandatory) for each in found} == {
        (NOW, NOW, "deadlines", True)
    }
    assert len({each.public_id for each in found}) == len(ODD)
    for each in found:
        each.full_clean(exclude=["body", "recipient"])


def test_what_is_on_record_is_left_alone_and_known(cast: Cast) -> None:
    bulk_insert.write([row(cast, "k1", body="First"), row(cast, "k1", body="Twice")], "deadlines", NOW)
    bulk_insert.write([row(cast, "k1", body="Later"), row(cast, "k2")], "deadlines", NOW)
    assert dict(Message.objects.values_list("key", "body")) == {"k1": "First", "k2": "So."}
    assert bulk_insert.known(["k1", "k2", "k3", "k'4"]) == {"k1", "k2"}
    assert bulk_insert.known([]) == set()


def written(batch: list[bulk_insert.BulkMessage]) -> None:
    with transaction.atomic():
        bulk_insert.write(batch, "deadlines", NOW)


@pytest.mark.django_db(transaction=True)
def test_batches_written_beside_the_caller_are_all_there_in_their_order_when_it_ends() -> None:
    cast = make_cast()
    batches = [[row(cast, f"k{place}{number}") for number in range(3)] for place in range(4)]
    with bulk_insert.BackgroundWriter(written) as writing:
        for batch in batches:
            writing.take(batch)
    found = Message.objects.order_by("pk").values_list("key", flat=True)
    assert list(found) == [each.key for batch in batches for each in batch]


@pytest.mark.django_db(transaction=True)
def test_anyone_who_writes_beside_hears_of_what_could_not_be_written() -> None:
    cast = make_cast()
    with (
        pytest.raises(IntegrityError),
        bulk_insert.BackgroundWriter(written) as writing,
    ):
        writing.take([row(cast, "k1", recipient_id=None)])
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_digest_that_has_left_or_is_leaving_carries_nothing_more() -> None:
    person = make_cast().liaison
    at = [PendingDigest(person.pk, timezone.now() + timedelta(hours=hours)) for hours in (1, 2, 3)]
    with transaction.atomic():
        first = held(at)
    gone, leaving, _ = (first[each] for each in at)
    Message.objects.filter(pk=gone).update(status="sent", sent_at=NOW)
    Message.objects.filter(pk=leaving).update(claim=uuid4())
    with transaction.atomic():
        then = held(at)
    assert then[at[2]] == first[at[2]]
    assert {then[at[0]], then[at[1]]}.isdisjoint(first.values())
