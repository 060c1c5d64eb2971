"""The calendar in a real browser: month and agenda, wide and narrow, by keyboard alone; a link from first to last."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import HEIGHT, NARROW, WIDE, Reader

ALL, AGENDA = "/calendar/?view=month&whose=all", "/calendar/?whose=all"


@pytest.mark.parametrize(
    ("name", "address", "description"),
    [
        ("Ann Alvarez", ALL, "overdue"),
        ("Ann Alvarez", AGENDA, "Week of"),
        ("Cora Castell", "/calendar/", "owes this to"),
        ("Paula Prentice", ALL, "overdue"),
        ("Paula Prentice", AGENDA, "not shown. Choose a kind"),
        ("Asha Amari", "/calendar/?from=2000-01-01", "Neither you nor your side owes anything"),
        ("Ann Alvarez", f"{ALL}&offering=22222222222222", "Nothing that passes these filters"),
        ("Ann Alvarez", "/calendar/links/make/", "Treat it like a password"),
    ],
)
def test_month_agenda_and_links_are_accessible_to_each_side(
    reader: Reader, name: str, address: str, description: str
) -> None:
    reader.sign_in(name)
    reader.open(address)
    reader.check(description)


def test_on_a_telephone_a_month_is_a_list_of_the_days_that_have_something(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open(ALL)
    page = reader.page
    empty = page.locator(".month__day--empty").first
    expect(page.get_by_role("columnheader", name="Sunday")).to_be_visible()
    expect(empty).to_be_visible()
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    expect(empty).to_be_hidden()
    expect(page.locator("thead")).to_be_hidden()
    first = page.locator(".month__day:not(.month__day--empty)").first
    box = first.bounding_box()
    assert box
    assert box["width"] > NARROW * 0.8
    assert str(date.today().year) in first.locator("time").inner_text()  # noqa: DTZ011  # the month around today


def test_by_keyboard_alone_one_comes_from_month_to_month_and_to_a_record(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open(ALL)
    page = reader.page
    began = page.locator("caption").inner_text()
    for way in ("Later month", "Earlier month"):
        page.get_by_role("link", name=way).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert page.locator("caption").inner_text() == began
    page.get_by_role("link", name="Later month").focus()
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.closest('.month__entry') !== null"):
        assert page.evaluate("document.activeElement.closest('main') !== null")
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/calendar/" not in page.url


def test_filters_work_without_a_script(without_script: Reader) -> None:
    reader = without_script
    reader.sign_in("Ann Alvarez")
    reader.open(AGENDA)
    reader.page.get_by_label("Kind").select_option("ATO expires")
    reader.follow(reader.page.get_by_role("button", name="Apply"))
    assert "kind=ato_expiry" in reader.page.url
    assert "view=agenda" in reader.page.url
    shown = reader.page.locator(".agenda__entry a").all_inner_texts()
    assert shown
    assert all(text.startswith("ATO expires") for text in shown)


def test_a_link_is_made_fetched_and_revoked(reader: Reader) -> None:
    page = reader.page
    page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    reader.sign_in("Cora Castell")
    reader.open("/calendar/links/")
    reader.follow(page.get_by_role("link", name="Make a link"))
    reader.follow(page.get_by_role("button", name="Make the link"))
    link = page.locator("#link").inner_text()
    reader.check("Copy it now")
    answer = page.request.get(link)
    assert answer.status == 200
    assert answer.text().startswith("BEGIN:VCALENDAR")
    reader.open("/calendar/links/")
    reader.check("Open")
    reader.follow(page.get_by_role("button", name="Revoke the link to: What I or my side owes"))
    reader.check("Revoked")
    assert page.request.get(link).status == 404
