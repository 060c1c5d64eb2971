"""The command `import_release`: what it shows and names, with which exit code it leaves, and what no file can do."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from authorizations.models import RulesRelease
from tests.rules.documents import LEGACY, TEXT, document, raw

pytestmark = pytest.mark.django_db


def run(*words: str) -> tuple[int, str, str]:
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("import_release", *words, stdout=out, stderr=err)
    except SystemExit as leaving:
        code = int(str(leaving.code))
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "next.json"
    path.write_bytes(raw(document(dates={"cutoff": ["2027-05-01", "MD26"]})))
    return path


def test_the_command_shows_and_then_imports(file: Path) -> None:
    code, out, _ = run(str(file))
    assert (code, RulesRelease.objects.count()) == (0, 0)
    assert "For every case, at once: 1 date of the rules would change." in out
    assert "Last day for new Rev5 applications: 11 Jun 2027 → 1 May 2027" in out
    assert run(str(file), "--apply")[0] == 0
    assert RulesRelease.objects.get().imported_by is None
    code, out, _ = run(str(file), "--apply")
    assert (code, "imported already" in out) == (0, True)
    assert run(str(file), "--against", LEGACY)[1].startswith("This document was imported already")


def test_the_command_names_every_place_that_is_wrong(file: Path) -> None:
    file.write_bytes(raw(document(dates={"cutoff": ["soon", "MD26"]}, lengths={"access_days": [0, "QG"]})))
    code, _, err = run(str(file), "--apply")
    assert code == 1
    assert [line.partition(":")[0] for line in err.splitlines()] == ["dates.cutoff.value", "lengths.access_days.value"]


def test_the_command_compares_with_the_release_that_is_named(file: Path) -> None:
    assert "beside rev5-legacy" in run(str(file), "--against", LEGACY)[1]
    assert run(str(file), "--against", "nothing")[0] == 1


HOSTILE = (
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b'{"id": 1, "id": 2}',
    b'{"n": NaN}',
    b'{"n": ' + b"9" * 5000 + b"}",
    b"[]",
    b"null",
    b'"text"',
    b"{}",
    raw(dict.fromkeys(json.loads(TEXT))),
    raw({**document(), "stages": {"initial": 5, "reuse": []}}),
    raw({**document(), "documents": [[], None, 5, {"key": []}]}),
    raw({**document(), "forms": {"a": "b"}, "leads": [], "effective": 7}),
    raw({**document(), "dates": {"cutoff": {"a": 1}}}),
    raw({**document(), "title": "x" * 3000}),
    b" " * (1024 * 1024 + 1),
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_file_is_refused_in_sentences(tmp_path: Path, number: int) -> None:
    path = tmp_path / "hostile.json"
    path.write_bytes(HOSTILE[number])
    code, _, err = run(str(path), "--apply")
    assert (code, RulesRelease.objects.count()) == (1, 0)
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize("path", ["absent.json", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    assert run(str(tmp_path / path))[0] == 1
