"""Somebody goes back in the browser and presses the same button again."""

from playwright.sync_api import expect

from tests.browser.conftest import Reader


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
