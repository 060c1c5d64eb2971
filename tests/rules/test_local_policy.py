"""What a lead decides where the rules leave a date or a length open: marked, taken back, and outdone by the rules."""

from datetime import date
from typing import Any

import pytest

from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.actions.rules.releases import open_names, set_local_value
from authorizations.models import Event, LocalValue
from authorizations.models.rules import refresh_releases
from authorizations.rules import newest, release
from tests.cast import Cast
from tests.lifecycle.world import NOW
from tests.rules.documents import LEGACY, document, imported

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)


def decide(cast: Cast, value: Any, **said: Any) -> LocalValue:
    last = LocalValue.objects.first()
    given = {"name": "letter_days", "reason": "Agreed in the steering group.", "seen": last.public_id if last else ""}
    row = set_local_value(actor=cast.pmo_lead, now=NOW, value=value, **{**given, **said})
    refresh_releases(at_once=True)
    return row


def test_a_lead_decides_what_is_open_and_takes_it_back(cast: Cast) -> None:
    assert set(open_names()) == {"letter_days", "forward_days", "end_told_days"}
    decide(cast, 10)
    assert (newest().lengths["letter_days"], newest().local) == (10, {"letter_days"})
    assert release(LEGACY).lengths["letter_days"] == 10
    decide(cast, 15)
    assert newest().lengths["letter_days"] == 15
    decide(cast, None, reason="Withdrawn.")
    assert (newest().lengths["letter_days"], newest().local) == (None, frozenset())
    changes = [event.changes["letter_days"] for event in Event.objects.filter(verb="localvalue.set").order_by("pk")]
    assert changes == [[None, 10], [10, 15], [15, None]]


def test_what_the_rules_state_is_never_decided_here(cast: Cast) -> None:
    with pytest.raises(NotReady, match="local policy decides only what they leave open"):
        decide(cast, 45, name="access_days")
    assert not LocalValue.objects.exists()


def test_a_release_that_states_it_wins_over_local_policy(cast: Cast) -> None:
    decide(cast, 10)
    imported(document(lengths={"letter_days": [3, "AGU-AGC-NAA"]}), cast.pmo_lead)
    assert (newest(TODAY).lengths["letter_days"], newest(TODAY).local) == (3, frozenset())


@pytest.mark.parametrize("value", [0, -1, 1001, True, date(2027, 1, 1)])
def test_an_impossible_value_is_refused(cast: Cast, value: Any) -> None:
    with pytest.raises(NotReady, match="whole number from 1 to 1,000"):
        decide(cast, value)


def test_a_decision_needs_a_reason_a_value_and_the_last_one_seen(cast: Cast) -> None:
    with pytest.raises(NotReady, match="Say in a sentence why"):
        decide(cast, 10, reason=" ")
    with pytest.raises(NotReady, match="Enter the decision"):
        decide(cast, None)
    decide(cast, 10)
    with pytest.raises(NoLongerPossible, match="changed since you opened the page"):
        decide(cast, 11, seen="")


def test_the_same_form_decides_once(cast: Cast) -> None:
    decide(cast, 10, idempotency_key="k" * 14)
    with pytest.raises(NoLongerPossible):
        decide(cast, 11, idempotency_key="k" * 14)
    assert LocalValue.objects.count() == 1


@pytest.mark.parametrize("who", ["pmo_reviewer", "auditor", "liaison"])
def test_nobody_but_a_lead_decides(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        set_local_value(actor=cast.people[who], now=NOW, name="letter_days", value=10, reason="I say so.")
