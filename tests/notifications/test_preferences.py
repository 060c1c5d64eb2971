"""What becomes of a message by the wishes of whom it is for: quiet hours, digests, switched off, muted, mandatory."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from authorizations.notifications.mail.notification_preferences import (
    DEFAULT_PREFERENCES,
    MANDATORY,
    DeliveryDecision,
    Muted,
    NotificationPreferences,
)
from authorizations.vocabulary import Pace, SkipReason, Topic

EASTERN = ZoneInfo("America/New_York")
NIGHT = {"quiet_from": time(19), "quiet_until": time(6, 30)}


def at(text: str) -> datetime:
    """A moment by the clock in Washington; with an offset where the clock shows it twice."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=EASTERN)).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "hours", "mailed"),
    [
        ("2026-11-24T18:59", NIGHT, "2026-11-24T18:59"),
        ("2026-11-24T19:00", NIGHT, "2026-11-25T06:30"),
        ("2026-11-25T03:00", NIGHT, "2026-11-25T06:30"),
        ("2026-11-25T06:30", NIGHT, "2026-11-25T06:30"),
        ("2026-11-25T12:15", {"quiet_from": time(12), "quiet_until": time(13)}, "2026-11-25T13:00"),
        ("2026-11-25T13:00", {"quiet_from": time(12), "quiet_until": time(13)}, "2026-11-25T13:00"),
        ("2026-11-25T03:00", {}, "2026-11-25T03:00"),
        # The night of 14 March 2027 has an hour less, that of 7 November an hour twice.
        ("2027-03-13T23:00", NIGHT, "2027-03-14T06:30-04:00"),
        ("2027-03-14T01:59", {"quiet_from": time(1), "quiet_until": time(2, 30)}, "2027-03-14T03:30-04:00"),
        ("2027-11-06T23:00", NIGHT, "2027-11-07T06:30-05:00"),
        ("2027-11-07T01:15-04:00", {"quiet_from": time(1), "quiet_until": time(1, 30)}, "2027-11-07T01:30-04:00"),
        ("2027-11-07T01:15-05:00", {"quiet_from": time(1), "quiet_until": time(1, 30)}, "2027-11-07T01:15-05:00"),
    ],
)
def test_within_quiet_hours_mail_waits_for_their_end(now: str, hours: dict[str, Any], mailed: str) -> None:
    decision = NotificationPreferences(**hours).decide(Topic.CASES, at(now))
    assert (decision.at, decision.in_digest, decision.skipped) == (at(mailed), False, "")


@pytest.mark.parametrize(
    ("now", "pace", "leaves"),
    [
        ("2026-11-24T06:59", Pace.DAILY, "2026-11-24T07:00"),
        ("2026-11-24T07:00", Pace.DAILY, "2026-11-25T07:00"),
        ("2026-11-24T12:00", Pace.WEEKLY, "2026-11-30T07:00"),
        ("2026-11-30T06:00", Pace.WEEKLY, "2026-11-30T07:00"),
        ("2026-11-30T07:00", Pace.WEEKLY, "2026-12-07T07:00"),
        ("2027-03-13T12:00", Pace.DAILY, "2027-03-15T07:00-04:00"),
        ("2027-11-06T12:00", Pace.DAILY, "2027-11-08T07:00-05:00"),
    ],
)
def test_a_digest_leaves_at_the_time_that_was_chosen(now: str, pace: Pace, leaves: str) -> None:
    decision = NotificationPreferences({Topic.CASES: pace}).decide(Topic.CASES, at(now))
    assert (decision.at, decision.in_digest) == (at(leaves), True)


def test_what_is_switched_off_or_muted_is_skipped_with_the_reason() -> None:
    now, about = at("2026-11-24T12:00"), [Muted("case", 7), Muted("wbstask", 3, "WBS_start", "start")]
    assert NotificationPreferences({Topic.CASES: Pace.OFF}).decide(Topic.CASES, now).skipped == SkipReason.SWITCHED_OFF
    for muted in about:
        assert NotificationPreferences(muted=[muted]).decide(Topic.CASES, now, about=about).skipped == SkipReason.MUTED
    assert not NotificationPreferences(muted=[Muted("case", 8)]).decide(Topic.CASES, now, about=about).skipped


def test_what_is_mandatory_comes_at_once_whatever_was_wished() -> None:
    now, about = at("2026-11-24T23:00"), [Muted("case", 7)]
    strict = NotificationPreferences(dict.fromkeys(Topic, Pace.OFF), **NIGHT, muted=about)  # type: ignore[arg-type]
    for topic in Topic:
        assert strict.decide(topic, now, mandatory=True, about=about) == DeliveryDecision(now)
    for topic in MANDATORY:
        assert strict.decide(topic, now, about=about) == DeliveryDecision(now)


def test_who_never_chose_is_told_at_once_and_of_deadlines_once_a_day() -> None:
    assert {topic for topic in Topic if DEFAULT_PREFERENCES.pace(topic) is not Pace.AT_ONCE} == {
        Topic.DEADLINES,
        Topic.FEED,
    }
    assert DEFAULT_PREFERENCES.pace(Topic.DEADLINES) is Pace.DAILY
