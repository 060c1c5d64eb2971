"""What a worker does with reports that were asked for: a child process makes each, and can be ended at any time.

Not by Celery's limits: a pool of threads has none, and `worker_max_memory_per_child` is looked at between two tasks.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from authorizations.actions import jobs
from authorizations.actions.jobs import Heartbeats
from authorizations.actions.reports import FinishedReport, finish_report
from authorizations.models import ReportJob
from authorizations.reports.jobs import files
from authorizations.reports.jobs.child_process import NO_MEMORY, OUT, STATE

CHILD = [sys.executable, "-m", "authorizations.reports.jobs.child_process"]
# Seconds between two looks at the child; a cancelled report is noticed within two.
LOOK = 0.5
TOO_LONG = "Making it took longer than a report may take. Narrow it, or take CSV."
TOO_LARGE = "It is larger than a report may be. Narrow it, or take CSV."
TOO_MUCH_MEMORY = "Making it took more memory than a report may have. Narrow it, or take CSV."
# One at a time in each process: its other threads have other work.
_ONE = threading.Lock()


class CannotBeMade(Exception):
    """The text is a sentence for the person who asked."""


def make_all() -> int:
    """Makes what waits until nothing does; returns how many. Nothing where this process makes one already."""
    if not _ONE.acquire(blocking=False):
        return 0
    try:
        return jobs.work_through(ReportJob, make)
    finally:
        _ONE.release()


def make(job: ReportJob) -> None:
    """Makes one report that was claimed; what became of it is noted in its row."""
    with TemporaryDirectory(dir=files.work_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        try:
            with _child(job, folder) as child:
                _watch(job, child, folder)
            state = _result(job, child, folder)
            if state is None:
                jobs.retry_or_fail(job, timezone.now())
            else:
                _store(job, state["made"], folder / OUT)
        except CannotBeMade as sentence:
            jobs.fail(job, str(sentence), timezone.now())


@contextmanager
def _child(job: ReportJob, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The process that makes a report; at the end it is ended, with all that it started."""
    child = subprocess.Popen(  # noqa: S603  # our own module, and numbers
        [*CHILD, str(job.pk), str(folder), str(settings.REPORT_MEMORY)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "TMPDIR": str(folder)},
        # It ends when this pipe does, however its worker dies.
        stdin=subprocess.PIPE,
        # Its own group, so that it can be ended with whatever it started.
        start_new_session=True,
    )
    with child:
        try:
            yield child
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)


def _watch(job: ReportJob, child: subprocess.Popen[bytes], folder: Path) -> None:
    """Waits for the child's end.

    Raises:
        CannotBeMade: it has to be ended. NoLongerPossible: nobody wants the report any more.
    """
    deadline, note = time.monotonic() + settings.REPORT_SECONDS, Heartbeats(job)
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(LOOK)
            return
        if time.monotonic() > deadline:
            raise CannotBeMade(TOO_LONG)
        _refuse_too_large(folder / OUT)
        state = _state(folder)
        note(state["progress"], state["total"])


def _result(job: ReportJob, child: subprocess.Popen[bytes], folder: Path) -> dict[str, Any] | None:
    """What the child left; None where it died. Raises CannotBeMade where the report is not to be had."""
    state = _state(folder)
    if child.returncode == NO_MEMORY:
        raise CannotBeMade(TOO_MUCH_MEMORY)
    if "failed" in state:
        raise CannotBeMade(state["failed"])
    if child.returncode or "made" not in state:
        jobs.logger.warning("report %s: its process ended with %d", job.public_id, child.returncode)
        return None
    # What was made between two looks was noted nowhere yet.
    jobs.heartbeat(job, state["progress"], state["total"], timezone.now())
    return state


def _state(folder: Path) -> dict[str, Any]:
    with suppress(FileNotFoundError):
        return {"progress": 0, "total": 0, **json.loads((folder / STATE).read_text())}
    return {"progress": 0, "total": 0}


def _refuse_too_large(out: Path) -> None:
    if out.exists() and out.stat().st_size > settings.REPORT_MAX_BYTES:
        raise CannotBeMade(TOO_LARGE)


def _store(job: ReportJob, made: dict[str, Any], out: Path) -> None:
    _refuse_too_large(out)
    size = out.stat().st_size
    with out.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    # A name for this attempt alone: no other worker writes to it.
    path = files.keep(out, f"{job.public_id}-{job.claim}")
    try:
        finish_report(job, FinishedReport(path=path, size=size, sha256=sha256, **made), timezone.now())
    except BaseException:
        files.forget([path])
        raise
    jobs.logger.info("report %s made: %s, %d bytes", job.public_id, job.format, size)
