"""Comparing the kept files with the versions that need them: what is missing, what nobody needs, what was changed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from authorizations.actions.file_checks import enter_file_check
from authorizations.exchange import kept
from authorizations.models import ArtifactVersion, FileCheck
from authorizations.vocabulary import Scan

# A file is kept before its version is written: a younger one may belong to a form that is being corrected.
YOUNG = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``missing`` and ``changed`` are ids of versions; ``unneeded`` are names of files."""

    files: int
    versions: int
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unneeded: list[str] = field(default_factory=list)


def check(now: datetime) -> Checked:
    """Reads every file that a version needs, and lists the others that are older than a day."""
    needed: dict[str, list[str]] = {}
    # What the scanner refused was deleted on purpose.
    rows = ArtifactVersion.objects.exclude(sha256="").exclude(scan=Scan.INFECTED).order_by("pk")
    for sha256, public_id in rows.values_list("sha256", "public_id"):
        needed.setdefault(sha256, []).append(public_id)
    found = set(kept.every_name())
    missing = [each for sha256, ids in needed.items() if sha256 not in found for each in ids]
    changed = [each for sha256, ids in needed.items() if sha256 in found and not _is_whole(sha256) for each in ids]
    unneeded = sorted(_old(found - needed.keys(), now))
    return Checked(len(found), sum(map(len, needed.values())), missing, changed, unneeded)


def look_at_files(now: datetime) -> FileCheck:
    """The same, written down for the PMO."""
    found = check(now)
    return enter_file_check(**asdict(found), now=now)


def _is_whole(sha256: str) -> bool:
    with kept.reopen(sha256) as file:
        return kept.hash_of(file)[0] == sha256


def _old(names: set[str], now: datetime) -> Iterator[str]:
    for name in names:
        if kept.kept_since(name) < now - YOUNG:
            yield name
