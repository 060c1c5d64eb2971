"""The acts on feeds that came by themselves: one is entered, left aside, and the limit is set."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import User
from authorizations.actions.door import action, insert, update
from authorizations.actions.refusals import NoLongerPossible, refuse_unready
from authorizations.lifecycle.problems import REASON, Problem
from authorizations.models.feed_watch import FeedLimit, FeedOutcome, FoundFeed, most_changes
from authorizations.policy import Capability

MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class FoundContent:
    """What a file holds, where it can be read: the feed's own hash, its day, and how many records it would change."""

    sha256: str = ""
    as_of: date | None = None
    changes: int | None = None


def enter_found_feed(
    *,
    now: datetime,
    sha256: str,
    file_name: str,
    outcome: FeedOutcome,
    sentence: str,
    about: FoundContent,
) -> FoundFeed:
    """Enters what the timer found, once for each content. Raises NoLongerPossible: another timer was first."""
    with action(None, now=now, clash="This feed was entered already.") as act:
        found = FoundFeed(
            sha256=sha256,
            file_name=file_name[:200],
            outcome=outcome,
            sentence=sentence[:400],
            feed_sha256=about.sha256,
            feed_as_of=about.as_of,
            changes=about.changes,
            found_at=now,
        )
        found.save(force_insert=True)
        act.record(f"foundfeed.{outcome.value}", found, changes={"sha256": [None, sha256]})
    return found


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
