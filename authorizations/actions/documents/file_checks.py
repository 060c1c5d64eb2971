"""Checks of the documents' files as jobs, so that the PMO sees what they found and is told."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from authorizations.actions.door import new_values
from authorizations.actions.jobs import finish
from authorizations.models import FileCheck


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. ``missing`` and ``changed`` are ids of versions; ``unneeded`` are names of files."""

    files: int
    versions: int
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unneeded: list[str] = field(default_factory=list)


def ask_file_check(now: datetime) -> FileCheck:
    """Asks for a check; the timer does, and so without an entry."""
    check: FileCheck = FileCheck.objects.create(asked_at=now, not_before=now)
    return check


def finish_file_check(job: FileCheck, found: Checked, now: datetime) -> FileCheck:
    changes = new_values(files=found.files, missing=found.missing, changed=found.changed, unneeded=len(found.unneeded))
    return finish(job, "finished", changes, now, **asdict(found))
