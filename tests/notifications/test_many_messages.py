"""Very many messages at once: every text comes back as it was, and what is on record is left alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from authorizations.models import Message
from authorizations.notifications import ledger
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 15, 0, 0, 250, tzinfo=UTC)
ODD = ("a\tb", "a\nb\r\n", "\\N", "\\", "", "“é” 漢 🚢", "'; DROP TABLE x; --", '"a",b')


def row(cast: Cast, key: str, **columns: Any) -> ledger.Row:
    given = {"subject": "Told", "body": "So.", "link": "/", "status": "planned", "skipped": "", "digest_id": None}
    about = {"subject_type": "case", "subject_id": 7, "mandatory": True, "not_before": NOW}
    return ledger.Row(**{"key": key, "recipient_id": cast.liaison.pk, **about, **given, **columns})


def test_every_text_comes_back_as_it_was(cast: Cast) -> None:
    with ledger.room():
        ledger.write((row(cast, f"k{place}", body=text) for place, text in enumerate(ODD)), "deadlines", NOW)
    found = Message.objects.filter(key__startswith="k").order_by("key")
    assert tuple(each.body for each in found) == ODD
    assert {(each.created_at, each.not_before, each.topic, each.mandatory) for each in found} == {
        (NOW, NOW, "deadlines", True)
    }
    assert len({each.public_id for each in found}) == len(ODD)
    for each in found:
        each.full_clean(exclude=["body", "recipient"])


def test_what_is_on_record_is_left_alone_and_known(cast: Cast) -> None:
    ledger.write([row(cast, "k1", body="First"), row(cast, "k1", body="Twice")], "deadlines", NOW)
    ledger.write([row(cast, "k1", body="Later"), row(cast, "k2")], "deadlines", NOW)
    assert dict(Message.objects.values_list("key", "body")) == {"k1": "First", "k2": "So."}
    assert ledger.known(["k1", "k2", "k3", "k'4"]) == {"k1", "k2"}
    assert ledger.known([]) == set()
