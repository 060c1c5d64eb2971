"""Markers that follow from where a test stands, and the folders that a run need not even import."""

from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

# Tests of these folders draw pages, of the portal, the admin or the API.
PAGES = {"web", "admin", "api", "doors", "demo"}
# Tests of these folders are of a suite of their own.
SUITES = {"browser", "crash", "service", "upgrades"}


def of_path(path: Path) -> set[str]:
    """The markers that every test of a file has because of its folder."""
    folders = set(path.parts)
    return {"pages"} & {"pages" for folder in PAGES & folders} | SUITES & folders


def is_left_out(path: Path, expression: str) -> bool:
    """Whether no test of a file can be asked for: its folder is a suite of its own, and the run is of another."""
    suites = of_path(path) & SUITES
    asked = Expression.compile(expression)
    # What a test adds to the marker of its folder does not matter here, so it counts as either.
    return bool(suites) and not any(
        asked.evaluate(lambda name, has=has, **_: name in suites or (name not in SUITES and has))
        for has in (True, False)
    )


def mark(items: list[pytest.Item]) -> None:
    """Gives each test the markers of its folder."""
    for item in items:
        for name in sorted(of_path(item.path.relative_to(item.config.rootpath))):
            item.add_marker(name)
