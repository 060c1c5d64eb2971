"""One case on its way: who takes which step on which page, what they say there and which documents they bring.

What is entered comes from the ways that the tests of the machines walk.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator

from authorizations.lifecycle.step import Fact, FactKind, Step
from authorizations.models.cases.initial import InitialCase
from authorizations.models.cases.reuse import ReuseCase
from authorizations.rules import newest
from authorizations.step_pages.forms import QUIET
from tests.browser.conftest import Reader
from tests.browser.hands import Hand, enter_finding, labelled
from tests.exchange.documents import PDF
from tests.lifecycle.cases import STEP_FACTS
from tests.lifecycle.world import NOW

ANN, RASHID, ODETTE = "Ann Alvarez", "Rashid Rowe", "Odette Okafor"
MAYA, ROSA, OSCAR = "Maya Mercer", "Rosa Reyes", "Oscar Olin"
CORA, COLIN, ASHA, PIET, PAULA = "Cora Castell", "Colin Cho", "Asha Amari", "Piet Pelgrom", "Paula Prentice"
MACHINES = {"initial": InitialCase.machine, "reuse": ReuseCase.machine}


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that somebody adds before a step; without a person, no matter who takes the step."""

    key: str
    who: str = ""
    states: tuple[str, ...] = ()
    is_file: bool = True


BY_PROVIDER, BY_AGENCY = "Signed by the provider", "Signed by the agency"
BY_OFFICIAL = "Signed or sent by the authorizing official"
LETTER = Paper("ato_letter", states=("Signed by the authorizing official",))
# By kind and step, and where more than one side takes it, by person: the documents, as the tables of the machines say.
DOCUMENTS: dict[tuple[str, str], dict[str, tuple[Paper, ...]]] = {
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
    ("initial", "issue_ato"): {"": (LETTER,)},
    ("initial", "submit_package"): {
        "": (
            Paper("package_checklist", CORA, ("Every item is ticked, and in the package",)),
            # From 2027 on they are asked for.
            Paper("cpo", CORA, is_file=False),
            Paper("sdr", CORA, is_file=False),
            Paper("ongoing_report", CORA, is_file=False),
        )
    },
    ("initial", "certify"): {"": (Paper("review_report", PIET, is_file=False),)},
    ("reuse", "request_access"): {
        "": (Paper("access_form", states=("Signed by the approver", "No contractor is among the persons")),)
    },
    ("reuse", "finish_review"): {"": (Paper("review_record"),)},
    ("reuse", "start_implementation"): {"": (Paper("crm"), Paper("delta_controls"), Paper("use_conditions"))},
    ("reuse", "issue_ato"): {"": (LETTER,)},
    ("reuse", "submit_for_decision"): {"": (Paper("assessment_report"), Paper("agency_poam"), Paper("residual_risk"))},
}


def day_of(day: date) -> date:
    """A day of the ways, at the same distance from the day on which the test runs."""
    return day + (timezone.localdate() - timezone.localdate(NOW))


