"""While nothing can be written, or the database does not answer: reading goes on, and acts are refused in words."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session
from authorizations.exchange.documents.storage_outage import SENTENCE
from authorizations.models import Case, Comment, DocumentVersion
from authorizations.web import outages
from tests.api.world import token_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.outages.full_disk import room_for


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, "initial", "planning")


@pytest.fixture
def reader(cast: Cast) -> Client:
    """The liaison, whose session was last used two minutes ago, so that its use is to be noted."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.liaison)
    session = client.session
    session["seen"] = (timezone.now() - timedelta(minutes=2)).timestamp()
    session.save()
    return client


@contextmanager
def nothing_written() -> Iterator[None]:
    """The database refuses every write as it does on a disk that is full or read-only."""
    if connection.vendor == "postgresql":
        # What this test wrote before is looked at before nothing can be locked any more.
        begin, end = "SET CONSTRAINTS ALL IMMEDIATE; SET TRANSACTION READ ONLY", ""
    else:
        begin, end = "PRAGMA query_only = ON", "PRAGMA query_only = OFF"
    execute(begin)
    try:
        yield
    finally:
        # The transaction of the test ends with it.
        if end:
            execute(end)


def execute(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query)


def comment(client: Client, case: Case) -> Any:
    form = {"audience": "agency", "text": "word " * 390}
    return client.post(reverse("case_comments", args=[case.public_id]), form)


@pytest.mark.slow
def test_while_nothing_can_be_written_pages_are_read_and_acts_are_refused_in_words(reader: Client, case: Case) -> None:
    with nothing_written():
        page = reader.get(reverse("case", args=[case.public_id]))
        assert page.status_code == 200
        refused = comment(reader, case)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
        assert outages.READ_ONLY.sentence in refused.content.decode()
    assert not Comment.objects.exists()


def test_a_session_whose_use_was_noted_is_not_written_twice(reader: Client, case: Case) -> None:
    before = Session.objects.get().seen_at
    answer = reader.get(reverse("glossary"))
    assert Session.objects.get().seen_at != before
    assert "sessionid" not in answer.cookies


def test_a_program_reads_the_same_in_json(cast: Cast, case: Case) -> None:
    client = Client(raise_request_exception=False)
    body = json.dumps({"audience": "shared", "text": "word " * 400})
    token = {"authorization": f"Bearer {token_of(cast.liaison)}"}
    with nothing_written():
        answer = client.post(
            f"/api/cases/{case.public_id}/comments", body, content_type="application/json", headers=token
        )
    assert answer.status_code == 503
    assert "cannot save or read" in answer.json()["error"]


def test_an_upload_that_finds_no_room_on_the_way_is_refused_in_words(reader: Client, case: Case, settings: Any) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    form = reverse("add_case_document", args=[case.public_id, "other"])
    upload = SimpleUploadedFile("plan.txt", b"a plan of the harbor\n" * 50_000)
    with room_for(400_000):
        answer = reader.post(form, {"title": "Plan", "upload": upload})
    assert answer.status_code == 503
    assert SENTENCE in answer.content.decode()
    assert not DocumentVersion.objects.exists()


def test_a_mistake_in_a_query_stays_an_error_of_ours(db: None) -> None:
    with pytest.raises(DatabaseError) as raised:
        execute("SELECT nothing FROM nowhere")
    assert outages.outage_of(raised.value) is None
