"""An agency of 330 ATOs: what expires in 90 days in one bureau is found, and twelve of it renewed, in two minutes.

Counted is each click, choice and text; the time is what the portal takes, and three seconds for each of these.
"""

import csv
import io
import re
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from tests.browser.conftest import Cookies, Reader, environment_of, fill, made_once, serving
from tests.exchange.agency_lists.lists import saved, workbook

BUREAUS = ("Department of Harbors", "Bureau of Lighthouses", "Harbor Pilots Service")
ROWS, RENEWED = 330, 12
MOST_DONE = 25
SECONDS, SECONDS_FOR_EACH = 120, 3
TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def own_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal of its own: 330 more ATOs would be on many a page that others count."""
    folder = tmp_path_factory.mktemp("portals") / "desk"
    shutil.copytree(made_once(tmp_path_factory, "filled", fill), folder)
    with serving(environment_of(folder)) as address:
        yield address


@pytest.fixture
def many(new_context: object, own_portal: str, axe_at: int) -> Reader:
    context = new_context(viewport={"width": 1280, "height": 900})  # type: ignore[operator]  # of the plugin
    signed: dict[str, Cookies] = {}
    return Reader(context.new_page(), own_portal, signed, axe_at)


def list_of_330(offerings: list[dict[str, str]]) -> bytes:
    """Each offering in one bureau after the other; of the second bureau, 20 expire within 90 days."""
    rows = []
    for place in range(ROWS):
        offering, bureau = offerings[place % len(offerings)], place // len(offerings)
        soon = bureau == 1 and place % len(offerings) < 20
        ends = TODAY + timedelta(days=4 * (place % 20) + 5 if soon else 200 + 3 * place)
        row = ["", offering["Offering"], offering["FedRAMP id"], BUREAUS[bureau], TODAY - timedelta(days=900), ends, ""]
        rows.append(row)
    return saved(workbook(rows))


def bring_in(reader: Reader, folder: Path) -> None:
    page = reader.page
    listed = page.request.get(f"{reader.base}/offerings.csv?listed=now").text().lstrip("\ufeff")
    offerings = [each for each in csv.DictReader(io.StringIO(listed)) if each["FedRAMP id"]][: ROWS // 3]
    file = folder / "atos.xlsx"
    file.write_bytes(list_of_330(offerings))
    reader.open("/lists/add/")
    page.get_by_label("Agency").select_option(label=BUREAUS[0])
    page.get_by_label("Your list").set_input_files(file)
    reader.follow(page.get_by_role("button", name="Show what it would bring"))
    reader.follow(page.get_by_role("button", name=re.compile(r"^Bring in \d+ rows")))


class Counted:
    """What a person does at the desk: each a click, a choice or a text."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.page, self.done = reader, reader.page, 0

    def tick(self, words: str) -> None:
        self.done += 1
        self.page.get_by_role("checkbox", name=words).first.check()

    def filter(self, words: str) -> None:
        with self.page.expect_response(lambda answer: "/desk/" in answer.url):
            self.tick(words)
        self.page.locator(".active-filter", has_text=words).wait_for()

    def choose(self, label: str, words: str) -> None:
        self.done += 1
        named = re.compile(rf"^{label}( \(required\))?$")
        self.page.get_by_label(named).select_option(label=words)

    def type(self, label: str, words: str) -> None:
        self.done += 1
        self.page.get_by_label(label).fill(words)

    def press(self, role: str, words: str) -> None:
        self.done += 1
        self.reader.follow(self.page.get_by_role(role, name=words))  # type: ignore[arg-type]  # a role


def rows_of(page: Page) -> int:
    return page.locator("#list tbody tr").count()


def test_twelve_of_what_expires_soon_in_a_bureau_are_renewed_in_two_minutes(many: Reader, tmp_path: Path) -> None:
    many.sign_in("Ann Alvarez")
    bring_in(many, tmp_path)
    many.open("/")
    began, person, page = time.monotonic(), Counted(many), many.page
    person.press("link", "Your ATOs")
    person.filter("Within 90 days")
    person.filter("Bureau of Lighthouses")
    assert rows_of(page) >= RENEWED
    for place in range(RENEWED):
        person.done += 1
        page.locator("#list tbody input[name=row]").nth(place).check()
    person.choose("What to do with them", "Renew until a day")
    person.press("button", "Go on")
    person.type("New expiry", (TODAY + timedelta(days=1000)).isoformat())
    person.type("Signed on", (TODAY - timedelta(days=2)).isoformat())
    person.type("Reference of the signed letter", "Memo 2026-41")
    person.choose("Authorizing official", "Odette Okafor")
    person.type("Reference of the letters so far", "Folder of letters")
    person.choose("System", "Lamp Maintenance Records (Bureau of Lighthouses)")
    person.press("button", f"Renew until a day ({RENEWED})")
    took = time.monotonic() - began
    assert page.get_by_role("status").filter(has_text=f"{RENEWED} done, 0 refused").count() == 1
    needed = took + SECONDS_FOR_EACH * person.done
    assert person.done <= MOST_DONE
    assert needed <= SECONDS, f"{person.done} things done, {took:.1f} s of the portal, {needed:.0f} s in all"
    many.check(f"{RENEWED} done, 0 refused.")


def test_the_pages_of_a_desk_hold_on_a_desk_and_on_a_telephone(many: Reader) -> None:
    many.sign_in("Ann Alvarez")
    for path in ("/desk/?expiry=in180", "/desk/offerings/", "/desk/bureaus/", "/desk/sheet/"):
        many.open(path)
        many.check()
    many.open("/desk/act/?which=all&act=renew&expiry=in180")
    many.check()
    many.follow(many.page.get_by_role("button", name="Renew until a day"))
    many.check("to correct")
    assert not many.complaints
