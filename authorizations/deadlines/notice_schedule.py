"""When people are told of a deadline: before its day, over and over once it has passed, and up the chain. Pure.

Both questions have one answer on each day, the latest that counts: days that were missed are caught up with one notice.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from authorizations.lifecycle.date_arithmetic import business_days_after
from authorizations.rules.release_file import Lead

# Up the chain: the leads of anyone who owes it, then the PMO.
LEADS, PMO = 1, 2


class Counting(NamedTuple):
    """What counts of a deadline on a day: its notice, to whom it has been passed on, and whether that came later."""

    place: int | None
    steps: tuple[int, ...]
    passed_on_since: bool


NOTHING = Counting(None, (), passed_on_since=False)


def counting(lead: Lead, on: date, today: date, office_closures: frozenset[date]) -> Counting:
    """Both questions about a deadline, and which answer is the later news for anyone who is told of both."""
    place, steps = warned(lead, on, today), passed_on(lead, on, today, office_closures)
    if lead.escalate is None or LEADS not in steps or place is None:
        return Counting(place, steps, passed_on_since=LEADS in steps)
    to_leads, _ = escalates_on(on, lead.escalate, office_closures)
    return Counting(place, steps, passed_on_since=on - timedelta(days=place) <= to_leads)


def warned(lead: Lead, on: date, today: date) -> int | None:
    """Which notice of a deadline counts today, in days before it; None where none does.

    Those before the day are -1 and less once it has passed: the first on the day after it, then one each ``repeat``
    days, and none any more when ``give_up`` days are over.
    """
    left = (on - today).days
    if left >= 0:
        return min((days for days in lead.before if days >= left), default=None)
    if lead.give_up is not None and -left > lead.give_up:
        return None
    return -1 if lead.repeat is None else left + (-left - 1) % lead.repeat


@lru_cache(maxsize=10_000)
def escalates_on(on: date, business_days: int, office_closures: Collection[date]) -> tuple[date, date]:
    """On which days an unmet deadline is passed on to the leads, and to the PMO."""
    to_leads = business_days_after(on, business_days, office_closures)
    return to_leads, business_days_after(to_leads, business_days, office_closures)


def passed_on(lead: Lead, on: date, today: date, office_closures: frozenset[date]) -> tuple[int, ...]:
    """To whom up the chain a deadline has been passed on by today; to nobody where its release says nothing of it."""
    if lead.escalate is None or on >= today or (lead.give_up is not None and (today - on).days > lead.give_up):
        return ()
    to_leads, to_the_pmo = escalates_on(on, lead.escalate, office_closures)
    return (*((LEADS,) if to_leads <= today else ()), *((PMO,) if to_the_pmo <= today else ()))
