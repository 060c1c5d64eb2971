"""Every report's page in a real browser, charts and tables open; and a newcomer's, as the documents say."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from authorizations.reports.registry import REPORTS
from tests.attacks.scene import signed_in
from tests.browser.conftest import AXE, LOOK, MEASURE, Reader
from tests.cast import Cast
from tests.reports.newcomer import content, entered
from tests.web.register.records import make_offerings

SIDES = ("Ann Alvarez", "Cora Castell", "Paula Prentice")
OF_A_RECORD = {"case-status": ("/cases/", "Status report"), "decision-packet": ("/atos/", "Decision packet")}
OPEN_ALL = "() => document.querySelectorAll('main details').forEach(each => each.open = true)"


@pytest.mark.parametrize("name", SIDES)
def test_each_report_reads_well_wide_and_narrow(reader: Reader, name: str) -> None:
    reader.sign_in(name)
    reader.open("/reports/")
    reader.check("Dashboard")
    offered = reader.page.locator("main .reports a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    for path in offered:
        if path.split("/")[2] in OF_A_RECORD:
            continue
        reader.open(path)
        reader.page.evaluate(OPEN_ALL)
        reader.check()


@pytest.mark.parametrize("which", OF_A_RECORD)
def test_the_report_of_a_record_is_reached_from_its_page(reader: Reader, which: str) -> None:
    listed, link = OF_A_RECORD[which]
    reader.sign_in("Paula Prentice")
    # Those that were made here, not those of a feed.
    reader.open(f"{listed}?q=Nimbus")
    reader.follow(reader.page.locator(f"tbody a[href^='{listed}']").first)
    reader.follow(reader.page.get_by_role("link", name=link).first)
    reader.page.evaluate(OPEN_ALL)
    reader.check(REPORTS[which].explains[:20])


@pytest.mark.django_db
def test_a_newcomers_report_passes_the_test_of_accessibility(
    page: Page, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = entered(monkeypatch)
    make_offerings(cast.organizations["nimbus"], 3, impact_level="low")
    html = content(signed_in(cast.csp_viewer).get(f"/reports/{report.name}/")).decode()

    def answer(route: Route) -> Any:
        path = route.request.url.partition("portal.example")[2].partition("?")[0]
        found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        return route.fulfill(path=found) if found else route.fulfill(body=html, content_type="text/html")

    page.route("**/*", answer)
    page.goto(f"http://portal.example/reports/{report.name}/")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(LOOK, [[], AXE])["violations"] == []
    seen = page.evaluate(MEASURE)
    assert (seen["headings"], seen["isTooWide"]) == (1, False)
