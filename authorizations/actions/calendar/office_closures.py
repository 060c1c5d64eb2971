"""Closings of federal offices by order: the PMO adds them, and they move the open dates that count across them."""

from datetime import date, datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from authorizations.actions.calendar.deadline_changes import record_moved
from authorizations.actions.door import action, insert, new_values
from authorizations.actions.refusals import refuse_unready
from authorizations.deadlines.changes import moved_by_office_closure
from authorizations.display import day_text
from authorizations.lifecycle.date_arithmetic import is_business_day
from authorizations.lifecycle.problems import Problem
from authorizations.models import OfficeClosure
from authorizations.models.rules import refresh_releases
from authorizations.policy import Capability


def add_office_closure(
    *, actor: User, now: datetime, day: date, reason: str, reference: str, idempotency_key: str = ""
) -> OfficeClosure:
    """Adds a day on which federal offices are closed by order.

    Args:
        reference: the order, or where it is announced.

    Raises:
        ValidationError: the day is there already.
    """
    with action(actor, Capability.ADD_OFFICE_CLOSURE, now=now, idempotency_key=idempotency_key) as act:
        row = OfficeClosure(day=day, reason=reason.strip(), reference=reference.strip(), added_by=actor, added_at=now)
        _refuse(row)
        insert(row)
        changes = new_values(day=day, reason=row.reason, reference=row.reference)
        entry = act.record("officeclosure.added", row, changes=changes)
        words = f"Federal offices are closed on {day_text(day)}: {row.reason} ({row.reference})."
        entry.changes["dates_moved"] = [None, record_moved(act, moved_by_office_closure(day, act.day), words)]
        transaction.on_commit(partial(refresh_releases, at_once=True))
    return row


def _refuse(row: OfficeClosure) -> None:
    problems = []
    if not is_business_day(row.day):
        problems.append(Problem("day", "Offices are closed on this day anyway: it is no business day.", "day"))
    if not row.reason:
        problems.append(Problem("reason", "Say why offices are closed.", "reason"))
    if not row.reference:
        problems.append(Problem("reference", "Name the order, or where it is announced.", "reference"))
    refuse_unready(problems)
