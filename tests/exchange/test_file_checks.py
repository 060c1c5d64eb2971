"""The nightly check: files that are missing, were changed, or that nobody needs, and whom it tells."""

from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.file_checks import check
from authorizations.exchange.documents.upload import take_in
from authorizations.models import DocumentVersion, FileCheck, Message
from authorizations.tasks import ask_for_file_check, check_files
from authorizations.vocabulary import Scan
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.exchange.documents import PDF, PNG
from tests.lifecycle.cases import make_case

TOMORROW = timezone.now() + timedelta(days=2)


@pytest.fixture
def versions(cast: Cast, settings: Any, tmp_path: Path) -> list[DocumentVersion]:
    """Two versions with a file each, and one with the same content as the first."""
    settings.MEDIA_ROOT = tmp_path
    case = make_case(cast, "initial", "planning")
    files = ((PDF, "plan.pdf"), (PNG, "plan.png"), (PDF, "again.pdf"))
    return [add(case, cast.liaison, upload=take_in(BytesIO(content), name)) for content, name in files]


def test_nothing_is_found_where_every_version_has_its_file(versions: list[DocumentVersion]) -> None:
    found = check(TOMORROW)
    assert (found.files, found.versions) == (2, 3)
    assert (found.missing, found.changed, found.unneeded) == ([], [], [])


def test_a_missing_file_is_named_with_each_version_that_needs_it(versions: list[DocumentVersion]) -> None:
    file_store.forget(versions[0].sha256)
    assert check(TOMORROW).missing == [versions[0].public_id, versions[2].public_id]


def test_a_file_that_was_changed_is_named_also_where_its_size_is_the_same(
    versions: list[DocumentVersion], tmp_path: Path
) -> None:
    path = next(tmp_path.rglob(versions[1].sha256))
    path.write_bytes(PNG[:-1] + b"x")
    assert check(TOMORROW).changed == [versions[1].public_id]


def test_a_file_that_nobody_needs_is_named_once_no_form_can_be_waiting_for_it(
    versions: list[DocumentVersion], tmp_path: Path
) -> None:
    stray = take_in(BytesIO(b"never sent"), "plan.txt").sha256
    (tmp_path / "documents" / stray[:2] / "notes.txt").write_text("put there by hand")
    assert check(timezone.now()).unneeded == []
    assert check(TOMORROW).unneeded == sorted([stray, "notes.txt"])


def test_what_the_scanner_refused_needs_no_file(versions: list[DocumentVersion]) -> None:
    DocumentVersion.objects.filter(sha256=versions[1].sha256).update(scan=Scan.INFECTED)
    file_store.forget(versions[1].sha256)
    assert check(TOMORROW).missing == []


@pytest.mark.slow
def test_the_pmo_sees_each_check_and_its_leads_are_told_of_losses_alone(
    versions: list[DocumentVersion], cast: Cast, client: Client
) -> None:
    cache.clear()
    ask_for_file_check(), check_files()
    assert not Message.objects.filter(subject__contains="missing").exists()
    file_store.forget(versions[1].sha256)
    # A second timer has sent the same.
    ask_for_file_check(), check_files()
    assert FileCheck.objects.count() == 1
    cache.clear()
    ask_for_file_check(), check_files()
    told = Message.objects.filter(subject="Files of documents are missing or were changed")
    assert [message.recipient for message in told] == [cast.pmo_lead]
    assert [each.result for each in FileCheck.objects.order_by("pk")] == ["all whole", "1 missing"]
    client.force_login(cast.pmo_reviewer)
    page = client.get(reverse("admin:authorizations_filecheck_changelist")).content.decode()
    assert "1 missing" in page


def test_the_command_ends_with_1_where_something_is_lost(versions: list[DocumentVersion]) -> None:
    said = StringIO()
    call_command("check_files", stdout=said)
    assert "2 files for 3 versions: all whole." in said.getvalue()
    file_store.forget(versions[1].sha256)
    with pytest.raises(CommandError, match="backup"):
        call_command("check_files", stdout=said)
    assert f"missing, version {versions[1].public_id}" in said.getvalue()
