"""The audit log in a real browser: searching it, having it verified by the worker, and its export."""

from tests.browser.conftest import Reader

PAGES = (
    "/audit-log/",
    "/audit-log/?verb=offering.imported",
    "/audit-log/?who=a",
    "/audit-log/?who=nobody+at+all&since=2999-01-01",
    "/audit-log/?about=nothing",
    "/audit-log/export/",
)


def test_the_pages_of_the_record_are_accessible(reader: Reader) -> None:
    reader.sign_in("Ines Iverson")
    for path in PAGES:
        reader.open(path)
        reader.check()


def test_the_auditor_has_the_record_verified_and_sees_the_result_without_asking_again(reader: Reader) -> None:
    reader.sign_in("Ines Iverson")
    reader.open("/audit-log/verifications/")
    reader.check("Nobody has asked for a verification yet.")
    reader.open("/audit-log/")
    reader.page.get_by_role("link", name="Verify the audit log").click()
    reader.page.get_by_role("button", name="Verify now").click()
    reader.page.get_by_text("Every entry is as it was recorded, and none is missing.").wait_for(timeout=60_000)
    reader.check()
    reader.open("/audit-log/verifications/")
    reader.check("asked for by Ines Iverson")


def test_the_auditor_reads_the_whole_record_without_script(without_script: Reader) -> None:
    without_script.sign_in("Ines Iverson")
    without_script.open("/audit-log/")
    without_script.page.get_by_label("Act").select_option("offering.imported")
    without_script.page.get_by_role("button", name="Search").last.click()
    without_script.page.get_by_role("link", name="Older").click()
    assert without_script.page.get_by_role("status").inner_text() == "Older entries"
    assert without_script.page.locator("tbody tr").count() == 50
    without_script.page.locator("tbody td a[href^='/admin/']").first.click()
    assert "offering.imported" in without_script.page.locator("main").inner_text()
