"""The tables of an empty portal, made once and copied by every test run until a migration changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.db import connection

from tools.run_tests import cache_folder

ROOT = Path(__file__).resolve().parents[1]
# What the tables follow from: the migrations, and what installs triggers after them.
SOURCES = ("*/migrations/*.py", "authorizations/triggers.py", "authorizations/apps.py", "requirements.lock")
MOST_CACHED = 8


def copy_into_test_database(patch: pytest.MonkeyPatch) -> None:
    """Begins the test database on SQLite with the migrated tables; `migrate` then finds nothing left to do."""
    create = connection.creation._create_test_db

    def create_as_migrated(*args: object) -> str:
        name: str = create(*args)
        shutil.copyfile(migrated_database(), name)
        return name

    if connection.vendor == "sqlite":
        patch.setattr(connection.creation, "_create_test_db", create_as_migrated)


def migrated_database() -> Path:
    """The file of a database that was migrated as every portal is; others wait while one process makes it."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    made = cache / f"{_key()}.sqlite3"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for outdated in sorted(cache.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)[:-MOST_CACHED]:
                outdated.unlink()
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
                line = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
                subprocess.run(line, cwd=ROOT, env={**environment, "PORTAL_DATA": folder}, check=True)
                shutil.move(Path(folder) / "portal.sqlite3", made)
    return made


def _key() -> str:
    files = sorted(path for pattern in SOURCES for path in ROOT.glob(pattern))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
