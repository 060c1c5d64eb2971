"""A database of each released version, with the demo, is brought up to date by today's migrations and loses nothing."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.homes import ROOT, Home, new_home
from tests.upgrades.databases import archives

pytestmark = pytest.mark.upgrades
KEPT = archives("postgresql" if os.environ.get("DATABASE_URL") else "sqlite")
# Of the tables of the database itself, since models may have been renamed; those of SQLite hold its own statistics.
COUNTED = """
from django.db import connection
with connection.cursor() as cursor:
    names = connection.introspection.table_names(cursor)
    for name in (each for each in names if not each.startswith("sqlite_")):
        cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
        print(repr(name), cursor.fetchone()[0], sep=": ")
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with new_home(tmp_path / "data", "upgrade") as made:
        yield made


def run(home: Home, *words: str) -> str:
    environment = {**home.environment, "DJANGO_SETTINGS_MODULE": "fedramp_portal.settings"}
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout + done.stderr


def rows(printed: str) -> dict[str, int]:
    return {table: int(number) for table, number in re.findall(r"'(\w+)': (\d+)", printed)}


def test_there_is_a_database_to_upgrade() -> None:
    assert KEPT, "make one: python -m tests.upgrades.databases make VERSION"


@pytest.mark.parametrize("archive", KEPT, ids=lambda path: path.name)
def test_a_database_of_a_released_version_is_brought_up_to_date(archive: Path, home: Home) -> None:
    run(home, "-m", "tests.upgrades.databases", "load", str(archive))
    before = rows(run(home, "manage.py", "shell", "--no-imports", "-c", COUNTED))
    assert before["authorizations_case"] > 20

    run(home, "manage.py", "migrate", "--verbosity=0")

    now = rows(run(home, "manage.py", "shell", "--no-imports", "-c", COUNTED))
    lost = {table: (number, now.get(table)) for table, number in before.items() if now.get(table, number) < number}
    assert not lost, f"rows that {archive.name} held"
    run(home, "manage.py", "verify_audit_log")
    run(home, "manage.py", "check_files")
    told = run(home, "-m", "tests.upgrades.asking")
    assert [line for line in told.splitlines() if re.match(r"5\d\d /", line)] == []
    assert int(re.findall(r"(\d+) asked", told)[0]) > 200
