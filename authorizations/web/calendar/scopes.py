"""Which deadlines a calendar is about: what a person's side owes, what they may see, or what a feed is of."""

from collections.abc import Iterable
from datetime import date

from accounts.models import User
from authorizations.deadlines import Deadline, deadlines_for, seen_by
from authorizations.lifecycle.date_arithmetic import months_after
from authorizations.models import CalendarFeed
from authorizations.web.calendar.feed import BACK

# So far ahead looks a feed.
AHEAD_MONTHS = 18


def deadlines_of_feed(feed: CalendarFeed, today: date) -> list[Deadline]:
    """The deadlines that a feed tells of on a day: of its owner's view, and of that what the feed is about.

    From ninety days back, eighteen months ahead; what is overdue as long as it is, and what is done for ninety days.
    """
    since, until = today - BACK, months_after(today, AHEAD_MONTHS)
    return [due for due in _about(feed, today) if due.on and due.on <= until and _still_visible(due, since, today)]


def _about(feed: CalendarFeed, today: date) -> Iterable[Deadline]:
    owner: User = feed.owner
    if feed.organization is not None:
        # As a member of this organization alone: who belongs to another as well sees no more here.
        held = [each for each in owner.own_memberships if each.organization_id == feed.organization_id]
        deadlines = seen_by(owner.holding(held)).of(feed.organization).deadlines(today)
        return (
            due for due in deadlines if feed.organization_id in (due.owed_by.organization, due.owed_to.organization)
        )
    if feed.offering_id is not None:
        return deadlines_for(owner, today, offering=feed.offering_id)
    return deadlines_for(owner, today, own=True)


def _still_visible(due: Deadline, since: date, today: date) -> bool:
    met_lately = due.satisfied_on is not None and due.satisfied_on >= since
    return due.is_overdue(today) or met_lately or (due.on is not None and due.on >= since)
