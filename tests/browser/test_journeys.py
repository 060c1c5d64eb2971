"""Whole ways through the portal: by keyboard alone, without JavaScript, with htmx, and with the back button."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Reader


def tab_to(page: Page, name: str, most: int = 120) -> None:
    """Presses Tab until the element with this accessible name has the focus, as a person without a mouse would."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const it = document.activeElement; return (it.getAttribute('aria-label')"
            " || it.labels?.[0]?.textContent || it.textContent || '').trim(); }"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"“{name}” cannot be reached with the Tab key on {page.url}")


def exported_rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_by_keyboard_alone_sign_in_find_an_offering_see_who_uses_it_and_export(reader: Reader) -> None:
    page = reader.page
    reader.open("/sign-in/")
    tab_to(page, "Ann Alvarez")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{reader.base}/")
    tab_to(page, "Search offerings")
    page.keyboard.type("Basalt Service 003")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    tab_to(page, "Basalt Service 003")
    page.keyboard.press("Enter")
    page.wait_for_url("**/offerings/*/")
    assert page.get_by_text("Department of Ponds 3").first.is_visible()
    tab_to(page, "ATOs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/atos/")
    tab_to(page, "Offering, agency, FedRAMP id or term")
    page.keyboard.type("Basalt Service 003")
    page.keyboard.press("Enter")
    page.get_by_text("ATO rows of 1 offering").wait_for()
    tab_to(page, "Export these rows as CSV")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    rows = exported_rows(download.value.path())
    assert {row[1] for row in rows[1:]} == {"Basalt Service 003"}
    reader.check()


def test_suggestions_of_the_search_are_walked_by_keyboard_and_asked_for_once_typing_rests(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggestions/" in request.url else None)
    box = page.get_by_role("combobox", name="Search offerings")
    box.press_sequentially("Basalt Service 00", delay=20)
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_count(3)
    assert len(asked) == 1
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-2")
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    expect(box).to_have_value("Basalt Service 00")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    reader.look()
    page.keyboard.press("Enter")
    page.wait_for_url("**/offerings/*/")
    reader.check()


def test_without_javascript_sign_in_filter_page_sort_and_export(without_script: Reader) -> None:
    page = without_script.page
    without_script.open("/sign-in/")
    without_script.follow(page.get_by_role("button", name="Ann Alvarez"))
    without_script.follow(page.get_by_role("link", name="Offerings", exact=True).first)
    page.get_by_label("High", exact=True).check()
    without_script.follow(page.get_by_role("button", name="Apply"))
    assert "impact=high" in page.url
    shown = page.locator("tbody tr").count()
    without_script.follow(page.get_by_role("link", name="Provider", exact=True))
    assert "sort=" in page.url
    assert page.locator("tbody tr").count() == shown
    assert "impact=high" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Export these rows as CSV").click()
    rows = exported_rows(download.value.path())
    assert [row[0] for row in rows[1 : shown + 1]] == page.locator("tbody tr > th").all_inner_texts()
    name = page.locator("tbody th a").first
    words = name.inner_text()
    without_script.follow(name)
    assert page.get_by_role("heading", level=1, name=words).is_visible()


def test_with_htmx_a_filter_changes_the_rows_in_place_and_the_back_button_undoes_it(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/")
    before = page.get_by_role("status").inner_text()
    # A click, and not `check()`, which would look again at a box that is being replaced.
    page.get_by_label("High", exact=True).click()
    page.get_by_role("link", name="Impact level: High").wait_for()
    page.wait_for_url("**impact=high**")
    assert page.get_by_role("status").inner_text() != before
    page.go_back()
    page.get_by_text(before, exact=True).wait_for()
    expect(page.get_by_label("High", exact=True)).not_to_be_checked()
    reader.check()


def test_the_source_of_a_date_shows_on_focus_and_goes_with_escape(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/?q=Nimbus+Desk")
    reader.follow(page.locator("tbody th a").first)
    day = page.locator(".dated__day").first
    day.focus()
    source = page.locator(f"#{day.get_attribute('aria-describedby')}")
    expect(source).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()


def test_a_list_whose_session_ended_leads_to_the_sign_in_page(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/")
    page.context.clear_cookies()
    # A click, and not `check()`, which would wait for the state of a box that the next page no longer has.
    page.get_by_label("High", exact=True).click(no_wait_after=True)
    # Another request of the page may lead there too, and take the place of the first.
    expect(page).to_have_url(re.compile(r"/sign-in/\?.*next="))
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_a_name_in_a_list_leads_to_its_page(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    for listing in ("offerings", "agencies", "providers", "assessors"):
        reader.open(f"/{listing}/")
        link = page.locator("tbody th a").first
        name = link.inner_text()
        reader.follow(link)
        assert page.get_by_role("heading", level=1, name=name).is_visible()


def test_a_click_on_a_filter_counts_while_words_are_still_being_typed(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/")
    page.get_by_label("Name, provider, FedRAMP id or term").press_sequentially("basalt")
    page.get_by_label("High", exact=True).click()
    page.get_by_role("link", name="Impact level: High").wait_for()
    page.wait_for_url("**impact=high**")
    assert "q=basalt" in page.url


def test_the_next_page_begins_at_its_top(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Ann Alvarez")
    reader.open("/offerings/")
    page.get_by_role("link", name="Next").click()
    page.get_by_text("Rows 51–100").wait_for()
    expect(page.locator(".list__sentence")).to_be_focused()
    assert page.get_by_role("status").bounding_box()["y"] > 0
    assert page.evaluate("window.scrollY") < 400


def test_after_back_the_same_button_asks_before_it_records_twice(reader: Reader) -> None:
    reader.sign_in("Cora Castell")
    page = reader.page
    reader.open("/cases/")
    reader.follow(page.locator("tbody th a, tbody td a").first)
    reader.follow(page.get_by_role("link", name="Comment").first)
    write = page.get_by_role("button", name="Comment", exact=True)
    for _ in range(2):
        page.get_by_label("Comment (required)").fill("The harbor freezes in May.")
        reader.follow(write)
        if page.get_by_text("You did this at").count():
            break
        expect(page.get_by_text("The harbor freezes in May.")).to_have_count(1)
        page.go_back()
    reader.check("You did this at")
    reader.follow(page.get_by_role("link", name="See what you did"))
    expect(page.get_by_text("The harbor freezes in May.")).to_have_count(1)
