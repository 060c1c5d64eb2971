"""A real scanner of ClamAV, with one signature of its own: EICAR, the harmless file that every scanner finds."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.scan_queue import scan_waiting
from authorizations.exchange.documents.upload import take_in
from authorizations.exchange.documents.virus_scanner import NoScanner, is_harmless
from authorizations.models import Case, DocumentVersion, Event, Message
from authorizations.tasks import find_unscanned_documents
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import add
from tests.api.world import documents_of, program_of, send
from tests.cast import Cast
from tests.exchange.documents import EICAR, PDF
from tests.lifecycle.cases import make_case
from tests.own_services import answers, free_port, wait_for
from tests.web.reading_pages import body_of

pytestmark = [pytest.mark.service, pytest.mark.django_db]
SIGNATURE = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
CONFIGURATION = """TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {folder}
Foreground yes
StreamMaxLength 1M
"""


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a scanner that is running."""
    program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("install the package clamav-daemon")
    folder = tmp_path_factory.mktemp("clamd")
    folder.chmod(0o755)
    (folder / "eicar.ndb").write_text(SIGNATURE)
    port = free_port()
    (folder / "clamd.conf").write_text(CONFIGURATION.format(port=port, folder=folder))
    with (folder / "clamd.log").open("wb") as log:
        daemon = subprocess.Popen([program, "-c", str(folder / "clamd.conf")], stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(lambda: answers(port) or None, "clamd")
        yield port
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(timeout=30)


@pytest.fixture
def scanner(clamd: int, settings: Any, tmp_path: Path) -> int:
    settings.MEDIA_ROOT = tmp_path
    settings.CLAMAV = ("127.0.0.1", clamd)
    settings.CELERY_TASK_ALWAYS_EAGER = True
    return clamd


def added(case: Case, cast: Cast, content: bytes, name: str = "plan.txt", **said: Any) -> DocumentVersion:
    return add(case, cast.csp_lead, upload=take_in(BytesIO(content), name), **said)


def test_what_the_scanner_finds_is_refused_deleted_and_told_and_its_row_stays(
    scanner: int, client: Client, cast: Cast
) -> None:
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.csp_lead)
    form = reverse("add_case_document", args=[case.public_id, "wbs"])
    file = BytesIO(EICAR)
    file.name = "plan.txt"
    answer = client.post(form, {"upload": file, "note": "Ours."}, follow=True)
    assert "is in quarantine until the scanner has looked at it" in answer.content.decode()
    version = DocumentVersion.objects.get()
    assert version.scan == Scan.WAITING
    assert scan_waiting(timezone.now()) == 1
    version.refresh_from_db()
    assert (version.scan, version.withdrawn_at) == (Scan.INFECTED, None)
    assert Case.objects.get(pk=case.pk).document_summary == {}
    with pytest.raises(FileNotFoundError):
        file_store.open_stored(version.sha256)
    assert "Refused by the scanner" in body_of(client, reverse("case_documents", args=[case.public_id]))
    assert client.get(reverse("document_file", args=[version.public_id])).status_code == 409
    refused = Event.objects.get(verb="case.document_refused")
    assert list(Message.objects.filter(event=refused).values_list("recipient", flat=True)) == [cast.csp_lead.pk]


