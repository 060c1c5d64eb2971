"""The demo's world, entered once in a run: entering takes ten seconds, and tests that only read it copy its file."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from demo.entering import enter_demo
from tests.cached_rows import MEMORY


@contextmanager
def connected_to(file: Path) -> Iterator[None]:
    """With this file as the database."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    MEMORY.is_empty = False
    MEMORY.end()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        MEMORY.is_empty = True


@pytest.fixture(scope="session")
def demo_file(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The database of the demo; whichever worker comes first makes it, and the others wait for it."""
    if connection.vendor != "sqlite":
        pytest.skip("the demo's world is copied as a file of SQLite")
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    whole, begun = folder / "demo.sqlite3", folder / "begun.sqlite3"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            begun.unlink(missing_ok=True)
            name = connection.settings_dict["NAME"]
            with closing(sqlite3.connect(name)) as migrated, closing(sqlite3.connect(begun)) as copy:
                migrated.backup(copy)
            with django_db_blocker.unblock(), connected_to(begun):
                assert enter_demo(timezone.now())
            begun.rename(whole)
    return whole


@pytest.fixture(scope="module")
def demo(
    demo_file: Path, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demo's world, for a module whose every test with a database reads it."""
    own = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    shutil.copyfile(demo_file, own)
    with django_db_blocker.unblock(), connected_to(own):
        yield
