"""Subjects of acts: whose turn it is, until when an ATO was extended, and what an official must decide."""

from datetime import date

import pytest

from authorizations.models import Message
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press
from tests.lifecycle.world import make_ato, take

pytestmark = pytest.mark.django_db


def subjects(person: str, cast: Cast, verb: str) -> list[str]:
    rows = Message.objects.filter(recipient=cast.people[person], event__verb=verb)
    return list(rows.values_list("subject", flat=True))


def test_whose_turn_it_is_reads_what_to_do(cast: Cast) -> None:
    case = make_case(cast, "initial", "sar_debrief")
    assert subjects("liaison", cast, "case.deliver_sar") == [f"Your turn: close the debrief for {case}"]
    assert subjects("csp_lead", cast, "case.deliver_sar") in ([], [f"SAR delivered: {case}"])


def test_an_act_that_hands_nothing_on_keeps_its_own_subject(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    press(case, "claim", cast.pmo_reviewer)
    assert subjects("pmo_lead", cast, "case.claim") == [f"Claimed: {case}"]


def test_an_extension_names_its_day(cast: Cast) -> None:
    ato = make_ato(cast)
    take(ato, "extend", cast.official, expires_on=date(2028, 3, 3))
    assert subjects("csp_lead", cast, "ato.extend") == [f"Extended until 3 Mar 2028: {ato}"]


def test_an_alert_tells_the_official_what_to_decide(cast: Cast) -> None:
    case = make_case(cast, "initial", "pmo_review")
    press(case, "send_back", cast.pmo_lead, reason="The scans are missing.")
    told = Message.objects.get(recipient=cast.official, event__verb="ato.alerted")
    assert told.subject.startswith("Alert, your ATO stays as it is")
    assert "Decide whether your agency goes on using the offering." in told.body
