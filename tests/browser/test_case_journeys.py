"""Cases of each kind from the first stage to the last, each step by the person whose turn it is, on the portal's pages.

An initial case with the mouse, a reuse case without JavaScript, and one by keyboard alone. What is entered comes from
the ways that the tests of the machines walk; where a case stands after a step is written here by hand.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, expect

from authorizations.lifecycle.step import Fact, Kind, Step
from authorizations.models.initial import InitialCase
from authorizations.models.reuse import ReuseCase
from tests.browser.conftest import Arrive, Reader
from tests.browser.hands import Hand, Keyboard, Mouse, labelled, skip_to_main
from tests.lifecycle.cases import STEP_FACTS
from tests.lifecycle.world import NOW

ANN, RASHID, ODETTE = "Ann Alvarez", "Rashid Rowe", "Odette Okafor"
MAYA, ROSA, OSCAR = "Maya Mercer", "Rosa Reyes", "Oscar Olin"
CORA, COLIN, ASHA, PIET, PAULA = "Cora Castell", "Colin Cho", "Asha Amari", "Piet Pelgrom", "Paula Prentice"
MACHINES = {"initial": InitialCase.machine, "reuse": ReuseCase.machine}


@dataclass(frozen=True, slots=True)
class Turn:
    """One step: who takes it, where the case stands then, whom it waits on then, and for what."""

    who: str
    step: str
    stage: str
    waits_on: str
    purpose: str


@dataclass
class Journey:
    """One case on its way; everyone on it sits at a browser of their own."""

    kind: str
    seat: Callable[[str], Reader]  # a person, signed in
    hand: Hand
    records: dict[str, str]  # what the words for records stand for in the demo
    path: str = ""
    people: dict[str, Reader] = field(default_factory=dict)

    def reader(self, name: str) -> Reader:
        """The browser at which this person sits."""
        if name not in self.people:
            self.people[name] = self.seat(name)
        return self.people[name]

    def at_case(self, name: str) -> Reader:
        """The person in front of the page of the case."""
        reader = self.reader(name)
        response = reader.page.goto(reader.base + self.path)
        assert response
        assert response.status == 200
        self.settle(reader)
        return reader

    def arrive(self, reader: Reader, sign: Locator) -> None:
        """Waits until the page that has this sign is there as a whole."""
        sign.wait_for()
        reader.page.wait_for_load_state()
        self.settle(reader)

    def settle(self, reader: Reader) -> None:
        """Whoever works by keyboard goes past the head of each page first."""
        if isinstance(self.hand, Keyboard):
            skip_to_main(reader.page)

    def open_form(self, name: str, words: str) -> Reader:
        """From the page of the case to the form behind one of its buttons."""
        reader = self.at_case(name)
        self.hand.press(reader.page.get_by_role("main").get_by_role("link", name=words, exact=True))
        self.arrive(reader, reader.page.get_by_role("heading", level=1, name=words))
        return reader

    def step(self, name: str) -> Step:
        """The step as the machine has it, for its words and what it asks for."""
        found: Step = MACHINES[self.kind]().step(name)
        return found

    def enter(self, reader: Reader, step: Step) -> None:
        """Everything that the step asks for, in the order of the form."""
        said = {**STEP_FACTS[self.kind].get(step.name, {}), **SAID_TOO.get(step.name, {})}
        for fact in step.facts:
            if fact.name in said:
                self.hand.enter(labelled(reader.page, fact.label), fact.kind, self.words(fact, said[fact.name]))
        if step.reason:
            self.hand.enter(labelled(reader.page, "Reason"), Kind.LONG_TEXT, "Because.")

    def words(self, fact: Fact, value: Any) -> str:
        """A value of the ways as a person enters it. Days keep their distance from the day on which the test runs."""
        if isinstance(value, date):
            return (value + (timezone.localdate() - timezone.localdate(NOW))).isoformat()
        return self.records.get(value) or dict(fact.choices).get(value) or str(value)

    def submit(self, reader: Reader, words: str) -> Locator:
        """The button of the form."""
        return reader.page.get_by_role("main").get_by_role("button", name=words, exact=True)

    def take(self, turn: Turn) -> None:
        """One step, from the button on the page of the case to the news that it is done."""
        self.prepare(turn)
        step = self.step(turn.step)
        reader = self.open_form(turn.who, step.label)
        self.enter(reader, step)
        self.hand.press(self.submit(reader, step.label))
        self.expect_news(reader, f"{step.done}. It stands in the history.")
        self.expect(turn)

    def bring(self, paper: "Paper") -> None:
        """One document, added by a person: a file, or a reference to what stays where it is."""
        reader = self.reader(paper.who)
        reader.page.goto(f"{reader.base}{self.path}documents/{paper.key}/")
        self.settle(reader)
        button = reader.page.get_by_role("main").get_by_role("button", name=re.compile("^Add (it|the reference)$"))
        if paper.is_file:
            content = f"{paper.key}, as {paper.who} wrote it.\n".encode()
            upload: FilePayload = {"name": f"{paper.key}.txt", "mimeType": "text/plain", "buffer": content}
            labelled(reader.page, "File").set_input_files(upload)
        else:
            self.hand.enter(labelled(reader.page, "Reference"), Kind.TEXT, f"Connect.gov, folder 7, {paper.key}")
        for words in paper.states:
            reader.page.get_by_role("main").locator("label", has_text=words).click()
        self.hand.press(button)
        self.expect_news(reader, "All who may see the document see it.")

    def find(self, name: str, about: str, text: str) -> None:
        """A finding that a reviewer drafts; the next return sends it."""
        reader = self.at_findings(name)
        self.hand.press(reader.page.get_by_role("main").get_by_role("link", name="Draft a finding"))
        self.arrive(reader, self.submit(reader, "Keep the draft"))
        self.hand.enter(labelled(reader.page, "About"), Kind.CHOICE, about)
        self.hand.enter(labelled(reader.page, "Severity"), Kind.CHOICE, "Must be fixed")
        self.hand.enter(labelled(reader.page, "Finding"), Kind.LONG_TEXT, text)
        self.hand.press(self.submit(reader, "Keep the draft"))
        reader.page.wait_for_url("**/findings/")

    def answer(self, name: str, text: str) -> None:
        """The answers to everything that came back."""
        reader = self.at_findings(name)
        for answer in reader.page.get_by_role("main").get_by_label(re.compile("^Your answer")).all():
            self.hand.enter(answer, Kind.LONG_TEXT, text)
        self.hand.press(self.submit(reader, "Keep the answers"))
        self.expect_news(reader, "Every finding has its answer")

    def settle_findings(self, name: str) -> None:
        """The reviewer settles what was answered."""
        reader = self.at_findings(name)
        for box in reader.page.get_by_role("main").get_by_role("checkbox").all():
            box.check()
        self.hand.press(self.submit(reader, "Settle those chosen"))
        self.expect_news(reader, "settled.")

    def at_findings(self, name: str) -> Reader:
        """The person in front of the findings of the case."""
        reader = self.reader(name)
        reader.page.goto(f"{reader.base}{self.path}findings/")
        self.settle(reader)
        return reader

    def prepare(self, turn: Turn) -> None:
        """The documents that the sides bring before a step."""
        by_person = PAPERS.get((self.kind, turn.step), {})
        for paper in by_person.get(turn.who, by_person.get("", ())):
            self.bring(paper if paper.who else replace(paper, who=turn.who))

    def record(self, name: str, label: str, words: str) -> None:
        """One fact, recorded apart from the steps."""
        [fact] = [each for each in MACHINES[self.kind]().facts.values() if each.label == label]
        reader = self.open_form(name, "Record facts")
        self.hand.enter(labelled(reader.page, label), fact.kind, words)
        self.hand.press(self.submit(reader, "Record facts"))
        self.expect_news(reader, "Facts recorded.")
        assert label in self.newest_act(reader).inner_text()

    def expect_news(self, reader: Reader, words: str) -> None:
        """The news stands above everything else that the page says."""
        news = reader.page.get_by_role("main").get_by_role("status").filter(has_text=words)
        news.wait_for()
        reader.page.wait_for_load_state()
        heading = reader.page.get_by_role("heading", level=1)
        box, below = news.bounding_box(), heading.bounding_box()
        assert box
        assert below
        assert box["y"] < below["y"]
        assert not reader.complaints, reader.complaints

    def expect(self, turn: Turn) -> None:
        """The page of the case says where it stands, whose turn it is, and who did what just now."""
        page = self.reader(turn.who).page
        assert turn.stage in page.get_by_role("heading", level=1).inner_text()
        if turn.waits_on:
            sentence = rf"Waiting on\s+{re.escape(turn.waits_on)}.*since\s+today: {re.escape(turn.purpose)}\."
            assert page.get_by_role("main").get_by_text(re.compile(sentence, re.DOTALL)).count() == 1, (
                f"the page does not say that it is the turn of {turn.waits_on}"
            )
        else:
            assert page.get_by_text("It waits on nobody").is_visible()
        act = self.newest_act(self.reader(turn.who)).inner_text()
        assert self.step(turn.step).done in act
        assert turn.who in act

    def newest_act(self, reader: Reader) -> Locator:
        """The first line of the history."""
        return self.acts(reader).first

    def acts(self, reader: Reader) -> Locator:
        """The lines of the history."""
        return reader.page.get_by_role("region", name="History").get_by_role("listitem")

    def times(self, reader: Reader, words: str) -> int:
        """How often something stands in the history."""
        return self.acts(reader).filter(has=reader.page.get_by_text(words, exact=True)).count()

    def begin(self, name: str, entry: str, agency: str, said: dict[str, str], *, twice: bool = False) -> None:
        """From an offering's page to the open case; said: what the form asks for, by label."""
        reader, step = self.reader(name), self.step("open")
        page = reader.page
        self.find_the_offering(reader)
        self.hand.press(page.get_by_role("main").get_by_role("link", name=entry, exact=True))
        self.arrive(reader, page.get_by_role("heading", level=2, name="Choose the agency"))
        self.hand.press(page.get_by_role("main").get_by_role("link", name=agency, exact=True))
        self.arrive(reader, self.submit(reader, step.label))
        for fact in step.facts:
            if fact.label in said:
                self.hand.enter(labelled(page, fact.label), fact.kind, said[fact.label])
        press = self.hand.press_twice if twice else self.hand.press
        press(self.submit(reader, step.label))
        page.wait_for_url(re.compile(r"/cases/[^/]+/$"))
        self.path = page.url.removeprefix(reader.base)

    def find_the_offering(self, reader: Reader) -> None:
        """By the search in the head of every page."""
        page, name = reader.page, self.records["the offering"]
        self.hand.enter(page.get_by_role("searchbox", name="Search offerings"), Kind.TEXT, name)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/**")
        self.settle(reader)
        self.hand.press(page.get_by_role("main").get_by_role("link", name=name, exact=True).first)
        self.arrive(reader, page.get_by_role("heading", level=1, name=name))


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

# Said in a step's form beside what the ways say.
SAID_TOO: dict[str, dict[str, Any]] = {"issue_ato": {"decision_letter": "Letter 9, in the agency's files"}}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that somebody adds before a step; without a person, whoever takes the step."""

    key: str
    who: str = ""
    states: tuple[str, ...] = ()
    is_file: bool = True


BY_PROVIDER, BY_AGENCY = "Signed by the provider", "Signed by the agency"
BY_OFFICIAL = "Signed or sent by the authorizing official"
# By kind and step, and where more than one side takes it, by person: the documents, as the tables of the machines say.
PAPERS: dict[tuple[str, str], dict[str, tuple[Paper, ...]]] = {
    ("initial", "agree_partnership"): {"": (Paper("partner_statement"),)},
    ("initial", "start_planning"): {"": (Paper("intended_use"),)},
    ("initial", "sign_wbs"): {
        CORA: (Paper("wbs", states=(BY_PROVIDER,)),),
        ANN: (Paper("wbs", states=(BY_PROVIDER, BY_AGENCY)),),
    },
    ("initial", "request_in_process"): {
        "": (
            Paper("ipr", ANN, (BY_OFFICIAL, "Signed by the provider's program manager")),
            Paper("in_process_proof", ANN),
        )
    },
    ("initial", "deliver_ssp"): {"": (Paper("ssp", is_file=False),)},
    ("initial", "resubmit_ssp"): {"": (Paper("ssp", is_file=False),)},
    ("initial", "approve_ssp"): {"": (Paper("cis_crm", COLIN, is_file=False),)},
    ("initial", "submit_sap"): {"": (Paper("sap", ASHA, (BY_PROVIDER, "Signed by the assessor"), is_file=False),)},
    ("initial", "deliver_sar"): {
        "": (
            Paper("sar", ASHA, is_file=False),
            Paper("poam", ASHA, ("Matches the risk exposure table of the SAR one to one",), is_file=False),
        )
    },
    ("initial", "close_debrief"): {"": (Paper("debrief_deck", ASHA, is_file=False),)},
    ("initial", "recommend"): {"": (Paper("deviation_requests", COLIN),)},
    ("initial", "submit_package"): {
        "": (
            Paper("package_checklist", CORA, ("Every item is ticked, and in the package",)),
            # From 2027 on they are asked for.
            Paper("cpo", CORA, is_file=False),
            Paper("sdr", CORA, is_file=False),
        )
    },
    ("initial", "certify"): {"": (Paper("review_report", PIET, is_file=False),)},
    ("reuse", "request_access"): {
        "": (Paper("access_form", states=("Signed by the approver", "No contractor is among the persons")),)
    },
    ("reuse", "finish_review"): {"": (Paper("review_record"),)},
    ("reuse", "start_implementation"): {"": (Paper("crm"), Paper("delta_controls"), Paper("use_conditions"))},
    ("reuse", "submit_for_decision"): {"": (Paper("assessment_report"), Paper("agency_poam"), Paper("residual_risk"))},
}

TO_PLANNING = (
    Turn(CORA, "agree_partnership", "Partnership", HARBORS, "start planning"),
    Turn(ANN, "start_planning", "Planning", NIMBUS, SIGN),
)
TO_THE_LISTING = (
    Turn(ANN, "sign_wbs", "Planning", HARBORS, "have the AO request In Process"),
    Turn(ODETTE, "request_in_process", "In process requested", PMO, "check the request for In Process"),
    Turn(PIET, "list_in_process", "In process", NIMBUS, "deliver the SSP"),
)
TO_THE_ATO = (
    Turn(COLIN, "deliver_ssp", "SSP", HARBORS, "review the SSP"),
    Turn(RASHID, "return_ssp", "SSP", NIMBUS, "answer what was returned on the SSP"),
    Turn(COLIN, "resubmit_ssp", "SSP", HARBORS, "review the SSP"),
    Turn(RASHID, "approve_ssp", "SAP", PLUMB, "submit the SAP"),
    Turn(ASHA, "submit_sap", "SAP", HARBORS, "review the SAP"),
    Turn(RASHID, "approve_sap", "Assessment", PLUMB, "test and deliver the SAR"),
    Turn(ASHA, "deliver_sar", "SAR debrief", HARBORS, "hold and close the debrief"),
    Turn(ANN, "close_debrief", "Agency review", HARBORS, "review and recommend to the AO"),
    Turn(RASHID, "recommend", "AO decision", f"{ODETTE} (agency AO)", DECIDE),
    Turn(ODETTE, "issue_ato", "ATO issued", HARBORS, LETTER),
)
TO_FEDRAMP = (
    Turn(ANN, "report_letter", "ATO issued", NIMBUS, "submit the package to FedRAMP"),
    Turn(CORA, "submit_package", "ATO issued", PMO, "check letter and package"),
    Turn(PIET, "accept_package", "FedRAMP review", PMO, "review the package"),
    Turn(PIET, "claim", "FedRAMP review", PMO, "review the package"),
)


def test_an_initial_case_from_an_invitation_to_the_certification_by_the_sides_in_turn(travel: Travel) -> None:
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
    for turn in TO_PLANNING:
        journey.take(turn)
    journey.record(ANN, "Authorizing official", ODETTE)
    sign_twice_and_go_back(journey)
    for turn in TO_THE_LISTING:
        journey.take(turn)
    return_with_a_finding(journey, *TO_THE_ATO[:4])
    for turn in (*TO_THE_ATO[4:], *TO_FEDRAMP):
        journey.take(turn)
    journey.record(PIET, "Recommendation of the PMO's reviewer", "Certify")
    journey.take(Turn(PAULA, "certify", "Certified", "", ""))
    # The provider reads of it too, and has nothing left to do.
    cora = journey.at_case(CORA).page
    assert "Certified" in cora.get_by_role("heading", level=1).inner_text()
    assert PAULA in journey.newest_act(journey.reader(CORA)).inner_text()


def return_with_a_finding(journey: Journey, deliver: Turn, give_back: Turn, again: Turn, approve: Turn) -> None:
    """The SSP goes back with a finding, which is answered before it returns and settled before it is approved."""
    journey.take(deliver)
    expect_blocked(journey, give_back, "No finding is drafted")
    journey.find(RASHID, "SSP draft delivered on", "The boundary diagram leaves out the mail relay.")
    journey.take(give_back)
    expect_blocked(journey, again, "1 finding is not answered: the provider answers each under Findings.")
    journey.answer(COLIN, "The relay stands in figure 3 now.")
    journey.take(again)
    expect_blocked(journey, approve, "1 finding is open")
    journey.settle_findings(RASHID)
    journey.take(approve)


def expect_blocked(journey: Journey, turn: Turn, words: str) -> None:
    """The page of the case says what stands in the way of a step."""
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
    journey.prepare(turn)
    reader = journey.open_form(CORA, "Sign the WBS")
    journey.hand.press_twice(journey.submit(reader, "Sign the WBS"))
    journey.expect_news(reader, "WBS signed. It stands in the history.")
    journey.expect(turn)
    reader.page.go_back()
    reader.page.get_by_role("heading", level=1, name="Sign the WBS").wait_for()
    reader.page.wait_for_load_state()
    again = journey.submit(reader, "Sign the WBS")
    if again.count():
        reader.follow(again)
        assert reader.page.get_by_role("heading", name="Someone was here before you").is_visible()
    else:
        assert reader.page.get_by_text("This step is not open now").is_visible()
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


def test_by_keyboard_alone_a_reuse_case_from_the_need_to_the_record(travel: Travel) -> None:
    records = {
        "the offering": "Nimbus Desk",
        "a system": "Rangers' Daybook",
        "a contact": "Hanne Holm",
        "an approver": "Milo Marsh",
        "an official": OSCAR,
    }
    journey = travel("reuse", Keyboard(), records)
    journey.begin(MAYA, "Use this offering", "Department of Meadows", {"Intended use": "Rotas of the rangers."})
    journey.expect_news(journey.reader(MAYA), "Nobody outside your agency, but the auditor, sees it")
    request, *others = reuse(MEADOWS, MAYA, ROSA, OSCAR)
    journey.prepare(request)
    take_with_a_mistake(journey, request)
    for turn in others:
        journey.take(turn)


def take_with_a_mistake(journey: Journey, turn: Turn) -> None:
    """The form is sent blank, twice: reading goes on at the list of mistakes, and from there at the first of them."""
    step = journey.step(turn.step)
    reader = journey.open_form(turn.who, step.label)
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
    journey.expect_news(reader, f"{step.done}. It stands in the history.")
    journey.expect(turn)
