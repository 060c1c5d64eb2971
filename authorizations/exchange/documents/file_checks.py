"""Comparing the kept files with the versions that need them: what is missing, what nobody needs, what was changed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from authorizations.actions.documents.file_checks import Checked, ask_file_check, finish_file_check
from authorizations.actions.jobs import Heartbeats
from authorizations.exchange.documents import file_store
from authorizations.models import DocumentVersion, FileCheck
from authorizations.vocabulary import Scan

# A file is kept before its version is written: a younger one may belong to a form that is being corrected.
YOUNG = timedelta(days=1)


def check(now: datetime, progress: Callable[[int, int], object] = lambda done, total: None) -> Checked:
    """Reads every file that a version needs, and lists the others that are older than a day.

    Args:
        progress: called with (read, in all) before each file.
    """
    needed: dict[str, list[str]] = {}
    # What the scanner refused was deleted on purpose.
    rows = DocumentVersion.objects.exclude(sha256="").exclude(scan=Scan.INFECTED).order_by("pk")
    for sha256, public_id in rows.values_list("sha256", "public_id"):
        needed.setdefault(sha256, []).append(public_id)
    found = set(file_store.stored_names())
    missing = [each for sha256, ids in needed.items() if sha256 not in found for each in ids]
    changed = []
    for number, (sha256, ids) in enumerate(needed.items()):
        progress(number, len(needed))
        changed += ids if sha256 in found and not _is_whole(sha256) else []
    unneeded = sorted(_old(found - needed.keys(), now))
    return Checked(len(found), sum(map(len, needed.values())), missing, changed, unneeded)


def check_files(job: FileCheck) -> FileCheck:
    """The same as a job that was taken: noted for the PMO."""
    return finish_file_check(job, check(timezone.now(), Heartbeats(job)), timezone.now())


def check_files_now(now: datetime) -> FileCheck:
    """The same for anyone who waits for it; no worker sees the job before it is taken."""
    with transaction.atomic():
        asked = ask_file_check(now)
        job: FileCheck = FileCheck.objects.filter(pk=asked.pk).take(now)
    return check_files(job)


def _is_whole(sha256: str) -> bool:
    with file_store.open_stored(sha256) as file:
        return file_store.hash_of(file)[0] == sha256


def _old(names: set[str], now: datetime) -> Iterator[str]:
    for name in names:
        if file_store.stored_since(name) < now - YOUNG:
            yield name
