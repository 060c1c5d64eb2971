"""What a whole case costs the people who take it through the portal by what is on the screen: pages, clicks, fields.

Everybody is signed in and begins each turn at home. With the mouse, without scripts and by keyboard alone, in a wide
and a narrow window: each manner reaches the end within the same goals. A field is what somebody types, chooses or picks
a file for; a click is a press of a link, a button, a box or a heading that unfolds.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, Response

from authorizations.lifecycle.step import FactKind, Step
from tests.browser.cases.test_case_journeys import (
    HARBORS,
    RECOMMEND,
    RECOMMEND_CERTIFYING,
    TO_FEDRAMP,
    TO_PLANNING,
    TO_THE_DEBRIEF,
    reuse,
)
from tests.browser.conftest import HEIGHT, Arrive, Reader, environment_of, fill, made_once, serving
from tests.browser.hands import Hand, Keyboard, Mouse, labelled
from tests.browser.journey import ANN, COLIN, CORA, ODETTE, PAULA, PIET, RASHID, Journey, Paper, Turn

# The goals: pages, clicks, fields.
GOALS = {"initial": (75, 90, 60), "reuse": (28, 32, 20)}
# A debrief on the day of the report is early, which asks for a reason.
OWES_A_REASON = {"close_debrief"}


@dataclass
class Counted:
    """A hand, and the count of what is done with it."""

    hand: Hand
    pages: int = 0
    clicks: int = 0
    fields: int = 0
    steps: list[tuple[str, int, int, int]] = field(default_factory=list)

    def press(self, control: Locator) -> None:
        self.clicks += 1
        self.hand.press(control)

    def press_twice(self, control: Locator) -> None:
        self.clicks += 2
        self.hand.press_twice(control)

    def enter(self, field: Locator, kind: FactKind, value: str) -> None:
        if kind is FactKind.BOOLEAN:
            self.clicks += 1
        else:
            self.fields += 1
        self.hand.enter(field, kind, value)

    def tick(self, part: Locator, words: str) -> None:
        self.clicks += 1
        self.hand.tick(part, words)

    def attach(self, part: Page | Locator, name: str, content: bytes) -> None:
        self.fields += 1
        self.hand.attach(part, name, content)

    def settle(self, page: Page) -> None:
        self.hand.settle(page)

    def saw(self, response: Response) -> None:
        """Counts a page that came; an answer that leads on is none."""
        request = response.request
        is_page = request.is_navigation_request() or request.headers.get("hx-boosted")
        self.pages += bool(is_page and response.status < 300)

    def note(self, words: str) -> None:
        before = [sum(step[place] for step in self.steps) for place in (1, 2, 3)]
        self.steps.append((words, self.pages - before[0], self.clicks - before[1], self.fields - before[2]))


@dataclass
class OnScreen(Journey):
    """A journey by what is on the screen: from home to the case, and nothing entered that is there already."""

    here: str = ""
    counted: Counted = field(default_factory=lambda: Counted(Mouse()))

    def at_case(self, name: str) -> Reader:
        reader = self.reader(name)
        if self.here != name:
            self.at_home(reader)
            self.hand.press(reader.page.get_by_role("main").locator(f"a[href='{self.path}']").first)
            reader.page.wait_for_url(f"{reader.base}{self.path}")
            reader.page.wait_for_load_state()
            self.settle(reader)
        self.here = name
        return reader

    def at_home(self, reader: Reader) -> None:
        reader.page.goto(f"{reader.base}/")
        self.settle(reader)

    def reach(self, name: str, words: str) -> Reader:
        """The act of a row at home leads to the form; anyone who is at the case already finds it there."""
        reader = self.reader(name)
        if self.here != name:
            self.at_home(reader)
            self.here = name
            row = reader.page.get_by_role("row").filter(has=reader.page.locator(f"a[href='{self.path}']"))
            act = row.get_by_role("link", name=re.compile(rf"^{re.escape(words)}\b"))
            if act.count():
                self.hand.press(act.first)
                self.arrive(reader, reader.page.get_by_role("heading", level=1, name=words))
                return reader
            self.here = ""
        return super().reach(name, words)

    def take(self, turn: Turn) -> None:
        super().take(turn)
        self.here = turn.who
        self.counted.note(f"{turn.who}: {turn.step}")

    def begin_step(self, turn: Turn) -> Reader:
        papers = self.papers(turn)
        for who in dict.fromkeys(paper.who for paper in papers if paper.who != turn.who):
            self.prepare_in_the_box(who, [paper for paper in papers if paper.who == who])
        reader = self.reach(turn.who, self.step(turn.step).label)
        for paper in papers:
            if paper.who == turn.who:
                self.bring(reader, paper)
        return reader

    def prepare_in_the_box(self, who: str, papers: list[Paper], facts: dict[str, str] | None = None) -> None:
        """What somebody brings for the step of another."""
        self.at_case(who)
        self.prepare_here(who, papers, facts)

    def prepare_here(self, who: str, papers: list[Paper], facts: dict[str, str] | None = None) -> None:
        """The same on the page that is open, in the box or on that of the step."""
        reader = self.reader(who)
        for paper in papers:
            self.bring(reader, paper)
        for label, words in (facts or {}).items():
            self.hand.enter(labelled(reader.page, label), FactKind.CHOICE, words)
        self.hand.press(self.submit(reader, "Save for now"))
        self.expect_news(reader, "filed.")
        self.counted.note(f"{who}: brings")

    def enter(self, reader: Reader, step: Step) -> None:
        """What the form shows and what is not filled in."""
        said = {fact: value for fact in step.facts if (value := self.said(step, fact.name)) is not None}
        for fact, value in said.items():
            asked = labelled(reader.page, fact.label)
            if asked.is_visible() and (fact.kind is FactKind.BOOLEAN or not asked.input_value()):
                self.hand.enter(asked, fact.kind, self.words(fact, value))
        if step.reason:
            self.hand.enter(labelled(reader.page, "Reason"), FactKind.LONG_TEXT, "Because.")
        elif step.name in OWES_A_REASON:
            remark = self.opened(reader, labelled(reader.page, "Reason or remark"))
            self.hand.enter(remark, FactKind.LONG_TEXT, "Everybody was here today.")


# How the people work: what their hands do, and whether their browsers run scripts. The window is the one of the round.
MANNERS = [
    pytest.param((Mouse, True), id="mouse"),
    pytest.param((Mouse, False), id="without scripts", marks=pytest.mark.nightly),
    pytest.param((Keyboard, True), id="keyboard", marks=pytest.mark.nightly),
]


@pytest.fixture
def own_portal(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal in which nobody has certified an offering yet."""
    folder = tmp_path_factory.mktemp("own") / "portal"
    shutil.copytree(made_once(tmp_path_factory, "filled", fill), folder)
    with serving(environment_of(folder, PORTAL_IDLE_SECONDS="40000")) as address:
        yield address


