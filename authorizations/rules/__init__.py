"""The rules that change: each release is one document of stages, dates, lengths and forms, with its sources. Pure.

Some are shipped here. Others are imported while the portal runs; `models/rules.py`, which alone asks the
database, tells a process of those.
"""

from datetime import date

from authorizations.rules.release import FOLDER, BadRelease, Release, ReleaseRegistry, read, today

RELEASE_REGISTRY = ReleaseRegistry(read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json")))


def releases() -> dict[str, Release]:
    """Every release by its id, the oldest first, with local policy where a document leaves something open."""
    return RELEASE_REGISTRY.all


def release(name: str) -> Release:
    """The release a case is pinned to.

    Raises:
        KeyError: there is no such release.
    """
    if name not in RELEASE_REGISTRY.all:
        # Another process may have imported it a moment ago, and pinned a case to it.
        RELEASE_REGISTRY.refresh()
    return RELEASE_REGISTRY.all[name]


def newest(on: date | None = None) -> Release:
    """The newest release that is active on a day, today where none is given.

    A new case is pinned to it, and effective dates are its facts (machine tables, rule 11).
    """
    return RELEASE_REGISTRY.newest(on or today())


def office_closures() -> frozenset[date]:
    return RELEASE_REGISTRY.office_closures


def fedramp_takes_part() -> bool:
    return RELEASE_REGISTRY.fedramp_takes_part


__all__ = [
    "RELEASE_REGISTRY",
    "BadRelease",
    "Release",
    "fedramp_takes_part",
    "newest",
    "office_closures",
    "release",
    "releases",
]