def test_a_program_reads_that_its_file_waits_and_is_then_refused_and_loses_nothing_else(
    scanner: int, cast: Cast
) -> None:
    case = make_case(cast, "initial", "planning")
    provider, agency = program_of(cast.csp_lead), program_of(cast.liaison)
    good = send(provider, case, "plan.pdf", PDF, stated=["signed_by_provider"]).json()
    assert scan_waiting(timezone.now()) == 1
    bad = send(provider, case, "plan.txt", EICAR)
    assert (bad.status_code, bad.json()["scan"], bad.json()["file"]) == (201, "waiting", "")
    address = f"/api/documents/{bad.json()['id']}/file"
    assert refusal(agency, address) == "The scanner has not looked at this file yet. Ask for it again in a few minutes."
    assert scan_waiting(timezone.now()) == 1
    assert refusal(agency, address) == "The scanner found this file harmful, and it was deleted. Add another version."
    assert (
        versions(provider, case) == versions(agency, case) == [("infected", False, ""), ("clean", True, good["name"])]
    )
    assert Case.objects.get(pk=case.pk).document_summary["wbs"]["number"] == good["number"]
    copy = agency.get(f"/api/documents/{good['id']}/file")
    assert b"".join(copy.streaming_content) == PDF  # type: ignore[attr-defined]  # of a file that is given out
    again = send(provider, case, "plan-2.pdf", PDF.replace(b"%%EOF", b"% Mended.\n%%EOF")).json()
    assert scan_waiting(timezone.now()) == 1
    assert versions(agency, case)[0] == ("clean", True, again["name"])


def refusal(client: Client, address: str) -> str:
    """Why a file is not given out."""
    answer = client.get(address)
    assert answer.status_code == 409
    return str(answer.json()["error"])


def versions(client: Client, case: Case) -> list[tuple[str, bool, str]]:
    """Of each version of the WBS, the newest first: what the scanner said, whether it counts, its name if given out."""
    rows = client.get(documents_of(case)).json()["items"]
    [wbs] = [each for each in rows if each["key"] == "wbs"]
    return [(each["scan"], each["counts"], each["name"] if each["file"] else "") for each in wbs["versions"]]


def test_what_is_clean_counts_once_it_was_scanned(scanner: int, client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    version = added(case, cast, PDF, "plan.pdf")
    assert Case.objects.get(pk=case.pk).document_summary == {}
    scan_waiting(timezone.now())
    version.refresh_from_db()
    assert version.scan == Scan.CLEAN
    assert Case.objects.get(pk=case.pk).document_summary["wbs"]["number"] == version.number
    client.force_login(cast.liaison)
    assert client.get(reverse("document_file", args=[version.public_id])).status_code == 200


def test_the_timer_finds_what_waited_while_the_worker_was_down(scanner: int, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    version, draft = added(case, cast, PDF, "plan.pdf"), added(case, cast, EICAR, draft=True)
    find_unscanned_documents()
    scan_waiting(timezone.now())
    version.refresh_from_db()
    draft.refresh_from_db()
    assert (version.scan, draft.scan) == (Scan.CLEAN, Scan.INFECTED)


def test_the_same_content_is_refused_wherever_it_was_added(scanner: int, cast: Cast) -> None:
    one, other = make_case(cast, "initial", "planning"), make_case(cast, "reuse", "need_defined")
    here = added(one, cast, EICAR)
    there = add(other, cast.liaison, "access_form", upload=take_in(BytesIO(EICAR), "form.csv"))
    # An older scanner let it pass.
    DocumentVersion.objects.filter(pk=here.pk).update(scan=Scan.CLEAN)
    scan_waiting(timezone.now())
    assert {DocumentVersion.objects.get(pk=each.pk).scan for each in (here, there)} == {Scan.INFECTED}
    late = added(one, cast, EICAR)
    file_store.forget(late.sha256)
    scan_waiting(timezone.now())
    assert DocumentVersion.objects.get(pk=late.pk).scan == Scan.INFECTED


def test_without_a_verdict_a_file_waits_and_is_asked_about_again(scanner: int, settings: Any, cast: Cast) -> None:
    case = make_case(cast, "initial", "planning")
    version = added(case, cast, PDF, "plan.pdf")
    settings.CLAMAV = ("127.0.0.1", free_port())
    assert scan_waiting(timezone.now()) == 0
    assert DocumentVersion.objects.get(pk=version.pk).scan == Scan.WAITING
    settings.CLAMAV = ("127.0.0.1", scanner)
    assert scan_waiting(timezone.now()) == 1
    with pytest.raises(NoScanner):  # larger than this daemon takes
        is_harmless(BytesIO(b" " * 2_000_000))
