"""Taking a plan over from a workbook, on the pages of a case."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from authorizations.models import Case, DocumentVersion, Event, Wbs
from tests.actions.cases.wbs import keep
from tests.cast import Cast
from tests.exchange.workbooks import day, workbook
from tests.lifecycle.cases import make_case, record
from tests.samples import first
from tests.web.cases.test_wbs_pages import TEMPLATE, address, decide, send, signed_in
from tests.web.reading_pages import body_of


@pytest.mark.slow
def test_a_workbook_is_looked_at_first_and_then_taken_over_once(cast: Cast, case: Case, tmp_path: Path) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, workbook(), name="Plan of Nimbus.xlsx")
    page = preview.content.decode()
    assert "13 rows read: 13 new, 0 changed, 0 the same. 0 rows would go." in page
    assert "Plan of Nimbus.xlsx" in page
    assert "The workbook names the FedRAMP ID FR0000000001" in page
    assert not Wbs.objects.exists()
    assert client.get(preview.request["PATH_INFO"] + "?" + preview.request["QUERY_STRING"]).status_code == 200
    assert decide(client, case, preview).status_code == 302
    wbs = Wbs.objects.get()
    assert (wbs.file_name, wbs.sheet, wbs.tasks.count()) == ("Plan of Nimbus.xlsx", "LowModerateHigh WBS", 13)
    # What was previewed is forgotten; the one file is the document's.
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [wbs.sha256]
    again = decide(client, case, preview)
    assert (again.status_code, again.headers["Location"]) == (302, address(case, "wbs_import"))
    assert Event.objects.filter(verb="case.wbs_imported").count() == 1


@pytest.mark.slow
def test_what_is_imported_is_filed_as_the_plans_document_once_with_who_signed_it(cast: Cast, case: Case) -> None:
    client, content = signed_in(cast.csp_lead), workbook()
    preview = send(client, case, content, name="Plan of Nimbus.xlsx")
    assert "Signed by the provider" in preview.content.decode()
    decide(client, case, preview, stated=["signed_by_provider"])
    version = DocumentVersion.objects.get()
    assert (version.document.key, version.name, version.stated) == (
        "wbs",
        "Plan of Nimbus.xlsx",
        ["signed_by_provider"],
    )
    assert version.sha256 == Wbs.objects.get().sha256
    acts = Event.objects.filter(verb__in=("case.wbs_imported", "case.document_added")).order_by("pk")
    assert [each.verb for each in acts] == ["case.wbs_imported", "case.document_added"]
    assert "It is version 1 of the document of the case." in body_of(client, address(case))
    decide(client, case, send(client, case, workbook({"D7": day("2026-12-07")})))
    decide(client, case, send(client, case, content, name="Plan of Nimbus.xlsx"))
    assert DocumentVersion.objects.count() == 2


@pytest.mark.slow
def test_a_newer_workbook_shows_what_it_changes(cast: Cast, case: Case) -> None:
    client = signed_in(cast.csp_lead)
    decide(client, case, send(client, case, workbook()))
    keep(case, cast.csp_lead, {"2.2": {"actual_start": day("2026-11-20")}})
    newer = workbook({"D7": day("2026-12-07"), "A8": "2.9", "A11": "2.5", "B11": "Sign", "C11": "CSP"})
    preview = send(client, case, newer)
    page = " ".join(preview.content.decode().split())
    assert "14 rows read: 2 new, 1 changed, 11 the same. 1 row would go." in page
    assert "1 of them has actual dates, which would go too: 2.2." in page
    assert preview.context["changes"] == [("2.1", "Write the SSP", "Planned start", "1 Dec 2026", "7 Dec 2026")]
    assert decide(client, case, preview).status_code == 302
    same = send(client, case, newer)
    assert "This workbook was imported already" in same.content.decode()
    assert "Import this plan" not in same.content.decode()


@pytest.mark.slow
def test_the_template_of_the_pmo_comes_in_with_its_42_rows(cast: Cast, case: Case, shared_data: Path) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, (shared_data / TEMPLATE).read_bytes())
    assert "42 rows read: 42 new" in preview.content.decode()
    assert decide(client, case, preview).status_code == 302
    kinds = [str(kind) for kind in Wbs.objects.get().tasks.values_list("kind", flat=True)]
    assert (kinds.count("heading"), kinds.count("placeholder"), kinds.count("task")) == (7, 2, 33)
    assert "33 tasks in 7 parts" in body_of(client, address(case))


def test_an_offering_of_li_saas_is_read_from_its_own_sheet(cast: Cast, case: Case) -> None:
    case.offering.impact_level = "li_saas"
    case.offering.save()
    preview = send(signed_in(cast.liaison), case, workbook())
    assert preview.context["found"].sheet == "Li-SaaS WBS"


def test_a_broken_workbook_lists_each_fault_by_its_cell_and_brings_in_nothing(cast: Cast, case: Case) -> None:
    answer = send(signed_in(cast.liaison), case, workbook({"D7": "32/13/2026", "C13": "Bob"}))
    page = answer.content.decode()
    assert "2 cells are wrong; nothing was imported" in page
    assert "Sheet “LowModerateHigh WBS”, cell D7: “32/13/2026” is no date." in page
    assert "cell C13: “Bob” names no side." in page
    assert not Wbs.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "The file is empty."), (b"hello", "This is no Excel workbook"), (b"PK\x03\x04zip", "damaged")],
)
def test_a_file_that_is_no_workbook_is_refused_at_its_field(cast: Cast, case: Case, content: bytes, words: str) -> None:
    answer = send(signed_in(cast.liaison), case, content)
    assert answer.status_code == 200
    assert words in answer.context["form"].errors["file"][0]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authorizations.web.wbs.forms.MOST_BYTES", 10)
    answer = send(signed_in(cast.liaison), case, workbook())
    assert "larger than" in answer.context["form"].errors["file"][0]


@pytest.mark.slow
def test_a_preview_of_a_case_that_changed_since_is_shown_anew_and_then_taken_over(cast: Cast, case: Case) -> None:
    client = signed_in(cast.liaison)
    preview = send(client, case, workbook())
    record(case, cast.csp_lead, provider_contact="Con Tributor")
    answer = decide(client, case, preview)
    assert answer.status_code == 409
    assert "Someone was here before you" in answer.content.decode()
    assert decide(client, case, answer).status_code == 302
    assert Wbs.objects.exists()


@pytest.mark.slow
def test_a_preview_is_of_one_person_and_one_case(cast: Cast, case: Case) -> None:
    preview = send(signed_in(cast.liaison), case, workbook())
    token = preview.context["form"]["token"].value()
    sent = {"token": token, "revision": case.revision}
    other = make_case(cast, "initial", "planning")
    for who, where in ((cast.reviewer, case), (cast.liaison, other)):
        answer = signed_in(who).post(address(where, "wbs_plan"), sent, follow=True)
        assert "Choose the workbook again" in answer.content.decode()
    assert signed_in(cast.liaison).post(address(case, "wbs_plan"), {"token": "x", "revision": 1}).status_code == 302
    assert not Wbs.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("person", first(["viewer", "csp_viewer", "assessor_lead", "pmo_lead", "auditor"]))
def test_nobody_else_sends_a_workbook(cast: Cast, case: Case, person: str) -> None:
    client = signed_in(cast.people[person])
    assert client.post(address(case, "wbs_import"), {"file": SimpleUploadedFile("a", workbook())}).status_code == 403
    assert client.post(address(case, "wbs_plan"), {"token": "x", "revision": 1}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "\"'><x-evil>.xlsx", "plan\u202exslx.exe"])
def test_the_name_of_a_file_is_shown_and_is_no_path(cast: Cast, case: Case, name: str) -> None:
    client = signed_in(cast.liaison)
    file = SimpleUploadedFile("plan.xlsx", workbook())
    # Django's own class would clean the name here; a browser's request is read by another.
    file._name = name
    preview = client.post(address(case, "wbs_import"), {"file": file}, follow=True)
    assert decide(client, case, preview).status_code == 302
    page = body_of(client, address(case))
    assert "<x-evil>" not in page
    assert "/etc" not in Wbs.objects.get().file_name
    assert "\u202e" not in Wbs.objects.get().file_name
