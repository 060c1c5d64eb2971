"""An act that is sent again from a page opened anew, as after Back, is asked about and not recorded twice."""

import re
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from authorizations.models import Ato, Comment, DocumentVersion, Event
from authorizations.web.repeated_acts import REMEMBERED, digest_of
from tests.cast import Cast
from tests.lifecycle.cases import make_case
from tests.lifecycle.world import make_ato

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def extended(ato: Ato) -> int:
    return Event.objects.filter(verb="ato.extend", subject_id=ato.pk).count()


def fields_of(page: str) -> dict[str, str]:
    """What the question's form sends on when its button is pressed."""
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    return {**dict(found), "again": "1"}


def test_an_ato_is_extended_twice_only_by_a_person_who_says_so(client: Client, cast: Cast) -> None:
    ato = make_ato(cast)
    client.force_login(cast.official)
    address = reverse("ato_step", args=[ato.public_id, "extend"])
    today = timezone.localdate()
    facts = {
        "expires_on": today + timedelta(days=400),
        "decision_signed_on": today,
        "happened_on": today,
        "reason": "Asked.",
    }
    made = client.post(address, {**facts, "revision": ato.revision})
    assert (made.status_code, extended(ato)) == (302, 1)
    ato = Ato.objects.get(pk=ato.pk)
    asked = client.post(address, {**facts, "revision": ato.revision})
    page = asked.content.decode()
    assert (asked.status_code, extended(ato)) == (409, 1)
    assert re.search(r"You did this at \d+:\d\d [ap]\.m\.", page)
    assert f'href="{made.headers["Location"]}"' in page
    assert client.post(address, fields_of(page)).status_code == 302
    assert extended(ato) == 2
    # Asked each time anew.
    again = {**facts, "revision": Ato.objects.get(pk=ato.pk).revision}
    assert client.post(address, again).status_code == 409
    assert client.post(address, {**again, "reason": "Asked once more."}).status_code == 302


@pytest.mark.slow
def test_a_comment_is_asked_about_when_its_page_was_opened_anew(client: Client, cast: Cast) -> None:
    case = make_case(cast, "initial", "ssp")
    client.force_login(cast.liaison)
    address = reverse("case_comments", args=[case.public_id])
    said = {"audience": "agency", "text": "The vault <is> empty."}
    client.post(address, {**said, "idempotency_key": "a" * 32})
    # The same sending once more is known by its key.
    assert client.post(address, {**said, "idempotency_key": "a" * 32}).status_code == 302
    session = client.session
    session[REMEMBERED][address][2] = datetime(2026, 11, 25, 20, 43, tzinfo=UTC).timestamp()
    session.save()
    asked = client.post(address, {**said, "idempotency_key": "b" * 32})
    assert "You did this on 25 Nov 2026, 3:43 p.m. EST" in asked.content.decode()
    assert Comment.objects.count() == 1
    # Another person in the same browser is asked nothing about it.
    client.logout()
    client.force_login(cast.reviewer)
    assert client.post(address, {**said, "idempotency_key": "c" * 32}).status_code == 302


def uploaded(content: bytes = b"One.", name: str = "ipr.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.slow
def test_a_file_is_asked_about_by_its_name_and_content_and_chosen_once_more_where_it_is_wanted(
    client: Client, cast: Cast
) -> None:
    case = make_case(cast, "initial", "planning")
    client.force_login(cast.liaison)
    address = reverse("add_case_document", args=[case.public_id, "ipr"])
    made = client.post(address, {"idempotency_key": "a" * 32, "note": "So.", "upload": uploaded()})
    assert (made.status_code, DocumentVersion.objects.count()) == (302, 1)
    asked = client.post(address, {"idempotency_key": "b" * 32, "note": "So.", "upload": uploaded()})
    page = asked.content.decode()
    assert (asked.status_code, DocumentVersion.objects.count()) == (409, 1)
    assert "You did this at" in page
    assert re.search(r'<input[^>]* type="file"[^>]* name="upload"[^>]* required', page)
    assert "Choose “ipr.txt” again" in page
    assert 'enctype="multipart/form-data"' in page
    again = {**fields_of(page), "upload": uploaded()}
    assert (client.post(address, again).status_code, DocumentVersion.objects.count()) == (302, 2)
    for key, other in (("c", uploaded(b"Two.")), ("d", uploaded(name="ipr2.txt"))):
        sent = {"idempotency_key": key * 32, "note": "So.", "upload": other}
        assert client.post(address, sent).status_code == 302
    assert DocumentVersion.objects.count() == 4


def test_a_large_file_is_read_in_parts_and_goes_on_whole() -> None:
    file = TemporaryUploadedFile("ipr.pdf", "application/pdf", 8 * MEGABYTE, None)
    file.write(bytes(8 * MEGABYTE))
    tracemalloc.start()
    try:
        digest_of(file)
        assert tracemalloc.get_traced_memory()[1] < MEGABYTE
    finally:
        tracemalloc.stop()
    assert file.tell() == 0
