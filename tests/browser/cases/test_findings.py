"""One return with three findings, from the first draft to the last that is settled; axe looks at every page of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.cases.test_case_states import button, open_case
from tests.browser.conftest import Arrive, Reader
from tests.browser.hands import Mouse, enter_finding

REVIEWER, COLLEAGUE, PROVIDER = "Rashid Rowe", "Ann Alvarez", "Cora Castell"
FERRY = "q=Nimbus+Ferry"
THREE = (
    ("SAR delivered on", "Must be fixed", "The report leaves out the mail relay."),
    ("POA&M delivered on", "Should be fixed", "Two items have no planned day of completion."),
    ("SSP draft delivered on", "Editorial", "The table of contents names chapter 9, which is not there."),
)


def link(page: Page, words: str) -> Locator:
    return page.get_by_role("main").get_by_role("link", name=words)


def tab(page: Page) -> Locator:
    return page.get_by_role("navigation", name="This case").get_by_role("link", name="Findings")


def to_findings(reader: Reader, name: str) -> str:
    """The findings of the ferry's case, by its page; the address of the case."""
    reader.sign_in(name)
    case = open_case(reader, FERRY)
    reader.follow(tab(reader.page))
    return case


def draft(reader: Reader, about: str, severity: str, text: str, press: str) -> None:
    enter_finding(reader.page, Mouse(), about, severity, text)
    reader.follow(button(reader.page, press))


def test_a_return_with_three_findings_that_are_answered_and_settled(arrive: Arrive) -> None:
    reviewer, provider = arrive(), arrive()
    case = drafts_three(reviewer)
    sends_them(reviewer, case)
    answers_them(provider)
    hands_the_work_on(provider, case)
    settles_them(reviewer, arrive())


def drafts_three(reviewer: Reader) -> str:
    page = reviewer.page
    case = to_findings(reviewer, REVIEWER)
    reviewer.check("No drafts. Note your findings here")
    reviewer.follow(link(page, "Draft a finding"))
    reviewer.follow(button(page, "Keep the draft"))
    expect(page.get_by_role("alert")).to_be_focused()
    reviewer.check("3 things to correct")
    for place, (about, severity, text) in enumerate(THREE, start=1):
        draft(reviewer, about, severity, text, "Keep it and draft another" if place < len(THREE) else "Keep the draft")
    reviewer.check("3 drafts.")
    reviewer.follow(page.get_by_role("main").get_by_role("link", name=re.compile("^Change or drop")).last)
    page.get_by_label(re.compile("^Finding")).fill("The contents name chapter 9, which is not there.")
    reviewer.follow(button(page, "Change the draft"))
    return case


def sends_them(reviewer: Reader, case: str) -> None:
    page = reviewer.page
    reviewer.open(case)
    page.get_by_text("Other steps").click()
    reviewer.follow(page.get_by_role("main").get_by_role("link", name="Send to remediation", exact=True))
    reviewer.check("The list that goes out")
    assert all(page.get_by_text(text).is_visible() for _, _, text in THREE[:2])
    page.get_by_label(re.compile("Delta test")).select_option(label="No")
    page.get_by_label(re.compile("^Reason")).fill("Three things must change before the official decides.")
    reviewer.follow(button(page, "Send to remediation"))
    expect(page.get_by_role("status").filter(has_text="Sent to remediation")).to_be_visible()


def answers_them(provider: Reader) -> None:
    page = provider.page
    to_findings(provider, PROVIDER)
    provider.check("For you to answer")
    provider.follow(button(page, "Keep the answers"))
    expect(page.get_by_role("alert")).to_be_focused()
    provider.check("write an answer to at least one finding")
    inputs = page.get_by_role("textbox", name=re.compile("^Your answer"))
    expect(inputs).to_have_count(3)
    inputs.nth(0).fill("The relay stands on page 40 now.")
    provider.follow(button(page, "Keep the answers"))
    provider.check("1 answer kept. 2 still to answer.")
    inputs.nth(1).fill("Both days are planned.")
    inputs.nth(2).fill("It is gone.")
    provider.follow(button(page, "Keep the answers"))
    provider.check("Every finding has its answer")


def hands_the_work_on(provider: Reader, case: str) -> None:
    page = provider.page
    provider.open(case)
    page.get_by_label(re.compile("^Answer to what was returned")).fill("All three are mended.")
    provider.follow(button(page, "Resubmit"))
    provider.follow(tab(page))
    provider.check("3 answered, not settled")
    expect(page.get_by_role("textbox", name=re.compile("^Your answer"))).to_have_count(0)


def settles_them(reviewer: Reader, colleague: Reader) -> None:
    page = reviewer.page
    to_findings(reviewer, REVIEWER)
    reviewer.check("For your side to settle")
    reviewer.follow(button(page, "Settle those chosen"))
    reviewer.check("Choose the findings that are settled.")
    page.get_by_role("checkbox").nth(0).check()
    reviewer.follow(button(page, "Settle those chosen"))
    expect(page.get_by_role("status").filter(has_text="1 finding settled.")).to_be_visible()
    reviewer.follow(page.get_by_role("main").get_by_role("link", name=re.compile("^Not enough")).first)
    reviewer.check("This answer stays readable")
    page.get_by_label(re.compile("^Still missing")).fill("The second day is a Sunday.")
    reviewer.follow(button(page, "Ask again"))
    reviewer.check("Another answer asked for")
    to_findings(colleague, COLLEAGUE)
    for box in colleague.page.get_by_role("checkbox").all():
        box.check()
    colleague.page.get_by_label(re.compile("^Reason")).fill("A Sunday will do.")
    colleague.follow(button(colleague.page, "Settle those chosen"))
    colleague.check("All settled")


@pytest.mark.parametrize("name", [COLLEAGUE, PROVIDER, "Paula Prentice"])
def test_a_case_without_findings_is_accessible(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    open_case(reader, "q=Nimbus+Ferry" if name != "Paula Prentice" else "q=Granite+Flume&stage=removed")
    reader.follow(tab(reader.page))
    reader.check("Back to the case")
