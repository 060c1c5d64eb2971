"""A backup that is made while people write is whole, and becomes the same portal elsewhere."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from authorizations.management import database_dumps
from tests.crash.homes import ROOT, FirstStart, Home, new_home
from tests.own_services import wait_for

pytestmark = pytest.mark.crash
WRITERS = 3
# Who has added a document to an open case of the demo may add another version of it.
FIND = """
from authorizations.models import DocumentVersion
added = DocumentVersion.objects.filter(document__case__stage="access_requested", document__key="access_form")
version = added.select_related("document__case", "added_by").first()
print(version.document.case.public_id, version.added_by.public_id)
"""


def manage(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(line, env=home.environment, capture_output=True, text=True, check=False)


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def writing(home: Home, folder: Path) -> Iterator[Path]:
    """Several processes that add documents, and a file with a line for each that is there."""
    case, person = said(manage(home, "shell", "--no-imports", "-c", FIND)).split()
    line = [sys.executable, "-m", "tests.crash.busy", case, person]
    environment = {**home.environment, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"}
    printed = folder / "added"
    with printed.open("w") as file:
        writers = [subprocess.Popen(line, cwd=ROOT, env=environment, stdout=file) for _ in range(WRITERS)]
    try:
        wait_for(lambda: added(printed) > 10, "documents that are being added")
        yield printed
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()


def added(printed: Path) -> int:
    return printed.read_text().count("added")


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    with new_home(tmp_path / "elsewhere", "elsewhere") as home:
        yield home


@dataclass(frozen=True)
class BackedUp:
    """A portal and a backup that was made of it while processes wrote; neither is to be changed."""

    home: Home
    folder: Path
    printed: str
    # How many documents there were when the backup began, and when it was whole.
    before: int
    after: int


@pytest.fixture(scope="module")
def backed_up(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackedUp]:
    """Made once, by five processes: some ten seconds."""
    folder = tmp_path_factory.mktemp("backed_up")
    with new_home(folder / "data", "backed_up", like=first_start.home) as home:
        with writing(home, folder) as writers:
            before = added(writers)
            printed = said(manage(home, "backup", str(folder / "backup")))
            after = added(writers)
        yield BackedUp(home, folder / "backup", printed, before, after)


def test_a_backup_made_while_processes_write_becomes_the_same_portal_elsewhere(
    backed_up: BackedUp, elsewhere: Home, tmp_path: Path
) -> None:
    folder = backed_up.folder
    # They were not held up for as long as it took.
    assert backed_up.after > backed_up.before
    assert f"{folder}: " in backed_up.printed
    manifest = manifest_of(folder)
    assert (folder.stat().st_mode & 0o777) == 0o700
    assert manifest["contents"]["rows"]["authorizations_documentversion"] >= backed_up.before
    assert manifest["changed"] == []

    told = said(manage(elsewhere, "restore", str(folder)))

    assert "The audit log is complete: " in told
    assert "The files are whole: " in told
    again = tmp_path / "again"
    said(manage(elsewhere, "backup", str(again)))
    # The same rows in every table, the same end of each log; and of files at least those that rows need.
    assert manifest_of(again)["contents"] == manifest["contents"]
    assert documents(manifest_of(again)) == documents(manifest)


def documents(manifest: Any) -> dict[str, Any]:
    return {name: said for name, said in manifest["files"].items() if name.startswith("documents/")}


@pytest.fixture
def backup(backed_up: BackedUp, tmp_path: Path) -> Path:
    return Path(shutil.copytree(backed_up.folder, tmp_path / "backup"))


@pytest.mark.sqlite
def test_a_backup_that_was_changed_is_not_restored(backup: Path, elsewhere: Home) -> None:
    document = next((backup / "documents").iterdir())
    content = document.read_bytes()
    document.write_bytes(content[:-1] + b"x")
    (backup / "stray").touch()
    (lost, *_) = [path for path in (backup / "documents").iterdir() if path != document]
    lost.unlink()
    refused = manage(elsewhere, "restore", str(backup))
    assert refused.returncode == 1
    for wrong in (f"{document.name} was changed", f"{lost.name} is missing", "stray does not belong to it"):
        assert wrong in refused.stderr
    assert "Nothing was restored." in refused.stderr
    # So a good copy can still be restored there.
    (backup / "stray").unlink()
    document.write_bytes(content)
    (backup / "manifest.json").rename(backup / "elsewhere.json")
    assert "it is no backup, or one that was not finished" in manage(elsewhere, "restore", str(backup)).stderr


@pytest.mark.sqlite
def test_a_backup_with_a_file_of_a_foreign_name_fills_nothing(backup: Path, elsewhere: Home) -> None:
    stray = backup / "documents" / "readme.txt"
    stray.write_text("Put here by somebody, and by the manifest too.")
    manifest = json.loads((backup / "manifest.json").read_text())
    content = stray.read_bytes()
    manifest["files"]["documents/readme.txt"] = [hashlib.sha256(content).hexdigest(), len(content)]
    (backup / "manifest.json").write_text(json.dumps(manifest))
    refused = manage(elsewhere, "restore", str(backup))
    assert (refused.returncode, "documents/readme.txt is no file of a document" in refused.stderr) == (1, True)
    # Nothing was filled: a good copy can still be restored there.
    stray.unlink()
    del manifest["files"]["documents/readme.txt"]
    (backup / "manifest.json").write_text(json.dumps(manifest))
    assert manage(elsewhere, "restore", str(backup)).returncode == 0


@pytest.mark.sqlite
def test_neither_goes_where_something_is_already(backed_up: BackedUp) -> None:
    home, folder = backed_up.home, backed_up.folder
    again = manage(home, "backup", str(folder))
    assert (again.returncode, again.stderr) == (
        1,
        f"CommandError: {folder} is not empty. A backup needs a folder of its own.\n",
    )
    restored = manage(home, "restore", str(folder))
    assert restored.returncode == 1
    assert "The portal is not empty: its database has tables, it keeps files of documents" in restored.stderr


@pytest.mark.sqlite
def test_a_backup_of_a_later_version_is_not_restored(backup: Path, elsewhere: Home) -> None:
    manifest = manifest_of(backup)
    manifest["contents"]["migrations"].append("authorizations.9999_later")
    (backup / "manifest.json").write_text(json.dumps(manifest))
    said_no = manage(elsewhere, "restore", str(backup)).stderr
    assert "A later version made this backup; this one does not know authorizations.9999_later." in said_no


@pytest.mark.sqlite
def test_a_program_of_postgresql_that_is_absent_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_dumps, "_find", lambda program: None)
    with pytest.raises(
        database_dumps.NotDumped, match=r"pg_dump is not on this machine.*apt-get install postgresql-client"
    ):
        database_dumps._postgresql("pg_dump")
