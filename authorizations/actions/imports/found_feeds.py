"""The acts on feeds that came by themselves: one is entered, left aside, and the limit is set."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from authorizations.actions.door import Action, action, insert, update
from authorizations.actions.refusals import NoLongerPossible, refuse_unready
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.models.feed_watch import FeedLimit, FeedOutcome, FoundFeed, most_changes
from authorizations.policy import Capability

MOST = 1_000_000


class EnteredAlready(NoLongerPossible):
    """Another timer was first with this content."""


def enter_found_feed(found: FoundFeed, *, now: datetime) -> FoundFeed:
    """Enters what the timer found, once for each content. Raises EnteredAlready."""
    with action(None, now=now) as act:
        enter_in(act, found)
    return found


def enter_in(act: Action, found: FoundFeed) -> None:
    """Enters it in an act under way, which is undone where another timer was first. Raises EnteredAlready."""
    try:
        with transaction.atomic():
            found.save(force_insert=True)
    except IntegrityError as problem:
        raise EnteredAlready("This feed was entered already.") from problem
    act.record(f"foundfeed.{found.outcome}", found, changes={"sha256": [None, found.sha256]})


def leave_found_feed(*, actor: User, found: FoundFeed, reason: str, now: datetime) -> FoundFeed:
    """Leaves a feed that waits aside: it is not applied, and is not asked about again."""
    with action(actor, Capability.APPLY_IMPORT, now=now) as act:
        refuse_unready([] if reason.strip() else [REASON])
        current = FoundFeed.objects.visible_to(actor).select_for_update().get(pk=found.pk)
        if not current.waits:
            raise NoLongerPossible("This feed waits no longer. Look at what became of it.")
        changes = update(current, outcome=FeedOutcome.LEFT, decided_by=actor, decided_at=now)
        act.record("foundfeed.left", current, changes=changes, reason=reason.strip())
    return current


def set_feed_limit(*, actor: User, most_changes_now: int | None, reason: str, now: datetime) -> FeedLimit:
    """Sets how many records a found feed may change without a person; 0 asks a person each time."""
    with action(actor, Capability.APPLY_IMPORT, now=now) as act:
        problems = [] if reason.strip() else [REASON]
        if most_changes_now is None or not 0 <= most_changes_now <= MOST:
            words = f"Give a whole number from 0 to {MOST:,}."
            problems.append(Problem("most_changes_now", words, "most_changes_now"))
            most_changes_now = 0
        refuse_unready(problems)
        before = most_changes()
        row = FeedLimit(most_changes=most_changes_now, reason=reason.strip(), set_by=actor, set_at=now)
        insert(row)
        act.record("feedlimit.set", row, changes={"most_changes": [before, most_changes_now]}, reason=reason.strip())
    return row
