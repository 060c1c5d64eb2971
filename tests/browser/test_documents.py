"""Documents in a browser: every state of their pages is accessible, and the journey of one file is walked."""

import re
from base64 import b64encode
from datetime import date
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import FilePayload, expect

from tests.browser.cases.test_case_states import button, open_case
from tests.browser.conftest import HEIGHT, NARROW, Reader
from tests.browser.hands import attach, labelled
from tests.exchange.documents import PDF, PROGRAM

CASE = "q=Nimbus+Parcel&kind=initial"


def test_the_pages_of_documents_are_accessible_and_a_file_is_added_shared_and_withdrawn(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Cora Castell")
    path = open_case(reader, CASE)
    reader.follow(page.get_by_role("main").get_by_role("link", name=re.compile("^Documents")))
    reader.check("Present stage")
    reader.open(f"{path}documents/wbs/")
    reader.check()
    attach(page, "renamed.pdf", PROGRAM)
    page.get_by_label("Note").fill("What I typed.")
    reader.follow(button(page, "Add it"))
    reader.check("this is a program for Windows")
    expect(page.get_by_label("Note")).to_have_value("What I typed.")
    attach(page, "plan.pdf", PDF)
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


DROP = """files => {
  const held = new DataTransfer();
  const bytes = (content) => Uint8Array.from(atob(content), (it) => it.charCodeAt(0));
  for (const [name, content] of files) held.items.add(new File([bytes(content)], name));
  const dropped = {bubbles: true, cancelable: true, dataTransfer: held};
  document.querySelector("main h1").dispatchEvent(new DragEvent("drop", dropped));
}"""
MINUTES = f"{'Minutes of the kickoff of all parties ' * 3}.pdf"


def test_of_three_files_that_are_dropped_one_is_refused_and_two_are_added(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Cora Castell")
    path = open_case(reader, CASE)
    reader.open(f"{path}documents/")
    dropped = {MINUTES: PDF, "renamed.pdf": PROGRAM, "Notes of the call.pdf": PDF + b" "}
    page.evaluate(DROP, [[name, b64encode(content).decode()] for name, content in dropped.items()])
    reader.check("this is a program for Windows")
    first, second = page.locator("fieldset.file").all()
    expect(first.get_by_label("Kind of document")).to_have_value("kickoff_minutes")
    expect(first.get_by_label("Title")).to_be_hidden()
    second.get_by_label("Title").fill("")
    reader.follow(button(page, "Upload 2 files"))
    reader.check("Give the document a title.")
    expect(page.get_by_role("listitem").filter(has_text="version 1")).to_contain_text("Added")
    page.get_by_label("Title").fill("Notes of the call")
    reader.follow(button(page, "Upload 1 file"))
    reader.check("One file is added: “Notes of the call.pdf”")
    expect(page.locator("#document-kickoff_minutes")).to_contain_text("Minutes of the kickoff of all parties")


def test_several_files_are_chosen_from_the_box_of_a_case_without_scripts(without_script: Reader) -> None:
    page = without_script.page
    without_script.sign_in("Ann Alvarez")
    path = open_case(without_script, "q=Nimbus+Foundry&stage=gap_analysis")
    page.get_by_text("Several files at once", exact=True).first.click()
    names = ("Delta controls.pdf", "crm.pdf")
    page.locator("#files").set_input_files([FilePayload(name=name, mimeType="", buffer=PDF) for name in names])
    without_script.follow(button(page, "Continue"))
    expect(page.get_by_label("Kind of document").first).to_have_value("delta_controls")
    without_script.follow(button(page, "Upload 2 files"))
    assert page.url.endswith(path)


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


def test_the_letter_of_an_ato_is_added_as_a_file_and_its_step_asks_for_no_other_place(reader: Reader) -> None:
    page, today = reader.page, timezone.localdate()
    reader.sign_in("Odette Okafor")
    reader.open("/atos/?q=Nimbus+Desk&role=initial")
    reader.follow(page.locator("tbody a[href^='/atos/']").first)
    path = page.url.removeprefix(reader.base)
    extends(reader, today)
    reader.check("Letter of the extension: say where it can be found, or add it under Documents first.")
    reader.open(f"{path}documents/extension_letter/")
    attach(page, "extension.pdf", PDF)
    reader.follow(button(page, "Add it"))
    reader.check("“extension.pdf” is version 1 now.")
    reader.open(path)
    extends(reader, today)
    expect(page.get_by_role("status").filter(has_text="Extended")).to_be_visible()


def extends(reader: Reader, signed_on: date) -> None:
    """From the page of an ATO through the form that extends it, which says nothing of where the letter is."""
    reader.follow(reader.page.get_by_role("main").get_by_role("link", name="Extend", exact=True))
    labelled(reader.page, "Signed on").fill(signed_on.isoformat())
    reader.follow(button(reader.page, "Extend"))


def test_documents_of_the_earlier_case_are_taken_over_and_then_nothing_is_left(reader: Reader) -> None:
    page = reader.page
    reader.sign_in("Wanda Weiss")
    open_case(reader, "q=Willow+Relay&stage=partnership")
    reader.follow(page.get_by_role("main").get_by_role("link", name=re.compile("^Documents")))
    reader.follow(page.get_by_role("link", name="Take over your documents of the earlier case"))
    reader.check("The new agency reads each reference exactly as shown below.")
    reader.follow(button(page, "Take over the chosen documents"))
    reader.check("Choose at least one document.")
    offered = page.get_by_role("checkbox")
    for place in range(offered.count()):
        page.locator(f"label[for=id_versions_{place}]").click()
    reader.follow(button(page, "Take over the chosen documents"))
    reader.check("taken over as reference")
    reader.follow(page.get_by_role("link", name="Take over your documents of the earlier case"))
    reader.check("There is nothing to take over.")
