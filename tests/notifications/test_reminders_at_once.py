"""Several timers that look for reminders in one moment."""

from collections import Counter

import pytest

from authorizations.models import Message
from authorizations.notifications.reminders.reminders import remind
from tests.cast import make_cast
from tests.lifecycle.test_cases_at_once import together
from tests.notifications.test_reminders import NOW, TODAY, condition

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_four_timers_at_once_write_each_notice_once() -> None:
    cast = make_cast()
    for days in range(-20, 8):
        condition(cast, days)
    found = together([lambda: remind(TODAY, NOW)] * 4)  # type: ignore[list-item]
    assert Counter(found) == {"done": 4}
    rows = Message.objects.filter(key__startswith="due:condition:")
    places = Counter(rows.values_list("recipient", "key"))
    assert set(places.values()) == {1}
    # As one alone would have written them.
    assert remind(TODAY, NOW) == 0
    assert rows.filter(status="planned", digest=None).count() == rows.filter(mandatory=True, digest=None).count()
    for person in (cast.csp_lead, cast.csp_contributor):
        assert Message.objects.filter(recipient=person, key__startswith="digest:").count() == 1
