"""Cases of each kind from the first stage to the last, each step by the person whose turn it is, on the portal's pages.

An initial case with the mouse, a reuse case without JavaScript, and one by keyboard alone. Where a case is after
a step is written here by hand.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, expect

from authorizations.display import day_text
from authorizations.lifecycle.step import FactKind
from tests.browser.conftest import Arrive, Reader
from tests.browser.hands import Hand, Keyboard, Mouse, labelled, send_to_admin
from tests.browser.journey import (
    ANN,
    ASHA,
    COLIN,
    CORA,
    MAYA,
    ODETTE,
    OSCAR,
    PAULA,
    PIET,
    RASHID,
    ROSA,
    Finding,
    Journey,
    Turn,
    day_of,
)
from tests.lifecycle.cases import STEP_FACTS
from tests.lifecycle.world import DAY
from tests.rules.documents import document, raw

Travel = Callable[..., Journey]


@pytest.fixture
def travel(arrive: Arrive) -> Travel:
    """Begins journeys."""

    def begin(kind: str, hand: Hand, records: dict[str, str], *, script: bool = True) -> Journey:
        def seat(name: str) -> Reader:
            reader = arrive(script=script)
            reader.open("/sign-in/")
            hand.press(reader.page.get_by_role("button", name=name))
            reader.page.wait_for_url(f"{reader.base}/")
            return reader

        return Journey(kind, seat, hand, records)

    return begin


HARBORS, MEADOWS = "Department of Harbors (agency)", "Department of Meadows (agency)"
NIMBUS, PLUMB, PMO = "Nimbus Cloud Company (provider)", "Plumb Line Assessments (assessor)", "the FedRAMP PMO"
SIGN, DECIDE, LETTER = "sign the WBS", "decide on the ATO", "send FedRAMP the signed letter"

TO_PLANNING = (
    Turn(CORA, "agree_partnership", "Partnership", HARBORS, "start planning"),
    Turn(ANN, "start_planning", "Planning", NIMBUS, SIGN),
)
TO_THE_LISTING = (
    Turn(ANN, "sign_wbs", "Planning", HARBORS, "have the AO request In Process"),
    Turn(ODETTE, "request_in_process", "In process requested", PMO, "check the request for In Process"),
    Turn(PIET, "list_in_process", "In process", NIMBUS, "deliver the SSP"),
)
THE_SSP = (
    Turn(COLIN, "deliver_ssp", "SSP", HARBORS, "review the SSP"),
    Turn(RASHID, "return_ssp", "SSP", NIMBUS, "answer what was returned on the SSP"),
    Turn(COLIN, "resubmit_ssp", "SSP", HARBORS, "review the SSP"),
    Turn(RASHID, "approve_ssp", "SAP", PLUMB, "submit the SAP"),
)
TO_THE_DEBRIEF = (
    Turn(ASHA, "submit_sap", "SAP", HARBORS, "review the SAP"),
    Turn(RASHID, "approve_sap", "Assessment", PLUMB, "test and deliver the SAR"),
    Turn(ASHA, "deliver_sar", "SAR debrief", HARBORS, "hold and close the debrief"),
)
DEBRIEF = Turn(ANN, "close_debrief", "Agency review", HARBORS, "review and recommend to the AO")
RECOMMEND = Turn(RASHID, "recommend", "AO decision", f"{ODETTE} (agency AO)", DECIDE)
TO_FEDRAMP = (
    Turn(ODETTE, "issue_ato", "ATO issued", HARBORS, LETTER),
    Turn(ANN, "report_letter", "ATO issued", NIMBUS, "submit the package to FedRAMP"),
    Turn(CORA, "submit_package", "ATO issued", PMO, "check letter and package"),
    Turn(PIET, "accept_package", "FedRAMP review", PMO, "review the package"),
    Turn(PIET, "claim", "FedRAMP review", PMO, "review the package"),
)
RECOMMEND_CERTIFYING = Turn(PIET, "recommend_to_lead", "FedRAMP review", PMO, "review the package")


# The findings of one return, of every weight and about whatever one can be about: a document that stays where it is, a
# fact, and a file. What became of each is beside it when it was handed on again.
SSP_DAY = "SSP draft delivered on"
FINDINGS = (
    Finding(
        "System security plan (SSP) with appendices A to Q, version 1",
        "Must be fixed",
        "The boundary diagram leaves out the mail relay.",
    ),
    Finding(SSP_DAY, "Should be fixed", "This is the day of the upload; the draft came two days before."),
    Finding("Work breakdown structure (WBS), version 1", "Editorial", "Row 3.1 names the template of last year."),
)
ANSWERS = (
    "The relay stands in figure 3 now.",
    "The day is corrected.",
    "Row 3.1 names the new template.",
)
NOT_DONE = "No newer version of this document since it was sent."

# A release that comes in on the way, and what the case would feel of it if it followed.
OLD_TITLE = "Consolidated Rules for 2026, version 2026.07.14.01"
NEW = "on-the-way"
NEW_LABELS = {"partnership": "Finding a partner", "sap": "Test plan", "agency_review": "Review by the agency"}
TO_THE_DEBRIEF_DAYS = "From the delivery of SAR and POA&M to the debrief, at least"

WAITED_FOR = "List of deviation requests"
WAIVED = "List of deviation requests is among the documents"
WHY_WAIVED = "There are none; the list is moved to another place this week."


@pytest.mark.parametrize(
    # The whole way takes a minute and more; without JavaScript a reuse case goes all of its own in every full run.
    "is_whole",
    [False, pytest.param(True, marks=pytest.mark.nightly)],
    ids=["to the WBS", "to the end"],
)
def test_an_initial_case_from_an_invitation_to_the_certification_by_the_sides_in_turn(
    travel: Travel, *, is_whole: bool
) -> None:
    records = {
        "the offering": "Nimbus Quill",
        "a system": "Berth Reservations",
        "an assessor": "Plumb Line Assessments",
    }
    journey = travel("initial", Mouse(), records)
    journey.begin(ANN, "Start an initial case", "Department of Harbors", {}, twice=True)
    journey.expect_news(
        journey.reader(ANN), "The case was opened. It is an invitation: Nimbus Cloud Company must agree"
    )
    expect_one_case(journey, ANN, "partnership")
    take_all(journey, TO_PLANNING)
    journey.record(ANN, "Authorizing official", ODETTE)
    sign_twice_and_go_back(journey)
    if not is_whole:
        return
    take_all(journey, TO_THE_LISTING)
    return_with_three_findings(journey, *THE_SSP)
    change_the_rules_under_way(journey, travel("initial", Mouse(), records))
    take_all(journey, TO_THE_DEBRIEF)
    hold_the_debrief_by_its_own_rules(journey)
    go_on_by_a_waiver(journey)
    take_all(journey, TO_FEDRAMP)
    journey.take(RECOMMEND_CERTIFYING)
    journey.take(Turn(PAULA, "certify", "Certified", "", ""))
    expect_rules(journey, CORA, OLD_TITLE, "14 days")
    # The provider reads of it too, and has nothing left to do.
    cora = journey.at_case(CORA).page
    assert "Certified" in cora.get_by_role("heading", level=1).inner_text()
    assert PAULA in journey.newest_act(journey.reader(CORA)).inner_text()


def take_all(journey: Journey, turns: Sequence[Turn]) -> None:
    """Steps in turn."""
    for turn in turns:
        journey.take(turn)


def return_with_three_findings(journey: Journey, deliver: Turn, give_back: Turn, again: Turn, approve: Turn) -> None:
    """The SSP goes back with three findings; each is answered before it returns and settled before it is approved."""
    journey.take(deliver)
    expect_blocked(journey, give_back, "No finding is drafted")
    for finding in FINDINGS:
        journey.find(RASHID, finding)
    journey.take(give_back)
    expect_blocked(journey, again, "3 findings are not answered: the provider answers each under Findings.")
    journey.answer(COLIN, ANSWERS)
    journey.record(COLIN, SSP_DAY, day_of(DAY - timedelta(days=2)).isoformat())
    journey.take(again)
    expect_blocked(journey, approve, "3 findings are open. The side that found it settles it under Findings.")
    expect_what_changed(journey)
    journey.settle_findings(RASHID, [0], "1 finding settled.")
    expect_blocked(journey, approve, "2 findings are open")
    journey.settle_findings(RASHID, [0, 1], "2 findings settled.")
    journey.take(approve)


def expect_what_changed(journey: Journey) -> None:
    """The reviewer sees beside each finding its answer and what changed since it was sent, or that nothing did."""
    main = journey.at_findings(RASHID).page.get_by_role("main")
    before, after = (day_text(day_of(day)) for day in (DAY, DAY - timedelta(days=2)))
    changed = ("appendices A to Q, version 2", f"{SSP_DAY}: {before} → {after}", NOT_DONE)
    listed = main.get_by_role("region", name="For your side to settle").get_by_role("list").first.locator("> li")
    expect(listed).to_have_count(len(FINDINGS))
    for place, (finding, answer, change) in enumerate(zip(FINDINGS, ANSWERS, changed, strict=True)):
        for words in (finding.severity, finding.text, answer, change):
            expect(listed.nth(place)).to_contain_text(words)
    expect(main.get_by_role("region", name="Changed since the last return")).to_contain_text(changed[1])


def change_the_rules_under_way(journey: Journey, later: Journey) -> None:
    """A release comes in: the case keeps its own labels and numbers, and one that is opened later has the new ones."""
    stages = {**document()["stages"]}
    labels = {stage: [label, "our design"] for stage, label in NEW_LABELS.items()}
    stages["initial"] = {**stages["initial"], **labels}
    lengths = {"debrief_days": [60, "our design"]}
    today = timezone.localdate().isoformat()
    paula = journey.reader(PAULA)
    send_to_admin(paula, "rulesrelease", raw(document(NEW, today, stages=stages, lengths=lengths)))
    expect(paula.page.get_by_role("row").filter(has_text=TO_THE_DEBRIEF_DAYS)).to_contain_text("60 days")
    paula.follow(paula.page.get_by_role("button", name="Import this release"))
    expect(paula.page.get_by_role("heading", level=1)).to_contain_text("Newest")
    expect_rules(journey, RASHID, OLD_TITLE, "14 days")
    assert "SAP" in journey.at_case(RASHID).page.get_by_role("heading", level=1).inner_text()
    later.begin(MAYA, "Start an initial case", "Department of Meadows", {})
    assert NEW_LABELS["partnership"] in later.reader(MAYA).page.get_by_role("heading", level=1).inner_text()
    expect_rules(later, MAYA, f"Release {NEW}", "60 days")


def expect_rules(journey: Journey, name: str, title: str, debrief: str) -> None:
    """The case names the release that it follows, and the page of that has its numbers."""
    reader = journey.at_case(name)
    reader.follow(reader.page.get_by_role("main").get_by_role("link", name=title, exact=True))
    said = reader.page.get_by_role("term").filter(has_text=TO_THE_DEBRIEF_DAYS).locator("+ dd")
    expect(said).to_contain_text(debrief)


def hold_the_debrief_by_its_own_rules(journey: Journey) -> None:
    """A debrief before the 14 days of the case's own release needs a reason; after 18 days it needs none."""
    step = journey.step(DEBRIEF.step)
    reader = journey.begin_step(DEBRIEF)
    early = day_of(STEP_FACTS["initial"]["deliver_sar"]["sar_delivered_on"]) + timedelta(days=13)
    field = journey.opened(reader, labelled(reader.page, "Debrief held on"))
    journey.hand.enter(field, FactKind.DATE, early.isoformat())
    reader.follow(journey.submit(reader, step.label))
    expect(reader.page.get_by_role("alert")).to_contain_text("less than 14 days after SAR and POA&M were delivered")
    journey.enter(reader, step)
    journey.hand.press(journey.submit(reader, step.label))
    journey.expect_news(reader, f"{step.done}. It is in the history.")
    journey.expect(DEBRIEF)


