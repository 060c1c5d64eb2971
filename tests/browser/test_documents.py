"""Documents in a browser: every state of their pages is accessible, and the journey of one file is walked."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import HEIGHT, NARROW, Reader
from tests.browser.test_case_states import button, open_case
from tests.exchange.documents import PDF, PROGRAM

CASE = "q=Nimbus+Parcel&kind=initial"


def test_the_pages_of_documents_are_accessible_and_a_file_is_added_shared_and_withdrawn(
    reader: Reader, tmp_path: Path
) -> None:
    page = reader.page
    reader.sign_in("Cora Castell")
    path = open_case(reader, CASE)
    reader.follow(page.get_by_role("main").get_by_role("link", name="Documents", exact=True))
    reader.check("Present stage")
    reader.open(f"{path}documents/wbs/")
    reader.check()
    (tmp_path / "renamed.pdf").write_bytes(PROGRAM)
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "renamed.pdf")
    page.get_by_label("Note").fill("What I typed.")
    reader.follow(button(page, "Add it"))
    reader.check("this is a program for Windows")
    expect(page.get_by_label("Note")).to_have_value("What I typed.")
    (tmp_path / "plan.pdf").write_bytes(PDF)
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "plan.pdf")
    page.get_by_label("Keep it as a draft").check()
    reader.follow(button(page, "Add it"))
    reader.check("“plan.pdf” is kept as a draft")
    expect(page.locator("#document-wbs")).to_contain_text("Only the side that added it")
    reader.follow(page.locator("#document-wbs").get_by_role("link", name="Share it"))
    reader.check()
    reader.follow(button(page, "Share the draft"))
    with page.expect_download() as taken:
        page.locator("#document-wbs").get_by_role("link", name="plan.pdf").click()
    assert taken.value.suggested_filename == "plan.pdf"
    assert Path(taken.value.path()).read_bytes() == PDF
    reader.follow(page.locator("#document-wbs").get_by_role("link", name="Withdraw it"))
    reader.follow(button(page, "Withdraw this version"))
    reader.check("Say in a sentence why")
    page.get_by_label("Reason").fill("Of another case.")
    reader.follow(button(page, "Withdraw this version"))
    page.locator("#document-wbs summary", has_text="earlier version").click()
    reader.check("Of another case.")


def test_a_confidential_document_is_referred_to_on_a_telephone(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Cora Castell")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    path = open_case(reader, CASE)
    reader.open(f"{path}documents/cis_crm/")
    reader.check("stays where it is")
    page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    page.get_by_label("Reference").fill(
        "Trust center of Nimbus, folder Parcel, file cis-crm-v3.xlsx, sheet “Responsibilities”"
    )
    reader.follow(button(page, "Add the reference"))
    reader.check("The reference is version 1 now.")


def test_the_documents_of_an_ato_are_accessible(reader: Reader) -> None:
    reader.sign_in("Ann Alvarez")
    reader.open("/atos/?q=Nimbus+Desk&role=initial")
    reader.follow(reader.page.locator("tbody a[href^='/atos/']").first)
    reader.follow(reader.page.get_by_role("link", name="Documents of this ATO"))
    reader.check("Documents of this ATO")