def content_of(paper: Paper) -> bytes:
    """The file of a document: a PDF of its own for each document and person."""
    return PDF.replace(b"%%EOF", f"% {paper.key}, as {paper.who} wrote it.\n%%EOF".encode())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a reviewer finds: where, how much it weighs, and what must change."""

    about: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One step: who takes it, where the case is then, whom it waits on then, and for what."""

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
    # Documents of steps, as `DOCUMENTS` has them, where this journey brings them otherwise.
    brought: dict[tuple[str, str], dict[str, tuple[Paper, ...]]] = field(default_factory=dict)

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
        """Anyone who works by keyboard goes past the head of each page first."""
        self.hand.settle(reader.page)

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

    def reach(self, name: str, words: str) -> Reader:
        """From the page of the case to the form of a step: in the box, behind its button, or among the others."""
        reader = self.at_case(name)
        box = self.box(reader)
        if box.get_by_role("button", name=words, exact=True).count():
            return reader
        link = box.get_by_role("link", name=words, exact=True)
        folded = box.locator("details.more:not([open]):not(form details) > summary")
        while not link.is_visible() and folded.count():
            # Anew each time: what was opened is no longer among them.
            self.hand.press(folded.first)
        self.hand.press(link)
        self.arrive(reader, reader.page.get_by_role("heading", level=1, name=words))
        return reader

    def box(self, reader: Reader) -> Locator:
        """What can be done on the case now."""
        return reader.page.get_by_role("main").locator("section.box")

    def bring(self, reader: Reader, paper: Paper) -> None:
        """A document in the form of the step that waits for it; nothing where the rules ask for none yet."""
        part = reader.page.get_by_role("main").get_by_role("group", name=self.label(paper.key), exact=True)
        is_asked = part.get_by_label(re.compile("^(File|Reference)$")).count()  # else it is here and only signed
        if is_asked and paper.is_file:
            self.hand.attach(part, f"{paper.key}.pdf", content_of(paper))
        elif is_asked:
            self.hand.enter(part.get_by_label("Reference"), FactKind.TEXT, f"Connect.gov, folder 7, {paper.key}")
        for words in paper.states:
            if part.locator("label", has_text=words).count():
                self.hand.tick(part, words)

    def label(self, key: str) -> str:
        """A document as the newest rules name it."""
        return newest().documents[key].label

    def enter(self, reader: Reader, step: Step) -> None:
        """Everything that the step asks for, in the order of the form: what is folded comes last."""
        for fact in sorted(step.facts, key=lambda fact: fact.default in QUIET):
            if (value := self.said(step, fact.name)) is not None:
                field = self.opened(reader, labelled(reader.page, fact.label))
                self.hand.enter(field, fact.kind, self.words(fact, value))
        if step.reason:
            self.hand.enter(labelled(reader.page, "Reason"), FactKind.LONG_TEXT, "Because.")

    def said(self, step: Step, name: str) -> Any:
        """What the ways say of a fact of a step; None for nothing."""
        return STEP_FACTS[self.kind].get(step.name, {}).get(name)

    def opened(self, reader: Reader, field: Locator) -> Locator:
        """A field, when what it is folded in was opened."""
        if not field.is_visible():
            self.hand.press(field.locator("xpath=ancestor::details[not(@open)]/summary"))
        return field

    def words(self, fact: Fact, value: Any) -> str:
        """A value of the ways as a person enters it."""
        if isinstance(value, date):
            return day_of(value).isoformat()
        return self.records.get(value) or dict(fact.choices).get(value) or str(value)

    def submit(self, reader: Reader, words: str) -> Locator:
        """The button of the form."""
        return reader.page.get_by_role("main").get_by_role("button", name=words, exact=True)

    def take(self, turn: Turn) -> None:
        """One step, from the button on the page of the case to the news that it is done."""
        step = self.step(turn.step)
        reader = self.begin_step(turn)
        self.enter(reader, step)
        self.hand.press(self.submit(reader, step.label))
        self.expect_news(reader, f"{step.done}. It is in the history.")
        self.expect(turn)

    def attach_documents(self, paper: Paper) -> None:
        """One document, added by a person: a file, or a reference to what stays where it is."""
        reader = self.reader(paper.who)
        reader.page.goto(f"{reader.base}{self.path}documents/{paper.key}/")
        self.settle(reader)
        button = reader.page.get_by_role("main").get_by_role("button", name=re.compile("^Add (it|the reference)$"))
        if paper.is_file:
            self.hand.attach(reader.page, f"{paper.key}.pdf", content_of(paper))
        else:
            self.hand.enter(labelled(reader.page, "Reference"), FactKind.TEXT, f"Connect.gov, folder 7, {paper.key}")
        for words in paper.states:
            self.hand.tick(reader.page.get_by_role("main"), words)
        self.hand.press(button)
        self.expect_news(reader, "All who may see the document see it.")

    def find(self, name: str, finding: Finding) -> None:
        """A finding that a reviewer drafts; the next return sends it."""
        reader = self.at_findings(name)
        self.hand.press(reader.page.get_by_role("main").get_by_role("link", name="Draft a finding"))
        self.arrive(reader, self.submit(reader, "Keep the draft"))
        enter_finding(reader.page, self.hand, finding.about, finding.severity, finding.text)
        self.hand.press(self.submit(reader, "Keep the draft"))
        reader.page.wait_for_url("**/findings/")

    def answer(self, name: str, answers: Sequence[str]) -> None:
        """The answers to everything that came back, in its order."""
        reader = self.at_findings(name)
        fields = reader.page.get_by_role("main").get_by_label(re.compile("^Your answer")).all()
        for each, text in zip(fields, answers, strict=True):
            self.hand.enter(each, FactKind.LONG_TEXT, text)
        self.hand.press(self.submit(reader, "Keep the answers"))
        self.expect_news(reader, "Every finding has its answer")

    def settle_findings(self, name: str, places: Sequence[int], news: str) -> None:
        """The reviewer settles those at these places of the list of what is not settled yet."""
        reader = self.at_findings(name)
        boxes = reader.page.get_by_role("main").get_by_role("checkbox")
        for place in places:
            boxes.nth(place).check()
        self.hand.press(self.submit(reader, "Settle those chosen"))
        self.expect_news(reader, news)

    def waive(self, name: str, gate: str, until: date, reason: str) -> None:
        """A gate that a lead of the PMO waives."""
        reader = self.open_form(name, "Waive a gate")
        self.hand.enter(labelled(reader.page, "Gate"), FactKind.CHOICE, gate)
        self.hand.enter(labelled(reader.page, "Until"), FactKind.DATE, until.isoformat())
        self.hand.enter(labelled(reader.page, "Reason"), FactKind.LONG_TEXT, reason)
        self.hand.press(self.submit(reader, "Waive the gate"))
        self.expect_news(reader, "The gate is waived. Everyone on the case sees it until it ends.")

    def at_findings(self, name: str) -> Reader:
        """The person in front of the findings of the case."""
        reader = self.reader(name)
        reader.page.goto(f"{reader.base}{self.path}findings/")
        self.settle(reader)
        return reader

    def begin_step(self, turn: Turn) -> Reader:
        """The form of a step, with the documents that others brought before, and those of whoever takes it in it."""
        papers = self.papers(turn)
        for paper in papers:
            if paper.who != turn.who:
                self.attach_documents(paper)
        reader = self.reach(turn.who, self.step(turn.step).label)
        for paper in papers:
            if paper.who == turn.who:
                self.bring(reader, paper)
        return reader

    def papers(self, turn: Turn) -> list[Paper]:
        by_person = {**DOCUMENTS, **self.brought}.get((self.kind, turn.step), {})
        found = by_person.get(turn.who, by_person.get("", ()))
        return [paper if paper.who else replace(paper, who=turn.who) for paper in found]

    def prepare(self, turn: Turn) -> None:
        """The documents of a step, added before it on the page of the documents."""
        for paper in self.papers(turn):
            self.attach_documents(paper)

    def record(self, name: str, label: str, words: str) -> None:
        """One fact, recorded apart from the steps."""
        [fact] = [each for each in MACHINES[self.kind]().facts.values() if each.label == label]
        reader = self.at_case(name)
        self.hand.press(reader.page.get_by_role("main").get_by_role("link", name="Facts", exact=True))
        self.arrive(reader, reader.page.get_by_role("heading", level=1, name="Facts"))
        self.hand.press(reader.page.get_by_role("main").get_by_role("link", name="Record facts", exact=True))
        self.arrive(reader, self.submit(reader, "Record facts"))
        self.hand.enter(self.opened(reader, labelled(reader.page, label)), fact.kind, words)
        self.hand.press(self.submit(reader, "Record facts"))
        self.expect_news(reader, "Facts recorded.")
        assert "Facts recorded" in self.newest_act(reader).inner_text()

    def expect_news(self, reader: Reader, words: str) -> None:
        """The news is above everything else that the page says."""
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
        """The page of the case says where it is, whose turn it is, and who did what just now."""
        page = self.reader(turn.who).page
        assert turn.stage in page.get_by_role("heading", level=1).inner_text()
        if turn.waits_on:
            sentence = rf"Waiting on\s+{re.escape(turn.waits_on)}.*since\s+today: {re.escape(turn.purpose)}|Your turn"
            heading = self.box(self.reader(turn.who)).get_by_role("heading", level=2).first
            assert re.search(sentence, heading.inner_text(), re.DOTALL), heading.inner_text()
        else:
            assert page.get_by_text("It waits on nobody").is_visible()
        act = self.newest_act(self.reader(turn.who)).inner_text()
        assert self.step(turn.step).done in act
        assert turn.who in act

    def newest_act(self, reader: Reader) -> Locator:
        """The first line of what happened last."""
        return self.acts(reader).first

    def acts(self, reader: Reader) -> Locator:
        """The lines of what happened last."""
        return reader.page.get_by_role("region", name="What happened last").get_by_role("listitem")

    def times(self, reader: Reader, words: str) -> int:
        """How often something is among what happened last."""
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
        self.hand.enter(page.get_by_role("search").get_by_label("Search offerings").first, FactKind.TEXT, name)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/**")
        self.settle(reader)
        self.hand.press(page.get_by_role("main").get_by_role("link", name=name, exact=True).first)
        self.arrive(reader, page.get_by_role("heading", level=1, name=name))
