"""Several files at once: what each is taken for, what is corrected, and what becomes of each."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from authorizations.models import Case, DocumentVersion
from tests.cast import Cast
from tests.exchange.documents import PDF, PROGRAM, office
from tests.lifecycle.cases import make_case
from tests.lifecycle.gates.test_attached_documents import bare
from tests.web.documents.test_document_pages import pdf

# Each test sends files and draws pages of a case.
pytestmark = pytest.mark.slow

LONG = f"{'Minutes of the kickoff ' * 5}.pdf"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


def page_of(case: Case) -> str:
    return reverse("add_case_files", args=[case.public_id])


def chosen(client: Client, case: Case, *files: SimpleUploadedFile, **more: Any) -> Any:
    return client.post(page_of(case), {"files": list(files), **more})


def sent_of(answer: Any) -> dict[str, Any]:
    """What the form that is shown would send."""
    forms = answer.context["files"].forms
    values = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_each_file_is_taken_for_what_its_name_says_and_added_by_itself(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    shown = chosen(client, case, pdf(LONG), pdf("wbs-signed.pdf", PDF + b" "), pdf("notes.pdf", PDF + b"  "))
    assert not DocumentVersion.objects.exists()
    sent = sent_of(shown)
    assert [sent[f"file-{number}-kind"] for number in (1, 2, 3)] == ["kickoff_minutes", "wbs", "other"]
    assert sent["file-3-title"] == "notes"
    done = client.post(page_of(case), sent, follow=True)
    page = unescape(done.content.decode())
    assert "3 files are added" in page
    assert "“notes.pdf” (notes)" in page
    rows = DocumentVersion.objects.order_by("pk")
    assert [(row.document.key, row.document.title, row.side) for row in rows] == [
        ("kickoff_minutes", "", "provider"),
        ("wbs", "", "provider"),
        ("other", "notes", "provider"),
    ]
    assert rows[0].name == LONG
    # A second press of the same page.
    client.post(page_of(case), sent)
    assert DocumentVersion.objects.count() == 3


def test_what_is_refused_holds_nothing_up_and_says_why(client: Client, cast: Cast, case: Case, tmp_path: Path) -> None:
    client.force_login(cast.csp_lead)
    shown = chosen(client, case, pdf("wbs.pdf"), pdf("renamed.pdf", PROGRAM), pdf("SSP.docx", office()))
    page = unescape(shown.content.decode())
    assert "this is a program for Windows" in page
    assert "Its name says “System security plan (SSP) with appendices A to Q”. This document stays where it is" in page
    assert reverse("add_case_document", args=[case.public_id, "ssp"]) in page
    # Nothing of either is kept.
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    sent = sent_of(shown)
    assert [name for name in sent if name.endswith("-kept")] == ["file-1-kept"]
    client.post(page_of(case), sent)
    assert DocumentVersion.objects.get().name == "wbs.pdf"


def test_of_several_the_fit_are_added_and_the_others_wait_corrected(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    sent = sent_of(chosen(client, case, pdf("wbs.pdf"), pdf("notes.pdf", PDF + b" ")))
    answer = client.post(page_of(case), {**sent, "file-2-title": "", "note": "Second round."})
    page = unescape(answer.content.decode())
    assert "Give the document a title." in page
    assert "“wbs.pdf”, version 1" in page
    assert DocumentVersion.objects.get().note == "Second round."
    left = sent_of(answer)
    assert "file-1-kept" not in left
    done = client.post(page_of(case), {**left, "file-2-title": "Notes"}, follow=True)
    assert "One file is added" in done.content.decode()
    assert DocumentVersion.objects.count() == 2


def test_further_files_wait_beside_those_that_were_corrected(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    sent = sent_of(chosen(client, case, pdf("notes.pdf")))
    shown = chosen(client, case, pdf("wbs.pdf", PDF + b" "), **{**sent, "file-1-title": "Mine"})
    again = sent_of(shown)
    assert (again["file-1-title"], again["file-2-kind"]) == ("Mine", "wbs")
    assert not DocumentVersion.objects.exists()


def test_a_kind_that_is_not_offered_or_a_file_of_another_person_is_refused_in_its_row(
    client: Client, cast: Cast, case: Case
) -> None:
    client.force_login(cast.csp_lead)
    sent = sent_of(chosen(client, case, pdf("wbs.pdf")))
    refused = client.post(page_of(case), {**sent, "file-1-kind": "ssp"})
    assert "Choose one of those offered." in refused.content.decode()
    client.force_login(cast.liaison)
    assert "This file is gone" in client.post(page_of(case), sent).content.decode()
    assert not DocumentVersion.objects.exists()


def test_drafts_are_their_makers(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    sent = sent_of(chosen(client, case, pdf("wbs.pdf")))
    done = client.post(page_of(case), {**sent, "draft": "on"}, follow=True)
    assert "One file is added as a draft" in done.content.decode()
    version = DocumentVersion.objects.get()
    assert (version.is_draft, version.organization) == (True, cast.organizations["nimbus"])


def test_no_more_than_twenty_are_taken_at_once(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    shown = chosen(client, case, *(pdf(f"{number}.pdf", PDF + b" " * number) for number in range(22)))
    assert len(shown.context["files"].rows) == 20
    assert [each.name for each in shown.context["files"].refused] == ["20.pdf", "21.pdf"]


def test_nothing_chosen_is_said_and_who_only_reads_is_refused(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    assert "Choose at least one file." in client.post(page_of(case), {}).content.decode()
    client.force_login(cast.viewer)
    assert client.get(page_of(case)).status_code == 403


def test_the_box_says_once_which_files_are_taken_and_offers_several(client: Client, cast: Cast) -> None:
    case = bare(make_case(cast, "reuse", "gap_analysis"))
    client.force_login(cast.reviewer)
    page = client.get(case.get_absolute_url()).content.decode()
    assert page.count('type="file"') == 4
    assert page.count("No passwords, no macros") == 1
    shown = client.post(f"{page_of(case)}?from=case", {"files": [pdf("Delta controls.pdf")]})
    done = client.post(f"{page_of(case)}?from=case", sent_of(shown))
    assert done["Location"] == case.get_absolute_url()
