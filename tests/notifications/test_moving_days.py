"""A day that a stopped clock moves: who was told of it is not told the same again when the clock runs on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from authorizations.models import Case, Message
from authorizations.notifications.reminders.reminders import remind
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press

# Sixty days are looked at, one by one.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_on_sixty_days_with_a_clock_that_stops_twice_each_notice_comes_once(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    received = case.received_at
    first = timezone.localdate(received)
    for days in range(61):
        now = received + timedelta(days=days, hours=1)
        # FedRAMP's clock stands still from the 22nd to the 27th day, and from the 45th to the 50th.
        if days in (22, 45):
            press(case, "request_pmo_remediation", cast.pmo_lead, now=now, reason="The diagram is missing.")
        elif days in (27, 50):
            press(case, "resubmit_to_pmo", cast.csp_lead, now=now, answer="Done.")
        remind(first + timedelta(days=days), now)
    keys = Message.objects.filter(recipient=cast.pmo_reviewer, key__startswith="due:S12:").order_by("pk")
    places = [key.split(":")[-2] for key in keys.values_list("key", flat=True)]
    # Due on the 30th day, then on the 35th and the 40th: told on the days 20, 32, 36, 43, and 55.
    assert places == ["10", "3", "-1", "-8", "-15"]
    chain = Message.objects.filter(recipient=cast.pmo_lead, key__contains=":e1:", key__startswith="due:S12:")
    assert chain.count() == 1
    assert Case.objects.get(pk=case.pk).stopped_days == 10
