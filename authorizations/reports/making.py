"""What a worker does with reports that were asked for: a child process makes each, and can be ended at any time."""

import hashlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from authorizations.actions.refusals import MovedOn
from authorizations.actions.reports import Made, fail_report, finish_report, note_progress, take_report, try_again
from authorizations.models import ReportJob
from authorizations.reports import files

logger = logging.getLogger(__name__)

CHILD = [sys.executable, "-m", "authorizations.reports.child"]
# Seconds between two looks at whether the report is still wanted.
LOOK = 1.0
TOO_LONG = "Making it took longer than a report may take. Narrow it, or take CSV."
TOO_LARGE = "It is larger than a report may be. Narrow it, or take CSV."
DIED = "Making it ended three times without a word, perhaps for want of memory. Narrow it, or take CSV."
# One at a time in each process: its other threads have other work.
_ONE = threading.Lock()


@dataclass
class Told:
    written: int = 0
    total: int = 0
    made: dict[str, Any] | None = None
    failed: str = ""
    rest: bytes = field(default=b"", repr=False)

    def hear(self, piece: bytes) -> None:
        """Takes what came, which may end within a line."""
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            said = json.loads(line)
            self.written, self.total = said.get("written", self.written), said.get("total", self.total)
            self.made, self.failed = said.get("made", self.made), said.get("failed", self.failed)


class Unwanted(Exception):
    """The report was cancelled, or another worker has it."""


def make_all() -> int:
    """Makes what waits until nothing does; returns how many. Nothing where this process makes one already."""
    if not _ONE.acquire(blocking=False):
        return 0
    number = 0
    try:
        while job := take_report(timezone.now()):
            make(job)
            number += 1
    finally:
        _ONE.release()
    return number


def make(job: ReportJob) -> None:
    """Makes one report that was claimed; what became of it stands in its row."""
    with TemporaryDirectory(dir=files.work_folder(), ignore_cleanup_errors=True) as folder:
        out = Path(folder) / "report"
        try:
            told = _in_a_child(job, Path(folder), out)
            if told.made is not None:
                _keep(job, told.made, out)
            elif told.failed:
                fail_report(job, told.failed, timezone.now())
                logger.info("report %s could not be made", job.public_id)
            elif not try_again(job, timezone.now()):
                fail_report(job, DIED, timezone.now())
                logger.error("report %s: its process died %d times", job.public_id, job.attempts)
        except (Unwanted, MovedOn):
            logger.info("report %s is not wanted any more", job.public_id)


def _in_a_child(job: ReportJob, folder: Path, out: Path) -> Told:
    said, says = os.pipe()
    command = [*CHILD, str(job.pk), str(out), str(says), str(settings.REPORT_MEMORY)]
    try:
        # Its own group, so that it can be ended with whatever it started.
        child = subprocess.Popen(  # noqa: S603  # our own module, and numbers
            command,
            cwd=settings.BASE_DIR,
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.PIPE,
            pass_fds=[says],
            start_new_session=True,
        )
    except BaseException:
        os.close(said)
        raise
    finally:
        os.close(says)
    try:
        return _watched(job, child, said, out)
    finally:
        _end(child)
        os.close(said)


def _watched(job: ReportJob, child: subprocess.Popen[bytes], said: int, out: Path) -> Told:
    """What the child told until it ended, or had to be ended."""
    told, began = Told(), time.monotonic()
    while True:
        if select.select([said], [], [], LOOK)[0]:
            piece = os.read(said, 65_536)
            if not piece:
                break
            told.hear(piece)
        now = time.monotonic()
        if now - began > settings.REPORT_SECONDS:
            return Told(failed=TOO_LONG)
        if out.exists() and out.stat().st_size > settings.REPORT_MAX_BYTES:
            return Told(failed=TOO_LARGE)
        _look(job, told)
    # It closes its end as it ends; what it told counts only where it ended well.
    code = child.wait(timeout=30)
    if code:
        logger.warning("report %s: its process ended with %d", job.public_id, code)
    # What was made between two looks was told to nobody yet.
    elif not note_progress(job, told.written, told.total, timezone.now()):
        raise Unwanted
    return told if code == 0 or told.failed else Told()


def _look(job: ReportJob, told: Told) -> None:
    """Gives a sign of life, at most once in a while; raises Unwanted where nobody waits for the report any more."""
    now = timezone.now()
    if job.seen_at and (now - job.seen_at).total_seconds() < LOOK:
        return
    job.seen_at = now
    if not note_progress(job, told.written, told.total, now):
        raise Unwanted


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the child, if it has not ended, and all that it started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin:
        child.stdin.close()


def _keep(job: ReportJob, made: dict[str, Any], out: Path) -> None:
    size = out.stat().st_size
    if size > settings.REPORT_MAX_BYTES:
        fail_report(job, TOO_LARGE, timezone.now())
        return
    with out.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    # A name for this attempt alone: no other worker writes to it.
    path = files.keep(out, f"{job.public_id}-{job.claim}")
    try:
        finish_report(job, Made(path=path, size=size, sha256=sha256, **made), timezone.now())
    except BaseException:
        files.forget([path])
        raise
    logger.info("report %s made: %s, %d bytes", job.public_id, job.format, size)
