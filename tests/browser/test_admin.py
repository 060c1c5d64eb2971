"""The admin and the pages of imports in a real browser: axe finds nothing, wide and narrow, writing and reading."""

import json
from pathlib import Path

import pytest

from tests.browser.conftest import Reader
from tests.browser.large_feed import large_feed

# Who looks at every which noun: anyone who may write nothing sees the same pages of each without their fields.
PEOPLE = [
    ("Paula Prentice", 2),
    ("Ines Iverson", 4),
    pytest.param("Paula Prentice", 1, marks=pytest.mark.nightly),
    pytest.param("Ines Iverson", 1, marks=pytest.mark.nightly),
]


def links(reader: Reader, selector: str) -> list[str]:
    """The addresses that the page's links lead to, each once."""
    found = reader.page.locator(selector).evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.nightly)])
def test_every_form_for_a_new_record_is_accessible(reader: Reader, every: int) -> None:
    reader.sign_in("Paula Prentice")
    reader.open("/admin/")
    additions = links(reader, "main a[href$='/add/']")
    assert len(additions) >= 12
    for path in additions[::every]:
        reader.open(path)
        reader.check()


def test_a_record_is_chosen_by_typing_a_part_of_its_name(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    reader.open("/admin/accounts/alias/add/")
    choice = page.get_by_role("combobox", name="Organization")
    choice.click()
    page.get_by_role("searchbox", name="Organization").fill("harbors")
    page.get_by_role("option", name="Department of Harbors").first.wait_for()
    reader.check()
    page.keyboard.press("Enter")
    page.get_by_label("Name").fill("Ports")
    reader.follow(page.get_by_role("button", name="Save", exact=True))
    reader.check("was added")


def test_typing_in_each_kind_of_look_up_offers_records_and_leaves_the_page_as_it_is(reader: Reader) -> None:
    """Each field of each form for a new record, but one of those that look among the same records."""
    page = reader.page
    reader.sign_in("Paula Prentice")
    reader.open("/admin/")
    kinds: set[str] = set()
    for path in links(reader, "main a[href$='/add/']"):
        reader.open(path)
        heading = page.get_by_role("heading", level=1).inner_text()
        for name in page.locator("select.admin-autocomplete").evaluate_all("all => all.map(one => one.name)"):
            if name in kinds:
                continue
            kinds.add(name)
            page.locator(f"select[name={name}] + .select2 [role=combobox]").click()
            box = page.locator(".select2-search__field")
            with page.expect_response(lambda answer: "/autocomplete/" in answer.url and "term=a" in answer.url):
                box.press_sequentially("a")
            page.locator(".select2-results__option").first.wait_for()
            assert (page.url, box.input_value()) == (reader.base + path, "a")
            assert page.get_by_role("heading", level=1).inner_text() == heading
            page.keyboard.press("Escape")
    assert {"organization", "offering", "user", "ato"} <= kinds


@pytest.mark.parametrize(("name", "every"), PEOPLE)
def test_the_list_of_each_noun_its_first_record_and_the_history_of_that_are_accessible(
    reader: Reader, name: str, every: int
) -> None:
    """Some fifty pages: half a minute."""
    reader.sign_in(name)
    reader.open("/admin/")
    reader.check()
    lists = [link for link in links(reader, "main a[href^='/admin/']") if link.count("/") == 4]
    assert len(lists) >= 20
    assert bool(links(reader, "main a[href$='/add/']")) == (name == "Paula Prentice")
    for place, path in enumerate(lists[::every]):
        reader.open(path)
        reader.check()
        for record in links(reader, f"main a[href^='{path}'][href*='/change/']")[:1]:
            change = record.split("?")[0]
            reader.open(change)
            reader.check()
            # The same for everyone and of every noun: only one person opens some.
            if name == "Paula Prentice" and place % 8 == 0:
                reader.open(change.replace("/change/", "/history/"))
                reader.check()


def test_each_step_of_an_ato_in_the_admin_is_accessible_with_its_mistakes(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    reader.open("/admin/authorizations/ato/?source__exact=portal")
    reader.open(links(reader, "tbody a[href*='/change/']")[0].split("?")[0])
    steps = links(reader, "main a[href*='/steps/']")
    assert len(steps) >= 2
    for path in steps:
        reader.open(path)
        reader.check()
        reader.follow(page.locator("main form button[type=submit]"))
        assert page.locator(".error-summary").is_visible()
        reader.check()


def test_a_step_for_several_rows_is_accessible_from_the_boxes_to_the_results(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    reader.open("/admin/authorizations/ato/?source__exact=portal")
    for box in page.get_by_role("checkbox").all():
        box.check()
    reader.follow(page.get_by_role("button", name="Mark as expired"))
    assert page.get_by_role("heading", name="Mark as expired").is_visible()
    reader.check()
    assert page.locator("tbody tr").count() >= 4


def test_the_pages_of_imports_are_accessible(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    for path in (
        "/imports/",
        "/imports/issues/",
        "/imports/review/",
        "/imports/review/?state=decided",
        "/conditions/",
    ):
        reader.open(path)
        reader.check()
    reader.open("/imports/")
    for path in links(reader, "tbody a[href^='/imports/']")[:2]:
        reader.open(path)
        reader.check()


def test_a_form_with_mistakes_is_accessible_and_leads_to_them(reader: Reader) -> None:
    reader.sign_in("Cora Castell")
    reader.open("/offerings/add/")
    reader.check()
    reader.follow(reader.page.locator("main form[method=post] button[type=submit]").last)
    assert reader.page.locator(".error-summary").get_by_role("link").count() >= 2
    reader.check()


def test_a_feed_is_previewed_refused_by_the_guard_and_applied_in_the_admin(reader: Reader, tmp_path: Path) -> None:
    page, file = reader.page, tmp_path / "feed.json"
    reader.sign_in("Paula Prentice")

    def send(content: str) -> None:
        file.write_text(content)
        reader.open("/admin/authorizations/importrun/import/")
        page.locator("input[type=file]").set_input_files(file)
        reader.follow(page.get_by_role("button", name="Show what it would change"))

    send("{")
    assert page.get_by_role("alert").get_by_text("JSON").is_visible()
    reader.check()

    send(json.dumps(large_feed("2026-01-02", 40)))
    reader.check("This import would unpublish unusually many records")
    reader.follow(page.get_by_role("button", name="Apply this import"))
    assert page.get_by_role("alert").get_by_role("link").count() == 2
    reader.check("Go on all the same?")

    changed = large_feed("2026-01-02", 1)
    changed["data"]["Products"][-1]["service_desc"] = "Keeps minerals in good order."
    send(json.dumps(changed))
    reader.check("Keeps minerals in good order.")
    reader.follow(page.get_by_role("button", name="Apply this import"))
    reader.check("The feed was applied: 0 records added, 1 changed, 0 no longer published")
