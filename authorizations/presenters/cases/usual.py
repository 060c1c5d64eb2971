"""How long cases usually stay at a stage, from the stays that are over, of the cases that a person may see."""

from collections import defaultdict
from datetime import date, datetime, time
from itertools import groupby
from statistics import median
from typing import NamedTuple

from django.utils import timezone

from accounts.models import User
from authorizations.display import counted
from authorizations.lifecycle.durations import moves, spans, visits
from authorizations.models import Case, Event
from authorizations.presenters.cached_counts import CacheStamp, always, cached_counts

# Fewer say nothing of the next one.
ENOUGH = 5
# So many of the newest cases of the kind are looked at: what is older says little, and a page may not wait for it.
NEWEST = 300
# What was recorded before the day does not change during the day, whatever is done meanwhile.
OF_THE_DAY = CacheStamp(0, None)


class UsualStay(NamedTuple):
    """Days of the stays at one stage that are over: half of them were no longer than the median."""

    stays: int
    median: int
    least: int
    most: int


def usual_stay(case: Case, user: User, today: date) -> UsualStay | None:
    """Of like cases, the same kind at the same stage; None where they are too few to say.

    It counts what was recorded before the day, so that all who ask on one day hear the same; one query a day.
    """
    what = ("usual", case.kind, today)
    found = cached_counts(OF_THE_DAY, user, what, lambda: _stays(case.kind, user, today), rows=always)
    days = found.get(case.stage, ())
    return UsualStay(len(days), round(median(days)), min(days), max(days)) if len(days) >= ENOUGH else None


def usual_words(days: int, usual: UsualStay | None) -> str:
    """How so many days at a stage stand to what is usual."""
    if usual is None:
        return "too few like cases to say what is usual"
    longer = "; longer than any of them" if days > usual.most else ""
    if usual.least == usual.most:
        return f"{counted(usual.median, 'day')} in each of {usual.stays:,} like stays{longer}"
    between = f"from {usual.least:,} to {usual.most:,} in {usual.stays:,} like stays"
    return f"usually {counted(usual.median, 'day')}, {between}{longer}"


def _stays(kind: str, user: User, today: date) -> dict[str, list[int]]:
    cases = Case.objects.visible_to(user).filter(kind=kind).order_by("-opened_at", "-pk").values("pk")[:NEWEST]
    midnight = timezone.make_aware(datetime.combine(today, time.min))
    moved = Event.objects.visible_to(user).filter(
        changes__has_key="stage", subject_type="case", subject_id__in=cases, recorded_at__lt=midnight
    )
    rows = moved.order_by("subject_id", "position").values_list("subject_id", "at", "changes")
    found: dict[str, list[int]] = defaultdict(list)
    for _, acts in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        # The last stay is not over, or is where the case ended.
        for stay in visits(spans(moves((timezone.localdate(at), changes) for _, at, changes in acts), today))[:-1]:
            found[stay.stage].append(stay.days)
    return dict(found)
