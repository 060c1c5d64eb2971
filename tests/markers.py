"""Which markers the tests of a file have: a lane does not even import a file that can hold none of its tests."""

import functools
import re
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

# Where pages are drawn, or as much; and those of the desk and the API, and of all doors at once.
OF_PAGES = {"web", "admin", "api", "doors", "demo"}
OF_THE_DESK = {"admin", "api", "doors"}
# What attacks are kept from, what the tests see when it is taken away, and how the demo reads do not hang on it.
OF_EITHER_DATABASE = {"attacks", "test_mutants", "demo"}
# Of every test in a file, of some of them, and of what `tests/samples.py` leaves out.
OF_ALL = re.compile(r"^pytestmark = pytest\.mark\.(\w+)$", re.M)
OF_SOME = re.compile(r"\bmark\.(\w+)")
SAMPLED = "from tests.samples import sample"


def of_its_place(path: Path) -> set[str]:
    """The markers that every test has where it stands."""
    folder = path.parent.name
    names = {
        "pages": folder in OF_PAGES,
        "desk": folder in OF_THE_DESK,
        "once": bool(OF_EITHER_DATABASE & {folder, path.stem}),
        "browser": folder == "browser",
    }
    return {name for name, holds in names.items() if holds}


@functools.cache
def of_its_text(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The markers that every test of a file has, and those that some of its tests may have."""
    text = path.read_text()
    some = {*OF_SOME.findall(text), *(["doors"] if SAMPLED in text else [])}
    return frozenset(OF_ALL.findall(text)), frozenset(some)


def can_hold(path: Path, expression: str) -> bool:
    """Whether a test of this file can have the markers that are asked for."""
    asked = Expression.compile(expression)
    every, some = of_its_text(path)
    every |= of_its_place(path)
    # Only the words of the expression count, so that the ways stay few.
    doubtful = sorted((some - every) & set(re.findall(r"\w+", expression)))
    for held in product([True, False], repeat=len(doubtful)):
        names = every | {name for name, holds in zip(doubtful, held, strict=True) if holds}
        if asked.evaluate(lambda name, **_: name in names):  # noqa: B023  # evaluated at once
            return True
    return False


def mark(items: list[pytest.Item]) -> None:
    """Gives each test the markers of its place; no test may have one that is nowhere to be read in its file."""
    for item in items:
        for name in of_its_place(item.path):
            item.add_marker(name)
        every, some = of_its_text(item.path)
        unread = {each.name for each in item.iter_markers()} - every - some - of_its_place(item.path)
        assert not unread, f"{item.nodeid}: write the markers {unread} in its file, or its lane may leave it aside"