def go_on_by_a_waiver(journey: Journey) -> None:
    """A document is missing; the PMO waives it until a day, which every side sees, and the step goes on without it."""
    expect(asked_for(journey)).to_have_count(1)
    until = timezone.localdate() + timedelta(days=7)
    journey.waive(PAULA, WAIVED, until, WHY_WAIVED)
    for name in (RASHID, COLIN, ASHA, PIET):
        waived = journey.at_case(name).page.get_by_role("region", name="Waived gates")
        expect(waived).to_contain_text(f"until {day_text(until)}, by {PAULA}")
        expect(waived).to_contain_text(WHY_WAIVED)
    expect(asked_for(journey)).to_have_count(0)
    journey.take(RECOMMEND)


def asked_for(journey: Journey) -> Locator:
    """The document that the agency's next step waits for, as the box asks for it."""
    return journey.box(journey.at_case(RASHID)).get_by_role("group", name=WAITED_FOR, exact=True)


def expect_blocked(journey: Journey, turn: Turn, words: str) -> None:
    """The page of the case says what blocks a step."""
    page = journey.at_case(turn.who).page
    assert page.get_by_role("main").get_by_text(words).count() >= 1, f"the page does not say: {words}"


def expect_one_case(journey: Journey, name: str, stage: str) -> None:
    """However often the button was pressed, one case was opened, once."""
    reader = journey.at_case(name)
    assert journey.acts(reader).count() == 1
    reader.open(f"/cases/?{urlencode({'q': journey.records['the offering'], 'stage': stage})}")
    assert reader.page.get_by_role("table").locator("a[href^='/cases/']").count() == 1


