"""Adding documents to a case on its page."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from authorizations.exchange.documents.file_store import forget
from authorizations.models import Case, DocumentVersion
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import THERE
from tests.cast import Cast
from tests.exchange.documents import HOSTILE, PDF, bomb
from tests.lifecycle.cases import make_case
from tests.samples import sample
from tests.web.documents.test_document_pages import form_of, page_of, pdf
from tests.web.reading_pages import body_of


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


@pytest.mark.slow
def test_a_file_is_added_and_told(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    sent = {"upload": pdf(), "stated": ["signed_by_provider"], "note": "Second round.", "idempotency_key": "k1"}
    answer = client.post(form_of(case), sent, follow=True)
    assert "“plan.pdf” is version 1 now" in answer.content.decode()
    version = DocumentVersion.objects.get()
    assert (version.name, version.content_type, version.scan) == ("plan.pdf", "application/pdf", Scan.UNSCANNED)
    assert (version.stated, version.note, version.side) == (["signed_by_provider"], "Second round.", "provider")
    again = client.post(form_of(case), {"upload": pdf(), "idempotency_key": "k1"}, follow=True)
    assert "was added already" in again.content.decode()
    assert DocumentVersion.objects.count() == 1


OPENABLE = [each for each in HOSTILE if "\u202e" not in HOSTILE[each][0]]


# `tests/exchange/test_documents.py` has all of them refused below the page.
@pytest.mark.slow
@pytest.mark.parametrize("what", sample(OPENABLE, more=OPENABLE[::6], lane=pytest.mark.nightly))
def test_a_hostile_file_is_refused_at_its_field_and_nothing_else_is_lost(
    client: Client, cast: Cast, case: Case, tmp_path: Path, what: str
) -> None:
    name, content, words = HOSTILE[what]
    client.force_login(cast.csp_lead)
    answer = client.post(
        form_of(case), {"upload": pdf(name, content), "note": "What I typed.", "idempotency_key": "k1"}
    )
    page = answer.content.decode()
    assert words in page.replace("&#x27;", "'")
    assert 'id="id_upload_error"' in page
    assert "What I typed." in page
    assert not DocumentVersion.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_a_file_that_unpacks_to_a_hundred_megabytes_or_is_over_the_limit_is_refused(
    client: Client, cast: Cast, case: Case, settings: Any
) -> None:
    client.force_login(cast.csp_lead)
    answer = client.post(form_of(case), {"upload": pdf("plan.xlsx", bomb())})
    assert "far larger than any honest one" in answer.content.decode()
    settings.DOCUMENT_MAX_BYTES = 1024 * 1024
    answer = client.post(form_of(case), {"upload": pdf(content=PDF + b" " * 2**20)})
    assert "more than 1 megabytes" in answer.content.decode()
    assert not DocumentVersion.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kept"), [("../../etc/plan.pdf", "plan.pdf"), ("pl\u202eanfdp.pdf", "planfdp.pdf"), ("<b>.pdf", "<b>.pdf")]
)
def test_a_name_is_no_path_and_every_letter_of_it_can_be_seen(
    client: Client, cast: Cast, case: Case, name: str, kept: str
) -> None:
    client.force_login(cast.csp_lead)
    file = pdf()
    file._name = name
    client.post(form_of(case), {"upload": file})
    assert DocumentVersion.objects.get().name == kept
    assert "<b>" not in body_of(client, page_of(case))


@pytest.mark.slow
def test_a_fit_file_is_chosen_once_whatever_else_is_to_be_corrected(client: Client, cast: Cast, case: Case) -> None:
    client.force_login(cast.csp_lead)
    answer = client.post(form_of(case), {"upload": pdf(), "verified_on": "2026-01-01", "note": "Mine."})
    form = answer.context["form"]
    assert "is kept with this form" in answer.content.decode()
    ticket = form["kept"].value()
    client.force_login(cast.liaison)
    foreign = client.post(form_of(case), {"kept": ticket})
    assert "Choose a file, or say where" in foreign.content.decode()
    client.force_login(cast.csp_lead)
    client.post(form_of(case), {"kept": ticket, "note": "Mine."})
    assert DocumentVersion.objects.get().name == "plan.pdf"


@pytest.mark.slow
def test_a_file_that_waits_with_a_form_is_scanned_where_a_scanner_came_and_gone_where_it_was_refused(
    client: Client, cast: Cast, case: Case, settings: Any
) -> None:
    client.force_login(cast.csp_lead)
    ticket = client.post(form_of(case), {"upload": pdf(), "location": THERE}).context["form"]["kept"].value()
    settings.CLAMAV = ("127.0.0.1", 3310)
    client.post(form_of(case), {"kept": ticket})
    assert DocumentVersion.objects.get().scan == Scan.WAITING
    forget(DocumentVersion.objects.get().sha256)
    assert "Choose a file" in client.post(form_of(case), {"kept": ticket}).content.decode()
    assert DocumentVersion.objects.count() == 1


@pytest.mark.slow
def test_a_confidential_document_offers_a_reference_says_why_and_keeps_no_file(
    client: Client, cast: Cast, case: Case, tmp_path: Path
) -> None:
    client.force_login(cast.csp_lead)
    page = body_of(client, form_of(case, "ssp"))
    assert "stays where it is" in page
    assert 'type="file"' not in page
    answer = client.post(form_of(case, "ssp"), {"upload": pdf()})
    assert "stays where it is" in answer.content.decode()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    client.post(form_of(case, "ssp"), {"location": THERE})
    assert DocumentVersion.objects.get().location == THERE


@pytest.mark.slow
def test_who_comes_too_late_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    case = make_case(cast, "reuse", "withdrawn")
    client.force_login(cast.liaison)
    assert client.get(form_of(case, "crm")).status_code == 409
    answer = client.post(form_of(case, "crm"), {"location": THERE, "note": "What I typed."})
    assert answer.status_code == 409
    assert "What I typed." in answer.content.decode()
