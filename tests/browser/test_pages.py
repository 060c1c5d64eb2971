"""Every page, as each side, wide and narrow: axe finds nothing, the console is silent, nothing leaves the origin."""

import re

import pytest

from tests.browser.conftest import HEIGHT, NARROW, Reader
from tests.samples import first, sample

EVERYONES = (
    "/",
    "/offerings/",
    "/offerings/?impact=moderate&model=SaaS&sort=-atos",
    "/offerings/?q=nothing+of+the+kind",
    "/atos/",
    "/cases/",
    "/agencies/",
    "/providers/",
    "/assessors/",
    "/search/",
    "/search/?q=authorized",
    "/guide/words/",
    "/guide/roles-and-responsibilities/",
    "/guide/best-practices-agencies/",
    "/guide/ato-lifecycle/",
    "/guide/initial-lifecycle/",
    "/help/permissions/",
    "/cases/open/initial/",
    "/cases/adopt/reuse/?q=Nimbus",
    "/atos/register/",
    "/systems/add/",
    "/accesses/",
    "/contacts/add/",
    "/people/",
    "/account/notifications/",
    "/tokens/",
    "/tokens/make/",
    "/api/",
    "/accessibility/",
    "/security/",
    "/styleguide/",
)
# The same pages in another state.
MORE_STATES = (
    "/offerings/?page=3",
    "/atos/?role=initial&q=authorized",
    "/cases/?turn=agency&kind=reuse&sort=-opened&q=certified",
    "/cases/?q=nothing+of+the+kind",
    "/agencies/?q=interagency",
    "/search/?q=%3Cscript",
    "/search/?q=nothing+of+the+kind",
    "/guide/best-practices-csps/",
    "/guide/reuse-lifecycle/",
    "/cases/open/reuse/?q=nothing+of+the+kind",
)
PEOPLE = ("Ann Alvarez", "Odette Okafor", "Cora Castell", "Asha Amari", "Paula Prentice", "Ines Iverson")


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_is_accessible_to_every_side(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    # The lists look alike for everyone: only one person opens all of them.
    for path in EVERYONES if name == "Ann Alvarez" else EVERYONES[:1]:
        reader.open(path)
        reader.check()


@pytest.mark.nightly
def test_every_page_is_accessible_in_more_states(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    for path in MORE_STATES:
        reader.open(path)
        reader.check()


@pytest.mark.parametrize("path", ["/offerings/?impact=high", "/admin/authorizations/ato/"])
def test_on_a_telephone_the_filters_begin_closed_and_are_accessible(reader: Reader, path: str) -> None:
    page = reader.page
    reader.sign_in("Paula Prentice")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.goto(reader.base + path)
    filters = page.locator("main details.filters")
    assert filters.get_attribute("open") is None
    reader.look()
    filters.locator("> summary").click()
    assert filters.get_attribute("open") is not None
    reader.look()


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        ("offerings", "q=Nimbus+Desk"),
        ("offerings", "q=%3Cscript"),
        ("offerings", "listed=left"),
        ("agencies", "q=Department+of+Harbors"),
        ("providers", "q=Basalt+Works+3"),
        ("assessors", "q=Slope"),
        # More of the same kinds.
        pytest.param("offerings", "q=Basalt+Service+003", marks=pytest.mark.nightly),
        pytest.param("offerings", "q=Granite+Signals", marks=pytest.mark.nightly),
        pytest.param("agencies", "q=Ponds+19", marks=pytest.mark.nightly),
        pytest.param("agencies", "q=Interagency", marks=pytest.mark.nightly),
    ],
)
def test_the_page_of_a_record_is_accessible(reader: Reader, listing: str, query: str) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open(f"/{listing}/?{query}")
    reader.follow(reader.page.locator("tbody th a").first)
    reader.check()
    assert reader.page.title() != "taken"


