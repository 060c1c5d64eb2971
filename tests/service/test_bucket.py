"""Files of documents in a bucket: a server that speaks S3, asked over HTTP through the setting that production has."""

import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.actions.refusals import Blocked
from authorizations.exchange.documents import file_store
from authorizations.exchange.documents.file_checks import check
from authorizations.exchange.documents.storage_outage import SENTENCE
from authorizations.exchange.documents.upload import take_in
from authorizations.exchange.imports import previewed_files
from authorizations.models import DocumentVersion
from authorizations.reports.jobs import files
from authorizations.reports.jobs.downloads import copy_of
from fedramp_portal import s3_settings
from tests.actions.documents.documents import add
from tests.cast import Cast
from tests.exchange.documents import PDF
from tests.lifecycle.cases import make_case
from tests.own_services import Program, answers, free_port, running, wait_for
from tests.reports.asking import made_report_of

pytestmark = [pytest.mark.service, pytest.mark.django_db]
KEY = {"aws_access_key_id": "key", "aws_secret_access_key": "se/cret", "region_name": "us-gov-west-1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    line = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(Program(tmp_path_factory.mktemp("bucket"), "printed", line, dict(os.environ))):
        wait_for(lambda: answers(port), "the bucket's server")
        yield port


@pytest.fixture
def bucket(server: int, settings: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The files of the portal in a new bucket; gives the bucket itself."""
    name = hashlib.sha256(request.node.name.encode()).hexdigest()[:20]
    own = boto3.resource("s3", endpoint_url=f"http://127.0.0.1:{server}", **KEY)
    made = own.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-gov-west-1"})
    address = f"http://key:se%2Fcret@127.0.0.1:{server}/{name}?region=us-gov-west-1"
    here = s3_settings.read(address, https=False)
    settings.STORAGES = {**settings.STORAGES, "default": here, "documents": here}
    yield made
    made.objects.all().delete()


def test_a_file_is_kept_once_under_its_hash_and_read_again(bucket: Any) -> None:
    sha256, size = file_store.store(BytesIO(PDF))
    assert file_store.store(BytesIO(PDF)) == (sha256, size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert [each.key for each in bucket.objects.all()] == [f"documents/{sha256[:2]}/{sha256}"]
    with file_store.open_stored(sha256) as file:
        assert file.read() == PDF
    assert list(file_store.stored_names()) == [sha256]
    assert timezone.now() - file_store.stored_since(sha256) < timedelta(minutes=1)


def test_what_was_half_written_is_written_again(bucket: Any) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    bucket.put_object(Key=file_store.path_of(sha256), Body=PDF[:10])
    file_store.store(BytesIO(PDF))
    with file_store.open_stored(sha256) as file:
        assert file.read() == PDF


def test_a_file_that_is_not_there_is_missing_as_in_a_folder(bucket: Any) -> None:
    absent = hashlib.sha256(b"absent").hexdigest()
    assert not file_store.is_stored(absent)
    with pytest.raises(FileNotFoundError):
        file_store.open_stored(absent)
    file_store.forget(absent)
    assert timezone.now() - file_store.stored_since(absent) < timedelta(minutes=1)
    assert list(file_store.stored_names()) == []


def test_more_files_than_one_answer_lists_are_all_named(bucket: Any) -> None:
    names = {hashlib.sha256(str(number).encode()).hexdigest() for number in range(1050)}
    for name in names:
        bucket.put_object(Key=f"documents/ab/{name}", Body=b"")
    assert set(file_store.stored_names()) == names


def test_previewed_feeds_are_kept_and_forgotten(bucket: Any) -> None:
    sha256 = previewed_files.keep(b"{}")
    assert previewed_files.reopen(sha256) == b"{}"
    assert previewed_files.forget_older_than(timezone.now() - timedelta(days=1)) == 0
    assert previewed_files.forget_older_than(timezone.now() + timedelta(days=1)) == 1
    with pytest.raises(FileNotFoundError):
        previewed_files.reopen(sha256)


def test_a_document_is_added_and_given_out_and_the_nightly_check_finds_what_is_lost(
    bucket: Any, cast: Cast, client: Client, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    version: DocumentVersion = add(
        make_case(cast, "initial", "planning"), cast.liaison, upload=take_in(BytesIO(PDF), "plan.pdf")
    )
    assert not list(tmp_path.iterdir())
    client.force_login(cast.liaison)
    answer: Any = client.get(reverse("document_file", args=[version.public_id]))
    assert b"".join(answer.streaming_content) == PDF
    later = timezone.now() + timedelta(days=2)
    assert (check(later).files, check(later).missing) == (1, [])
    bucket.objects.all().delete()
    assert check(later).missing == [version.public_id]


def test_a_bucket_that_is_down_says_so_keeps_what_was_typed_and_is_named_by_readiness(
    cast: Cast, client: Client, settings: Any
) -> None:
    files = s3_settings.read(f"http://key:secret@127.0.0.1:{free_port()}/gone?region=us-gov-west-1", https=False)
    settings.STORAGES = {**settings.STORAGES, "default": files, "documents": files}
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.csp_lead)
    form = reverse("add_case_document", args=[case.public_id, "other"])
    answer = client.post(form, {"title": "Plan of the harbor", "upload": SimpleUploadedFile("plan.pdf", PDF)})
    page = answer.content.decode()
    assert answer.status_code < 500
    assert SENTENCE in page
    assert "Plan of the harbor" in page
    assert not DocumentVersion.objects.exists()
    lines = client.get("/readyz").content.decode().splitlines()
    assert "FAILED files: cannot be reached" in lines


def test_the_bucket_is_private_and_what_it_says_is_never_an_address_to_the_world(bucket: Any) -> None:
    options = storages["documents"]
    assert options.default_acl is None
    assert options.querystring_auth


def test_the_file_of_a_report_is_kept_given_out_and_deleted(
    bucket: Any, cast: Cast, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    job = made_report_of(cast.liaison, tmp_path)
    assert [each.key for each in bucket.objects.all()] == [job.path]
    now = timezone.now()
    assert b"".join(copy_of(cast.liaison, job.public_id, now).streaming_content) == b"PK, all of it"  # type: ignore[arg-type]
    left = files.keep(tmp_path / "whole", "left-behind")
    assert files.forget_left({job.path}, now) == 0
    assert files.forget_left({job.path}, now + timedelta(days=2)) == 1
    assert [each.key for each in bucket.objects.all()] == [job.path] != [left]
    files.forget([job.path])
    with pytest.raises(Blocked, match="not where it was kept"):
        copy_of(cast.liaison, job.public_id, now)
