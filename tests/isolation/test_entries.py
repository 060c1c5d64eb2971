"""Which entries of the audit log, and which messages, are there for whom: the rows alone, no page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from authorizations.actions.audit_log.security_events import note
from authorizations.models import Case, Event, Message
from tests.audit_log.entries import entered
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record
from tests.lifecycle.test_side_effects import take
from tests.lifecycle.world import NOW

FACTS = "case.facts_recorded"
WORDS = "The pier is ours to bear."


def seen(user: User, case: Case) -> list[str]:
    """The verbs of the entries about a case that are there for a person, oldest first."""
    return [event.verb for event in Event.objects.visible_to(user).about(case).order_by("pk")]


def told(user: User | None, case: Case) -> list[str]:
    return [event.verb for event in Event.objects.readable_history(case, user).order_by("pk")]


@pytest.mark.slow
def test_what_was_recorded_inside_is_no_entry_for_the_pmo_before_the_agency_turns_to_it(cast: Cast) -> None:
    case = record(make_case(cast, "initial", "planning"), cast.liaison, recommendation=WORDS)
    everything = seen(cast.auditor, case)
    assert everything[-1] == FACTS
    assert seen(cast.pmo_lead, case) == seen(cast.pmo_reviewer, case) == everything[:-1]
    # What was recorded with something else is an entry that says less.
    case = record(case, cast.liaison, recommendation=f"{WORDS} Twice.", technical_reviewer="Rae Reviewer")
    assert seen(cast.pmo_lead, case) == [*everything[:-1], FACTS]
    case = make_case(cast, "initial", "in_process_requested")
    case = record(case, cast.liaison, recommendation=WORDS)
    assert seen(cast.pmo_lead, case) == seen(cast.auditor, case)


def test_the_history_of_a_case_leaves_out_what_its_reader_may_not_know(cast: Cast) -> None:
    case = record(make_case(cast, "initial", "planning"), cast.liaison, recommendation=WORDS)
    case = record(case, cast.liaison, system=None, technical_reviewer="Rae Reviewer")
    whole = told(cast.liaison, case)
    assert whole[-2:] == [FACTS, FACTS]
    for who in ("csp_lead", "assessor_lead", "pmo_lead"):
        assert told(cast.people[who], case) == whole[:-1], who
    assert told(cast.auditor, case) == told(None, case) == whole


def test_a_step_is_told_to_those_who_may_not_read_what_was_said_with_it(cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    assert told(cast.csp_lead, case) == told(cast.auditor, case)
    assert "case.recommend" in told(cast.csp_lead, case)


@pytest.mark.slow
def test_a_case_that_stays_inside_has_no_entry_and_no_message_for_the_pmo(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    record(case, cast.liaison, authorizing_official=cast.official)
    press(case, "withdraw", cast.official)
    assert seen(cast.pmo_lead, case) == seen(cast.pmo_reviewer, case) == []
    assert FACTS in seen(cast.auditor, case)
    messages = Message.objects.filter(event__subject_type="case")
    assert messages.exists()
    assert Message.objects.visible_to(cast.pmo_lead).count() == 0
    assert Message.objects.visible_to(cast.auditor).count() == messages.count()
    own = messages[0]
    Message.objects.filter(pk=own.pk).update(recipient=cast.pmo_lead)
    assert [each.pk for each in Message.objects.visible_to(cast.pmo_lead)] == [own.pk]


def test_the_pmo_reads_entries_and_messages_of_every_shared_case(cast: Cast) -> None:
    case = take(make_case(cast, "initial", "ssp"), "return_ssp", cast, "reviewer")
    assert seen(cast.pmo_lead, case) == seen(cast.auditor, case)
    of_it = Message.objects.filter(event__subject_type="case", event__subject_id=case.pk)
    assert of_it.exists()
    assert Message.objects.visible_to(cast.pmo_reviewer).count() == Message.objects.count()


def test_the_key_of_a_hidden_case_hides_no_entry_and_no_message_about_another_record_type(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    facts = {"verb": "offering.added", "subject_type": "offering", "subject_id": case.pk}
    entry = entered(Event(at=NOW, recorded_at=NOW, actor=cast.csp_lead, **facts))
    Message.objects.create(event=entry, recipient=cast.liaison, subject="Told", body="Told", created_at=NOW)
    assert Event.objects.visible_to(cast.pmo_lead).filter(pk=entry.pk).exists()
    assert Message.objects.visible_to(cast.pmo_lead).filter(event=entry).exists()


@pytest.mark.parametrize(("who", "number"), [("auditor", 1), ("pmo_lead", 1), ("pmo_reviewer", 0), ("liaison", 0)])
def test_security_events_are_read_by_those_who_answer_for_it(cast: Cast, who: str, number: int) -> None:
    note("list.exported", actor=cast.liaison, now=NOW, details={"list": "cases"})
    assert Event.objects.visible_to(cast.people[who]).filter(verb="list.exported").count() == number


@pytest.mark.parametrize(
    "rows",
    [
        Event.objects.visible_to,
        Message.objects.visible_to,
        Message.objects.addressed_to,
        Case.objects.visible_to,
    ],
    ids=["events", "messages", "own messages", "cases"],
)
def test_anyone_who_is_not_signed_in_has_no_row(cast: Cast, rows: Callable[[Any], Any]) -> None:
    take(make_case(cast, "initial", "ssp"), "return_ssp", cast, "reviewer")
    assert rows(AnonymousUser()).count() == 0


def test_all_cases_are_unseen_by_anyone_who_is_not_signed_in_and_none_by_the_auditor(cast: Cast) -> None:
    case = make_case(cast, "reuse", "need_defined")
    assert list(Case.objects.all().unseen_by(AnonymousUser())) == [case]  # type: ignore[arg-type]
    assert list(Case.objects.all().unseen_by(cast.auditor)) == []
    assert list(Case.objects.all().unseen_by(cast.pmo_lead)) == [case]
    assert list(Case.objects.all().unseen_by(cast.liaison)) == []


@pytest.mark.slow
def test_what_is_inside_a_case_is_closed_to_all_but_the_agency_the_auditor_and_in_time_the_pmo(cast: Cast) -> None:
    early = make_case(cast, "initial", "planning")
    late = make_case(cast, "initial", "in_process_requested")
    closed = {
        who: {each.pk for each in Case.objects.all().closed_to(cast.people[who])}
        for who in ("liaison", "auditor", "pmo_lead", "csp_lead", "stranger_agency")
    }
    both = {early.pk, late.pk}
    assert closed == {
        "liaison": set(),
        "auditor": set(),
        "pmo_lead": {early.pk},
        "csp_lead": both,
        "stranger_agency": both,
    }
