"""Pages in the colors that a device asks for: dark ones pass axe as light ones do, forced ones keep what is said."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEIGHT, NARROW, Arrive
from tests.browser.test_pages import EVERYONES, MORE_STATES
from tests.samples import sample

DARK = ("/", "/styleguide/", "/reports/dashboard/")
FEW = ("Ann Alvarez", "Paula Prentice")


@pytest.mark.parametrize("name", FEW)
def test_dark_pages_are_accessible(arrive: Arrive, name: str) -> None:
    reader = arrive(color_scheme="dark")
    reader.sign_in(name)
    for path in DARK:
        reader.open(path)
        reader.check()


@pytest.mark.nightly
@pytest.mark.parametrize("path", [*EVERYONES, *MORE_STATES])
def test_every_dark_page_is_accessible(arrive: Arrive, path: str) -> None:
    reader = arrive(color_scheme="dark")
    reader.sign_in("Ann Alvarez")
    reader.open(path)
    reader.check()


# Whether each link of a menu is the open one, and whether its line is drawn in another color than the page.
MARKED = """[...document.querySelectorAll(".masthead__menu a, .tabs a")].map((link) => [
  link.hasAttribute("aria-current"),
  getComputedStyle(link).borderBottomColor !== getComputedStyle(document.body).backgroundColor,
])"""


@pytest.mark.parametrize("path", sample(["/", "/styleguide/", "/offerings/"], "/styleguide/", lane=pytest.mark.nightly))
def test_forced_colors_mark_the_open_tab_alone(arrive: Arrive, path: str) -> None:
    reader = arrive(forced_colors="active")
    reader.sign_in("Ann Alvarez")
    reader.open(path)
    marked = reader.page.evaluate(MARKED)
    assert len(marked) > 5
    assert all(is_open == is_marked for is_open, is_marked in marked)
    reader.check()


def test_on_a_telephone_the_head_is_low_and_the_box_of_a_case_comes_first(arrive: Arrive) -> None:
    reader = arrive()
    reader.sign_in("Rashid Rowe")
    reader.open("/")
    path = reader.page.get_by_role("main").locator("td a[href^='/cases/']").first.get_attribute("href")
    reader.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    reader.page.goto(f"{reader.base}{path}")
    head, box = reader.page.locator(".masthead").bounding_box(), reader.page.locator("section.box").bounding_box()
    assert head
    assert box
    assert head["height"] <= 96
    # Above it is the name of the case alone.
    assert box["y"] - head["height"] < 190
    search = reader.page.get_by_label("Search offerings").first
    search.fill("Nimbus")
    reader.follow(reader.page.get_by_role("search").get_by_role("button", name="Search"))
    expect(search).to_have_value("Nimbus")
