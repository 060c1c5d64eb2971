"""What the summary of a case says first, where a rule, a day or a party changes it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from authorizations.actions.steps import offers
from authorizations.deadlines import deadlines_of
from authorizations.models import Case
from authorizations.policy import Party
from authorizations.presenters import deadlines
from authorizations.presenters.audit_log.history import acts
from authorizations.presenters.cases.summary import CaseSummary, summary_of
from authorizations.presenters.cases.usual import UsualStay, usual_words
from authorizations.presenters.cases.your_turn import owners
from authorizations.vocabulary import CaseState, Designation
from authorizations.web.desk.listing import desk_rows, states
from tests.cast import Cast
from tests.lifecycle.cases import make_case, press, record
from tests.lifecycle.world import FEDRAMP, NOW, take
from tests.reports.contents import contents_of

pytestmark = pytest.mark.django_db
CUTOFF, AFTER = date(2027, 6, 11), date(2027, 6, 20)


def read(case: Case, user: User) -> Case:
    found: Case = Case.objects.acting_for(user).with_listed_sibling().get(pk=case.pk)
    return found


def said_of(case: Case, user: User, today: date) -> CaseSummary:
    """The summary of a case as it is in hand."""
    owed = deadlines.of_case(user, case, today)
    return summary_of(case, user, today, acts=acts(case, user), owed=owed, own=offers(case, user, today))


def summary(case: Case, user: User, today: date) -> CaseSummary:
    return said_of(read(case, user), user, today)


# --- the cut-off ---


def test_a_case_that_the_cut_off_stopped_says_since_when_it_is_closed(cast: Cast) -> None:
    found = summary(make_case(cast, "initial", "in_process"), cast.liaison, AFTER)
    assert found.state == CaseState.STOPPED
    assert found.why == "new Rev5 applications closed on 11 Jun 2027, 9 days ago, before FedRAMP’s review began."


def test_a_case_that_fedramp_reviewed_by_the_cut_off_is_not_stopped_by_it(cast: Cast) -> None:
    case = press(make_case(cast, "initial", "pmo_review"), "send_back", cast.pmo_lead)
    found = summary(case, cast.liaison, AFTER)
    assert found.state == CaseState.AT_RISK
    assert "Application for Rev5 before it closes" not in [each.what for each in found.late]
    assert found.planned == ""


# --- plans ---


def test_who_lost_the_partner_is_held_to_no_plan_of_theirs(cast: Cast) -> None:
    case = make_case(cast, "initial", "partner_lost", ato_planned_on=date(2027, 2, 1))
    found = summary(case, cast.csp_lead, date(2027, 3, 1))
    assert found.planned_on is None
    assert "Planned ATO" not in [each.what for each in found.late]
    assert found.why.startswith("the partner was lost on ")


def test_the_planned_ato_is_among_what_comes_next_and_the_last_day_is_named_as_one(cast: Cast) -> None:
    case = make_case(cast, "initial", "in_process", ato_planned_on=CUTOFF)
    found = summary(case, cast.liaison, CUTOFF - timedelta(days=20))
    assert [each.what for each in found.coming][-2:] == ["Application for Rev5 before it closes", "Planned ATO"]
    assert found.planned.startswith(
        "The ATO is planned for 11 Jun 2027, on the day of the cut-off for new Rev5 applications (11 Jun 2027) and "
    )


def test_the_planned_day_itself_is_not_late(cast: Cast) -> None:
    planned = date(2027, 2, 1)
    case = make_case(cast, "initial", "in_process", ato_planned_on=planned)
    assert "Planned ATO" not in [each.what for each in summary(case, cast.liaison, planned).late]
    assert "Planned ATO" in [each.what for each in summary(case, cast.liaison, planned + timedelta(days=1)).late]


# --- what is late ---


def test_an_assessment_whose_start_nobody_recorded_says_what_to_record(cast: Cast) -> None:
    case = make_case(cast, "initial", "assessment")
    found = summary(case, cast.csp_lead, date(2027, 6, 1))
    assert found.why.endswith("and no “Assessment started on” is recorded; 1 more date passed.")
    asked = [each.what for each in found.asked if each.part == "deadlines"]
    assert asked[0].endswith("If it has begun, record “Assessment started on” under Facts")
    begun = record(case, cast.assessor_lead, assessment_started_on=date(2026, 11, 20))
    assert not [each for each in summary(begun, cast.csp_lead, date(2027, 6, 1)).late if "Assessment" in each.what]


def test_what_is_late_is_something_that_somebody_does(cast: Cast) -> None:
    found = summary(make_case(cast, "initial", "sar_debrief"), cast.csp_lead, date(2027, 12, 1))
    late = {each.what for each in found.late}
    assert {
        "Application with a fresh assessment report",
        "Application with a refreshed assessment report",
        "Application for Rev5 before it closes",
    } <= late


def test_a_late_sentence_has_one_colon_with_its_state(cast: Cast) -> None:
    found = summary(make_case(cast, "initial", "assessment"), cast.csp_lead, date(2027, 6, 1))
    assert found.sentences[0].count(":") == 1
    assert found.late_words.startswith("Also late: “Assessment starts, by ")


@pytest.mark.parametrize(
    ("days", "usual", "words"),
    [
        (12, None, "too few like cases to say what is usual"),
        (12, UsualStay(12, 38, 36, 40), "usually 38 days, from 36 to 40 in 12 like stays"),
        (41, UsualStay(12, 38, 36, 40), "usually 38 days, from 36 to 40 in 12 like stays; longer than any of them"),
        (18, UsualStay(13, 21, 21, 21), "21 days in each of 13 like stays"),
    ],
)
def test_what_is_usual_reads_as_a_sentence(days: int, usual: UsualStay | None, words: str) -> None:
    assert usual_words(days, usual) == words


def test_of_several_who_may_act_the_last_alone_is_joined_by_or() -> None:
    several = owners({Party.CL, Party.AL, Party.AO})
    assert several == "the agency's liaison, the authorizing official or the provider's lead"
    assert owners({Party.PL}) == "a PMO lead"


def test_a_fact_that_is_missing_is_named_as_one(cast: Cast) -> None:
    found = summary(make_case(cast, "initial", "pmo_review"), cast.liaison, NOW.date())
    assert found.blocks[0] == "“Recommendation of the PMO's reviewer” is not recorded yet."


# --- the ATO and the offering ---


def test_a_case_whose_ato_ran_out_on_paper_is_at_risk(cast: Cast) -> None:
    case = read(make_case(cast, "initial", "ato_issued"), cast.liaison)
    assert case.ato
    case.ato.expires_on = date(2026, 12, 1)
    assert said_of(case, cast.liaison, date(2026, 12, 1)).state == CaseState.ON_TRACK
    found = said_of(case, cast.liaison, date(2026, 12, 2))
    assert (found.state, found.why) == (
        CaseState.AT_RISK,
        "the recorded expiry of the ATO, 1 Dec 2026, has passed.",
    )


def test_a_reuse_of_what_is_certified_no_longer_is_at_risk(cast: Cast) -> None:
    case = read(make_case(cast, "reuse", "gap_analysis"), cast.liaison)
    assert said_of(case, cast.liaison, NOW.date()).state == CaseState.ON_TRACK
    case.offering.designation = Designation.DELISTED
    found = said_of(case, cast.liaison, NOW.date())
    assert (found.state, found.why) == (
        CaseState.AT_RISK,
        "the offering is not FedRAMP Certified; it stands as “Delisted”.",
    )


def test_a_letter_that_came_back_is_owed_again(cast: Cast) -> None:
    case = press(make_case(cast, "reuse", "ato_issued"), "report_letter", cast.liaison, **FEDRAMP)
    assert case.ato
    assert [due.is_open for due in deadlines_of(case.ato, NOW.date()) if due.kind == "A01"] == [False]
    case = press(case, "return_letter", cast.pmo_reviewer)
    assert case.ato
    assert [due.is_open for due in deadlines_of(case.ato, NOW.date()) if due.kind == "A01"] == [True]
    # The desk and the packet of the decision say so too.
    assert desk_rows(cast.liaison).annotate(**states()).get(pk=case.ato.pk).notice == "missing"
    _, contents = contents_of("decision-packet", cast.liaison, NOW, ato=case.ato.public_id)
    assert "FedRAMP returned the letter, and waits for another." in contents.summary


@pytest.mark.parametrize(
    ("stage", "begins"), [("ato_issued", "At risk: the ATO of this case is suspended."), ("certified", "Ended: ")]
)
def test_a_suspended_ato_is_told_of_a_case(cast: Cast, stage: str, begins: str) -> None:
    case = make_case(cast, "initial", stage)
    assert case.ato
    take(case.ato, "suspend", cast.official)
    _, contents = contents_of("case-status", cast.liaison, NOW, case=case.public_id)
    assert contents.summary[0].startswith(begins)
    assert [each for each in contents.summary if each.endswith(" It is suspended.")], contents.summary


# --- pages ---


def test_an_earlier_day_counts_no_days_backwards(cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    _, contents = contents_of("case-status", cast.liaison, datetime(2026, 3, 1, 12, tzinfo=UTC), case=case.public_id)
    assert [each.label for each in contents.figures if each.number < 0] == []


def test_who_waits_may_nudge_although_a_step_of_theirs_comes_later(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ao_decision")
    client.force_login(cast.liaison)
    page = client.get(case.get_absolute_url()).content.decode()
    assert "You can record the signed decision" in page
    assert "Send a nudge" in page
