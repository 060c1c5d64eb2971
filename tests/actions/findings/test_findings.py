"""Findings of a return: drafted inside one side, sent as one list, answered by the other, settled by the first."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from authorizations.actions.findings.findings import change_finding, drop_finding
from authorizations.actions.refusals import Blocked, NoLongerPossible, NotReady
from authorizations.actions.steps import StaleRevision
from authorizations.models import Case, Event, Finding, FindingRound, Message
from authorizations.sanitize import LONGEST_TEXT
from tests.actions.findings.findings import (
    again,
    answer,
    answer_all,
    counted,
    draft,
    fresh,
    resolve,
    resolve_all,
    returned,
    revision,
    send,
)
from tests.cast import Cast
from tests.lifecycle.cases import DAY, NOW, make_case, press, record

TWO = ("The boundary misses the backup site.", "Control AC-2 names no owner.")
HOUR = timedelta(hours=1)


def change(finding: Finding, actor: Any, **given: Any) -> Finding:
    said = {"severity": finding.severity, "text": finding.text, "fact": finding.fact, **given}
    return change_finding(finding.public_id, actor=actor, now=NOW, **said)


# --- drafts ---


def test_a_draft_leaves_the_revision_of_the_case_and_is_counted_for_its_side(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    assert (finding.side, finding.owed_by, finding.is_draft) == ("agency", "", True)
    assert revision(case) == case.revision
    assert counted(case) == {"drafts": {"agency": 1}, "open": 0, "open_of": {}, "unanswered": {}}
    draft(case, cast.pmo_reviewer)
    assert counted(case)["drafts"] == {"agency": 1, "pmo": 1}


def test_a_form_that_is_sent_twice_drafts_once(cast: Cast) -> None:
    case = make_case(cast)
    draft(case, cast.reviewer, idempotency_key="a key")
    with pytest.raises(NoLongerPossible, match="already"):
        draft(case, cast.reviewer, idempotency_key="a key")
    assert Finding.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "wheres"),
    [
        ({"text": "  "}, ["text"]),
        ({"text": "x" * (LONGEST_TEXT + 1)}, ["text"]),
        ({"severity": "awful"}, ["severity"]),
        ({"fact": ""}, ["about"]),
        ({"fact": "shoe_size"}, ["about"]),
        ({"fact": "recommendation"}, ["about"]),
        ({"version": "nothing", "fact": ""}, ["about"]),
        ({"text": "", "severity": "", "fact": ""}, ["severity", "text", "about"]),
    ],
)
def test_what_cannot_be_a_finding_is_refused_at_its_place(cast: Cast, given: dict[str, Any], wheres: list[str]) -> None:
    case = make_case(cast)
    with pytest.raises(NotReady) as refusal:
        draft(case, cast.reviewer, **given)
    assert [problem.where for problem in refusal.value.problems] == wheres
    assert not Finding.objects.exists()


def test_a_colleague_of_the_side_changes_and_drops_a_draft(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    changed = change(finding, cast.liaison, text="The boundary misses two sites.", severity="blocking")
    assert (changed.text, changed.severity) == ("The boundary misses two sites.", "blocking")
    with pytest.raises(Blocked):
        change(changed, cast.reviewer)
    drop_finding(finding.public_id, actor=cast.liaison, now=NOW)
    assert counted(case) == {}
    with pytest.raises(NoLongerPossible):
        change(changed, cast.reviewer, text="Again.")
    with pytest.raises(NoLongerPossible):
        drop_finding(finding.public_id, actor=cast.liaison, now=NOW)


def test_what_was_sent_is_no_draft_any_more(cast: Cast) -> None:
    _, [finding] = returned(cast)
    with pytest.raises(NoLongerPossible):
        change(finding, cast.reviewer, text="Other words.")
    with pytest.raises(NoLongerPossible):
        drop_finding(finding.public_id, actor=cast.reviewer, now=NOW)


@pytest.mark.parametrize("stage", ["certified", "withdrawn", "partner_lost"])
def test_nothing_is_drafted_where_no_return_can_follow(cast: Cast, stage: str) -> None:
    with pytest.raises(NoLongerPossible):
        draft(make_case(cast, "initial", stage), cast.reviewer)


def test_a_reuse_case_has_no_findings(cast: Cast) -> None:
    with pytest.raises(NoLongerPossible, match="reuse"):
        draft(make_case(cast, "reuse", "package_review"), cast.reviewer)


# --- sending ---


# Where each return stands, who drafts and sends, what it is told, whose review it is, and who owes the answers.
SENDING: tuple[tuple[str, str, str, dict[str, Any], str, str], ...] = (
    ("in_process_requested", "return_request", "pmo_reviewer", {}, "pmo", "agency"),
    ("ssp", "return_ssp", "reviewer", {}, "agency", "provider"),
    ("agency_review", "send_to_remediation", "liaison", {}, "agency", "provider"),
    ("agency_review", "send_to_remediation", "liaison", {"delta_test_wanted": "yes"}, "agency", "provider"),
    ("ato_issued", "return_package", "pmo_lead", {"side": "provider"}, "pmo", "provider"),
    ("ato_issued", "return_package", "pmo_lead", {"side": "agency"}, "pmo", "agency"),
    ("pmo_review", "request_pmo_remediation", "pmo_reviewer", {}, "pmo", "provider"),
)


@pytest.mark.parametrize(("stage", "step", "drafter", "facts", "side", "owes"), SENDING)
def test_a_return_sends_the_drafts_of_its_side(
    cast: Cast, stage: str, step: str, drafter: str, facts: dict[str, Any], side: str, owes: str
) -> None:
    case = make_case(cast, "initial", stage)
    other = draft(case, cast.pmo_lead if side == "agency" else cast.reviewer)
    finding = draft(case, cast.people[drafter])
    send(case, cast, step, drafter, **facts)
    sent, kept = fresh([finding, other])
    assert (sent.side, sent.owed_by, sent.step, sent.sent_at) == (side, owes, step, NOW)
    assert kept.is_draft
    counts = counted(case)
    assert (counts["open"], counts["open_of"], counts["unanswered"]) == (1, {side: 1}, {owes: 1})
    assert counts["sent_at"] == NOW.isoformat()


@pytest.mark.slow
def test_a_returned_sap_is_answered_by_the_assessor_or_while_none_is_named_the_provider(cast: Cast) -> None:
    for assessor, owes in ((True, "assessor"), (False, "provider")):
        case = press(make_case(cast, "initial", "sap"), "submit_sap", cast.csp_lead, sap_delivered_on=NOW.date())
        if not assessor:
            Case.objects.filter(pk=case.pk).update(assessor=None)
        finding = draft(case, cast.reviewer)
        send(case, cast, "return_sap")
        assert fresh([finding])[0].owed_by == owes
        press(
            case,
            "withdraw",
            cast.liaison,
            stop_notice_on=NOW.date(),
            stopped_by="agency",
            other_side_notified_on=NOW.date(),
        )


def test_a_step_that_is_no_return_sends_nothing(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    press(case, "warn", cast.pmo_reviewer, warning_ground="no_reply", warning_due_on=NOW.date())
    assert fresh([finding])[0].is_draft


def test_a_refused_return_leaves_the_drafts(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    with pytest.raises(NotReady):
        send(case, cast, reason="")
    assert fresh([finding])[0].is_draft
    assert "sent_at" not in counted(case)


def test_the_side_that_owes_gets_one_message_with_the_whole_list(cast: Cast) -> None:
    case = make_case(cast)
    for text in TWO:
        draft(case, cast.reviewer, text)
    Message.objects.all().delete()
    send(case, cast)
    told = {message.recipient.name: message.text for message in Message.objects.select_related("recipient")}
    assert all(text in told["Cleo Lead"] for text in TWO)
    assert "2 findings to answer" in told["Cleo Lead"]
    others = [body for name, body in told.items() if name != "Cleo Lead"]
    assert others
    assert all("It came with 2 findings." in body and TWO[0] not in body for body in others)
    [message] = Message.objects.filter(recipient=cast.csp_lead)
    assert not any(text in message.body for text in TWO)
    assert message.link == reverse("case_findings", args=[case.public_id])


def test_the_entry_of_a_return_names_the_findings_and_no_text_and_no_number_of_drafts(cast: Cast) -> None:
    case = make_case(cast)
    finding = draft(case, cast.reviewer)
    send(case, cast)
    entry = Event.objects.get(verb="case.return_ssp")
    assert entry.changes["findings"] == [None, [finding.pk]]
    assert "finding_counts" not in entry.changes
    assert not Event.objects.filter(text__contains=finding.text).exists()


# --- answers ---


def test_answers_are_counted_and_raise_the_revision(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    before = revision(case)
    answer(one, cast.csp_contributor, "It is in the boundary now.")
    assert revision(case) == before + 1
    assert counted(case)["unanswered"] == {"provider": 1}
    answer_all(case, cast.csp_lead, {one.public_id: "Both sites are.", two.public_id: "It names one."})
    assert counted(case)["unanswered"] == {}
    one, two = fresh([one, two])
    assert (one.answer, one.answered_by, two.answer) == ("Both sites are.", cast.csp_lead, "It names one.")


def test_the_turn_is_the_assessors_once_a_delta_test_is_all_that_is_left(cast: Cast) -> None:
    case = make_case(cast, "initial", "agency_review")
    finding = draft(case, cast.reviewer)
    case = send(case, cast, "send_to_remediation", delta_test_wanted="yes")
    turns = [case.waits_on]
    [finding] = fresh([finding])
    answer(finding, cast.csp_contributor)
    turns.append(Case.objects.get(pk=case.pk).waits_on)
    entry = Event.objects.get(verb="case.findings_answered")
    assert entry.changes["waits_on"] == ["provider", "assessor"]
    turns.append(record(case, cast.assessor_lead, delta_test_done_on=DAY).waits_on)
    assert turns == ["provider", "assessor", "provider"]


def test_several_answers_are_given_together_or_not_at_all(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    with pytest.raises(NotReady) as refusal:
        answer_all(case, cast.csp_lead, {one.public_id: "Done.", two.public_id: " "})
    assert [problem.where for problem in refusal.value.problems] == [two.public_id]
    with pytest.raises(NotReady):
        answer_all(case, cast.csp_lead, {one.public_id: "x" * (LONGEST_TEXT + 1)})
    assert all(finding.is_unanswered for finding in fresh([one, two]))


def test_an_answer_may_be_changed_until_the_work_is_handed_on(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    answer_all(case, cast.csp_lead, {one.public_id: "Done.", two.public_id: "Done too."})
    answer(one, cast.csp_contributor, "Done, see section 3.")
    with pytest.raises(Blocked):
        answer(one, cast.csp_lead, "Done, see section 3.")
    press(case, "resubmit_ssp", cast.csp_lead)
    with pytest.raises(NoLongerPossible):
        answer(one, cast.csp_lead, "Something else.")
    assert fresh([one])[0].answer == "Done, see section 3."


def test_an_answer_on_an_older_page_is_refused_with_what_happened(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    seen = revision(case)
    answer(one, cast.csp_lead)
    with pytest.raises(StaleRevision) as refusal:
        answer(two, cast.csp_contributor, revision=seen)
    assert [event.verb for event in refusal.value.since] == ["case.findings_answered"]
    assert fresh([two])[0].is_unanswered


# --- settling ---


def test_another_person_of_the_side_settles_a_finding(cast: Cast) -> None:
    case, [one] = returned(cast)
    answer(one, cast.csp_lead)
    before = revision(case)
    resolve(one, cast.liaison)
    assert revision(case) == before + 1
    assert fresh([one])[0].resolved_by == cast.liaison
    assert (counted(case)["open"], counted(case)["open_of"]) == (0, {})
    for act in (resolve, again):
        with pytest.raises(NoLongerPossible):
            act(one, cast.reviewer)
    with pytest.raises(NoLongerPossible):
        answer(one, cast.csp_lead, "Too late.")


def test_what_was_not_answered_is_settled_with_a_reason(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    with pytest.raises(NotReady):
        resolve(one, cast.reviewer, reason=" ")
    resolve_all(case, cast.reviewer, [one.public_id, two.public_id], reason="We had read an older version.")
    assert Event.objects.get(verb="case.findings_resolved").reason == "We had read an older version."
    with pytest.raises(NotReady):
        resolve_all(case, cast.reviewer, [])


def test_an_answer_that_is_not_enough_begins_another_round_and_both_stay(cast: Cast) -> None:
    case, [one] = returned(cast)
    with pytest.raises(NoLongerPossible):
        again(one, cast.reviewer)
    answer(one, cast.csp_lead, "It is there.")
    with pytest.raises(NotReady):
        again(one, cast.reviewer, " ")
    again(one, cast.liaison, "The diagram lacks it.")
    former = FindingRound.objects.get(finding=one)
    assert (former.answer, former.reason, former.asked_by) == ("It is there.", "The diagram lacks it.", cast.liaison)
    assert fresh([one])[0].is_unanswered
    assert counted(case)["unanswered"] == {"provider": 1}
    answer(one, cast.csp_lead, "The diagram has it too.")
    assert fresh([one])[0].answer == "The diagram has it too."


def test_what_was_asked_again_goes_with_the_next_return(cast: Cast) -> None:
    case, [one, two] = returned(cast, *TWO)
    answer_all(case, cast.csp_lead, {one.public_id: "Done.", two.public_id: "Done."})
    press(case, "resubmit_ssp", cast.csp_lead)
    again(one, cast.reviewer)
    resolve(two, cast.reviewer)
    Message.objects.all().delete()
    send(case, cast, now=NOW + HOUR)
    one, two = fresh([one, two])
    assert (one.sent_at, two.sent_at) == (NOW + HOUR, NOW)
    assert counted(case)["sent_at"] == (NOW + HOUR).isoformat()
    [message] = Message.objects.filter(recipient=cast.csp_lead)
    assert "1 finding to answer" in message.body
    assert "The diagram still lacks it." in message.detail


def test_when_the_case_has_ended_its_findings_stay(cast: Cast) -> None:
    case, [one] = returned(cast)
    press(
        case,
        "withdraw",
        cast.liaison,
        stop_notice_on=NOW.date(),
        stopped_by="agency",
        other_side_notified_on=NOW.date(),
    )
    for act in (resolve, again):
        with pytest.raises(NoLongerPossible):
            act(one, cast.reviewer)
    with pytest.raises(NoLongerPossible):
        answer(one, cast.csp_lead)
