"""Digests: their subject and order, what they say once or count, when they leave, and ending them by one click."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Membership
from authorizations.models import Message, NotificationSettings
from authorizations.notifications.mail.notification_preferences import DEFAULT_PREFERENCES
from authorizations.notifications.mail.unsubscribing import unsubscribe_path
from authorizations.notifications.reminders.reminders import remind
from authorizations.vocabulary import Pace
from tests.cast import Cast
from tests.notifications.test_delivery_decision import delivered, of_a_case, preferred, sent_to
from tests.notifications.test_reminders import condition
from tests.web.register.records import make_offerings

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
SEVEN = datetime(2026, 12, 1, 12, tzinfo=UTC)


def only(kind: str) -> None:
    Message.objects.filter(key__startswith="due:").exclude(key__startswith=f"due:{kind}").delete()


@pytest.mark.slow
def test_one_item_carries_its_own_subject(cast: Cast) -> None:
    condition(cast, 10)
    remind(TODAY, NOW)
    only("condition")
    delivered(SEVEN)
    [sent] = sent_to(cast.csp_lead)
    assert "Due on 5 Dec 2026: Condition of the ATO" in sent.subject
    assert "digest" not in sent.subject


@pytest.mark.slow
def test_what_is_late_comes_first_and_then_the_nearest_day(cast: Cast) -> None:
    for days in (20, -15, 7):
        condition(cast, days)
    preferred(cast.bureau_liaison, paces={"deadlines": "daily"})
    remind(TODAY, NOW)
    only("condition")
    # What is late is a must and comes at once; here all of it waits for the digest.
    digest = Message.objects.get(recipient=cast.csp_lead, key__startswith="digest:")
    Message.objects.filter(recipient=cast.csp_lead, key__startswith="due:").update(digest=digest, not_before=SEVEN)
    delivered(SEVEN)
    [sent] = sent_to(cast.csp_lead)
    days = [line.split(":")[0] for line in sent.body.splitlines() if line.startswith("- ")]
    assert "since" in days[0]
    assert days[1:] == ["- Due on 2 Dec 2026", "- Due on 15 Dec 2026"]


@pytest.mark.slow
def test_rulesets_of_an_offering_are_one_item(cast: Cast) -> None:
    make_offerings(cast.organizations["nimbus"], 1)
    remind(date(2026, 12, 10), NOW)
    only("ruleset_maintain")
    ahead = Message.objects.filter(recipient=cast.csp_lead, key__contains=":2027-01-01:")
    Message.objects.filter(recipient=cast.csp_lead, key__startswith="due:").exclude(pk__in=ahead).delete()
    assert ahead.count() > 1
    delivered(SEVEN)
    [sent] = sent_to(cast.csp_lead)
    assert sent.body.count("Ruleset is needed") == 1
    assert re.search(r"existing holders: \w{3}, \w{3}", sent.body)
    assert {each.status for each in ahead} == {"sent"}


def test_what_nobody_acts_for_is_counted_and_not_listed(cast: Cast) -> None:
    one = condition(cast, -40)
    condition(cast, -39)
    # Who is left reads alone.
    who_act = Membership.objects.filter(organization=one.owner).exclude(user=cast.csp_viewer)
    who_act.update(ended_on=date(2026, 1, 1))
    remind(TODAY, NOW)
    only("condition")
    told = Message.objects.filter(recipient=cast.pmo_lead, key__startswith="due:").first()
    assert told
    assert told.body.endswith("Nobody acts for Nimbus Cloud here.")
    delivered(SEVEN)
    [sent] = sent_to(cast.pmo_lead)
    assert "Owed by organizations that nobody acts for here: 2." in sent.body
    assert "Condition of the ATO" not in sent.body


@pytest.mark.parametrize(
    ("now", "pace", "leaves"),
    [
        (datetime(2026, 11, 25, 15, tzinfo=UTC), Pace.DAILY, date(2026, 11, 27)),  # Thanksgiving is between
        (datetime(2026, 11, 27, 15, tzinfo=UTC), Pace.DAILY, date(2026, 11, 30)),  # a weekend
        (datetime(2027, 1, 12, 15, tzinfo=UTC), Pace.WEEKLY, date(2027, 1, 19)),  # a holiday on Monday
    ],
)
def test_a_digest_waits_for_open_offices(now: datetime, pace: Pace, leaves: date) -> None:
    assert DEFAULT_PREFERENCES.next_digest(now, pace).date() == leaves


def test_one_click_ends_digests_without_signing_in(cast: Cast) -> None:
    client: Any = Client(enforce_csrf_checks=True)
    path = unsubscribe_path(cast.liaison)
    assert "Stop my digests" in client.get(path).content.decode()
    assert not NotificationSettings.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NotificationSettings.objects.get(user=cast.liaison).paces == {"deadlines": "off", "feed": "off"}
    assert client.post(path).status_code == 200
    assert client.post(f"{path}x").status_code == 404


def test_a_mail_about_a_case_leads_to_where_it_is_muted(cast: Cast) -> None:
    told = of_a_case(cast, cast.liaison, link="/cases/268rmtdsy7ryxv/")
    Message.objects.filter(pk=told.pk).update(status="planned", skipped="")
    assert delivered(NOW) == {"sent": 1}
    assert "/cases/268rmtdsy7ryxv/mute/" in mail.outbox[-1].body
