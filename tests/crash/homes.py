"""A portal of a test's own: a data folder and a database, empty or a copy of what a first start makes."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Home:
    """Where a portal keeps its data, and the environment of the programs that use it."""

    folder: Path
    database: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PORTAL_DATA": str(self.folder), "REDIS_URL": "", **self.database}


@dataclass(frozen=True)
class FirstStart:
    """A start with an empty database: its sign-in page at once, how it ended, what it printed, and its data."""

    page: str
    code: int
    printed: str
    home: Home


@contextmanager
def new_home(folder: Path, name: str, *, like: Home | None = None) -> Iterator[Home]:
    """A data folder and a database of the kind this lane is for, both empty or a copy of another's."""
    if like and like.folder.exists():
        shutil.copytree(like.folder, folder)
    address = os.environ.get("DATABASE_URL")
    if not address:
        yield Home(folder, {})
        return
    name = f"portal_{name}_{os.getpid()}"
    model = urlsplit(like.database["DATABASE_URL"]).path[1:] if like else "template0"
    with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
        try:
            yield Home(folder, {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{name}"))})
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def started(home: Home, printed: Path, *options: str) -> subprocess.Popen[str]:
    """A start of `serve`; what it prints goes to one file."""
    line = [sys.executable, str(ROOT / "manage.py"), "serve", *options]
    with printed.open("w") as file:
        return subprocess.Popen(line, env=home.environment, stdout=file, stderr=file, text=True)


def wait_for(pattern: str, printed: Path, seconds: float = 180) -> re.Match[str]:
    """The first place where the pattern was printed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := re.search(pattern, printed.read_text()):
            return found
        time.sleep(0.05)
    pytest.fail(f"“{pattern}” was not printed within {seconds} s, but:\n{printed.read_text()}")


def address_of(printed: Path) -> str:
    return wait_for(r"The portal is at (http://127\.0\.0\.1:\d+)/", printed).group(1)
