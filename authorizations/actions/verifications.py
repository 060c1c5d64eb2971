"""Verifying the record as a job: somebody asks for it, the worker takes it, and what it found is an entry itself."""

from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q

from accounts.models import User
from authorizations.actions.door import Changes, entering
from authorizations.models import Verification
from authorizations.policy import Capability
from authorizations.vocabulary import JobStatus

# A worker that gives no sign of life for so long has died.
SILENCE = timedelta(minutes=5)


def ask_verification(*, actor: User, now: datetime) -> Verification:
    """Asks for a verification; the one that waits or is under way already, if there is one.

    Raises:
        NotPermitted: the person may not read the record.
    """
    try:
        with entering(actor, Capability.VERIFY_RECORD, now=now) as act:
            if under_way := _under_way():
                act.record("verification.requested", under_way)
                return under_way
            job = Verification.objects.create(asked_by=actor, asked_at=now)
            act.record("verification.requested", job)
    except IntegrityError:
        # Two people pressed the button in one moment.
        return _under_way() or Verification.objects.latest("asked_at")
    return job


def _under_way() -> Verification | None:
    return Verification.objects.exclude(status=JobStatus.DONE).order_by("-pk").first()


def waiting(now: datetime) -> Q:
    """Verifications that a worker should take: asked for, or left by a worker that died."""
    return Q(status=JobStatus.WAITING) | Q(status=JobStatus.RUNNING, seen_at__lt=now - SILENCE)


def take_verification(now: datetime) -> Verification | None:
    """Takes the oldest that waits; whoever comes second gets none. No act of a person: without an entry."""
    job = Verification.objects.filter(waiting(now)).order_by("pk").first()
    if job is None:
        return None
    taken = Verification.objects.filter(waiting(now), pk=job.pk).update(
        status=JobStatus.RUNNING, seen_at=now, checked=0
    )
    return Verification.objects.get(pk=job.pk) if taken else None


def note_progress(job: Verification, checked: int, total: int, now: datetime) -> None:
    """Writes down how far it has come. No act of a person: without an entry."""
    Verification.objects.filter(pk=job.pk).update(checked=checked, total=total, seen_at=now)


def finish_verification(
    job: Verification, *, findings: list[str], ends: dict[str, int], checked: int, anchors: int, now: datetime
) -> Verification:
    """Writes down what a verification found."""
    with entering(None, now=now) as act:
        job.status, job.finished_at, job.seen_at = JobStatus.DONE, now, now
        job.findings, job.ends, job.checked, job.total, job.anchors = findings, ends, checked, checked, anchors
        job.save()
        said: Changes = {"checked": [None, checked], "findings": [None, findings]}
        act.record("verification.finished", job, changes=said)
    return job
