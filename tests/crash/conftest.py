"""Portals for the crash tests: an empty one, and one that was started once before."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.homes import FirstStart, Home, address_of, new_home, started, wait_for


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    """The one start that makes a database, ended since, so that others can begin with a copy of what it made."""
    folder = tmp_path_factory.mktemp("first")
    with new_home(folder / "data", "first") as home:
        process = started(home, folder / "printed", "--prepare", "--port", "0")
        try:
            address = address_of(folder / "printed")
            with urllib.request.urlopen(f"{address}/sign-in/") as answer:
                first_page = answer.read().decode()
            wait_for("Demo data entered", folder / "printed")
            process.terminate()
            code = process.wait(10)
        finally:
            process.kill()
        yield FirstStart(first_page, code, (folder / "printed").read_text(), home)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Home]:
    with new_home(tmp_path / "data", "empty") as home:
        yield home


@pytest.fixture
def prepared(tmp_path: Path, first_start: FirstStart) -> Iterator[Home]:
    """What a portal has that was started once before."""
    with new_home(tmp_path / "data", "prepared", like=first_start.home) as home:
        yield home
