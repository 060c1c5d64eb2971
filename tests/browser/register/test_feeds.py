"""What differs between feeds, and from an agency: the changed facts, and the correction that a difference leads to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Cookies, Reader, environment_of, made_once, manage, serving


def test_what_changed_between_two_feeds_is_narrowed(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    reader.open("/feed-changes/")
    page = reader.page
    reader.check("changed fact")
    page.get_by_label("From the feed of").select_option("Before the first import")
    reader.follow(page.get_by_role("button", name="Compare"))
    page.get_by_label("Record, organization or value").fill("nothing like it")
    reader.follow(page.get_by_role("button", name="Apply"))
    reader.check("0 changed facts")


def test_the_agencies_of_the_reconciliation_are_narrowed(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    reader.open("/reconciliation/")
    reader.page.get_by_label("Agency", exact=True).fill("nobody")
    reader.page.get_by_text("Only with something to look at").click()
    reader.follow(reader.page.get_by_role("button", name="Show", exact=True))
    reader.check("No agency matches.")
    reader.follow(reader.page.get_by_role("link", name="Show all agencies"))
    reader.check("Department of")


def fill(folder: Path) -> None:
    manage(environment_of(folder), "migrate", "-v0")
    manage(environment_of(folder), "demo", "--world", "feed")


@pytest.fixture
def with_lists(tmp_path_factory: pytest.TempPathFactory, new_context: object, axe_at: int) -> Iterator[Reader]:
    """A portal of its own, in which an agency's list says other days than the feed."""
    with serving(environment_of(made_once(tmp_path_factory, "with lists", fill))) as address:
        context = new_context(viewport={"width": 1280, "height": 900})  # type: ignore[operator]  # of the plugin
        signed: dict[str, Cookies] = {}
        yield Reader(context.new_page(), address, signed, axe_at)


@pytest.mark.nightly
def test_a_difference_leads_to_a_correction_that_is_proposed(with_lists: Reader) -> None:
    reader, page = with_lists, with_lists.page
    reader.sign_in("Ann Alvarez")
    reader.open("/reconciliation/")
    page.get_by_label("Which rows").select_option("all")
    page.get_by_label("What to do with them").select_option("Ask FedRAMP to correct")
    reader.follow(page.get_by_role("button", name="Go on"))
    reader.check("Chosen rows")
    reader.follow(page.get_by_role("button", name="Keep the decision"))
    reader.check("Propose the right value here too")
    reader.follow(page.get_by_role("link", name="Expiry of Granite Beacon"))
    reader.check("Granite Beacon")
    page.locator("[name=value]").fill("2029-01-31")
    page.locator("[name=evidence]").fill("The signed letter says so.")
    reader.follow(page.locator("main form button[type=submit]").last)
    reader.check("31 Jan 2029")
