"""The states of a case's pages, each wide and narrow: axe finds nothing, and the words of the state are there.

Which page each stage has for each side is looked at in test_pages.py; here is what differs by more than its words.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Arrive, Reader


def open_case(reader: Reader, query: str) -> str:
    """The page of the one case that this person finds so; its address."""
    reader.open(f"/cases/?{query}")
    link = reader.page.get_by_role("table").locator("a[href^='/cases/']").first
    path = link.get_attribute("href") or ""
    reader.open(path)
    return path


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=words, exact=True)


# Who looks, at which case, and what is told there.
CASES = {
    "a step that is blocked": ("Maya Mercer", "q=Granite+Signals", "The offering has no FedRAMP id yet."),
    "something returned": ("Gus Grady", "q=Granite+Ledger&stage=ssp", "Your turn"),
    "sent back": ("Ann Alvarez", "q=Nimbus+Ferry", "Back from FedRAMP review to Agency review"),
    "a gate waived": ("Abel Adams", "q=Copper+Archive", "Waived"),
    "waived gates of a lead": ("Paula Prentice", "q=Copper+Archive", "End it"),
    "ended": ("Gus Grady", "q=Granite+Flume&stage=removed", "It waits on nobody."),
    "adopted": ("Rashid Rowe", "q=Willow+Forms", "This case was adopted"),
    "inside the agency": ("Ann Alvarez", "q=Nimbus+Foundry&stage=need_defined", "can see this case until access"),
    "standing in": ("Paula Prentice", "q=Orchard&stage=package_review", "You act for an organization"),
    "continued": ("Wanda Weiss", "q=Willow+Relay&stage=withdrawn", "Continued by"),
}


@pytest.mark.parametrize(("name", "query", "words"), CASES.values(), ids=CASES)
def test_the_page_of_a_case_is_accessible_in_every_state(reader: Reader, name: str, query: str, words: str) -> None:
    reader.sign_in(name)
    open_case(reader, query)
    reader.check(words)


# Who takes which step of which case, and what the page tells beside its fields.
STEPS = {
    "many facts": (
        "Piet Pelgrom",
        "q=Granite+Flume&stage=in_process_requested",
        "List as In Process",
        "One thing to correct",
    ),
    "a lone reason": ("Rashid Rowe", "q=Willow+Forms", "Reopen the SSP", "One thing to correct"),
    "standing in": (
        "Paula Prentice",
        "q=Orchard&stage=package_review",
        "Finish the review",
        "You act for an organization",
    ),
    "recording a decision": (
        "Ann Alvarez",
        "q=Willow+Notes",
        "Issue the ATO",
        "You record the signed decision of Odette",
    ),
    "a fact whose gate is waived": ("Abel Adams", "q=Copper+Archive", "Deliver the SAR", "things to correct"),
}


@pytest.mark.parametrize(("name", "query", "step", "words"), STEPS.values(), ids=STEPS)
def test_the_page_of_a_step_is_accessible_with_its_mistakes(
    reader: Reader, name: str, query: str, step: str, words: str
) -> None:
    page = reader.page
    reader.sign_in(name)
    open_case(reader, query)
    if not button(page, step).count():
        # A longer form has its page; a short one is in the box on the case.
        reader.follow(page.get_by_role("main").get_by_role("link", name=step, exact=True))
        reader.check("What will happen")
    reader.follow(button(page, step))
    expect(page.get_by_role("alert")).to_be_focused()
    reader.check(words)


def test_a_step_that_is_not_open_now_says_so_and_is_accessible(reader: Reader) -> None:
    reader.sign_in("Gus Grady")
    path = open_case(reader, "q=Granite+Ledger&stage=ssp")
    reader.open(f"{path}deliver_ssp/", 409)
    reader.check("This step is not open now")


@pytest.mark.parametrize(("link", "field"), [("Resubmit", "Answer to what was returned"), ("Record facts", "Reason")])
def test_anyone_who_comes_second_reads_what_happened_and_keeps_what_was_typed(
    arrive: Arrive, link: str, field: str
) -> None:
    reader, colleague = arrive(), arrive(unknown=True)
    page = reader.page
    for each in (reader, colleague):
        each.sign_in("Gus Grady")
        path = open_case(each, "q=Granite+Silo&stage=remediation")
    if link == "Record facts":
        reader.open(f"{path}facts/")
    page.get_by_label(field).fill("All of it is mended.")
    note = f"The company's own number {link}-7"
    colleague.open(f"{path}facts/")
    colleague.page.get_by_label("Find a fact").fill("contact of the provider")
    expect(colleague.page.locator("#fact-parts .field:visible")).to_have_count(1)
    colleague.page.get_by_label("Contact of the provider").fill(note)
    colleague.follow(button(colleague.page, "Record facts"))
    colleague.page.get_by_role("status").filter(has_text="Facts recorded.").wait_for()
    reader.follow(button(page, link))
    assert page.get_by_role("heading", name="Someone was here before you").is_visible()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_role("alert").get_by_text(note).is_visible()
    assert page.get_by_label(field).input_value() == "All of it is mended."
    reader.check("Nothing of yours was done yet.")
