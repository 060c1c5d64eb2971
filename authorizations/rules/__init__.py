"""The rules that change: each release is one document of stages, dates, lengths and forms, with its sources. Pure.

Some are shipped here. Others are imported while the portal runs; what a process knows of those, it was told by
`models/rules_release.py`, which alone asks the database.
"""

from datetime import date

from authorizations.rules.document import read
from authorizations.rules.release import FOLDER, BadRelease, Release, Shelf, today

SHELF = Shelf(read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))


def releases() -> dict[str, Release]:
    """Every release by its id, the oldest first, with local policy where a document leaves something open."""
    return SHELF.all


def release(name: str) -> Release:
    """The release a case is pinned to.

    Raises:
        KeyError: there is no such release.
    """
    if name not in SHELF.all:
        # Another process may have imported it a moment ago, and pinned a case to it.
        SHELF.ask()
    return SHELF.all[name]


def newest(on: date | None = None) -> Release:
    """The newest release that is active on a day, today where none is given.

    A new case is pinned to it, and effective dates are its facts (machine tables, rule 11).
    """
    return SHELF.newest(on or today())


def closings() -> frozenset[date]:
    """Days on which offices are closed by order, beside the holidays of the law."""
    return SHELF.closings


__all__ = ["SHELF", "BadRelease", "Release", "closings", "newest", "release", "releases"]
