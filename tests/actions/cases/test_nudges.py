"""Asking the side whose turn it is: who may, whom, how often, and who is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from authorizations.actions.cases.nudges import nudge, nudging
from authorizations.actions.refusals import NoLongerPossible, NotPermitted, NotReady
from authorizations.lifecycle.stages import OPEN_INITIAL, OPEN_REUSE
from authorizations.models import Case, Event, Message
from authorizations.presenters.audit_log.history import acts, history
from authorizations.vocabulary import Turn
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record, step_facts
from tests.lifecycle.world import NOW
from tests.web.reading_pages import body_of

DAY = timedelta(days=1)
ACTING = {
    *("liaison", "reviewer", "official", "csp_lead", "csp_contributor"),
    *("assessor_lead", "assessor_member", "pmo_lead", "pmo_reviewer"),
}
AGENCY, PROVIDER, PMO = (
    {"liaison", "reviewer", "official"},
    {"csp_lead", "csp_contributor"},
    {"pmo_lead", "pmo_reviewer"},
)
# A stage for each party that a case can wait on: who owes, and who is told.
WAITING: dict[str, tuple[str, str, set[str], set[str]]] = {
    "agency": ("initial", "ssp", AGENCY, {"liaison", "reviewer"}),
    "official": ("initial", "ao_decision", {"official"}, {"liaison", "official"}),
    "provider": ("initial", "in_process", PROVIDER, PROVIDER),
    "assessor": ("initial", "assessment", {"assessor_lead", "assessor_member"}, {"assessor_lead", "assessor_member"}),
    "pmo": ("initial", "in_process_requested", PMO, PMO),
}


def send(case: Case, user: User, *, seen: str = "", days: int = 0) -> Case:
    return nudge(case.public_id, actor=user, now=NOW + days * DAY, seen=seen or case.waits_on)


def told(cast: Cast) -> set[str]:
    people = {user.pk: key for key, user in cast.people.items()}
    return {
        people[each.recipient_id] for each in Message.objects.filter(event__verb="case.nudged") if each.recipient_id
    }


@pytest.mark.parametrize("turn", WAITING)
def test_every_party_that_does_not_owe_asks_the_one_that_does(cast: Cast, turn: str) -> None:
    kind, stage, owing, people = WAITING[turn]
    case = make_case(cast, kind, stage)
    assert case.waits_on == turn
    for key in sorted(ACTING - owing):
        assert nudging(case, case.parties_of(cast.people[key]), [], NOW.date()), key
    for key in sorted(owing):
        with pytest.raises(NotPermitted):
            send(case, cast.people[key])
    asker = next(key for key in ("csp_lead", "assessor_lead", "pmo_lead") if key not in owing)
    send(case, cast.people[asker])
    assert told(cast) == people - {asker}


@pytest.mark.parametrize("key", ["viewer", "csp_viewer", "auditor"])
def test_who_only_reads_asks_nobody(cast: Cast, key: str) -> None:
    case = make_case(cast, "initial", "ssp")
    with pytest.raises(NotPermitted):
        send(case, cast.people[key])


@pytest.mark.parametrize("key", ["stranger_agency", "stranger_csp", "bureau_liaison"])
def test_for_strangers_there_is_no_such_case(cast: Cast, key: str) -> None:
    with pytest.raises(Case.DoesNotExist):
        send(make_case(cast, "initial", "ssp"), cast.people[key])


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "stage"), [("initial", "withdrawn"), ("initial", "certified"), ("reuse", "recorded")])
def test_nobody_is_asked_while_a_case_waits_on_nobody(cast: Cast, kind: str, stage: str) -> None:
    case = make_case(cast, kind, stage)
    assert case.waits_on == Turn.NOBODY
    assert nudging(case, case.parties_of(cast.pmo_lead), [], NOW.date()) is None
    with pytest.raises(NoLongerPossible):
        send(case, cast.pmo_lead)


def test_each_side_asks_once_a_day_of_us_eastern_time(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    send(case, cast.csp_lead)
    with pytest.raises(NoLongerPossible):
        send(case, cast.people["csp_contributor"])
    # Another side has a day of its own.
    send(case, cast.pmo_lead)
    send(case, cast.assessor_lead)
    # 15:00 UTC is 10:00 in Washington: 13 h 59 later it is still the same day there, a minute on it is the next.
    late = NOW + timedelta(hours=13, minutes=59)
    with pytest.raises(NoLongerPossible):
        nudge(case.public_id, actor=cast.csp_lead, now=late, seen="agency")
    nudge(case.public_id, actor=cast.csp_lead, now=late + timedelta(minutes=1), seen="agency")
    assert Event.objects.filter(verb="case.nudged").count() == 4


def test_a_turn_that_passed_on_meanwhile_is_not_asked(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process")
    press(case, "deliver_ssp", cast.csp_lead, **step_facts("deliver_ssp", cast))
    with pytest.raises(NoLongerPossible):
        send(case, cast.assessor_lead, seen="provider")
    send(case, cast.assessor_lead, seen="agency")


def test_nobody_outside_is_asked_about_a_case_inside_the_agency(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    for key in ("csp_lead", "pmo_lead"):
        with pytest.raises(Case.DoesNotExist):
            send(case, cast.people[key])
    with pytest.raises(NotPermitted):
        send(case, cast.liaison)
    # An agency asks its own official, before anybody else knows of the case.
    record(case, cast.liaison, authorizing_official=cast.official)
    Case.objects.filter(pk=case.pk).update(stage_since=NOW, waits_on=Turn.OFFICIAL)
    send(case, cast.reviewer, seen="official")
    assert told(cast) == {"liaison", "official"}


def test_the_history_names_who_was_asked_and_the_case_stays_as_it_is(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    send(case, cast.csp_lead)
    entry = history(case, cast.liaison)[0]
    told = ("Nudge sent", "Cleo Lead, CSP lead of Nimbus Cloud", [("To", "the agency")])
    assert (entry.what, entry.who, entry.facts) == told
    after = Case.objects.get(pk=case.pk)
    assert (after.revision, after.waits_on, after.waits_since) == (case.revision, case.waits_on, case.waits_since)


def test_the_message_says_for_what_and_since_when(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    send(case, cast.csp_lead, days=9)
    message = Message.objects.filter(event__verb="case.nudged").first()
    assert message is not None
    assert message.body == (
        "Cleo Lead asks how it stands. The case has waited on the agency for 9 days, since 24 Nov 2026, "
        "to review the SSP."
    )


def test_a_note_stands_in_the_message_and_the_history_and_in_no_mail(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    nudge(case.public_id, actor=cast.csp_lead, now=NOW, seen="agency", note="  We board\non Friday. ")
    assert history(case, cast.liaison)[0].reason == "We board on Friday."
    message = Message.objects.filter(event__verb="case.nudged").first()
    assert message is not None
    assert (message.detail, "Friday" in message.body) == ("Note: We board on Friday.", False)


def test_a_note_is_one_sentence(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    with pytest.raises(NotReady):
        nudge(case.public_id, actor=cast.csp_lead, now=NOW, seen="agency", note="x" * 201)
    assert not Event.objects.filter(verb="case.nudged").exists()


def test_words_stand_for_every_party_that_can_be_asked() -> None:
    assert OPEN_INITIAL
    assert OPEN_REUSE
    assert {turn for turn in Turn if turn is not Turn.NOBODY} == set(WAITING)


# --- on the page ---


@pytest.mark.slow
def test_the_button_asks_and_says_when_it_may_again(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    button = reverse("nudge", args=[case.public_id])
    for key, there in (
        ("csp_lead", True),
        ("pmo_lead", True),
        ("liaison", False),
        ("csp_viewer", False),
        ("auditor", False),
    ):
        client.force_login(cast.people[key])
        assert (f'action="{button}"' in body_of(client, case.get_absolute_url())) is there, key
    client.force_login(cast.csp_lead)
    assert client.get(button).status_code == 405
    assert [client.post(button, {"seen": "agency"}).status_code for _ in range(2)] == [302, 409]
    page = body_of(client, case.get_absolute_url())
    tomorrow = timezone.localdate() + DAY
    assert f'action="{button}"' not in page
    assert f'the next nudge is possible on <time datetime="{tomorrow.isoformat()}">' in page
    client.force_login(cast.assessor_lead)
    page = body_of(client, case.get_absolute_url())
    assert (f'action="{button}"' in page, "Your side nudged" in page) == (True, False)
    client.force_login(cast.stranger_csp)
    assert client.post(button, {"seen": "agency"}).status_code == 404
    client.force_login(cast.people["csp_viewer"])
    assert client.post(button, {"seen": "agency"}).status_code == 403


def test_the_note_is_folded_beside_the_button_and_sent_with_it(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.csp_lead)
    page = body_of(client, case.get_absolute_url())
    assert "<summary>Nudge with a note</summary>" in page
    assert 'name="note" maxlength="200"' in page
    assert (
        client.post(reverse("nudge", args=[case.public_id]), {"seen": "agency", "note": "Ship waits."}).status_code
        == 302
    )
    assert Event.objects.get(verb="case.nudged").reason == "Ship waits."


def test_the_button_knows_of_todays_nudge_from_the_acts_that_the_page_reads(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    send(case, cast.csp_lead)
    found = nudging(case, case.parties_of(cast.csp_lead), acts(case, cast.csp_lead), NOW.date())
    assert found is not None
    assert (found.last, found.again) == (NOW, NOW.date() + DAY)
