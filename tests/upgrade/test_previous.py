"""A database that the code before the newest migrations made is brought up to date by today's, and loses nothing."""

import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.homes import ROOT, Home, new_home

pytestmark = pytest.mark.upgrade
MIGRATIONS = ("accounts/migrations", "authorizations/migrations")
MOVED = "from django.apps import apps; print({m._meta.db_table: m._base_manager.count() for m in apps.get_models()})"


def git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"this copy has no history to look in: {done.stderr.decode().strip()}")
    return done.stdout


def migrations_of(commit: str) -> dict[str, str]:
    """The migrations of a commit: the hash of the content of each, by path."""
    rows = git("ls-tree", "-r", commit, "--", *MIGRATIONS).decode().splitlines()
    return {path: facts.split()[2] for facts, _, path in (row.partition("\t") for row in rows)}


def todays() -> dict[str, str]:
    paths = sorted(str(path.relative_to(ROOT)) for folder in MIGRATIONS for path in (ROOT / folder).glob("*.py"))
    return dict(zip(paths, git("hash-object", *paths).decode().split(), strict=True))


@pytest.fixture(scope="module")
def before() -> str:
    """The last commit whose migrations are not today's: one that changed a migration itself."""
    now = todays()
    for commit in git("log", "--format=%H", "--", *MIGRATIONS).decode().split():
        if (then := migrations_of(commit)) and then != now:
            return commit
    pytest.skip("the history of this clone ends before other migrations: git fetch --unshallow")


@pytest.fixture
def old_code(before: str, tmp_path: Path) -> Path:
    folder = tmp_path / "before"
    with tarfile.open(fileobj=io.BytesIO(git("archive", before))) as packed:
        packed.extractall(folder, filter="data")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with new_home(tmp_path / "data", "upgrade") as made:
        yield made


def run(folder: Path, home: Home, *words: str) -> str:
    environment = {**home.environment, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout + done.stderr


def test_a_database_of_the_migrations_before_is_brought_up_to_date(before: str, old_code: Path, home: Home) -> None:
    run(old_code, home, "manage.py", "migrate", "--verbosity=0")
    run(old_code, home, "manage.py", "demo")
    counted = rows(run(old_code, home, "manage.py", "shell", "--no-imports", "-c", MOVED))

    run(ROOT, home, "manage.py", "migrate", "--verbosity=0")

    now = rows(run(ROOT, home, "manage.py", "shell", "--no-imports", "-c", MOVED))
    lost = {table: (number, now.get(table)) for table, number in counted.items() if now.get(table, number) < number}
    assert not lost, f"rows that were there at {before[:12]}"
    assert "The record is whole" in run(ROOT, home, "manage.py", "verify_record")
    run(ROOT, home, "manage.py", "check_files")
    told = run(ROOT, home, "-m", "tests.upgrade.asking")
    failed = [line for line in told.splitlines() if re.match(r"5\d\d /", line)]
    assert failed == []
    assert int(re.findall(r"(\d+) asked", told)[0]) > 200


def rows(printed: str) -> dict[str, int]:
    return {table: int(number) for table, number in re.findall(r"'(\w+)': (\d+)", printed)}