@pytest.mark.parametrize(
    "name",
    sample(
        ["Ann Alvarez", "Maya Mercer", "Cora Castell", "Ines Iverson"],
        *("Ann Alvarez", "Maya Mercer"),
        lane=pytest.mark.nightly,
    ),
)
def test_the_page_of_an_ato_is_accessible_to_its_parties_and_to_strangers(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    for query in ("q=Nimbus+Desk", "q=Basalt+Service+003", "role=initial&listed=now", "listed=left"):
        reader.open(f"/atos/?{query}")
        reader.follow(reader.page.locator("tbody a[href^='/atos/']").first)
        reader.check()


@pytest.mark.parametrize("name", first(["Odette Okafor", "Ann Alvarez"], lane=pytest.mark.nightly))
def test_every_step_of_an_ato_is_accessible_also_after_a_mistake(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    reader.open("/atos/?q=Nimbus+Desk&role=initial")
    reader.follow(reader.page.locator("tbody a[href^='/atos/']").first)
    pages = [link.get_attribute("href") or "" for link in reader.page.locator(".steps a.usa-button").all()]
    assert pages
    for path in pages:
        reader.open(path)
        reader.check()
        reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
        assert reader.page.get_by_role("alert").is_visible()
        reader.check()


def test_the_pages_of_people_are_accessible_also_after_a_mistake(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open("/people/")
    links = reader.page.locator("main").get_by_role("link", name=re.compile("^(Invite someone|Change role|End|Leave)"))
    pages = dict.fromkeys(link.get_attribute("href") or "" for link in links.all())
    assert len({path.rstrip("/").rpartition("/")[2] for path in pages}) == 4
    for path in {path.rstrip("/").rpartition("/")[2]: path for path in pages}.values():
        reader.open(path)
        reader.check()
        reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
        assert reader.page.get_by_role("alert").is_visible()
        reader.check()


def test_merging_and_links_that_open_nothing_are_accessible(reader: Reader) -> None:
    reader.open("/invitations/open/?key=nothing", status=404)
    reader.check("This invitation does not open")
    reader.sign_in("Paula Prentice")
    reader.open("/people/merge/")
    reader.check()
    reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
    reader.check("3 things to correct")


# Who looks at the first case of which stages.
ONLOOKERS = (
    ("Ann Alvarez", ("need_defined", "agency_review")),
    ("Odette Okafor", ("ao_decision",)),
    ("Cora Castell", ("access_requested", "pmo_remediation")),
    ("Asha Amari", ("sar_debrief",)),
    ("Paula Prentice", ("pmo_review", "certified")),
    ("Ines Iverson", ("access_expired",)),
    pytest.param("Ann Alvarez", ("in_process", "ao_decision", "recorded"), marks=pytest.mark.nightly),
    pytest.param("Cora Castell", ("partnership", "withdrawn"), marks=pytest.mark.nightly),
    pytest.param("Asha Amari", ("ato_issued",), marks=pytest.mark.nightly),
    pytest.param("Paula Prentice", ("removed",), marks=pytest.mark.nightly),
    pytest.param("Ines Iverson", ("remediation",), marks=pytest.mark.nightly),
)


def cases_at(reader: Reader, stages: tuple[str, ...]) -> list[str]:
    """The addresses of the first case of each stage that this person sees any case of."""
    found = []
    for stage in stages:
        reader.open(f"/cases/?stage={stage}")
        links = reader.page.locator("tbody a[href^='/cases/']")
        found += [links.first.get_attribute("href") or ""] if links.count() else []
    return found


@pytest.mark.parametrize(("name", "stages"), ONLOOKERS)
def test_the_page_of_a_case_is_accessible_at_every_stage(reader: Reader, name: str, stages: tuple[str, ...]) -> None:
    reader.sign_in(name)
    pages = cases_at(reader, stages)
    assert pages
    for path in pages:
        reader.open(path)
        for summary in reader.page.locator("main details > summary").all():
            if summary.is_visible():
                summary.click()
        reader.check()


@pytest.mark.parametrize("name", ["Ann Alvarez", "Cora Castell", "Paula Prentice"])
def test_recording_facts_and_taking_a_step_are_accessible_also_after_a_mistake(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    reader.open("/cases/?state=open")
    case = reader.page.locator("tbody a[href^='/cases/']").first.get_attribute("href") or ""
    reader.open(case)
    steps = [link.get_attribute("href") or "" for link in reader.page.locator(".steps a.usa-button").all()]
    for path in (f"{case}facts/", *steps[:1]):
        reader.open(path)
        reader.check()
        reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
        assert reader.page.get_by_role("alert").is_visible()
        reader.check()


def test_waiving_a_gate_is_accessible_also_after_a_mistake(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    [case] = cases_at(reader, ("assessment",))
    reader.open(case)
    end = reader.page.get_by_role("link", name="End it").first.get_attribute("href") or ""
    for path in (f"{case}waive/", end):
        reader.open(path)
        reader.check()
        reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
        assert reader.page.get_by_role("alert").is_visible()
        reader.check()


# Who begins which case of which offering; further choices by their words.
BEGINNINGS = (
    ("Ann Alvarez", "open/reuse", "Nimbus Foundry", ("Department of Harbors",)),
    ("Ann Alvarez", "adopt/reuse", "Nimbus Foundry", ("Department of Harbors", "ATO issued")),
    ("Cora Castell", "open/initial", "Nimbus Desk", ("Department of Harbors",)),
    ("Paula Prentice", "adopt/initial", "Granite Ledger", ("Department of Meadows", "FedRAMP review")),
)


@pytest.mark.parametrize(("name", "entry", "offering", "choices"), BEGINNINGS)
def test_beginning_a_case_is_accessible_also_after_a_mistake(
    reader: Reader, name: str, entry: str, offering: str, choices: tuple[str, ...]
) -> None:
    page = reader.page
    reader.sign_in(name)
    reader.open(f"/cases/{entry}/?q={offering.replace(' ', '+')}")
    for words in (offering, *choices):
        reader.check()
        reader.follow(page.locator("main .plain-list").get_by_role("link", name=words, exact=True))
    assert page.locator("main form[method=post]").is_visible()
    reader.check()
    if entry != "open/initial":
        reader.follow(page.locator("main form[method=post] button[type=submit]"))
        assert page.get_by_role("alert").is_visible()
        reader.check()


def test_setting_a_designation_is_accessible_also_after_a_mistake(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    reader.open("/offerings/?q=Granite+Signals")
    reader.follow(reader.page.locator("tbody th a").first)
    reader.follow(reader.page.get_by_role("link", name="Set the designation"))
    reader.check()
    reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
    assert reader.page.get_by_role("alert").is_visible()
    reader.check()


@pytest.mark.parametrize(("name", "grants"), [("Ann Alvarez", False), ("Cora Castell", True)])
def test_the_pages_of_package_access_are_accessible_also_after_a_mistake(
    reader: Reader, name: str, *, grants: bool
) -> None:
    reader.sign_in(name)
    reader.open("/accesses/?state=open&q=Foundry")
    access = reader.page.locator("tbody a[href^='/accesses/']").first.get_attribute("href") or ""
    reader.open(access)
    reader.check()
    steps = [link.get_attribute("href") or "" for link in reader.page.locator(".steps a.usa-button").all()]
    assert any("grant" in path for path in steps) is grants
    for path in (each for each in steps if each.startswith("/accesses/")):
        reader.open(path)
        reader.check()
        reader.follow(reader.page.locator("main form button[type=submit]:not([name])"))
        assert reader.page.get_by_role("alert").is_visible()
        reader.check()


def test_the_review_queue_is_accessible_in_each_of_its_parts(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    for part in ("unclaimed", "mine", "all"):
        reader.open(f"/?queue={part}")
        reader.check()


@pytest.mark.parametrize(
    ("path", "status"), [("/nothing/", 404), ("/offerings/22222222222222/", 404), ("/imports/", 403), ("/admin/", 302)]
)
def test_error_pages_are_accessible_and_say_what_to_do(reader: Reader, path: str, status: int) -> None:
    reader.sign_in("Ann Alvarez")
    if status == 302:
        reader.page.goto(reader.base + path)
    else:
        reader.open(path, status)
        assert reader.page.get_by_role("heading", name="What to do next").is_visible()
    reader.check()


def test_the_sign_in_page_is_accessible_also_after_a_mistake(reader: Reader) -> None:
    reader.open("/sign-in/")
    reader.check()
    reader.page.get_by_label("E-mail address").fill("nobody@nowhere.example")
    reader.page.get_by_label("Password").fill("wrong")
    reader.follow(reader.page.get_by_role("button", name="Sign in", exact=True))
    assert reader.page.get_by_role("alert").is_visible()
    reader.check()


def test_the_pages_of_asking_to_join_are_accessible(reader: Reader) -> None:
    reader.open("/sign-in/")
    reader.follow(reader.page.get_by_role("link", name="Ask to join"))
    reader.check()
    reader.page.get_by_label("E-mail address at work").fill("nobody@nowhere.example")
    reader.follow(reader.page.get_by_role("button", name="Send the link"))
    assert reader.page.get_by_role("heading", name="Look into your mail").is_visible()
    reader.check()


def test_the_pages_of_a_forgotten_password_are_accessible(reader: Reader) -> None:
    reader.open("/sign-in/")
    reader.follow(reader.page.get_by_role("link", name="Forgotten your password?"))
    reader.check()
    reader.page.get_by_label("E-mail address of your account").fill("nobody@nowhere.example")
    reader.follow(reader.page.get_by_role("button", name="Send the link"))
    assert reader.page.get_by_role("heading", name="Look into your mail").is_visible()
    reader.check()
    reader.open("/sign-in/new-password/?token=none", 404)
    reader.check()
