"""Verifying the audit log as a job: somebody asks for it, the worker takes it, and what it found is an entry itself."""

from datetime import datetime

from django.db import IntegrityError

from accounts.models import User
from authorizations.actions.door import action
from authorizations.actions.jobs import finish
from authorizations.models import Verification
from authorizations.models.background_job import UNDER_WAY
from authorizations.policy import Capability


def ask_verification(*, actor: User, now: datetime) -> Verification:
    """Asks for a verification; the one that waits or is under way already, if there is one."""
    try:
        with action(actor, Capability.VERIFY_AUDIT_LOG, now=now) as act:
            if under_way := _under_way():
                act.record("verification.requested", under_way)
                return under_way
            job = Verification.objects.create(asked_by=actor, asked_at=now, not_before=now)
            act.record("verification.requested", job)
    except IntegrityError:
        # Two people pressed the button in one moment.
        return _under_way() or Verification.objects.latest("asked_at")
    return job


def _under_way() -> Verification | None:
    job: Verification | None = Verification.objects.filter(UNDER_WAY).order_by("-pk").first()
    return job


def finish_verification(
    job: Verification, *, findings: list[str], ends: dict[str, int], checked: int, anchors: int, now: datetime
) -> Verification:
    """Notes what a verification found. NoLongerPossible: it is no longer this worker's."""
    columns = {"findings": findings, "ends": ends, "progress": checked, "total": checked, "anchors": anchors}
    return finish(job, "finished", {"checked": [None, checked], "findings": [None, findings]}, now, **columns)
