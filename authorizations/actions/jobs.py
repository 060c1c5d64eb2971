"""What becomes of background jobs while a worker has them; their ends are entries, claims and progress are not."""

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.utils import timezone

from authorizations.actions.door import Changes, action
from authorizations.actions.refusals import NoLongerPossible
from authorizations.models.background_job import BackgroundJob
from authorizations.vocabulary import JobStatus

logger = logging.getLogger(__name__)

J = TypeVar("J", bound=BackgroundJob)
# Seconds between two heartbeats of a job.
EVERY = 1.0


def work_through(record_type: type[J], work: Callable[[J], object], seconds: float = math.inf) -> int:
    """Does the jobs that wait, one by one; returns how many. What ends in a mistake is tried again, then given up.

    Args:
        seconds: after which none is begun any more; the next who looks does what is left.
    """
    number, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and (job := record_type.objects.take(timezone.now())):
        number += 1
        try:
            _attempt(job, work)
        except NoLongerPossible:
            logger.info("%s %s was cancelled, or taken by another worker", record_type.EVENTS, job.public_id)
    return number


def _attempt(job: J, work: Callable[[J], object]) -> None:
    try:
        work(job)
    except NoLongerPossible:
        raise
    except Exception:
        logger.exception("%s %s failed at attempt %d", job.EVENTS, job.public_id, job.attempts)
        retry_or_fail(job, timezone.now())


class Heartbeats:
    """Notes how far a job is, at most once a second. NoLongerPossible: it is no longer this worker's."""

    def __init__(self, job: BackgroundJob) -> None:
        self._job, self._last = job, 0.0

    def __call__(self, progress: int, total: int) -> None:
        if time.monotonic() - self._last > EVERY:
            self._last = time.monotonic()
            heartbeat(self._job, progress, total, timezone.now())


def heartbeat(job: BackgroundJob, progress: int, total: int, now: datetime) -> None:
    """Notes how far a job is. Raises NoLongerPossible where it was cancelled, or another worker has it."""
    if not type(job).objects.held(job).update(progress=progress, total=total, heartbeat_at=now):
        raise NoLongerPossible("This was cancelled, or taken by another worker.")


def retry_or_fail(job: BackgroundJob, now: datetime) -> None:
    """Puts a job back for its next attempt, or gives it up. NoLongerPossible: it is no longer this worker's."""
    later = job.next_attempt(job.attempts, now)
    if later is None:
        fail(job, job.GIVEN_UP, now)
    elif not type(job).objects.held(job).update(status=JobStatus.WAITING, claim=None, not_before=later):
        raise NoLongerPossible("This was cancelled, or taken by another worker.")


def fail_abandoned(record_type: type[BackgroundJob], now: datetime) -> int:
    """Gives up the jobs whose workers died at each attempt; returns how many."""
    jobs = list(record_type.objects.abandoned(now))
    for job in jobs:
        fail(job, job.GIVEN_UP, now)
    return len(jobs)


def fail(job: J, sentence: str, now: datetime) -> J:
    """Ends a job that cannot be done, and says why. NoLongerPossible: it is no longer this worker's."""
    values: Changes = {name: [None, getattr(job, name)] for name in job.ENTRY_FIELDS}
    return _end(job, "failed", values, {"status": JobStatus.FAILED, "failure": sentence}, now)


def finish(job: J, verb: str, changes: Changes, now: datetime, **columns: Any) -> J:
    """Ends a job that is done. NoLongerPossible: it is no longer this worker's, what was made is nobody's."""
    return _end(job, verb, changes, {"status": JobStatus.DONE, **columns}, now)


def _end(job: J, verb: str, changes: Changes, columns: dict[str, Any], now: datetime) -> J:
    with action(None, now=now) as act:
        held: J | None = type(job).objects.held(job).select_for_update().first()
        if held is None:
            raise NoLongerPossible("This was cancelled, or taken by another worker.")
        for name, value in columns.items():
            setattr(held, name, value)
        held.end(now)
        held.save()
        act.record(f"{held.EVENTS}.{verb}", held, changes=changes)
    return held