def sign_twice_and_go_back(journey: Journey) -> None:
    """A step whose button is pressed twice, and once more after going back: it happens once, and the page says why."""
    turn = Turn(CORA, "sign_wbs", "Planning", HARBORS, SIGN)
    reader = journey.begin_step(turn)
    journey.hand.press_twice(journey.submit(reader, "Sign the WBS"))
    journey.expect_news(reader, "WBS signed. It is in the history.")
    journey.expect(turn)
    reader.page.go_back()
    reader.page.wait_for_load_state()
    again = journey.submit(reader, "Sign the WBS")
    if again.count():
        reader.follow(again)
        late = reader.page.get_by_role("heading", name=re.compile("Someone was here before you|You did this at"))
        assert late.is_visible()
    assert journey.times(journey.at_case(CORA), "WBS signed") == 1


def reuse(agency: str, liaison: str, reviewer: str, official: str) -> tuple[Turn, ...]:
    """The steps of a reuse case whose package is at Connect.gov, from the request on."""
    return (
        Turn(liaison, "request_access", "Access requested", PMO, "grant or deny access"),
        Turn(PIET, "grant_access", "Access granted", agency, "start the review of the package"),
        Turn(reviewer, "start_review", "Package review", agency, "review the package"),
        Turn(reviewer, "finish_review", "Gap analysis", agency, "compare the package with what the system needs"),
        Turn(reviewer, "start_implementation", "Implementation", agency, "implement and test the agency's side"),
        Turn(reviewer, "submit_for_decision", "Risk decision", f"{official} (agency AO)", DECIDE),
        Turn(official, "issue_ato", "ATO issued", agency, LETTER),
        Turn(liaison, "report_letter", "ATO issued", PMO, "record the letter"),
        Turn(PIET, "record", "Recorded", "", ""),
    )


