"""The guide on paper and under the pointer, and what people say to each other about a case."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive, Reader

PAGES = re.compile(rb"/Type\s*/Page(?!s)")
# Where Chromium puts the pages of a print out, uncompressed.
LETTER, A4 = "Letter", "A4"


@pytest.mark.parametrize("paper", [LETTER, A4])
def test_the_best_practices_for_agencies_print_on_two_pages(reader: Reader, paper: str) -> None:
    reader.open("/guide/best-practices-agencies/")
    assert len(PAGES.findall(reader.page.pdf(format=paper))) == 2


@pytest.mark.parametrize("path", ["roles-and-responsibilities", "best-practices-csps"])
def test_the_other_pages_of_the_guide_print_without_being_cut(reader: Reader, path: str) -> None:
    reader.open(f"/guide/{path}/")
    assert 1 <= len(PAGES.findall(reader.page.pdf(format=LETTER))) <= 12


def word_of(page: Page) -> tuple[str, str]:
    """A word that is explained, and what explains it, as selectors."""
    word = page.locator("main .explained .dated__day").first
    named = word.get_attribute("aria-describedby")
    return f"main .explained .dated__day[aria-describedby='{named}']", f"#{named}"


def test_an_explained_word_can_be_read_dismissed_and_hovered(reader: Reader) -> None:
    """WCAG 1.4.13: what shows on hover and focus stays while it is pointed at, and Escape takes it away."""
    page = reader.page
    reader.open("/guide/roles-and-responsibilities/")
    word, explanation = word_of(page)
    shown = page.locator(explanation)
    expect(shown).to_be_hidden()
    page.hover(word)
    expect(shown).to_be_visible()
    shown.hover()
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    page.mouse.move(2, 2)
    page.hover(word)
    expect(shown).to_be_visible()
    page.mouse.move(2, 2)
    expect(shown).to_be_hidden()
    page.locator(word).focus()
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    reader.check()


def test_an_explained_word_is_explained_without_javascript(without_script: Reader) -> None:
    page = without_script.page
    without_script.open("/guide/best-practices-csps/")
    word, explanation = word_of(page)
    page.locator(word).focus()
    expect(page.locator(explanation)).to_be_visible()


def test_a_case_is_commented_on_and_nudged_without_javascript_too(arrive: Arrive) -> None:
    cora, ann = arrive(script=False), arrive()
    cora.sign_in("Cora Castell")
    cora.open("/cases/?turn=agency&sort=-opened")
    cora.follow(cora.page.locator("tbody a[href^='/cases/']").first)
    case = cora.page.url.removeprefix(cora.base)
    cora.follow(cora.page.get_by_role("button", name="Send a nudge"))
    expect(cora.page.get_by_text("The nudge went to")).to_be_visible()
    expect(cora.page.get_by_text("Your side nudged last on")).to_be_visible()
    cora.follow(cora.page.get_by_role("main").get_by_role("link", name=re.compile("^Comments")))
    cora.page.get_by_text("Shared: everyone").click()
    cora.page.get_by_label("Comment (required)").fill("The diagram follows.\nSee https://docs.example.gov/a.")
    cora.follow(cora.page.get_by_role("button", name="Comment", exact=True))
    assert "#" in cora.page.url
    expect(cora.page.get_by_role("link", name="https://docs.example.gov/a", exact=True)).to_be_visible()
    cora.follow(cora.page.get_by_role("link", name=re.compile("^Change")).first)
    cora.page.get_by_label("Comment (required)").fill("The diagram follows on Monday.")
    cora.follow(cora.page.get_by_role("button", name="Save"))
    ann.sign_in("Paula Prentice")
    ann.open(f"{case}comments/")
    ann.check("The diagram follows on Monday.")
    ann.follow(ann.page.get_by_role("button", name="Comment", exact=True))
    ann.check("Write what you want to say.")
