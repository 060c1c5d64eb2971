"""What a person wished decides when a message is about to be mailed; what was done meanwhile is told no more."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Membership, User
from authorizations.models import Bounce, Condition, Message, Mute, NotificationSettings
from authorizations.notifications.mail import digests
from authorizations.notifications.mail.delivery import claim, deliver
from authorizations.notifications.mail.digests import PendingDigest, held
from authorizations.notifications.mail.unsubscribing import unsubscribe_path
from authorizations.notifications.reminders.reminders import remind
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.notifications.due_messages import message, outcome
from tests.notifications.test_reminders import condition

# Each case waits for digests of several days.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)
SEVEN = datetime(2026, 11, 27, 12, tzinfo=UTC)
OWN = "https://portal.example.gov"


def preferred(user: User, **columns: Any) -> None:
    NotificationSettings.objects.create(user=user, **columns)


def sent_to(user: User) -> list[Any]:
    return [each for each in mail.outbox if each.to == [user.email]]


def of_a_case(cast: Cast, person: User, **columns: Any) -> Message:
    """A message about a case to somebody who may see it."""
    case = make_case(cast, "initial", "ssp")
    Message.objects.filter(key=None).update(status="skipped", skipped="late")
    about = {"subject_type": "case", "subject_id": case.pk, "topic": "cases", "key": f"test:{person.pk}"}
    return message(person, now=NOW, **{**about, **columns})


def delivered(now: datetime) -> dict[str, int]:
    return dict(deliver(lambda: now))


def test_a_message_waits_for_the_end_of_quiet_hours(cast: Cast) -> None:
    preferred(cast.liaison, quiet_from=time(9), quiet_until=time(17))
    told = of_a_case(cast, cast.liaison)
    assert delivered(NOW) == {"put off": 1}
    told.refresh_from_db()
    assert (told.status, told.not_before, told.attempts) == ("planned", datetime(2026, 11, 25, 22, tzinfo=UTC), 0)
    assert delivered(told.not_before) == {"sent": 1}


@pytest.mark.parametrize(("pace", "skipped"), [("off", "switched_off"), ("at_once", "")])
def test_a_topic_that_is_switched_off_is_mailed_to_nobody(cast: Cast, pace: str, skipped: str) -> None:
    preferred(cast.liaison, paces={"cases": pace})
    told = of_a_case(cast, cast.liaison)
    delivered(NOW)
    assert outcome(told)[:2] == (("skipped", skipped) if skipped else ("sent", ""))


def test_a_muted_case_says_nothing_until_the_mute_is_over(cast: Cast) -> None:
    told = of_a_case(cast, cast.liaison)
    about = {"subject_type": "case", "subject_id": told.subject_id}
    Mute.objects.create(
        user=cast.liaison, **about, label="Case", link="/", until=TODAY, reason="On leave.", made_at=NOW
    )
    delivered(NOW)
    assert outcome(told)[:2] == ("skipped", "muted")
    Message.objects.filter(pk=told.pk).update(status="planned", skipped="", claim=None)
    delivered(NOW + timedelta(days=1))
    assert outcome(told)[0] == "sent"


def test_what_is_mandatory_comes_at_once_whatever_was_wished(cast: Cast) -> None:
    preferred(cast.liaison, paces={"cases": "off"}, quiet_from=time(9), quiet_until=time(17))
    of_a_case(cast, cast.liaison, mandatory=True)
    assert delivered(NOW) == {"sent": 1}


def test_messages_come_together_in_one_digest_that_can_be_unsubscribed(cast: Cast) -> None:
    preferred(cast.liaison, paces={"cases": "daily"})
    first = of_a_case(cast, cast.liaison, subject="First")
    second = of_a_case(cast, cast.liaison, subject="Second", key="test:second")
    Message.objects.filter(pk=first.pk).update(status="planned", skipped="")
    assert delivered(NOW) == {"in a digest": 2}
    assert not mail.outbox
    assert delivered(SEVEN) == {"sent": 1}
    [sent] = sent_to(cast.liaison)
    assert "First" in sent.body
    assert "Second" in sent.body
    assert sent.subject.endswith("Your digest of 27 Nov 2026: 2 items")
    assert sent.message()["List-Unsubscribe"] == f"<{OWN}{unsubscribe_path(cast.liaison)}>"
    assert sent.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert {outcome(each)[0] for each in (first, second)} == {"sent"}
    assert delivered(SEVEN + timedelta(days=1)) == {}


def digest_of(user: User) -> Message:
    return Message.objects.get(recipient=user, key__startswith="digest:")


def test_what_was_done_or_moved_meanwhile_is_left_out_of_a_digest(cast: Cast) -> None:
    kept, done, moved = (condition(cast, days) for days in (5, 6, 7))
    remind(TODAY, NOW)
    Condition.objects.filter(pk=done.pk).update(met_on=TODAY, evidence="Scan")
    Condition.objects.filter(pk=moved.pk).update(due_on=TODAY + timedelta(days=60))
    Message.objects.filter(key__startswith="due:").exclude(key__startswith="due:condition:").delete()
    delivered(SEVEN)
    fates = {
        row.key.split(":")[3]: (row.status, row.skipped)
        for row in Message.objects.filter(recipient=cast.csp_lead, key__startswith="due:condition:")
        if row.key
    }
    assert fates == {
        str(kept.pk): ("sent", ""),
        str(done.pk): ("skipped", "satisfied"),
        str(moved.pk): ("skipped", "moved"),
    }
    [sent] = sent_to(cast.csp_lead)
    assert sent.body.count("Due on") == 1
    assert f"{OWN}{kept.ato.get_absolute_url()}" in sent.body


def test_a_digest_with_nothing_left_to_say_does_not_leave(cast: Cast) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    Condition.objects.update(met_on=TODAY, evidence="Scan")
    Message.objects.filter(key__startswith="due:").exclude(key__startswith="due:condition:").delete()
    delivered(SEVEN)
    assert outcome(digest_of(cast.csp_lead))[:2] == ("skipped", "satisfied")
    assert not sent_to(cast.csp_lead)


def test_anyone_who_may_not_read_it_any_more_is_not_told_in_a_digest(cast: Cast) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    Membership.objects.filter(user=cast.csp_contributor).update(ended_on=date(2020, 1, 2))
    delivered(SEVEN)
    [told] = Message.objects.filter(recipient=cast.csp_contributor, key__startswith="due:condition:")
    assert (told.status, told.skipped) == ("skipped", "not_permitted")
    assert not sent_to(cast.csp_contributor)


def test_what_a_digest_carries_shares_its_fate(cast: Cast) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    Bounce.objects.create(address=cast.csp_lead.email, reason="Full.")
    delivered(SEVEN)
    rows = Message.objects.filter(recipient=cast.csp_lead, key__isnull=False)
    assert {(row.status, row.skipped) for row in rows} == {("skipped", "address_fails")}


def test_of_very_many_items_a_digest_says_the_first_and_how_many_more_there_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "MAX_ANSWER", 2)
    for days in range(1, 6):
        condition(cast, days)
    remind(TODAY, NOW)
    Message.objects.filter(key__startswith="due:").exclude(key__startswith="due:condition:").delete()
    delivered(SEVEN)
    [sent] = sent_to(cast.csp_contributor)
    assert sent.body.count("- Due on") == 2
    assert "3 more are in the portal." in sent.body
    rows = Message.objects.filter(recipient=cast.csp_contributor, key__startswith="due:condition:")
    assert {row.status for row in rows} == {"sent"}


def test_nothing_is_joined_to_a_digest_that_is_leaving(cast: Cast) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    leaving = PendingDigest(cast.csp_lead.pk, SEVEN)
    digest = digest_of(cast.csp_lead)
    assert held([leaving])[leaving] == digest.pk
    claim(SEVEN)
    other = Message.objects.get(pk=held([leaving])[leaving])
    assert other.pk != digest.pk
    assert other.not_before > SEVEN


def test_a_digest_that_cannot_be_mailed_now_keeps_what_it_carries(cast: Cast, settings: Any) -> None:
    condition(cast, 5)
    remind(TODAY, NOW)
    digest = digest_of(cast.csp_lead)
    [mine] = claim(SEVEN, most=1)
    Message.objects.filter(pk=mine.pk).update(claim=None, heartbeat_at=None, attempts=len(Message.RETRY_AFTER))
    assert digest.carried.filter(status="planned").exists()
    delivered(SEVEN)
    assert not digest.carried.filter(status="planned").exists()
