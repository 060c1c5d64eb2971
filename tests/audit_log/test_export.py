"""An exported log is checked by a third party: by a short program that knows nothing of the portal."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from authorizations.audit_log.anchors import anchor_daily
from authorizations.audit_log.pseudonyms import pseudonym
from authorizations.models import Event
from tests.audit_log.conftest import NOW
from tests.audit_log.entries import entered_all
from tests.cast import Cast

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "check_audit_log.py"
Check = Callable[..., tuple[int, str]]


@pytest.fixture
def exported(client: Client, cast: Cast, entries: list[Event], tmp_path: Path) -> Path:
    client.force_login(cast.auditor)
    file = tmp_path / "acts.jsonl"
    file.write_bytes(client.get(reverse("audit_log_acts_file")).getvalue())
    return file


@pytest.fixture
def check() -> Check:
    def run(*files: Path) -> tuple[int, str]:
        line = [sys.executable, "-I", str(PROGRAM), *map(str, files)]
        result = subprocess.run(line, capture_output=True, text=True, timeout=20, check=False)
        assert not result.stderr
        return result.returncode, result.stdout

    return run


def test_a_file_as_it_was_exported_is_whole_also_beside_anchors(exported: Path, check: Check, tmp_path: Path) -> None:
    anchor_daily(tmp_path / "anchors", NOW)
    assert len(exported.read_text().splitlines()) == 31
    whole = (0, "Whole: every entry follows the one before it, and none is missing.\n")
    assert check(exported, tmp_path / "anchors") == whole


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines[:5], lines[5].replace("corrected", "added"), *lines[6:]], "entry at line 7 does not"),
        (lambda lines: [*lines[:5], *lines[6:]], "entry at line 6 does not"),
        (lambda lines: lines[:-10], "The last line is entry 20; entry 30 should be"),
        (lambda lines: [*lines[:-1], lines[-1].replace("corrected", "added")], "The last line is entry 30"),
    ],
)
def test_a_file_that_was_changed_is_named_by_its_line(
    exported: Path, check: Check, change: Callable[[list[str]], list[str]], words: str
) -> None:
    exported.write_text("\n".join(change(exported.read_text().splitlines())) + "\n")
    code, said = check(exported)
    assert code == 1
    assert words in said


def test_an_anchor_that_names_another_entry_is_named(exported: Path, check: Check, tmp_path: Path) -> None:
    anchor_daily(tmp_path / "anchors", NOW)
    wrong = tmp_path / "anchors"
    wrong.write_text(wrong.read_text().replace('"position": 30', '"position": 29'))
    assert check(exported, wrong)[1].endswith("names another entry 29.\n")


def test_an_export_is_itself_on_record_and_the_other_log_holds_it(exported: Path, client: Client, cast: Cast) -> None:
    entry = Event.objects.get(verb="record.exported")
    assert (entry.actor, entry.changes) == (cast.auditor, {"audit_log": [None, "acts"]})
    lines = client.get(reverse("audit_log_security_file")).getvalue().decode().splitlines()
    assert lines[1] == entry.text


def test_the_page_of_the_export_says_how_to_check(client: Client, cast: Cast, entries: list[Event]) -> None:
    client.force_login(cast.auditor)
    page = client.get(reverse("audit_log_export")).content.decode()
    assert "Take the SHA-256 of a line" in page
    assert "30 entries now" in page


def test_a_third_party_follows_one_person_without_a_name(client: Client, cast: Cast) -> None:
    entered_all(
        Event(
            at=NOW, recorded_at=NOW, verb="offering.corrected", subject_type="offering", subject_id=1, actor=who, **more
        )
        for who, more in (
            (cast.pmo_lead, {}),
            (cast.csp_lead, {"acted_for": cast.pmo_lead}),
            (cast.viewer, {"decided_by": cast.official}),
            (None, {}),
        )
    )
    cast.viewer.is_active, cast.viewer.merged_into = False, cast.csp_lead
    cast.viewer.save()
    client.force_login(cast.auditor)
    text = client.get(reverse("audit_log_acts_file")).getvalue().decode()
    first, *entries = map(json.loads, text.splitlines())
    people = first["people"]
    words = [people.get(str(entry["actor"])) for entry in entries]
    # Two accounts of one person are one word, and of the portal itself there is none.
    assert words[1] == words[2] != words[0]
    assert words[3] is None
    assert set(people) == {str(each.pk) for each in (cast.pmo_lead, cast.csp_lead, cast.viewer, cast.official)}
    assert client.get(reverse("audit_log_acts_file")).getvalue().decode().count(words[0]) == 1
    for person in (cast.pmo_lead, cast.csp_lead, cast.viewer, cast.official):
        assert not any(known in text for known in (person.name, person.email, person.public_id))


def test_the_word_for_a_person_needs_the_key_of_the_portal(settings: object) -> None:
    before = pseudonym(7)
    assert before == pseudonym(7) != pseudonym(8)
    settings.SECRET_KEY = "another key of another portal, or of this one later"  # type: ignore[attr-defined]
    assert pseudonym(7) != before