def test_without_javascript_a_reuse_case_from_the_need_to_the_record(travel: Travel) -> None:
    records = {
        "the offering": "Nimbus Desk",
        "a system": "Berth Reservations",
        "a contact": RASHID,
        "an approver": "Bela Brandt",
        "an official": ODETTE,
    }
    journey = travel("reuse", Mouse(), records, script=False)
    # No script holds the second press back here: the portal itself finds the case that the first one opened.
    said = {"Intended use": "Mail of the pilots."}
    journey.begin(ANN, "Use this offering", "Department of Harbors", said, twice=True)
    expect_one_case(journey, ANN, "need_defined")
    journey.reader(PIET).open(journey.path, 404)
    for turn in reuse(HARBORS, ANN, RASHID, ODETTE):
        journey.take(turn)


@pytest.mark.parametrize(
    # The steps after the first ask for nothing that another key would enter.
    # The case of the first step stays open: each has a system of its own.
    ("further", "system"),
    [(0, "Hay Market Statistics"), pytest.param(None, "Rangers' Daybook", marks=pytest.mark.nightly)],
    ids=["the first step", "all steps"],
)
def test_by_keyboard_alone_a_reuse_case_from_the_need_to_the_record(
    travel: Travel, further: int | None, system: str
) -> None:
    records = {
        "the offering": "Nimbus Desk",
        "a system": system,
        "a contact": "Hanne Holm",
        "an approver": "Milo Marsh",
        "an official": OSCAR,
    }
    journey = travel("reuse", Keyboard(), records)
    journey.begin(MAYA, "Use this offering", "Department of Meadows", {"Intended use": "Rotas of the rangers."})
    journey.expect_news(journey.reader(MAYA), "Nobody outside your agency, but the auditor, sees it")
    request, *others = reuse(MEADOWS, MAYA, ROSA, OSCAR)
    take_with_a_mistake(journey, request)
    for turn in others[:further]:
        journey.take(turn)


def take_with_a_mistake(journey: Journey, turn: Turn) -> None:
    """The form is sent blank, twice: reading goes on at the list of mistakes, and from there at the first of them."""
    step = journey.step(turn.step)
    reader = journey.begin_step(turn)
    for _ in range(2):
        journey.hand.press(journey.submit(reader, step.label))
        summary = reader.page.get_by_role("alert")
        expect(summary, "the list of mistakes has not the focus").to_be_focused()
        reader.page.wait_for_load_state()
        journey.hand.press(summary.get_by_role("link").first)
        first = labelled(reader.page, step.facts[0].label)
        expect(first, "the link of a mistake does not lead to its field").to_be_focused()
    journey.enter(reader, step)
    journey.hand.press(journey.submit(reader, step.label))
    journey.expect_news(reader, f"{step.done}. It is in the history.")
    journey.expect(turn)
