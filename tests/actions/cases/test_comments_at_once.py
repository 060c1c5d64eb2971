"""A comment that is sent several times in one moment, and nudges of two colleagues in one moment."""

from collections import Counter

import pytest

from authorizations.actions.cases.comments import make_comment, withdraw_comment
from authorizations.actions.cases.nudges import nudge
from authorizations.models import Comment, Event
from tests.cast import make_cast
from tests.lifecycle.test_cases_at_once import at_planning, fresh, together
from tests.lifecycle.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_one_form_sent_four_times_at_once_says_it_once() -> None:
    cast = make_cast()
    case = at_planning(cast)

    def say() -> None:
        make_comment(
            case.public_id, actor=fresh(cast.csp_lead), now=NOW, text="Berths?", shared=True, idempotency_key="k" * 32
        )

    assert Counter(together([say] * 4)) == {"done": 1, "AlreadyCommented": 3}
    assert (Comment.objects.count(), Event.objects.filter(verb="comment.made").count()) == (1, 1)
    comment = Comment.objects.get()

    def take_back() -> None:
        withdraw_comment(case.public_id, comment.public_id, actor=fresh(cast.csp_lead), now=NOW)

    assert Counter(together([take_back] * 4)) == {"done": 1, "NoLongerPossible": 3}
    assert Event.objects.filter(verb="comment.withdrawn").count() == 1


def test_two_colleagues_who_nudge_at_once_ask_once() -> None:
    cast = make_cast()
    case = at_planning(cast)

    def ask(key: str) -> None:
        nudge(case.public_id, actor=fresh(cast.people[key]), now=NOW, seen="provider")

    found = together([lambda key=key: ask(key) for key in ("bureau_liaison", "liaison", "pmo_lead", "pmo_reviewer")])  # type: ignore[misc]
    assert Counter(found) == {"done": 2, "NoLongerPossible": 2}
    assert Event.objects.filter(verb="case.nudged").count() == 2