@pytest.fixture(params=MANNERS)
def begin(request: pytest.FixtureRequest, arrive: Arrive, own_portal: str, axe_at: int) -> OnScreen:
    make_hand, script = request.param
    counted = Counted(make_hand())

    def seat(name: str) -> Reader:
        reader = arrive(script=script, unknown=True)
        reader.base = own_portal
        reader.open("/sign-in/")
        reader.page.set_viewport_size({"width": axe_at, "height": HEIGHT})
        counted.hand.press(reader.page.get_by_role("button", name=name))
        reader.page.wait_for_url(f"{reader.base}/")
        reader.page.on("response", counted.saw)
        counted.settle(reader.page)
        return reader

    return OnScreen("initial", seat, counted, {}, counted=counted)


def test_a_whole_initial_case(begin: OnScreen) -> None:
    begin.records = {
        "the offering": "Nimbus Quill",
        "a system": "Berth Reservations",
        "an assessor": "Plumb Line Assessments",
    }
    begin.begin(ANN, "Start an initial case", "Department of Harbors", {})
    begin.here = ANN
    begin.counted.note("open")
    for turn in TO_PLANNING:
        begin.take(turn)
    begin.take(Turn(CORA, "sign_wbs", "Planning", HARBORS, "sign the WBS"))
    begin.take(Turn(ANN, "sign_wbs", "Planning", HARBORS, "have the AO request In Process"))
    request, listing = (
        Turn(ODETTE, "request_in_process", "In process requested", "the FedRAMP PMO", "check the request"),
        Turn(PIET, "list_in_process", "In process", "Nimbus Cloud Company (provider)", "deliver the SSP"),
    )
    begin.reach(ANN, begin.step("request_in_process").label)
    begin.prepare_here(ANN, begin.papers(request), {"Authorizing official": ODETTE})
    begin.brought[("initial", "request_in_process")] = {"": ()}
    begin.take(request)
    begin.take(listing)
    begin.take(Turn(COLIN, "deliver_ssp", "SSP", HARBORS, "review the SSP"))
    begin.take(Turn(RASHID, "approve_ssp", "SAP", "Plumb Line Assessments (assessor)", "submit the SAP"))
    for turn in TO_THE_DEBRIEF:
        begin.take(turn)
    begin.take(Turn(ANN, "close_debrief", "Agency review", HARBORS, "review and recommend to the AO"))
    begin.brought[("initial", "recommend")] = {"": (Paper("deviation_requests"),)}
    begin.take(RECOMMEND)
    for turn in TO_FEDRAMP:
        begin.take(turn)
    begin.brought[("initial", "recommend_to_lead")] = {"": (Paper("review_report", PIET, is_file=False),)}
    begin.take(RECOMMEND_CERTIFYING)
    begin.brought[("initial", "certify")] = {"": ()}
    begin.take(Turn(PAULA, "certify", "Certified", "", ""))
    expect_within(begin.counted, "initial")


def test_a_whole_reuse_case(begin: OnScreen) -> None:
    begin.kind = "reuse"
    begin.records = {
        "the offering": "Nimbus Desk",
        "a system": "Berth Reservations",
        "a contact": RASHID,
        "an approver": "Bela Brandt",
        "an official": ODETTE,
    }
    begin.begin(ANN, "Use this offering", "Department of Harbors", {"Intended use": "Mail of the pilots."})
    begin.here = ANN
    begin.counted.note("open")
    for turn in reuse(HARBORS, ANN, RASHID, ODETTE):
        begin.take(turn)
    expect_within(begin.counted, "reuse")


def expect_within(counted: Counted, kind: str) -> None:
    """Prints what each step cost, and fails above the goals."""
    for words, *numbers in counted.steps:
        print(f"{words:<45}" + "".join(f"{number:>8}" for number in numbers))  # noqa: T201  # the table is the result
    total = (counted.pages, counted.clicks, counted.fields)
    print(f"{'all: pages, clicks, fields':<45}" + "".join(f"{number:>8}" for number in total))  # noqa: T201
    over = [(number, goal) for number, goal in zip(total, GOALS[kind], strict=True) if number > goal]
    assert not over, over
