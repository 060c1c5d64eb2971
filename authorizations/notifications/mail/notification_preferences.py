"""What becomes of a message by the wishes of whom it is for: mailed now, after quiet hours, in a digest, or not at all.

Asked when a message is about to be mailed, never when it is written: a wish holds from the moment it is made.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from authorizations.lifecycle.date_arithmetic import at_clock, is_business_day
from authorizations.models import Mute, NotificationSettings
from authorizations.models.messages.notification_preferences import DIGEST_AT
from authorizations.rules import office_closures
from authorizations.vocabulary import Pace, SkipReason, Topic

# Who has an account here hears of these whatever they wish: a new role, a new password, a record that was changed.
MANDATORY = frozenset({Topic.SECURITY, Topic.PEOPLE})
# What is not named here is mailed at once.
USUAL: Mapping[str, Pace] = {Topic.DEADLINES: Pace.DAILY, Topic.FEED: Pace.DAILY}
CHOSEN = tuple(topic for topic in Topic if topic not in MANDATORY)
WEEKLY_ON = 0  # Monday


def usual(topic: str) -> Pace:
    return USUAL.get(topic, Pace.AT_ONCE)


class DeliveryDecision(NamedTuple):
    """What becomes of one message: when it is mailed, whether within a digest, or why it is not."""

    at: datetime
    in_digest: bool = False
    skipped: str = ""


class Muted(NamedTuple):
    subject_type: str
    subject_id: int
    kind: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NotificationPreferences:
    paces: Mapping[str, str] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time = DIGEST_AT
    muted: Collection[Muted] = frozenset()

    def pace(self, topic: str) -> Pace:
        if topic in MANDATORY:
            return Pace.AT_ONCE
        return Pace(self.paces.get(topic) or usual(topic))

    def after_quiet_hours(self, now: datetime) -> datetime:
        begins, ends = self.quiet_from, self.quiet_until
        if begins is None or ends is None:
            return now
        today = timezone.localdate(now)
        # Those that began yesterday may reach into today.
        for day in (today - timedelta(days=1), today):
            end = _moment(day if begins < ends else day + timedelta(days=1), ends)
            if _moment(day, begins) <= now < end:
                return end
        return now

    def next_digest(self, now: datetime, pace: Pace) -> datetime:
        """When the next digest leaves: the next day or Monday, or when offices are open again, at the chosen time."""
        day = timezone.localdate(now)
        while _moment(day, self.digest_at) <= now or (pace is Pace.WEEKLY and day.weekday() != WEEKLY_ON):
            day += timedelta(days=1)
        while not is_business_day(day) or day in office_closures():
            day += timedelta(days=1)
        return _moment(day, self.digest_at)

    def decide(
        self, topic: str, now: datetime, *, mandatory: bool = False, about: Iterable[Muted] = ()
    ) -> DeliveryDecision:
        """What becomes of a message. ``about``: the record that it speaks of, and the deadline of it."""
        if mandatory or topic in MANDATORY:
            return DeliveryDecision(now)
        if self.muted and any(each in self.muted for each in about):
            return DeliveryDecision(now, skipped=SkipReason.MUTED)
        pace = self.pace(topic)
        if pace is Pace.OFF:
            return DeliveryDecision(now, skipped=SkipReason.SWITCHED_OFF)
        if pace is Pace.AT_ONCE:
            return DeliveryDecision(self.after_quiet_hours(now))
        return DeliveryDecision(self.next_digest(now, pace), in_digest=True)


DEFAULT_PREFERENCES = NotificationPreferences()


def _moment(day: date, clock: time) -> datetime:
    # In UTC, since two moments of one zone are compared by what the clock shows.
    return at_clock(day, clock).astimezone(UTC)


def preferences_of(people: Iterable[int], today: date) -> dict[int, NotificationPreferences]:
    """The wishes of people, by their keys; of everybody named. Two queries."""
    keys = set(people)
    muted: dict[int, set[Muted]] = {}
    columns = ("user_id", "subject_type", "subject_id", "kind", "detail")
    for user, *named in Mute.objects.in_effect(today).filter(user__in=keys).values_list(*columns):
        muted.setdefault(user, set()).add(Muted(*named))
    chosen = {each.user_id: each for each in NotificationSettings.objects.filter(user__in=keys)}
    return {key: _preferences(chosen.get(key), frozenset(muted.get(key, ()))) for key in keys}


def _preferences(chosen: NotificationSettings | None, muted: frozenset[Muted]) -> NotificationPreferences:
    if chosen is None:
        return NotificationPreferences(muted=muted) if muted else DEFAULT_PREFERENCES
    return NotificationPreferences(chosen.paces, chosen.quiet_from, chosen.quiet_until, chosen.digest_at, muted)
