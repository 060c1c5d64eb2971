"""The tables of an empty portal, made once for all workers of a run: migrating takes eight seconds."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]


def give_to_the_test_database(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Begins the test database with what one worker has migrated; `migrate` then finds nothing left to do."""
    create = connection.creation._create_test_db

    def create_as_migrated(*args: object) -> str:
        name: str = create(*args)
        shutil.copyfile(_migrated(folder), name)
        return name

    if connection.vendor == "sqlite":
        patch.setattr(connection.creation, "_create_test_db", create_as_migrated)


def _migrated(folder: Path) -> Path:
    """The file of a database that was migrated as every portal is; who comes meanwhile waits for it."""
    folder /= "migrated"
    folder.mkdir(exist_ok=True)
    whole = folder / "whole"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            line = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
            subprocess.run(line, cwd=ROOT, env={**os.environ, "PORTAL_DATA": str(folder)}, check=True)
            whole.touch()
    return folder / "portal.sqlite3"
