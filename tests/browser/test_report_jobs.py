"""A long report in a real browser: made by the worker of `serve`, watched, downloaded, removed; and sent by itself."""

from pathlib import Path

import pytest

from authorizations.reports.rendering import pdf
from tests.browser.conftest import Reader

needs_pdf = pytest.mark.skipif(not pdf.is_possible(), reason="the system's libraries for PDFs are missing")


@needs_pdf
def test_a_long_pdf_is_made_in_the_background_and_downloaded(reader: Reader) -> None:
    reader.sign_in("Paula Prentice")
    reader.open("/reports/ato-register/")
    reader.check("Make Excel file")
    page = reader.page
    reader.follow(page.get_by_role("button", name="Make PDF"))
    reader.check("asked for")
    # The page asks again by itself.
    page.get_by_role("link", name="Download").wait_for(timeout=120_000)
    reader.check("Kept until")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download").click()
    assert downloaded.value.suggested_filename.endswith(".pdf")
    assert Path(downloaded.value.path()).read_bytes()[:5] == b"%PDF-"
    reader.open("/reports/mine/")
    reader.check("Done")
    reader.follow(page.get_by_role("link", name="ATO register"))
    reader.follow(page.get_by_role("button", name="Remove"))
    reader.check("Nothing was made for you yet.")


@needs_pdf
def test_without_a_script_a_report_is_watched_by_a_link_and_cancelled_by_a_button(without_script: Reader) -> None:
    reader = without_script
    reader.sign_in("Paula Prentice")
    reader.open("/reports/ato-register/")
    page = reader.page
    reader.follow(page.get_by_role("button", name="Make PDF"))
    reader.follow(page.get_by_role("link", name="Look again"))
    reader.follow(page.get_by_role("button", name="Cancel"))
    assert page.get_by_text("The report was cancelled.").is_visible()
    reader.follow(page.get_by_role("button", name="Remove"))


def test_a_report_is_sent_every_month_to_each_member(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open("/reports/ato-register/")
    page = reader.page
    reader.follow(page.get_by_role("link", name="Send me this every week or month"))
    reader.check("the file stays in the portal")
    page.get_by_text("Every month", exact=True).click()
    reader.follow(page.get_by_role("button", name="Send it"))
    reader.check("Enter a day from 1 to 31.")
    page.get_by_label("Day of the month").fill("31")
    reader.follow(page.get_by_role("button", name="Send it"))
    reader.check("next on")
    reader.follow(page.get_by_role("button", name="Pause ATO register"))
    reader.check("Paused")
    reader.follow(page.get_by_role("button", name="Remove ATO register"))
    reader.check("No report is sent to you on a schedule")


def test_a_report_is_sent_once_and_not_in_a_far_year(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open("/reports/dashboard/schedule/")
    page = reader.page
    page.get_by_text("Once, on a day", exact=True).click()
    assert not page.get_by_label("Weekday").is_visible()
    page.get_by_label("Day", exact=True).fill("9999-12-31")
    reader.follow(page.get_by_role("button", name="Send it"))
    reader.check("at most two years ahead")
