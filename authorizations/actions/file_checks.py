"""Entering what a check of the documents' files found, so that the PMO sees it and is told."""

from collections.abc import Sequence
from datetime import datetime

from authorizations.actions.door import Changes, entering
from authorizations.models import FileCheck


def enter_file_check(
    *,
    files: int,
    versions: int,
    missing: Sequence[str],
    changed: Sequence[str],
    unneeded: Sequence[str],
    now: datetime,
) -> FileCheck:
    """Writes down one check; the portal itself acts."""
    with entering(None, now=now) as act:
        check = FileCheck.objects.create(
            checked_at=now,
            files=files,
            versions=versions,
            missing=list(missing),
            changed=list(changed),
            unneeded=list(unneeded),
        )
        said: Changes = {
            "files": [None, files],
            "missing": [None, check.missing],
            "changed": [None, check.changed],
            "unneeded": [None, len(check.unneeded)],
        }
        act.record("filecheck.finished", check, changes=said)
    return check
