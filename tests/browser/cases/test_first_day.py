"""An agency's first day: from an empty portal to its own list and a recorded reuse case, with nobody but the agency.

Then the provider comes, says what is right of what was recorded for it, and takes its part from there on. Everything is
done on pages; what it costs is counted and printed.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from authorizations.lifecycle.step import FROM_EVIDENCE, FactKind, Step
from tests.browser.cases.test_effort import Counted, OnScreen
from tests.browser.conftest import HEIGHT, ROOT, WIDE, Reader, environment_of, serving
from tests.browser.hands import Mouse, labelled
from tests.browser.journey import Turn
from tests.browser.large_feed import large_feed
from tests.browser.register.test_agency_lists import ROWS, numbers, planted
from tests.browser.test_sign_in import PASSWORD, code, give_password
from tests.lifecycle.world import DAY

FAY, RAE, ODO, PIA = "Fay First", "Rae Rowan", "Odo Ochs", "Pia Pages"
ADDRESSES = {FAY: "fay@ponds.example", RAE: "rae@ponds.example", ODO: "odo@ponds.example", PIA: "pia@basalt.example"}
AGENCY, PROVIDER = "Department of Ponds 3", "Basalt Works 7"
USED, USED_NEXT = "Basalt Service 007", "Basalt Service 047"
OURS, THEIRS = f"{AGENCY} (agency)", f"{PROVIDER} (provider)"
APPROVER = "Package access approver (CIO, CISO or designee)"
# What the liaison records of absent parties, and for whom.
RECORDED_FOR = {"grant_access": "the provider", "record": "FedRAMP"}
EVIDENCE = {"evidence_seen": "Mail 12, in our files", "evidence_dated_on": DAY, "evidence_channel": "mail"}
TURNS = (
    Turn(FAY, "grant_access", "Access granted", OURS, "start the review of the package"),
    Turn(RAE, "start_review", "Package review", OURS, "review the package"),
    Turn(RAE, "finish_review", "Gap analysis", OURS, "compare the package with what the system needs"),
    Turn(RAE, "start_implementation", "Implementation", OURS, "implement and test the agency's side"),
    Turn(RAE, "submit_for_decision", "Risk decision", f"{ODO} (agency AO)", "decide on the ATO"),
    Turn(ODO, "issue_ato", "ATO issued", OURS, "send FedRAMP the signed letter"),
    Turn(FAY, "report_letter", "ATO issued", "the FedRAMP PMO", "record the letter"),
    Turn(FAY, "record", "Recorded", "", ""),
)


@dataclass
class Alone(OnScreen):
    """A case of an agency alone, whose liaison records from evidence what the others did."""

    absent: dict[str, str] = field(default_factory=lambda: dict(RECORDED_FOR))

    def step(self, name: str) -> Step:
        found = super().step(name)
        if (whom := self.absent.get(name)) is None:
            return found
        label = (
            f"Record for {whom}: {found.done[0].lower() if found.done[1].islower() else found.done[0]}{found.done[1:]}"
        )
        return replace(found, label=label, facts=(*found.facts, *FROM_EVIDENCE))

    def said(self, step: Step, name: str) -> Any:
        return EVIDENCE.get(name) if name in EVIDENCE else super().said(step, name)


@pytest.fixture
def portal(migrated: Path, tmp_path: Path) -> Iterator[str]:
    """A portal without anybody, on which the first person has just run the command that opens it."""
    folder = tmp_path / "empty"
    shutil.copytree(migrated, folder)
    environment = environment_of(folder, PORTAL_DEMO="no", PORTAL_IDLE_SECONDS="40000")
    opening = ["found_pmo", ADDRESSES[FAY], FAY, "--for", "one-agency", "--agency", AGENCY]
    line = [sys.executable, "manage.py", *opening]
    subprocess.run(line, cwd=ROOT, env=environment, input=PASSWORD, text=True, check=True, capture_output=True)
    with serving(environment) as address:
        yield address


@dataclass
class Day:
    """The people of the day, each at a browser of their own, and the count of what they do."""

    browser: Browser
    base: str
    axe_at: int
    counted: Counted = field(default_factory=lambda: Counted(Mouse()))
    people: dict[str, Reader] = field(default_factory=dict)

    def seat(self, name: str) -> Reader:
        if name not in self.people:
            context = self.browser.new_context(viewport={"width": WIDE, "height": HEIGHT})
            self.people[name] = Reader(context.new_page(), self.base, {}, self.axe_at)
            self.people[name].page.on("response", self.counted.saw)
        return self.people[name]

    def press(self, page: Page, role: Any, name: str | re.Pattern[str]) -> None:
        """Presses what leads to another page."""
        with page.expect_navigation():
            self.counted.press(page.get_by_role("main").get_by_role(role, name=name).first)

    def fill(self, page: Page, label: str, words: str, kind: FactKind = FactKind.TEXT) -> None:
        self.counted.enter(labelled(page, label), kind, words)

    def add_app(self, page: Page) -> None:
        """The second factor, without which nobody gets any further."""
        self.press(page, "link", "Add an app")
        self.fill(page, "Six digits", code(page.locator(".factor-key").inner_text()))
        self.press(page, "button", "Add the app")
        self.press(page, "link", re.compile("go on"))

    def first_person(self) -> Page:
        reader = self.seat(FAY)
        give_password(reader, ADDRESSES[FAY])
        expect(reader.page.get_by_role("heading", name="Add a second factor")).to_be_visible()
        self.counted.clicks, self.counted.fields = self.counted.clicks + 1, self.counted.fields + 2
        self.add_app(reader.page)
        return reader.page

    def accept(self, name: str, link: str) -> Page:
        """A new person, from the link of the invitation to home."""
        reader = self.seat(name)
        reader.page.goto(link.replace("localhost", "127.0.0.1"))
        self.fill(reader.page, "Your name", name)
        self.fill(reader.page, "Password", PASSWORD)
        self.fill(reader.page, "Password, once more", PASSWORD)
        self.press(reader.page, "button", "Make the account and accept")
        self.add_app(reader.page)
        return reader.page

    def first_step(self, words: str) -> Page:
        page = self.people[FAY].page
        page.goto(f"{self.base}/")
        self.press(page, "link", words)
        return page

    def steps_done(self) -> str:
        page = self.people[FAY].page
        page.goto(f"{self.base}/")
        found: str = page.get_by_role("heading", name=re.compile("^First steps")).inner_text()
        return found


@pytest.mark.parametrize(
    # The whole day takes a minute and more.
    "is_whole",
    [False, pytest.param(True, marks=pytest.mark.nightly)],
    ids=["to the list", "to the provider"],
)
def test_from_an_empty_portal_to_a_recorded_case_and_then_the_provider_comes(
    browser: Browser, portal: str, axe_at: int, tmp_path: Path, *, is_whole: bool
) -> None:
    day = Day(browser, portal, axe_at)
    day.first_person()
    assert day.steps_done() == "First steps: 1 of 6 done"
    day.people[FAY].check("First steps")
    bring_the_feed(day, tmp_path)
    invite_the_people(day)
    bring_the_list(day, tmp_path)
    assert day.steps_done() == "First steps: 5 of 6 done"
    day.counted.note("an own list, reconciled")
    if is_whole:
        the_case_and_the_provider(day)
    tell(day.counted)
    assert not [complaint for reader in day.people.values() for complaint in reader.complaints]


def the_case_and_the_provider(day: Day) -> None:
    case = Alone("reuse", day.seat, day.counted, {}, people=day.people, counted=day.counted)
    a_case_alone(day, case)
    invite_the_provider(day)
    the_provider_answers(day, case)
    the_provider_takes_over(day, case)


def bring_the_feed(day: Day, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps(large_feed("2026-01-01", 0)))
    page = day.first_step("Import the Marketplace feed")
    day.counted.fields += 1
    page.locator("input[type=file]").set_input_files(file)
    day.press(page, "button", "Show what it would change")
    day.press(page, "button", "Apply this import")
    day.counted.note("the feed")


def invite_the_people(day: Day) -> None:
    """The official by the step of the official, the colleagues by a pasted column."""
    page = day.first_step("Invite your authorizing official")
    expect(labelled(page, "Role")).to_have_value("authorizing_official")
    day.fill(page, "E-mail address", ADDRESSES[ODO])
    day.press(page, "button", "Invite")
    day.accept(ODO, page.locator("#link").inner_text())
    page = day.first_step("Invite your colleagues")
    day.people[FAY].check()
    day.fill(page, "Addresses", f"E-mail\nRae Rowan <{ADDRESSES[RAE]}>\n{ADDRESSES[FAY]}\n")
    day.fill(page, "Role", "Agency reviewer", FactKind.CHOICE)
    day.press(page, "button", "Invite them")
    day.people[FAY].check("1 invited, 1 here already, 1 not sent")
    day.accept(RAE, page.get_by_role("row").filter(has_text="rae@").locator(".long-text").last.inner_text())
    day.counted.note("official and colleagues")


def bring_the_list(day: Day, tmp_path: Path) -> None:
    """200 rows with planted faults: what is sure comes in, the rest waits for a person, and none is lost."""
    page = day.people[FAY].page
    listed = page.request.get(f"{day.base}/offerings.csv?listed=now").text().lstrip("\ufeff")
    offerings = [each for each in csv.DictReader(io.StringIO(listed)) if each["Offering"] not in (USED, USED_NEXT)]
    file = tmp_path / "atos.xlsx"
    file.write_bytes(planted(offerings))
    page = day.first_step("Bring in your list of ATOs")
    if page.get_by_label("Agency").count():
        day.fill(page, "Agency", AGENCY, FactKind.CHOICE)
    day.counted.fields += 1
    page.get_by_label("Your list").set_input_files(file)
    day.press(page, "button", "Show what it would bring")
    read, sure, _, _, waiting, refused, *_ = numbers(page.locator(".list__sentence").inner_text())
    assert (read, sure + waiting + refused) == (ROWS, ROWS)
    assert sure >= 0.95 * (ROWS - 2)
    day.press(page, "button", re.compile(r"^Bring in \d+ rows"))
    expect(page.get_by_role("heading", name="Beside the Marketplace")).to_be_visible()
    day.people[FAY].check()


def a_case_alone(day: Day, case: Alone) -> None:
    case.records = {
        "the offering": USED,
        "a system": "Pond Register",
        "a contact": "Hal Heron",
        "an approver": "Mo Marsh",
        "an official": ODO,
    }
    case.begin(FAY, "Use this offering", AGENCY, {"Intended use": "The register of ponds."})
    case.here = FAY
    day.counted.note("open the case")
    add_where_it_is_asked_for(day, case)
    locate(day, case)
    for turn in TURNS:
        case.take(turn)
    assert "Recorded" in case.at_case(FAY).page.get_by_role("heading", level=1).inner_text()


def add_where_it_is_asked_for(day: Day, case: Alone) -> None:
    """System and contacts are added from the form that lacks them; then the request goes out with what was typed."""
    page = case.reader(FAY).page
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    day.press(page, "link", "Request access")
    day.press(page, "button", "Add a system")
    day.fill(page, "Name of the system", "Pond Register")
    for label in ("Confidentiality", "Integrity", "Availability"):
        day.fill(page, label, "Low", FactKind.CHOICE)
    day.press(page, "button", "Add the system")
    for name, function in (("Hal Heron", "Technical reviewer"), ("Mo Marsh", APPROVER)):
        day.press(page, "button", "Add a contact")
        day.fill(page, "Name", name)
        day.fill(page, "E-mail address", f"{name.split()[0].lower()}@ponds.example")
        day.fill(page, "What they are asked for", function, FactKind.CHOICE)
        day.press(page, "button", "Add the contact")
    case.here = ""
    case.take(Turn(FAY, "request_access", "Access requested", "the FedRAMP PMO", "grant or deny access"))


def locate(day: Day, case: Alone) -> None:
    page = case.at_case(FAY).page
    page.goto(f"{day.base}{case.path}")
    day.press(page, "link", re.compile("^Record for"))
    day.press(page, "link", "Go there")
    page.get_by_role("main").locator("label", has_text="trust center").first.click()
    day.counted.clicks += 1
    for label, words in (("Evidence", "Its page of 3 May"), ("How it came", "page")):
        day.fill(page, label, words)
    day.fill(page, "Date of the evidence", DAY.isoformat(), FactKind.DATE)
    day.press(page, "button", re.compile("^Record"))
    day.counted.note("where the package is")


def invite_the_provider(day: Day) -> None:
    page = day.people[FAY].page
    page.goto(f"{day.base}/providers/?q={PROVIDER.replace(' ', '+')}")
    day.press(page, "link", re.compile(rf"^{PROVIDER}$"))
    day.press(page, "link", re.compile("People|Members|people"))
    day.press(page, "link", "Invite the first lead")
    day.fill(page, "E-mail address", ADDRESSES[PIA])
    day.fill(page, "Role", "CSP lead", FactKind.CHOICE)
    day.fill(page, "Reason", "She answers for the service.")
    day.press(page, "button", "Invite")
    day.accept(PIA, page.locator("#link").inner_text())
    day.counted.note("the provider is invited, and comes")


def the_provider_answers(day: Day, case: Alone) -> None:
    page = day.people[PIA].page
    page.goto(f"{day.base}/")
    expect(page.get_by_role("heading", name="Confirm what was recorded for you")).to_be_visible()
    day.press(page, "link", re.compile(USED))
    card = page.get_by_role("main").locator("section.card").filter(has_text="Access granted")
    expect(card).to_contain_text(f"Recorded for the provider by {FAY}")
    expect(card).to_contain_text("Mail 12, in our files")
    card.get_by_text("It is not right", exact=True).click()
    day.counted.clicks += 1
    card.get_by_label("Your statement").fill("It was granted a day later.")
    day.counted.fields += 1
    with page.expect_navigation():
        day.counted.press(card.get_by_role("button", name="Answer"))
    expect(page.get_by_role("main")).to_contain_text("It was granted a day later.")
    assert "It was granted a day later." in lines_of(day, FAY, case)
    day.counted.note("the provider answers")


def lines_of(day: Day, name: str, case: Alone) -> str:
    page = day.people[name].page
    page.goto(f"{day.base}{case.path}from-evidence/")
    found: str = page.get_by_role("main").inner_text()
    return found


def the_provider_takes_over(day: Day, case: Alone) -> None:
    """The next request is the provider's own to grant: the agency is offered nothing to record for it any more."""
    case.records["the offering"] = USED_NEXT
    case.begin(FAY, "Use this offering", AGENCY, {"Intended use": "The next register."})
    case.here = FAY
    case.take(Turn(FAY, "request_access", "Access requested", "the FedRAMP PMO", "grant or deny access"))
    page = day.people[FAY].page
    day.press(page, "link", re.compile("^Record for"))
    day.press(page, "link", "Go there")
    page.get_by_role("main").locator("label", has_text="trust center").first.click()
    day.press(page, "button", "Record the place")
    expect(case.box(case.at_case(FAY))).not_to_contain_text("Record for the provider")
    case.absent.pop("grant_access")
    case.take(Turn(PIA, "grant_access", "Access granted", OURS, "start the review of the package"))
    day.counted.note("the provider grants the next access itself")


def tell(counted: Counted) -> None:
    """What each part cost: pages, clicks, fields."""
    for words, *each in counted.steps:
        print(f"{words:<50}" + "".join(f"{number:>8}" for number in each))  # noqa: T201  # the table is the result
    total = (counted.pages, counted.clicks, counted.fields)
    print(f"{'all: pages, clicks, fields':<50}" + "".join(f"{number:>8}" for number in total))  # noqa: T201
