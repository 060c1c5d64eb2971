"""Whatever is changed in the audit log, verifying names it, or says how many entries are missing."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from authorizations import tasks
from authorizations.actions.audit_log.security_events import note
from authorizations.actions.audit_log.verifications import ask_verification
from authorizations.audit_log.anchors import anchor_daily, anchors_now, read_anchors
from authorizations.audit_log.verify import verify
from authorizations.audit_log_format import hash_of, text_of
from authorizations.models import AuditLogHead, Event, Verification
from tests.audit_log.conftest import NOW, Tamper
from tests.audit_log.entries import entered
from tests.cast import Cast
from tests.outages.full_disk import room_for

TABLE = "authorizations_event"


@pytest.fixture(autouse=True)
def _anchors_elsewhere(settings: object, tmp_path: Path) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"  # type: ignore[attr-defined]


def test_a_record_that_nobody_touched_is_whole(entries: list[Event]) -> None:
    note("session.started", actor=None, now=NOW)
    result = verify(anchors_now(NOW))
    assert (result.findings, result.checked, result.ends) == ([], 31, {"acts": 30, "security": 1})


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "offering.added"),
        ("reason", "Nobody said so."),
        ("subject_id", 99),
        ("request_id", "another"),
        ("changes", '{"name": ["A", "B"]}'),
        ("at", "2020-01-01 00:00:00+00:00"),
        ("recorded_at", "2020-01-01 00:00:00+00:00"),
        ("idempotency_key", "another"),
    ],
)
def test_a_changed_column_is_named_with_its_entry(
    entries: list[Event], tamper: Tamper, column: str, value: object
) -> None:
    tamper(f"UPDATE {TABLE} SET {column} = %s WHERE id = %s", value, entries[16].pk)
    name = entries[16].public_id
    assert verify().findings == [f"Acts, entry 17 ({name}): its columns say something else than its text: {column}."]


def test_a_changed_text_is_named(entries: list[Event], tamper: Tamper) -> None:
    tamper(f"UPDATE {TABLE} SET text = replace(text, 'corrected', 'added') WHERE id = %s", entries[3].pk)
    assert "entry 4 " in verify().findings[0]
    assert "not the one that was hashed" in verify().findings[0]


@pytest.mark.parametrize("text", ["no JSON", "[]", "7"])
def test_a_text_that_is_no_entry_is_named(entries: list[Event], tamper: Tamper, text: str) -> None:
    tamper("UPDATE authorizations_event SET text = %s, hash = %s WHERE id = %s", text, hash_of(text), entries[3].pk)
    assert verify().findings[0].endswith("its columns say something else than its text: all of it.")


def test_who_writes_text_and_hash_anew_breaks_the_next_entry(entries: list[Event], tamper: Tamper) -> None:
    _rewrite(entries[3], tamper)
    assert f"entry 5 ({entries[4].public_id}): it does not follow" in verify().findings[0]


def test_a_last_entry_that_is_written_anew_does_not_fit_the_head(entries: list[Event], tamper: Tamper) -> None:
    _rewrite(entries[-1], tamper)
    assert verify().findings == ["Acts: the head does not fit entry 30."]


def _rewrite(event: Event, tamper: Tamper) -> None:
    event.verb = "offering.added"
    text = text_of(event.facts())
    tamper(
        f"UPDATE {TABLE} SET verb = %s, text = %s, hash = %s WHERE id = %s", event.verb, text, hash_of(text), event.pk
    )


@pytest.mark.parametrize(("gone", "words"), [((9,), ""), ((9, 10, 11), ", and 2 after it")])
def test_a_deleted_entry_is_named(entries: list[Event], tamper: Tamper, gone: tuple[int, ...], words: str) -> None:
    tamper(f"DELETE FROM {TABLE} WHERE audit_log = 'acts' AND position IN ({', '.join(map(str, gone))})")
    assert verify().findings == [f"Acts, entry 9 is missing{words}."]


def test_how_many_are_missing_at_the_end_is_said_by_the_head(entries: list[Event], tamper: Tamper) -> None:
    tamper(f"DELETE FROM {TABLE} WHERE position > 20")
    assert verify().findings == ["Acts: 10 entries are missing at the end: the head is at 30, the last entry is 20."]


def test_where_the_head_was_set_back_too_an_anchor_says_it(entries: list[Event], tamper: Tamper) -> None:
    anchors = anchors_now(NOW)
    tamper(f"DELETE FROM {TABLE} WHERE position > 20")
    AuditLogHead.objects.filter(audit_log="acts").update(position=20, hash=entries[19].hash)
    assert verify().is_whole
    (finding,) = verify(anchors).findings
    assert finding.startswith("Acts: 10 entries are missing at the end: the anchor of 2026-11-24T14:00:30")


def test_a_whole_log_that_is_computed_anew_is_found_by_an_anchor(entries: list[Event], tamper: Tamper) -> None:
    anchors = anchors_now(NOW)
    previous = entries[9].hash
    for event in entries[10:]:
        event.verb, event.previous = "offering.added", previous
        text = text_of(event.facts())
        previous = hash_of(text)
        tamper(
            f"UPDATE {TABLE} SET verb = %s, previous = %s, text = %s, hash = %s WHERE id = %s",
            *(event.verb, event.previous, text, previous, event.pk),
        )
    AuditLogHead.objects.filter(audit_log="acts").update(hash=previous)
    assert verify().is_whole
    assert "names another entry 30 than the audit log has" in verify(anchors).findings[0]


def test_a_head_that_was_set_back_alone_is_named(entries: list[Event]) -> None:
    AuditLogHead.objects.filter(audit_log="acts").update(position=20, hash=entries[19].hash)
    assert verify().findings == ["Acts: the head is at 20, but the last entry is 30."]


def test_the_missing_end_is_counted_also_behind_a_broken_entry(entries: list[Event], tamper: Tamper) -> None:
    tamper(f"DELETE FROM {TABLE} WHERE position = 5 OR position > 28")
    assert verify().findings == [
        "Acts, entry 5 is missing.",
        "Acts: 2 entries are missing at the end: the head is at 30, the last entry is 28.",
    ]


def test_numbers_and_keys_that_a_database_writes_its_own_way_are_no_change(db: None) -> None:
    changes = {"b": [1.5, 2.0], "a": [None, {"y": 1, "x": [True, "ü"]}], "long": [0, 12345678901234567890]}
    entered(
        Event(
            at=NOW,
            recorded_at=NOW,
            verb="user.corrected",
            subject_type="user",
            subject_id=1,
            changes=changes,
            reason="ß",
        )
    )
    assert verify().is_whole


def test_the_command_compares_every_anchor_that_it_is_given(entries: list[Event], tmp_path: Path) -> None:
    given, wrong = tmp_path / "given.txt", tmp_path / "wrong.txt"
    anchor_daily(given, NOW)
    given.write_text(f"Dear auditor,\n{given.read_text()}\nYours")
    said = StringIO()
    call_command("verify_audit_log", anchors=[given], stdout=said)
    assert said.getvalue() == "The audit log is complete: 30 entries (acts 30, security 0), 1 anchors compared.\n"
    anchor = json.loads(given.read_text().splitlines()[1])
    wrong.write_text(json.dumps({**anchor, "position": 29}))
    with pytest.raises(CommandError, match="names another entry 29"):
        call_command("verify_audit_log", anchors=[given, wrong])


def test_anchors_that_find_no_room_leave_no_half_line(entries: list[Event], tmp_path: Path) -> None:
    given = tmp_path / "anchors"
    anchor_daily(given, NOW)
    whole = given.read_text()
    with room_for(len(whole) + 10), pytest.raises(OSError, match="No space left"):
        anchor_daily(given, NOW + timedelta(days=1))
    assert given.read_text() == whole


def test_anchors_that_a_verification_knew_and_that_are_gone_are_a_finding(
    entries: list[Event], cast: Cast, settings: object
) -> None:
    anchor_daily(settings.ANCHOR_FILE, NOW)  # type: ignore[attr-defined]
    ask_verification(actor=cast.auditor, now=timezone.now())
    tasks.verify_audit_log()
    assert Verification.objects.get().is_whole
    settings.ANCHOR_FILE.unlink()  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="1 anchor that an earlier verification knew is gone"):
        call_command("verify_audit_log")
    ask_verification(actor=cast.auditor, now=timezone.now())
    tasks.verify_audit_log()
    assert not Verification.objects.latest("pk").is_whole


def test_the_command_warns_where_there_is_no_anchor_or_an_old_one_alone(entries: list[Event], settings: object) -> None:
    said = StringIO()
    call_command("verify_audit_log", stdout=StringIO(), stderr=said)
    assert "There is no anchor" in said.getvalue()
    anchor_daily(settings.ANCHOR_FILE, timezone.now() - timedelta(days=9))  # type: ignore[attr-defined]
    said = StringIO()
    call_command("verify_audit_log", stdout=StringIO(), stderr=said)
    assert "The newest anchor is 9 days old" in said.getvalue()
    anchor_daily(settings.ANCHOR_FILE, timezone.now())  # type: ignore[attr-defined]
    said = StringIO()
    call_command("verify_audit_log", stdout=StringIO(), stderr=said)
    assert said.getvalue() == ""


def test_the_command_always_reads_the_portals_own_anchors(entries: list[Event], settings: object) -> None:
    settings.ANCHOR_FILE.write_text(  # type: ignore[attr-defined]
        '{"at": "2026-11-24", "audit_log": "acts", "hash": "0", "position": 99}\n'
    )
    with pytest.raises(CommandError, match="69 entries are missing at the end: the anchor of 2026-11-24 is at 99"):
        call_command("verify_audit_log")


@pytest.mark.parametrize(
    "line", ["{", '{"audit_log": "acts"}', '{"audit_log": "x", "position": 1, "hash": "", "at": ""}']
)
def test_a_line_that_is_no_anchor_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match="Line 2 is no anchor"):
        read_anchors(f"Anchors:\n{line}\n")
